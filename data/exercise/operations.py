"""Planned operations: pairs of two agencies that collide, pairs that only look so, and some that stand alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import numpy as np
import polars as pl

from watchfloor.data.exercise.cases import Cases
from watchfloor.data.exercise.labels import CODES, SEALED, Labels, label_index
from watchfloor.data.exercise.names import code_names
from watchfloor.data.exercise.places import FloatArray, IntArray, Places, shift
from watchfloor.data.exercise.plan import Plan
from watchfloor.data.exercise.rosters import draw_grades
from watchfloor.data.exercise.truth import Planted
from watchfloor.geo.facts import PLACE_CODES
from watchfloor.geo.precision import PlacePrecision

KINDS: Final = ("surveillance", "controlled_delivery", "search", "arrest", "interdiction")
ALONE: Final = 7
_PAIRS: Final = (("A", 5), ("B", 4), ("C", 4), ("other_time", 3), ("other_place", 2))
_HOUR: Final = 1 / 24
_ANTIMERIDIAN: Final = (179.996, 52.4)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two planned operations, rows of the frame, and how they lie to one another.

    A: same place and time. B: near in place and time. C: same target. other_time, other_place: no conflict.
    """

    kind: str
    first: int
    second: int

    @property
    def is_conflict(self) -> bool:
        """Whether the two should be told of one another."""
        return self.kind in {"A", "B", "C"}


@dataclass(frozen=True, slots=True)
class Operations:
    """Operations in the canonical shape; agency: index into CODES; pairs as planted."""

    frame: pl.DataFrame
    agency: IntArray
    pairs: tuple[Pair, ...]

    @property
    def keys(self) -> "np.ndarray[tuple[int], np.dtype[np.object_]]":
        """Keys as an array that can be indexed."""
        return self.frame["key"].to_numpy().astype(object)

    @property
    def labels(self) -> Labels:
        """Labels, shape (n,)."""
        return self.frame["label"].to_numpy()


@dataclass(frozen=True, slots=True)
class _Plan:
    """One operation: days after the end of the world, where, how wide."""

    agency: int
    start: float
    days: float
    lon: float
    lat: float
    radius_m: float


def make_operations(plan: Plan, places: Places, cases: Cases) -> Operations:
    """Operations planned for the three weeks after the last day."""
    rng = plan.stream("operations")
    plans: list[_Plan] = []
    pairs: list[Pair] = []
    for kind, n in _PAIRS:
        for i in range(n):
            pairs.append(Pair(kind, len(plans), len(plans) + 1))
            plans += _pair(rng, places, kind, at_antimeridian=kind == "B" and i == 0)
    plans += [_single(rng, places, int(rng.integers(len(CODES)))) for _ in range(plan.count(ALONE, 2))]
    agency = np.array([p.agency for p in plans])
    frame = _frame(rng, plan, plans, _cases_of(rng, cases, agency), _labels(rng, agency))
    return Operations(frame, agency, tuple(pairs))


def _single(rng: np.random.Generator, places: Places, agency: int) -> _Plan:
    spots = np.concatenate([places.of_kind("city", "US"), places.of_kind("crossing", "US")])
    row = int(rng.choice(spots))
    off = rng.uniform(-4_000, 4_000, 2)
    lon, lat = shift(places.lon[[row]], places.lat[[row]], off[:1], off[1:])
    radius = float(rng.choice([150.0, 300.0, 600.0, 1_600.0]))
    return _Plan(
        agency, float(rng.uniform(0.5, 20)), float(rng.uniform(2, 10)) * _HOUR, float(lon[0]), float(lat[0]), radius
    )


def _pair(rng: np.random.Generator, places: Places, kind: str, *, at_antimeridian: bool) -> Iterator[_Plan]:
    first_agency, second_agency = rng.permutation(len(CODES))[:2].tolist()
    first = _single(rng, places, first_agency)
    if at_antimeridian:
        first = _Plan(first_agency, first.start, first.days, *_ANTIMERIDIAN, 300.0)
    other = _single(rng, places, second_agency)
    radii = first.radius_m + other.radius_m
    start, away_m = other.start, None
    if kind == "A":
        start, away_m = first.start + float(rng.uniform(-0.4, 0.4)) * first.days, float(rng.uniform(0, 0.4)) * radii
    elif kind == "B":
        start, away_m = (
            first.start + first.days + float(rng.uniform(0.2, 1.5)) * _HOUR,
            radii + float(rng.uniform(60, 250)),
        )
    elif kind == "other_time":
        start, away_m = (first.start + float(rng.uniform(6, 10))), float(rng.uniform(0, 0.4)) * radii
    elif kind == "other_place":
        start, away_m = first.start, float(rng.uniform(30_000, 60_000))
    yield first
    if away_m is None:
        yield other
    else:
        angle = 0.0 if at_antimeridian else float(rng.uniform(0, 2 * np.pi))
        east, north = np.array([away_m * np.cos(angle)]), np.array([away_m * np.sin(angle)])
        lon, lat = shift(np.array([first.lon]), np.array([first.lat]), east, north)
        yield _Plan(second_agency, start, other.days, float(lon[0]), float(lat[0]), other.radius_m)


def _labels(rng: np.random.Generator, agency: IntArray) -> Labels:
    narrow = rng.random(len(agency)) < 0.65
    return np.array(
        [label_index(CODES[a], "strict" if s else "sensitive") for a, s in zip(agency.tolist(), narrow, strict=True)],
        np.int16,
    )


def _cases_of(rng: np.random.Generator, cases: Cases, agency: IntArray) -> list[str]:
    """An open case of the same agency for every operation; none of the sealed compartment's."""
    fit = (cases.frame["status"].to_numpy() == "open") & (cases.labels != SEALED)
    return [str(cases.keys[rng.choice(np.flatnonzero(fit & (cases.agency == a)))]) for a in agency.tolist()]


def _frame(rng: np.random.Generator, plan: Plan, plans: list[_Plan], cases: list[str], labels: Labels) -> pl.DataFrame:
    n = len(plans)
    starts = [plan.horizon_utc + timedelta(minutes=round(p.start * 1440)) for p in plans]
    reliability, validity = draw_grades(rng, n)
    lon: FloatArray = np.array([p.lon for p in plans])
    return pl.DataFrame(
        {
            "key": [f"operation-{i + 1:04d}" for i in range(n)],
            "agency": [CODES[p.agency] for p in plans],
            "kind": [KINDS[i] for i in rng.integers(0, len(KINDS), n).tolist()],
            "title": [f"Exercise operation {name}" for name in code_names(rng, n)],
            "radius_m": [p.radius_m for p in plans],
            "starts": starts,
            "ends": [s + timedelta(minutes=round(p.days * 1440)) for s, p in zip(starts, plans, strict=True)],
            "case_key": cases,
            "lon": lon.round(6),
            "lat": np.array([p.lat for p in plans]).round(6),
            "uncertainty_m": np.full(n, PlacePrecision.EXACT.default_uncertainty_m),
            "place_precision": np.full(n, PLACE_CODES[PlacePrecision.EXACT], np.int16),
            "reliability": reliability,
            "validity": validity,
            "label": labels,
        }
    )


def operation_truth(operations: Operations) -> list[Planted]:
    """What was planted: every pair, and whether it is a conflict."""
    keys = operations.keys
    return [
        Planted(
            "operation_conflict" if p.is_conflict else "operation_no_conflict",
            (keys[p.first], keys[p.second]),
            {"class": p.kind},
        )
        for p in operations.pairs
    ]
