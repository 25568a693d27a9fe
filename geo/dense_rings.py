"""The edge of a place as many points: along parallels and meridians, straight on the map, or round a middle."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from watchfloor.geo.areas import Area
from watchfloor.geo.bbox import BBox
from watchfloor.geo.cells import boundaries
from watchfloor.geo.crs import from_mercator, to_mercator
from watchfloor.geo.disc import Disc
from watchfloor.geo.selection import Place
from watchfloor.geo.sphere import rings

type FloatArray = NDArray[np.float64]
type DenseRing = tuple[FloatArray, FloatArray]

_POINTS: Final = 720
_ON_CELLS: Final = 40


def dense_rings(place: Place) -> tuple[DenseRing, ...]:
    """Longitudes and latitudes of each ring, unclosed; longitudes run on without a jump and may leave ±180."""
    if not isinstance(place, Area):
        vertices, offsets = boundaries(np.array(place.cells, np.uint64), between=_ON_CELLS)
        parts = np.split(vertices, offsets[1:-1])
        return tuple((part[:, 0], part[:, 1]) for part in parts)
    drawn = place.drawn
    if isinstance(drawn, Disc):
        (lon,), (lat,) = rings(np.array([drawn.lon]), np.array([drawn.lat]), drawn.radius_m, _POINTS)
        return ((np.unwrap(lon, period=360.0), lat),)
    lon, lat = (np.array(values) for values in place.ring)
    if isinstance(drawn, BBox):
        return (_between(lon, lat),)
    return (from_mercator(*_between(*to_mercator(lon, lat))),)


def _between(x: FloatArray, y: FloatArray) -> DenseRing:
    """Points evenly on each side of a ring."""
    each = max(2, _POINTS // len(x))
    share = np.linspace(0.0, 1.0, each, endpoint=False)
    along = [start[:, None] + (np.roll(start, -1) - start)[:, None] * share for start in (x, y)]
    return along[0].ravel(), along[1].ravel()
