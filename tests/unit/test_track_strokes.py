"""The pixels of a tile that a piece enters: those of a line drawn step by step, whichever square looks at it."""

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from watchfloor.geo.track_levels import stepped
from watchfloor.geo.track_pieces import BEGINS
from watchfloor.geo.track_strokes import Frame, Stroke, enter, mark

SIDE = 12
ENDS = st.tuples(*[st.integers(-40, 60)] * 4)
FAR = st.tuples(*[st.integers(-(2**16), 2**16)] * 4)


def walked(ends: tuple[int, int, int, int]) -> list[tuple[int, int]]:
    """Every pixel of a line, its first among them, by the rule of the levels."""
    x, y, x1, y1 = ends
    dx, dy = x1 - x, y1 - y
    steps = max(abs(dx), abs(dy))
    found, left_x, left_y = [(x, y)], steps, steps
    for _ in range(steps):
        x, left_x = stepped(x, left_x, dx, steps)
        y, left_y = stepped(y, left_y, dy, steps)
        found.append((x, y))
    return found


def counted(ends: tuple[int, int, int, int], left: int, top: int) -> np.ndarray:
    # a row before and one after: what is written beside the square would be seen
    room = np.zeros(SIDE * (SIDE + 2), np.uint32)
    x0, y0, x1, y1 = ends
    enter(room[SIDE:-SIDE], Stroke(x0, y0, x1, y1, BEGINS), Frame(left, top, SIDE, 0))
    assert not room[:SIDE].any()
    assert not room[-SIDE:].any()
    return room[SIDE:-SIDE].reshape(SIDE, SIDE)


def expected(ends: tuple[int, int, int, int], left: int, top: int) -> np.ndarray:
    square = np.zeros((SIDE, SIDE), np.uint32)
    for x, y in walked(ends):
        if 0 <= x - left < SIDE and 0 <= y - top < SIDE:
            square[y - top, x - left] += 1
    return square


@given(ENDS)
@example((0, 0, 11, 11))
@example((11, 11, 0, 5))
@example((0, 4, 0, 4))
def test_a_line_enters_the_pixels_that_its_steps_enter(ends: tuple[int, int, int, int]) -> None:
    np.testing.assert_array_equal(counted(ends, 0, 0), expected(ends, 0, 0))


@given(FAR, st.integers(0, 1000))
def test_a_long_line_is_the_same_from_any_square_it_crosses(ends: tuple[int, int, int, int], part: int) -> None:
    """Squares along the line: at each step, floating point must say just what whole numbers say."""
    along = walked(ends)
    x, y = along[part * (len(along) - 1) // 1000]
    left, top = x - SIDE // 2, y - SIDE // 2

    np.testing.assert_array_equal(counted(ends, left, top), expected(ends, left, top))


def test_a_tie_is_rounded_as_the_levels_round_it() -> None:
    """Lines that come to the middle between two pixels, at many steps."""
    for d in range(-SIDE + 1, SIDE):
        for steps in range(1, SIDE):
            for ends in ((0, 6, steps, 6 + d // 2), (steps, 6, 0, 6 - d // 2), (6, 0, 6 + d // 2, steps)):
                np.testing.assert_array_equal(counted(ends, 0, 0), expected(ends, 0, 0))


def test_a_position_beside_the_square_is_not_counted() -> None:
    room = np.zeros(SIDE * SIDE, np.uint32)
    for x, y in ((-1, 0), (SIDE, 0), (0, -1), (0, SIDE)):
        mark(room, x, y, Frame(0, 0, SIDE, 0))
    assert not room.any()
    mark(room, 3, 2, Frame(0, 0, SIDE, 0))
    assert room[2 * SIDE + 3] == 1
