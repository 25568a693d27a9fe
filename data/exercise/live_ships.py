"""Ships that are still out there when the world ends, sailing on: any hour of it, the same whenever it is asked for."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from watchfloor.data.exercise.behaviours import HOUR_S
from watchfloor.data.exercise.conduct import draw_conduct, next_leg, ordinary
from watchfloor.data.exercise.fleet import Fleet
from watchfloor.data.exercise.places import FloatArray, distance_m, shift
from watchfloor.data.exercise.plan import Plan
from watchfloor.data.exercise.tracks import Heard, Sent, heard_track, quay
from watchfloor.data.exercise.voyages import KNOT_MS, Course, Leg, Track, arrival_s, chart, join_tracks, later
from watchfloor.data.exercise.waters import Waters

_OFTEN_S: Final = (90, 241)
_IN_PORT: Final = 4
"""A ship in port sends a fix for every so many that it would send under way."""
_STEP_S: Final = 30.0


@dataclass(slots=True)
class Sailing:
    """One ship from the end of the world on; times are seconds after it. courses: the passages so far, in order."""

    ship: int
    rng: np.random.Generator
    berth: FloatArray
    every_s: int
    phase_s: int
    courses: list[Course]

    @classmethod
    def of(cls, plan: Plan, ship: int, heard: Heard) -> "Sailing":
        """The ship as the world left it."""
        rng = plan.stream(f"live.ship.{ship}")
        every = int(rng.integers(*_OFTEN_S))
        return cls(ship, rng, heard.berth, every, int(rng.integers(every)), [heard.course])

    def fixes(self, noise: np.random.Generator, first_s: float, last_s: float) -> Sent:
        """Fixes in [first_s, last_s); passages are added as they are needed."""
        while self.courses[-1].ends_s < last_s:
            self.courses.append(chart(self.rng, self._next()))
        low = int(np.ceil((first_s - self.phase_s) / self.every_s))
        high = int(np.ceil((last_s - self.phase_s) / self.every_s))
        numbers = np.arange(low, high)
        at_s = (self.phase_s + numbers * self.every_s).astype(np.float64)
        begins = np.array([course.times[0] for course in self.courses])
        on = np.searchsorted(begins, at_s, side="right") - 1
        parts = [self._in_port(noise, at_s[(on < 0) & (numbers % _IN_PORT == 0)], 0)]
        for i, course in enumerate(self.courses):
            mine = on == i
            parts.append(_under_way(self.ship, course, at_s[mine & (at_s < course.ends_s)]))
            waiting = mine & (at_s >= course.ends_s) & (numbers % _IN_PORT == 0)
            parts.append(self._in_port(noise, at_s[waiting], i, at_end=True))
        return join_sent(parts)

    def _next(self) -> Leg:
        before = self.courses[-1].leg
        lane = before.lane
        if distance_m(lane.lon[:1], lane.lat[:1], lane.lon[-1:], lane.lat[-1:])[0] < 1_000:
            # a trip to the fishing ground and home again, repeated
            return later(before, arrival_s(before) + float(self.rng.uniform(8, 30)) * HOUR_S - before.depart_s)
        return next_leg(self.rng, before, lane.backwards())

    def _in_port(self, noise: np.random.Generator, at_s: FloatArray, course: int, *, at_end: bool = False) -> Sent:
        lon, lat = quay(self.courses[course].leg, self.berth, at_end=at_end)
        n = len(at_s)
        moved = shift(np.full(n, lon), np.full(n, lat), noise.normal(0, 8, n), noise.normal(0, 8, n))
        return Sent(np.full(n, self.ship), Track(at_s, *moved), np.zeros(n), np.zeros(n))


def _under_way(ship: int, course: Course, at_s: FloatArray) -> Sent:
    before = course.at(np.maximum(at_s - _STEP_S, course.times[0]))
    after = course.at(np.minimum(at_s + _STEP_S, course.ends_s))
    metres = distance_m(before.lon, before.lat, after.lon, after.lat)
    # where a lane bends sharply a ship cuts the corner, and is no faster for it
    speed = np.minimum(metres / np.maximum(after.at_s - before.at_s, 1.0) / KNOT_MS, course.leg.speed_kn * 1.15)
    lat, to_lat, d_lon = np.radians(before.lat), np.radians(after.lat), np.radians(after.lon - before.lon)
    north = np.cos(lat) * np.sin(to_lat) - np.sin(lat) * np.cos(to_lat) * np.cos(d_lon)
    heading = np.degrees(np.arctan2(np.sin(d_lon) * np.cos(to_lat), north)) % 360
    return Sent(np.full(len(at_s), ship), course.at(at_s), speed, heading)


def join_sent(parts: Sequence[Sent]) -> Sent:
    """Several sets of fixes as one."""
    return Sent(
        np.concatenate([p.ships for p in parts]),
        join_tracks([p.track for p in parts]),
        np.concatenate([p.speed for p in parts]),
        np.concatenate([p.course for p in parts]),
    )


@dataclass(slots=True)
class Afloat:
    """All ships that sail on."""

    sailings: list[Sailing] = field(default_factory=list)

    @classmethod
    def of(cls, plan: Plan, fleet: Fleet, waters: Waters) -> "Afloat":
        """Those whose track lasts to the end of the world."""
        conduct = draw_conduct(plan, fleet, waters)
        made = []
        for ship in range(len(fleet)):
            rng = plan.stream(f"ship.{ship}")
            schedule = conduct.schedules.get(ship) or ordinary(rng, fleet, waters, ship)
            if schedule.last_s == 0.0:
                made.append(Sailing.of(plan, ship, heard_track(rng, schedule)))
        return cls(made)

    def fixes(self, noise: np.random.Generator, first_s: float, last_s: float) -> Sent:
        """Fixes of all ships in [first_s, last_s), in the order of ships and time."""
        return join_sent([one.fixes(noise, first_s, last_s) for one in self.sailings])
