"""The area around a group of places, as a polygon that does not break at the antimeridian."""

from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.sphere import continuous, lon_lat, rings, vectors

type FloatArray = NDArray[np.float64]

_SIDES: Final = 16
_NARROWEST: Final = 0.05
_LONGEST_SIDE: Final = 0.005


def hull(lon: FloatArray, lat: FloatArray, *, margin_m: float | FloatArray) -> shapely.Polygon:
    """The spherical convex hull of places with a margin around each, so that two places have an area too.

    lon, lat: shape (n,), n >= 1, degrees; margin_m above 0, one for all or for each. Longitudes of the polygon run on
    around the centre of the places and may leave ±180. Raises BadQuestion if the places do not lie within one half of
    the globe.
    """
    ring_lon, ring_lat = (axis.ravel() for axis in rings(lon, lat, margin_m, _SIDES))
    around = vectors(ring_lon, ring_lat)
    centre = around.mean(axis=0)
    centre /= np.linalg.norm(centre)
    depth = around @ centre
    if not (depth > _NARROWEST).all():
        raise BadQuestion("an area can be drawn only around places within one half of the globe")
    # seen from the earth's centre great circles are straight, so the plane hull is the hull on the sphere
    right = np.cross(centre, np.eye(3)[np.abs(centre).argmin()])
    right /= np.linalg.norm(right)
    up = np.cross(centre, right)
    plane = np.stack([around @ right, around @ up], axis=1) / depth[:, None]
    # long sides need points between: maps draw from point to point, not along the great circle
    outline = shapely.segmentize(shapely.convex_hull(shapely.multipoints(plane)), _LONGEST_SIDE)
    corners = shapely.get_coordinates(outline)
    corner_lon, corner_lat = lon_lat(centre + corners[:, :1] * right + corners[:, 1:] * up)
    middle = float(lon_lat(centre)[0])
    return shapely.Polygon(np.stack([continuous(corner_lon, middle), corner_lat], axis=1))
