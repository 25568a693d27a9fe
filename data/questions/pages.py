"""Entity and case pages, and search: everything that the reader may know of one record."""

from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import TupleRow

from watchfloor.data.questions.identity_history import identity_history
from watchfloor.data.questions.linked import (
    cases_of,
    deconfliction_near,
    deconfliction_of,
    label_titles,
    linked_entities,
    whom_to_call,
)
from watchfloor.data.questions.provenance import Writing, grades, writing
from watchfloor.data.questions.records import event_record, rows_of
from watchfloor.data.questions.same_identifier import one_object
from watchfloor.data.questions.written import place_known, place_words
from watchfloor.data.statements import asked, statement
from watchfloor.geo.answers import CasePage, EntityPage, Linked, Records
from watchfloor.geo.record_facts import Told, said

MOST = 500
MOST_FOUND = 50

type Connection = psycopg.Connection[TupleRow]


def entity_page(connection: Connection, entity: UUID, known_at: datetime | None = None) -> EntityPage | None:
    """The entity, or None if there is none that the reader may see, as known at a moment (None: now)."""
    given = {"id": entity, "known_at": known_at}
    found = rows_of(connection, "entity", given)
    if not found:
        return None
    row, identifiers = found[0], rows_of(connection, "entity_identifiers", given)
    written = writing(connection, [row.run_id, *(one.run_id for one in identifiers)])
    titles = written.titles
    reliability, validity = grades(row.reliability, row.validity)
    whole = one_object(connection, [entity], titles, known_at, is_invented=row.attributes.get("exercise") is True)
    return EntityPage(
        id=entity,
        pole=row.pole,
        kind=row.kind,
        name=row.name,
        identifiers=tuple(dict.fromkeys((one.scheme, one.value) for one in identifiers)),
        facts=tuple(_facts(row)),
        lon=row.lon,
        lat=row.lat,
        reliability=reliability,
        validity=validity,
        label=titles[row.label_id],
        source=written.source(row.run_id),
        linked=linked_entities(connection, [entity], titles, known_at),
        records=events_linked(connection, [entity], [], known_at),
        cases=cases_of(connection, whole.entities, titles, known_at),
        deconfliction=deconfliction_of(connection, whole.entities, titles, known_at),
        near=deconfliction_near(connection, whole.entities, titles, known_at),
        provenance=written.provenance(row.run_id, row.recorded_from),
        same=whole.same,
        heard=whole.heard,
        apart=whole.apart,
        conflict=whole.conflict,
        history=identity_history(connection, whole.entities, whole.crafts, known_at),
        told=(
            *(_told(one, written, one.scheme, one.value) for one in identifiers),
            *(_told(row, written, name, value) for name, value in _facts(row)),
        ),
    )


def _told(row: Any, written: Writing, name: str, value: str) -> Told:
    provenance = written.provenance(row.run_id, row.recorded_from)
    files = provenance.files if provenance else ()
    file = f"{files[0].name} {files[0].sha256[:8]}" if files else ""
    more = f" and {len(files) - 1} more" if len(files) > 1 else ""
    return Told(
        name.replace("_", " "),
        value,
        written.source(row.run_id),
        file + more,
        row.run_id if provenance else None,
        f"{row.recorded_from:%Y-%m-%d}",
        written.titles[row.label_id],
    )


def _facts(row: Any) -> list[tuple[str, str]]:
    facts = [(key, said(value)) for key, value in sorted(row.attributes.items())]
    if row.lon is not None:
        where = place_words(None, row.place_precision, row.lon, row.lat)
        facts.append(("place", f"{where} · {place_known(row.place_precision, row.uncertainty_m)}"))
    return facts + [
        (word, f"{at:%Y-%m-%d}") for word, at in (("valid from", row.valid_from), ("valid to", row.valid_to)) if at
    ]


def case_page(connection: Connection, case: UUID, known_at: datetime | None = None) -> CasePage | None:
    """The case, or None if there is none that the reader may see, as known at a moment (None: now)."""
    given = {"id": case, "known_at": known_at}
    row = connection.execute(asked("case", given), given).fetchone()
    if row is None:
        return None
    number, title, status, summary, agency, phone, opened, closed, label, run, recorded = row
    written = writing(connection, [run])
    titles = written.titles
    held = connection.execute(asked("case_records", given), given).fetchall()
    entities = tuple(
        Linked(id=record, kind=kind, name=name, how=role, label=titles[own])
        for record, role, kind, name, own in held
        if name is not None
    )
    members = connection.execute(asked("case_members", given), given).fetchall()
    everything = [record for record, *_ in held]
    return CasePage(
        id=case,
        number=number,
        title=title,
        status=status,
        summary=summary,
        agency=agency,
        call=whom_to_call(agency, phone),
        opened=f"{opened:%Y-%m-%d}",
        closed=f"{closed:%Y-%m-%d}" if closed else "",
        label=titles[label],
        members=tuple((name, role) for name, role in members),
        entities=entities,
        records=events_linked(connection, [], [record for record, _, _, name, _ in held if name is None], known_at),
        deconfliction=deconfliction_of(connection, [entity.id for entity in entities], titles, known_at),
        source=written.source(run),
        provenance=written.provenance(run, recorded),
        related=tuple(one for one in cases_of(connection, everything, titles, known_at) if one.id != case),
    )


def search(connection: Connection, text: str, known_at: datetime | None = None) -> tuple[Linked, ...]:
    """Entities whose name or identifier holds the text; what may not be seen does not exist.

    known_at: as known at that moment; None is now.
    """
    if known_at is None:
        found = connection.execute("SELECT * FROM watchfloor.search_entities(%s, %s)", [text[:200], MOST_FOUND])
    else:
        given = {"text": text[:200], "at_most": MOST_FOUND, "known_at": known_at}
        found = connection.execute(statement("entities_named_at"), given)
    rows = found.fetchall()
    titles = label_titles(connection)
    return tuple(
        Linked(id=i, kind=kind, name=name, how=pole, label=titles[label]) for i, pole, kind, name, label in rows
    )


def events_linked(connection: Connection, records: list[UUID], ids: list[UUID], known_at: datetime | None) -> Records:
    """Events that are linked to any of the records, and those of the ids."""
    given = {"records": records, "ids": ids, "at_most": MOST, "known_at": known_at}
    rows = rows_of(connection, "events_linked", given)
    written = writing(connection, (row.run_id for row in rows))
    return Records(tuple(event_record(row, written) for row in rows), int(rows[0].total) if rows else 0)
