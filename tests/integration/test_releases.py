"""Overdose counts in the store: released once, never changed by a later run, and only for months that have passed."""

import uuid
from datetime import UTC, date, datetime

import polars as pl
import psycopg
import pytest

from watchfloor.data.address import Role
from watchfloor.data.door import Asked, Door
from watchfloor.data.gate import Gate, Terms
from watchfloor.data.ingest.format import Format, SourceInfo
from watchfloor.data.ingest.frames import Batch
from watchfloor.data.ingest.pipeline import Order, ingest_batches
from watchfloor.data.ingest.release import withdraw
from watchfloor.data.registry import PUBLIC
from watchfloor.data.repository import Asker, Repository
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.period import Period
from watchfloor.geo.query import Layer, Query

FORMAT = Format("made", "Made", SourceInfo("made", "Made", "", ""), True, lambda *_: iter(()))
YEARS = Query(Layer.OVERDOSES, Period(date(2020, 1, 1), date(2040, 1, 1)), resolution=5)


def load(store, first: int, n: int, *, day: date = date(2024, 5, 10), lon: float = -72.67) -> None:
    keys = [f"death-{number}" for number in range(first, first + n)]
    frame = pl.DataFrame(
        {"key": keys, "day": [day] * n, "time_precision": [2] * n, "is_fatal": [True] * n, "place_precision": [0] * n,
         "lon": [lon] * n, "lat": [41.77] * n, "uncertainty_m": [20.0] * n, "substances": [[3]] * n},
        schema_overrides={"time_precision": pl.Int16, "place_precision": pl.Int16, "substances": pl.List(pl.Int16)},
    )  # fmt: skip
    ingest_batches(store, Order(FORMAT, PUBLIC, "tests"), "made", iter([Batch(n, {"overdoses": frame})]))


def rows(store, question: str) -> list[tuple]:
    with psycopg.connect(store.conninfo(Role.OWNER)) as owner:
        return owner.execute(question).fetchall()


def total(store) -> int:
    with Repository(store) as repository:
        asker = Asker(Gate(store).issue("ana", Terms()), uuid.uuid4())
        return repository.overdose_cells(asker, YEARS).total


@pytest.fixture(autouse=True)
def reader(people) -> None:
    people.account("ana", "A")


def test_a_run_that_adds_a_few_changes_no_answer_until_they_are_enough(store) -> None:
    seen = []
    for first, n in ((0, 40), (40, 1), (41, 98), (139, 1), (140, 4)):
        load(store, first, n)
        seen.append(total(store))
    assert seen == [40, 40, 40, 140, 140]
    assert rows(store, "SELECT persons FROM watchfloor.overdose_release ORDER BY id") == [(40,), (100,)]


def test_a_correction_of_who_was_released_changes_no_answer(store) -> None:
    load(store, 0, 40)
    before = rows(store, "SELECT * FROM watchfloor.overdose_atom ORDER BY id")
    load(store, 0, 7, lon=-73.2)
    assert rows(store, "SELECT count(*) FROM watchfloor.overdose WHERE recorded_to = 'infinity'") == [(40,)]
    assert rows(store, "SELECT * FROM watchfloor.overdose_atom ORDER BY id") == before


def test_a_month_that_has_not_passed_waits(store) -> None:
    load(store, 0, 40, day=datetime.now(UTC).date())
    assert (total(store), rows(store, "SELECT count(*) FROM watchfloor.overdose_released")) == (0, [(0,)])
    load(store, 40, 40)
    assert total(store) == 40


def test_an_operator_may_withdraw_and_release_anew_with_a_reason(store) -> None:
    load(store, 0, 40)
    load(store, 40, 7)
    with psycopg.connect(store.conninfo(Role.INTAKE)) as connection:
        (label,) = connection.execute("SELECT label_id FROM watchfloor.overdose_release").fetchone() or (0,)
    before = rows(store, "SELECT max(version) FROM watchfloor.data_version WHERE layer = 'overdoses'")
    assert withdraw(store, label, reason="the first file was a part of the year") == 47
    assert total(store) == 47
    assert rows(store, "SELECT max(version) FROM watchfloor.data_version WHERE layer = 'overdoses'") > before
    with pytest.raises(BadQuestion):
        withdraw(store, label + 1_000, reason="a mistake")
    assert rows(store, "SELECT reason FROM watchfloor.overdose_release") == [("the first file was a part of the year",)]


def test_who_was_released_is_health_data(store) -> None:
    load(store, 0, 40)
    with Door(store) as door, door.open(Gate(store).issue("ana", Terms()), Asked("page")) as (connection, _):
        assert connection.execute("SELECT count(*) FROM watchfloor.overdose_released").fetchone() == (0,)
        assert connection.execute("SELECT count(*) FROM watchfloor.overdose_release").fetchone() == (1,)
