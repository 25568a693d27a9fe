"""Rosters: the records of one sort with what the makers of links need to know of each, and their grading."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from watchfloor.data.exercise.labels import Labels
from watchfloor.data.exercise.places import FloatArray, IntArray, Places
from watchfloor.geo.facts import PLACE_CODES
from watchfloor.geo.precision import PlacePrecision

type Strings = Sequence[str]

NOWHERE: Final = -1
"""Stands for "no place" among rows of the gazetteer."""
EXERCISE: Final = {"exercise": True}


@dataclass(frozen=True, slots=True)
class Origin:
    """Where records of one sort come from; arrays of one length.

    owner: index of the agency. group: number of the circle that a record moves in. city: row of the gazetteer.
    """

    owner: IntArray
    group: IntArray
    city: IntArray
    labels: Labels

    def take(self, rows: IntArray) -> "Origin":
        """The origin of some rows."""
        return Origin(self.owner[rows], self.group[rows], self.city[rows], self.labels[rows])


@dataclass(frozen=True, slots=True)
class Roster:
    """Entities of one sort: `frame` has the columns of an entities frame."""

    frame: pl.DataFrame
    origin: Origin

    def __len__(self) -> int:
        return self.frame.height

    @property
    def keys(self) -> NDArray[np.object_]:
        """Keys as an array that can be indexed."""
        return self.frame["key"].to_numpy().astype(object)

    @property
    def labels(self) -> Labels:
        """Labels, shape (n,)."""
        return self.origin.labels


def join_rosters(rosters: Sequence[Roster]) -> Roster:
    """Several rosters as one, in order."""
    origins = [r.origin for r in rosters]
    return Roster(
        pl.concat([r.frame for r in rosters]),
        Origin(
            np.concatenate([o.owner for o in origins]),
            np.concatenate([o.group for o in origins]),
            np.concatenate([o.city for o in origins]),
            np.concatenate([o.labels for o in origins]),
        ),
    )


def draw_grades(rng: np.random.Generator, n: int) -> tuple[NDArray[np.int16], NDArray[np.int16]]:
    """Reliability and validity for n records; the two axes are drawn apart."""
    reliability = rng.choice([1, 2, 3, 4], size=n, p=[0.25, 0.40, 0.15, 0.20]).astype(np.int16)
    validity = rng.choice([1, 2, 3, 4], size=n, p=[0.22, 0.38, 0.18, 0.22]).astype(np.int16)
    return reliability, validity


def as_json(rows: Iterable[dict[str, object]]) -> Strings:
    """Attributes as text, each with the mark of the exercise."""
    return [json.dumps(EXERCISE | row, ensure_ascii=False, separators=(",", ":")) for row in rows]


@dataclass(frozen=True, slots=True)
class Spots:
    """Where records are said to be: the four columns of a placed frame."""

    lon: FloatArray
    lat: FloatArray
    uncertainty_m: FloatArray
    precision: NDArray[np.int16]

    def columns(self) -> dict[str, pl.Series]:
        """As columns; null where there is no place."""
        values = {"lon": self.lon, "lat": self.lat, "uncertainty_m": self.uncertainty_m}
        made = {name: pl.Series(name, array, pl.Float64).fill_nan(None) for name, array in values.items()}
        return made | {"place_precision": pl.Series("place_precision", self.precision, pl.Int16)}


def spots_of(places: Places, rows: IntArray, precision: PlacePrecision) -> Spots:
    """The centres of places as spots, with the place's own radius or the usual one, whichever is greater."""
    known = rows >= 0
    at = np.where(known, rows, 0)
    radius = np.fmax(places.uncertainty_m[at], precision.default_uncertainty_m)
    code = np.where(known, PLACE_CODES[precision], PLACE_CODES[PlacePrecision.NONE]).astype(np.int16)
    lon, lat, radius = (np.where(known, v, np.nan) for v in (places.lon[at], places.lat[at], radius))
    return Spots(lon, lat, radius, code)


def nowhere(n: int) -> Spots:
    """n spots without a place."""
    empty = np.full(n, np.nan)
    return Spots(empty, empty, empty, np.full(n, PLACE_CODES[PlacePrecision.NONE], np.int16))


def entity_frame(
    rng: np.random.Generator,
    keys: Strings,
    pole: str,
    kinds: Strings,
    names: Strings,
    *,
    spots: Spots,
    attributes: Strings,
    labels: Labels,
) -> pl.DataFrame:
    """Entities in the shape of the canonical frame, graded at random."""
    reliability, validity = draw_grades(rng, len(keys))
    return pl.DataFrame(
        {
            "key": keys,
            "pole": [pole] * len(keys),
            "kind": kinds,
            "name": names,
            **spots.columns(),
            "attributes": attributes,
            "reliability": reliability,
            "validity": validity,
            "label": labels,
        }
    )
