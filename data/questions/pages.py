"""Entity and case pages, and search: everything that the reader may know of one record."""

from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import TupleRow

from watchfloor.data.questions.linked import cases_of, deconfliction_of, label_titles, linked_entities
from watchfloor.data.questions.provenance import grades, writing
from watchfloor.data.questions.records import event_record, rows_of
from watchfloor.data.questions.written import place_precision, place_words
from watchfloor.data.statements import statement
from watchfloor.geo.answers import CasePage, EntityPage, Linked, Records

MOST = 500
MOST_FOUND = 50

type Connection = psycopg.Connection[TupleRow]


def entity_page(connection: Connection, entity: UUID) -> EntityPage | None:
    """The entity, or None if there is none that the reader may see."""
    found = rows_of(connection, "entity", {"id": entity})
    if not found:
        return None
    row, written = found[0], writing(connection, [found[0].run_id])
    titles = written.titles
    reliability, validity = grades(row.reliability, row.validity)
    identifiers = connection.execute(
        "SELECT DISTINCT scheme, value FROM watchfloor.identifier WHERE entity_id = %s AND recorded_to = 'infinity' "
        "ORDER BY scheme, value",
        [entity],
    ).fetchall()
    return EntityPage(
        id=entity,
        pole=row.pole,
        kind=row.kind,
        name=row.name,
        identifiers=tuple((scheme, value) for scheme, value in identifiers),
        facts=tuple(_facts(row)),
        lon=row.lon,
        lat=row.lat,
        reliability=reliability,
        validity=validity,
        label=titles[row.label_id],
        source=written.source(row.run_id),
        linked=linked_entities(connection, [entity], titles),
        records=events_linked(connection, [entity], []),
        cases=cases_of(connection, [entity], titles),
        deconfliction=deconfliction_of(connection, [entity], titles),
        provenance=written.provenance(row.run_id, row.recorded_from),
    )


def _facts(row: Any) -> list[tuple[str, str]]:
    facts = [(key, str(value)) for key, value in sorted(row.attributes.items())]
    if row.lon is not None:
        where = place_words(None, row.place_precision, row.lon, row.lat)
        facts.append(("place", f"{where} · {place_precision(row.place_precision)}"))
    return facts + [
        (word, f"{at:%Y-%m-%d}") for word, at in (("valid from", row.valid_from), ("valid to", row.valid_to)) if at
    ]


def case_page(connection: Connection, case: UUID) -> CasePage | None:
    """The case, or None if there is none that the reader may see."""
    row = connection.execute(statement("case"), {"id": case}).fetchone()
    if row is None:
        return None
    number, title, status, summary, agency, phone, opened, closed, label, run, recorded = row
    written = writing(connection, [run])
    titles = written.titles
    held = connection.execute(statement("case_records"), {"id": case}).fetchall()
    entities = tuple(
        Linked(id=record, kind=kind, name=name, how=role, label=titles[own])
        for record, role, kind, name, own in held
        if name is not None
    )
    members = connection.execute(
        "SELECT principal, role FROM watchfloor.case_member WHERE case_id = %s AND recorded_to = 'infinity' "
        "ORDER BY principal, role",
        [case],
    ).fetchall()
    return CasePage(
        id=case,
        number=number,
        title=title,
        status=status,
        summary=summary,
        agency=agency,
        call=" ".join(part for part in (agency, phone) if part),
        opened=f"{opened:%Y-%m-%d}",
        closed=f"{closed:%Y-%m-%d}" if closed else "",
        label=titles[label],
        members=tuple((principal, role) for principal, role in members),
        entities=entities,
        records=events_linked(connection, [], [record for record, _, _, name, _ in held if name is None]),
        deconfliction=deconfliction_of(connection, [entity.id for entity in entities], titles),
        source=written.source(run),
        provenance=written.provenance(run, recorded),
    )


def search(connection: Connection, text: str) -> tuple[Linked, ...]:
    """Entities whose name or identifier holds the text; what may not be seen does not exist."""
    rows = connection.execute("SELECT * FROM watchfloor.search_entities(%s, %s)", [text[:200], MOST_FOUND]).fetchall()
    titles = label_titles(connection)
    return tuple(
        Linked(id=i, kind=kind, name=name, how=pole, label=titles[label]) for i, pole, kind, name, label in rows
    )


def events_linked(connection: Connection, records: list[UUID], ids: list[UUID]) -> Records:
    """Events that are linked to any of the records, and those of the ids."""
    rows = rows_of(connection, "events_linked", {"records": records, "ids": ids, "at_most": MOST})
    written = writing(connection, (row.run_id for row in rows))
    return Records(tuple(event_record(row, written) for row in rows), int(rows[0].total) if rows else 0)
