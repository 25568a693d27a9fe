"""Counting on the pixels of one tile what buckets hold there, whatever their number and size."""

from typing import Any, Final, NamedTuple

import numba
import numpy as np
from numba.typed import List
from numpy.typing import NDArray

from watchfloor.geo.compiled import compiled
from watchfloor.geo.track_bucket import HEAD, PIECES_AT, Bytes, slot_of
from watchfloor.geo.track_entries import PIXELS, TILE_BITS
from watchfloor.geo.track_levels import PASSAGES, TOP_ZOOM, enters_first, stepped
from watchfloor.geo.track_pieces import AT_FIX, BIN_ZOOM, CATEGORY, IN_BIN_BITS, MARKED, WORLD_BITS

CATEGORIES: Final = 16
EVER: Final = (0, 2**32)

type Canvas = NDArray[np.uint32]


class Place(NamedTuple):
    """A tile: zoom, column from the west, row from the north."""

    z: int
    x: int
    y: int


class Wanted(NamedTuple):
    """What shall be counted.

    measure: passages or positions. categories: a bit for each of the sixteen (those above 7 are positions that cleaning
    has marked). since_s, until_s: seconds since 1970; heeded by pieces, levels are of all that a bucket holds.
    """

    measure: int
    categories: int
    since_s: int
    until_s: int


class Look(NamedTuple):
    """What is counted, and where."""

    place: Place
    wanted: Wanted


class _Piece(NamedTuple):
    x0: int
    y0: int
    x1: int
    y1: int
    kind: int


def shelf(buckets: list[Bytes]) -> List:
    """The buckets as compiled functions take them."""
    kept = List.empty_list(numba.types.Array(numba.uint8, 1, "C", readonly=True))
    for bucket in buckets:
        kept.append(bucket)
    return kept


def blank() -> Canvas:
    """Counts of a tile, all 0, shape (categories, pixels): row << 8 | column."""
    return np.zeros((CATEGORIES, PIXELS), np.uint32)


def count(buckets: List, look: Look, canvas: Canvas) -> int:
    """Add what the buckets hold at a place; the number of entries or pieces that were looked at."""
    if look.place.z <= TOP_ZOOM:
        return int(_add_levels(buckets, slot_of(look.place.z, look.wanted.measure), look, canvas))
    return int(_add_pieces(buckets, look, canvas))


@compiled
def first_from(values: NDArray[np.uint32], least: int) -> int:
    """Where ascending values begin that are no less."""
    low, high = 0, len(values)
    while low < high:
        middle = (low + high) >> 1
        if values[middle] < least:
            low = middle + 1
        else:
            high = middle
    return low


@compiled
def _add_levels(buckets: List, slot: int, look: Look, canvas: Canvas) -> int:
    place, wanted = look
    least = ((place.y << place.z) | place.x) << 4
    seen = 0
    for bucket in buckets:
        head = bucket[: HEAD * 8].view(np.int64)
        n = head[slot + 1]
        blocks = bucket[head[slot] : head[slot] + 4 * n].view(np.uint32)
        b = first_from(blocks, least)
        if b == n or blocks[b] > least + 15:
            continue
        starts = bucket[head[slot + 2] : head[slot + 2] + 8 * (n + 1)].view(np.uint32)
        once, size = int(starts[n]), int(starts[2 * n + 1])
        pixels = bucket[head[slot + 3] : head[slot + 3] + 2 * size].view(np.uint16)
        counts = bucket[head[slot + 4] : head[slot + 4] + 2 * (size - once)].view(np.uint16)
        while b < n and blocks[b] <= least + 15:
            category = blocks[b] & 15
            if (wanted.categories >> category) & 1:
                row = canvas[category]
                for e in range(starts[b], starts[b + 1]):
                    row[pixels[e]] += 1
                often = n + 1 + b
                for e in range(starts[often], starts[often + 1]):
                    row[pixels[e]] += counts[e - once]
                seen += int(starts[b + 1]) - int(starts[b]) + int(starts[often + 1]) - int(starts[often])
            b += 1
    return seen


@compiled
def _add_pieces(buckets: List, look: Look, canvas: Canvas) -> int:
    place = look.place
    finer = BIN_ZOOM - place.z
    columns = 1 << max(finer, 0)
    left = place.x << finer if finer >= 0 else place.x >> -finer
    top = place.y << finer if finer >= 0 else place.y >> -finer
    seen = 0
    for bucket in buckets:
        head = bucket[: HEAD * 8].view(np.int64)
        n = head[PIECES_AT + 1]
        bins = bucket[head[PIECES_AT] : head[PIECES_AT] + 4 * n].view(np.uint32)
        starts = bucket[head[PIECES_AT + 2] : head[PIECES_AT + 2] + 4 * (n + 1)].view(np.uint32)
        for row in range(top, top + columns):
            least = (row << BIN_ZOOM) | left
            b = first_from(bins, least)
            while b < n and bins[b] < least + columns:
                seen += _add_bin(bucket, bins[b], (int(starts[b]), int(starts[b + 1])), look, canvas)
                b += 1
    return seen


