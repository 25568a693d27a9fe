"""Distinct cases per cell: exact up to `geo.distinct.EXACT_UP_TO` in a hexagon, beyond it a sketch.

Which case holds which event is read in batches under the reader's scope, so that nothing is counted that the reader
may not see, and memory stays bounded by the cells.
"""

import numpy as np
import polars as pl
import psycopg
from psycopg.rows import TupleRow

from watchfloor.data.statements import statement
from watchfloor.geo.answers import CellCounts
from watchfloor.geo.bbox import BBox
from watchfloor.geo.cells import resolution_of
from watchfloor.geo.coverings import Covering, covering, overlapping
from watchfloor.geo.distinct import Distinct, DistinctCount, DistinctShown
from watchfloor.geo.query import Query

BATCH = 50_000

type Connection = psycopg.Connection[TupleRow]


def case_cells(connection: Connection, query: Query) -> CellCounts:
    """Distinct cases per cell that overlaps the question's box, and how many they are together."""
    everywhere = query.bbox == BBox.world()
    met, kilograms = _met(connection, query, None if everywhere else covering(query.bbox, finest=query.resolution))
    cells = met.groups.astype(np.uint64)
    placed = cells[cells != 0]
    inside = placed if everywhere else placed[overlapping(placed, query.bbox)]
    counts = [met.count(cell) for cell in inside.astype(np.int64).tolist()]
    coarse = resolution_of(inside) < query.resolution
    return CellCounts(
        cells=inside,
        n=np.array([count.n for count in counts], np.int64),
        kilograms=np.array([kilograms[cell] for cell in inside.astype(np.int64).tolist()], np.float64),
        resolution=query.resolution,
        n_unplaced=met.count(0).n,
        distinct=DistinctShown(
            shown=_together(met, inside),
            known=_together(met, np.append(inside, np.uint64(0))),
            on_areas=_together(met, inside[coarse]),
            estimated=sum(not count.is_exact for count in counts),
            error=max((count.error for count in counts), default=0.0),
        ),
    )


def cases_behind(connection: Connection, query: Query, first: int, last: int) -> DistinctCount:
    """Distinct cases that hold events whose keys lie from `first` to `last`, both included."""
    keys = np.array([first]), np.array([last])
    met, _ = _met(connection, query, Covering(*keys, np.array([], np.int64)), unplaced=first == 0)
    return met.together(met.groups.tolist())


def _together(met: Distinct, cells: np.ndarray) -> DistinctCount:
    return met.together(cells.astype(np.int64).tolist())


def _met(
    connection: Connection, query: Query, near: Covering | None, *, unplaced: bool = True
) -> tuple[Distinct, dict[int, float]]:
    """Cases by cell, and kilograms by cell; anywhere if there is no covering."""
    given: dict[str, object] = {
        "kind": "seizure",
        "substances": list(query.substance_ids),
        "resolution": query.resolution,
        "since": query.period.since,
        "until": query.period.until,
    }
    if near is not None:
        key = np.array([0] if unplaced else [], np.int64)
        given["firsts"] = np.concatenate([near.first, near.coarse, key]).tolist()
        given["lasts"] = np.concatenate([near.last, near.coarse, key]).tolist()
    met, kilograms = Distinct(), dict[int, float]()
    with connection.cursor("case_cells") as cursor:
        cursor.execute(statement("cases_everywhere" if near is None else "cases_in_ranges"), given)
        while rows := cursor.fetchmany(BATCH):
            frame = pl.DataFrame(rows, schema={"cell": pl.Int64, "case": pl.Int64, "kg": pl.Float64}, orient="row")
            met.add(frame["cell"].to_numpy(), frame["case"].to_numpy())
            for cell, weight in frame.group_by("cell").agg(pl.col("kg").sum()).iter_rows():
                kilograms[cell] = kilograms.get(cell, 0.0) + weight
    return met, kilograms
