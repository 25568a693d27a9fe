"""A run is recorded from one moment, in the order in which runs become visible: no moment shows half of one."""

import threading
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import polars as pl
import psycopg

from watchfloor.data.address import Role
from watchfloor.data.ingest.format import Format, SourceInfo
from watchfloor.data.ingest.frames import Batch
from watchfloor.data.ingest.moments import LOCK
from watchfloor.data.ingest.pipeline import Order, ingest
from watchfloor.data.ingest.undo import undo_run
from watchfloor.data.registry import PUBLIC

FORM = Format("made", "Tests", SourceInfo("tests", "Tests", "Tests", "none"), True, lambda *_: iter(()))
TABLES = ("event", "seizure_item", "entity", "identifier", "reported")


def frames(value: int) -> dict[str, pl.DataFrame]:
    floats = dict.fromkeys(("lon", "lat", "uncertainty_m"), pl.Float64)
    nowhere = {"lon": [None], "lat": [None], "uncertainty_m": [None], "place_precision": [5]}
    at = datetime(2024, 5, 1, tzinfo=UTC)
    event = {"key": ["a"], "kind": ["seizure"], "title": [f"v{value}"], "starts": [at], "time_precision": [2]}
    entity = {"key": ["v"], "pole": ["object"], "kind": ["vessel"], "name": [f"v{value}"]}
    reported = {"measure": ["trucks"], "place_kind": [None], "place_code": [None], "value": [value + 1.0]}
    texts = dict.fromkeys(("place_kind", "place_code"), pl.String)
    period = {"starts": [date(2024, 1, 1)], "ends": [date(2024, 2, 1)]}
    item = {"event_key": ["a"], "substance_id": [1], "amount": [float(value)], "unit": ["kg"], "original": ["x"]}
    return {
        "events": pl.DataFrame(event | nowhere, schema_overrides=floats),
        "seizure_items": pl.DataFrame(item),
        "entities": pl.DataFrame(entity | nowhere, schema_overrides=floats),
        "identifiers": pl.DataFrame({"entity_key": ["v"], "scheme": ["imo"], "value": ["9074729"]}),
        "reported": pl.DataFrame(reported | period, schema_overrides=texts),
        "crafts": pl.DataFrame({"kind": ["vessel"], "identifier": ["366999712"], "name": ["A"], "category": ["cargo"]}),
        "fixes": pl.DataFrame(
            {
                "craft_kind": ["vessel"],
                "identifier": ["366999712"],
                "at": [at + timedelta(hours=value)],
                "lon": [5.0],
                "lat": [55.0],
            }
        ),
    }


def load(store, folder, *values: int) -> int:
    """One run of as many files as there are values."""
    for value in values:
        (folder / f"v{value}").write_text(f"v{value}")
    batches = {f"v{value}": Batch(4, frames(value)) for value in values}
    form = replace(FORM, read=lambda opened, _: iter([batches[opened.name]]))
    return ingest(store, Order(form, PUBLIC, "tests"), [folder / f"v{value}" for value in values]).run


def rows(store, question: str, given: object = None) -> list[tuple]:
    with psycopg.connect(store.conninfo(Role.INTAKE)) as connection:
        return connection.execute(question.encode(), given).fetchall()


def moment_of(store, run: int) -> datetime:
    return rows(store, "SELECT recorded_at FROM watchfloor.run WHERE id = %s", [run])[0][0]


def known(store, at: datetime) -> list[tuple]:
    """What each table held at a moment, and the positions of the runs that were published then."""
    versioned = [
        f"SELECT '{table}', run_id, count(*) FROM watchfloor.{table} WHERE recorded_from <= %(at)s "
        "AND recorded_to > %(at)s GROUP BY run_id"
        for table in TABLES
    ]
    fixes = (
        "SELECT 'fix', run_id, count(*) FROM watchfloor.fix WHERE run_id IN "
        "(SELECT id FROM watchfloor.run WHERE status = 'published' AND recorded_at <= %(at)s) GROUP BY run_id"
    )
    return sorted(rows(store, " UNION ALL ".join([*versioned, fixes]), {"at": at}))


def test_all_that_a_run_says_is_recorded_from_the_one_moment_of_the_run(store, tmp_path) -> None:
    run = load(store, tmp_path, 1, 2)
    question = " UNION ".join(f"SELECT recorded_from FROM watchfloor.{table}" for table in TABLES)
    assert rows(store, question) == [(moment_of(store, run),)]


def test_a_moment_meets_a_run_whole_or_not_at_all(store, tmp_path) -> None:
    first, second = load(store, tmp_path, 1), load(store, tmp_path, 2)
    undone = undo_run(store, second, by="tests")
    tick = timedelta(microseconds=1)
    for run in (first, second, undone.by):
        at = moment_of(store, run)
        held = known(store, at - tick), known(store, at)
        # of one run at a time, whichever it is, every table
        assert all({name for name, _, _ in one if name != "fix"} in (set(), set(TABLES)) for one in held)
        assert all(len({number for name, number, _ in one if name != "fix"}) <= 1 for one in held)
    assert {number for name, number, _ in known(store, moment_of(store, undone.by)) if name != "fix"} == {first}


def test_what_a_later_file_of_the_same_run_corrects_was_never_known(store, tmp_path) -> None:
    load(store, tmp_path, 1, 2)
    assert rows(store, "SELECT title, recorded_to = 'infinity' FROM watchfloor.event") == [("v2", True)]
    assert rows(store, "SELECT amount, recorded_to = 'infinity' FROM watchfloor.seizure_item") == [(2.0, True)]
    assert rows(store, "SELECT value, recorded_to = 'infinity' FROM watchfloor.reported") == [(3.0, True)]


def test_a_correction_within_a_run_of_what_was_known_leaves_what_was_known(store, tmp_path) -> None:
    load(store, tmp_path, 1)
    load(store, tmp_path, 2, 3)
    assert rows(store, "SELECT title FROM watchfloor.event ORDER BY recorded_from") == [("v1",), ("v3",)]
    assert rows(store, "SELECT value FROM watchfloor.reported ORDER BY recorded_from") == [(2.0,), (4.0,)]


def test_a_clock_that_was_set_back_does_not_put_a_run_before_an_earlier_one(store, tmp_path) -> None:
    first = load(store, tmp_path, 1)
    ahead = datetime.now(UTC) + timedelta(hours=5)
    rows(store, "UPDATE watchfloor.run SET recorded_at = %s WHERE id = %s RETURNING id", [ahead, first])
    second = load(store, tmp_path, 2)
    assert moment_of(store, second) > ahead


def test_a_run_that_waits_for_another_is_recorded_after_it(store, tmp_path) -> None:
    with psycopg.connect(store.conninfo(Role.INTAKE)) as other:
        other.execute(LOCK.encode())
        runs: list[int] = []
        waiting = threading.Thread(target=lambda: runs.append(load(store, tmp_path, 1)))
        waiting.start()
        question = "SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        while not rows(store, question):
            time.sleep(0.01)
        (released,) = other.execute("SELECT clock_timestamp()").fetchone() or ()
    waiting.join()
    assert moment_of(store, runs[0]) > released
