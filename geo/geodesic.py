"""Distances, bearings, areas and circles on the ellipsoid of WGS 84, and their lines as they run over a map.

Longitudes of answers run on over the antimeridian and are never wrapped: a line stays in one piece.
Source: Karney 2013, doi:10.1007/s00190-012-0578-z, as PROJ implements it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from pyproj import Geod

type FloatArray = NDArray[np.float64]
type Point = tuple[float, float]

NAUTICAL_MILE_M = 1852.0
# half way round the earth: no place is farther
FARTHEST_M = 20_003_931.0
STEP_M = 40_000.0
MOST_STEPS = 180
RING_POINTS = 361


@dataclass(frozen=True, slots=True)
class Way:
    """A line from point to point by the shortest ways.

    metres, bearings: of each leg; bearings in degrees from north, at its beginning. line: longitudes and latitudes.
    corners: where the points lie on the line. square_metres: what the closed line encloses, None if it crosses itself
    or has fewer than three points.
    """

    metres: tuple[float, ...]
    bearings: tuple[float, ...]
    line: tuple[Point, ...]
    corners: tuple[Point, ...]
    square_metres: float | None = None


def measured_way(points: Sequence[Point], *, is_closed: bool = False) -> Way:
    """The way through points of longitude and latitude, EPSG:4326 degrees; closed, it ends where it began."""
    stops = [*points, points[0]] if is_closed and len(points) > 2 else list(points)
    lon, lat = (np.array([point[axis] for point in stops], np.float64) for axis in (0, 1))
    bearings, _, metres = _earth().inv(lon[:-1], lat[:-1], lon[1:], lat[1:])
    legs = [_leg(*pair) for pair in zip(stops[:-1], stops[1:], metres, strict=False)]
    whole = [stops[0], *(point for leg in legs for point in leg)]
    run_on = np.unwrap([point[0] for point in whole], period=360.0)
    line = tuple(zip(run_on.tolist(), (point[1] for point in whole), strict=True))
    ends = np.cumsum([0, *(len(leg) for leg in legs)])
    return Way(
        metres=tuple(float(length) for length in metres),
        bearings=tuple(float(bearing) % 360.0 for bearing in bearings),
        line=line,
        corners=tuple(line[end] for end in ends[: len(points)]),
        square_metres=_enclosed(lon, lat, line) if is_closed and len(points) > 2 else None,
    )


def circle(centre: Point, radius_m: float) -> tuple[Point, ...]:
    """The points at a distance from a place, clockwise from north; the last is the first, or a turn beside it."""
    azimuth = np.linspace(0.0, 360.0, RING_POINTS)
    same = np.full(RING_POINTS, 1.0)
    lon, lat, _ = _earth().fwd(same * centre[0], same * centre[1], azimuth, same * radius_m)
    run_on = np.unwrap(lon, period=360.0)
    # a way to the north passes the pole if the circle holds it: what counts is the copy nearest to its middle
    turn = round((centre[0] - float(run_on.mean())) / 360.0) * 360.0
    return tuple(zip((run_on + turn).tolist(), lat.tolist(), strict=True))


@cache
def _earth() -> "Geod":
    from pyproj import Geod  # noqa: PLC0415 - its database takes a while to open

    return Geod(ellps="WGS84")


def _leg(start: Point, end: Point, metres: float) -> list[Point]:
    """The points behind the first one, so dense that straight pieces look bent as the way is."""
    steps = min(MOST_STEPS, int(metres // STEP_M))
    between = _earth().npts(*start, *end, steps) if steps else []
    return [*((float(lon), float(lat)) for lon, lat in between), end]


def _enclosed(lon: FloatArray, lat: FloatArray, line: Sequence[Point]) -> float | None:
    import shapely  # noqa: PLC0415 - only here

    if not shapely.LinearRing(line).is_simple and abs(line[-1][0] - line[0][0]) < 180.0:
        return None
    area, _ = _earth().polygon_area_perimeter(lon, lat)
    return abs(float(area))
