"""Counting on the pixels of one tile what buckets hold there, whatever their number and size."""

from typing import Any, Final, NamedTuple

import numba
import numpy as np
from numba.typed import List
from numpy.typing import NDArray

from watchfloor.geo.compiled import compiled
from watchfloor.geo.track_bucket import HEAD, PIECES_AT, Bytes, slot_of
from watchfloor.geo.track_entries import TILE_BITS
from watchfloor.geo.track_levels import PASSAGES, TOP_ZOOM
from watchfloor.geo.track_pieces import AT_FIX, BIN_ZOOM, CATEGORY, IN_BIN_BITS, MARKED, WORLD_BITS
from watchfloor.geo.track_strokes import Frame, Stroke, enter, mark

CATEGORIES: Final = 16
EVER: Final = (0, 2**32)
WIDTH: Final = 1 << TILE_BITS

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
    """What is counted, and where.

    ring: pixels beyond each edge of the tile that are counted, too: round the world, none beyond its ends.
    """

    place: Place
    wanted: Wanted
    ring: int = 0


def shelf(buckets: list[Bytes]) -> List:
    """The buckets as compiled functions take them."""
    kept = List.empty_list(numba.types.Array(numba.uint8, 1, "C", readonly=True))
    for bucket in buckets:
        kept.append(bucket)
    return kept


def blank(ring: int = 0) -> Canvas:
    """Counts of a tile and of a ring of pixels around it, all 0, shape (categories, pixels), row after row."""
    return np.zeros((CATEGORIES, (WIDTH + 2 * ring) ** 2), np.uint32)


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
    place, _, ring = look
    across, seen = 1 << place.z, 0
    for row in range(max(place.y - ring, 0), min(place.y + ring, across - 1) + 1):
        for column in range(place.x - ring, place.x + ring + 1):
            least = ((row << place.z) | (column % across)) << 4
            # how far the pixels of that tile lie from the canvas's corner
            beside = ((column - place.x) * WIDTH + ring, (row - place.y) * WIDTH + ring)
            for bucket in buckets:
                seen += _add_level(bucket, (slot, least), beside, look, canvas)
    return seen


@compiled
def _add_level(bucket: Bytes, where: tuple[int, int], beside: tuple[int, int], look: Look, canvas: Canvas) -> int:
    """What one tile of a bucket's level puts on the canvas."""
    slot, least = where
    head = bucket[: HEAD * 8].view(np.int64)
    n, seen = head[slot + 1], 0
    blocks = bucket[head[slot] : head[slot] + 4 * n].view(np.uint32)
    b = first_from(blocks, least)
    if b == n or blocks[b] > least + 15:
        return 0
    starts = bucket[head[slot + 2] : head[slot + 2] + 8 * (n + 1)].view(np.uint32)
    once, size = int(starts[n]), int(starts[2 * n + 1])
    pixels = bucket[head[slot + 3] : head[slot + 3] + 2 * size].view(np.uint16)
    counts = bucket[head[slot + 4] : head[slot + 4] + 2 * (size - once)].view(np.uint16)
    while b < n and blocks[b] <= least + 15:
        category = blocks[b] & 15
        if (look.wanted.categories >> category) & 1:
            row, often = canvas[category], n + 1 + b
            for e in range(starts[b], starts[b + 1]):
                at = _on_canvas(pixels[e], beside, look.ring)
                if at >= 0:
                    row[at] += 1
            for e in range(starts[often], starts[often + 1]):
                at = _on_canvas(pixels[e], beside, look.ring)
                if at >= 0:
                    row[at] += counts[e - once]
            seen += int(starts[b + 1]) - int(starts[b]) + int(starts[often + 1]) - int(starts[often])
        b += 1
    return seen


