"""Seizures: four fifths noise at ports, crossings and towns, the rest along the planted routes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from watchfloor.data.exercise.amounts import draw_amounts
from watchfloor.data.exercise.calendar import between, day_weights, draw_days, tell_moments
from watchfloor.data.exercise.degrade import draw_precisions, tell
from watchfloor.data.exercise.labels import SEALED, USUAL, Labels, draw_labels
from watchfloor.data.exercise.places import FloatArray, IntArray, Places
from watchfloor.data.exercise.plan import DAYS, Moments, Plan
from watchfloor.data.exercise.rosters import NOWHERE, as_json, draw_grades
from watchfloor.data.exercise.routes import ROUTES, PlantedRoute
from watchfloor.data.exercise.scenes import CONVEYANCES, Scenes, join_scenes, noise_scenes, route_scenes
from watchfloor.data.exercise.towns import Towns
from watchfloor.data.exercise.truth import Planted
from watchfloor.data.exercise.waters import Waters
from watchfloor.geo.substances import BY_CODE, BY_ID

BACKGROUND: Final = 15_600
ON_ROUTES: Final = 4_400
_CONCEALMENTS: Final = ("hidden compartment", "among cargo", "on the body", "in luggage", "in the hull", "in a parcel",
                        "in the open", "in the fuel tank", "in machinery", "not stated")  # fmt: skip
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
class Seizures:
    """All seizures, in the order of time; arrays of one length beside the canonical frames.

    scenes hold the true places, which no frame does.
    """

    events: pl.DataFrame
    items: pl.DataFrame
    scenes: Scenes
    labels: Labels
    starts: Moments

    def __len__(self) -> int:
        return self.events.height

    @property
    def keys(self) -> NDArray[np.object_]:
        """Keys as an array that can be indexed."""
        return self.events["key"].to_numpy().astype(object)


def make_seizures(plan: Plan, towns: Towns, waters: Waters) -> Seizures:
    """Seizures of the world."""
    rng, places = plan.stream("seizures"), towns.places
    counts = [max(4, round(ON_ROUTES * plan.scale * route.share)) for route in ROUTES]
    on_routes = [route_scenes(rng, places, i, n) for i, n in enumerate(counts)]
    scenes = join_scenes([noise_scenes(rng, towns, waters, plan.count(BACKGROUND, 60)), *on_routes])
    days = _days(rng, plan, scenes)
    order = np.argsort(days, kind="stable")
    scenes, days = scenes.take(order), days[order]
    starts, time_precision = tell_moments(rng, plan.moments(days))
    labels = _labels(rng, scenes)
    keys = [f"seizure-{i + 1:06d}" for i in range(len(order))]
    precision = draw_precisions(rng, len(order))
    told = tell(rng, scenes.lon, scenes.lat, scenes.near, precision=precision, places=places)
    names = told.names(places)
    reliability, validity = draw_grades(rng, len(order))
    events = pl.DataFrame(
        {
            "key": keys,
            "kind": ["seizure"] * len(keys),
            "title": _titles(scenes.substance, names),
            "starts": starts,
            "time_precision": time_precision,
            **told.spots.columns(),
            "place_name": names,
            "attributes": _attributes(rng, places, scenes),
            "reliability": reliability,
            "validity": validity,
            "label": labels,
        },
        schema_overrides={"place_name": pl.String},
    ).with_columns(pl.col("starts").dt.replace_time_zone("UTC"))
    return Seizures(events, _items(rng, keys, scenes, labels), scenes, labels, starts)


def _days(rng: np.random.Generator, plan: Plan, scenes: Scenes) -> FloatArray:
    days = np.empty(len(scenes.route))
    for substance in np.unique(scenes.substance).tolist():
        growth, peak, swing = _HABITS.get(BY_ID[substance].code, (0.03, 7, 0.15))
        rows = np.flatnonzero((scenes.substance == substance) & (scenes.route < 0))
        days[rows] = draw_days(
            rng, day_weights(plan, growth=growth, peak_month=peak, swing=swing, weekend=0.85), len(rows)
        )
    for i, route in enumerate(ROUTES):
        rows = np.flatnonzero(scenes.route == i)
        days[rows] = draw_days(rng, route_weights(plan, route), len(rows))
    return days


def route_weights(plan: Plan, route: PlantedRoute) -> FloatArray:
    """Weights of days of a planted route: nothing before it emerged or after it ended; a new one grows fast."""
    weights = day_weights(plan, growth=route.growth, peak_month=route.peak, swing=0.45)
    if route.emerged_days is not None:
        since = np.arange(DAYS) - (DAYS - route.emerged_days)
        weights = weights * np.clip(since + 20, 0, None)
    return between(weights, DAYS - (route.emerged_days or DAYS), DAYS - (route.ended_days or 0))


def _labels(rng: np.random.Generator, scenes: Scenes) -> Labels:
    usual = draw_labels(rng, scenes.owner, USUAL)
    sealed = np.isin(scenes.route, [i for i, r in enumerate(ROUTES) if r.is_sealed])
    return np.where(sealed, SEALED, usual).astype(np.int16)


def _titles(substance: IntArray, names: Sequence[str | None]) -> list[str]:
    what = {s.id: s.name for s in BY_ID.values()}
    return [
        f"{what[s]} seized, {name}" if name else f"{what[s]} seized, place not stated"
        for s, name in zip(substance.tolist(), names, strict=True)
    ]


def _attributes(rng: np.random.Generator, places: Places, scenes: Scenes) -> Sequence[str]:
    hidden = rng.integers(0, len(_CONCEALMENTS), len(scenes.route)).tolist()
    rows = zip(scenes.conveyance.tolist(), hidden, scenes.begins.tolist(), scenes.ends.tolist(), strict=True)
    return as_json(
        {"conveyance": CONVEYANCES[c], "concealment": _CONCEALMENTS[h]}
        | ({"route": {"from": places.codes[a], "to": places.codes[b]}} if a != NOWHERE else {})
        for c, h, a, b in rows
    )


def _items(rng: np.random.Generator, keys: list[str], scenes: Scenes, labels: Labels) -> pl.DataFrame:
    """One to three substances per seizure, the first the main one."""
    n = len(keys)
    more = np.flatnonzero(rng.random(n) < 0.17)
    third = more[rng.random(len(more)) < 0.15]
    rows = np.concatenate([np.arange(n), more, third])
    added = rng.choice([BY_CODE[c].id for c in ("cannabis", "cocaine", "methamphetamine", "fentanyl", "heroin", "mdma",
                                                "benzodiazepine", "xylazine")], size=len(rows) - n)  # fmt: skip
    substance = np.concatenate([scenes.substance, added])
    at_sea = scenes.at_sea[rows] & (np.arange(len(rows)) < n)
    amounts = draw_amounts(rng, substance, at_sea)
    return (
        pl.DataFrame(
            {
                "event_key": pl.Series([keys[i] for i in rows.tolist()], dtype=pl.String),
                "substance_id": substance.astype(np.int16),
                "amount": pl.Series(amounts.amount).fill_nan(None),
                "unit": pl.Series(amounts.unit, dtype=pl.String),
                "original": pl.Series(amounts.original, dtype=pl.String),
                "label": labels[rows],
            }
        )
        # a substance stands once in a seizure: a second bag of it was written into the first row
        .unique(["event_key", "substance_id"], keep="first", maintain_order=True)
    )


def route_truth(plan: Plan, seizures: Seizures) -> list[Planted]:
    """What was planted: every route with its stops, its time and its seizures."""
    made = []
    for i, route in enumerate(ROUTES):
        kind = "new_route" if route.emerged_days else "route"
        begins = plan.day(DAYS - (route.emerged_days or DAYS))
        ends = plan.day(DAYS - (route.ended_days or 0))
        made.append(
            Planted(
                kind,
                tuple(seizures.keys[seizures.scenes.route == i]),
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
