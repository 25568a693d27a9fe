"""The exercise world is skewed as life is: a few places, hours and loads make most of it."""

from datetime import date

import numpy as np
import polars as pl
import pytest

from watchfloor.data.exercise.places import Places
from watchfloor.data.exercise.plan import Plan
from watchfloor.data.exercise.world import World, make_world
from watchfloor.geo.cells import cells_at


@pytest.fixture(scope="module")
def world() -> World:
    return make_world(7, 0.5, date(2025, 11, 22), Places.shipped())


def share_of_top(counts: "np.ndarray", top: float) -> float:
    """Share of all that the busiest part of places has."""
    ranked = np.sort(counts)[::-1]
    return float(ranked[: max(1, round(len(ranked) * top))].sum() / ranked.sum())


def test_seizures_fall_with_the_rank_of_the_place(world: World) -> None:
    names = world.frames["events"].drop_nulls("place_name").group_by("place_name").len()["len"].to_numpy()
    ranked = np.sort(names)[::-1][:60]

    slope = np.polyfit(np.log(np.arange(1, len(ranked) + 1)), np.log(ranked), 1)[0]

    assert -1.6 < slope < -0.6
    assert share_of_top(names, 0.05) > 0.4


def test_a_few_big_seizures_make_most_of_the_weight(world: World) -> None:
    kilograms = world.frames["seizure_items"].filter(pl.col("unit") == "kg")["amount"].drop_nulls().to_numpy()

    assert share_of_top(kilograms, 0.01) > 0.25
    assert np.median(kilograms) < 10
    assert kilograms.max() > 1_000


def test_positions_crowd_in_harbours_and_on_lanes(world: World) -> None:
    fixes = world.frames["fixes"]
    n = fixes.height
    cells = cells_at(fixes["lon"].to_numpy(), fixes["lat"].to_numpy(), np.full(n, 4, np.int64))

    _, counts = np.unique(cells, return_counts=True)

    assert share_of_top(counts, 0.01) > 0.15
    assert share_of_top(counts, 0.1) > 0.4


def test_seizures_come_by_day_and_on_weekdays(world: World) -> None:
    told = world.frames["events"].filter(pl.col("time_precision") < 2)
    hours = told["starts"].dt.hour()
    days = world.frames["events"].filter(pl.col("time_precision") < 3)["starts"].dt.weekday()

    assert hours.is_between(9, 17).mean() > 1.3 * 9 / 24
    assert (days >= 6).mean() < 0.27


def test_some_months_have_more_cannabis_than_others(world: World) -> None:
    items = world.frames["seizure_items"].join(world.frames["events"], left_on="event_key", right_on="key")
    months = items.filter(pl.col("substance_id") == items["substance_id"].mode()[0])["starts"].dt.month()

    counts = months.value_counts()["count"]

    assert counts.max() > 1.25 * counts.min()


@pytest.mark.parametrize(
    ("at_one", "power", "least", "most"),
    [(20_000, 0.85, 990_000, 1_010_000), (245_000, 0.80, 9_500_000, 10_000_000), (9_230, 0.52, 95_000, 105_000)],
)
def test_the_largest_world_has_a_million_seizures_ten_million_positions_and_a_hundred_thousand_entities(
    at_one: int, power: float, least: int, most: int
) -> None:
    plan = Plan(7, 100.0, date(2025, 11, 22))

    assert least < plan.count(at_one, 1, power) < most
    assert plan.days == 3652


def test_a_world_of_scale_one_has_five_years_and_grows_in_proportion_below() -> None:
    plan = Plan(7, 1.0, date(2025, 11, 22))

    assert plan.days == 1826
    assert plan.count(20_000) == 20_000
    assert Plan(7, 0.5, plan.until).count(20_000) == 10_000
