"""What pieces of tracks put on the pixels of a zoom, sparse: passages (pixels entered) and positions, by category.

Both add up: over time, labels and categories. A passage is counted once for each time that a voyage enters a pixel,
however many positions it has there, so that a ship at anchor is not a thousand ships.
"""

from collections.abc import Iterable
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from watchfloor.geo.compiled import compiled
from watchfloor.geo.sorting import sort
from watchfloor.geo.track_entries import MOST_COUNT, PIXELS, TILE_BITS, Filling, Level, begin_block, finish, put
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
PASSAGES: Final = 0
POSITIONS: Final = 1
MEASURES: Final = (PASSAGES, POSITIONS)
_CATEGORY_BITS: Final = 4
_SHORT_BITS: Final = 32


type Key = np.uint32 | np.uint64


def level(made_of: Pieces, zoom: int, measure: int) -> Level:
    """Counts of the pieces at a zoom from 0 to TOP_ZOOM."""
    return levels(made_of, (zoom,), measure)[zoom]


def levels(made_of: Pieces, zooms: Iterable[int], measure: int) -> dict[int, Level]:
    """Counts of the pieces at several zooms from 0 to TOP_ZOOM, by zoom."""
    wanted = sorted(zooms, reverse=True)
    short = [zoom for zoom in wanted if 2 * zoom + _CATEGORY_BITS + 2 * TILE_BITS <= _SHORT_BITS]
    found = _levels(made_of, [zoom for zoom in wanted if zoom not in short], measure, np.uint64)
    # keys of half the length are sorted in half the time
    return found | _levels(made_of, short, measure, np.uint32)


def _levels(
    made_of: Pieces, zooms: list[int], measure: int, kind: type[np.uint32] | type[np.uint64]
) -> dict[int, Level]:
    if not zooms:
        return {}
    given = np.array(zooms, np.int64)
    room = _rooms(made_of, given) if measure == PASSAGES else np.full(len(zooms), made_of.n_fixes)
    begins = np.cumsum(room) - room
    ends = begins.copy()
    keys = np.empty(room.sum(), kind)
    fill = _enter if measure == PASSAGES else _stand
    fill(made_of, given, ends, keys)
    spans = np.stack([begins, ends])
    for begin, end in zip(begins.tolist(), ends.tolist(), strict=True):
        sort(keys[begin:end])
    blocks, starts, pixels, counts, sizes = _pack_all(keys, spans)
    own = zip(
        _parts(blocks, sizes[0]),
        _parts(starts, sizes[1]),
        _parts(pixels, sizes[2]),
        _parts(counts, sizes[3]),
        strict=True,
    )
    return {zoom: Level(*columns) for zoom, columns in zip(zooms, own, strict=True)}


def _parts[Kind: np.generic](column: NDArray[Kind], sizes: NDArray[np.int64]) -> list[NDArray[Kind]]:
    """Parts of these sizes, one after the other."""
    ends = np.cumsum(sizes).tolist()
    return [column[begin:end] for begin, end in pairwise([0, *ends])]


@compiled
def _pack_all(
    keys: NDArray[Key], spans: NDArray[np.int64]
) -> tuple[NDArray[np.uint32], NDArray[np.uint32], NDArray[np.uint16], NDArray[np.uint16], NDArray[np.int64]]:
    """Columns of the levels of several spans of ascending keys, one after the other; their sizes, shape (4, levels)."""
    n = spans.shape[1]
    room = np.empty((3, n), np.int64)
    for k in range(n):
        room[0, k], room[1, k], room[2, k] = _sizes(keys[spans[0, k] : spans[1, k]])
    blocks, starts = np.empty(room[0].sum(), np.uint32), np.empty(2 * (room[0].sum() + n), np.uint32)
    pixels, counts = np.empty((room[1] + room[2]).sum(), np.uint16), np.empty(room[2].sum(), np.uint16)
    often = np.empty(room[2].max(), np.uint16)
    sizes = np.zeros((4, n), np.int64)
    for k in range(n):
        at = sizes.sum(axis=1)
        own = room[0, k] + 1
        filling = Filling(
            blocks[at[0] :],
            starts[at[1] : at[1] + own],
            starts[at[1] + own : at[1] + 2 * own],
            pixels[at[2] :],
            often,
            counts[at[3] :],
        )
        n_once, n_often = _pack(keys[spans[0, k] : spans[1, k]], filling)
        sizes[:, k] = (room[0, k], 2 * own, n_once + n_often, n_often)
    return blocks, starts, pixels, counts, sizes


