"""Runs: overlapping releases, what a killed run leaves, what a fault in a reader leaves."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import polars as pl
import psycopg
import pytest

from watchfloor.data.address import Role
from watchfloor.data.ingest import cbp_drugs
from watchfloor.data.ingest.format import Format, SourceInfo
from watchfloor.data.ingest.frames import Batch
from watchfloor.data.ingest.pipeline import Order, Step, ingest, ingest_batches
from watchfloor.data.registry import PUBLIC
from watchfloor.geo.errors import BadFile

RELEASES = ("seizures/cbp_nationwide-drugs-fy19-fy22.csv.gz", "seizures/cbp_nationwide-drugs-fy20-fy23.csv.gz")
SOURCE = SourceInfo("tests", "Tests", "Tests", "none")


def rows(store, question: str) -> list[tuple]:
    with psycopg.connect(store.conninfo(Role.INTAKE)) as connection:
        return connection.execute(question).fetchall()


@pytest.mark.real
def test_two_releases_that_overlap_in_one_run_add_nothing_twice(store, real_data) -> None:
    report = ingest(store, Order(cbp_drugs.FORMAT, PUBLIC, "tests"), [real_data / name for name in RELEASES])
    assert [file.counts() for file in report.files] == [
        {"read": 10_092, "loaded": 10_092, "unchanged": 0, "superseded": 0, "quarantined": 0},
        {"read": 9_924, "loaded": 2_365, "unchanged": 7_559, "superseded": 0, "quarantined": 0},
    ]
    assert rows(store, "SELECT count(*) FROM watchfloor.reported") == [(12_457,)]


@pytest.mark.real
def test_two_releases_that_overlap_in_two_runs_add_nothing_twice_in_either_order(store, real_data) -> None:
    order = Order(cbp_drugs.FORMAT, PUBLIC, "tests")
    second, first, again = (ingest(store, order, [real_data / RELEASES[at]]).totals() for at in (1, 0, 1))
    none = {"superseded": 0, "quarantined": 0}
    assert second == {"read": 9_924, "loaded": 9_924, "unchanged": 0, **none}
    assert first == {"read": 10_092, "loaded": 2_533, "unchanged": 7_559, **none}
    assert again == {"read": 9_924, "loaded": 0, "unchanged": 9_924, **none}
    assert rows(store, "SELECT count(*) FROM watchfloor.reported") == [(12_457,)]


KILLED = """
import sys, time
from pathlib import Path
from watchfloor.data.address import ExternalAddress
from watchfloor.data.ingest import cbp_drugs
from watchfloor.data.ingest.format import Format
from watchfloor.data.ingest.pipeline import Order, ingest
from watchfloor.data.registry import PUBLIC
from watchfloor.geo.errors import BadFile

def read(opened, options):
    yield from cbp_drugs.read(opened, options)
    print("staged", flush=True)
    time.sleep(600)

