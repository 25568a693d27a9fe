"""A piece on the pixels of a tile: which it enters, by the same rule as a level, whichever tile asks."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from watchfloor.geo.compiled import compiled
from watchfloor.geo.track_levels import enters_first

type Counts = NDArray[np.uint32]


class Stroke(NamedTuple):
    """Where a piece begins and ends, in the finest pixels of the world, and its kind."""

    x0: int
    y0: int
    x1: int
    y1: int
    kind: int


class Frame(NamedTuple):
    """A square of pixels that are 2 ** shift of the finest wide: column and row of its first in the world, its side."""

    left: int
    top: int
    side: int
    shift: int


class _Axis(NamedTuple):
    """Of a line along one axis: its first pixel, how many it goes, and how far apart they lie in a row of counts."""

    at: int
    d: int
    stride: int


@compiled
def mark(counts: Counts, x: int, y: int, frame: Frame) -> None:
    """Count the pixel of a position, if it is in the frame. counts: of its pixels, row after row."""
    px, py = (x >> frame.shift) - frame.left, (y >> frame.shift) - frame.top
    if 0 <= px < frame.side and 0 <= py < frame.side:
        counts[py * frame.side + px] += 1


@compiled
def enter(counts: Counts, piece: Stroke, frame: Frame) -> None:
    """Count the pixels of the frame that a piece enters. counts: of its pixels, row after row."""
    left, top, side, shift = frame
    px, py = (piece.x0 >> shift) - left, (piece.y0 >> shift) - top
    qx, qy = (piece.x1 >> shift) - left, (piece.y1 >> shift) - top
    begins_inside = 0 <= px < side and 0 <= py < side
    is_inside = begins_inside and 0 <= qx < side and 0 <= qy < side
    if begins_inside and enters_first(piece.kind, piece.x0, piece.y0, shift):
        counts[py * side + px] += 1
    across, down = _Axis(px, qx - px, 1 if qx > px else -1), _Axis(py, qy - py, side if qy > py else -side)
    if abs(across.d) >= abs(down.d):
        _walk(counts, across, down, side, is_inside)
    else:
        _walk(counts, down, across, side, is_inside)


@compiled
def _walk(counts: Counts, longer: _Axis, shorter: _Axis, side: int, is_inside: bool) -> None:
    """Count the pixels of a line after its first.

    After step s it has gone (2 d s + steps) // (2 steps) along the shorter axis, as `stepped` says. Half a part more
    keeps what is a whole number from falling below it in floating point: no step waits for the one before it.
    """
    steps = abs(longer.d)
    first, last = (1, steps) if is_inside else steps_inside((longer.at, longer.d), (shorter.at, shorter.d), side)
    if first > last:
        return
    part = 0.5 / steps
    slope, begun = 2 * abs(shorter.d) * part, (steps - (shorter.d < 0) + 0.5) * part
    at = longer.at * abs(longer.stride) + shorter.at * abs(shorter.stride)
    for s in range(first, last + 1):
        pixel = at + longer.stride * s + shorter.stride * np.int64(slope * s + begun)
        # as a signed number it would be looked at whether it counts from the end
        counts[np.uint64(pixel)] += np.uint32(1)


@compiled
def steps_inside(longer: tuple[int, int], shorter: tuple[int, int], side: int) -> tuple[int, int]:
    """First and last step in a square of so many pixels; the first comes after the last if there is none.

    longer, shorter: where a line begins along that axis, and how far it goes.
    """
    at, d = longer
    steps = abs(d)
    first, last = (max(1, -at), min(steps, side - 1 - at)) if d > 0 else (max(1, at - side + 1), min(steps, at))
    at, d = shorter
    if min(at, at + d) >= 0 and max(at, at + d) < side:
        return first, last
    if d == 0:
        return 1, 0
    # where (2 d s + steps) // (2 steps) comes to the square and leaves it
    come, leave = -steps * (2 * at + 1), steps * (2 * (side - at) - 1)
    if d > 0:
        return max(first, -(-come // (2 * d))), min(last, -(-leave // (2 * d)) - 1)
    return max(first, -leave // (-2 * d) + 1), min(last, -come // (-2 * d))
