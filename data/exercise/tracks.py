"""Tracks of the last weeks: ordinary traffic with planted silences, meetings and loitering."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import polars as pl

from watchfloor.data.exercise.behaviours import silence_truth
from watchfloor.data.exercise.conduct import Conduct, Schedule, draw_conduct, ordinary
from watchfloor.data.exercise.fleet import Fleet
from watchfloor.data.exercise.places import FloatArray, IntArray
from watchfloor.data.exercise.plan import Plan
from watchfloor.data.exercise.truth import Planted
from watchfloor.data.exercise.voyages import Course, Leg, Track, arrival_s, chart, join_tracks, moor, motion, sail
from watchfloor.data.exercise.waters import Waters

FIXES_EACH: Final = 770
SHIPS_AT_ONCE: Final = 120
_LOST: Final = 0.02
_STILL_KN: Final = 0.05


@dataclass(slots=True)
class Tracks:
    """Fixes of the fleet in the canonical shape, some ships at a time, and what was planted in them."""

    plan: Plan
    fleet: Fleet
    waters: Waters
    truth: list[Planted] = field(default_factory=list)

    def parts(self) -> Iterator[pl.DataFrame]:
        """Fixes of every ship, in the order of ships and time; after the last part `truth` is whole."""
        conduct = draw_conduct(self.plan, self.fleet, self.waters)
        self.truth += conduct.truth
        for start in range(0, len(self.fleet), SHIPS_AT_ONCE):
            ships = range(start, min(start + SHIPS_AT_ONCE, len(self.fleet)))
            yield self._fixes(conduct, ships)

    def _fixes(self, conduct: Conduct, ships: range) -> pl.DataFrame:
        heard = [self._of_ship(conduct, ship) for ship in ships]
        numbers = np.repeat(np.array(ships), [len(track.at_s) for track, _, _ in heard])
        speed, course = (np.concatenate([one[i] for one in heard]) for i in (1, 2))
        sent = Sent(numbers, join_tracks([track for track, _, _ in heard]), speed, course)
        return fixes_frame(self.plan.stream(f"sensors.{ships.start}"), self.plan, self.fleet, sent)

    def _of_ship(self, conduct: Conduct, ship: int) -> tuple[Track, FloatArray, FloatArray]:
        """Track, speed and course of one ship, without the fixes that were lost."""
        rng = self.plan.stream(f"ship.{ship}")
        schedule = conduct.schedules.get(ship) or ordinary(rng, self.fleet, self.waters, ship)
        track = heard_track(rng, schedule).track
        speed, course = motion(track)
        kept = rng.random(len(track.at_s)) >= _LOST
        if schedule.silence:
            kept &= (track.at_s < schedule.silence.from_s) | (track.at_s >= schedule.silence.to_s)
            identifier = self.fleet.identifier(ship)
            self.truth.append(silence_truth(self.plan, identifier, track.take(kept), schedule.silence))
        return track.take(kept), speed[kept], course[kept]


@dataclass(frozen=True, slots=True)
class Heard:
    """What a ship sent, the last course that it took, and how far its berth lies from the ends of lanes, in degrees."""

    track: Track
    course: Course
    berth: FloatArray


def heard_track(rng: np.random.Generator, schedule: Schedule) -> Heard:
    """What a ship sends within its window: more often under way than in port."""
    interval = float(np.clip((schedule.last_s - schedule.first_s) / FIXES_EACH, 600, 1800))
    berth = rng.uniform(-0.008, 0.008, 2)
    parts: list[Track] = []
    free_from = schedule.first_s
    for leg in schedule.legs:
        if leg.depart_s - free_from > 4 * interval:
            parts.append(moor(rng, quay(leg, berth), free_from, leg.depart_s, 4 * interval))
        course = chart(rng, leg)
        parts.append(sail(rng, course, interval))
        free_from = arrival_s(leg)
    if schedule.last_s - free_from > 4 * interval:
        parts.append(moor(rng, quay(leg, berth, at_end=True), free_from, schedule.last_s, 4 * interval))
    track = join_tracks(parts).within(schedule.first_s, schedule.last_s)
    _, first = np.unique(track.at_s, return_index=True)
    return Heard(Track(track.at_s[first], track.lon[first], track.lat[first]), course, berth)


def quay(leg: Leg, berth: FloatArray, *, at_end: bool = False) -> tuple[float, float]:
    """Some hundred metres beside the end of a lane, the same for a ship wherever it calls."""
    lon, lat = leg.lane.at(np.array([leg.lane.length_m if at_end else 0.0]))
    return float(lon[0] + berth[0]), float(lat[0] + berth[1])


@dataclass(frozen=True, slots=True)
class Sent:
    """Fixes with the ship (row of the fleet), the speed in knots and the course in degrees of each, shape (n,)."""

    ships: IntArray
    track: Track
    speed: FloatArray
    course: FloatArray


def fixes_frame(rng: np.random.Generator, plan: Plan, fleet: Fleet, sent: Sent) -> pl.DataFrame:
    """Fixes of ships in the canonical shape, with the noise of their sensors."""
    fixes = _motion_columns(rng, sent.speed, sent.course).hstack(_place_columns(plan, fleet, sent.ships, sent.track))
    return fixes.with_columns(pl.col("at").dt.replace_time_zone("UTC"))


def _place_columns(plan: Plan, fleet: Fleet, ships: IntArray, track: Track) -> pl.DataFrame:
    seconds = track.at_s.astype(np.int64).astype("timedelta64[s]")
    return pl.DataFrame(
        {
            "craft_kind": pl.Series(["vessel"] * len(ships), dtype=pl.String),
            "identifier": fleet.frame["identifier"].gather(ships),
            "at": plan.horizon + seconds.astype("timedelta64[us]"),
            "lon": track.lon.round(5),
            "lat": track.lat.round(5),
            "flags": np.zeros(len(ships), np.int16),
            "label": fleet.labels[ships],
        }
    )


def _motion_columns(rng: np.random.Generator, speed: FloatArray, course: FloatArray) -> pl.DataFrame:
    """Speed, course and heading with the noise of their sensors; a ship at rest turns with the tide."""
    n = len(speed)
    turned = np.where(speed > _STILL_KN, course + rng.normal(0, 1.5, n), rng.uniform(0, 360, n)) % 360
    heading = np.where(rng.random(n) < 0.05, np.nan, np.floor((turned + rng.normal(0, 2, n)) % 360))
    return pl.DataFrame(
        {
            "speed_kn": pl.Series(np.clip(speed + rng.normal(0, 0.08, n), 0, None).round(1), dtype=pl.Float32),
            "course_deg": pl.Series(turned.round(1) % 360, dtype=pl.Float32),
            "heading_deg": pl.Series(heading, dtype=pl.Float32).fill_nan(None),
        }
    )
