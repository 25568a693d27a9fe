"""What stands behind marks that are no seizure cell: overdose cells, routes, craft."""

from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np
import psycopg
from psycopg.rows import TupleRow

from watchfloor.data.questions.identity_history import identity_history
from watchfloor.data.questions.kept_since import refuse_positions_since
from watchfloor.data.questions.linked import cases_of, deconfliction_of, label_titles, leads, linked_entities
from watchfloor.data.questions.nearby import seizures_in_cell
from watchfloor.data.questions.overdoses import overdose_cells
from watchfloor.data.questions.pages import events_linked
from watchfloor.data.questions.provenance import writing
from watchfloor.data.questions.records import overdose_record, positions_record, rows_of
from watchfloor.data.questions.same_identifier import OneObject, one_object
from watchfloor.data.questions.seizures_behind import MOST_FOLLOWED, MOST_SHOWN
from watchfloor.data.questions.trend import trend_of_days
from watchfloor.data.statements import asked, filters_of
from watchfloor.geo.answers import Linked, Records
from watchfloor.geo.cells import key_range
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.facts import FactKind
from watchfloor.geo.query import Query
from watchfloor.geo.spot import Behind, Spot

# as the reader of a sanctions list writes it of an entry; of its addresses it says something else
LISTED = "· listed by "

type Connection = psycopg.Connection[TupleRow]


def behind_overdoses(connection: Connection, query: Query, spot: Spot) -> Behind:
    """Single overdoses of a cell under the health right; without it the suppressed count and why.

    Beside them what the seizures of the cell lead to.
    """
    cell = int(spot.name, 16)
    row = connection.execute("SELECT watchfloor.sees_health()").fetchone()
    read = _overdoses if row and row[0] else _suppressed
    behind = read(connection, query, spot, cell)
    return seizures_in_cell(connection, query, cell).beside(behind) if cell else behind


def _overdoses(connection: Connection, query: Query, spot: Spot, cell: int) -> Behind:
    first, last = key_range(cell)
    if cell == 0 or (cell >> 52) & 15 < query.resolution:
        first = last
    given = filters_of(query) | {"first": first, "last": last, "at_most": MOST_FOLLOWED}
    rows = rows_of(connection, "overdoses_behind", given)
    written = writing(connection, (row.run_id for row in rows[:MOST_SHOWN]))
    total = int(rows[0].total) if rows else 0
    records = tuple(overdose_record(row, written) for row in rows[:MOST_SHOWN])
    return Behind(
        spot=spot,
        title="Overdoses in this cell",
        fact=FactKind.EVENTS,
        n=total,
        kilograms=0.0,
        trend=trend_of_days(query.period, [row.day for row in rows], np.zeros(len(rows)), grain="m"),
        records=Records(records, total),
        notes=("Health data: shown singly under the health right.",),
    )


def behind_route(connection: Connection, query: Query, spot: Spot) -> Behind:
    """Seizures that name the way between two places, and what they lead to.

    Raises BadQuestion if the spot is not named as two places.
    """
    origin, _, destination = spot.name.partition("-")
    if not (origin.isdecimal() and destination.isdecimal()):
        raise BadQuestion("a route is named by its two places")
    given = {
        "from": int(origin),
        "to": int(destination),
        "since": query.period.since,
        "until": query.period.until,
        "known_at": query.known_at,
    }
    rows = connection.execute(asked("route_behind", given), given).fetchall()
    ids: list[UUID] = [row[0] for row in rows]
    titles = label_titles(connection)
    found = leads(connection, ids, titles, query.known_at)
    names = connection.execute(
        "SELECT id, name FROM watchfloor.place WHERE id = ANY (%s)", [[int(origin), int(destination)]]
    ).fetchall()
    named: dict[int, str] = dict(names)
    return Behind(
        spot=spot,
        title=f"{named.get(int(origin), 'unknown')} to {named.get(int(destination), 'unknown')}",
        fact=FactKind.EVENTS,
        n=len(ids),
        kilograms=float(sum(row[1] for row in rows)),
        trend=None,
        records=events_linked(connection, [], ids, query.known_at) if ids else Records((), 0),
        entities=found.entities,
        cases=found.cases,
        deconfliction=found.deconfliction,
        notes=("Seizures whose source names this way; tracks along it are counted on the map.",),
    )


