"""Overdoses: a background that follows the size of towns, and outbreaks planted in space and time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import polars as pl

from watchfloor.data.exercise.calendar import day_weights
from watchfloor.data.exercise.degrade import draw_precisions, tell
from watchfloor.data.exercise.labels import CODES, draw_labels
from watchfloor.data.exercise.places import FloatArray, IntArray, distance_m, scatter
from watchfloor.data.exercise.plan import OF_OVERDOSES, Moments, Plan
from watchfloor.data.exercise.rosters import Strings, as_json, draw_grades
from watchfloor.data.exercise.towns import Towns
from watchfloor.data.exercise.truth import Planted
from watchfloor.geo.precision import PlacePrecision, TimePrecision
from watchfloor.geo.substances import BY_CODE

BACKGROUND: Final = 11_600
OUTBREAKS: Final = 12
PART: Final = 20_000
_PRECISION: Final = {
    PlacePrecision.TOWN: 0.70,
    PlacePrecision.STREET: 0.11,
    PlacePrecision.EXACT: 0.06,
    PlacePrecision.COUNTY: 0.10,
    PlacePrecision.NONE: 0.03,
}
_LABELS: Final = (0.04, 0.56, 0.14, 0.0, 0.0, 0.26, 0.0, 0.0, 0.0, 0.0, 0.0)
_MIXES: Final[tuple[tuple[tuple[str, ...], float], ...]] = (
    (("fentanyl",), 27),
    (("fentanyl", "xylazine"), 9),
    (("fentanyl", "cocaine"), 12),
    (("fentanyl", "heroin"), 12),
    (("fentanyl", "methamphetamine"), 8),
    (("cocaine",), 7),
    (("methamphetamine",), 8),
    (("opioid_other", "benzodiazepine"), 4),
    (("fentanyl", "ethanol"), 5),
    (("oxycodone",), 2),
    (("methadone", "gabapentin"), 1),
    (("unknown",), 5),
)
_SIGNATURES: Final[tuple[tuple[str, ...], ...]] = (
    ("fentanyl_analogue", "xylazine"),
    ("fentanyl", "benzodiazepine"),
    ("heroin", "fentanyl_analogue"),
    ("cocaine", "fentanyl"),
)
_AGES: Final = ("under 18", "18-24", "25-34", "35-44", "45-54", "55-64", "65 and over")
_RADIUS_M: Final = 4_500.0


@dataclass(frozen=True, slots=True)
class _Outbreak:
    """One planted outbreak: towns (positions in Towns.rows), first day, how long, what was taken, how deadly."""

    towns: tuple[int, ...]
    first_day: int
    days: int
    n: int
    substances: tuple[int, ...]
    fatal: float


@dataclass(frozen=True, slots=True)
class Cases:
    """Arrays of one length: town (position in Towns.rows), moment, what was taken, chance of death, outbreak or -1.

    mix: index into `mixes`, each a tuple of ids of the vocabulary.
    """

    town: IntArray
    moments: Moments
    mix: IntArray
    fatal: FloatArray
    outbreak: IntArray
    mixes: Sequence[tuple[int, ...]]

    def __len__(self) -> int:
        return len(self.town)

    def take(self, rows: IntArray) -> "Cases":
        """Some of the cases, in that order."""
        return replace(
            self,
            town=self.town[rows],
            moments=self.moments[rows],
            mix=self.mix[rows],
            fatal=self.fatal[rows],
            outbreak=self.outbreak[rows],
        )


@dataclass(frozen=True, slots=True)
class Overdoses:
    """All cases in the order of days, and the planted outbreaks; `parts` tells them."""

    plan: Plan
    towns: Towns
    cases: Cases
    outbreaks: Sequence[_Outbreak]

    def parts(self) -> Iterator[pl.DataFrame]:
        """The cases in the canonical shape, part by part."""
        for start in range(0, len(self.cases), PART):
            rows = np.arange(start, min(start + PART, len(self.cases)))
            rng = self.plan.stream(f"overdoses.{start // PART}")
            yield write_cases(rng, self.towns, self.cases.take(rows), [_key(i) for i in rows.tolist()])

    def truth(self) -> list[Planted]:
        """The planted outbreaks."""
        rows = [np.flatnonzero(self.cases.outbreak == i).tolist() for i in range(len(self.outbreaks))]
        return [
            _truth(self.plan, self.towns, one, tuple(_key(i) for i in mine))
            for one, mine in zip(self.outbreaks, rows, strict=True)
        ]


def _key(number: int) -> str:
    return f"overdose-{number + 1:06d}"


def make_overdoses(plan: Plan, towns: Towns) -> Overdoses:
    """Overdoses of the world."""
    rng = plan.stream("overdoses")
    outbreaks = _draw_outbreaks(rng, plan, towns)
    n = plan.count(BACKGROUND, 60, OF_OVERDOSES)
    first = plan.first.astype("datetime64[D]")
    days = first + rng.choice(plan.days, n, p=overdose_weights(plan)).astype("timedelta64[D]")
    cases = join_cases([ordinary_cases(rng, towns, days.astype("datetime64[us]")), *(
        _cases_of(rng, first, one, i) for i, one in enumerate(outbreaks)
    )])  # fmt: skip
    return Overdoses(plan, towns, cases.take(np.argsort(cases.moments, kind="stable")), outbreaks)


def overdose_weights(plan: Plan) -> FloatArray:
    """Weights of the days: more in summer and at weekends, and more every year."""
    return day_weights(plan, growth=0.10, peak_month=6, swing=0.10, weekend=1.25)


def ordinary_cases(rng: np.random.Generator, towns: Towns, moments: Moments) -> Cases:
    """Cases of the background at moments, shape (n,), by the size of towns."""
    n = len(moments)
    share = np.array([weight for _, weight in _MIXES])
    mixes = [tuple(BY_CODE[code].id for code in codes) for codes, _ in _MIXES]
    town = rng.choice(len(towns.rows), n, p=towns.weight / towns.weight.sum())
    mix = rng.choice(len(mixes), n, p=share / share.sum())
    return Cases(town, moments, mix, np.full(n, 0.14), np.full(n, -1), mixes)


def _cases_of(rng: np.random.Generator, first: np.datetime64, one: _Outbreak, number: int) -> Cases:
    """The cases of an outbreak; a tenth of them were tested late or badly."""
    day = one.first_day + np.floor(one.days * rng.beta(1.6, 2.2, one.n)).astype(np.int64)
    moments: Moments = (first + day.astype("timedelta64[D]")).astype("datetime64[us]")
    missed = (rng.random(one.n) < 0.1).astype(np.int64)
    town = rng.choice(np.array(one.towns), one.n)
    mixes = [one.substances, (BY_CODE["fentanyl"].id,)]
    return Cases(town, moments, missed, np.full(one.n, one.fatal), np.full(one.n, number), mixes)


def join_cases(parts: Sequence[Cases]) -> Cases:
    """Several sets of cases as one."""
    starts = np.cumsum([0, *(len(p.mixes) for p in parts)]).tolist()
    return Cases(
        np.concatenate([p.town for p in parts]),
        np.concatenate([p.moments for p in parts]),
        np.concatenate([p.mix + start for p, start in zip(parts, starts, strict=False)]),
        np.concatenate([p.fatal for p in parts]),
        np.concatenate([p.outbreak for p in parts]),
        [mix for p in parts for mix in p.mixes],
    )


def write_cases(rng: np.random.Generator, towns: Towns, cases: Cases, keys: Strings) -> pl.DataFrame:
    """Cases in the canonical shape; one in seventeen is told by the month alone."""
    rows, n, places = towns.rows[cases.town], len(cases), towns.places
    lon, lat = scatter(rng, places.lon[rows], places.lat[rows], np.full(n, _RADIUS_M))
    told = tell(rng, lon, lat, rows, precision=draw_precisions(rng, n, _PRECISION), places=places)
    by_month = rng.random(n) < 0.06
    reliability, validity = draw_grades(rng, n)
    owner = rng.choice(len(CODES), n, p=(0.08, 0.02, 0.90))
    frame = pl.DataFrame(
        {
            "key": pl.Series(keys, dtype=pl.String),
            "day": cases.moments.astype("datetime64[D]"),
            "time_precision": np.where(by_month, int(TimePrecision.MONTH), int(TimePrecision.DAY)).astype(np.int16),
            "is_fatal": rng.random(n) < cases.fatal,
            **told.spots.columns(),
            "place_name": pl.Series(told.names(places), dtype=pl.String),
            "substances": pl.Series([sorted(cases.mixes[i]) for i in cases.mix.tolist()], dtype=pl.List(pl.Int16)),
            "attributes": pl.Series(_attributes(rng, n), dtype=pl.String),
            "reliability": reliability,
            "validity": validity,
            "label": draw_labels(rng, owner, _LABELS),
        }
    )
    coarse = pl.col("time_precision") == int(TimePrecision.MONTH)
    return frame.with_columns(pl.when(coarse).then(pl.col("day").dt.month_start()).otherwise(pl.col("day")))


def _draw_outbreaks(rng: np.random.Generator, plan: Plan, towns: Towns) -> list[_Outbreak]:
    """Two thirds in one town, the others in neighbouring towns; the first quarter within the last three months."""
    n = plan.count(OUTBREAKS, 3)
    made = []
    centres = rng.choice(len(towns.rows), n, replace=n > len(towns.rows))
    for i, centre in enumerate(centres.tolist()):
        is_recent = i < max(1, n // 4)
        first = int(rng.integers(plan.days - 90, plan.days - 40) if is_recent else rng.integers(60, plan.days - 120))
        codes = _SIGNATURES[i % len(_SIGNATURES)]
        made.append(
            _Outbreak(
                (centre,) if i % 3 else _neighbours(towns, centre, 4),
                first,
                int(rng.integers(10, 29)),
                int(rng.integers(14, 61)),
                tuple(BY_CODE[code].id for code in codes),
                float(rng.uniform(0.10, 0.30)),
            )
        )
    return made


def _neighbours(towns: Towns, centre: int, n: int) -> tuple[int, ...]:
    lon, lat = towns.places.lon[towns.rows], towns.places.lat[towns.rows]
    away = distance_m(lon, lat, lon[centre], lat[centre])
    return tuple(np.argsort(away)[:n].tolist())


def _attributes(rng: np.random.Generator, n: int) -> Strings:
    ages = rng.choice(len(_AGES), n, p=(0.02, 0.10, 0.27, 0.26, 0.18, 0.13, 0.04)).tolist()
    treated = (rng.random(n) < 0.55).tolist()
    return as_json({"age": _AGES[a], "naloxone": t} for a, t in zip(ages, treated, strict=True))


def _truth(plan: Plan, towns: Towns, outbreak: _Outbreak, keys: tuple[str, ...]) -> Planted:
    rows = towns.rows[list(outbreak.towns)]
    names = {s.id: s.code for s in BY_CODE.values()}
    return Planted(
        "overdose_outbreak",
        keys,
        {
            "towns": [towns.places.codes[row] for row in rows.tolist()],
            "lon": round(float(towns.places.lon[rows].mean()), 4),
            "lat": round(float(towns.places.lat[rows].mean()), 4),
            "from": plan.day(outbreak.first_day).isoformat(),
            "to": plan.day(outbreak.first_day + outbreak.days).isoformat(),
            "substances": [names[s] for s in outbreak.substances],
        },
    )
