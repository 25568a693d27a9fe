"""Pixels of tracks: one that stands alone is widened, a line and what lies at a tile's edge are not."""

import numpy as np

from watchfloor.layers.tilegrid import SIZE
from watchfloor.layers.tracks import CATEGORIES, draw_tracks


def lit(*pixels: tuple[int, int]) -> set[tuple[int, int]]:
    """Row and column of what a tile shows with one passage on each of these."""
    counts = np.zeros((len(CATEGORIES), SIZE * SIZE), np.uint32)
    for row, column in pixels:
        counts[2, row * SIZE + column] = 1
    alpha = np.asarray(draw_tracks(counts, 9, "dark"))[:, :, 3]
    return set(zip(*(axis.tolist() for axis in np.nonzero(alpha)), strict=True))


def test_a_pixel_that_stands_alone_is_two_wide() -> None:
    assert lit((5, 7)) == {(5, 7), (5, 8), (6, 7), (6, 8)}


def test_neighbours_stay_as_they_are_though_one_that_stands_alone_is_near() -> None:
    line = {(5, 7), (6, 8)}

    assert lit(*line, (5, 5)) == line | {(5, 5), (5, 6), (6, 5), (6, 6)}


def test_what_stands_alone_in_a_corner_does_not_come_out_at_the_other_side() -> None:
    last = SIZE - 1

    assert lit((last, last)) == {(last, last)}
    assert lit((3, last)) == {(3, last), (4, last)}


def test_the_least_that_is_seen_is_more_than_half_covered() -> None:
    counts = np.zeros((len(CATEGORIES), SIZE * SIZE), np.uint32)
    counts[0, 9 * SIZE + 9] = 1

    assert np.asarray(draw_tracks(counts, 1_000_000, "light"))[9, 9, 3] > 127
