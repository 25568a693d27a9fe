"""Aircraft in the store: whole, only once, with altitude and ground."""

from pathlib import Path

import psycopg
import pytest

from watchfloor.data.address import Role
from watchfloor.data.ingest import adsb_parquet
from watchfloor.data.ingest.pipeline import Order, RunReport, ingest
from watchfloor.data.registry import PUBLIC


def load(store, path: Path) -> RunReport:
    return ingest(store, Order(adsb_parquet.FORMAT, PUBLIC, "tests"), [path])


def rows(store, question: str) -> list[tuple]:
    with psycopg.connect(store.conninfo(Role.INTAKE)) as connection:
        return connection.execute(question).fetchall()


@pytest.mark.real
def test_the_real_flights_around_an_airport_are_loaded_whole_and_only_once(store, real_data) -> None:
    path = real_data / "tracks/adsb_opensky_quickstart_2021.parquet"
    first, second = (load(store, path) for _ in range(2))
    zero = {"superseded": 0, "quarantined": 0}
    assert first.totals() == {"read": 284_505, "loaded": 284_505, "unchanged": 0, **zero}
    assert second.totals() == {"read": 284_505, "loaded": 0, "unchanged": 284_505, **zero}
    assert first.files[0].notes == {
        "on the ground": 55_371,
        "altitude not available": 50_665,
        "altitude that cannot be one": 463,
        "speed not available": 37_103,
        "course not available": 37_103,
    }
    assert rows(store, "SELECT count(*), min(kind), min(category), count(name) FROM watchfloor.craft") == [
        (213, "aircraft", "aircraft", 213)
    ]
    assert rows(
        store, "SELECT max(altitude_m) < 18300, count(*) FILTER (WHERE flags & 256 > 0) FROM watchfloor.fix"
    ) == [(True, 55_371)]


@pytest.mark.real
def test_the_real_flights_over_a_country_are_loaded_whole_and_only_once(store, real_data) -> None:
    path = real_data / "tracks/adsb_opensky_switzerland_2018.parquet"
    first, second = (load(store, path) for _ in range(2))
    zero = {"superseded": 0, "quarantined": 0}
    assert first.totals() == {"read": 139_098, "loaded": 139_098, "unchanged": 0, **zero}
    assert second.totals() == {"read": 139_098, "loaded": 0, "unchanged": 139_098, **zero}
    assert first.files[0].notes == {}
    assert rows(store, "SELECT count(*), sum(jsonb_array_length(attributes->'call_signs')) FROM watchfloor.craft") == [
        (842, 1_243)
    ]
