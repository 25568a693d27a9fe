"""The exercise world that runs on: the same hours give the same rows, and ships sail on from where they were."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import polars as pl
import pytest

from watchfloor.data.exercise.live import LiveWorld
from watchfloor.data.exercise.places import Places, distance_m
from watchfloor.data.exercise.plan import Plan
from watchfloor.data.exercise.world import make_world
from watchfloor.data.ingest.frames import SHAPES

PLAN = Plan(7, 0.15, date(2025, 11, 22))
HORIZON = datetime(2025, 11, 22, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def world() -> LiveWorld:
    return LiveWorld.of(PLAN, Places.shipped())


@pytest.fixture(scope="module")
def day(world: LiveWorld) -> dict[str, pl.DataFrame]:
    """All that happens on the day after the last."""
    return dict(world.between(HORIZON, HORIZON + DAY))


def rows(frame: pl.DataFrame) -> set[str]:
    return set(frame.drop("geom_wkb", strict=False).write_ndjson().splitlines())


def test_a_day_has_seizures_overdoses_and_fixes_in_the_canonical_shapes(day: dict[str, pl.DataFrame]) -> None:
    assert set(day) == {"events", "seizure_items", "overdoses", "fixes"}
    assert {n: dict(f.schema) for n, f in day.items()} == {n: dict(pl.DataFrame(schema=SHAPES[n]).schema) for n in day}


def test_a_day_cut_into_pieces_has_the_same_rows(day: dict[str, pl.DataFrame]) -> None:
    again = LiveWorld.of(PLAN, Places.shipped())
    cuts = [HORIZON + timedelta(minutes=m) for m in (0, 1, 95, 100, 600, 1440)]

    pieces = [again.between(a, b) for a, b in pairwise(cuts)]

    for name, frame in day.items():
        parts = [rows(piece[name]) for piece in pieces if name in piece]
        assert sum(len(part) for part in parts) == frame.height, name
        assert set().union(*parts) == rows(frame), name


def test_a_later_hour_is_the_same_whether_the_earlier_ones_were_asked_for_or_not(world: LiveWorld) -> None:
    late = HORIZON + timedelta(hours=30), HORIZON + timedelta(hours=31)
    fresh = LiveWorld.of(PLAN, Places.shipped())

    assert rows(fresh.between(*late)["fixes"]) == rows(world.between(*late)["fixes"])


def test_nothing_is_told_of_the_time_before_the_last_day(world: LiveWorld) -> None:
    assert world.between(HORIZON - DAY, HORIZON) == {}


def test_ships_sail_on_from_their_last_position(day: dict[str, pl.DataFrame]) -> None:
    history = make_world(PLAN.seed, PLAN.scale, PLAN.until, Places.shipped()).frames["fixes"]
    last = history.sort("at").group_by("identifier").last()
    first = day["fixes"].sort("at").group_by("identifier").first()

    both = last.join(first, on="identifier").filter(pl.col("at") > HORIZON - timedelta(hours=1))

    away = distance_m(*(both[c].to_numpy() for c in ("lon", "lat", "lon_right", "lat_right")))
    hours = ((both["at_right"] - both["at"]).dt.total_seconds() / 3600).to_numpy()
    assert both.height >= 5
    # 35 kn over the time between, and the wind
    assert (away < hours * 65_000 + 3_000).all()


def test_a_ship_is_at_one_place_at_a_time_and_no_faster_than_ships_are(day: dict[str, pl.DataFrame]) -> None:
    assert not day["fixes"].select("identifier", "at").is_duplicated().any()
    assert day["fixes"]["speed_kn"].max() < 30
    assert day["fixes"]["at"].is_between(HORIZON, HORIZON + DAY, closed="left").all()


def test_another_seed_gives_another_day(day: dict[str, pl.DataFrame]) -> None:
    other = LiveWorld.of(Plan(8, 0.15, PLAN.until), Places.shipped()).between(HORIZON, HORIZON + DAY)

    assert not rows(other["fixes"]) & rows(day["fixes"])
