"""Which stored cells may lie in a box: the few ranges of keys that an index can look up.

A row holds one cell, at the finest resolution that its uncertainty admits. To find the rows of a box the store asks
`key BETWEEN first AND last` for a few ranges, or `key = ANY(coarse)`: the ranges take in everything stored finely,
the coarse keys the rows that are known only to a larger cell which overlaps the box.

It is a superset: whatever cell of whatever resolution holds a point of the box, its key is in the covering. The
ranges reach a little further than the box, because descendants stick out of their ancestor: by 0.124 edges for
children, 0.124 (1 + 7^-½ + 7^-1 + …) = 0.2 edges in all on the plane; FRINGE allows for the distortion on the globe.
"""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
import shapely
from numpy.typing import NDArray

from watchfloor.geo import hexgrid
from watchfloor.geo.bbox import BBox
from watchfloor.geo.cells import FINEST, boundaries, cells_at, centroids, key_ranges, parent, range_key, resolution_of
from watchfloor.geo.precision import STORED_RESOLUTION, mean_inradius_m

type BoolArray = NDArray[np.bool_]
type CellArray = NDArray[np.uint64]
type FloatArray = NDArray[np.float64]
type IntArray = NDArray[np.int64]

METRES_PER_DEGREE: Final = 111_195.0
FRINGE: Final = 0.3
"""How far descendants may stick out of a cell, in its edges."""

INRADIUS: Final = 3**0.5 / 2
"""From the middle of a cell to its side, in its edges."""

_MOST_CELLS: Final = 240
_FURTHEST: Final = 1.4
"""How far a corner may be from its cell's centre, in mean inradii: 1.272 was the furthest of 300,000 cells."""
_POLAR: Final = 88.0

_STRAIGHT: Final = 86.0
"""Beyond this latitude a side of a cell bends on the map by more than the slack: by edge / 8 R · tan(latitude)."""

_SLACK: Final = 0.02
"""What drawing sides as straight pieces may be off, in edges."""


@dataclass(frozen=True, slots=True, eq=False)
class Covering:
    """Ranges of keys (both ends belong) and single keys, each sorted, disjoint, as int64 arrays."""

    first: IntArray
    last: IntArray
    coarse: IntArray

    @classmethod
    def merged(cls, first: IntArray, last: IntArray) -> Self:
        """The least number of ranges for the same keys; a range of one key becomes a coarse key."""
        order = np.argsort(first)
        first, reach = first[order], np.maximum.accumulate(last[order])
        opens = np.append(True, first[1:] > reach[:-1] + 1)
        closes = np.append(opens[1:], True)
        first, last = first[opens], reach[closes]
        single = first == last
        return cls(first[~single], last[~single], first[single])

    def holds(self, keys: IntArray) -> BoolArray:
        """Which keys the covering takes in: the twin of the question that the store asks."""
        keys = np.asarray(keys, np.int64)
        first, last = (np.concatenate([ends, self.coarse]) for ends in (self.first, self.last))
        if first.size == 0:
            return np.zeros(keys.shape, np.bool_)
        # looked up in the few ranges: to sort a million keys, as np.isin does, takes three times as long
        order = np.argsort(first)
        reach = np.maximum.accumulate(last[order])
        index = np.searchsorted(first[order], keys, side="right") - 1
        return np.asarray((index >= 0) & (keys <= reach[index]))


def covering(bbox: BBox, *, max_ranges: int = 64, finest: int = STORED_RESOLUTION, reaches: bool = False) -> Covering:
    """All keys whose cell may hold a point of the box; at most `max_ranges` ranges beside the coarse keys.

    Rows finer than `finest` are found too, through its ranges. reaches: those too whose point may lie outside, but no
    further from the box than it is uncertain.
    """
    for resolution in range(_suitable_resolution(bbox, finest), 0, -1):
        found = _covering_at(bbox, resolution, reaches=reaches)
        if found.first.size <= max_ranges:
            return found
    return _covering_at(bbox, 0, reaches=reaches)


def regions_of(found: Covering) -> Covering:
    """The last keys of the regions (cells of resolution 1 and larger) that hold what the covering takes in."""
    free = np.int64((1 << 3 * (FINEST - 1)) - 1)
    first, last = (np.concatenate([ends, found.coarse]) | free for ends in (found.first, found.last))
    return Covering.merged(first, last)


def overlapping(cells: CellArray, bbox: BBox) -> BoolArray:
    """Which cells share a point with the box: their sides are straight on the map, on the globe below resolution 3.

    Cell 0 never does.
    """
    cells = np.asarray(cells, np.uint64)
    resolution = resolution_of(cells)
    overlaps = np.zeros(cells.shape, np.bool_)
    for level in np.unique(resolution[resolution >= 0]).tolist():
        at_level = resolution == level
        overlaps[at_level] = _sharing(cells[at_level], bbox, level)
    return overlaps


