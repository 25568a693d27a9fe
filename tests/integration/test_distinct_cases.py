"""Distinct cases per hexagon: as many as the reader may see, exact while they are few, within the error beyond."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from watchfloor.data.door import Asked, Door
from watchfloor.data.ingest.format import Format, SourceInfo
from watchfloor.data.ingest.frames import Batch
from watchfloor.data.ingest.pipeline import Order, ingest_batches
from watchfloor.data.questions.case_cells import cases_behind
from watchfloor.data.questions.cells import seizure_cells
from watchfloor.data.registry import LabelSpec
from watchfloor.geo.bbox import BBox
from watchfloor.geo.cells import cells_of, key_range, parent
from watchfloor.geo.distinct import EXACT_UP_TO
from watchfloor.geo.period import Period
from watchfloor.geo.query import Layer, Measured, Query
from watchfloor.geo.scope import Tlp

OURS, THEIRS = LabelSpec("A", Tlp.AMBER), LabelSpec("B", Tlp.AMBER_STRICT)
ORDER = Order(
    Format("tests", "Tests", SourceInfo("tests", "Tests", "Tests", "none"), True, lambda *_: iter(())), OURS, "tests"
)
FIRST = datetime(2024, 1, 1, tzinfo=UTC)
YEAR = Period(date(2024, 1, 1), date(2025, 1, 1))
CASES = Query(Layer.SEIZURES, YEAR, measured=Measured.CASES, resolution=5)
MOMENT = pl.Datetime("us", "UTC")


class World:
    """Seizures at three places, each held by cases; of events and of holdings some are theirs."""

    def __init__(self, numbers: list[int], n: int, n_cases: int, held: int) -> None:
        rng = np.random.default_rng(4)
        self.place = rng.integers(0, 3, n)
        self.day = rng.integers(0, 366, n)
        self.ours = rng.random(n) < 0.7
        self.event, self.case = (rng.integers(0, size, held) for size in (n, n_cases))
        self.holding_ours = rng.random(held) < 0.8
        self.numbers = numbers
        self.cells = cells_of(np.array([-117.0, -117.3, 40.0]), np.array([32.0, 32.1, 5.0]), 9)

    def frames(self) -> dict[str, pl.DataFrame]:
        ours, theirs = self.numbers
        events = pl.DataFrame(
            {
                "key": [f"e{i}" for i in range(self.day.size)],
                "kind": "seizure",
                "title": "e",
                "starts": pl.Series([FIRST + timedelta(days=int(d), hours=3) for d in self.day], dtype=MOMENT),
                "time_precision": 2,
                "lon": np.array([-117.0, -117.3, 40.0])[self.place],
                "lat": np.array([32.0, 32.1, 5.0])[self.place],
                "uncertainty_m": 20.0,
                "place_precision": 0,
                "label": np.where(self.ours, ours, theirs).astype(np.int16),
            }
        )
        cases = pl.DataFrame({"key": [f"c{i}" for i in range(int(self.case.max()) + 1)]}).with_columns(
            pl.col("key").alias("number"), pl.lit("c").alias("title"), pl.lit("A").alias("agency"),
            pl.lit("open").alias("status"), pl.lit("").alias("summary"), pl.lit(FIRST, MOMENT).alias("opened"),
        )  # fmt: skip
        records = pl.DataFrame(
            {
                "case_key": [f"c{i}" for i in self.case],
                "record_key": [f"e{i}" for i in self.event],
                "role": "held",
                "label": np.where(self.holding_ours, ours, theirs).astype(np.int16),
            }
        ).unique(["case_key", "record_key"], keep="first", maintain_order=True)
        return {"events": events, "cases": cases, "case_records": records}

    def held(self, since: int = 0, until: int = 366) -> dict[int, set[int]]:
        """Cases by cell of resolution 5 that our reader may know of, by looking at every holding."""
        found: dict[int, set[int]] = {}
        first: dict[tuple[int, int], bool] = {}
        for event, case, ours in zip(self.event.tolist(), self.case.tolist(), self.holding_ours.tolist(), strict=True):
            first.setdefault((event, case), ours)
        for (event, case), ours in first.items():
            if ours and self.ours[event] and since <= self.day[event] < until:
                cell = int(parent(self.cells[self.place[event : event + 1]], 5)[0])
                found.setdefault(cell, set()).add(case)
        return found


def loaded(store, people, n: int, n_cases: int, held: int) -> tuple[World, str]:
    world = World([people.label(OURS), people.label(THEIRS)], n, n_cases, held)
    ingest_batches(store, ORDER, "tests", (Batch(f.height, {name: f}) for name, f in world.frames().items()))
    return world, people.account("reader", "A")


@pytest.mark.parametrize("bbox", [BBox.world(), BBox(-118, 31, -116, 33)], ids=["world", "box"])
def test_few_cases_are_counted_exactly_and_only_those_that_the_reader_may_see(store, people, bbox: BBox) -> None:
    world, token = loaded(store, people, n=300, n_cases=40, held=500)
    query = Query(
        Layer.SEIZURES, Period(date(2024, 2, 1), date(2024, 6, 1)), bbox, measured=Measured.CASES, resolution=5
    )
    with Door(store) as door, door.open(token, Asked("view")) as (connection, _):
        found = seizure_cells(connection, query)
    held = world.held(31, 152)
    wanted = {cell: cases for cell, cases in held.items() if bbox == BBox.world() or cell in found.cells.tolist()}
    assert dict(zip(found.cells.tolist(), found.n.tolist(), strict=True)) == {c: len(s) for c, s in wanted.items()}
    assert found.distinct is not None
    assert (found.distinct.shown.n, found.distinct.estimated) == (len(set().union(*wanted.values())), 0)
    assert found.distinct.shown.is_exact
    assert found.distinct.shown.n < found.total


def test_many_cases_are_an_estimate_whose_error_holds(store, people) -> None:
    world, token = loaded(store, people, n=30_000, n_cases=26_000, held=90_000)
    with Door(store) as door, door.open(token, Asked("view")) as (connection, _):
        found = seizure_cells(connection, CASES)
        behind = cases_behind(connection, CASES, *key_range(int(found.cells[0])))
    held = world.held()
    assert found.distinct is not None
    assert found.distinct.estimated == len(held) == 3
    for cell, n in zip(found.cells.tolist(), found.n.tolist(), strict=True):
        assert len(held[cell]) > EXACT_UP_TO
        assert abs(n / len(held[cell]) - 1) <= found.distinct.error
    together = len(set().union(*held.values()))
    assert found.distinct.shown.low <= together <= found.distinct.shown.high
    assert behind.written.startswith("≈")
    assert behind.low <= len(held[int(found.cells[0])]) <= behind.high
