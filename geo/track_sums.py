"""Sums of sparse levels, in time that grows with their entries alone: nothing is sorted but the blocks.

A block of which one set knows is copied. One that several have is added up on a canvas of its pixels, with a bit for
each pixel that any has: reading the bits in order gives the pixels in order.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from watchfloor.geo.compiled import compiled
from watchfloor.geo.track_entries import PIXELS, Filling, Level, begin_block, put

_WORD_BITS: Final = 6
_WORDS: Final = PIXELS >> _WORD_BITS
# which of 64 bits is set alone: the upper six bits of its product with this number tell (de Bruijn)
_TELLING: Final = 0x03F7_9D71_B4CB_0A89
_ONE_OF_64: Final = np.zeros(64, np.uint8)
for _bit in range(64):
    _ONE_OF_64[((1 << _bit) * _TELLING & 0xFFFF_FFFF_FFFF_FFFF) >> 58] = _bit

type Numbers = NDArray[np.int64]
type Pixels = NDArray[np.uint16]
type Words = NDArray[np.uint64]


class _Entries(NamedTuple):
    """Entries of all sets, one after the other: pixels that count one; those that count more, and how much."""

    once: Pixels
    often: Pixels
    counts: Pixels


class _Blocks(NamedTuple):
    """Blocks of all sets in the order of their numbers, and where in the entries of all sets each begins and ends.

    once, often: shape (2, b), of pixels that count one and of those that count more.
    """

    numbers: NDArray[np.uint32]
    once: Numbers
    often: Numbers


class _Canvas(NamedTuple):
    """Counts of one block, a bit for each pixel that has any, and a bit for each word of those that is not 0."""

    counts: NDArray[np.uint32]
    bits: Words
    words: Words


def merged(levels: list[Level]) -> Level:
    """The sum of several levels of one zoom and measure."""
    if len(levels) == 1:
        return levels[0]
    order = np.argsort(np.concatenate([one.blocks for one in levels]), kind="stable")
    blocks = _Blocks(np.concatenate([one.blocks for one in levels])[order], *(_spans(levels, order, k) for k in (0, 1)))
    entries = _Entries(
        np.concatenate([one.pixels[: one.n_once] for one in levels]),
        np.concatenate([one.pixels[one.n_once :] for one in levels]),
        np.concatenate([one.counts for one in levels]),
    )
    n = len(entries.once) + len(entries.often)
    made = Filling.with_room(len(order), len(entries.once), n)
    canvas = _Canvas(np.zeros(PIXELS, np.uint32), np.zeros(_WORDS, np.uint64), np.zeros(_WORDS >> 6, np.uint64))
    _sum(blocks, entries, canvas, made)
    return made.level()


def _spans(levels: list[Level], order: Numbers, kind: int) -> Numbers:
    """As in _Blocks; kind: 0 for pixels that count one, 1 for those that count more."""
    starts = [np.split(one.starts, 2)[kind].astype(np.int64) for one in levels]
    # entries of each set begin anew in what is put together
    offsets = np.cumsum([0, *(int(own[-1] - own[0]) for own in starts)])[:-1]
    moved = [own - own[0] + at for own, at in zip(starts, offsets, strict=True)]
    return np.stack([np.concatenate([own[:-1] for own in moved]), np.concatenate([own[1:] for own in moved])])[:, order]


@compiled
def _sum(blocks: _Blocks, entries: _Entries, canvas: _Canvas, made: Filling) -> None:
    """Fills `made`, which has room for all."""
    b = 0
    while b < len(blocks.numbers):
        end = b + 1
        while end < len(blocks.numbers) and blocks.numbers[end] == blocks.numbers[b]:
            end += 1
        begin_block(made, blocks.numbers[b])
        for part in range(b, end):
            once, often = blocks.once[:, part], blocks.often[:, part]
            if end == b + 1:
                _copy(entries, (once[0], once[1]), (often[0], often[1]), made)
            else:
                for e in range(once[0], once[1]):
                    _add(entries.once[e], 1, canvas)
                for e in range(often[0], often[1]):
                    _add(entries.often[e], entries.counts[e], canvas)
        if end > b + 1:
            _empty(canvas, made)
        b = end


@compiled
def _copy(entries: _Entries, once: tuple[int, int], often: tuple[int, int], made: Filling) -> None:
    _, n_once, n_often = made.ends
    for e in range(once[0], once[1]):
        made.once[n_once + e - once[0]] = entries.once[e]
    for e in range(often[0], often[1]):
        made.often[n_often + e - often[0]] = entries.often[e]
        made.counts[n_often + e - often[0]] = entries.counts[e]
    made.ends[1], made.ends[2] = n_once + once[1] - once[0], n_often + often[1] - often[0]


@compiled
def _add(at: np.uint16, count: int, canvas: _Canvas) -> None:
    pixel = np.uint64(at)
    word = pixel >> np.uint64(_WORD_BITS)
    canvas.counts[pixel] += np.uint32(count)
    canvas.bits[word] |= np.uint64(1) << (pixel & np.uint64(63))
    canvas.words[word >> np.uint64(_WORD_BITS)] |= np.uint64(1) << (word & np.uint64(63))


@compiled
def _empty(canvas: _Canvas, made: Filling) -> None:
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
                put(made, int(np.int64(pixel)), int(canvas.counts[pixel]))
                canvas.counts[pixel] = np.uint32(0)


@compiled
def _lowest(bits: np.uint64) -> np.uint64:
    """Number of the lowest bit that is set."""
    alone = bits & (~bits + np.uint64(1))
    return np.uint64(_ONE_OF_64[(alone * np.uint64(_TELLING)) >> np.uint64(58)])
