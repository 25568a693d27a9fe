"""What stands behind a tapped cell of seizures: the records, exact to the count on the map, and what they lead to."""

import psycopg
from psycopg.rows import TupleRow

from watchfloor.data.questions.case_cells import cases_behind
from watchfloor.data.questions.records import rows_of
from watchfloor.data.questions.seizures_behind import (
    MOST_FOLLOWED,
    events_behind,
    followed_note,
    reported_behind,
)
from watchfloor.data.statements import filters_of
from watchfloor.geo.cells import key_range
from watchfloor.geo.facts import FactKind
from watchfloor.geo.query import Measured, Query
from watchfloor.geo.spot import Behind, Spot

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
    is_area = resolution < query.resolution
    if cell == 0 or is_area:
        # an area: only what is known no better than this very cell
        first = last
    given = filters_of(query) | {"kind": "seizure", "first": first, "last": last, "at_most": MOST_FOLLOWED}
    rows = rows_of(connection, "events_behind", given)
    notes = [*followed_note(rows)]
    if cell and is_area:
        notes.append("Known less finely than the hexagons on the map: shown on this area only.")
    if query.measured is Measured.CASES:
        notes.append(f"{cases_behind(connection, query, first, last).written} distinct cases hold them.")
    title = "Seizures in this area" if is_area else "Seizures in this hexagon"
    return events_behind(connection, query, spot, rows, title=title, notes=notes)


def _reported(connection: Connection, query: Query, spot: Spot, cell: int) -> Behind:
    given = filters_of(query) | {
        "measure": "seizures_reported",
        "cell": cell,
        "resolution": query.resolution,
        "at_most": MOST_FOLLOWED,
    }
    rows = rows_of(connection, "reported_behind", given)
    areas = sorted({row.place for row in rows})
    title = ", ".join(areas[:3]) + (f" and {len(areas) - 3} more" if len(areas) > 3 else "")
    return reported_behind(connection, query, spot, rows, title=title)
