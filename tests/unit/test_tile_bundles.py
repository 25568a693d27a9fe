"""Bundles of tiles: named by hostile text, framed as they are drawn, ended when nobody listens."""

import struct
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from watchfloor.app.tile_bundles import MOST_TILES, asked_tiles, frames
from watchfloor.geo.errors import BadQuestion
from watchfloor.layers.tilegrid import Tile

TILES = (Tile(3, 1, 2), Tile(3, 2, 2))


def unpacked(bundle: bytes) -> dict[Tile, bytes]:
    found, at = {}, 0
    while at < len(bundle):
        z, x, y, size = struct.unpack_from("<4I", bundle, at)
        found[Tile(z, x, y)] = bundle[at + 16 : at + 16 + size]
        at += 16 + size
    return found


def test_every_tile_comes_in_a_frame_of_its_own() -> None:
    with ThreadPoolExecutor(2) as hands:
        bundle = b"".join(frames(TILES, lambda tile: f"picture {tile.x}".encode(), hands))
    assert unpacked(bundle) == {TILES[0]: b"picture 1", TILES[1]: b"picture 2"}


def test_a_tile_that_cannot_be_drawn_is_empty_and_the_others_come() -> None:
    def draw(tile: Tile) -> bytes:
        if tile.x == 1:
            raise ValueError("broken")
        return b"good"

    with ThreadPoolExecutor(2) as hands:
        assert unpacked(b"".join(frames(TILES, draw, hands))) == {TILES[0]: b"", TILES[1]: b"good"}


def test_when_nobody_listens_any_more_what_waits_is_not_drawn() -> None:
    drawn: list[Tile] = []
    gate = threading.Event()

    def draw(tile: Tile) -> bytes:
        drawn.append(tile)
        if len(drawn) > 1:
            gate.wait(10)
        return b"x"

    with ThreadPoolExecutor(1) as hands:
        listening = frames(tuple(Tile(4, x, 0) for x in range(10)), draw, hands)
        next(listening)
        listening.close()
        gate.set()
    assert len(drawn) <= 2


@pytest.mark.parametrize(
    "text",
    [
        "",
        "3/1",
        "3/1/2/4",
        "a/b/c",
        "-1/0/0",
        "3/9/9",
        "99/0/0",
        "3/1/2,",
        "٣/1/2",
        ",".join(["3/1/2"] * (MOST_TILES + 1)),
    ],
)
def test_hostile_names_are_bad_questions(text: str) -> None:
    with pytest.raises(BadQuestion):
        asked_tiles(text)


def test_names_are_read_in_their_order() -> None:
    assert asked_tiles("3/1/2,3/2/2") == TILES
