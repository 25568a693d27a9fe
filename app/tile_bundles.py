"""Many tiles in one answer: a view is asked for once, checked once, audited once; each tile comes when it is drawn.

A frame is four little-endian 32-bit numbers (zoom, column, row, size in bytes) and the PNG. Size 0: this
tile could not be drawn, the others go on.
"""

import struct
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from queue import SimpleQueue

import structlog

from watchfloor.geo.errors import BadQuestion
from watchfloor.layers.tilegrid import Tile

log = structlog.get_logger(__name__)

# a screen of 3840 pixels shows two hundred
MOST_TILES = 256
MEDIA_TYPE = "application/x-watchfloor-tiles"
_HEAD = struct.Struct("<4I")


def asked_tiles(text: str) -> tuple[Tile, ...]:
    """The tiles that an address names as z/x/y, separated by commas. Raises BadQuestion."""
    names = text.split(",", MOST_TILES)
    if len(names) > MOST_TILES:
        raise BadQuestion(f"at most {MOST_TILES} tiles at a time")
    return tuple(_tile(name) for name in names)


def frames(tiles: tuple[Tile, ...], draw: Callable[[Tile], bytes], hands: Executor) -> Iterator[bytes]:
    """A frame for each tile, in the order in which they are drawn, those that are ready together in one piece.

    When nobody listens any more, drawing ends.
    """
    drawn: SimpleQueue[Future[bytes]] = SimpleQueue()
    drawing = {hands.submit(draw, tile): tile for tile in tiles}
    for one in drawing:
        one.add_done_callback(drawn.put)
    try:
        left = len(drawing)
        while left:
            ready = [drawn.get()]
            while not drawn.empty():
                ready.append(drawn.get())
            left -= len(ready)
            yield b"".join(frame(drawing[done], _picture(done)) for done in ready)
    finally:
        for waiting in drawing:
            waiting.cancel()


def frame(tile: Tile, picture: bytes) -> bytes:
    """One frame."""
    return _HEAD.pack(tile.z, tile.x, tile.y, len(picture)) + picture


def _picture(done: Future[bytes]) -> bytes:
    fault = done.exception()
    if fault is not None:
        log.error("tile not drawn", error=type(fault).__name__, exc_info=fault)
        return b""
    return done.result()


def _tile(name: str) -> Tile:
    parts = name[:40].split("/")
    if len(parts) != 3 or not all(part.isascii() and part.isdecimal() for part in parts):
        raise BadQuestion("a tile is named z/x/y")
    return Tile(*(int(part) for part in parts))
