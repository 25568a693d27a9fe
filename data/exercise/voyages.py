"""How one ship moves: legs along lanes with holds on the way, stays in port, and the fixes that it sends.

Times are seconds before the end of the world, so negative; positions are EPSG:4326 degrees.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from watchfloor.data.exercise.lanes import Lane
from watchfloor.data.exercise.places import FloatArray, distance_m, shift

KNOT_MS: Final = 1852 / 3600
_QUIET_M: Final = 25_000.0
"""Within this distance of a hold a ship keeps to the line, so that two that meet do meet."""


@dataclass(frozen=True, slots=True)
class Hold:
    """A halt on the way: figures of eight of `radius_m` during `drift_s` seconds from `drift_from_s` on.

    seconds: how long the ship stays there. off_m: how far it lies east of the line.
    """

    along_m: float
    seconds: float
    radius_m: float
    turns: int
    drift_from_s: float
    drift_s: float
    off_m: float = 0.0


@dataclass(frozen=True, slots=True)
class Leg:
    """One passage along a lane."""

    lane: Lane
    depart_s: float
    speed_kn: float
    holds: tuple[Hold, ...] = ()


@dataclass(frozen=True, slots=True)
class Track:
    """Fixes of one ship in the order of time, arrays of one length."""

    at_s: FloatArray
    lon: FloatArray
    lat: FloatArray

    def within(self, first_s: float, last_s: float) -> "Track":
        """The fixes in [first_s, last_s)."""
        return self.take((self.at_s >= first_s) & (self.at_s < last_s))

    def take(self, kept: "np.ndarray[tuple[int], np.dtype[np.bool_]]") -> "Track":
        """Some of the fixes."""
        return Track(self.at_s[kept], self.lon[kept], self.lat[kept])


def join_tracks(parts: Sequence[Track]) -> Track:
    """Parts of one ship's track, in order."""
    return Track(*(np.concatenate([getattr(p, name) for p in parts]) for name in ("at_s", "lon", "lat")))


def later(leg: Leg, seconds: float) -> Leg:
    """The leg with its holds, begun later."""
    holds = tuple(replace(hold, drift_from_s=hold.drift_from_s + seconds) for hold in leg.holds)
    return replace(leg, depart_s=leg.depart_s + seconds, holds=holds)


