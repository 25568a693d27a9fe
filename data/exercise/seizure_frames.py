"""Seizures as they are written down: scenes told as events with items, in the canonical shapes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from watchfloor.data.exercise.amounts import draw_amounts
from watchfloor.data.exercise.calendar import tell_moments
from watchfloor.data.exercise.degrade import draw_precisions, tell
from watchfloor.data.exercise.labels import Labels
from watchfloor.data.exercise.places import FloatArray, IntArray, Places
from watchfloor.data.exercise.plan import Moments
from watchfloor.data.exercise.rosters import NOWHERE, Strings, as_json, draw_grades
from watchfloor.data.exercise.scenes import CONVEYANCES, Scenes
from watchfloor.geo.substances import BY_CODE, BY_ID

_CONCEALMENTS: Final = ("hidden compartment", "among cargo", "on the body", "in luggage", "in the hull", "in a parcel",
                        "in the open", "in the fuel tank", "in machinery", "not stated")  # fmt: skip
_SECOND: Final = ("cannabis", "cocaine", "methamphetamine", "fentanyl", "heroin", "mdma", "benzodiazepine", "xylazine")


@dataclass(frozen=True, slots=True)
class Found:
    """What clerks write down, arrays of one length.

    moments: when it happened. kilograms: of what was planted by weight, nan where chance decides.
    """

    keys: Strings
    scenes: Scenes
    moments: Moments
    kilograms: FloatArray
    labels: Labels


@dataclass(frozen=True, slots=True)
class Told:
    """The frames of some seizures, and the moments as they are told."""

    events: pl.DataFrame
    items: pl.DataFrame
    starts: Moments


def write_down(rng: np.random.Generator, places: Places, found: Found, *, coarse: bool = True) -> Told:
    """Events and items; coarse: whether some times are told by the month."""
    scenes, n = found.scenes, len(found.keys)
    starts, time_precision = tell_moments(rng, found.moments, coarse=coarse)
    told = tell(rng, scenes.lon, scenes.lat, scenes.near, precision=draw_precisions(rng, n), places=places)
    names = told.names(places)
    reliability, validity = draw_grades(rng, n)
    events = pl.DataFrame(
        {
            "key": found.keys,
            "kind": ["seizure"] * n,
            "title": _titles(scenes.substance, names),
            "starts": starts,
            "time_precision": time_precision,
            **told.spots.columns(),
            "place_name": names,
            "attributes": _attributes(rng, places, scenes),
            "reliability": reliability,
            "validity": validity,
            "label": found.labels,
        },
        schema_overrides={"key": pl.String, "kind": pl.String, "title": pl.String, "place_name": pl.String,
                          "attributes": pl.String},
    ).with_columns(pl.col("starts").dt.replace_time_zone("UTC"))  # fmt: skip
    return Told(events, _items(rng, found), starts)


def _titles(substance: IntArray, names: Sequence[str | None]) -> list[str]:
    what = {s.id: s.name for s in BY_ID.values()}
    return [
        f"{what[s]} seized, {name}" if name else f"{what[s]} seized, place not stated"
        for s, name in zip(substance.tolist(), names, strict=True)
    ]


def _attributes(rng: np.random.Generator, places: Places, scenes: Scenes) -> Strings:
    hidden = rng.integers(0, len(_CONCEALMENTS), len(scenes.route)).tolist()
    rows = zip(scenes.conveyance.tolist(), hidden, scenes.begins.tolist(), scenes.ends.tolist(), strict=True)
    return as_json(
        {"conveyance": CONVEYANCES[c], "concealment": _CONCEALMENTS[h]}
        | ({"route": {"from": places.codes[a], "to": places.codes[b]}} if a != NOWHERE else {})
        for c, h, a, b in rows
    )


def _items(rng: np.random.Generator, found: Found) -> pl.DataFrame:
    """One to three substances per seizure, the first the main one; of what was planted by weight, that alone."""
    n, scenes = len(found.keys), found.scenes
    more = np.flatnonzero((rng.random(n) < 0.17) & np.isnan(found.kilograms))
    third = more[rng.random(len(more)) < 0.15]
    rows = np.concatenate([np.arange(n), more, third])
    added = rng.choice([BY_CODE[c].id for c in _SECOND], size=len(rows) - n)
    substance = np.concatenate([scenes.substance, added])
    at_sea = scenes.at_sea[rows] & (np.arange(len(rows)) < n)
    amounts = draw_amounts(rng, substance, at_sea, found.kilograms[rows])
    return (
        pl.DataFrame(
            {
                "event_key": pl.Series([found.keys[i] for i in rows.tolist()], dtype=pl.String),
                "substance_id": substance.astype(np.int16),
                "amount": pl.Series(amounts.amount).fill_nan(None),
                "unit": pl.Series(amounts.unit, dtype=pl.String),
                "original": pl.Series(amounts.original, dtype=pl.String),
                "label": found.labels[rows],
            }
        )
        # a substance stands once in a seizure: a second bag of it was written into the first row
        .unique(["event_key", "substance_id"], keep="first", maintain_order=True)
    )
