"""Fixes as columns, in the order of craft and time, and what lies between one and the next."""

from typing import NamedTuple, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from watchfloor.geo.compiled import compiled
from watchfloor.geo.sphere import EARTH_RADIUS_M
from watchfloor.geo.track_marks import KNOT_MS, SPEED_UNKNOWN_KN, usable

type FloatArray = NDArray[np.float64]
type IntArray = NDArray[np.int64]
type BoolArray = NDArray[np.bool_]


class Fixes(NamedTuple):
    """Fixes sorted by craft, then time, shape (n,) each.

    at_s: seconds since 1970 UTC. lon, lat: EPSG:4326 degrees. speed_kn: as told, NaN if not.
    """

    craft: IntArray
    at_s: FloatArray
    lon: FloatArray
    lat: FloatArray
    speed_kn: NDArray[np.float32]

    @classmethod
    def of(cls, craft: ArrayLike, at_s: ArrayLike, lon: ArrayLike, lat: ArrayLike, speed_kn: ArrayLike) -> Self:
        """Columns of any number type."""
        degrees = (np.asarray(lon, np.float64), np.asarray(lat, np.float64))
        return cls(
            np.asarray(craft, np.int64), np.asarray(at_s, np.float64), *degrees, np.asarray(speed_kn, np.float32)
        )

    def take(self, rows: IntArray | BoolArray | slice) -> Self:
        """Some of the fixes; their order must stay."""
        return type(self)(self.craft[rows], self.at_s[rows], self.lon[rows], self.lat[rows], self.speed_kn[rows])

    def clean(self, marks_of: NDArray[np.uint16]) -> Self:
        """The fixes whose place and time are the craft's."""
        return self.take(usable(marks_of))


@compiled
def distance_between(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """Metres on the great circle between two points in degrees (haversine), cheap where they are close."""
    d_lat = np.radians(other_lat - lat)
    d_lon = np.radians((other_lon - lon + 540.0) % 360.0 - 180.0)
    if abs(d_lat) < 1e-3 and abs(d_lon) < 1e-3:
        across = np.cos(np.radians((lat + other_lat) / 2)) * d_lon
        return EARTH_RADIUS_M * float(np.sqrt(d_lat * d_lat + across * across))
    cosines = np.cos(np.radians(lat)) * np.cos(np.radians(other_lat))
    half = np.sin(d_lat / 2) ** 2 + cosines * np.sin(d_lon / 2) ** 2
    return 2 * EARTH_RADIUS_M * float(np.arcsin(min(1.0, np.sqrt(half))))


@compiled
def steps_m(fixes: Fixes) -> FloatArray:
    """Metres from the fix before of the same craft, shape (n,); NaN at the first of each."""
    metres = np.full(len(fixes.craft), np.nan)
    for i in range(1, len(metres)):
        if fixes.craft[i] == fixes.craft[i - 1]:
            metres[i] = distance_between(fixes.lon[i - 1], fixes.lat[i - 1], fixes.lon[i], fixes.lat[i])
    return metres


@compiled
def paces_kn(fixes: Fixes, metres: FloatArray) -> NDArray[np.float32]:
    """How fast each craft is at each fix, shape (n,): as it tells, or else as it has come from the fix before.

    NaN where neither is known. metres: from `steps_m`.
    """
    paces = fixes.speed_kn.copy()
    for i in range(len(paces)):
        if not paces[i] < SPEED_UNKNOWN_KN:
            seconds = fixes.at_s[i] - fixes.at_s[i - 1] if i and not np.isnan(metres[i]) else 0.0
            paces[i] = metres[i] / seconds / KNOT_MS if seconds > 0 else np.nan
    return paces
