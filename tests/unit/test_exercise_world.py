"""The exercise world: the same plan gives the same rows, and every row names only what is there."""

import hashlib
import json
from datetime import UTC, date, datetime

import polars as pl
import pytest

from watchfloor.data.exercise.places import Places
from watchfloor.data.exercise.world import World, make_world
from watchfloor.data.ingest.frames import SHAPES
from watchfloor.geo.errors import BadInput

UNTIL = date(2025, 11, 22)


@pytest.fixture(scope="module")
def places() -> Places:
    return Places.shipped()


@pytest.fixture(scope="module")
def world(places: Places) -> World:
    return make_world(7, 0.03, UNTIL, places)


def digest(world: World) -> dict[str, str]:
    return {name: hashlib.sha256(frame.write_ndjson().encode()).hexdigest() for name, frame in world.frames.items()}


def keys(world: World) -> set[str]:
    named = ("events", "entities", "cases", "operations")
    return {key for name in named if name in world.frames for key in world.frames[name]["key"].to_list()}


def test_the_same_seed_scale_and_date_give_the_same_rows(world: World, places: Places) -> None:
    again = make_world(7, 0.03, UNTIL, places)

    assert digest(again) == digest(world)
    assert again.truth == world.truth


@pytest.mark.parametrize(("seed", "until"), [(8, UNTIL), (7, date(2025, 11, 23))])
def test_another_seed_or_date_gives_other_rows(world: World, places: Places, seed: int, until: date) -> None:
    other = make_world(seed, 0.03, until, places)

    assert digest(other)["events"] != digest(world)["events"]


def test_frames_have_the_canonical_shapes(world: World) -> None:
    assert {name: dict(frame.schema) for name, frame in world.frames.items()} == {
        name: dict(pl.DataFrame(schema=SHAPES[name]).schema) for name in world.frames
    }


def test_keys_are_unique(world: World) -> None:
    repeated = {name: f["key"].is_duplicated().sum() for name, f in world.frames.items() if "key" in f.columns}

    assert not any(repeated.values()), repeated


@pytest.mark.parametrize(
    ("frame", "columns"),
    [
        ("links", ("from_key", "to_key")),
        ("seizure_items", ("event_key",)),
        ("identifiers", ("entity_key",)),
        ("case_records", ("case_key", "record_key")),
        ("case_members", ("case_key",)),
    ],
)
def test_every_end_exists(world: World, frame: str, columns: tuple[str, ...]) -> None:
    known = keys(world)

    dangling = {key for column in columns for key in world.frames[frame][column].to_list() if key not in known}

    assert dangling == set()


def test_every_label_is_one_of_the_world(world: World) -> None:
    for name, frame in world.frames.items():
        used = set(frame["label"].unique().to_list())
        assert used <= set(range(len(world.labels))), name


def test_subjects_of_the_truth_exist(world: World) -> None:
    known = keys(world)

    assert world.truth
    for planted in world.truth:
        assert planted.subjects, planted.kind
        assert {s for s in planted.subjects if not s.startswith("vessel:")} <= known, planted.kind
        json.dumps(dict(planted.truth))


def test_nothing_has_happened_after_the_last_day(world: World) -> None:
    horizon = datetime(UNTIL.year, UNTIL.month, UNTIL.day, tzinfo=UTC)

    assert world.frames["events"]["starts"].max() < horizon
    assert world.frames["cases"]["opened"].max() < horizon


def test_every_entity_and_case_says_that_it_is_an_exercise(world: World) -> None:
    assert all(json.loads(text)["exercise"] is True for text in world.frames["entities"]["attributes"].to_list())
    assert all(json.loads(text)["exercise"] is True for text in world.frames["events"]["attributes"].to_list())
    assert all(title.startswith("Exercise ") for title in world.frames["cases"]["title"].to_list())


def test_a_substance_stands_once_in_a_seizure(world: World) -> None:
    assert not world.frames["seizure_items"].select("event_key", "substance_id").is_duplicated().any()


def test_names_that_look_hostile_are_there(world: World) -> None:
    names = set(world.frames["entities"]["name"].to_list())

    assert {'<b>Test & "Sons"</b> Trading', "=HYPERLINK Exports"} <= names


@pytest.mark.parametrize("scale", [0.0, -1.0, 21.0])
def test_a_scale_out_of_range_is_refused(places: Places, scale: float) -> None:
    with pytest.raises(BadInput):
        make_world(7, scale, UNTIL, places)