form = Format("cbp-drugs", "t", cbp_drugs.FORMAT.source, True, read)
ingest(ExternalAddress(sys.argv[1]), Order(form, PUBLIC, "tests"), [Path(sys.argv[2])])
"""
HEAD = ",".join(cbp_drugs.COLUMNS) + "\n"
ROW = "2020,OCT,Office of Field Operations,Coastal/Interior,Other,ATLANTA FIELD OFFICE,Cocaine,2,10.5\n"


def test_a_killed_run_leaves_its_row_and_the_next_run_says_so(store, tmp_path) -> None:
    (tmp_path / "file.csv").write_text(HEAD + ROW)
    url = f"postgresql://watchfloor_owner@/{store.database}?host={store.socket_dir}&port={store.port}"
    command = [sys.executable, "-c", KILLED, url, str(tmp_path / "file.csv")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = iter(process.stdout.readline, "")
        assert any(line.strip() == "staged" for line in lines)
        assert rows(store, "SELECT status FROM watchfloor.run ORDER BY id DESC LIMIT 1") == [("running",)]
        os.kill(process.pid, signal.SIGKILL)
    assert rows(store, "SELECT count(*) FROM watchfloor.reported") == [(0,)]

    report = ingest(store, Order(cbp_drugs.FORMAT, PUBLIC, "tests"), [tmp_path / "file.csv"])
    assert report.totals()["loaded"] == 1
    assert rows(store, "SELECT status, error FROM watchfloor.run ORDER BY id DESC LIMIT 2") == [
        ("published", None),
        ("interrupted", "the program ended before the run did"),
    ]


def test_a_run_that_lives_is_not_taken_for_dead(store, tmp_path) -> None:
    (tmp_path / "file.csv").write_text(HEAD + ROW)
    order = Order(cbp_drugs.FORMAT, PUBLIC, "tests")

    def batches() -> Iterator[Batch]:
        # another run begins and ends while this one is being read
        ingest(store, order, [tmp_path / "file.csv"])
        yield Batch(0)

    ingest_batches(store, Order(Format("tests", "Tests", SOURCE, True, lambda _o, _p: batches()), PUBLIC, "tests"),
                   "outer", batches())  # fmt: skip
    assert rows(store, "SELECT status FROM watchfloor.run ORDER BY id DESC LIMIT 2") == [("published",), ("published",)]


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (RuntimeError("quotes a row"), "failed", "RuntimeError"),
        (KeyboardInterrupt(), "interrupted", "KeyboardInterrupt"),
    ],
)
def test_an_unexpected_end_is_written_into_the_run_without_its_text(store, *, error, status, said) -> None:
    def batches() -> Iterator[Batch]:
        yield Batch(0)
        raise error

    form = Format("tests", "Tests", SOURCE, True, lambda _o, _p: batches())
    with pytest.raises(type(error)):
        ingest_batches(store, Order(form, PUBLIC, "tests"), "tests", batches())
    assert rows(store, "SELECT status, error FROM watchfloor.run ORDER BY id DESC LIMIT 1") == [(status, said)]


def test_a_value_that_the_store_cannot_hold_is_said_so(store, tmp_path) -> None:
    (tmp_path / "file.csv").write_text("x")
    place = pl.DataFrame({"kind": ["city"], "code": ["a"], "name": ["A"], "attributes": ['{"a": "\\u0000"}']})
    whole = place.with_columns(pl.lit(None, pl.Float64).alias(column) for column in ("lon", "lat", "uncertainty_m"))
    form = Format("tests", "Tests", SOURCE, True, lambda _o, _p: iter([Batch(1, {"places": whole})]))
    with pytest.raises(BadFile, match="a value cannot be stored"):
        ingest(store, Order(form, PUBLIC, "tests"), [tmp_path / "file.csv"])


def test_a_reader_whose_counts_do_not_add_up_publishes_nothing(store, tmp_path) -> None:
    (tmp_path / "file.csv").write_text("x")
    form = Format("tests", "Tests", SOURCE, True, lambda _o, _p: iter([Batch(5)]))
    with pytest.raises(BadFile, match="5 rows were read and 0 accounted for"):
        ingest(store, Order(form, PUBLIC, "tests"), [tmp_path / "file.csv"])


def test_a_run_tells_how_far_it_is(store, tmp_path) -> None:
    (tmp_path / "file.csv").write_text(HEAD + ROW)
    steps: list[Step] = []
    ingest(store, Order(cbp_drugs.FORMAT, PUBLIC, "tests"), [tmp_path / "file.csv"], steps.append)
    assert steps == [Step("file.csv", 1, 1.0), Step("", 1, is_publishing=True)]


def test_the_run_keeps_who_what_and_the_digest_of_every_file(store, tmp_path) -> None:
    (tmp_path / "file.csv").write_text(HEAD + ROW)
    ingest(store, Order(cbp_drugs.FORMAT, PUBLIC, "ana"), [tmp_path / "file.csv"])
    assert rows(
        store,
        'SELECT r.format, r.started_by, s.code, r."read", r.loaded, f.name, f.bytes, length(f.sha256) '
        "FROM watchfloor.run AS r JOIN watchfloor.source AS s ON s.id = r.source_id "
        "JOIN watchfloor.run_file AS f ON f.run_id = r.id ORDER BY r.id DESC LIMIT 1",
    ) == [("cbp-drugs", "ana", "cbp-drugs", 1, 1, "file.csv", len(HEAD + ROW), 32)]