@compiled
def _add_bin(bucket: Bytes, cell: int, span: tuple[int, int], look: Look, canvas: Canvas) -> int:
    place, wanted = look
    head = bucket[: HEAD * 8].view(np.int64)
    first, last = span
    at = head[PIECES_AT + 3 : PIECES_AT + 9]
    x0, y0, x1, y1 = (
        bucket[at[0] + 2 * first : at[0] + 2 * last].view(np.uint16),
        bucket[at[1] + 2 * first : at[1] + 2 * last].view(np.uint16),
        bucket[at[2] + 2 * first : at[2] + 2 * last].view(np.uint16),
        bucket[at[3] + 2 * first : at[3] + 2 * last].view(np.uint16),
    )
    at_s = bucket[at[4] + 4 * first : at[4] + 4 * last].view(np.uint32)
    kinds = bucket[at[5] + first : at[5] + last]
    west: Any = np.int64(cell & ((1 << BIN_ZOOM) - 1)) << IN_BIN_BITS
    north: Any = np.int64(cell >> BIN_ZOOM) << IN_BIN_BITS
    left, right, top, bottom = _edges(int(west), int(north), place)
    for i in range(last - first):
        kind = kinds[i]
        if max(x0[i], x1[i]) < left or min(x0[i], x1[i]) > right:
            continue
        if max(y0[i], y1[i]) < top or min(y0[i], y1[i]) > bottom:
            continue
        if (wanted.categories >> (kind & CATEGORY)) & 1 and wanted.since_s <= at_s[i] < wanted.until_s:
            if wanted.measure == PASSAGES:
                if not kind & MARKED:
                    _pass(_Piece(west + x0[i], north + y0[i], west + x1[i], north + y1[i], kind), place, canvas)
            elif kind & AT_FIX:
                _mark(west + x1[i], north + y1[i], kind & CATEGORY, place, canvas)
    return last - first


@compiled
def _edges(west: int, north: int, place: Place) -> tuple[int, int, int, int]:
    """Least and greatest column and row of a tile, from the corner of a bin."""
    width = 1 << (WORLD_BITS - place.z)
    left, top = place.x * width - west, place.y * width - north
    return left, left + width - 1, top, top + width - 1


@compiled
def _mark(x: int, y: int, category: int, place: Place, canvas: Canvas) -> None:
    shift = WORLD_BITS - TILE_BITS - place.z
    px, py = (x >> shift) - (place.x << TILE_BITS), (y >> shift) - (place.y << TILE_BITS)
    if 0 <= px < 256 and 0 <= py < 256:
        canvas[category, (py << TILE_BITS) | px] += 1


@compiled
def _pass(piece: _Piece, place: Place, canvas: Canvas) -> None:
    """Count the pixels of the tile that a piece enters, by the same rule as a level."""
    shift = WORLD_BITS - TILE_BITS - place.z
    px, py = (piece.x0 >> shift) - (place.x << TILE_BITS), (piece.y0 >> shift) - (place.y << TILE_BITS)
    qx, qy = (piece.x1 >> shift) - (place.x << TILE_BITS), (piece.y1 >> shift) - (place.y << TILE_BITS)
    category = piece.kind & CATEGORY
    if 0 <= px < 256 and 0 <= py < 256 and enters_first(piece.kind, piece.x0, piece.y0, shift):
        canvas[category, (py << TILE_BITS) | px] += 1
    dx, dy = qx - px, qy - py
    steps = max(abs(dx), abs(dy))
    first, last = _steps_inside(px, dx, steps) if abs(dx) == steps else _steps_inside(py, dy, steps)
    if first > last:
        return
    px, left_x = _after(px, first - 1, dx, steps)
    py, left_y = _after(py, first - 1, dy, steps)
    is_wide = abs(dx) == steps
    for _ in range(first, last + 1):
        # along the longer axis each step goes on by a pixel
        if is_wide:
            px += 1 if dx > 0 else -1
            py, left_y = stepped(py, left_y, dy, steps)
        else:
            px, left_x = stepped(px, left_x, dx, steps)
            py += 1 if dy > 0 else -1
        if 0 <= px < 256 and 0 <= py < 256:
            canvas[category, (py << TILE_BITS) | px] += 1


@compiled
def _steps_inside(at: int, d: int, steps: int) -> tuple[int, int]:
    """First and last step in the tile, along the axis on which each step goes on by a pixel."""
    if d > 0:
        return max(1, -at), min(steps, 255 - at)
    return max(1, at - 255), min(steps, at)


@compiled
def _after(at: int, s: int, d: int, steps: int) -> tuple[int, int]:
    """What `stepped` comes to after s steps."""
    if s == 0:
        return at, steps
    gone = 2 * d * s + steps
    return at + gone // (2 * steps), gone % (2 * steps)
