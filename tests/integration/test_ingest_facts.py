"""Versioned facts: only once, superseded when changed, contradictions kept aside, items with their event."""

from datetime import UTC, datetime

import polars as pl
import psycopg

from watchfloor.data.address import Role
from watchfloor.data.ingest.format import Format, Options, SourceInfo
from watchfloor.data.ingest.frames import Batch
from watchfloor.data.ingest.pipeline import Order, RunReport, ingest, ingest_batches
from watchfloor.data.registry import PUBLIC
from watchfloor.geo.facts import PLACE_CODES
from watchfloor.geo.precision import PlacePrecision, TimePrecision

SOURCE = SourceInfo("tests", "Tests", "Tests", "none")
COCAINE, HEROIN = 1, 2
type Item = tuple[int, float | None, str, str]


def event(key: str, title: str = "Seizure", line: int = 2) -> pl.DataFrame:
    row = {
        "key": key,
        "kind": "seizure",
        "title": title,
        "starts": datetime(2024, 5, 1, tzinfo=UTC),
        "time_precision": int(TimePrecision.DAY),
        "lon": -80.2,
        "lat": 25.8,
        "uncertainty_m": 100.0,
        "place_precision": PLACE_CODES[PlacePrecision.STREET],
        "line": line,
    }
    return pl.DataFrame([row], schema_overrides={"starts": pl.Datetime("us", "UTC")})


def items(key: str, *taken: Item, line: int = 2) -> pl.DataFrame:
    columns = ["event_key", "substance_id", "amount", "unit", "original", "line"]
    return pl.DataFrame([(key, *item, line) for item in taken], schema=columns, orient="row")


def load(store, *batches: Batch) -> RunReport:
    form = Format("tests", "Tests", SOURCE, True, lambda _o, _p: iter(batches))
    return ingest_batches(store, Order(form, PUBLIC, "tests"), "tests", iter(batches))


def one(key: str, *taken: Item, title: str = "Seizure", line: int = 2) -> Batch:
    return Batch(1, {"events": event(key, title, line), "seizure_items": items(key, *taken, line=line)})


def rows(store, question: str) -> list[tuple]:
    with psycopg.connect(store.conninfo(Role.INTAKE)) as connection:
        return connection.execute(question).fetchall()


CURRENT = (
    "SELECT e.title, i.substance_id, i.amount, i.unit, i.original FROM watchfloor.event AS e "
    "LEFT JOIN watchfloor.seizure_item AS i ON i.event_id = e.id AND i.recorded_to = 'infinity' "
    "WHERE e.recorded_to = 'infinity' ORDER BY 1, 2"
)


def test_the_same_event_again_adds_nothing(store) -> None:
    batch = one("a", (COCAINE, 2.0, "kg", "2 kg"))
    load(store, batch)
    assert load(store, batch).totals()["unchanged"] == 1
    assert rows(store, CURRENT) == [("Seizure", COCAINE, 2.0, "kg", "2 kg")]


def test_an_event_whose_items_changed_has_a_new_version(store) -> None:
    load(store, one("a", (COCAINE, 2.0, "kg", "2 kg")))
    report = load(store, one("a", (COCAINE, 3.0, "kg", "3 kg"), (HEROIN, 1.0, "kg", "1 kg")))
    assert report.totals()["superseded"] == 1
    assert rows(store, CURRENT) == [
        ("Seizure", COCAINE, 3.0, "kg", "3 kg"),
        ("Seizure", HEROIN, 1.0, "kg", "1 kg"),
    ]
    assert rows(store, "SELECT count(*) FROM watchfloor.event") == [(2,)]


def test_the_place_of_a_file_in_a_run_changes_nothing(store, tmp_path) -> None:
    def read(opened, _options: Options):
        return iter([one("a", (COCAINE, 2.0, "kg", "2 kg"))] if opened.name == "a" else [one("b")])

    for name in ("a", "b"):
        (tmp_path / name).write_text(name)
    order = Order(Format("tests", "Tests", SOURCE, True, read), PUBLIC, "tests")
    ingest(store, order, [tmp_path / "a", tmp_path / "b"])
    report = ingest(store, order, [tmp_path / "b", tmp_path / "a"])
    assert report.totals() == {"read": 2, "loaded": 0, "unchanged": 2, "superseded": 0, "quarantined": 0}


def test_a_contradicting_row_is_kept_aside_with_what_belongs_to_it(store) -> None:
    report = load(
        store,
        one("a", (COCAINE, 2.0, "kg", "2 kg")),
        one("a", (HEROIN, 9.0, "kg", "9 kg"), title="Other", line=3),
    )
    assert report.totals() == {"read": 2, "loaded": 1, "unchanged": 0, "superseded": 0, "quarantined": 1}
    assert [reject.line for reject in report.files[0].rejects] == [3]
    assert rows(store, CURRENT) == [("Seizure", COCAINE, 2.0, "kg", "2 kg")]


def test_several_rows_of_one_event_are_one_event_with_all_its_items(store) -> None:
    report = load(
        store,
        one("a", (COCAINE, 2.0, "kg", "2 kg")),
        one("a", (COCAINE, 3.0, "kg", "3 kg"), line=3),
        one("a", (COCAINE, 3.0, "kg", "3 kg"), line=4),
        one("a", (HEROIN, 30.0, "du", "30 pills"), (HEROIN, 0.5, "kg", "0.5 kg"), line=5),
    )
    assert report.totals() == {"read": 4, "loaded": 1, "unchanged": 3, "superseded": 0, "quarantined": 0}
    assert rows(store, CURRENT) == [
        ("Seizure", COCAINE, 5.0, "kg", "2 kg + 3 kg"),
        ("Seizure", HEROIN, 0.5, "kg", "0.5 kg + 30 pills"),
    ]


def test_an_amount_that_is_not_known_is_no_zero(store) -> None:
    load(store, one("a", (COCAINE, None, "kg", "unweighed")))
    assert rows(store, CURRENT) == [("Seizure", COCAINE, None, "kg", "unweighed")]
