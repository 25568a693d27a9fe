"""Sums of sparse levels, in time that grows with their entries alone: nothing is sorted but the blocks.

A block of which one set knows is copied. One that several have is added up on a canvas of its pixels, with a bit for
each pixel that any has: reading the bits in order gives the pixels in order.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from watchfloor.geo.compiled import compiled
from watchfloor.geo.track_levels import PIXELS, Level

_MOST_COUNT: Final = 0xFFFF
_WORD_BITS: Final = 6
_WORDS: Final = PIXELS >> _WORD_BITS
# which of 64 bits is set alone: the upper six bits of its product with this number tell (de Bruijn)
_TELLING: Final = 0x03F7_9D71_B4CB_0A89
_ONE_OF_64: Final = np.zeros(64, np.uint8)
for _bit in range(64):
    _ONE_OF_64[((1 << _bit) * _TELLING & 0xFFFF_FFFF_FFFF_FFFF) >> 58] = _bit

type Numbers = NDArray[np.int64]
type Words = NDArray[np.uint64]


class _Blocks(NamedTuple):
    """Blocks of all sets in the order of their numbers, and where in the entries of all sets each begins and ends."""

    numbers: NDArray[np.uint32]
    begins: Numbers
    ends: Numbers


class _Canvas(NamedTuple):
    """Counts of one block, a bit for each pixel that has any, and a bit for each word of those that is not 0."""

    counts: NDArray[np.uint32]
    bits: Words
    words: Words


def merged(levels: list[Level]) -> Level:
    """The sum of several levels of one zoom and measure."""
    if len(levels) == 1:
        return levels[0]
    offsets = np.cumsum([0, *(len(one.pixels) for one in levels)])
    numbers = np.concatenate([one.blocks for one in levels])
    begins = np.concatenate([one.starts[:-1] + at for one, at in zip(levels, offsets[:-1], strict=True)])
    ends = np.concatenate([one.starts[1:] + at for one, at in zip(levels, offsets[:-1], strict=True)])
    order = np.argsort(numbers, kind="stable")
    blocks = _Blocks(numbers[order], begins[order], ends[order])
    pixels, counts = (np.concatenate(column) for column in zip(*(one[2:] for one in levels), strict=True))
    made = Level(
        np.empty(len(numbers), np.uint32),
        np.empty(len(numbers) + 1, np.uint32),
        np.empty(len(pixels), np.uint16),
        np.empty(len(pixels), np.uint16),
    )
    canvas = _Canvas(np.zeros(PIXELS, np.uint32), np.zeros(_WORDS, np.uint64), np.zeros(_WORDS >> 6, np.uint64))
    n_blocks, n = _sum(blocks, pixels, counts, canvas, made)
    return Level(
        made.blocks[:n_blocks].copy(),
        made.starts[: n_blocks + 1].copy(),
        made.pixels[:n].copy(),
        made.counts[:n].copy(),
    )


@compiled
def _sum(
    blocks: _Blocks, pixels: NDArray[np.uint16], counts: NDArray[np.uint16], canvas: _Canvas, made: Level
) -> tuple[int, int]:
    """Fills `made`, which has room for all; how many blocks and entries it has then."""
    n_blocks = n = b = 0
    while b < len(blocks.numbers):
        end = b + 1
        while end < len(blocks.numbers) and blocks.numbers[end] == blocks.numbers[b]:
            end += 1
        made.blocks[n_blocks], made.starts[n_blocks] = blocks.numbers[b], n
        n_blocks += 1
        if end == b + 1:
            for e in range(blocks.begins[b], blocks.ends[b]):
                made.pixels[n], made.counts[n] = pixels[e], counts[e]
                n += 1
        else:
            for part in range(b, end):
                _add(pixels[blocks.begins[part] : blocks.ends[part]], counts[blocks.begins[part] :], canvas)
            n = _emptied(canvas, made, n)
        b = end
    made.starts[n_blocks] = n
    return n_blocks, n


@compiled
def _add(pixels: NDArray[np.uint16], counts: NDArray[np.uint16], canvas: _Canvas) -> None:
    for e in range(len(pixels)):
        pixel = np.uint64(pixels[e])
        word = pixel >> np.uint64(_WORD_BITS)
        canvas.counts[pixel] += counts[e]
        canvas.bits[word] |= np.uint64(1) << (pixel & np.uint64(63))
        canvas.words[word >> np.uint64(_WORD_BITS)] |= np.uint64(1) << (word & np.uint64(63))


@compiled
def _emptied(canvas: _Canvas, made: Level, n: int) -> int:
    """Writes what the canvas has behind entry n, and leaves it blank; the number of entries then."""
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
                n = _put(made, n, pixel, int(canvas.counts[pixel]))
                canvas.counts[pixel] = np.uint32(0)
    return n


@compiled
def _lowest(bits: np.uint64) -> np.uint64:
    """Number of the lowest bit that is set."""
    alone = bits & (~bits + np.uint64(1))
    return np.uint64(_ONE_OF_64[(alone * np.uint64(_TELLING)) >> np.uint64(58)])


@compiled
def _put(made: Level, n: int, pixel: np.uint64, count: int) -> int:
    """Writes an entry, or several where the count is too great for one; the number of entries then."""
    while count > _MOST_COUNT:
        made.pixels[n], made.counts[n] = pixel, _MOST_COUNT
        count -= _MOST_COUNT
        n += 1
    made.pixels[n], made.counts[n] = pixel, count
    return n + 1
