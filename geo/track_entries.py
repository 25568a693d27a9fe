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

    Who writes it counts how many of each it has: a number that is kept in memory is waited for at every pixel.
    once_starts, often_starts: room for one more than there are blocks. pixels: room for all, at first for those that
    count one; often: for those that count more, until `finish` puts them behind.
    """

    blocks: NDArray[np.uint32]
    once_starts: NDArray[np.uint32]
    often_starts: NDArray[np.uint32]
    pixels: NDArray[np.uint16]
    often: NDArray[np.uint16]
    counts: NDArray[np.uint16]


def entries_of(one: Level) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Block and pixel of each entry, block << 16 | pixel, and what it counts."""
    blocks = np.concatenate([np.repeat(one.blocks, np.diff(part)) for part in np.split(one.starts, 2)])
    counts = np.concatenate([np.ones(one.n_once, np.int64), one.counts])
    return (blocks.astype(np.uint64) << np.uint64(2 * TILE_BITS)) | one.pixels, counts


@compiled
def begin_block(filling: Filling, n: int, block: int, ends: tuple[int, int]) -> None:
    """Writes which block is the n-th, and where its pixels begin."""
    filling.blocks[n], filling.once_starts[n], filling.often_starts[n] = block, ends[0], ends[1]


@compiled
def put(filling: Filling, ends: tuple[int, int], pixel: int, count: int) -> tuple[int, int]:
    """Writes what a pixel of the block counts, several times where that is too much for one entry; the ends then.

    ends: how many pixels that count one, and entries of those that count more, there are.
    """
    n_once, n_often = ends
    if count == 1:
        filling.pixels[n_once] = pixel
        return n_once + 1, n_often
    while count > 0:
        filling.often[n_often], filling.counts[n_often] = pixel, min(count, MOST_COUNT)
        count -= MOST_COUNT
        n_often += 1
    return n_once, n_often


@compiled
def finish(filling: Filling, n_blocks: int, ends: tuple[int, int]) -> None:
    """Writes what is known when all is put: where the last block ends, and what counts more behind what counts one."""
    n_once, n_often = ends
    filling.once_starts[n_blocks], filling.often_starts[n_blocks] = n_once, n_often
    for b in range(n_blocks + 1):
        filling.often_starts[b] += np.uint32(n_once)
    filling.pixels[n_once : n_once + n_often] = filling.often[:n_often]
