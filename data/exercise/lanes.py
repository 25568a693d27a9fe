"""Sea lanes between ports and roads between towns, as lines with the distance along them."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from watchfloor.data.exercise.places import FloatArray, Places, distance_m

_ROADS_ONLY: Final = frozenset({"USSAV", "COBAQ", "SEGOT", "SRPBM", "BRMAO", "MZPOL", "HKHKG"})
"""Ports up a river, behind a headland or far from the network: a straight way to the quay would cross land."""
_WAYPOINTS: Final = {"MXESE": ((-116.75, 31.82), (-117.05, 32.0), (-117.3, 32.5))}
"""Points between quay and network where the straight way would cross land."""


@dataclass(frozen=True)
class Lane:
    """A line from one place to another; lon runs on beyond ±180 where it crosses the antimeridian.

    along_m: metres from the start, shape (n,), growing; lon, lat: shape (n,), EPSG:4326 degrees.
    """

    lon: FloatArray
    lat: FloatArray
    along_m: FloatArray

    @property
    def length_m(self) -> float:
        """Metres from end to end."""
        return float(self.along_m[-1])

    def at(self, along_m: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Points at distances from the start; lon within ±180."""
        lon = np.interp(along_m, self.along_m, self.lon)
        return (lon + 180) % 360 - 180, np.interp(along_m, self.along_m, self.lat)

    def room_m(self, along_m: FloatArray) -> FloatArray:
        """How far a ship may keep off the line there: little where the lane bends often, as in straits and canals."""
        leg = np.diff(self.along_m)[np.clip(np.searchsorted(self.along_m, along_m, side="right") - 1, 0, None).clip(
            max=len(self.along_m) - 2)]  # fmt: skip
        from_ends = np.minimum(along_m, self.length_m - along_m)
        return np.asarray(np.minimum(np.minimum(leg * 0.04, from_ends * 0.05), 15_000.0))

    def backwards(self) -> "Lane":
        """The same line from its end to its start."""
        return Lane(self.lon[::-1], self.lat[::-1], (self.length_m - self.along_m)[::-1])


def line(lon: FloatArray, lat: FloatArray) -> Lane:
    """A lane through points; repeated points are left out."""
    lon = np.unwrap(np.asarray(lon, np.float64), period=360)
    lat = np.asarray(lat, np.float64)
    step = distance_m(lon[:-1], lat[:-1], lon[1:], lat[1:])
    kept = np.concatenate([[True], step > 1.0])
    return Lane(lon[kept], lat[kept], np.concatenate([[0.0], np.cumsum(step[step > 1.0])]))


@lru_cache(maxsize=4096)
def _sea_route(lon: float, lat: float, to_lon: float, to_lat: float) -> Lane:
    import searoute  # noqa: PLC0415  # reads its network when imported: half a second that only this part needs

    found = searoute.searoute([lon, lat], [to_lon, to_lat])
    points = np.array(found.geometry["coordinates"], np.float64)
    return line(points[:, 0], points[:, 1])


def sea_lane(places: Places, start: int, end: int) -> Lane:
    """The sea lane between two ports, rows of the gazetteer, from quay to quay, or roads where a river leads up."""
    network = _sea_route(
        round(float(places.lon[start]), 3), round(float(places.lat[start]), 3),
        round(float(places.lon[end]), 3), round(float(places.lat[end]), 3),
    )  # fmt: skip
    first, last = _approach(places, start), _approach(places, end)[::-1]
    lon = np.concatenate([[x for x, _ in first], network.lon, [x for x, _ in last]])
    lat = np.concatenate([[y for _, y in first], network.lat, [y for _, y in last]])
    return line(lon, lat)


def _approach(places: Places, port: int) -> list[tuple[float, float]]:
    """Points from a port's quay out to the network of lanes."""
    code = places.codes[port]
    if code in _ROADS_ONLY:
        return []
    return [(float(places.lon[port]), float(places.lat[port])), *_WAYPOINTS.get(code, ())]


def road(places: Places, stops: tuple[int, ...]) -> Lane:
    """A straight line from stop to stop, rows of the gazetteer."""
    rows = list(stops)
    return line(places.lon[rows], places.lat[rows])
