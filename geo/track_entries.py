"""How counts on the pixels of a zoom are kept: sparse, by tile and category, in two to four bytes a pixel."""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from watchfloor.geo.compiled import compiled

TILE_BITS: Final = 8
PIXELS: Final = 1 << 2 * TILE_BITS
MOST_COUNT: Final = 0xFFFF


class Level(NamedTuple):
    """Counts of one zoom: blocks of pixels, one for each tile and category that has any.

    Most pixels of a day count one, which needs no number: they stand first, those that count more behind all of them.
    blocks: tile << 4 | category, ascending, with tile as row << zoom | column; shape (b,).
    starts: where in the pixels each block begins, and behind the last, where that ends; first for those that count
    one, then for those that count more; shape (2 * (b + 1),).
    pixels: row << 8 | column in the tile, ascending within a block. counts: of those that count more; a pixel above
    65,535 stands there again.
    """

    blocks: NDArray[np.uint32]
    starts: NDArray[np.uint32]
    pixels: NDArray[np.uint16]
    counts: NDArray[np.uint16]

    @property
    def n_once(self) -> int:
        """How many pixels count one."""
        return int(self.starts[len(self.blocks)])


class Filling(NamedTuple):
    """A level while it is written: pixels that count one and those that count more grow side by side.

    ends: how many blocks, pixels that count one, and pixels that count more it has so far.
    """

    blocks: NDArray[np.uint32]
    once_starts: NDArray[np.uint32]
    often_starts: NDArray[np.uint32]
    once: NDArray[np.uint16]
    often: NDArray[np.uint16]
    counts: NDArray[np.uint16]
    ends: NDArray[np.int64]

    @classmethod
    def with_room(cls, n_blocks: int, n_once: int, n_often: int) -> "Filling":
        """An empty one, for at most so many."""
        blocks, once_starts, often_starts = (np.empty(n_blocks, np.uint32) for _ in range(3))
        once, often, counts = (np.empty(n, np.uint16) for n in (n_once, n_often, n_often))
        return cls(blocks, once_starts, often_starts, once, often, counts, np.zeros(3, np.int64))

    def level(self) -> Level:
        """What it has."""
        n_blocks, n_once, n_often = self.ends.tolist()
        starts = np.empty((2, n_blocks + 1), np.uint32)
        starts[:, :-1] = self.once_starts[:n_blocks], self.often_starts[:n_blocks] + np.uint32(n_once)
        starts[:, -1] = n_once, n_once + n_often
        pixels = np.concatenate([self.once[:n_once], self.often[:n_often]])
        return Level(self.blocks[:n_blocks].copy(), starts.ravel(), pixels, self.counts[:n_often].copy())


def entries_of(one: Level) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Block and pixel of each entry, block << 16 | pixel, and what it counts."""
    blocks = np.concatenate([np.repeat(one.blocks, np.diff(part)) for part in np.split(one.starts, 2)])
    counts = np.concatenate([np.ones(one.n_once, np.int64), one.counts])
    return (blocks.astype(np.uint64) << np.uint64(2 * TILE_BITS)) | one.pixels, counts


@compiled
def begin_block(filling: Filling, block: int) -> None:
    """Goes on with another block."""
    n, n_once, n_often = filling.ends
    filling.blocks[n], filling.once_starts[n], filling.often_starts[n] = block, n_once, n_often
    filling.ends[0] = n + 1


@compiled
def put(filling: Filling, pixel: int, count: int) -> None:
    """Writes what a pixel of the block counts: several times where that is too much for one entry."""
    _, n_once, n_often = filling.ends
    if count == 1:
        filling.once[n_once] = pixel
        filling.ends[1] = n_once + 1
        return
    while count > 0:
        filling.often[n_often], filling.counts[n_often] = pixel, min(count, MOST_COUNT)
        count -= MOST_COUNT
        n_often += 1
    filling.ends[2] = n_often
