"""Tiles show what their reader may see, are shared by equals only, and end with a right that is withdrawn."""

import uuid
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import polars as pl
import psycopg
import pytest

from watchfloor.app.tiles import Painter, TileOrder
from watchfloor.data.address import Role
from watchfloor.data.ingest.format import Format, SourceInfo
from watchfloor.data.ingest.frames import Batch
from watchfloor.data.ingest.pipeline import Order, ingest_batches
from watchfloor.data.registry import LabelSpec
from watchfloor.data.repository import Asker, Repository
from watchfloor.geo.cells import cells_of, centroids
from watchfloor.geo.scope import Right, Tlp
from watchfloor.layers.tilegrid import Tile

HIDDEN = LabelSpec("A", Tlp.AMBER_STRICT, compartment="LANTERN")
QUESTION = {"layers": "ground,hexagons,lines", "since": "2026-01-01", "until": "2026-07-01"}
PLACE = Tile(4, 3, 6)


def load_one(store: Any, people: Any) -> None:
    people.label(HIDDEN)
    cell = cells_of(np.array([-100.0]), np.array([30.0]), 3)
    lon, lat = centroids(cell)
    events = pl.DataFrame(
        {
            "key": ["one"],
            "kind": ["seizure"],
            "title": ["One"],
            "starts": [datetime(2026, 3, 1, tzinfo=UTC)],
            "time_precision": [2],
            "lon": lon,
            "lat": lat,
            "uncertainty_m": [20.0],
            "place_precision": [0],
        }
    )
    order = Order(Format("t", "T", SourceInfo("t", "T", "T", "none"), False, lambda *_: iter(())), HIDDEN, "test")
    ingest_batches(store, order, "one", iter([Batch(1, {"events": events})]))


def picture(painter: Painter, token: str) -> bytes:
    asker = Asker(token, uuid.uuid4())
    return painter.tile(asker, painter.repository.scope(asker), TileOrder.of(PLACE, QUESTION))


def test_a_reader_without_the_label_gets_the_picture_of_an_empty_store(store, people) -> None:
    cleared = people.account("ana", "A", (Right.COMPARTMENT, "LANTERN"))
    equal = people.account("amy", "A", (Right.COMPARTMENT, "LANTERN"))
    other = people.account("bob", "B")
    with Repository(store) as repository:
        empty = picture(Painter(repository), other)
        load_one(store, people)
    with Repository(store) as repository:
        painter = Painter(repository)
        seen, shared, unseen = (picture(painter, token) for token in (cleared, equal, other))
    assert unseen == empty
    assert seen != empty
    assert shared is seen, "who may see the same shares what was drawn"


def test_every_reader_of_a_shared_tile_leaves_an_audit_row(store, people) -> None:
    tokens = [people.account(name, "A") for name in ("ana", "amy")]
    with Repository(store) as repository:
        painter = Painter(repository)
        for token in tokens:
            picture(painter, token)
    with psycopg.connect(store.conninfo(Role.OWNER)) as owner:
        rows = owner.execute(
            "SELECT count(DISTINCT principal_id) FROM sealed.audit "
            "WHERE question ->> 'layers' = 'ground,hexagons,lines'"
        ).fetchone()
    assert rows == (2,)


@pytest.mark.parametrize("layers", ["ground", "nothing", "hexagons:101", "hexagons:x"])
def test_a_tile_order_is_read_strictly(layers: str) -> None:
    given = QUESTION | {"layers": layers}
    if layers == "ground":
        assert TileOrder.of(PLACE, given).query.period.since == date(2026, 1, 1)
    else:
        with pytest.raises(Exception, match="there is no layer"):
            TileOrder.of(PLACE, given)


def test_a_tile_of_an_old_scope_is_refused(server: Any) -> None:
    address = "/tiles/map/4/3/6.png"
    given = QUESTION | {"view": str(uuid.uuid4())}
    with server.client() as stranger:
        assert stranger.get(address, params=given).status_code in {303, 401, 403}
    with server.signed_in() as client:
        token = next(value for name, value in client.cookies.items() if "session" in name)
        epoch = server.runtime.repository.scope(Asker(token, uuid.uuid4())).epoch
        good = client.get(address, params=given | {"e": epoch})
        assert (good.status_code, good.headers["content-type"]) == (200, "image/png")
        assert good.headers["cache-control"].startswith("private")
        assert client.get(address, params=given | {"e": "000000000000"}).status_code == 410
        assert client.get("/tiles/map/4/99/6.png", params=given | {"e": epoch}).status_code == 400
        played = given | {"e": epoch, "first": "0", "n": "2", "frame": "2/0/0/4/4"}
        steps = client.get("/play/tracks", params=played)
        assert (steps.status_code, steps.headers["cache-control"]) == (200, "no-store")
        assert client.get("/play/tracks", params=played | {"e": "000000000000"}).status_code == 410
        for wrong in ({"frame": "2/0/0/9/9"}, {"first": "99999"}, {"view": "x"}, {"until": "0001-01-01"}):
            refused = client.get("/play/tracks", params=played | wrong, headers={"accept": "*/*"})
            assert (refused.status_code, bool(refused.json()["error"])) == (400, True)
