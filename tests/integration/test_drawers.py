"""Pictures drawn by processes of their own: the same, under the visitor's own rights, whoever of them dies."""

import os
import signal
import struct
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from watchfloor.app.drawers import Drawer, Drawers
from watchfloor.app.identity import Cookies
from watchfloor.app.runtime import OpenStore, Runtime
from watchfloor.app.settings import Settings
from watchfloor.app.tiles import Painter, TileOrder
from watchfloor.data.accounts import revoke_right
from watchfloor.data.address import Role
from watchfloor.data.door import Door
from watchfloor.data.gate import Gate
from watchfloor.data.repository import Asker, Repository
from watchfloor.data.store_kind import StoreKind
from watchfloor.geo.scope import Right
from watchfloor.layers.tilegrid import Tile

from .conftest import Served, listening
from .test_tiles import PLACE, QUESTION, load_one

LONGEST_S = 90.0
MANY = tuple(Tile(7, x, y) for x in range(20, 36) for y in range(40, 50))


def until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + LONGEST_S
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.fixture
def drawn(store: Any, tmp_path: Path) -> Iterator[tuple[Served, Drawers]]:
    """A server with two drawing processes, once both can be asked."""
    with Door(store, most=4) as door, Repository(store) as repository:
        runtime = Runtime(Settings(home=tmp_path), store, StoreKind.EXERCISE, door, Gate(store), repository)
        with listening(runtime, drawers=2) as (served, drawers):
            assert drawers is not None
            until(lambda: all(one.is_up for one in drawers.all))
            yield served, drawers


def browser(served: Served, token: str) -> httpx.Client:
    name = Cookies.of(served.runtime.settings, served.port).session
    return httpx.Client(base_url=served.url, cookies={name: token}, timeout=LONGEST_S)


def given(served: Served, token: str, **more: str) -> dict[str, str]:
    return {**QUESTION, "e": served.runtime.door.peek(token).epoch, "v": "1", "view": str(uuid.uuid4()), **more}


def tile_of(served: Served, token: str, asked: dict[str, str] | None = None) -> httpx.Response:
    with browser(served, token) as client:
        address = f"/tiles/map/{PLACE.z}/{PLACE.x}/{PLACE.y}.png"
        return client.get(address, params=asked or given(served, token))


def frames_of(body: bytes) -> dict[Tile, int]:
    found, at = {}, 0
    while at < len(body):
        z, x, y, size = struct.unpack_from("<4I", body, at)
        assert Tile(z, x, y) not in found
        found[Tile(z, x, y)] = size
        at += 16 + size
    return found


def kill(drawer: Drawer) -> None:
    assert drawer.process is not None
    os.kill(drawer.process.pid, signal.SIGKILL)
    drawer.process.wait(LONGEST_S)


def test_a_drawing_process_draws_the_very_picture_under_the_visitors_own_rights(drawn, people) -> None:
    served, drawers = drawn
    load_one(served.runtime.address, people)
    cleared = people.account("ana", "A", (Right.COMPARTMENT, "LANTERN"))
    other = people.account("bob", "B")
    repository = served.runtime.repository
    asker = Asker(cleared, uuid.uuid4())
    here = Painter(repository).tile(asker, repository.scope(asker), TileOrder.of(PLACE, QUESTION))

    seen = tile_of(served, cleared).content
    until(lambda: any(one.answered for one in drawers.all))
    first = next(one for one in drawers.all if one.answered)
    unseen = tile_of(served, other).content
    # an answer is counted once it is sent, which its reader may notice first
    until(lambda: sum(one.answered for one in drawers.all) == 2)
    assert seen == here != unseen

    # what one has drawn is what the others and the server answer with, and nobody draws it again
    shared = [path for path in drawers.pictures.iterdir() if path.is_file() and path.read_bytes() == seen]
    shared[0].write_bytes(b"as it stands in the shared folder")
    drawers.stop_looking()
    kill(first)
    assert tile_of(served, cleared).content == b"as it stands in the shared folder"
    until(lambda: sum(one.answered for one in drawers.all) == 3)

    before = given(served, cleared)
    with psycopg.connect(served.runtime.address.conninfo(Role.OWNER)) as owner:
        revoke_right(owner, "ana", Right.COMPARTMENT, "LANTERN")
    assert tile_of(served, cleared, before).status_code == 410
    assert tile_of(served, cleared).content == unseen
    for one in drawers.all:
        if one.is_up:
            kill(one)
    assert tile_of(served, cleared).content == unseen
    assert tile_of(served, cleared, before).status_code == 410
    assert drawers.by_server == 2


def test_a_process_that_dies_in_the_middle_loses_no_tile_and_comes_again(drawn, people) -> None:
    served, drawers = drawn
    token = people.account("ana", "A")
    tiles = ",".join(f"{tile.z}/{tile.x}/{tile.y}" for tile in MANY)
    body = b""
    with (
        browser(served, token) as client,
        client.stream("GET", "/tiles/map.bundle", params=given(served, token, tiles=tiles)) as answer,
    ):
        for piece in answer.iter_raw():
            if not body:
                kill(max(drawers.all, key=lambda one: one.under_way))
            body += piece

    found = frames_of(body)
    assert found.keys() == set(MANY)
    assert min(found.values()) > 0
    until(lambda: sum(one.starts for one in drawers.all) == 3)


def test_a_drawing_process_ends_when_its_server_is_killed_and_leaves_no_socket(store: Any, tmp_path: Path) -> None:
    runtime = OpenStore(Settings(home=tmp_path), store, StoreKind.EXERCISE, Door(store), Gate(store))
    with Drawers(runtime, 8470, 1) as drawers:
        (only,) = drawers.all
        until(lambda: only.is_up)
        drawers.stop_looking()
        # as the system does for a server that is killed
        assert only.process is not None
        assert only.process.stdin is not None
        only.process.stdin.close()
        assert only.process.wait(LONGEST_S) == 0
        assert not only.socket.exists()

    assert list((tmp_path / "cache").iterdir()) == []
