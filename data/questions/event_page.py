"""The page of one event: the record itself, whom it leads to, and whom to call."""

from datetime import datetime
from uuid import UUID

import psycopg
from psycopg.rows import TupleRow

from watchfloor.data.questions.linked import (
    cases_of,
    deconfliction_near,
    deconfliction_of,
    linked_entities,
    whom_to_call,
)
from watchfloor.data.questions.provenance import writing
from watchfloor.data.questions.records import event_record, rows_of
from watchfloor.data.statements import statement
from watchfloor.geo.answers import EntityPage, Record, Records
from watchfloor.geo.record_facts import Told, said

type Connection = psycopg.Connection[TupleRow]


def event_page(connection: Connection, event: UUID, known_at: datetime | None = None) -> EntityPage | None:
    """The event as an entity of the pole "event", or None if there is none that the reader may see.

    Its cases and overlaps are those of the event and of what it is linked to, as behind a mark.
    """
    given = {"records": [], "ids": [event], "at_most": 1, "known_at": known_at}
    found = rows_of(connection, "events_linked", given)
    if not found:
        return None
    row = found[0]
    written = writing(connection, [row.run_id])
    record, titles = event_record(row, written), written.titles
    linked = linked_entities(connection, [event], titles, known_at)
    followed = [event, *(one.id for one in linked)]
    facts = _facts(record)
    return EntityPage(
        id=event,
        pole="event",
        kind=record.kind,
        name=record.title,
        identifiers=(),
        facts=facts,
        lon=row.lon,
        lat=row.lat,
        reliability=record.reliability,
        validity=record.validity,
        label=record.label,
        source=record.source,
        linked=linked,
        records=Records((), 0),
        cases=cases_of(connection, followed, titles, known_at),
        deconfliction=deconfliction_of(connection, [event], titles, known_at),
        near=deconfliction_near(connection, [event], titles, known_at),
        provenance=record.provenance,
        told=tuple(_told(record, row.recorded_from, name, value) for name, value in facts),
        holder=holder_of(connection, row.label_id),
    )


def holder_of(connection: Connection, label: int) -> str:
    """Whose the records under a label are, and the telephone of its watch."""
    rows = connection.execute(statement("owners_of_labels"), {"labels": [label]}).fetchall()
    return whom_to_call(rows[0][2], rows[0][3]) if rows else ""


def _facts(record: Record) -> tuple[tuple[str, str], ...]:
    place = " · ".join(filter(None, (record.place, record.precision)))
    own = (("when", record.when), ("taken", record.amount), ("as written", record.as_written), ("place", place))
    return (*(fact for fact in own if fact[1]), *((key, said(value)) for key, value in record.attributes.items()))


def _told(record: Record, known_since: datetime, name: str, value: str) -> Told:
    origin = record.provenance
    file = f"{origin.files[0].name} {origin.files[0].sha256[:8]}" if origin and origin.files else ""
    run = origin.run if origin else None
    return Told(name.replace("_", " "), value, record.source, file, run, f"{known_since:%Y-%m-%d}", record.label)
