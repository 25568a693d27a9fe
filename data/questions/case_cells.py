"""Distinct cases per cell: exact up to `geo.distinct.EXACT_UP_TO` in a hexagon, beyond it a sketch.

Which case holds which event is read in batches under the reader's scope, so that nothing is counted that the reader
may not see, and memory stays bounded by the cells.
"""

from collections.abc import Mapping

import numpy as np
import psycopg
from psycopg.rows import TupleRow

from watchfloor.data.questions.near_ports import with_ports
from watchfloor.data.statements import asked, filters_of
from watchfloor.geo.answers import CellCounts
from watchfloor.geo.bbox import BBox
from watchfloor.geo.cells import resolution_of
from watchfloor.geo.coverings import Covering, covering, overlapping
from watchfloor.geo.distinct import Distinct, DistinctCount, DistinctShown
from watchfloor.geo.query import Query

BATCH = 50_000

type Connection = psycopg.Connection[TupleRow]


def case_cells(connection: Connection, query: Query, kilograms: Mapping[int, float]) -> CellCounts:
    """Distinct cases per cell that overlaps the question's box, and how many they are together.

    kilograms: of all seizures, by cell.
    """
    everywhere = query.bbox == BBox.world()
    met = _met(connection, query, None if everywhere else covering(query.bbox, finest=query.resolution))
    cells = met.groups.astype(np.uint64)
    placed = cells[cells != 0]
    inside = placed if everywhere else placed[overlapping(placed, query.bbox)]
    coarse = resolution_of(inside) < query.resolution
    counts = [met.count(cell) for cell in inside.tolist()]
    return CellCounts(
        cells=inside,
        n=np.array([count.n for count in counts], np.int64),
        kilograms=np.array([kilograms.get(cell, 0.0) for cell in inside.tolist()], np.float64),
        resolution=query.resolution,
        n_unplaced=met.count(0).n,
        distinct=DistinctShown(
            shown=met.together(inside.tolist()),
            known=met.together([*inside.tolist(), 0]),
            on_areas=met.together(inside[coarse].tolist()),
            estimated=sum(not count.is_exact for count in counts),
            error=max((count.error for count in counts), default=0.0),
        ),
    )


def cases_behind(connection: Connection, query: Query, first: int, last: int) -> DistinctCount:
    """Distinct cases that hold events whose keys lie from `first` to `last`, both included."""
    keys = Covering(np.array([first]), np.array([last]), np.array([], np.int64))
    met = _met(connection, query, keys, unplaced=False)
    return met.together(met.groups.tolist())


def _met(connection: Connection, query: Query, near: Covering | None, *, unplaced: bool = True) -> Distinct:
    """Cases by cell; anywhere if there is no covering."""
    given: dict[str, object] = {
        "kind": "seizure",
        **filters_of(query),
        "resolution": query.resolution,
    }
    if near is not None:
        key = [0] if unplaced else []
        given["firsts"] = [*near.first.tolist(), *near.coarse.tolist(), *key]
        given["lasts"] = [*near.last.tolist(), *near.coarse.tolist(), *key]
    met = Distinct()
    # all rows will be read: a plan for the first few of them would take three times as long
    connection.execute("SET LOCAL cursor_tuple_fraction = 1")
    with connection.cursor("case_cells", binary=True) as cursor:
        question = asked("cases_everywhere" if near is None else "cases_in_ranges", given)
        cursor.execute(question, with_ports(connection, given))
        while rows := cursor.fetchmany(BATCH):
            met.add(*np.array(rows, np.int64).T)
    return met
