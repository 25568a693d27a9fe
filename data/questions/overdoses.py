"""Overdoses: suppressed counts for everybody, single events under the health right."""

from datetime import datetime

import numpy as np
import psycopg
from psycopg.rows import TupleRow

from watchfloor.data.questions.cells import WORLD, cell_counts, ranges
from watchfloor.data.statements import asked, filters_of, statement
from watchfloor.geo.answers import CellCounts, Trend
from watchfloor.geo.cells import centroids, resolution_of
from watchfloor.geo.clusters import Clusters, Events, find_clusters
from watchfloor.geo.coverings import overlapping
from watchfloor.geo.overdoses import MAIN, month_start, whole_months
from watchfloor.geo.precision import mean_inradius_m
from watchfloor.geo.query import Query
from watchfloor.geo.suppression import Atoms, placed

type Connection = psycopg.Connection[TupleRow]


def overdose_cells(connection: Connection, query: Query, *, sees_health: bool) -> CellCounts:
    """Overdoses per cell that overlaps the question's box; suppressed without the health right."""
    if sees_health:
        given = _given(query)
        rows = connection.execute(asked("overdose_cells", given), given).fetchall()
        return cell_counts(rows, query)
    atoms = read_atoms(connection, query.known_at)
    first, last = whole_months(query.period)
    position = released_position(query)
    found = placed(atoms, resolution=query.resolution, first_month=first, last_month=last, substance=position)
    cells, n = found.cells, found.n
    known = cells != 0
    inside = known.copy()
    if query.bbox != WORLD:
        inside[known] = overlapping(cells[known], query.bbox)
    return CellCounts(
        cells=cells[inside],
        n=n[inside],
        kilograms=np.zeros(int(inside.sum())),
        resolution=query.resolution,
        n_unplaced=int(n[~known].sum()),
        n_wider=found.n_wider,
        is_suppressed=True,
    )


def overdose_trend(connection: Connection, query: Query, *, sees_health: bool) -> Trend:
    """Overdoses per month; of suppressed counts those atoms that lie wholly in one month."""
    if sees_health:
        given = _given(query)
        rows = connection.execute(asked("overdose_trend", given), given).fetchall()
        return Trend([row[0] for row in rows], np.array([row[1] for row in rows], np.int64), np.zeros(len(rows)), "m")
    atoms = read_atoms(connection, query.known_at)
    first, last = whole_months(query.period)
    single = atoms.take(np.flatnonzero((atoms.n_months == 1) & (atoms.first_month >= first)))
    single = single.take(np.flatnonzero(single.first_month <= last))
    position = released_position(query)
    if position is not None:
        bit = 1 << position
        single = single.take(np.flatnonzero(((single.known & bit) != 0) & ((single.value & bit) != 0)))
    months, group = np.unique(single.first_month, return_inverse=True)
    n = np.bincount(group, weights=single.n, minlength=months.size).astype(np.int64)
    return Trend([month_start(int(month)) for month in months], n, np.zeros(months.size), "m")


def overdose_clusters(connection: Connection, query: Query, *, sees_health: bool) -> Clusters:
    """Clusters of overdoses in the period: of single events, or of suppressed counts at their cells' centres."""
    if sees_health:
        given = _given(query)
        rows = connection.execute(asked("overdose_places", given), given).fetchall()
        lon, lat, uncertainty, day, masks = _columns(rows)
        return find_clusters(Events(lon, lat, np.ones(len(rows)), day, masks, uncertainty))
    counts = overdose_cells(connection, query, sees_health=False)
    lon, lat = centroids(counts.cells)
    radius = np.array([mean_inradius_m(int(r)) for r in resolution_of(counts.cells)], np.float64)
    nothing = np.zeros(counts.cells.size, np.int64)
    day = np.full(counts.cells.size, np.iinfo(np.int32).min, np.int64)
    return find_clusters(Events(lon, lat, counts.n.astype(np.float64), day, nothing, radius))


def read_atoms(connection: Connection, known_at: datetime | None = None) -> Atoms:
    """All atoms that this scope sees, or those that were released by a moment: a few thousand rows."""
    rows = connection.execute(statement("overdose_atoms"), {"known_at": known_at}).fetchall()
    table = np.array(rows, np.int64).reshape(-1, 6)
    cell, first, months, known, value, n = (table[:, i] for i in range(6))
    return Atoms(cell.astype(np.uint64), first, months, known, value, n)


def released_position(query: Query) -> int | None:
    """Position of the asked substance among the main ones; beyond them if it is none of these; None: any."""
    if not query.substance_ids:
        return None
    if len(query.substance_ids) == 1 and query.substance_ids[0] in MAIN:
        return MAIN.index(query.substance_ids[0])
    return len(MAIN)


def _columns(rows: list[TupleRow]) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    lon = np.array([np.nan if row[0] is None else row[0] for row in rows], np.float64)
    lat = np.array([np.nan if row[1] is None else row[1] for row in rows], np.float64)
    uncertainty = np.array([np.inf if row[2] is None else row[2] for row in rows], np.float64)
    day = np.array([row[3] for row in rows], "datetime64[D]").astype(np.int64)
    masks = np.array([sum(1 << s for s in set(row[4])) for row in rows], np.int64)
    return lon, lat, uncertainty, day, masks


def _given(query: Query) -> dict[str, object]:
    return {
        **filters_of(query),
        "resolution": query.resolution,
        **ranges(query.bbox, query.resolution),
    }