@compiled
def _on_canvas(pixel: int, beside: tuple[int, int], ring: int) -> int:
    """Where on the canvas a pixel of a tile is; -1: nowhere."""
    if ring == 0:
        return int(pixel)
    side = WIDTH + 2 * ring
    x, y = (int(pixel) & (WIDTH - 1)) + beside[0], (int(pixel) >> TILE_BITS) + beside[1]
    return y * side + x if 0 <= x < side and 0 <= y < side else -1


@compiled
def _add_pieces(buckets: List, look: Look, canvas: Canvas) -> int:
    place = look.place
    width, bins, seen = 1 << (WORLD_BITS - place.z), 1 << BIN_ZOOM, 0
    more = look.ring * (width >> TILE_BITS)
    west, east = (place.x * width - more) >> IN_BIN_BITS, ((place.x + 1) * width + more - 1) >> IN_BIN_BITS
    north, south = (place.y * width - more) >> IN_BIN_BITS, ((place.y + 1) * width + more - 1) >> IN_BIN_BITS
    for bucket in buckets:
        head = bucket[: HEAD * 8].view(np.int64)
        n = head[PIECES_AT + 1]
        cells = bucket[head[PIECES_AT] : head[PIECES_AT] + 4 * n].view(np.uint32)
        starts = bucket[head[PIECES_AT + 2] : head[PIECES_AT + 2] + 4 * (n + 1)].view(np.uint32)
        for turn in range(-bins, bins + 1, bins):
            first, last = max(west, turn) - turn, min(east, turn + bins - 1) - turn
            if first > last:
                continue
            for row in range(max(north, 0), min(south, bins - 1) + 1):
                least = (row << BIN_ZOOM) | first
                b = first_from(cells, least)
                while b < n and cells[b] <= least + last - first:
                    corner = ((int(cells[b]) & (bins - 1)) + turn, row)
                    seen += _add_bin(bucket, corner, (int(starts[b]), int(starts[b + 1])), look, canvas)
                    b += 1
    return seen


@compiled
def _add_bin(bucket: Bytes, corner: tuple[int, int], span: tuple[int, int], look: Look, canvas: Canvas) -> int:
    """What the pieces of one bin, of that column and row, put on the canvas; columns go on beyond the antimeridian."""
    wanted = look.wanted
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
    west: Any = np.int64(corner[0]) << IN_BIN_BITS
    north: Any = np.int64(corner[1]) << IN_BIN_BITS
    left, right, top, bottom = _edges(int(west), int(north), look)
    frame = _frame(look)
    for i in range(last - first):
        kind = kinds[i]
        if max(x0[i], x1[i]) < left or min(x0[i], x1[i]) > right:
            continue
        if max(y0[i], y1[i]) < top or min(y0[i], y1[i]) > bottom:
            continue
        if (wanted.categories >> (kind & CATEGORY)) & 1 and wanted.since_s <= at_s[i] < wanted.until_s:
            if wanted.measure == PASSAGES:
                if not kind & MARKED:
                    piece = Stroke(west + x0[i], north + y0[i], west + x1[i], north + y1[i], kind)
                    enter(canvas[kind & CATEGORY], piece, frame)
            elif kind & AT_FIX:
                mark(canvas[kind & CATEGORY], west + x1[i], north + y1[i], frame)
    return last - first


@compiled
def _edges(west: int, north: int, look: Look) -> tuple[int, int, int, int]:
    """Least and greatest column and row of a tile and its ring, from the corner of a bin."""
    place = look.place
    width = 1 << (WORLD_BITS - place.z)
    more = look.ring * (width >> TILE_BITS)
    left, top = place.x * width - west, place.y * width - north
    return left - more, left + width - 1 + more, top - more, top + width - 1 + more


@compiled
def _frame(look: Look) -> Frame:
    place, _, ring = look
    shift = WORLD_BITS - TILE_BITS - place.z
    return Frame((place.x << TILE_BITS) - ring, (place.y << TILE_BITS) - ring, WIDTH + 2 * ring, shift)
