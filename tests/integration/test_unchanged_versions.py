"""Versions: a run that changed nothing voids no tile and no kept answer."""

from datetime import UTC, datetime

import polars as pl
import psycopg
import pytest

from watchfloor.data.address import Role
from watchfloor.data.ingest.format import Format, SourceInfo
from watchfloor.data.ingest.frames import Batch
from watchfloor.data.ingest.pipeline import Order, ingest_batches
from watchfloor.data.registry import PUBLIC

ORDER = Order(
    Format("tests", "Tests", SourceInfo("tests", "Tests", "Tests", "none"), True, lambda *_: iter(())), PUBLIC, "tests"
)
AT = datetime(2024, 5, 1, tzinfo=UTC)
MOMENT = pl.Datetime("us", "UTC")


def world(amount: float = 1.0, status: str = "open", name: str = "BOAT", value: float = 3.0) -> dict[str, pl.DataFrame]:
    placed = {"lon": -80.0, "lat": 25.0, "uncertainty_m": 20.0, "place_precision": 0}
    return {
        "places": pl.DataFrame(
            [{"kind": "port", "code": "X1", "name": "X", "lon": 1.0, "lat": 2.0, "uncertainty_m": 9.0}]
        ),
        "reported": pl.DataFrame(
            [
                {
                    "measure": "trucks", "place_kind": "port", "place_code": "X1", "dimensions": "{}",
                    "starts": AT.date(), "ends": AT.replace(month=6).date(), "value": value,
                }
            ]
        ),
        "crafts": pl.DataFrame([{"kind": "vessel", "identifier": "1", "name": name, "category": "cargo"}]),
        "fixes": pl.DataFrame(
            [{"craft_kind": "vessel", "identifier": "1", "at": AT, "lon": -80.0, "lat": 25.0}],
            schema_overrides={"at": MOMENT},
        ),
        "events": pl.DataFrame(
            [{"key": "e", "kind": "seizure", "title": "e", "starts": AT, "time_precision": 2, **placed}],
            schema_overrides={"starts": MOMENT},
        ),
        "seizure_items": pl.DataFrame([{"event_key": "e", "substance_id": 1, "amount": amount, "unit": "kg"}]),
        "cases": pl.DataFrame(
            [
                {
                    "key": "c", "number": "1", "title": "c", "status": status, "agency": "PUBLIC", "summary": "",
                    "opened": AT,
                }
            ],
            schema_overrides={"opened": MOMENT},
        ),
        "case_records": pl.DataFrame([{"case_key": "c", "record_key": "e", "role": "held"}]),
    }  # fmt: skip


def load(store, frames: dict[str, pl.DataFrame]) -> None:
    ingest_batches(store, ORDER, "tests", (Batch(1, {name: frame}) for name, frame in frames.items()))


def versions(store) -> dict[str, int]:
    with psycopg.connect(store.conninfo(Role.INTAKE)) as connection:
        return dict(
            connection.execute("SELECT layer, max(version) FROM watchfloor.data_version GROUP BY layer").fetchall()
        )


def test_a_run_that_changes_nothing_keeps_every_version(store) -> None:
    load(store, world())
    before = versions(store)
    load(store, world())
    assert versions(store) == before
    assert before.keys() >= {"seizures", "reported", "places", "tracks", "routes"}


@pytest.mark.parametrize(
    ("changed", "layer"),
    [
        ({"amount": 2.0}, "seizures"),
        ({"status": "closed"}, "seizures"),
        ({"name": "SHIP"}, "tracks"),
        ({"value": 4.0}, "reported"),
    ],
)
def test_a_change_makes_a_new_version_of_its_layer_and_of_no_other(store, changed, layer: str) -> None:
    load(store, world())
    before = versions(store)
    load(store, world(**changed))
    assert {name for name, version in versions(store).items() if version != before[name]} == {layer}
