"""Which stored cells lie near ports, as ranges of keys: what a store looks up in place of measuring each distance.

The Earth is told by hexagons whose inradius is at most a tenth of the distance. A seizure is near a port if the middle
of the hexagon that holds it lies within the distance; one that is known less finely than such a hexagon is judged by
the middle of its own cell, and is never near if that cell is wider than the distance.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from watchfloor.geo import hexgrid
from watchfloor.geo.cells import cells_of, centroids, key_ranges, range_key
from watchfloor.geo.coverings import Covering
from watchfloor.geo.harbours import Harbours
from watchfloor.geo.precision import STORED_RESOLUTION, mean_inradius_m

type FloatArray = NDArray[np.float64]

_PARTS: Final = 10
# neighbouring middles are at least so many inradii apart, where cells are smallest
_APART: Final = 1.5


def reach_resolution(within_m: float) -> int:
    """Resolution of the hexagons by which so many metres are told."""
    return next((r for r in range(STORED_RESOLUTION) if mean_inradius_m(r) <= within_m / _PARTS), STORED_RESOLUTION)


def port_reach(lon: FloatArray, lat: FloatArray, within_m: float) -> Covering:
    """Keys of all stored cells that are near any of these points; lon, lat: shape (n,), EPSG:4326 degrees."""
    nothing = np.zeros(0, np.int64)
    if not lon.size:
        return Covering(nothing, nothing, nothing)
    finest = reach_resolution(within_m)
    firsts, lasts = [nothing], [nothing]
    harbours = Harbours(lon, lat)
    for level in range(finest + 1):
        if mean_inradius_m(level) > within_m:
            continue
        steps = int(np.ceil(within_m / (_APART * mean_inradius_m(level)))) + 1
        around = hexgrid.disks(np.unique(cells_of(lon, lat, level)), steps)
        cells = around[harbours.nearest(*centroids(around), within_m)[1] <= within_m]
        first, last = key_ranges(cells) if level == finest else (range_key(cells), range_key(cells))
        firsts.append(first)
        lasts.append(last)
    return Covering.merged(np.concatenate(firsts), np.concatenate(lasts))