def _knots(leg: Leg, paces: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Times and distances between which a ship's progress is even; paces: share of the usual speed per stretch."""
    grid = np.linspace(0, leg.lane.length_m, len(paces) + 1)
    along = np.unique(np.concatenate([grid, [h.along_m for h in leg.holds]]))
    stretch = np.searchsorted(grid, along[:-1], side="right") - 1
    speed = leg.speed_kn * KNOT_MS * paces[np.clip(stretch, 0, len(paces) - 1)]
    times = leg.depart_s + np.concatenate([[0.0], np.cumsum(np.diff(along) / speed)])
    for hold in leg.holds:
        i = int(np.searchsorted(along, hold.along_m))
        along = np.insert(along, i, hold.along_m)
        times = np.concatenate([times[: i + 1], times[i:] + hold.seconds])
    return times, along


def arrival_s(leg: Leg, along_m: float | None = None) -> float:
    """When a ship at its usual pace comes to a point of the lane, or to its end; holds before it are waited for."""
    target = leg.lane.length_m if along_m is None else along_m
    waited = sum(h.seconds for h in leg.holds if h.along_m < target)
    return leg.depart_s + target / (leg.speed_kn * KNOT_MS) + waited


@dataclass(frozen=True, slots=True)
class Course:
    """How a ship sails one leg, at any moment; times, along: when it is how far; waves: shape (3, 3), its swings."""

    leg: Leg
    times: FloatArray
    along: FloatArray
    waves: FloatArray

    @property
    def ends_s(self) -> float:
        """When the ship arrives."""
        return float(self.times[-1])

    def at(self, at_s: FloatArray) -> Track:
        """Where the ship is at moments, shape (n,), within the leg."""
        s = np.interp(at_s, self.times, self.along)
        lon, lat = self.leg.lane.at(s)
        east, north = _wander(self.leg, s, self.waves)
        for hold in self.leg.holds:
            turn_east, turn_north = _drift(hold, at_s)
            at_hold = np.abs(s - hold.along_m) < 1.0
            east, north = east + np.where(at_hold, turn_east, 0), north + np.where(at_hold, turn_north, 0)
        return Track(at_s, *shift(lon, lat, east, north))


def chart(rng: np.random.Generator, leg: Leg) -> Course:
    """A course for a leg; a ship that halts on the way keeps an even pace, to be there when it should."""
    paces = np.ones(24) if leg.holds else rng.uniform(0.88, 1.12, 24)
    # the same time in all, whatever the pace on the way
    times, along = _knots(leg, paces * np.mean(1 / paces))
    waves = np.stack([rng.uniform(0.2, 0.5, 3), rng.uniform(150_000, 600_000, 3), rng.uniform(0, 6.3, 3)])
    return Course(leg, times, along, waves)


def sail(rng: np.random.Generator, course: Course, interval_s: float) -> Track:
    """Fixes of a passage."""
    return course.at(_moments(rng, course.times[0], course.ends_s, interval_s))


def _moments(rng: np.random.Generator, first: float, last: float, interval_s: float) -> FloatArray:
    n = max(2, int((last - first) / interval_s))
    steps = rng.uniform(0.8, 1.2, n)
    at_s: FloatArray = np.floor(first + np.cumsum(steps) * ((last - first) / steps.sum()))
    return at_s[:-1]


def _wander(leg: Leg, s: FloatArray, waves: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Metres east and north of the line: slow swings to either side, none where the lane has no room."""
    sway = sum(size * np.sin(2 * np.pi * s / length + phase) for size, length, phase in waves.T)
    room = leg.lane.room_m(s)
    for hold in leg.holds:
        room = room * np.clip(np.abs(s - hold.along_m) / _QUIET_M, 0, 1)
    ahead_lon, ahead_lat = leg.lane.at(np.minimum(s + 2_000, leg.lane.length_m))
    back_lon, back_lat = leg.lane.at(np.maximum(s - 2_000, 0))
    east = ((ahead_lon - back_lon + 180) % 360 - 180) * np.cos(np.radians(ahead_lat))
    north = ahead_lat - back_lat
    size = np.maximum(np.hypot(east, north), 1e-9)
    return -north / size * room * sway, east / size * room * sway


def _drift(hold: Hold, at_s: FloatArray) -> tuple[FloatArray, FloatArray]:
    phase = np.clip((at_s - hold.drift_from_s) / hold.drift_s, 0, 1) * hold.turns * 2 * np.pi
    return hold.radius_m * np.sin(phase) + hold.off_m, hold.radius_m * np.sin(2 * phase) / 2


def moor(
    rng: np.random.Generator, place: tuple[float, float], first_s: float, last_s: float, interval_s: float
) -> Track:
    """Fixes of a ship that lies still, with the noise of its receiver."""
    at_s = _moments(rng, first_s, last_s, interval_s)
    n = len(at_s)
    lon, lat = shift(np.full(n, place[0]), np.full(n, place[1]), rng.normal(0, 8, n), rng.normal(0, 8, n))
    return Track(at_s, lon, lat)


def motion(track: Track) -> tuple[FloatArray, FloatArray]:
    """Speed in knots and course in degrees at each fix, shape (n,), told from its neighbours."""
    if len(track.at_s) < 2:
        return np.zeros(len(track.at_s)), np.zeros(len(track.at_s))
    lon, lat = np.radians(track.lon), np.radians(track.lat)
    d_lon = np.diff(lon)
    y = np.sin(d_lon) * np.cos(lat[1:])
    x = np.cos(lat[:-1]) * np.sin(lat[1:]) - np.sin(lat[:-1]) * np.cos(lat[1:]) * np.cos(d_lon)
    course = np.degrees(np.arctan2(y, x)) % 360
    metres = distance_m(track.lon[:-1], track.lat[:-1], track.lon[1:], track.lat[1:])
    speed = metres / np.maximum(np.diff(track.at_s), 1.0) / KNOT_MS
    # the slower of the ways to and from a fix: a ship that has just stopped is not said to run
    slower = np.minimum(np.append(speed, speed[-1]), np.insert(speed, 0, speed[0]))
    return slower, np.append(course, course[-1])
