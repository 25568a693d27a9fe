"""Building derived tracks: only what changed, without a trace of what was undone, and whole whatever happens."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from watchfloor.data.address import Role
from watchfloor.data.ingest.undo import undo_run
from watchfloor.data.tracks import reader
from watchfloor.data.tracks.build import build, day_versions
from watchfloor.data.tracks.hands import hands
from watchfloor.data.tracks.manifest import Span
from watchfloor.data.tracks.reader import track_view
from watchfloor.data.tracks.shelf import TrackShelf
from watchfloor.data.tracks.verify import status, verify
from watchfloor.data.tracks.view import RAW, TrackView
from watchfloor.data.tracks.window import Stretch
from watchfloor.geo.errors import StoreUnavailable
from watchfloor.geo.track_levels import POSITIONS

from .track_world import (
    WORLD,
    build_here,
    fleet,
    load,
    rows,
    shelf_at,
    shown,
    stored,
    tile_of,
    url,
    whole_period,
)


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
    shelf = shelf_at(tmp_path)
    load(store, fleet(0, 60))
    build_here(store, shelf)
    load(store, fleet(30, 90, 120))
    monkeypatch.setattr(reader, "MOST_LATE", 4)
    view = view_of_all(store, shelf)

    assert (view.n_fixes, view.n_drawn) == (5, 2)
    assert shown(view.tile(WORLD, POSITIONS, RAW)).total() == 2


def test_a_file_with_what_was_taken_back_is_not_drawn_however_much_is_late(store, tmp_path: Path, monkeypatch) -> None:
    shelf = shelf_at(tmp_path)
    load(store, fleet(0, 60))
    second = load(store, fleet(30, 90, 120, craft="b"))
    build_here(store, shelf)
    undo_run(store, second, by="tests")
    monkeypatch.setattr(reader, "MOST_LATE", 1)
    view = view_of_all(store, shelf)

    assert (view.n_fixes, view.n_drawn) == (2, 0)
    assert not view.tile(WORLD, POSITIONS, RAW).any()


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
    # whether a killed build leaves a file that nobody listed is chance: this one is there for sure
    (tmp_path / "tracks" / "label-1").mkdir(parents=True, exist_ok=True)
    (tmp_path / "tracks" / "label-1" / "day-2024-05-01-0123456789abcdef.tracks").write_bytes(b"half")
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
        told = {"WATCHFLOOR_HOME": str(tmp_path / "far"), "WATCHFLOOR_KIND": "EXERCISE", "WATCHFLOOR_DASK": address}
        command = [sys.executable, "-m", "watchfloor.app", "tracks", "build", "--anew", "--json"]
        again = subprocess.run(
            command, env=os.environ | told | {"WATCHFLOOR_DATABASE_URL": url(store)}, capture_output=True, check=True
        )
        assert json.loads(again.stdout)["days"] == 12
        assert victim not in client.run(os.getpid).values()

    assert digests(far) == digests(here)


def test_a_store_without_positions_has_no_files(store, tmp_path: Path) -> None:
    shelf = shelf_at(tmp_path)
    build_here(store, shelf)

    with psycopg.connect(store.conninfo(Role.INTAKE)) as intake:
        assert day_versions(intake) == []
    assert (names(shelf), status(store, shelf).n_fixes) == (set(), 0)
    assert datetime.fromtimestamp(status(store, shelf).written_s, UTC).year > 2000
