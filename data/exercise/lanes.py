"""Sea lanes between ports and roads between towns, as lines with the distance along them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from watchfloor.data.exercise.charts import Way, sea_routes
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


OPEN: Final = "northwest"
"""The passage that no ship of the exercise takes anyway."""
_found: dict[Way, Lane] = {}


def sea_lanes(places: Places, asked: Sequence[tuple[int, int, str]]) -> list[Lane]:
    """Sea lanes between two ports, rows of the gazetteer, that avoid a closed passage, or OPEN where none is closed.

    They lead from quay to quay, or from the roads where a river leads up. Asking for many at once is quicker.
    """
    ways = [_way(places, *one) for one in asked]
    unknown = [way for way in dict.fromkeys(ways) if way not in _found]
    if unknown:
        for way, points in zip(unknown, sea_routes(unknown), strict=True):
            _found[way] = line(*np.array(points, np.float64).T)
    return [_quay_to_quay(places, a, b, _found[way]) for (a, b, _), way in zip(asked, ways, strict=True)]


def sea_lane(places: Places, start: int, end: int) -> Lane:
    """The sea lane between two ports, rows of the gazetteer."""
    return sea_lanes(places, [(start, end, OPEN)])[0]


def _way(places: Places, start: int, end: int, closed: str) -> Way:
    lon, lat, to_lon, to_lat = (
        round(float(values[row]), 3) for row in (start, end) for values in (places.lon, places.lat)
    )
    return Way(lon, lat, to_lon, to_lat, closed)


def _quay_to_quay(places: Places, start: int, end: int, network: Lane) -> Lane:
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
