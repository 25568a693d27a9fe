"""What is planted in the exercise world is there to be found, and what it is told from is there too."""

from datetime import date, datetime

import numpy as np
import polars as pl
import pytest

from watchfloor.data.exercise.closures import STRAIT
from watchfloor.data.exercise.places import Places, distance_m
from watchfloor.data.exercise.truth import Planted
from watchfloor.data.exercise.world import World, make_world
from watchfloor.data.exercise.writings import misread_plate, mistyped_phone, other_phone, other_plate
from watchfloor.geo.substances import BY_CODE

UNTIL = date(2025, 11, 22)


@pytest.fixture(scope="module")
def world() -> World:
    return make_world(7, 0.5, UNTIL, Places.shipped())


def planted(world: World, *kinds: str) -> list[Planted]:
    found = [p for p in world.truth if p.kind in kinds]
    assert found, kinds
    return found


def main_items(world: World, keys: tuple[str, ...]) -> pl.DataFrame:
    """Events with their items, in the order of time."""
    events = world.frames["events"].filter(pl.col("key").is_in(keys))
    return events.join(world.frames["seizure_items"], left_on="key", right_on="event_key").sort("starts")


def events_at(world: World, code: str, start: date, end: date) -> int:
    """Seizures that are told exactly, to the day, near a crossing in [start, end)."""
    places = Places.shipped()
    row = places.find("crossing", code)
    told = world.frames["events"].filter(
        pl.col("place_precision") <= 1,
        pl.col("time_precision") < 3,
        pl.col("starts").dt.date() >= start,
        pl.col("starts").dt.date() < end,
    )
    at = (np.full(told.height, values[row]) for values in (places.lon, places.lat))
    return int((distance_m(told["lon"].to_numpy(), told["lat"].to_numpy(), *at) < 2_500).sum())


def test_a_closed_crossing_sees_nothing_and_the_others_see_more(world: World) -> None:
    (closure,) = planted(world, "crossing_closure")
    start, end = (date.fromisoformat(str(closure.truth[c])) for c in ("from", "to"))
    before = start - (end - start)
    first = str(closure.truth["displaced_to"][0]["code"])  # type: ignore[index,call-overload]

    closed = str(closure.truth["closed"])
    assert events_at(world, closed, before, start) > 10
    assert events_at(world, closed, start, end) == 0
    assert events_at(world, first, start, end) > 2 * events_at(world, first, before, start)


def test_no_ship_passes_the_strait_while_it_is_shut_and_some_go_around(world: World) -> None:
    (closure,) = planted(world, "strait_closure")
    start, end = (datetime.fromisoformat(str(closure.truth[c])) for c in ("from", "to"))
    fixes = world.frames["fixes"]

    def near(lon: float, lat: float, within_m: float) -> pl.DataFrame:
        n = fixes.height
        away = distance_m(fixes["lon"].to_numpy(), fixes["lat"].to_numpy(), np.full(n, lon), np.full(n, lat))
        return fixes.filter(pl.Series(away < within_m))

    strait = near(STRAIT.lon, STRAIT.lat, 60_000)
    around = near(STRAIT.around_lon, STRAIT.around_lat, 250_000)
    assert strait.height
    assert strait.filter(pl.col("at").is_between(start, end)).height == 0
    assert {f"vessel:{i}" for i in around["identifier"].unique().to_list()} & set(closure.subjects)


def test_probes_are_small_and_followed_by_a_big_load_of_the_same_substance(world: World) -> None:
    for probe in planted(world, "probing"):
        loads = main_items(world, probe.subjects)
        wanted = BY_CODE[str(probe.truth["substance"])].id

        assert loads["substance_id"].unique().to_list() == [wanted]
        kilograms = dict(zip(loads["key"], loads["amount"], strict=True))
        *small, big = (kilograms[key] for key in probe.subjects)
        assert len(small) == probe.truth["small"]
        assert all(value is None or value < 0.5 for value in small)
        assert big is None or big > 140


def test_a_trade_surges_at_one_port_in_the_last_whole_quarter(world: World) -> None:
    (surge,) = planted(world, "surge")
    loads = main_items(world, surge.subjects)
    since, until = (date.fromisoformat(str(surge.truth[c])) for c in ("from", "to"))
    last = loads.filter(pl.col("starts").dt.date().is_between(since, until, closed="left"))

    assert loads["substance_id"].unique().to_list() == [BY_CODE["fentanyl"].id]
    assert loads["amount"].drop_nulls().min() > 5
    assert (until.month % 3, until.day) == (1, 1)
    # three ports over eight quarters before, at a scale that leaves one load to each
    assert last.height > 0.1 * loads.height


def test_a_cluster_lies_close_together_in_place_and_time(world: World) -> None:
    for cluster in planted(world, "seizure_cluster"):
        loads = main_items(world, cluster.subjects).filter(pl.col("place_precision") == 0)
        middle = (np.full(loads.height, float(str(cluster.truth[c]))) for c in ("lon", "lat"))
        days = [date.fromisoformat(str(cluster.truth[c])) for c in ("from", "to")]

        away = distance_m(loads["lon"].to_numpy(), loads["lat"].to_numpy(), *middle)
        assert len(cluster.subjects) >= 25
        assert away.max() < float(str(cluster.truth["radius_m"])) + 20
        assert loads["starts"].dt.date().is_between(*days).all()


def test_second_records_are_told_from_the_first_as_the_truth_says(world: World) -> None:
    known = {row["key"]: row for row in world.frames["entities"].iter_rows(named=True)}
    for pair in planted(world, "duplicate_person", "near_duplicate_person", "namesake"):
        first, second = (known[key] for key in pair.subjects)

        assert (first["name"] == second["name"]) == (pair.kind != "near_duplicate_person")
        assert second["name"] == pair.truth["written"]
        assert pair.truth["same"] == (pair.kind != "namesake")
        # the year of birth tells namesakes apart, but for those who happen to share it
        assert first["attributes"] == second["attributes"] or pair.kind == "namesake"
        assert first["label"] == second["label"]


def test_numbers_written_otherwise_are_the_same_and_mistaken_ones_are_not(world: World) -> None:
    known = {row["key"]: row["name"] for row in world.frames["entities"].iter_rows(named=True)}

    def bare(key: str) -> str:
        return "".join(c for c in known[key].upper() if c.isalnum())

    for pair in planted(world, "duplicate_plate"):
        assert bare(pair.subjects[0]) == bare(pair.subjects[1])
    for pair in planted(world, "duplicate_phone"):
        assert bare(pair.subjects[0])[-6:] == bare(pair.subjects[1])[-6:]
    for pair in planted(world, "near_duplicate_plate", "near_duplicate_phone"):
        first, second = (bare(key) for key in pair.subjects)
        assert first != second
        assert sum(a != b for a, b in zip(first, second, strict=True)) <= 2


@pytest.mark.parametrize("write", [other_plate, misread_plate])
def test_a_plate_is_never_written_as_it_stands(write: object) -> None:
    rng = np.random.default_rng(1)

    assert all(write(rng, "EX-KLB 555") != "EX-KLB 555" for _ in range(40))  # type: ignore[operator]


@pytest.mark.parametrize("number", ["+12025550110", "+442079460123", "+33199001234"])
def test_a_mistyped_telephone_is_still_nobodys(number: str) -> None:
    rng = np.random.default_rng(1)
    made = {mistyped_phone(rng, number) for _ in range(40)}

    assert number not in made
    assert {text[:-2] for text in made} == {number[:-2]}
    assert all(other_phone(rng, number) != number for _ in range(40))