@compiled
def _sizes(keys: NDArray[Key]) -> tuple[int, int, int]:
    """How many blocks ascending keys make; and at most how many pixels, and entries of those that count more."""
    n = len(keys)
    if n == 0:
        return 0, 0, 0
    before, after = keys[:-1], keys[1:]
    n_blocks = n_pixels = 1
    for i in range(n - 1):
        n_blocks += before[i] >> (2 * TILE_BITS) != after[i] >> (2 * TILE_BITS)
        n_pixels += before[i] != after[i]
    # a pixel that counts more has two keys at least
    return n_blocks, n_pixels, min(n_pixels, n - n_pixels) + n // MOST_COUNT


@compiled
def _pack(keys: NDArray[Key], filling: Filling) -> tuple[int, int]:
    """Writes the level of ascending keys; how many pixels that count one, and entries of others, it has."""
    n = len(keys)
    n_blocks, ends, begin, block = 0, (0, 0), 0, -1
    while begin < n:
        key = keys[begin]
        end = begin + 1
        while end < n and keys[end] == key:
            end += 1
        own = int(np.int64(key) >> (2 * TILE_BITS))
        if own != block:
            begin_block(filling, n_blocks, own, ends)
            n_blocks, block = n_blocks + 1, own
        ends = put(filling, ends, int(np.int64(key) & (PIXELS - 1)), end - begin)
        begin = end
    finish(filling, n_blocks, ends)
    return ends


@compiled
def _key_of(px: int, py: int, zoom: int, category: int) -> int:
    """The key of a pixel of the world at a zoom."""
    tile = ((py >> TILE_BITS) << zoom) | (px >> TILE_BITS)
    return (((tile << _CATEGORY_BITS) | category) << (2 * TILE_BITS)) | ((py & 255) << TILE_BITS) | (px & 255)


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
def _rooms(made_of: Pieces, zooms: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each zoom, the finest first, at least as many pixels as `_enter` finds."""
    n, steps, shift = len(made_of.bins), 0, WORLD_BITS - TILE_BITS - zooms[0]
    for i in range(n):
        x0, y0, x1, y1 = ends_of(made_of, i)
        steps += max(abs((x1 >> shift) - (x0 >> shift)), abs((y1 >> shift) - (y0 >> shift)))
    # in coarser pixels each goes its part of that, and at most one more for where it begins
    return np.array([n + steps if zoom == zooms[0] else 2 * n + (steps >> (zooms[0] - zoom)) for zoom in zooms])


@compiled
def _enter(made_of: Pieces, zooms: NDArray[np.int64], ends: NDArray[np.int64], keys: NDArray[Key]) -> None:
    """Writes the keys of all pixels entered at each zoom, from `ends` on, which move; the finest comes first."""
    for i in range(len(made_of.bins)):
        kind = made_of.kind[i]
        if kind & MARKED:
            continue
        way = ends_of(made_of, i)
        for k in range(len(zooms)):
            begun = ends[k]
            ends[k] = _enter_one(way, kind, zooms[k], begun, keys)
            if ends[k] == begun:
                # who stays in a pixel stays in the coarser one around it
                break


@compiled
def _enter_one(way: tuple[int, int, int, int], kind: int, zoom: int, n: int, keys: NDArray[Key]) -> int:
    shift = WORLD_BITS - TILE_BITS - zoom
    x0, y0, x1, y1 = way
    if enters_first(kind, x0, y0, shift):
        keys[n] = _key_of(x0 >> shift, y0 >> shift, zoom, kind & CATEGORY)
        n += 1
    px, py = x0 >> shift, y0 >> shift
    dx, dy = (x1 >> shift) - px, (y1 >> shift) - py
    steps = max(abs(dx), abs(dy))
    left = steps
    is_wide = abs(dx) == steps
    for _ in range(steps):
        # along the longer axis each step goes on by a pixel
        if is_wide:
            px += 1 if dx > 0 else -1
            py, left = stepped(py, left, dy, steps)
        else:
            px, left = stepped(px, left, dx, steps)
            py += 1 if dy > 0 else -1
        keys[n] = _key_of(px, py, zoom, kind & CATEGORY)
        n += 1
    return n


@compiled
def _stand(made_of: Pieces, zooms: NDArray[np.int64], ends: NDArray[np.int64], keys: NDArray[Key]) -> None:
    """Writes the keys of the pixels of all positions at each zoom, from `ends` on, which move."""
    for i in range(len(made_of.bins)):
        kind = made_of.kind[i]
        if kind & AT_FIX:
            _, _, x, y = ends_of(made_of, i)
            for k in range(len(zooms)):
                shift = WORLD_BITS - TILE_BITS - zooms[k]
                keys[ends[k]] = _key_of(x >> shift, y >> shift, zooms[k], kind & CATEGORY)
                ends[k] += 1
