"""What records lead to: entities, cases, deconfliction status, each with its label in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import psycopg
from psycopg.rows import TupleRow

from watchfloor.data.questions.conflicts import of_each_overlap, of_each_record
from watchfloor.data.registry import labels
from watchfloor.data.statements import asked
from watchfloor.geo.answers import Linked

MOST = 200

type Connection = psycopg.Connection[TupleRow]


@dataclass(frozen=True, slots=True)
class Leads:
    """What records lead to."""

    entities: tuple[Linked, ...]
    cases: tuple[Linked, ...]
    deconfliction: tuple[Linked, ...]


def leads(connection: Connection, records: Sequence[UUID], titles: dict[int, str], known_at: datetime | None) -> Leads:
    """Entities of the records; cases and deconfliction status of the records and of those entities."""
    entities = linked_entities(connection, records, titles, known_at)
    followed = [*records, *(entity.id for entity in entities)]
    return Leads(
        entities,
        cases_of(connection, followed, titles, known_at),
        of_each_overlap(deconfliction_of(connection, followed, titles, known_at)),
    )


def label_titles(connection: Connection) -> dict[int, str]:
    """Titles of the labels that this scope sees."""
    return {label.id: label.title for label in labels(connection)}


def linked_entities(
    connection: Connection, records: Sequence[UUID], titles: dict[int, str], known_at: datetime | None
) -> tuple[Linked, ...]:
    """Entities linked to any of the records, as known at a moment (None: now)."""
    rows = _told(connection, "entities_linked", records, known_at)
    return tuple(
        Linked(id=i, kind=kind, name=name, how=f"{how} · {n:,} record{'s' if n > 1 else ''}", label=titles[label])
        for i, _, kind, name, how, n, label in rows
    )


def cases_of(
    connection: Connection, records: Sequence[UUID], titles: dict[int, str], known_at: datetime | None
) -> tuple[Linked, ...]:
    """Cases that hold any of the records, as known at a moment (None: now)."""
    rows = _told(connection, "cases_of", records, known_at)
    return tuple(
        Linked(
            id=i,
            kind="case",
            name=f"{number} {title}",
            how=f"{n:,} record{'s' if n > 1 else ''}",
            label=titles[label],
            status=status,
            call=whom_to_call(agency, phone),
        )
        for i, number, title, status, agency, phone, n, label in rows
    )


def deconfliction_of(
    connection: Connection, records: Sequence[UUID], titles: dict[int, str], known_at: datetime | None
) -> tuple[Linked, ...]:
    """Deconfliction status of any of the records, with whom to call; nothing of the other side's case."""
    rows = _told(connection, "deconfliction_of", records, known_at)
    return of_each_record(
        [
            Linked(
                id=subject_id,
                kind=subject,
                name=name,
                how=overlap,
                label=titles[label],
                status=status,
                call=whom_to_call(agency, phone),
            )
            for _, subject_id, subject, name, status, overlap, agency, phone, label in rows
        ]
    )


def deconfliction_near(
    connection: Connection, records: Sequence[UUID], titles: dict[int, str], known_at: datetime | None
) -> tuple[Linked, ...]:
    """Conflicts and possible ones of what the records are directly linked to; only what the reader sees of it all."""
    rows = _told(connection, "deconfliction_near", records, known_at)
    return tuple(
        Linked(
            id=subject_id,
            kind=f"linked {subject}",
            name=name,
            how=" · ".join(part for part in (overlap, f"linked by: {how}") if part),
            label=titles[label],
            status=status,
            call=whom_to_call(agency, phone),
        )
        for _, subject_id, subject, name, status, overlap, agency, phone, label, how in rows
    )


def _told(
    connection: Connection, question: str, records: Sequence[UUID], known_at: datetime | None
) -> psycopg.Cursor[TupleRow]:
    given = {"records": list(records), "at_most": MOST, "known_at": known_at}
    return connection.execute(asked(question, given), given)


def whom_to_call(agency: str | None, phone: str | None) -> str:
    """An agency and the telephone of its watch, as far as they are known."""
    return " ".join(part for part in (agency, phone) if part)
