"""Places of the exercise: told as coarsely as they are known, and never more finely."""

from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchfloor.data.exercise.amounts import draw_amounts
from watchfloor.data.exercise.degrade import draw_precisions, tell
from watchfloor.data.exercise.places import Places, distance_m
from watchfloor.data.exercise.plan import Plan
from watchfloor.data.exercise.rosters import NOWHERE
from watchfloor.data.exercise.seizures import Register
from watchfloor.data.exercise.world import find_ground
from watchfloor.geo.facts import PLACE_CODES
from watchfloor.geo.precision import PlacePrecision
from watchfloor.geo.quantities import find_unit
from watchfloor.geo.substances import BY_CODE

PLACES = Places(
    pl.DataFrame(
        {
            "code": ["T", "A"],
            "kind": ["city", "aor"],
            "name": ["Town", "AREA"],
            "country": ["US", "US"],
            "lon": [179.98, 178.0],
            "lat": [51.9, 52.0],
            "uncertainty_m": [5_000.0, 200_000.0],
        }
    )
)


@settings(max_examples=60, deadline=None)
@given(st.floats(-179.999, 179.999), st.floats(-70, 70), st.sampled_from(list(PlacePrecision)[:5]))
def test_the_true_place_lies_within_the_uncertainty_told(lon: float, lat: float, told_as: PlacePrecision) -> None:
    code = np.full(1, PLACE_CODES[told_as], np.int16)

    told = tell(
        np.random.default_rng(1), np.array([lon]), np.array([lat]), np.zeros(1, np.int64), precision=code, places=PLACES
    )

    if told.spots.precision[0] != PLACE_CODES[PlacePrecision.NONE]:
        away = distance_m(np.array([lon]), np.array([lat]), told.spots.lon, told.spots.lat)
        assert away[0] <= told.spots.uncertainty_m[0]


def test_no_town_is_told_at_sea() -> None:
    n = 200
    codes = np.full(n, PLACE_CODES[PlacePrecision.TOWN], np.int16)

    told = tell(
        np.random.default_rng(1), np.full(n, 10.0), np.zeros(n), np.full(n, NOWHERE), precision=codes, places=PLACES
    )

    assert set(told.spots.precision.tolist()) == {PLACE_CODES[PlacePrecision.EXACT]}


def test_no_place_has_no_coordinates_and_no_uncertainty() -> None:
    codes = np.full(3, PLACE_CODES[PlacePrecision.NONE], np.int16)

    told = tell(
        np.random.default_rng(1), np.zeros(3), np.zeros(3), np.zeros(3, np.int64), precision=codes, places=PLACES
    )

    assert told.names(PLACES) == [None, None, None]
    assert all(told.spots.columns()[c].null_count() == 3 for c in ("lon", "lat", "uncertainty_m"))


def test_precisions_are_drawn_as_often_as_asked() -> None:
    codes = draw_precisions(np.random.default_rng(1), 20_000)

    assert np.mean(codes == PLACE_CODES[PlacePrecision.EXACT]) == pytest.approx(0.5, abs=0.02)


def test_every_seizure_of_a_world_lies_within_its_uncertainty() -> None:
    plan = Plan(7, 0.05, date(2025, 11, 22))

    parts = list(Register(plan, find_ground(plan, Places.shipped())).parts())

    told = set()
    for part in parts:
        lon, lat, radius = (part.events[c].to_numpy() for c in ("lon", "lat", "uncertainty_m"))
        known = ~np.isnan(lon)
        away = distance_m(part.scenes.lon, part.scenes.lat, lon, lat)
        assert (away[known] <= radius[known]).all()
        told |= set(part.events["place_precision"].unique().to_list())
    assert told == {0, 1, 2, 3, 4, 7}


def test_what_is_written_means_the_amount_that_is_told() -> None:
    rng = np.random.default_rng(1)
    substance = rng.choice([s.id for s in BY_CODE.values()], 3_000)

    amounts = draw_amounts(rng, substance, rng.random(3_000) < 0.3)

    for amount, unit, written in zip(amounts.amount.tolist(), amounts.unit, amounts.original, strict=True):
        if written is None:
            assert np.isnan(amount)
            assert unit is None
        else:
            number, word = written.split(" ")
            meant = find_unit(word)
            assert meant is not None
            assert (meant.normal, pytest.approx(float(number) * meant.factor)) == (unit, amount)
