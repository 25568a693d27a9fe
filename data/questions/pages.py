"""Entity and case pages, and search: everything that the reader may know of one record."""

from uuid import UUID

import psycopg
from psycopg.rows import TupleRow

from watchfloor.data.questions.linked import cases_of, deconfliction_of, label_titles, linked_entities
from watchfloor.data.questions.written import moment, place_precision
from watchfloor.data.statements import statement
from watchfloor.geo.answers import CasePage, EntityPage, Linked, Record, Records
from watchfloor.geo.grading import Reliability, Validity

MOST = 500
MOST_FOUND = 50

type Connection = psycopg.Connection[TupleRow]


def entity_page(connection: Connection, entity: UUID) -> EntityPage | None:
    """The entity, or None if there is none that the reader may see."""
    row = connection.execute(statement("entity"), {"id": entity}).fetchone()
    if row is None:
        return None
    pole, kind, name, attributes, lon, lat, reliability, validity, label, source, precision, since, until = row
    titles = label_titles(connection)
    facts = [(key, str(value)) for key, value in sorted(attributes.items())]
    facts += [("place precision", place_precision(precision))] if lon is not None else []
    facts += [(word, f"{at:%Y-%m-%d}") for word, at in (("valid from", since), ("valid to", until)) if at]
    identifiers = connection.execute(
        "SELECT DISTINCT scheme, value FROM watchfloor.identifier WHERE entity_id = %s AND recorded_to = 'infinity' "
        "ORDER BY scheme, value",
        [entity],
    ).fetchall()
    return EntityPage(
        id=entity,
        pole=pole,
        kind=kind,
        name=name,
        identifiers=tuple((scheme, value) for scheme, value in identifiers),
        facts=tuple(facts),
        lon=lon,
        lat=lat,
        reliability=Reliability(reliability).title,
        validity=Validity(validity).title,
        label=titles[label],
        source=source,
        linked=linked_entities(connection, [entity], titles),
        records=events_linked(connection, [entity], [], titles),
        cases=cases_of(connection, [entity], titles),
        deconfliction=deconfliction_of(connection, [entity], titles),
    )


def case_page(connection: Connection, case: UUID) -> CasePage | None:
    """The case, or None if there is none that the reader may see."""
    row = connection.execute(statement("case"), {"id": case}).fetchone()
    if row is None:
        return None
    number, title, status, summary, agency, phone, opened, closed, label = row
    titles = label_titles(connection)
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
        records=events_linked(connection, [], [record for record, _, _, name, _ in held if name is None], titles),
        deconfliction=deconfliction_of(connection, [entity.id for entity in entities], titles),
    )


def search(connection: Connection, text: str) -> tuple[Linked, ...]:
    """Entities whose name or identifier holds the text; what may not be seen does not exist."""
    rows = connection.execute("SELECT * FROM watchfloor.search_entities(%s, %s)", [text[:200], MOST_FOUND]).fetchall()
    titles = label_titles(connection)
    return tuple(
        Linked(id=i, kind=kind, name=name, how=pole, label=titles[label]) for i, pole, kind, name, label in rows
    )


def events_linked(connection: Connection, records: list[UUID], ids: list[UUID], titles: dict[int, str]) -> Records:
    """Events that are linked to any of the records, and those of the ids."""
    rows = connection.execute(statement("events_linked"), {"records": records, "ids": ids, "at_most": MOST}).fetchall()
    found = tuple(
        Record(
            id=i,
            kind=kind,
            title=title,
            when=moment(starts, time_precision),
            place=place or "no place given",
            precision=place_precision(precision),
            amount=amounts or "",
            reliability=Reliability(reliability).title,
            validity=Validity(validity).title,
            label=titles[label],
            source=source,
            attributes=dict(attributes),
        )
        for (
            i, kind, title, starts, time_precision, place, precision, amounts, reliability, validity, label, source,
            attributes, _,
        ) in rows
    )  # fmt: skip
    return Records(found, int(rows[0][13]) if rows else 0)
