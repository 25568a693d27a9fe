"""Where a craft can have been while it was silent: all places from which it could still come where it was heard again.

On the sphere that is an ellipse with the ends of the silence as its foci: the way there and the way on are together as
long as the most that the craft can sail in the time.
"""

from typing import Final

import numpy as np

from watchfloor.geo.sphere import EARTH_RADIUS_M, continuous, distance_m, lon_lat, vectors
from watchfloor.geo.track_events import Events
from watchfloor.geo.track_fixes import FloatArray
from watchfloor.geo.track_marks import KNOT_MS

SIDES: Final = 96
MOST_WAY_M: Final = 15_000_000.0
"""A longer way reaches more than an ocean: the area is drawn for this one and tells nothing."""
SHARE_FASTER: Final = 1.25
LEAST_KN: Final = 5.0
_HALVINGS: Final = 40


def reach_speeds_kn(gaps: Events) -> FloatArray:
    """How fast each craft may have been: a quarter above its fastest in the 12 h before, or what it must have been."""
    told = np.nan_to_num(gaps.evidence["fastest_kn"], nan=0.0) * SHARE_FASTER
    return np.maximum(np.maximum(told, LEAST_KN), gaps.evidence["implied_kn"])


def reaches(gaps: Events, most_kn: FloatArray | float | None = None) -> list[FloatArray]:
    """A closed ring of longitudes and latitudes for each gap, shape (k, 2), degrees.

    most_kn: in place of `reach_speeds_kn`. Longitudes run on beyond ±180 where a ring crosses the antimeridian, so that
    it stays whole; one that goes round a pole is closed along the pole.
    """
    knots = reach_speeds_kn(gaps) if most_kn is None else np.broadcast_to(np.asarray(most_kn, np.float64), len(gaps))
    way = np.minimum(knots * KNOT_MS * (gaps.ends_s - gaps.starts_s), MOST_WAY_M)
    starts = vectors(gaps.lon, gaps.lat)
    ends = vectors(gaps.evidence["to_lon"], gaps.evidence["to_lat"])
    lon, lat = _ellipses(starts, ends, np.maximum(way, distance_m(starts, ends)))
    return [_ring(*one) for one in zip(lon, lat, strict=True)]


def _ellipses(starts: FloatArray, ends: FloatArray, way_m: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Points of the ellipses around their middles, shape (n, SIDES) each; way_m: shape (n,)."""
    middle = starts + ends
    middle /= np.maximum(np.linalg.norm(middle, axis=1, keepdims=True), 1e-12)
    # any direction that is not the middle's own serves to begin from
    aside = np.where(np.abs(middle[:, 2:]) < 0.9, [[0.0, 0.0, 1.0]], [[1.0, 0.0, 0.0]])
    east = np.cross(aside, middle)
    east /= np.linalg.norm(east, axis=1, keepdims=True)
    north = np.cross(middle, east)
    turn = np.linspace(0, 2 * np.pi, SIDES, endpoint=False)[None, :, None]
    towards = east[:, None] * np.cos(turn) + north[:, None] * np.sin(turn)
    near = np.zeros((len(way_m), SIDES))
    far = np.broadcast_to(np.minimum(way_m / EARTH_RADIUS_M, np.pi)[:, None], near.shape).copy()
    for _ in range(_HALVINGS):
        angle = (near + far) / 2
        points = middle[:, None] * np.cos(angle)[..., None] + towards * np.sin(angle)[..., None]
        inside = distance_m(points, starts[:, None]) + distance_m(points, ends[:, None]) <= way_m[:, None]
        near, far = np.where(inside, angle, near), np.where(inside, far, angle)
    return lon_lat(middle[:, None] * np.cos(near)[..., None] + towards * np.sin(near)[..., None])


def _ring(lon: FloatArray, lat: FloatArray) -> FloatArray:
    """One closed ring whose longitudes run on."""
    step = continuous(np.diff(lon, append=lon[0]), 0.0)
    along = lon[0] + np.concatenate([[0.0], np.cumsum(step)])
    closed = np.append(lat, lat[0])
    turned = along[-1] - along[0]
    if abs(turned) < 180.0:
        along[-1] = along[0]
        return np.column_stack([along, closed])
    pole = 90.0 if lat.mean() > 0 else -90.0
    corners = [[along[-1], pole], [along[0], pole], [along[0], lat[0]]]
    return np.concatenate([np.column_stack([along, closed]), corners])
