"""Towns of the exercise: real cities by rough size, and invented towns around them.

`towns.csv` holds, for cities of the gazetteer, thousands of inhabitants (2020 census, rounded; a public fact) and, for
those at a coast or a border, the bearing in degrees under which the land lies.
"""

from dataclasses import dataclass
from importlib.resources import files
from typing import Final

import numpy as np
import polars as pl

from watchfloor.data.exercise.labels import label_index
from watchfloor.data.exercise.names import town_names
from watchfloor.data.exercise.places import FloatArray, IntArray, Places, shift
from watchfloor.data.exercise.plan import Plan
from watchfloor.data.exercise.rosters import as_json

AROUND: Final = 5
RURAL: Final = 9
_APART: Final = ("US-AK", "US-HI", "US-PR", "US-DC", "US-FL")
_NEAR_M: Final = 9_000.0
_FAR_M: Final = 32_000.0
_SPREAD_DEG: Final = 55.0


@dataclass(frozen=True, slots=True)
class Towns:
    """Cities, and invented towns around them and in the country.

    places: the gazetteer with the invented towns added. frame: those alone, in the canonical shape.
    rows: of `places`; weight: a measure of the people, shape of `rows`.
    """

    places: Places
    frame: pl.DataFrame
    rows: IntArray
    weight: FloatArray


def make_towns(plan: Plan, places: Places) -> Towns:
    """The cities of `towns.csv`, AROUND invented towns for each, and RURAL invented towns in each state."""
    rng = plan.stream("towns")
    table = pl.read_csv(files(__package__).joinpath("towns.csv").read_bytes())
    cities = np.array([places.find("city", code) for code in table["code"].to_list()])
    people = table["thousands"].cast(pl.Float64).to_numpy()
    lon, lat = _suburbs(rng, places, cities, table["bearing"].cast(pl.Float64).to_numpy())
    far_lon, far_lat = _country_towns(rng, places)
    suburban = np.repeat(people, AROUND) * rng.uniform(0.03, 0.12, len(lon))
    rural = 25.0 * rng.lognormal(0, 0.7, len(far_lon))
    frame = _frame(rng, np.concatenate([lon, far_lon]).round(3), np.concatenate([lat, far_lat]).round(3))
    return Towns(
        Places(pl.concat([places.frame, frame], how="diagonal_relaxed")),
        frame.with_columns(pl.lit(label_index("SBI", "clear"), pl.Int16).alias("label")),
        np.concatenate([cities, len(places.frame) + np.arange(frame.height)]),
        np.concatenate([people, suburban, rural]) ** 0.9,
    )


def _suburbs(
    rng: np.random.Generator, places: Places, cities: IntArray, bearing: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Points around cities, on the landward side where a bearing is given."""
    centre, facing = np.repeat(cities, AROUND), np.repeat(bearing, AROUND)
    n = len(centre)
    landward = facing + rng.uniform(-_SPREAD_DEG, _SPREAD_DEG, n)
    angle = np.radians(np.where(np.isnan(facing), rng.uniform(0, 360, n), landward))
    away = rng.uniform(_NEAR_M, _FAR_M, n)
    return shift(places.lon[centre], places.lat[centre], away * np.sin(angle), away * np.cos(angle))


def _country_towns(rng: np.random.Generator, places: Places) -> tuple[FloatArray, FloatArray]:
    """Points around the middle of each contiguous state, well within it; Florida bends too much for that."""
    states = [row for row in places.of_kind("state", "US").tolist() if places.codes[row] not in _APART]
    centre = np.repeat(states, RURAL)
    reach = np.minimum(0.42 * places.uncertainty_m[centre], 200_000)
    angle, away = rng.uniform(0, 2 * np.pi, len(centre)), reach * np.sqrt(rng.random(len(centre)))
    return shift(places.lon[centre], places.lat[centre], away * np.cos(angle), away * np.sin(angle))


def _frame(rng: np.random.Generator, lon: FloatArray, lat: FloatArray) -> pl.DataFrame:
    n = len(lon)
    return pl.DataFrame(
        {
            "kind": ["town"] * n,
            "code": [f"EX-TOWN-{i + 1:04d}" for i in range(n)],
            "name": town_names(rng, n),
            "country": ["US"] * n,
            "lon": lon,
            "lat": lat,
            "uncertainty_m": np.floor(rng.uniform(3_000, 6_000, n) / 500) * 500,
            "attributes": as_json({"invented": True} for _ in range(n)),
        }
    )
