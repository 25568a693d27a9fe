"""Derived files of tracks say what the store says: to each reader its own, whatever of them was built, and when."""

import json
import math
import os
import random
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchfloor.data.address import Role
from watchfloor.data.cluster import ClusterAddress
from watchfloor.data.gate import Gate, Terms
from watchfloor.data.ingest.undo import undo_run
from watchfloor.data.registry import Account, ensure_agency, ensure_principal, intern_label, labels
from watchfloor.data.repository import Repository
from watchfloor.data.tracks.build import build, day_versions
from watchfloor.data.tracks.hands import hands
from watchfloor.data.tracks.manifest import Span
from watchfloor.data.tracks.reader import track_view
from watchfloor.data.tracks.shelf import TrackShelf
from watchfloor.data.tracks.verify import status, verify
from watchfloor.data.tracks.view import RAW, TrackView
from watchfloor.data.tracks.window import Stretch
from watchfloor.geo.errors import StoreUnavailable
from watchfloor.geo.period import Period
from watchfloor.geo.query import Layer, Query
from watchfloor.geo.scope import PrincipalKind, Right
from watchfloor.geo.track_counting import Place
from watchfloor.geo.track_levels import PASSAGES, POSITIONS

from .command_line import watchfloor
from .oracle_world import SPECS, World, principals
from .track_world import (
    DAYS,
    FIRST,
    Fix,
    build_here,
    drawn,
    fleet,
    load,
    rows,
    shelf_at,
    shown,
    stored,
    url,
    whole_period,
)

WORLD = Place(0, 0, 0)
STATES = ("nothing built", "all built", "half of it older")


@dataclass
class Tracked:
    """A store with positions under many labels, and its readers beside files of several ages."""

    world: World
    shelves: dict[str, TrackShelf | None]
    repositories: dict[str, Repository]
    fixes: list[Fix]

    def place(self, near: int, zoom: int) -> Place:
        """A tile with a position on it."""
        fix = self.fixes[near % len(self.fixes)]
        return tile_of(fix.lon, fix.lat, zoom)


@pytest.fixture(scope="module")
def shared(cluster: ClusterAddress, template: str) -> Iterator[ClusterAddress]:
    """A store for all tests of this file that only read it."""
    name = f"tracked_{os.getpid()}"
    with psycopg.connect(replace(cluster, database="postgres").conninfo(Role.OWNER), autocommit=True) as owner:
        owner.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
        owner.execute(f"GRANT TEMPORARY ON DATABASE {name} TO watchfloor_intake".encode())
        yield replace(cluster, database=name)
        owner.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture(scope="module")
def tracked(shared: ClusterAddress, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tracked]:
    rng = np.random.default_rng(4)
    with psycopg.connect(shared.conninfo(Role.OWNER)) as owner:
        for agency in "ABC":
            ensure_agency(owner, agency, agency)
        numbers = [intern_label(owner, spec) for spec in SPECS]
        known, who = labels(owner), principals(numbers)
        for p in who:
            held = tuple((e.right, e.value) for e in p.entitlements)
            ensure_principal(owner, Account(p.name, PrincipalKind.PERSON, p.name, p.agency, held))
    fixes = [drawn(rng, 40, f"{spec.owner}{index}-") for index, spec in enumerate(SPECS)]
    whole, half = (shelf_at(tmp_path_factory.mktemp(name)) for name in ("whole", "half"))
    for index, spec in enumerate(SPECS):
        load(shared, fixes[index][::2], spec)
    build_here(shared, half)
    for index, spec in enumerate(SPECS[::2]):
        load(shared, fixes[2 * index][1::2], spec)
    build_here(shared, whole)
    shelves = dict(zip(STATES, (None, whole, half), strict=True))
    tokens = [Gate(shared).issue(p.name, Terms()) for p in who]
    with (
        Repository(shared) as late,
        Repository(shared, whole) as built,
        Repository(shared, half) as older,
    ):
        world = World(shared, built, numbers, known, who, tokens, [uuid.uuid4() for _ in who])
        repositories = dict(zip(STATES, (late, built, older), strict=True))
        yield Tracked(world, shelves, repositories, [fix for some in fixes for fix in some])


def ask(period: Period) -> Query:
    return Query(Layer.TRACKS, period)


def tile_of(lon: float, lat: float, zoom: int) -> Place:
    size = 1 << zoom
    down = 0.5 - math.asinh(math.tan(math.radians(min(max(lat, -85.0), 85.0)))) / (2 * math.pi)
    return Place(zoom, min(int((lon + 180) / 360 * size), size - 1), int(down * size))


