"""What the map's tools ask about distances and circles: a message of the browser in, plain values out."""

import math
from collections.abc import Mapping
from typing import Any

from watchfloor.geo.geodesic import FARTHEST_M, Point, circle, measured_way

MOST_POINTS = 200
MOST_RINGS = 20


def geodesic_answer(message: Mapping[str, Any]) -> dict[str, Any]:
    """The answer to a question of map_geodesy.js. Raises KeyError, TypeError or ValueError if it is none."""
    asked = {"turn": int(message["turn"]), "tool": str(message.get("tool"))[:20]}
    if message["what"] == "rings":
        radii = [_within(radius, 0.0, FARTHEST_M) for radius in list(message["radii"])[:MOST_RINGS]]
        centre = _point(message["centre"])
        return {**asked, "rings": [circle(centre, radius) for radius in radii]}
    points = [_point(point) for point in list(message["points"])]
    if message["what"] not in {"way", "area"} or not 0 < len(points) <= MOST_POINTS:
        raise ValueError("no way")
    way = measured_way(points, is_closed=message["what"] == "area")
    return {
        **asked,
        "metres": way.metres,
        "bearings": way.bearings,
        "line": way.line,
        "corners": way.corners,
        "square_metres": way.square_metres,
    }


def _point(given: Any) -> Point:
    lon, lat = given
    return _within(lon, -3_600.0, 3_600.0), _within(lat, -90.0, 90.0)


def _within(given: Any, least: float, most: float) -> float:
    number = float(given)
    if not (math.isfinite(number) and least <= number <= most):
        raise ValueError("no such number")
    return number
