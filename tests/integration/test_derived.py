"""What is derived from protected rows is as protected: in the store or kept in memory, no scope reads nothing."""

import uuid
from datetime import date
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from watchfloor.app.tile_order import TileOrder
from watchfloor.app.tiles import Painter
from watchfloor.data.address import Role
from watchfloor.data.door import Asked, Door
from watchfloor.data.gate import Gate, Terms
from watchfloor.data.repository import Asker, Repository
from watchfloor.geo.errors import NotSignedIn
from watchfloor.geo.period import Period
from watchfloor.geo.query import Layer, Query
from watchfloor.layers.tilegrid import Tile

DERIVED = ["event_rollup", "overdose_atom", "overdose_release", "overdose_released", "data_version", "route"]
YEARS = Period(date(2021, 6, 30), date(2026, 7, 1))


def count(connection: psycopg.Connection, table: str) -> int:
    row = connection.execute(sql.SQL("SELECT count(*) FROM watchfloor.{}").format(sql.Identifier(table))).fetchone()
    assert row
    return int(row[0])


@pytest.mark.parametrize("table", DERIVED)
def test_a_derived_table_reads_nothing_without_a_scope(exercise, table: str) -> None:
    token = Gate(exercise).issue("ntf.lead", Terms())
    with Door(exercise) as door, door.open(token, Asked("view")) as (connection, _):
        assert count(connection, table) > 0
        scope = connection.execute("SELECT current_setting('watchfloor.scope')").fetchone()

    with psycopg.connect(exercise.conninfo(Role.APP)) as connection:
        assert count(connection, table) == 0
        connection.execute("SELECT set_config('watchfloor.scope', %s, true)", scope)
        assert count(connection, table) == 0, "the setting of a scope that has ended"


def test_a_kept_answer_and_a_kept_tile_need_a_sign_in_that_holds(exercise, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    token = Gate(exercise).issue("ntf.lead", Terms())
    asker, query = Asker(token, uuid.uuid4()), Query(Layer.SEIZURES, YEARS)
    asked = {"layers": "ground,hexagons,lines", "since": "2025-07-01", "until": "2026-07-01"}
    with Repository(exercise) as repository:
        painter, order = Painter(repository), TileOrder.of(Tile(4, 3, 6), asked)
        scope = repository.scope(asker)
        assert repository.seizure_cells(asker, query).total > 0
        assert painter.tile(asker, scope, order)

        Gate(exercise).revoke(token)

        with pytest.raises(NotSignedIn):
            repository.seizure_cells(asker, query)
        with pytest.raises(NotSignedIn):
            painter.tile(asker, scope, order)
    assert list(tmp_path.iterdir()) == []
