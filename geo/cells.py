"""H3 cells as arrays of 64-bit numbers, and the key that makes descendants contiguous.

An H3 index holds, from the top: mode (4 bits, always 1), reserved (3), resolution (4, from bit 52), base cell (7,
from bit 45) and fifteen digits of three bits, each 0 to 6, or 7 beyond the resolution. Hence

* a parent: set the resolution, fill the finer digits with 7. In SQL, for rows at `r` or finer:
  `(c & ~(15::bigint << 52)) | (r::bigint << 52) | ((1::bigint << (3 * (15 - r))) - 1)`
* the key: the index without its resolution bits. All descendants of a cell, of whatever resolution, have keys from
  the cell's key with its free digits 0 to that with its free digits 7, which is the cell's own key. No other cell
  lies there: an ancestor has a 7 earlier. In SQL: `c & ~(15::bigint << 52)`. One B-tree on the key answers
  every spatial question of `geo/coverings.py`.

Children stick out of their parents by up to a seventh of the parent's width: the tree is exact, the geometry is not.
Cell 0 is "no place": it has no resolution, is its own parent, and is in no covering.
"""

from concurrent.futures import ThreadPoolExecutor
from typing import Final

import numpy as np
from numpy.typing import NDArray

from watchfloor.geo import hexgrid
from watchfloor.geo.precision import STORED_RESOLUTION
from watchfloor.geo.sphere import lon_lat, vectors

type CellArray = NDArray[np.uint64]
type FloatArray = NDArray[np.float64]
type IntArray = NDArray[np.int64]

NO_CELL: Final = np.uint64(0)
FINEST: Final = 15

_RESOLUTION_SHIFT: Final = np.uint64(52)
_RESOLUTION_MASK: Final = np.uint64(15 << 52)
_THREADED_FROM: Final = 50_000


def cells_of(lon: FloatArray, lat: FloatArray, resolution: int) -> CellArray:
    """The cell that holds each point, or 0 where there is none (not a number, latitude beyond ±90).

    lon, lat: shape (n,), EPSG:4326 degrees; longitudes beyond ±180 go once more round.
    """
    return cells_at(lon, lat, np.full(np.shape(lon), resolution, np.int64))


def cells_at(lon: FloatArray, lat: FloatArray, resolution: IntArray) -> CellArray:
    """The cell of each point at its own resolution, shape (n,); 0 also where the resolution is below 0."""
    lon, lat = np.asarray(lon, np.float64), np.asarray(lat, np.float64)
    resolution = np.asarray(resolution)
    cells = np.zeros(lon.shape, np.uint64)
    placed = np.flatnonzero(np.isfinite(lon) & (np.abs(lat) <= 90) & (resolution >= 0))
    whole = placed.size == lon.size
    points = (lon, lat, resolution) if whole else (lon[placed], lat[placed], resolution[placed])
    cells[placed] = _located(*points)
    return cells


def _located(lon: FloatArray, lat: FloatArray, resolution: IntArray) -> CellArray:
    levels = resolution.astype(np.uint8)
    if lon.size < _THREADED_FROM:
        return hexgrid.locate(lon, lat, levels)
    half = lon.size // 2
    # the binding releases the interpreter lock, so that two threads use two cores
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(hexgrid.locate, lon[:half], lat[:half], levels[:half])
        second = hexgrid.locate(lon[half:], lat[half:], levels[half:])
        return np.concatenate([first.result(), second])


def resolution_of(cells: CellArray) -> IntArray:
    """The resolution of each cell, 0 to 15, or -1 for cell 0."""
    cells = np.asarray(cells, np.uint64)
    level = ((cells & _RESOLUTION_MASK) >> _RESOLUTION_SHIFT).astype(np.int64)
    return np.where(cells == NO_CELL, -1, level)


def parent(cells: CellArray, resolution: int) -> CellArray:
    """The ancestor of each cell at `resolution`; a cell that is coarser already stays as it is."""
    cells = np.asarray(cells, np.uint64)
    level = np.uint64(resolution << 52)
    free = np.uint64((1 << 3 * (FINEST - resolution)) - 1)
    coarser = (cells & _RESOLUTION_MASK) < level
    above = (cells & ~_RESOLUTION_MASK) | level | free
    return np.where(coarser | (cells == NO_CELL), cells, above)


def range_key(cells: CellArray) -> IntArray:
    """The cell without its resolution bits: descendants of one cell are one contiguous range of keys."""
    return (np.asarray(cells, np.uint64) & ~_RESOLUTION_MASK).astype(np.int64)


