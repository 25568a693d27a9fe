"""Seizures: four fifths noise at ports, crossings and towns, the rest along the planted routes and in planted patterns.

They are made part by part, each a random sample of the world from a stream of its own, so that a world of any size
needs the memory of one part and of what links must know of every seizure.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from watchfloor.data.exercise.calendar import between, day_weights, draw_days
from watchfloor.data.exercise.closures import CROSSING, crossing_truth, places_instead
from watchfloor.data.exercise.grounds import Grounds
from watchfloor.data.exercise.labels import SEALED, USUAL, Labels, draw_labels
from watchfloor.data.exercise.loads import Loads, PlantedLoads, planted_loads
from watchfloor.data.exercise.places import FloatArray, IntArray, scatter
from watchfloor.data.exercise.plan import OF_SEIZURES, Moments, Plan
from watchfloor.data.exercise.routes import ROUTES, PlantedRoute
from watchfloor.data.exercise.scenes import Scenes, join_scenes, noise_scenes, route_scenes
from watchfloor.data.exercise.seizure_frames import Found, write_down
from watchfloor.data.exercise.truth import Planted
from watchfloor.geo.substances import BY_ID

BACKGROUND: Final = 15_600
ON_ROUTES: Final = 4_400
PART: Final = 20_000
# yearly growth, month of the peak, swing of the season
_HABITS: Final[Mapping[str, tuple[float, int, float]]] = {
    "fentanyl": (0.35, 6, 0.15),
    "heroin": (-0.22, 4, 0.15),
    "methamphetamine": (0.10, 8, 0.20),
    "cocaine": (0.08, 5, 0.30),
    "cannabis": (-0.15, 10, 0.45),
    "xylazine": (0.60, 6, 0.10),
    "oxycodone": (-0.30, 1, 0.10),
}


@dataclass(frozen=True, slots=True)
class SeizureKeys:
    """The keys of seizures by their number, made when they are asked for."""

    n: int

    def __getitem__(self, rows: IntArray | NDArray[np.bool_]) -> NDArray[np.object_]:
        chosen = np.arange(self.n)[rows]
        return np.array([seizure_key(i) for i in chosen.tolist()], object)


def seizure_key(number: int) -> str:
    """The key of the seizure of that number, from 0."""
    return f"seizure-{number + 1:06d}"


@dataclass(frozen=True, slots=True)
class SeizurePart:
    """Some seizures in the canonical frames, with the true places, which no frame holds, and the moments as told."""

    events: pl.DataFrame
    items: pl.DataFrame
    scenes: Scenes
    labels: Labels
    starts: Moments
    moved: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Seizures:
    """What the makers of links need to know of every seizure, arrays of one length; route: index into ROUTES or -1."""

    labels: Labels
    starts: Moments
    owner: NDArray[np.int16]
    conveyance: NDArray[np.int16]
    route: NDArray[np.int16]

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def keys(self) -> SeizureKeys:
        """Keys, to be indexed."""
        return SeizureKeys(len(self))


@dataclass(slots=True)
class Register:
    """Takes down the parts as they pass."""

    plan: Plan
    grounds: Grounds
    _planted: PlantedLoads = field(init=False)
    _parts: list[Seizures] = field(default_factory=list)
    _moved: list[str] = field(default_factory=list)
    _planted_from: int = 0

    def parts(self) -> Iterator[SeizurePart]:
        """All seizures, part by part; after the last of them `seizures` and `truth` are whole."""
        self._planted = planted_loads(self.plan, self.grounds)
        number = 0
        for loads, rng in _drawn(self.plan, self.grounds):
            part = _part(rng, self.plan, self.grounds, loads, number)
            self._note(part, number)
            yield part
            number += len(part.labels)
        self._planted_from = number
        rng = self.plan.stream("loads.told")
        part = _part(rng, self.plan, self.grounds, self._planted.loads, number, is_planted=True)
        self._note(part, number)
        yield part

    def _note(self, part: SeizurePart, number: int) -> None:
        scenes = part.scenes
        small = (a.astype(np.int16) for a in (scenes.owner, scenes.conveyance, scenes.route))
        self._parts.append(Seizures(part.labels, part.starts, *small))
        self._moved += [seizure_key(number + i) for i in np.flatnonzero(part.moved).tolist()]

    def seizures(self) -> Seizures:
        """All that have passed."""
        return Seizures(*(np.concatenate([getattr(p, name) for p in self._parts]) for name in Seizures.__slots__))

    def truth(self) -> list[Planted]:
        """Routes, the closed crossing, clusters, probes and the surge."""
        keys = [seizure_key(self._planted_from + i) for i in range(len(self._planted.loads.days))]
        routes = route_truth(self.plan, self.seizures())
        return [*routes, crossing_truth(self.plan, tuple(self._moved)), *self._planted.truth(keys)]


def _drawn(plan: Plan, grounds: Grounds) -> Iterator[tuple[Loads, np.random.Generator]]:
    """Noise and routes, in parts of about PART."""
    n_noise = plan.count(BACKGROUND, 60, OF_SEIZURES)
    counts = [n_noise, *(plan.count(ON_ROUTES * route.share, 4, OF_SEIZURES) for route in ROUTES)]
    n_parts = -(-sum(counts) // PART)
    for part in range(n_parts):
        rng = plan.stream(f"seizures.{part}")
        noise, *routes = (n * (part + 1) // n_parts - n * part // n_parts for n in counts)
        scenes = [noise_scenes(rng, grounds, noise)]
        scenes += [route_scenes(rng, grounds, i, n) for i, n in enumerate(routes)]
        joined = join_scenes(scenes)
        days = _days(rng, plan, joined)
        order = np.argsort(days, kind="stable")
        yield Loads(joined.take(order), days[order], np.full(len(days), np.nan)), rng


def _part(
    rng: np.random.Generator, plan: Plan, grounds: Grounds, loads: Loads, number: int, *, is_planted: bool = False
) -> SeizurePart:
    scenes, moved = _displaced(rng, plan, grounds, loads)
    labels = seizure_labels(rng, scenes)
    keys = [seizure_key(number + i) for i in range(len(labels))]
    found = Found(keys, scenes, plan.moments(loads.days), loads.kilograms, labels)
    told = write_down(rng, grounds.places, found, coarse=not is_planted)
    return SeizurePart(told.events, told.items, scenes, labels, told.starts, moved)


def _displaced(
    rng: np.random.Generator, plan: Plan, grounds: Grounds, loads: Loads
) -> tuple[Scenes, NDArray[np.bool_]]:
    """The scenes with those at the closed crossing moved to the ones that took over, and which these are."""
    places, scenes = grounds.places, loads.scenes
    shut = places.find("crossing", CROSSING.code)
    moved = (scenes.near == shut) & CROSSING.shuts(plan, loads.days)
    rows, shares = places_instead(places)
    near = np.where(moved, rng.choice(rows, len(moved), p=shares), scenes.near)
    at = np.where(moved, near, 0)
    lon, lat = scatter(rng, places.lon[at], places.lat[at], np.full(len(moved), 1_200.0))
    begins = np.where(moved & (scenes.begins == shut), near, scenes.begins)
    lon, lat = np.where(moved, lon, scenes.lon), np.where(moved, lat, scenes.lat)
    return replace(scenes, lon=lon, lat=lat, near=near, begins=begins), moved


def _days(rng: np.random.Generator, plan: Plan, scenes: Scenes) -> FloatArray:
    days = np.empty(len(scenes.route))
    for substance in np.unique(scenes.substance).tolist():
        rows = np.flatnonzero((scenes.substance == substance) & (scenes.route < 0))
        days[rows] = draw_days(rng, substance_weights(plan, substance), len(rows))
    for i, route in enumerate(ROUTES):
        rows = np.flatnonzero(scenes.route == i)
        days[rows] = draw_days(rng, route_weights(plan, route), len(rows))
    return days


def substance_weights(plan: Plan, substance: int) -> FloatArray:
    """Weights of days of the background of one substance."""
    growth, peak, swing = _HABITS.get(BY_ID[substance].code, (0.03, 7, 0.15))
    return day_weights(plan, growth=growth, peak_month=peak, swing=swing, weekend=0.85)


def route_weights(plan: Plan, route: PlantedRoute) -> FloatArray:
    """Weights of days of a planted route: nothing before it emerged or after it ended; a new one grows fast."""
    days = plan.days
    weights = day_weights(plan, growth=route.growth, peak_month=route.peak, swing=0.45)
    if route.emerged_days is not None:
        since = np.arange(days) - (days - route.emerged_days)
        weights = weights * np.clip(since + 20, 0, None)
    return between(weights, days - (route.emerged_days or days), days - (route.ended_days or 0))


def seizure_labels(rng: np.random.Generator, scenes: Scenes) -> Labels:
    """Labels of the usual kinds; what is on a sealed route is sealed."""
    usual = draw_labels(rng, scenes.owner, USUAL)
    sealed = np.isin(scenes.route, [i for i, r in enumerate(ROUTES) if r.is_sealed])
    return np.where(sealed, SEALED, usual).astype(np.int16)


def route_truth(plan: Plan, seizures: Seizures) -> list[Planted]:
    """What was planted: every route with its stops, its time and its seizures."""
    made = []
    for i, route in enumerate(ROUTES):
        kind = "new_route" if route.emerged_days else "route"
        begins = plan.day(plan.days - (route.emerged_days or plan.days))
        ends = plan.day(plan.days - (route.ended_days or 0))
        made.append(
            Planted(
                kind,
                tuple(seizures.keys[seizures.route == i]),
                {
                    "name": route.name,
                    "stops": [code for _, code in route.stops],
                    "begins": begins.isoformat(),
                    "ends": ends.isoformat(),
                    "growth_per_year": route.growth,
                    "peak_month": route.peak,
                },
            )
        )
    return made
