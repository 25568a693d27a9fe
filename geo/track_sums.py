"""Sums of sparse levels, in time that grows with their entries alone: nothing is sorted but the blocks.

A block of which one set knows is copied. One that several have is added up on a canvas of its pixels, with a bit for
each pixel that any has: reading the bits in order gives the pixels in order.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from watchfloor.geo.compiled import compiled
from watchfloor.geo.track_entries import PIXELS, Filling, Level, begin_block, finish, put

_WORD_BITS: Final = 6
_WORDS: Final = PIXELS >> _WORD_BITS
# which of 64 bits is set alone: the upper six bits of its product with this number tell (de Bruijn)
_TELLING: Final = 0x03F7_9D71_B4CB_0A89
_ONE_OF_64: Final = np.zeros(64, np.uint8)
for _bit in range(64):
    _ONE_OF_64[((1 << _bit) * _TELLING & 0xFFFF_FFFF_FFFF_FFFF) >> 58] = _bit

type Numbers = NDArray[np.int64]
type Words = NDArray[np.uint64]


class _Spans(NamedTuple):
    """Where a block's entries lie in the columns of all sets: of pixels that count one, and of those that count more.

    counts_before: so far behind its place in the pixels an entry's count lies.
    """

    once: int
    once_end: int
    often: int
    often_end: int
    counts_before: int


class _Canvas(NamedTuple):
    """Counts of one block, a bit for each pixel that has any, and a bit for each word of those that is not 0."""

    counts: NDArray[np.uint32]
    bits: Words
    words: Words


def merged(levels: list[Level]) -> Level:
    """The sum of several levels of one zoom and measure."""
    if len(levels) == 1:
        return levels[0]
    # columns of all sets, one after the other
    whole = Level._make([np.concatenate(columns) for columns in zip(*levels, strict=True)])
    sizes = np.array([(len(one.blocks), len(one.pixels), len(one.counts)) for one in levels], np.int64)
    order = np.argsort(whole.blocks, kind="stable")
    made = _room_for(whole)
    canvas = _Canvas(np.zeros(PIXELS, np.uint32), np.zeros(_WORDS, np.uint64), np.zeros(_WORDS >> 6, np.uint64))
    n, n_once, n_often = _sum(whole, _spans(whole.starts, sizes), order, canvas, made)
    starts = np.concatenate([made.once_starts[: n + 1], made.often_starts[: n + 1]])
    return Level(made.blocks[:n], starts, made.pixels[: n_once + n_often], made.counts[:n_often])


def _room_for(whole: Level) -> Filling:
    n_blocks, n = len(whole.blocks), len(whole.pixels)
    blocks, once, often = (np.empty(n_blocks + more, np.uint32) for more in (0, 1, 1))
    return Filling(blocks, once, often, *(np.empty(n, np.uint16) for _ in range(3)))


@compiled
def _spans(starts: NDArray[np.uint32], sizes: Numbers) -> Numbers:
    """Of each block of all sets what _Spans says, shape (b, 5). sizes: blocks, pixels and counts of each set."""
    spans = np.empty((sizes[:, 0].sum(), 5), np.int64)
    b = at = pixels = counts = 0
    for k in range(len(sizes)):
        n = sizes[k, 0]
        once = starts[at : at + n + 1]
        often = starts[at + n + 1 : at + 2 * (n + 1)]
        for i in range(n):
            spans[b, 0], spans[b, 1] = pixels + once[i], pixels + once[i + 1]
            spans[b, 2], spans[b, 3] = pixels + often[i], pixels + often[i + 1]
            spans[b, 4] = pixels + once[n] - counts
            b += 1
        at, pixels, counts = at + 2 * (n + 1), pixels + sizes[k, 1], counts + sizes[k, 2]
    return spans


@compiled
def _sum(whole: Level, spans: Numbers, order: Numbers, canvas: _Canvas, made: Filling) -> tuple[int, int, int]:
    """Fills `made`, which has room for all; of how many blocks, pixels that count one, and entries of others."""
    n_blocks, ends, b = 0, (0, 0), 0
    while b < len(order):
        number = whole.blocks[order[b]]
        begin_block(made, n_blocks, number, ends)
        n_blocks += 1
        end = b + 1
        while end < len(order) and whole.blocks[order[end]] == number:
            end += 1
        if end == b + 1:
            ends = _copied(whole, _span(spans, order[b]), made, ends)
        else:
            for k in range(b, end):
                _add(whole, _span(spans, order[k]), canvas)
            ends = _emptied(canvas, made, ends)
        b = end
    finish(made, n_blocks, ends)
    return n_blocks, ends[0], ends[1]


@compiled
def _span(spans: Numbers, block: int) -> _Spans:
    return _Spans(spans[block, 0], spans[block, 1], spans[block, 2], spans[block, 3], spans[block, 4])


@compiled
def _copied(whole: Level, span: _Spans, made: Filling, ends: tuple[int, int]) -> tuple[int, int]:
    n_once, n_often = ends
    for e in range(span.once, span.once_end):
        made.pixels[n_once] = whole.pixels[e]
        n_once += 1
    for e in range(span.often, span.often_end):
        made.often[n_often], made.counts[n_often] = whole.pixels[e], whole.counts[e - span.counts_before]
        n_often += 1
    return n_once, n_often


@compiled
def _add(whole: Level, span: _Spans, canvas: _Canvas) -> None:
    for e in range(span.once, span.once_end):
        pixel = np.uint64(whole.pixels[e])
        canvas.counts[pixel] += np.uint32(1)
        _light(pixel, canvas)
    for e in range(span.often, span.often_end):
        pixel = np.uint64(whole.pixels[e])
        canvas.counts[pixel] += whole.counts[e - span.counts_before]
        _light(pixel, canvas)


@compiled
def _light(pixel: np.uint64, canvas: _Canvas) -> None:
    word = pixel >> np.uint64(_WORD_BITS)
    canvas.bits[word] |= np.uint64(1) << (pixel & np.uint64(63))
    canvas.words[word >> np.uint64(_WORD_BITS)] |= np.uint64(1) << (word & np.uint64(63))


@compiled
def _emptied(canvas: _Canvas, made: Filling, ends: tuple[int, int]) -> tuple[int, int]:
    """Writes what the canvas has, and leaves it blank."""
    for group in range(len(canvas.words)):
        words = canvas.words[group]
        canvas.words[group] = np.uint64(0)
        while words:
            word = np.uint64(group << _WORD_BITS) | _lowest(words)
            words &= words - np.uint64(1)
            bits = canvas.bits[word]
            canvas.bits[word] = np.uint64(0)
            while bits:
                pixel = (word << np.uint64(_WORD_BITS)) | _lowest(bits)
                bits &= bits - np.uint64(1)
                ends = put(made, ends, int(np.int64(pixel)), int(canvas.counts[pixel]))
                canvas.counts[pixel] = np.uint32(0)
    return ends


@compiled
def _lowest(bits: np.uint64) -> np.uint64:
    """Number of the lowest bit that is set."""
    alone = bits & (~bits + np.uint64(1))
    return np.uint64(_ONE_OF_64[(alone * np.uint64(_TELLING)) >> np.uint64(58)])
