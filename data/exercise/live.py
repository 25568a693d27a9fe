"""The world that runs on after its last day: hour by hour, the same rows for the same world and the same hours."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import numpy as np
import polars as pl

from watchfloor.data.exercise.fleet import Fleet, make_fleet
from watchfloor.data.exercise.grounds import Grounds
from watchfloor.data.exercise.live_ships import Afloat
from watchfloor.data.exercise.overdoses import BACKGROUND as OVERDOSES
from watchfloor.data.exercise.overdoses import ordinary_cases, write_cases
from watchfloor.data.exercise.places import Places
from watchfloor.data.exercise.plan import OF_OVERDOSES, OF_SEIZURES, Moments, Plan
from watchfloor.data.exercise.routes import ROUTES
from watchfloor.data.exercise.scenes import join_scenes, noise_scenes, route_scenes
from watchfloor.data.exercise.seizure_frames import Found, write_down
from watchfloor.data.exercise.seizures import BACKGROUND, ON_ROUTES, seizure_labels
from watchfloor.data.exercise.tracks import fixes_frame
from watchfloor.data.exercise.world import People, find_ground
from watchfloor.data.ingest.frames import conform

HOUR: Final = timedelta(hours=1)
_WEEKEND: Final = {"seizures": 0.85, "overdoses": 1.25}
_PEAK_HOUR: Final = {"seizures": 13.0, "overdoses": 20.0}
_KEPT: Final = 3

type Frames = Mapping[str, pl.DataFrame]


@dataclass(frozen=True, slots=True)
class _Hour:
    """What happens in one hour; due: when each seizure and each overdose becomes known."""

    events: pl.DataFrame
    items: pl.DataFrame
    seized: Moments
    overdoses: pl.DataFrame
    taken: Moments
    fixes: pl.DataFrame


@dataclass(slots=True)
class LiveWorld:
    """What happens after the last day of a world: fixes of the ships at sea, seizures, now and then an overdose."""

    plan: Plan
    ground: Grounds
    fleet: Fleet
    afloat: Afloat
    _hours: dict[int, _Hour] = field(default_factory=dict)

    @classmethod
    def of(cls, plan: Plan, places: Places) -> "LiveWorld":
        """The world of a plan at its end; takes the seconds that its lanes take."""
        ground = find_ground(plan, places)
        fleet = make_fleet(plan, People.of(plan, places).holdings["vessel"])
        return cls(plan, ground, fleet, Afloat.of(plan, fleet, ground.waters))

    def between(self, first: datetime, last: datetime) -> Frames:
        """Canonical frames of what becomes known in [first, last), UTC; the same rows however a time is cut up.

        `label` is an index, as in a World. Nothing is known of the time before the end of the world.
        """
        begins = max(first, self.plan.horizon_utc)
        if begins >= last:
            return {}
        numbers = range(self._number(begins), self._number(last - timedelta(microseconds=1)) + 1)
        cuts = [_cut(self._hour(number), begins, last) for number in numbers]
        joined = {name: pl.concat([cut[name] for cut in cuts]) for name in cuts[0]}
        return {name: conform(name, frame) for name, frame in joined.items() if frame.height}

    def _number(self, at: datetime) -> int:
        return (at - self.plan.horizon_utc) // HOUR

    def _hour(self, number: int) -> _Hour:
        if number not in self._hours:
            for old in sorted(self._hours)[: -_KEPT + 1]:
                del self._hours[old]
            self._hours[number] = self._make(number)
        return self._hours[number]

    def _make(self, number: int) -> _Hour:
        events, items, seized = self._seizures(number)
        overdoses, taken = self._overdoses(number)
        rng = self.plan.stream(f"live.fixes.{number}")
        sent = self.afloat.fixes(rng, number * 3600.0, (number + 1) * 3600.0)
        fixes = fixes_frame(rng, self.plan, self.fleet, sent)
        return _Hour(events, items, seized, overdoses, taken, fixes)

    def _moments(self, rng: np.random.Generator, number: int, kind: str, per_day: float) -> Moments:
        """When it happens within the hour: as often as the hour of the day and the day of the week have it."""
        begins = self.plan.horizon_utc + number * HOUR
        away = (begins.hour - _PEAK_HOUR[kind] + 12) % 24 - 12
        share = 0.3 / 24 + 0.7 * np.exp(-((away / 4) ** 2) / 2) / (4 * np.sqrt(2 * np.pi))
        n = int(rng.poisson(per_day * share * (_WEEKEND[kind] if begins.weekday() >= 5 else 1.0)))
        start = np.datetime64(begins.replace(tzinfo=None), "us")
        moments: Moments = start + np.sort(rng.integers(0, 3600, n)).astype("timedelta64[s]")
        return moments.astype("datetime64[us]")

    def _keys(self, kind: str, number: int, n: int) -> list[str]:
        begins = self.plan.horizon_utc + number * HOUR
        return [f"live-{kind}-{begins:%Y%m%d%H}-{i + 1:04d}" for i in range(n)]

    def _seizures(self, number: int) -> tuple[pl.DataFrame, pl.DataFrame, Moments]:
        rng, plan = self.plan.stream(f"live.seizures.{number}"), self.plan
        of_routes = [0.0 if route.ended_days else ON_ROUTES * route.share for route in ROUTES]
        expected = np.array([BACKGROUND, *of_routes])
        per_day = plan.count(float(expected.sum()), 60, OF_SEIZURES) / plan.days
        moments = self._moments(rng, number, "seizures", per_day)
        noise, *on_routes = rng.multinomial(len(moments), expected / expected.sum()).tolist()
        parts = [noise_scenes(rng, self.ground, noise)]
        parts += [route_scenes(rng, self.ground, i, n) for i, n in enumerate(on_routes)]
        scenes = join_scenes(parts).take(rng.permutation(len(moments)))
        keys = self._keys("seizure", number, len(moments))
        found = Found(keys, scenes, moments, np.full(len(moments), np.nan), seizure_labels(rng, scenes))
        told = write_down(rng, self.ground.places, found, coarse=False)
        return told.events, told.items, moments

    def _overdoses(self, number: int) -> tuple[pl.DataFrame, Moments]:
        rng, plan = self.plan.stream(f"live.overdoses.{number}"), self.plan
        per_day = plan.count(OVERDOSES, 60, OF_OVERDOSES) / plan.days
        moments = self._moments(rng, number, "overdoses", per_day)
        cases = ordinary_cases(rng, self.ground.towns, moments)
        keys = self._keys("overdose", number, len(moments))
        return write_cases(rng, self.ground.towns, cases, keys), moments


def _cut(hour: _Hour, first: datetime, last: datetime) -> Frames:
    """The rows of an hour that become known in [first, last)."""
    events = hour.events.filter(_within(hour.seized, first, last))
    return {
        "events": events,
        "seizure_items": hour.items.filter(pl.col("event_key").is_in(events["key"].to_list())),
        "overdoses": hour.overdoses.filter(_within(hour.taken, first, last)),
        "fixes": hour.fixes.filter(pl.col("at") >= first, pl.col("at") < last),
    }


def _within(moments: Moments, first: datetime, last: datetime) -> pl.Series:
    low, high = (np.datetime64(at.replace(tzinfo=None), "us") for at in (first, last))
    return pl.Series((moments >= low) & (moments < high), dtype=pl.Boolean)
