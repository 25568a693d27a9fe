"""Which stored cells may lie in a disc: the few ranges of keys for a cursor that waits, in a thousandth of a second."""

from typing import Final

import numpy as np

from watchfloor.geo import hexgrid
from watchfloor.geo.cells import cells_of, centroids, key_ranges
from watchfloor.geo.coverings import Covering, covering
from watchfloor.geo.disc import Disc
from watchfloor.geo.precision import STORED_RESOLUTION, mean_inradius_m
from watchfloor.geo.sphere import distance_m, vectors

# cells of such a size that some twenty of them take in the disc
_EDGES_OF_RADIUS: Final = 2.5
# a corner lies an edge from its centre, descendants stick out by 0.3 more, and edges differ by a fifth from their mean
_EDGES_BEYOND: Final = 1.6
# neighbouring centres are 1.7 edges apart on the plane, 1.3 where edges are shortest
_EDGES_APART: Final = 1.3


def disc_covering(disc: Disc) -> Covering:
    """Ranges of keys of all rows that are stored at the finest resolution and may lie in the disc.

    Unlike `coverings.covering` it leaves out rows that are known to a larger cell only: positions are never such.
    """
    resolution = next((r for r in range(STORED_RESOLUTION, 0, -1) if disc.radius_m <= _EDGES_OF_RADIUS * _edge_m(r)), 0)
    edge_m = _edge_m(resolution)
    reach_m = disc.radius_m + _EDGES_BEYOND * edge_m
    steps = int(np.ceil(reach_m / (_EDGES_APART * edge_m))) + 1
    if resolution == 0:
        return covering(disc.bbox)
    middle = cells_of(np.array([disc.lon]), np.array([disc.lat]), resolution)
    around = hexgrid.disks(middle, steps)
    lon, lat = centroids(around)
    metres = distance_m(vectors(lon, lat), vectors(np.array(disc.lon), np.array(disc.lat)))
    return Covering.merged(*key_ranges(around[metres <= reach_m]))


def _edge_m(resolution: int) -> float:
    return mean_inradius_m(resolution) * 2 / 3**0.5
