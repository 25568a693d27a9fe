"""The exercise world: the same plan gives the same rows, and every row names only what is there."""

import hashlib
import json
from datetime import UTC, date, datetime

import polars as pl
import pytest

from watchfloor.data.exercise.places import Places
from watchfloor.data.exercise.plan import Plan
from watchfloor.data.exercise.seizures import PART
from watchfloor.data.exercise.world import World, WorldStream, make_world
from watchfloor.data.ingest.frames import SHAPES
from watchfloor.data.ingest.whole_records import ONLY_CHILD
from watchfloor.geo.errors import BadInput

UNTIL = date(2025, 11, 22)
SCALE = 0.03


@pytest.fixture(scope="module")
def places() -> Places:
    return Places.shipped()


@pytest.fixture(scope="module")
def world(places: Places) -> World:
    return make_world(7, SCALE, UNTIL, places)


def digest(world: World) -> dict[str, str]:
    """A hash of every frame, row by row and in order."""
    texts = {name: frame.drop("geom_wkb", strict=False).write_ndjson() for name, frame in world.frames.items()}
    return {name: hashlib.sha256(text.encode()).hexdigest() for name, text in texts.items()}


def keys(world: World) -> set[str]:
    named = ("events", "overdoses", "entities", "cases", "operations", "links", "deconflictions")
    return {key for name in named for key in world.frames[name]["key"].to_list()}


def test_the_same_seed_scale_and_date_give_the_same_rows(world: World, places: Places) -> None:
    again = make_world(7, SCALE, UNTIL, places)

    assert digest(again) == digest(world)
    assert again.truth == world.truth


@pytest.mark.parametrize(("seed", "until"), [(8, UNTIL), (7, date(2025, 11, 23))])
def test_another_seed_or_date_gives_other_facts(world: World, places: Places, seed: int, until: date) -> None:
    other = digest(make_world(seed, SCALE, until, places))

    facts = ("events", "overdoses", "fixes", "links", "cases", "operations")
    assert [name for name in facts if other[name] == digest(world)[name]] == []


def test_parts_of_a_world_do_not_disturb_one_another() -> None:
    alone, after = Plan(7, 1.0, UNTIL), Plan(7, 1.0, UNTIL)
    after.stream("seizures").random(1_000)

    assert alone.stream("persons").random() == after.stream("persons").random()
    assert alone.stream("persons").random() != alone.stream("seizures").random()


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
        ("operations", ("case_key",)),
        ("deconflictions", ("subject_key",)),
    ],
)
def test_every_end_exists(world: World, frame: str, columns: tuple[str, ...]) -> None:
    known = keys(world)

    dangling = {key for column in columns for key in world.frames[frame][column].to_list() if key not in known}

    assert dangling == set()


def test_every_label_is_one_of_the_world(world: World) -> None:
    # reported values are under the label of their run
    assert [name for name, frame in world.frames.items() if "label" not in frame.columns] == ["reported"]
    for name, frame in world.frames.items():
        used = set() if name == "reported" else set(frame["label"].unique().to_list())
        assert used <= set(range(len(world.labels))), name


def test_subjects_of_the_truth_exist(world: World) -> None:
    known = keys(world)
    tracks = {f"vessel:{mmsi}" for mmsi in world.frames["fixes"]["identifier"].unique().to_list()}

    assert world.truth
    for planted in world.truth:
        assert planted.subjects, planted.kind
        assert set(planted.subjects) <= known | tracks, planted.kind
        json.dumps(dict(planted.truth))


def test_nothing_has_happened_after_the_last_day(world: World) -> None:
    horizon = datetime(UNTIL.year, UNTIL.month, UNTIL.day, tzinfo=UTC)

    moments = {("events", "starts"), ("fixes", "at"), ("cases", "opened"), ("deconflictions", "decided_at")}
    assert all(world.frames[frame][column].max() < horizon for frame, column in moments)
    assert world.frames["overdoses"]["day"].max() < UNTIL
    assert world.frames["operations"]["starts"].min() > horizon


