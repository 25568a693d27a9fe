"""Routes between ports: the same ones whoever tells where the ports are, and none of a craft that stayed away."""

import polars as pl
import psycopg
import pytest

from watchfloor.data.address import Role
from watchfloor.data.ingest import ais_marinecadastre
from watchfloor.data.ingest.format import Format, SourceInfo
from watchfloor.data.ingest.frames import Batch
from watchfloor.data.ingest.pipeline import Order, ingest, ingest_batches
from watchfloor.data.registry import PUBLIC

INDEX = Format("index", "Index", SourceInfo("index", "Port index", "", ""), True, lambda *_: iter(()))
SAID = "{craft},{at},{lat},{lon},0.1,0,0,ADA,,,70,,,,,\n"


@pytest.fixture
def ports(store) -> list[tuple]:
    """Code, longitude and latitude of two ports of the gazetteer."""
    with psycopg.connect(store.conninfo(Role.INTAKE)) as connection:
        return connection.execute(
            "SELECT code, lon, lat FROM watchfloor.place WHERE kind = 'port' AND code IN ('AEJEA', 'ARBUE') "
            "ORDER BY code"
        ).fetchall()


def sail(store, folder, *stops: tuple[float, float]) -> None:
    said = [SAID.format(craft=366940480, at=f"2026-03-{day:02d}T00:00:00", lon=lon, lat=lat)
            for day, (lon, lat) in enumerate(stops, 1)]  # fmt: skip
    (folder / "ais.csv").write_text(",".join(ais_marinecadastre.COLUMNS) + "\n" + "".join(said))
    ingest(store, Order(ais_marinecadastre.FORMAT, PUBLIC, "tests"), [folder / "ais.csv"])


def routes(store) -> list[tuple]:
    with psycopg.connect(store.conninfo(Role.INTAKE)) as connection:
        return connection.execute(
            "SELECT f.code, t.code, r.n_tracks, r.month::text FROM watchfloor.route AS r "
            "JOIN watchfloor.place AS f ON f.id = r.from_place_id JOIN watchfloor.place AS t ON t.id = r.to_place_id"
        ).fetchall()


@pytest.mark.parametrize("is_superseded", [False, True])
def test_a_port_that_another_source_knows_better_keeps_its_routes(store, ports, tmp_path, is_superseded: bool) -> None:
    (one, *there), (other, *beyond) = ports
    if is_superseded:
        frame = pl.DataFrame(
            {"kind": ["port"] * 2, "code": [one, other], "name": ["Nearer", "Nearer"], "lon": [there[0], beyond[0]],
             "lat": [there[1], beyond[1]], "uncertainty_m": [100.0, 100.0]}
        )  # fmt: skip
        report = ingest_batches(store, Order(INDEX, PUBLIC, "tests"), "index", iter([Batch(2, {"places": frame})]))
        assert report.totals()["superseded"] == 2
    sail(store, tmp_path, tuple(there), (0.0, 0.0), tuple(beyond))
    assert routes(store) == [(one, other, 1, "2026-03-01")]


def test_a_craft_that_called_at_one_port_makes_no_route(store, ports, tmp_path) -> None:
    (_, *there), _ = ports
    sail(store, tmp_path, tuple(there), (0.0, 0.0), tuple(there))
    assert routes(store) == []


def test_fifteen_kilometres_are_in_port_and_more_are_not(store, ports, tmp_path) -> None:
    (one, lon, lat), (other, *beyond) = ports
    sail(store, tmp_path, (lon, lat + 0.13), tuple(beyond), (lon, lat + 0.14))
    assert [(origin, destination) for origin, destination, *_ in routes(store)] == [(one, other)]
