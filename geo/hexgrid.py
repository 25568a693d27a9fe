"""The H3 library behind four array functions: the only module that calls it for cells.

h3ronpy works on whole arrays and releases the interpreter lock; without it the same answers come from h3, point
by point. Everything else about a cell is arithmetic on its index: see `geo/cells.py`.
"""

from collections.abc import Callable
from itertools import chain
from typing import Final

import h3.api.numpy_int as h3
import numpy as np
import shapely
from numpy.typing import NDArray

try:
    import h3ronpy
    import h3ronpy.vector as h3vector
except ImportError:  # pragma: no cover - exercised by the tests of the plain functions
    h3ronpy = h3vector = None

type CellArray = NDArray[np.uint64]
type FloatArray = NDArray[np.float64]
type IntArray = NDArray[np.int64]


def _locate_fast(lon: FloatArray, lat: FloatArray, resolution: NDArray[np.uint8]) -> CellArray:
    return np.asarray(h3vector.coordinates_to_cells(lat, lon, resolution), np.uint64)


def _locate_plain(lon: FloatArray, lat: FloatArray, resolution: NDArray[np.uint8]) -> CellArray:
    points = zip(lat.tolist(), lon.tolist(), resolution.tolist(), strict=True)
    return np.fromiter((h3.latlng_to_cell(*point) for point in points), np.uint64, lon.size)


def _centres_fast(cells: CellArray) -> tuple[FloatArray, FloatArray]:
    batch = h3vector.cells_to_coordinates(cells)
    return np.asarray(batch.column("lng"), np.float64), np.asarray(batch.column("lat"), np.float64)


def _centres_plain(cells: CellArray) -> tuple[FloatArray, FloatArray]:
    lat_lon = np.array([h3.cell_to_latlng(cell) for cell in cells.tolist()], np.float64).reshape(-1, 2)
    return lat_lon[:, 1], lat_lon[:, 0]


def _outlines_fast(cells: CellArray) -> tuple[FloatArray, IntArray]:
    polygons = shapely.from_wkb(h3vector.cells_to_wkb_polygons(cells).to_pylist())
    lon_lat = shapely.get_coordinates(polygons)
    ends = np.cumsum(shapely.get_num_coordinates(polygons))
    # a ring repeats its first vertex at the end
    counts = np.diff(ends, prepend=0) - 1
    return np.delete(lon_lat, ends - 1, axis=0), counts


def _outlines_plain(cells: CellArray) -> tuple[FloatArray, IntArray]:
    rings = [h3.cell_to_boundary(cell) for cell in cells.tolist()]
    lat_lon = np.array(list(chain.from_iterable(rings)), np.float64).reshape(-1, 2)
    return lat_lon[:, ::-1], np.array([len(ring) for ring in rings], np.int64)


def _disks_fast(cells: CellArray, rings: int) -> CellArray:
    return np.unique(np.asarray(h3ronpy.grid_disk(cells, rings, flatten=True), np.uint64))


def _disks_plain(cells: CellArray, rings: int) -> CellArray:
    disks = [h3.grid_disk(cell, rings) for cell in cells.tolist()]
    return np.unique(np.concatenate([*disks, np.empty(0, np.uint64)]).astype(np.uint64))


def _chosen[**P, R](fast: Callable[P, R], plain: Callable[P, R]) -> Callable[P, R]:
    return plain if h3ronpy is None else fast


locate: Final = _chosen(_locate_fast, _locate_plain)
"""Cells, shape (n,), of finite lon, lat (degrees, |lat| <= 90) at the resolutions given."""

centres: Final = _chosen(_centres_fast, _centres_plain)
"""Longitudes and latitudes of the cells' centres, degrees, shape (n,) each."""

outlines: Final = _chosen(_outlines_fast, _outlines_plain)
"""Vertices (m, 2) as lon, lat in degrees within ±180, cell after cell, unclosed; and their number per cell."""

disks: Final = _chosen(_disks_fast, _disks_plain)
"""All cells within so many steps of any of the cells, sorted, each once."""
