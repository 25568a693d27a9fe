"""What pieces of tracks put on the pixels of a zoom, sparse: passages (pixels entered) and positions, by category.

Both add up: over time, labels and categories. A passage is counted once for each time that a voyage enters a pixel,
however many positions it has there, so that a ship at anchor is not a thousand ships.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from watchfloor.geo.compiled import compiled
from watchfloor.geo.track_pieces import (
    ACROSS_X,
    ACROSS_Y,
    AT_FIX,
    BEGINS,
    BIN_ZOOM,
    CATEGORY,
    IN_BIN_BITS,
    MARKED,
    WORLD_BITS,
    Pieces,
)

# levels are kept up to here: each further one takes twice the room. Closer views are drawn from pieces
TOP_ZOOM: Final = 7
TILE_BITS: Final = 8
PIXELS: Final = 1 << 2 * TILE_BITS
PASSAGES: Final = 0
POSITIONS: Final = 1
MEASURES: Final = (PASSAGES, POSITIONS)
_CATEGORY_BITS: Final = 4
_COUNT_BITS: Final = 16
_MOST_COUNT: Final = 0xFFFF


class Level(NamedTuple):
    """Counts of one zoom: blocks of pixels, one for each tile and category that has any.

    blocks: tile << 4 | category, ascending, with tile as row << zoom | column; shape (b,).
    starts: first entry of each block, and behind the last, the number of entries; shape (b + 1,).
    pixels: row << 8 | column in the tile, ascending within a block. counts: a pixel above 65,535 stands there again.
    """

    blocks: NDArray[np.uint32]
    starts: NDArray[np.uint32]
    pixels: NDArray[np.uint16]
    counts: NDArray[np.uint16]


def level(made_of: Pieces, zoom: int, measure: int) -> Level:
    """Counts of the pieces at a zoom from 0 to TOP_ZOOM."""
    keys = np.empty(_room_for(made_of, zoom) if measure == PASSAGES else made_of.n_fixes, np.uint64)
    n = _enter(made_of, zoom, keys) if measure == PASSAGES else _stand(made_of, zoom, keys)
    keys = np.sort(keys[:n])
    fresh = np.flatnonzero(np.append(True, keys[1:] != keys[:-1])) if n else np.zeros(0, np.int64)
    return _packed(keys[fresh], np.diff(np.append(fresh, n)))


def merged(levels: list[Level]) -> Level:
    """The sum of several levels of one zoom and measure."""
    # a key has 34 bits at TOP_ZOOM: with its count behind it, it is still one number, which is sorted by itself
    entries = np.concatenate([(keys_of(one) << np.uint64(_COUNT_BITS)) | one.counts for one in levels])
    entries.sort()
    keys, counts = entries >> np.uint64(_COUNT_BITS), (entries & np.uint64(_MOST_COUNT)).astype(np.int64)
    fresh = np.flatnonzero(np.append(True, keys[1:] != keys[:-1])) if len(keys) else np.zeros(0, np.int64)
    return _packed(keys[fresh], np.add.reduceat(counts, fresh) if len(keys) else counts)


def keys_of(one: Level) -> NDArray[np.uint64]:
    """Block and pixel of each entry: block << 16 | pixel."""
    blocks = np.repeat(one.blocks, np.diff(one.starts)).astype(np.uint64)
    return (blocks << np.uint64(2 * TILE_BITS)) | one.pixels


def _packed(keys: NDArray[np.uint64], counts: NDArray[np.int64]) -> Level:
    """Entries of ascending, distinct keys with their counts, split where a count is too great for an entry."""
    times = np.maximum((counts + _MOST_COUNT - 1) // _MOST_COUNT, 1)
    if times.max(initial=1) > 1:
        last = np.cumsum(times) - 1
        keys = np.repeat(keys, times)
        spread = np.full(len(keys), _MOST_COUNT, np.int64)
        spread[last] = counts - (times - 1) * _MOST_COUNT
        counts = spread
    of_block = (keys >> np.uint64(2 * TILE_BITS)).astype(np.uint32)
    first = np.flatnonzero(np.append(True, of_block[1:] != of_block[:-1])) if len(keys) else np.zeros(0, np.int64)
    return Level(
        of_block[first],
        np.append(first, len(keys)).astype(np.uint32),
        (keys & np.uint64(PIXELS - 1)).astype(np.uint16),
        counts.astype(np.uint16),
    )


@compiled
def key_at(x: int, y: int, zoom: int, category: int) -> int:
    """The key of the pixel of a zoom in which a world coordinate lies."""
    px, py = x >> (WORLD_BITS - TILE_BITS - zoom), y >> (WORLD_BITS - TILE_BITS - zoom)
    tile = ((py >> TILE_BITS) << zoom) | (px >> TILE_BITS)
    pixel = ((py & 255) << TILE_BITS) | (px & 255)
    return (((tile << _CATEGORY_BITS) | category) << (2 * TILE_BITS)) | pixel


@compiled
def ends_of(made_of: Pieces, i: int) -> tuple[int, int, int, int]:
    """World coordinates of both ends of piece i."""
    west = np.int64(made_of.bins[i] & ((1 << BIN_ZOOM) - 1)) << IN_BIN_BITS
    north = np.int64(made_of.bins[i] >> BIN_ZOOM) << IN_BIN_BITS
    return west + made_of.x0[i], north + made_of.y0[i], west + made_of.x1[i], north + made_of.y1[i]


@compiled
def enters_first(kind: int, x0: int, y0: int, shift: int) -> bool:
    """Whether a piece that begins here enters the pixel (2 ** shift wide) in which it begins."""
    if kind & BEGINS:
        return True
    inside = (1 << IN_BIN_BITS) - 1
    if kind & ACROSS_X:
        before = x0 - 1 if x0 & inside == 0 else x0 + 1
        return before >> shift != x0 >> shift
    if kind & ACROSS_Y:
        before = y0 - 1 if y0 & inside == 0 else y0 + 1
        return before >> shift != y0 >> shift
    return False


@compiled
def stepped(at: int, left: int, d: int, steps: int) -> tuple[int, int]:
    """One coordinate of the next pixel of a line of so many steps over d pixels, and what is left over.

    After step s it is (2 d s + steps) // (2 steps) from where it began, rounded half up, without dividing at each: the
    same from whichever tile it is asked. What is left over begins as `steps`.
    """
    left += 2 * d
    if left >= 2 * steps:
        return at + 1, left - 2 * steps
    if left < 0:
        return at - 1, left + 2 * steps
    return at, left


@compiled
def _room_for(made_of: Pieces, zoom: int) -> int:
    shift = WORLD_BITS - TILE_BITS - zoom
    n = 0
    for i in range(len(made_of.bins)):
        x0, y0, x1, y1 = ends_of(made_of, i)
        n += 1 + max(abs((x1 >> shift) - (x0 >> shift)), abs((y1 >> shift) - (y0 >> shift)))
    return n


@compiled
def _enter(made_of: Pieces, zoom: int, keys: NDArray[np.uint64]) -> int:
    shift = WORLD_BITS - TILE_BITS - zoom
    n = 0
    for i in range(len(made_of.bins)):
        kind = made_of.kind[i]
        if kind & MARKED:
            continue
        x0, y0, x1, y1 = ends_of(made_of, i)
        if enters_first(kind, x0, y0, shift):
            keys[n] = key_at(x0, y0, zoom, kind & CATEGORY)
            n += 1
        px, py = x0 >> shift, y0 >> shift
        dx, dy = (x1 >> shift) - px, (y1 >> shift) - py
        steps = max(abs(dx), abs(dy))
        left_x = left_y = steps
        for _ in range(steps):
            px, left_x = stepped(px, left_x, dx, steps)
            py, left_y = stepped(py, left_y, dy, steps)
            keys[n] = key_at(px << shift, py << shift, zoom, kind & CATEGORY)
            n += 1
    return n


@compiled
def _stand(made_of: Pieces, zoom: int, keys: NDArray[np.uint64]) -> int:
    n = 0
    for i in range(len(made_of.bins)):
        kind = made_of.kind[i]
        if kind & AT_FIX:
            _, _, x, y = ends_of(made_of, i)
            keys[n] = key_at(x, y, zoom, kind & CATEGORY)
            n += 1
    return n
