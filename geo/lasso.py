"""A line drawn with a free hand, made to a polygon with few corners."""

from typing import Final

import numpy as np
import shapely

from watchfloor.geo.areas import MOST_CORNERS, Area, Polygon
from watchfloor.geo.crs import from_mercator, to_mercator
from watchfloor.geo.errors import BadQuestion

MOST_POINTS: Final = 2_000
_LEAST_POINTS: Final = 3
_TRIES: Final = 24
_LEAST_M2: Final = 1.0


def lasso(text: str) -> Area:
    """The largest part of what a line encloses, in as few corners as an area may have. Raises BadQuestion.

    text: hostile; LON,LAT;LON,LAT;… in degrees, longitudes without a jump.
    """
    corners = text.split(";", MOST_POINTS)
    try:
        points = np.array([[float(part) for part in corner.split(",")] for corner in corners], np.float64)
    except ValueError as error:
        raise BadQuestion("a lasso is LON,LAT;LON,LAT;…") from error
    if points.ndim != 2 or points.shape[1] != 2 or len(points) < _LEAST_POINTS or not np.isfinite(points).all():
        raise BadQuestion("a lasso is a line of three points and more")
    if np.abs(points[:, 0]).max() > 540 or np.abs(points[:, 1]).max() > 90:
        raise BadQuestion("a point of the lasso is no place on the Earth")
    return Area(_polygon(np.column_stack(to_mercator(points[:, 0], points[:, 1]))))


def _polygon(line: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> Polygon:
    whole = shapely.make_valid(shapely.Polygon(line))
    parts = [part for part in shapely.get_parts(whole) if part.geom_type == "Polygon" and part.area > _LEAST_M2]
    if not parts:
        raise BadQuestion("the lasso encloses nothing: draw round what is to be selected")
    largest = shapely.Polygon(max(parts, key=lambda part: float(part.area)).exterior)
    tolerance = largest.length / 4000
    for _ in range(_TRIES):
        corners = shapely.get_coordinates(shapely.simplify(largest, tolerance))[:-1]
        if len(corners) <= MOST_CORNERS:
            break
        tolerance *= 1.5
    lon, lat = from_mercator(corners[:, 0], corners[:, 1])
    return Polygon(tuple(np.round(lon, 5).tolist()), tuple(np.round(lat, 5).tolist()))
