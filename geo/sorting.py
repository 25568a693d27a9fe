"""Sorting whole numbers digit by digit: in time that grows with how many there are, not with each one's comparisons."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from watchfloor.geo.compiled import compiled

type Numbers = NDArray[np.uint32] | NDArray[np.uint64]

# fewer are compared as quickly
_FEW: Final = 2_000
_DIGIT_BITS: Final = 11
_DIGITS: Final = 1 << _DIGIT_BITS


def sort(numbers: Numbers) -> None:
    """Put whole numbers in ascending order where they lie."""
    if len(numbers) < _FEW:
        numbers.sort()
    else:
        _sort(numbers, np.empty_like(numbers), 0)


def order_of(numbers: NDArray[np.uint32]) -> NDArray[np.int64]:
    """As a stable argsort: where in ascending order each number lies now."""
    numbered = (numbers.astype(np.uint64) << np.uint64(32)) | np.arange(len(numbers), dtype=np.uint64)
    if len(numbers) < _FEW:
        numbered.sort()
    else:
        # the rows ascend as they are
        _sort(numbered, np.empty_like(numbered), 32)
    return (numbered & np.uint64(0xFFFF_FFFF)).astype(np.int64)


@compiled
def _sort(numbers: Numbers, room: Numbers, first_bit: int) -> None:
    """Sorts by the bits from that one on; what is equal there stays in its order. room: for as many."""
    n = len(numbers)
    differ = numbers[0] ^ numbers[0]
    for i in range(n):
        differ |= numbers[i] ^ numbers[0]
    ends = np.empty(_DIGITS, np.int64)
    now, then = numbers, room
    n_moves = 0
    for bit in range(first_bit, 8 * numbers.itemsize, _DIGIT_BITS):
        if _digit(differ, bit):
            _end(now, bit, ends)
            for i in range(n):
                digit = _digit(now[i], bit)
                then[ends[digit]] = now[i]
                ends[digit] += 1
            now, then = then, now
            n_moves += 1
    if n_moves % 2:
        numbers[:] = room


@compiled
def _digit(number: np.uint32 | np.uint64, first_bit: int) -> int:
    return int(np.int64((np.uint64(number) >> np.uint64(first_bit)) & np.uint64(_DIGITS - 1)))


@compiled
def _end(numbers: Numbers, first_bit: int, ends: NDArray[np.int64]) -> None:
    """Where the numbers of each digit begin in their order: their ends so far."""
    ends[:] = 0
    for i in range(len(numbers)):
        ends[_digit(numbers[i], first_bit)] += 1
    at = 0
    for digit in range(_DIGITS):
        n = ends[digit]
        ends[digit] = at
        at += n
