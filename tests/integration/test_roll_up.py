"""The roll-up against a count by hand, after events were added, changed and withdrawn in any order."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from watchfloor.data.address import Role
from watchfloor.data.ingest import roll_up_packing
from watchfloor.data.ingest.format import Format, SourceInfo
from watchfloor.data.ingest.frames import Batch
from watchfloor.data.ingest.pipeline import Order, ingest
from watchfloor.data.ingest.roll_up import roll_up
from watchfloor.data.registry import LabelSpec
from watchfloor.geo.cells import parent, range_key
from watchfloor.geo.scope import Tlp

ORDER = Order(
    Format("tests", "Tests", SourceInfo("tests", "Tests", "Tests", "none"), True, lambda *_: iter(())),
    LabelSpec("A", Tlp.GREEN),
    "tests",
)
PLACES = [(-117.1, 32.5), (-117.11, 32.51), (179.9, 5.0), (-30.0, 88.0), None]
REGION = (1 << 42) - 1
type Said = tuple[int, int, int, tuple[tuple[int, float], ...]]

EVENTS = st.dictionaries(
    st.sampled_from(["a", "b", "c", "d"]),
    st.tuples(
        st.integers(0, 1),
        st.integers(0, len(PLACES) - 1),
        st.integers(360, 370),
        st.dictionaries(st.sampled_from([1, 3]), st.sampled_from([0.1, 0.2, 7.0]), max_size=2).map(
            lambda taken: tuple(taken.items())
        ),
    ),
    min_size=1,
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(runs=st.lists(st.lists(EVENTS, min_size=1, max_size=2), min_size=1, max_size=3), gone=st.integers(0, 3))
def test_the_roll_up_is_what_the_current_events_add_up_to(store, people, tmp_path, runs, gone: int) -> None:
    numbers = [people.label(LabelSpec("A", Tlp.GREEN)), people.label(LabelSpec("B", Tlp.AMBER))]
    for number, files in enumerate(runs):
        load(store, tmp_path, {f"{number}-{place}": batch(file, numbers) for place, file in enumerate(files)})
    with psycopg.connect(store.conninfo(Role.INTAKE)) as connection:
        withdraw(connection, "abcd"[gone])
        assert_rolled_up(connection)


@pytest.mark.parametrize("most", [0, 1, 250_000], ids=["by the database", "two blocks", "one block"])
def test_an_empty_roll_up_is_made_anew_from_all_events(store, people, tmp_path, monkeypatch, most: int) -> None:
    monkeypatch.setattr(roll_up_packing, "MOST_EVENTS", most)
    numbers = [people.label(LabelSpec("A", Tlp.GREEN))]
    load(store, tmp_path, {"one": batch({"a": (0, 0, 5, ((1, 2.0),)), "b": (0, 4, 9, ())}, numbers)})
    with psycopg.connect(store.conninfo(Role.INTAKE)) as connection:
        connection.execute("DELETE FROM watchfloor.event_rollup")
        connection.execute("CREATE TEMPORARY TABLE changed_events AS SELECT id, recorded_from FROM watchfloor.event")
        assert roll_up(connection)
        assert_rolled_up(connection)


def load(store, folder: Path, batches: dict[str, Batch]) -> None:
    for name in batches:
        (folder / name).write_text(name)
    form = replace(ORDER.format, read=lambda opened, _options: iter([batches[opened.name]]))
    ingest(store, replace(ORDER, format=form), [folder / name for name in batches])


def withdraw(connection: psycopg.Connection, title: str) -> None:
    """No format withdraws an event yet: its version ends, and the roll-up is told."""
    connection.execute(
        "CREATE TEMPORARY TABLE changed_events AS "
        "SELECT id, recorded_from FROM watchfloor.event WHERE recorded_to = 'infinity' AND title = %s",
        [title],
    )
    connection.execute("UPDATE watchfloor.event SET recorded_to = now() WHERE id IN (SELECT id FROM changed_events)")
    roll_up(connection)


def assert_rolled_up(connection: psycopg.Connection) -> None:
    found, wanted = rolled_up(connection), expected(connection)
    assert {key: n for key, (n, _) in found.items()} == {key: n for key, (n, _) in wanted.items()}
    for key, (_, kilograms) in wanted.items():
        assert found[key][1] == pytest.approx(kilograms)


def batch(events: dict[str, Said], numbers: list[int]) -> Batch:
    first = datetime(2022, 1, 1, 5, tzinfo=UTC)
    rows = [
        {
            "key": key,
            "kind": "seizure",
            "title": key,
            "starts": first + timedelta(days=day),
            "time_precision": 2,
            "lon": PLACES[place][0] if PLACES[place] else None,
            "lat": PLACES[place][1] if PLACES[place] else None,
            "uncertainty_m": 20.0 if PLACES[place] else None,
            "place_precision": 0,
            "label": numbers[label],
        }
        for key, (label, place, day, _) in events.items()
    ]
    items = [
        {"event_key": key, "substance_id": substance, "amount": amount, "unit": "kg", "label": numbers[label]}
        for key, (label, _, _, taken) in events.items()
        for substance, amount in taken
    ]
    shape = {"lon": pl.Float64, "lat": pl.Float64, "uncertainty_m": pl.Float64}
    frames = {"events": pl.DataFrame(rows, schema_overrides=shape)}
    if items:
        frames["seizure_items"] = pl.DataFrame(items)
    return Batch(len(rows), frames)


def expected(connection: psycopg.Connection) -> dict[tuple, tuple[int, float]]:
    """(n, kilograms) by level, substance, label, year, region, day and cell, by looking at every current event."""
    n: Counter[tuple] = Counter()
    kilograms: Counter[tuple] = Counter()
    for label, day, *cell, taken in connection.execute(
        "SELECT e.label_id, e.starts::date - date '1970-01-01', e.cell, ARRAY(SELECT (i.substance_id, i.amount) "
        "FROM watchfloor.seizure_item AS i WHERE i.event_id = e.id AND i.recorded_from = e.recorded_from) "
        "FROM watchfloor.event AS e WHERE e.kind = 'seizure' AND e.recorded_to = 'infinity'"
    ):
        items = [(int(substance), float(amount)) for substance, amount in taken]
        cells = np.array(cell, np.uint64)
        region = int(range_key(cells)[0]) | REGION if cell[0] else 0
        year = int(str(np.datetime64(day, "D"))[:4])
        for level, written in ((7, day), (3, None)):
            at = int(parent(cells, level)[0])
            for substance, amount in ((0, sum(a for _, a in items)), *items):
                key = (level, substance, label, year, region, written, at)
                n[key] += 1
                kilograms[key] += amount
    return {key: (count, kilograms[key]) for key, count in n.items()}


def rolled_up(connection: psycopg.Connection) -> dict[tuple, tuple[int, float]]:
    found = {}
    for level, substance, label, year, region, total, *columns in connection.execute(
        "SELECT level, substance_id, label_id, year, region, total, days, cells, n, kilograms "
        "FROM watchfloor.event_rollup WHERE kind = 'seizure'"
    ):
        days, cells, n, kilograms = (
            np.frombuffer(c, t).tolist() for c, t in zip(columns, (">i4", ">i8", ">i4", ">f8"), strict=True)
        )
        assert sum(n) == total
        for day, cell, count, weight in zip(days or [None] * len(n), cells, n, kilograms, strict=True):
            found[level, substance, label, year, region, day, cell] = (count, weight)
    return found