def key_ranges(cells: CellArray) -> tuple[IntArray, IntArray]:
    """First and last key of the descendants of each cell, itself included; both ends belong."""
    last = range_key(cells)
    free = 3 * (FINEST - resolution_of(cells))
    return last & ~((np.int64(1) << free) - 1), last


def key_range(cell: int) -> tuple[int, int]:
    """First and last key of the descendants of one cell, itself included; both ends belong."""
    first, last = key_ranges(np.array([cell], np.uint64))
    return int(first[0]), int(last[0])


def centroids(cells: CellArray) -> tuple[FloatArray, FloatArray]:
    """Longitude and latitude of each cell's centre, degrees, shape (n,); NaN for cell 0."""
    cells = np.asarray(cells, np.uint64)
    lon, lat = np.full(cells.shape, np.nan), np.full(cells.shape, np.nan)
    placed = cells != NO_CELL
    lon[placed], lat[placed] = hexgrid.centres(cells[placed])
    return lon, lat


def resolution_for_zoom(zoom: int) -> int:
    """The resolution to draw at a web map zoom (256-pixel tiles): hexagons about 19 to 45 pixels wide at 35° N.

    At most STORED_RESOLUTION: from zoom 15 on, hexagons grow.
    """
    return int(np.searchsorted(_COARSEST_ZOOM, zoom, side="right")) - 1 if zoom >= 0 else 0


_COARSEST_ZOOM: Final = np.array([0, 2, 3, 5, 6, 8, 9, 10, 12, 13][: STORED_RESOLUTION + 1])


def boundaries(cells: CellArray, *, between: int = 0) -> tuple[FloatArray, IntArray]:
    """Outlines as (vertices, offsets): cell i has the rows offsets[i] to offsets[i + 1] of vertices, unclosed.

    vertices: shape (m, 2), lon and lat in degrees. Longitudes run on without a jump and may leave ±180, so that a
    cell on the antimeridian is one ring around its centre; a cell that holds a pole is closed along the pole.
    `between` puts so many more vertices on each side, on the great circle. Cell 0 raises the library's ValueError.
    """
    cells = np.asarray(cells, np.uint64)
    vertices, counts = hexgrid.outlines(cells)
    if between:
        vertices, counts = _denser(vertices, counts, between)
    offsets = np.concatenate([[0], np.cumsum(counts)])
    if cells.size == 0:
        return vertices, offsets
    turn = _unwind(vertices, offsets, centroids(cells)[0])
    for index in np.flatnonzero(np.abs(turn) > 180)[::-1]:
        start, stop = offsets[index], offsets[index + 1]
        lon, lat = vertices[start]
        pole = np.copysign(90.0, lat)
        seam = [(lon + turn[index], lat), (lon + turn[index], pole), (lon, pole)]
        vertices = np.insert(vertices, stop, seam, axis=0)
        offsets[index + 1 :] += len(seam)
    return vertices, offsets


def _unwind(vertices: FloatArray, offsets: IntArray, centre: FloatArray) -> FloatArray:
    """Makes longitudes continuous along each ring, in place; returns degrees turned once around: 0 or ±360."""
    starts, counts = offsets[:-1], np.diff(offsets)
    step = _wrapped(np.diff(vertices[:, 0], prepend=vertices[0, 0]))
    step[starts] = 0.0
    along = np.cumsum(step)
    lon = np.repeat(vertices[starts, 0] - along[starts], counts) + along
    middle = np.add.reduceat(lon, starts) / counts
    vertices[:, 0] = lon + np.repeat(360.0 * np.round((centre - middle) / 360.0), counts)
    last = offsets[1:] - 1
    closing = _wrapped(vertices[starts, 0] - vertices[last, 0])
    return np.asarray(vertices[last, 0] + closing - vertices[starts, 0])


def _wrapped(degrees: FloatArray) -> FloatArray:
    return (degrees + 180.0) % 360.0 - 180.0


def _denser(vertices: FloatArray, counts: IntArray, between: int) -> tuple[FloatArray, IntArray]:
    here = vectors(*vertices.T)
    following = np.arange(1, len(vertices) + 1)
    ends = np.cumsum(counts)
    following[ends - 1] = ends - counts
    share = np.linspace(0, 1, between + 1, endpoint=False)[None, :, None]
    # chords are cut evenly, which is even enough on the arc; their ends project back onto the great circle
    dense = (here[:, None] * (1 - share) + here[following][:, None] * share).reshape(-1, 3)
    return np.stack(lon_lat(dense), axis=1), counts * (between + 1)