def test_every_entity_and_case_says_that_it_is_an_exercise(world: World) -> None:
    for name in ("places", "events", "overdoses", "entities", "crafts"):
        assert all(json.loads(text)["exercise"] is True for text in world.frames[name]["attributes"].to_list()), name
    assert all(title.startswith("Exercise ") for title in world.frames["cases"]["title"].to_list())


def test_a_substance_stands_once_in_a_seizure(world: World) -> None:
    assert not world.frames["seizure_items"].select("event_key", "substance_id").is_duplicated().any()


def test_twice_the_scale_has_about_twice_the_rows(world: World, places: Places) -> None:
    double = make_world(7, 2 * SCALE, UNTIL, places)

    # planted circles are as large at any scale, so that small worlds have more entities than their share
    for name, least in (("events", 1.8), ("seizure_items", 1.8), ("links", 1.3), ("entities", 1.2)):
        assert least < double.frames[name].height / world.frames[name].height < 2.2, name


def test_a_large_world_passes_by_in_parts_of_bounded_size(places: Places) -> None:
    stream = WorldStream(Plan(7, 60.0, UNTIL), places).frames()
    events = [next(frame for name, frame in stream if name == "events") for _ in range(3)]

    assert all(PART / 2 < frame.height <= PART * 1.1 for frame in events)
    assert len({key for frame in events for key in frame["key"].to_list()}) == sum(frame.height for frame in events)


def test_what_belongs_to_a_record_comes_with_it_and_once(places: Places) -> None:
    belongs = {child.frame: (name, child.parent_key) for name, child in ONLY_CHILD.items()}
    met = set()
    for together in WorldStream(Plan(7, SCALE, UNTIL), places).records():
        for name in together.keys() & belongs.keys():
            parent, key = belongs[name]
            assert set(together[name][key]) <= set(together[parent]["key"])
            met.add(name)
    assert met == belongs.keys()


def test_every_part_of_the_world_is_there(world: World) -> None:
    kinds = {planted.kind for planted in world.truth}

    assert all(frame.height for frame in world.frames.values())
    assert kinds == {
        "route", "new_route", "overdose_outbreak", "gap", "rendezvous", "loitering", "network", "sealed_network",
        "twin_entity", "duplicate_person", "near_duplicate_person", "namesake", "duplicate_plate",
        "near_duplicate_plate", "duplicate_phone", "near_duplicate_phone", "seizure_cluster", "probing", "surge",
        "crossing_closure", "strait_closure",
        "shared_suspect", "operation_conflict", "operation_no_conflict", "compartment",
    }  # fmt: skip


def test_the_new_route_is_silent_before_it_emerged(world: World) -> None:
    route = next(p for p in world.truth if p.kind == "new_route")
    seizures = world.frames["events"].filter(pl.col("key").is_in(route.subjects), pl.col("time_precision") < 3)

    assert seizures["starts"].min() >= datetime.fromisoformat(f"{route.truth['begins']}T00:00:00+00:00")
    assert (UNTIL - date.fromisoformat(str(route.truth["begins"]))).days == 150


def test_links_of_one_planted_network_lead_to_its_seizures(world: World) -> None:
    network = next(p for p in world.truth if p.kind == "network")
    routes = set(network.truth["routes"])
    seizures = {s for p in world.truth if p.kind == "route" and p.truth["name"] in routes for s in p.subjects}
    own = {*network.subjects, *network.truth["means"]}

    links = world.frames["links"].filter(pl.col("from_key").is_in(seizures), pl.col("to_key").is_in(own))

    assert links.height


def test_names_that_look_hostile_are_there(world: World) -> None:
    names = set(world.frames["entities"]["name"].to_list())

    assert {'<b>Test & "Sons"</b> Trading', "=HYPERLINK Exports"} <= names


@pytest.mark.parametrize("scale", [0.0, -1.0, 101.0])
def test_a_scale_out_of_range_is_refused(places: Places, scale: float) -> None:
    with pytest.raises(BadInput):
        make_world(7, scale, UNTIL, places)
