"""Overdoses: a background that follows the size of towns, and outbreaks planted in space and time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from watchfloor.data.exercise.calendar import day_weights
from watchfloor.data.exercise.degrade import draw_precisions, tell
from watchfloor.data.exercise.labels import CODES, draw_labels
from watchfloor.data.exercise.places import FloatArray, IntArray, distance_m, scatter
from watchfloor.data.exercise.plan import DAYS, Plan
from watchfloor.data.exercise.rosters import as_json, draw_grades
from watchfloor.data.exercise.towns import Towns
from watchfloor.data.exercise.truth import Planted
from watchfloor.geo.precision import PlacePrecision, TimePrecision
from watchfloor.geo.substances import BY_CODE

BACKGROUND: Final = 11_600
OUTBREAKS: Final = 12
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
class _Cases:
    """Arrays of one length: town (position in Towns.rows), day, outbreak or -1."""

    town: IntArray
    day: IntArray
    outbreak: IntArray
    substances: Sequence[tuple[int, ...]]
    fatal: FloatArray


@dataclass(frozen=True, slots=True)
class Overdoses:
    """Overdoses in the canonical shape, in the order of days, and the planted outbreaks."""

    frame: pl.DataFrame
    truth: list[Planted]


def make_overdoses(plan: Plan, towns: Towns) -> Overdoses:
    """Overdoses of the world."""
    rng = plan.stream("overdoses")
    outbreaks = _draw_outbreaks(rng, plan, towns)
    cases = _draw_cases(rng, plan, towns, outbreaks)
    rows, n = towns.rows[cases.town], len(cases.town)
    places = towns.places
    lon, lat = scatter(rng, places.lon[rows], places.lat[rows], np.full(n, _RADIUS_M))
    told = tell(rng, lon, lat, rows, precision=draw_precisions(rng, n, _PRECISION), places=places)
    by_month = rng.random(n) < 0.06
    reliability, validity = draw_grades(rng, n)
    owner = rng.choice(len(CODES), n, p=(0.08, 0.02, 0.90))
    frame = pl.DataFrame(
        {
            "key": [f"overdose-{i + 1:06d}" for i in range(n)],
            "day": plan.first.astype("datetime64[D]") + cases.day.astype("timedelta64[D]"),
            "time_precision": np.where(by_month, int(TimePrecision.MONTH), int(TimePrecision.DAY)).astype(np.int16),
            "is_fatal": rng.random(n) < cases.fatal,
            **told.spots.columns(),
            "place_name": pl.Series(told.names(places), dtype=pl.String),
            "substances": pl.Series([sorted(s) for s in cases.substances], dtype=pl.List(pl.Int16)),
            "attributes": _attributes(rng, n),
            "reliability": reliability,
            "validity": validity,
            "label": draw_labels(rng, owner, _LABELS),
        }
    )
    coarse = pl.col("time_precision") == int(TimePrecision.MONTH)
    frame = frame.with_columns(pl.when(coarse).then(pl.col("day").dt.month_start()).otherwise(pl.col("day")))
    keys = frame["key"]
    return Overdoses(
        frame,
        [_truth(plan, towns, one, keys.gather(np.flatnonzero(cases.outbreak == i))) for i, one in enumerate(outbreaks)],
    )


def _draw_outbreaks(rng: np.random.Generator, plan: Plan, towns: Towns) -> list[_Outbreak]:
    """Two thirds in one town, the others in neighbouring towns; the first quarter within the last three months."""
    n = plan.count(OUTBREAKS, 3)
    made = []
    centres = rng.choice(len(towns.rows), n, replace=n > len(towns.rows))
    for i, centre in enumerate(centres.tolist()):
        is_recent = i < max(1, n // 4)
        first = int(rng.integers(DAYS - 90, DAYS - 40) if is_recent else rng.integers(60, DAYS - 120))
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


def _draw_cases(rng: np.random.Generator, plan: Plan, towns: Towns, outbreaks: list[_Outbreak]) -> _Cases:
    n = plan.count(BACKGROUND, 60)
    weights = day_weights(plan, growth=0.10, peak_month=6, swing=0.10, weekend=1.25)
    share = np.array([weight for _, weight in _MIXES])
    mixes = [tuple(BY_CODE[code].id for code in codes) for codes, _ in _MIXES]
    town = [rng.choice(len(towns.rows), n, p=towns.weight / towns.weight.sum())]
    day, outbreak = [rng.choice(DAYS, n, p=weights)], [np.full(n, -1)]
    substances = [mixes[i] for i in rng.choice(len(mixes), n, p=share / share.sum()).tolist()]
    fatal = [np.full(n, 0.14)]
    for i, one in enumerate(outbreaks):
        town.append(rng.choice(np.array(one.towns), one.n))
        day.append(one.first_day + np.floor(one.days * rng.beta(1.6, 2.2, one.n)).astype(np.int64))
        outbreak.append(np.full(one.n, i))
        # a tenth of the cases of an outbreak were tested late or badly
        plain = (BY_CODE["fentanyl"].id,)
        substances += [plain if missed else one.substances for missed in (rng.random(one.n) < 0.1).tolist()]
        fatal.append(np.full(one.n, one.fatal))
    order = np.argsort(np.concatenate(day), kind="stable")
    return _Cases(
        np.concatenate(town)[order],
        np.concatenate(day)[order],
        np.concatenate(outbreak)[order],
        [substances[i] for i in order.tolist()],
        np.concatenate(fatal)[order],
    )


def _attributes(rng: np.random.Generator, n: int) -> Sequence[str]:
    ages = rng.choice(len(_AGES), n, p=(0.02, 0.10, 0.27, 0.26, 0.18, 0.13, 0.04)).tolist()
    treated = (rng.random(n) < 0.55).tolist()
    return as_json({"age": _AGES[a], "naloxone": t} for a, t in zip(ages, treated, strict=True))


def _truth(plan: Plan, towns: Towns, outbreak: _Outbreak, keys: pl.Series) -> Planted:
    rows = towns.rows[list(outbreak.towns)]
    names = {s.id: s.code for s in BY_CODE.values()}
    return Planted(
        "overdose_outbreak",
        tuple(keys.to_list()),
        {
            "towns": [towns.places.codes[row] for row in rows.tolist()],
            "lon": round(float(towns.places.lon[rows].mean()), 4),
            "lat": round(float(towns.places.lat[rows].mean()), 4),
            "from": plan.day(outbreak.first_day).isoformat(),
            "to": plan.day(outbreak.first_day + outbreak.days).isoformat(),
            "substances": [names[s] for s in outbreak.substances],
        },
    )
