"""A bundle holds the very tiles that single requests get, and asks for its audit row once."""

import struct
import uuid
from typing import Any

import psycopg

from watchfloor.app.tiles import Painter, TileOrder
from watchfloor.data.address import Role
from watchfloor.data.repository import Asker, Repository
from watchfloor.layers.tilegrid import Tile

QUESTION = {"layers": "ground,hexagons,lines", "since": "2026-01-01", "until": "2026-07-01"}
TILES = (Tile(4, 3, 6), Tile(4, 4, 6))


def test_a_bundle_holds_the_tiles_and_one_audit_row_is_written(store: Any, people: Any) -> None:
    asker = Asker(people.account("ana", "A"), uuid.uuid4())
    with Repository(store) as repository:
        painter = Painter(repository)
        scope = repository.scope(asker)
        order = TileOrder.of(TILES[0], QUESTION)
        found = {}
        body, at = b"".join(painter.bundle(asker, scope, order, TILES)), 0
        while at < len(body):
            z, x, y, size = struct.unpack_from("<4I", body, at)
            found[Tile(z, x, y)] = body[at + 16 : at + 16 + size]
            at += 16 + size
        single = {tile: painter.tile(asker, scope, TileOrder.of(tile, QUESTION)) for tile in TILES}
    with psycopg.connect(store.conninfo(Role.OWNER)) as owner:
        rows = owner.execute(
            "SELECT count(*) FROM sealed.audit WHERE question ->> 'layers' = 'ground,hexagons,lines'"
        ).fetchone()
    assert found == single
    assert rows == (1,)
