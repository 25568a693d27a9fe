"""Pixels of tracks: one that stands alone is widened, a line and what lies at a tile's edge are not."""

import numpy as np
import pytest

from watchfloor.layers.tilegrid import SIZE
from watchfloor.layers.tracks import CATEGORIES, draw_tracks, paint_tracks, ring_at


def lit(*pixels: tuple[int, int]) -> set[tuple[int, int]]:
    """Row and column of what a tile shows with one passage on each of these."""
    counts = np.zeros((len(CATEGORIES), SIZE * SIZE), np.uint32)
    for row, column in pixels:
        counts[2, row * SIZE + column] = 1
    alpha = np.asarray(draw_tracks(counts, 9, "dark", 3))[:, :, 3]
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

    least = {theme: int(np.asarray(draw_tracks(counts, 1_000_000, theme, 3))[9, 9, 3]) for theme in ("dark", "light")}
    assert 127 < least["light"] < least["dark"] < 200


def test_full_light_is_where_the_legend_says_it_is() -> None:
    counts = np.zeros((len(CATEGORIES), SIZE * SIZE), np.uint32)
    counts[0, [5, 6]] = 39, 40

    for theme in ("dark", "light"):
        assert np.asarray(draw_tracks(counts, 40, theme, 3))[0, [5, 6], 3].tolist() == [254, 255]


def test_lines_have_softer_edges_the_nearer_one_comes_and_stay_where_they_are() -> None:
    counts = np.zeros((len(CATEGORIES), SIZE * SIZE), np.uint32)
    # a step, as lines make them
    counts[1, [9 * SIZE + column for column in range(4, 8)] + [10 * SIZE + column for column in range(8, 12)]] = 1
    shown = {zoom: np.asarray(draw_tracks(counts, 9, "dark", zoom)).astype(int) for zoom in (5, 6, 7, 8, 13)}

    core = counts[1].reshape(SIZE, SIZE) > 0
    assert len({int(picture[9, 5, 3]) for picture in shown.values()}) == 1
    edges = [int(picture[8, 5, 3]) for picture in shown.values()]
    assert edges[0] == 0 < edges[1] < edges[2] < edges[3] == edges[4] < shown[8][9, 5, 3]
    for picture in shown.values():
        assert (picture[~core, 3] < picture[core, 3].min()).all()
    # both sides alike, the corner less, the colour of the line
    assert shown[8][8, 5].tolist() == shown[8][10, 5].tolist()
    assert 0 < shown[8][8, 3, 3] < shown[8][8, 4, 3]
    assert shown[8][8, 5, :3].tolist() == shown[8][9, 5, :3].tolist()


@pytest.mark.parametrize("zoom", [6, 7, 8, 14])
def test_what_lies_beyond_its_edges_is_seen_on_a_tile_as_if_there_were_none(zoom: int) -> None:
    rng = np.random.default_rng(zoom)
    wide = np.zeros((len(CATEGORIES), 3 * SIZE, 3 * SIZE), np.uint32)
    # lines all over, pixels that stand alone, and some along the edges of the tile in the middle
    wide[1, rng.integers(0, 3 * SIZE, 40), :] = 2
    wide[3, rng.integers(0, 3 * SIZE, 4000), rng.integers(0, 3 * SIZE, 4000)] = 1
    wide[2, SIZE - 2 : SIZE + 2, 300:340] = 1
    wide[5, 300:340, 2 * SIZE - 2 : 2 * SIZE + 2] = 1
    ring = ring_at(zoom)
    own = wide[:, SIZE - ring : 2 * SIZE + ring, SIZE - ring : 2 * SIZE + ring]

    of_tile, of_all = (
        paint_tracks(counts.reshape(len(CATEGORIES), -1), 9, "dark", zoom) for counts in (own.copy(), wide)
    )

    np.testing.assert_array_equal(of_tile[:, :, 3], of_all[:, :, 3])
    alone = paint_tracks(wide[:, SIZE : 2 * SIZE, SIZE : 2 * SIZE].reshape(len(CATEGORIES), -1), 9, "dark", zoom)
    assert (alone[:, :, 3] != of_all[:, :, 3]).any()