PERIODS = st.tuples(st.integers(-1, DAYS), st.integers(1, DAYS + 2)).map(
    lambda pair: Period(FIRST.date() + timedelta(days=pair[0]), FIRST.date() + timedelta(days=sum(pair)))
) | st.sampled_from(
    [whole_period(), Period(date(2024, 2, 1), date(2024, 3, 1)), Period(date(2024, 2, 28), date(2025, 1, 1))]
)


ASKERS = st.integers(0, 14)
NEAR = st.integers(0, 10_000)


@settings(max_examples=60)
@given(state=st.sampled_from(STATES), period=PERIODS, asker=ASKERS, near=st.tuples(NEAR, st.integers(0, 18)))
def test_a_tile_counts_what_the_store_counts_under_the_readers_labels(
    tracked: Tracked, state: str, period: Period, asker: int, near: tuple[int, int]
) -> None:
    place = tracked.place(*near)
    sees = [tracked.world.numbers[index] for index in tracked.world.sees(asker)]

    view = tracked.repositories[state].tracks(tracked.world.askers[asker], ask(period))

    store = tracked.world.address
    assert shown(view.tile(place, POSITIONS, RAW)) == stored(store, sees, period, place)
    assert view.n_fixes == view.n_drawn == view.by_category().sum() == stored(store, sees, period, WORLD).total()


@settings(max_examples=30)
@given(period=PERIODS, asker=ASKERS, near=NEAR, zoom=st.integers(0, 14))
def test_passages_are_the_same_whatever_was_built(
    tracked: Tracked, period: Period, asker: int, near: int, zoom: int
) -> None:
    views = [tracked.repositories[state].tracks(tracked.world.askers[asker], ask(period)) for state in STATES]

    first, *others = (shown(view.tile(tracked.place(near, zoom), PASSAGES, RAW)) for view in views)
    assert others == [first, first]


def test_the_readers_of_these_tracks_see_different_things(tracked: Tracked) -> None:
    world = tracked.world
    assert len({world.sees(asker) for asker in range(len(world.who))}) >= 8, "the world is too plain to prove anything"


def test_the_files_are_of_the_age_that_these_tests_say(tracked: Tracked) -> None:
    now = status(tracked.world.address, tracked.shelves[STATES[1]])
    before = status(tracked.world.address, tracked.shelves[STATES[2]])

    assert now.n_current == now.n_fixes
    assert 0 < before.n_current < before.n_fixes
    assert not any(span.waiting for span in now.spans)
    assert any(span.waiting for span in before.spans)


@pytest.mark.parametrize("state", STATES)
def test_without_a_scope_there_is_nothing(tracked: Tracked, state: str) -> None:
    with psycopg.connect(tracked.world.address.conninfo(Role.APP)) as nobody:
        view = track_view(nobody, tracked.shelves[state], Stretch.of(whole_period()))

    assert (view.n_fixes, view.n_drawn, view.whole, view.cut) == (0, 0, [], [])
    assert not view.tile(WORLD, POSITIONS, RAW).any()


@pytest.mark.parametrize("state", STATES)
def test_a_right_that_is_withdrawn_is_withdrawn_from_the_next_answer(tracked: Tracked, state: str) -> None:
    world, repository = tracked.world, tracked.repositories[state]
    number, held = 3, [(Right.TIER, "3"), (Right.COMPARTMENT, "LANTERN")]
    assert {right for right, _ in held} == {e.right for e in world.who[number].entitlements}

    def seen() -> int:
        view = repository.tracks(world.askers[number], ask(whole_period()))
        sees = [world.numbers[index] for index in world.sees(number)]
        assert shown(view.tile(WORLD, POSITIONS, RAW)) == stored(world.address, sees, whole_period(), WORLD)
        return view.n_fixes

    before = seen()
    try:
        world.hold(number, [])
        assert seen() < before
    finally:
        world.hold(number, held)
    assert seen() == before


# ------------------------------------------------------------ what changes


def view_of_all(store, shelf: TrackShelf | None) -> TrackView:
    with psycopg.connect(store.conninfo(Role.INTAKE)) as intake:
        return track_view(intake, shelf, Stretch.of(whole_period()))


def assert_equal_to_the_store(store, shelf: TrackShelf | None) -> None:
    everyone = [number for (number,) in rows(store, "SELECT id FROM watchfloor.label")]
    view = view_of_all(store, shelf)
    for place in (WORLD, tile_of(5.1, 55.0, 9), tile_of(5.1, 55.0, 12)):
        assert shown(view.tile(place, POSITIONS, RAW)) == stored(store, everyone, whole_period(), place)