def _sharing(cells: CellArray, bbox: BBox, resolution: int) -> BoolArray:
    """Which cells of one resolution share a point with the box: only those by its border are drawn to find out."""
    lon, lat = centroids(cells)
    shares = np.asarray(bbox.contains(lon, lat))
    reach = _FURTHEST * mean_inradius_m(resolution) / METRES_PER_DEGREE
    furthest = np.abs(lat) + reach
    east_of_west = (lon - bbox.west) % 360
    aside = np.where(east_of_west <= bbox.width, 0.0, np.minimum(east_of_west - bbox.width, 360 - east_of_west))
    # a cell by a pole reaches round it
    sideways = np.where(furthest < _POLAR, reach / np.cos(np.radians(np.minimum(furthest, _POLAR))), 360.0)
    may_reach = (lat >= bbox.south - reach) & (lat <= bbox.north + reach) & (aside <= sideways)
    unsure = np.flatnonzero(may_reach & ~shares)
    shares[unsure] = _near(cells[unsure], bbox, resolution, 0.0)
    return shares


def _covering_at(bbox: BBox, resolution: int, *, reaches: bool) -> Covering:
    # a cell's rows are uncertain by its inradius at most; short cells are passed in two steps
    reach, steps = (INRADIUS, 2) if reaches else (0.0, 1)
    around = hexgrid.disks(_sampled(bbox, resolution), steps)
    first, last = key_ranges(around[_may_hold(around, bbox, resolution, FRINGE + reach)])
    firsts, lasts = [first], [last]
    overlaps = around
    for level in range(resolution - 1, -1, -1):
        around = hexgrid.disks(np.unique(parent(overlaps, level)), steps)
        overlaps = around[_may_hold(around, bbox, level, _SLACK + reach)]
        keys = range_key(overlaps)
        firsts.append(keys)
        lasts.append(keys)
    return Covering.merged(np.concatenate(firsts), np.concatenate(lasts))


def _may_hold(cells: CellArray, bbox: BBox, resolution: int, edges: float) -> BoolArray:
    """Which cells come within so many edges of the box, and all by a pole, where no side is nearly straight."""
    furthest = np.abs(centroids(cells)[1]) + _FURTHEST * mean_inradius_m(resolution) / METRES_PER_DEGREE
    return np.asarray((furthest > _STRAIGHT) | _near(cells, bbox, resolution, edges))


def _edge_m(resolution: int) -> float:
    return mean_inradius_m(resolution) * 2 / 3**0.5


def _extent_m(bbox: BBox) -> tuple[float, float]:
    """Metres from west to east where the box is widest, and from south to north."""
    widest = 0.0 if bbox.south <= 0 <= bbox.north else min(abs(bbox.south), abs(bbox.north))
    return bbox.width * METRES_PER_DEGREE * np.cos(np.radians(widest)), bbox.height * METRES_PER_DEGREE


def _suitable_resolution(bbox: BBox, finest: int) -> int:
    width, height = _extent_m(bbox)
    for resolution in range(min(finest, FINEST), 0, -1):
        spacing = 2 * mean_inradius_m(resolution)
        if (width / spacing + 2) * (height / spacing + 2) <= _MOST_CELLS:
            return resolution
    return 0


def _sampled(bbox: BBox, resolution: int) -> CellArray:
    """Cells under a grid of points so dense that no cell of the box is more than one step from a found one."""
    spacing = 0.4 * mean_inradius_m(resolution)
    columns, rows = (int(extent / spacing) + 2 for extent in _extent_m(bbox))
    lon = bbox.west + np.linspace(0.0, bbox.width, columns)
    lat = np.linspace(bbox.south, bbox.north, rows)
    grid_lon, grid_lat = (axis.ravel() for axis in np.meshgrid(lon, lat))
    return np.unique(cells_at(grid_lon, grid_lat, np.full(grid_lon.shape, resolution)))


def _near(cells: CellArray, bbox: BBox, resolution: int, edges: float) -> BoolArray:
    """Which cells of one resolution come within so many edges of the box."""
    if cells.size == 0:
        return np.zeros(0, np.bool_)
    # straight on the map as the hexagons are drawn; of the largest that would be off by a part of their size
    vertices, offsets = boundaries(cells, between=7 - 2 * resolution if resolution < 3 else 0)
    rings = shapely.linearrings(vertices, indices=np.repeat(np.arange(cells.size), np.diff(offsets)))
    areas = _padded(bbox, _edge_m(resolution) * edges / METRES_PER_DEGREE)
    shapely.prepare(areas)
    return np.asarray(shapely.intersects(areas, shapely.polygons(rings)))


def _padded(bbox: BBox, degrees: float) -> shapely.MultiPolygon:
    """The box, grown by so many degrees of arc, three times: cells may be drawn up to a turn to the east or west."""
    south, north = max(-90.0, bbox.south - degrees), min(90.0, bbox.north + degrees)
    shortest = np.cos(np.radians(max(abs(south), abs(north))))
    sideways = degrees / shortest if shortest > degrees / 180 else 180.0
    if bbox.width + 2 * sideways >= 360:
        return shapely.MultiPolygon([shapely.box(-720.0, south, 720.0, north)])
    west, east = bbox.west - sideways, bbox.west + bbox.width + sideways
    return shapely.MultiPolygon([shapely.box(west + turn, south, east + turn, north) for turn in (-360, 0, 360)])
