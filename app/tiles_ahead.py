"""Tiles that a reader is likely to want next, drawn by a hand that gives way to everybody else.

Only of a view that was just asked for and noted, under its very scope; of layers whose question is the same wherever
the map looks, so that nothing is asked that the reader has not asked.
"""

import os
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Final

import psycopg
import structlog

from watchfloor.geo.errors import WatchfloorError
from watchfloor.layers.tilegrid import Tile

log = structlog.get_logger(__name__)

LAYERS: Final = frozenset({"ground", "lines", "tracks"})
# closer views are too many to guess
DEEPEST: Final = 7
MOST_AHEAD: Final = 96
NICE: Final = 10

type Draw = Callable[[Tile], object]


def tiles_ahead(shown: Iterable[Tile]) -> tuple[Tile, ...]:
    """Beside the tiles of a view, one zoom further out, and one closer in its middle: the nearest first."""
    seen = set(shown)
    if not seen or max(tile.z for tile in seen) > DEEPEST:
        return ()
    zoom = max(tile.z for tile in seen)
    columns, rows = [tile.x for tile in seen if tile.z == zoom], [tile.y for tile in seen if tile.z == zoom]
    west, east, north, south = min(columns), max(columns), min(rows), max(rows)
    found = [*_within(zoom, (west - 1, east + 1), (north - 1, south + 1))]
    found += _within(zoom - 1, (west // 2 - 1, east // 2 + 1), (north // 2, south // 2))
    if zoom < DEEPEST:
        across, down = (east - west + 1) // 2, (south - north + 1) // 2
        found += _within(zoom + 1, (west * 2 + across, east * 2 + 1 - across), (north * 2 + down, south * 2 + 1 - down))
    return tuple(tile for tile in dict.fromkeys(found) if tile not in seen)[:MOST_AHEAD]


def _within(zoom: int, columns: tuple[int, int], rows: tuple[int, int]) -> Iterator[Tile]:
    if zoom < 0:
        return
    for y in range(max(rows[0], 0), min(rows[1], (1 << zoom) - 1) + 1):
        for x in range(columns[0], columns[1] + 1):
            yield Tile.wrapped(zoom, x, y)


def has_a_core_to_give() -> bool:
    """Whether the machine is not busy: else what is drawn ahead would hold up what somebody waits for."""
    return os.getloadavg()[0] < (os.cpu_count() or 2)


class Ahead:
    """One thread that draws what may be wanted next, while the machine is idle; of several views only the last."""

    def __init__(self, is_idle: Callable[[], bool] = has_a_core_to_give) -> None:
        self._is_idle = is_idle
        self._changed = threading.Condition()
        self._next: tuple[tuple[Tile, ...], Draw] | None = None
        self._thread: threading.Thread | None = None

    def soon(self, tiles: tuple[Tile, ...], draw: Draw) -> None:
        """Draw these in place of whatever was to be drawn."""
        with self._changed:
            self._next = (tiles, draw)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._work, name="tiles-ahead", daemon=True)
                self._thread.start()
            self._changed.notify()

    def give_way(self) -> None:
        """Somebody waits for a picture: what was to be drawn ahead is forgotten."""
        with self._changed:
            self._next = ((), lambda _: None)

    def _work(self) -> None:
        # of Linux, a thread has a priority of its own
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)
        while True:
            with self._changed:
                while self._next is None:
                    self._changed.wait()
                (tiles, draw), self._next = self._next, None
            try:
                for tile in tiles:
                    if self._next is not None or not self._is_idle():
                        break
                    draw(tile)
            except (WatchfloorError, psycopg.Error) as error:
                # a right may have been withdrawn, a database stopped: whoever asks for the tile is told
                log.info("tiles not drawn ahead", error=type(error).__name__)
