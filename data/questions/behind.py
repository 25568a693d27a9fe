"""What stands behind a tapped cell of seizures: the records, exact to the count on the map, and what they lead to."""

from uuid import UUID

import numpy as np
import psycopg
from psycopg.rows import TupleRow

from watchfloor.data.questions.case_cells import cases_behind
from watchfloor.data.questions.linked import cases_of, deconfliction_of, linked_entities
from watchfloor.data.questions.provenance import writing
from watchfloor.data.questions.records import event_record, reported_record, rows_of
from watchfloor.data.questions.trend import trend_of_days
from watchfloor.geo.answers import Records
from watchfloor.geo.cells import key_range
from watchfloor.geo.facts import FactKind
from watchfloor.geo.query import Measured, Query
from watchfloor.geo.spot import Behind, Spot

MOST_SHOWN = 500
MOST_FOLLOWED = 20_000

type Connection = psycopg.Connection[TupleRow]


def behind_cell(connection: Connection, query: Query, spot: Spot) -> Behind:
    """Records that the cell counts at the question's resolution, and what they lead to."""
    cell = int(spot.name, 16)
    if query.fact is FactKind.REPORTED:
        return _reported(connection, query, spot, cell)
    return _events(connection, query, spot, cell)


def _events(connection: Connection, query: Query, spot: Spot, cell: int) -> Behind:
    resolution = (cell >> 52) & 15
    first, last = key_range(cell)
    if cell == 0 or resolution < query.resolution:
        # an area: only what is known no better than this very cell
        first = last
    given = _given(query) | {"kind": "seizure", "first": first, "last": last}
    rows = rows_of(connection, "events_behind", given)
    total, kilograms = (int(rows[0].total), float(rows[0].kilograms_total or 0)) if rows else (0, 0.0)
    written = writing(connection, (row.run_id for row in rows[:MOST_SHOWN]))
    ids: list[UUID] = [row.id for row in rows]
    entities = linked_entities(connection, ids, written.titles, query.known_at)
    followed = [*ids, *(entity.id for entity in entities)]
    notes = []
    if total > len(ids):
        notes.append(f"Entities and cases of the newest {len(ids):,} of {total:,} records.")
    if cell and resolution < query.resolution:
        notes.append("Known less finely than the hexagons on the map: shown on this area only.")
    if query.measured is Measured.CASES:
        notes.append(f"{cases_behind(connection, query, first, last).written} distinct cases hold them.")
    weights = np.array([row.kilograms for row in rows], float)
    return Behind(
        spot=spot,
        title="Seizures in this area" if resolution < query.resolution else "Seizures in this hexagon",
        fact=FactKind.EVENTS,
        n=total,
        kilograms=kilograms,
        trend=trend_of_days(query.period, [row.starts.date() for row in rows], weights),
        records=Records(tuple(event_record(row, written) for row in rows[:MOST_SHOWN]), total),
        entities=entities,
        cases=cases_of(connection, followed, written.titles, query.known_at),
        deconfliction=deconfliction_of(connection, followed, written.titles, query.known_at),
        notes=tuple(notes),
    )


def _reported(connection: Connection, query: Query, spot: Spot, cell: int) -> Behind:
    given = _given(query) | {"measure": "seizures_reported", "cell": cell, "resolution": query.resolution}
    rows = rows_of(connection, "reported_behind", given)
    shown = rows[:MOST_SHOWN]
    written = writing(connection, (row.run_id for row in shown))
    total, n, kilograms = (rows[0].total, int(rows[0].n_total), float(rows[0].amount_total)) if rows else (0, 0, 0.0)
    areas = sorted({row.place for row in rows})
    weights, counts = (
        np.array([row.amount or 0 for row in rows], float),
        np.array([row.value for row in rows], np.int64),
    )
    return Behind(
        spot=spot,
        title=", ".join(areas[:3]) + (f" and {len(areas) - 3} more" if len(areas) > 3 else ""),
        fact=FactKind.REPORTED,
        n=n,
        kilograms=kilograms,
        trend=trend_of_days(query.period, [row.starts for row in rows], weights, counts, grain="m"),
        records=Records(tuple(reported_record(row, written) for row in shown), total, FactKind.REPORTED),
        notes=("Reported aggregates: each row is a month, an area and a substance, not a single seizure.",),
    )


def _given(query: Query) -> dict[str, object]:
    return {
        "substances": list(query.substance_ids),
        "since": query.period.since,
        "until": query.period.until,
        "known_at": query.known_at,
        "at_most": MOST_FOLLOWED,
    }