def digests(shelf: TrackShelf) -> dict[object, str]:
    """What stands in each file, read anew."""
    return {key: shelf.digest(entry) for key, entry in shelf.manifest().entries.items()}


def names(shelf: TrackShelf) -> set[str]:
    return {entry.name for entry in shelf.manifest().entries.values()}


def standing(shelf: TrackShelf) -> set[str]:
    """Files that are there, listed or not, without the list."""
    return {path.relative_to(shelf.root).as_posix() for path in Path(shelf.root).rglob("*") if path.is_file()} - {
        "manifest.json"
    }


def test_a_second_load_touches_its_days_alone(store, tmp_path: Path) -> None:
    shelf = shelf_at(tmp_path)
    load(store, fleet(0, 60, 1500, 3000, 50_000, 90_000))
    build_here(store, shelf)
    before = names(shelf)
    load(store, fleet(30, craft="b"))
    built = build_here(store, shelf)

    # the day after leads on from it; 2024 is over
    assert (built.days, built.months, built.years) == (2, 1, 1)
    touched = {name.split("/")[1].rsplit("-", 1)[0] for name in before ^ names(shelf)}
    assert touched == {"day-2024-02-28", "day-2024-02-29", "month-2024-02-01", "year-2024-01-01"}
    assert names(shelf) == standing(shelf)
    assert_equal_to_the_store(store, shelf)
    assert build_here(store, shelf).days == 0


def test_an_undo_leaves_no_trace_of_the_run_in_any_file(store, tmp_path: Path) -> None:
    shelf = shelf_at(tmp_path)
    load(store, fleet(0, 60, 1500, 3000, 50_000))
    build_here(store, shelf)
    before = digests(shelf)
    second = load(
        store, [*fleet(30, 61, 1400, 40_000, category="tanker", lon=5.3), *fleet(5, craft="b", category="tug")]
    )
    build_here(store, shelf)
    during = digests(shelf)
    undo_run(store, second, by="tests")
    assert_equal_to_the_store(store, shelf)
    build_here(store, shelf)

    assert all(during[key] != digest for key, digest in before.items() if key.span is not Span.DAY)
    assert digests(shelf) == before
    assert names(shelf) == standing(shelf)
    assert_equal_to_the_store(store, shelf)


def test_an_undo_of_everything_leaves_no_file(store, tmp_path: Path) -> None:
    shelf = shelf_at(tmp_path)
    run = load(store, fleet(0, 60, 1500))
    build_here(store, shelf)
    undo_run(store, run, by="tests")
    assert view_of_all(store, shelf).n_fixes == 0
    build_here(store, shelf)

    assert names(shelf) == standing(shelf) == set()


def test_what_changes_while_days_are_built_is_in_no_month_before_its_day_is(store, tmp_path: Path) -> None:
    shelf = shelf_at(tmp_path)
    load(store, fleet(0, 60, 1500, 3000))
    more = iter([fleet(30, craft="b"), fleet(-1400, craft="c")])

    def hands_that_load(job, given):
        for number, arguments in enumerate(given):
            yield job(*arguments)
            if number == 0:
                load(store, next(more, []))

    for _ in range(2):
        build(store, shelf, hands_that_load, lambda _: None)
        assert_equal_to_the_store(store, shelf)
    build_here(store, shelf)

    assert_equal_to_the_store(store, shelf)
    assert verify(store, shelf, 10).faults == ()
    mended, anew = digests(shelf), build_here(store, shelf, anew=True)
    assert anew.days == 4
    assert digests(shelf) == mended


def test_more_late_positions_than_are_read_at_once_wait_for_the_build_and_are_said_to_lack(
    store, tmp_path: Path, monkeypatch
) -> None:
    from watchfloor.data.tracks import reader  # noqa: PLC0415

    shelf = shelf_at(tmp_path)
    load(store, fleet(0, 60))
    build_here(store, shelf)
    load(store, fleet(30, 90, 120))
    monkeypatch.setattr(reader, "MOST_LATE", 4)
    view = view_of_all(store, shelf)

    assert (view.n_fixes, view.n_drawn) == (5, 2)
    assert shown(view.tile(WORLD, POSITIONS, RAW)).total() == 2


# ------------------------------------------------------------ how it is built


