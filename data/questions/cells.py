"""Cells: seizures counted per H3 cell, from the roll-up where it can, from the raw facts where it must."""

from collections.abc import Sequence

import numpy as np
import polars as pl
import psycopg
from psycopg.rows import TupleRow

from watchfloor.data.questions.case_cells import case_cells
from watchfloor.data.questions.rolled_up import cell_sums, is_rolled_up
from watchfloor.data.questions.seized import seized
from watchfloor.data.statements import asked, filters_of
from watchfloor.geo.answers import CellCounts
from watchfloor.geo.bbox import BBox
from watchfloor.geo.cells import cells_of, parent
from watchfloor.geo.coverings import Covering, covering, overlapping
from watchfloor.geo.facts import FactKind
from watchfloor.geo.precision import STORED_RESOLUTION
from watchfloor.geo.query import Measured, Query
from watchfloor.geo.spot import Spot, SpotKind

WORLD = BBox.world()
WIDE_DEGREES2 = 400
_EVERY_KEY = Covering(np.array([0]), np.array([2**63 - 1]), np.array([], np.int64))


def seizure_cells(connection: psycopg.Connection[TupleRow], query: Query) -> CellCounts:
    """Seizures per cell that overlaps the question's box.

    The measure 'cases' counts distinct cases (`case_cells`); reported aggregates are summed per area's cell.
    """
    if query.fact is FactKind.REPORTED:
        given = _reported(query)
        return cell_counts(connection.execute(asked("cells_reported", given), given).fetchall(), query)
    rows = cell_sums(connection, query) if is_rolled_up(query) else _of_events(connection, query)
    if query.measured is Measured.CASES:
        return case_cells(connection, query, {cell: float(kilograms) for cell, _, kilograms in rows})
    return cell_counts(rows, query)


def _of_events(connection: psycopg.Connection[TupleRow], query: Query) -> list[TupleRow]:
    question = "cells_everywhere" if is_wide(query.bbox) else "cells_of_events"
    found = seized(connection, question, _raw(query))
    cells = parent(found["cell"].to_numpy().astype(np.uint64), query.resolution)
    summed = found.with_columns(pl.Series("cell", cells)).group_by("cell").agg(n=pl.len(), kg=pl.col("kilograms").sum())
    return summed.sort("cell").rows()


def cell_counts(rows: Sequence[TupleRow], query: Query) -> CellCounts:
    """Rows of (cell, n, kilograms) as a frame, cut to the box; cell 0 becomes `n_unplaced`."""
    cells = np.array([row[0] for row in rows], np.int64).astype(np.uint64)
    n = np.array([row[1] for row in rows], np.int64)
    kilograms = np.array([row[2] for row in rows], np.float64)
    placed = cells != 0
    inside = placed.copy()
    if query.bbox != WORLD:
        inside[placed] = overlapping(cells[placed], query.bbox)
    return CellCounts(
        cells=cells[inside],
        n=n[inside],
        kilograms=kilograms[inside],
        resolution=query.resolution,
        fact=query.fact,
        n_unplaced=int(n[~placed].sum()),
    )


def is_wide(bbox: BBox) -> bool:
    """Whether a box holds so much of the world that its rows are sooner read in one go than by ranges of keys."""
    return (bbox.east - bbox.west) % 360 * (bbox.north - bbox.south) > WIDE_DEGREES2 or bbox == WORLD


def cell_spot(counts: CellCounts, lon: float, lat: float) -> Spot | None:
    """The finest of the cells that holds the point, or None."""
    at = np.array([lon]), np.array([lat])
    for resolution in range(counts.resolution, -1, -1):
        cell = cells_of(*at, resolution)[0]
        if cell in counts.cells:
            return Spot(SpotKind.CELL, f"{int(cell):x}")
    return None


def ranges(bbox: BBox, resolution: int = STORED_RESOLUTION) -> dict[str, list[int]]:
    """The covering of a box as the arrays that questions take; key 0, where the unplaced stand, is in it.

    resolution: that of the cells to be counted. Every cell that overlaps the box is then covered whole, so that
    its count does not depend on where the box ends.
    """
    found = _EVERY_KEY if bbox == WORLD else covering(bbox, finest=resolution)
    # the empty list would make floats of the keys, and floats round them
    unplaced = np.array([] if bbox == WORLD else [0], np.int64)
    first = np.concatenate([found.first, found.coarse, unplaced])
    last = np.concatenate([found.last, found.coarse, unplaced])
    return {"firsts": first.tolist(), "lasts": last.tolist()}


def _raw(query: Query) -> dict[str, object]:
    return {
        "kind": "seizure",
        **filters_of(query),
        "resolution": query.resolution,
        **ranges(query.bbox, query.resolution),
    }


def _reported(query: Query) -> dict[str, object]:
    return {
        "measure": "seizures_reported",
        **filters_of(query),
        "resolution": query.resolution,
    }