def behind_craft(connection: Connection, query: Query, spot: Spot) -> Behind:
    """What a craft says of itself, and the entity, cases and records linked to it. Raises BadQuestion."""
    if not spot.name.isdecimal():
        raise BadQuestion("a craft is named by its number")
    since, until = query.period.moments
    given = {"craft": int(spot.name), "since": since, "until": until, "known_at": query.known_at}
    refuse_positions_since(connection, query.known_at)
    found = rows_of(connection, "craft_behind", given)
    if not found:
        raise BadQuestion("there is no such craft")
    craft, parts = found[0], rows_of(connection, "craft_positions", given)
    written = writing(connection, (craft.run_id, *(part.run_id for part in parts)))
    titles, whole = written.titles, _object_of(connection, craft, written.titles, query.known_at)
    ids = list(whole.entities)
    own = tuple(positions_record(part, written) for part in parts)
    linked = events_linked(connection, ids, [], query.known_at) if ids else Records((), 0)
    n = sum(part.n for part in parts)
    called = f"{craft.kind.title()} {craft.identifier}"
    return Behind(
        spot=spot,
        title=craft.name or called,
        fact=FactKind.EVENTS,
        n=n,
        kilograms=0.0,
        trend=None,
        records=Records((*own, *linked.rows), len(own) + linked.total),
        entities=_entities_of_craft(connection, craft, whole, titles, query.known_at),
        cases=cases_of(connection, ids, titles, query.known_at) if ids else (),
        deconfliction=deconfliction_of(connection, ids, titles, query.known_at) if ids else (),
        notes=(
            f"{called}, {craft.category}, as it names itself in its transmissions.",
            f"{n:,} positions in this period." if n else "No position in this period.",
            titles[craft.label_id],
            *filter(None, (whole.conflict,)),
        ),
        listed=tuple(f"{one.how.rpartition(' · ')[2]}: {one.name}" for one in whole.same if LISTED in one.how),
        history=identity_history(connection, list(whole.entities), list(whole.crafts), query.known_at),
    )


def _object_of(connection: Connection, craft: Any, titles: dict[int, str], known_at: datetime | None) -> OneObject:
    """What is of one object with a craft, and with the entity that its own source names."""
    start = [craft.id, *([craft.entity_id] if craft.entity_id else [])]
    return one_object(connection, start, titles, known_at, is_invented=bool(craft.attributes.get("exercise")))


def _entities_of_craft(
    connection: Connection, craft: Any, whole: OneObject, titles: dict[int, str], known_at: datetime | None
) -> tuple[Linked, ...]:
    """Who bears the craft's very identifiers, what only shares them, then who is linked to its own entity."""
    apart = tuple(one for one in whole.apart if not one.kind.endswith(" heard"))
    known = {one.id for one in (*whole.same, *apart)}
    linked = linked_entities(connection, [craft.entity_id], titles, known_at) if craft.entity_id else ()
    return (*whole.same, *apart, *(one for one in linked if one.id not in known))


def _suppressed(connection: Connection, query: Query, spot: Spot, cell: int) -> Behind:
    counts = overdose_cells(connection, query.everywhere(), sees_health=False)
    n = int(counts.n[counts.cells == np.uint64(cell)].sum())
    return Behind(
        spot=spot,
        title="Overdoses in this cell",
        fact=FactKind.EVENTS,
        n=n,
        kilograms=0.0,
        trend=None,
        records=Records((), 0),
        notes=(
            f"At least {n:,} persons in whole months of this period."
            if n
            else "Fewer than 5, none, or not released yet.",
            "Health data: only suppressed counts are shown without the health right.",
        ),
        is_suppressed=True,
    )
