"""A running server makes derived tracks and events of what has come, and leaves nothing running behind."""

import threading
import time
from pathlib import Path

import psycopg
import pytest

from watchfloor.app import track_keeper
from watchfloor.app.runtime import open_store
from watchfloor.app.settings import load_settings
from watchfloor.app.track_files import track_shelf
from watchfloor.app.track_keeper import TrackKeeper
from watchfloor.data.address import Role

from .track_world import fleet, load, url

LONGEST_S = 120.0


def until(is_so) -> None:  # type: ignore[no-untyped-def]
    end = time.monotonic() + LONGEST_S
    while not is_so():
        assert time.monotonic() < end, "nothing was made"
        time.sleep(0.2)


def test_what_has_come_is_built_and_its_events_are_found(
    store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(store, fleet(0, 60, 90, 1500, 1530))
    for name, value in {"HOME": str(tmp_path), "KIND": "EXERCISE", "DATABASE_URL": url(store)}.items():
        monkeypatch.setenv(f"WATCHFLOOR_{name}", value)
    monkeypatch.setattr(track_keeper, "FIRST_S", 0.1)
    settings = load_settings()

    def looked_through() -> bool:
        with psycopg.connect(store.conninfo(Role.OWNER)) as owner:
            return bool(owner.execute("SELECT EXISTS (SELECT FROM watchfloor.track_event_day)").fetchone()[0])

    with open_store(settings) as opened, TrackKeeper(opened):
        until(lambda: sum(entry.n_fixes for entry in track_shelf(settings).manifest().entries.values()) > 0)
        until(looked_through)

    assert all(thread.name != "tracks" for thread in threading.enumerate())


def test_a_keeper_that_is_told_to_end_ends_its_build(store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load(store, fleet(0, 60))
    for name, value in {"HOME": str(tmp_path), "KIND": "EXERCISE", "DATABASE_URL": url(store)}.items():
        monkeypatch.setenv(f"WATCHFLOOR_{name}", value)
    monkeypatch.setattr(track_keeper, "FIRST_S", 0.0)

    begun = time.monotonic()
    with open_store(load_settings()) as opened, TrackKeeper(opened):
        time.sleep(0.5)

    assert all(thread.name != "tracks" for thread in threading.enumerate())
    assert time.monotonic() - begun < LONGEST_S