@pytest.mark.parametrize("root", ["memory://{folder}", "file://{folder}/shared"])
def test_files_elsewhere_give_the_same_answers(store, tmp_path: Path, root: str) -> None:
    load(store, fleet(0, 60, 1500, 3000))
    here, far = shelf_at(tmp_path), TrackShelf(root.format(folder=tmp_path), tmp_path / "copies")
    for shelf in (here, far):
        build_here(store, shelf)

    assert digests(here) == digests(far)
    assert_equal_to_the_store(store, far)
    load(store, fleet(30, craft="b"))
    build_here(store, far)
    assert_equal_to_the_store(store, far)
    assert verify(store, far, 5).faults == ()


def test_of_two_builds_at_once_one_says_that_another_is_under_way(store, tmp_path: Path) -> None:
    shelf = shelf_at(tmp_path)
    load(store, fleet(0, 60))

    def hands_that_ask(job, given):
        with pytest.raises(StoreUnavailable, match="another build of tracks is under way"):
            build_here(store, shelf)
        with hands("") as many:
            yield from many(job, given)

    assert build(store, shelf, hands_that_ask, lambda _: None).days == 1
    assert build_here(store, shelf).days == 0


CRASHING = """
import os, signal, sys
left = int(sys.argv.pop(1))

def count(event, given):
    global left
    if event in {"open", "os.rename", "os.remove"} and "/tracks/" in str(given[0]):
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

from watchfloor.app.__main__ import main
sys.addaudithook(count)
main()
"""


def wait_for_unlock(store) -> None:
    """Until the database has noticed that a build is gone."""
    deadline = time.monotonic() + 60
    while rows(store, "SELECT FROM pg_locks WHERE locktype = 'advisory' AND classid = 0"):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_build_that_is_killed_anywhere_leaves_the_old_or_the_new(store, tmp_path: Path) -> None:
    shelf = shelf_at(tmp_path)
    load(store, fleet(0, 60, 1500, 3000, 4500))
    told = {"WATCHFLOOR_HOME": str(tmp_path), "WATCHFLOOR_KIND": "EXERCISE", "WATCHFLOOR_DATABASE_URL": url(store)}
    # while days are written, while they are listed, while months are, and where chance will have it
    by_chance = random.Random(6)
    for steps in (by_chance.randint(1, 8), 10, by_chance.randint(11, 20), by_chance.randint(1, 8)):
        command = [sys.executable, "-c", CRASHING, str(steps), "tracks", "build", "--json"]
        killed = subprocess.run(command, env=os.environ | told, capture_output=True, check=False)
        assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
        wait_for_unlock(store)
        assert names(shelf) <= standing(shelf)
        assert_equal_to_the_store(store, shelf)
    left = standing(shelf) - names(shelf)
    assert left
    built = build_here(store, shelf)

    assert built.deleted > 0
    assert names(shelf) == standing(shelf)
    assert_equal_to_the_store(store, shelf)
    mended = digests(shelf)
    build_here(store, shelf, anew=True)
    assert digests(shelf) == mended
    assert verify(store, shelf, 10).faults == ()


def test_two_workers_of_which_one_is_killed_build_what_threads_build(store, tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed")
    here, far = shelf_at(tmp_path / "here"), shelf_at(tmp_path / "far")
    load(store, fleet(*range(0, 1440 * 12, 360)))
    build_here(store, here)
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
    ):
        client.wait_for_workers(2)
        victim, _ = client.run(os.getpid).values()
        address = cluster.scheduler_address

        def hands_of_which_one_dies(job, given):
            with hands(address) as many:
                for number, done in enumerate(many(job, given)):
                    if number == 0 and job.__name__ == "make_days":
                        os.kill(victim, signal.SIGKILL)
                    yield done

        built = build(store, far, hands_of_which_one_dies, lambda _: None)
        assert (built.days, digests(far)) == (12, digests(here))
        assert names(far) == standing(far)
        again = watchfloor(
            tmp_path / "far", "tracks", "build", "--anew", "--json",
            kind="EXERCISE", WATCHFLOOR_DATABASE_URL=url(store), WATCHFLOOR_DASK=address,
        )  # fmt: skip
        assert (again.exit_code, json.loads(again.stdout)["days"]) == (0, 12)
        assert victim not in client.run(os.getpid).values()

    assert digests(far) == digests(here)


def test_a_store_without_positions_has_no_files(store, tmp_path: Path) -> None:
    shelf = shelf_at(tmp_path)
    build_here(store, shelf)

    with psycopg.connect(store.conninfo(Role.INTAKE)) as intake:
        assert day_versions(intake) == []
    assert (names(shelf), status(store, shelf).n_fixes) == (set(), 0)
    assert datetime.fromtimestamp(status(store, shelf).written_s, UTC).year > 2000
