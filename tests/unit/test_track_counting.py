"""Tiles counted from pieces: the same as from levels where both are, exact where only pieces are."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchfloor.geo.track_bucket import bucket_of
from watchfloor.geo.track_counting import EVER, Look, Place, Wanted, _add_pieces, blank, count, shelf
from watchfloor.geo.track_levels import MEASURES, PASSAGES, POSITIONS, TOP_ZOOM
from watchfloor.geo.track_pieces import WORLD_BITS, Pieces, Positions, pieces, world

from .track_samples import RAW, TRACKS, Pixel, histogram, line, lit, on_all, pixels_of, positions, tile

BOUNDED = settings(max_examples=15)
CLOSE = st.integers(TOP_ZOOM + 1, 20)


def around(of: Positions, zoom: int) -> set[tuple[int, int]]:
    """Tiles with a position, and those east of them."""
    column, row = (axis // 256 for axis in pixels_of(of, zoom))
    tiles = set(zip(column.tolist(), row.tolist(), strict=True))
    return tiles | {((x + 1) % (1 << zoom), y) for x, y in tiles}


@BOUNDED
@given(TRACKS, CLOSE)
def test_positions_of_a_close_view_are_those_of_a_histogram(given_: Positions, zoom: int) -> None:
    found = on_all([bucket_of(pieces(given_), ())], zoom, POSITIONS, around(given_, zoom))

    assert found == histogram(given_, zoom)


@BOUNDED
@given(TRACKS, st.integers(0, TOP_ZOOM))
def test_levels_and_pieces_count_the_same(given_: Positions, zoom: int) -> None:
    """So the change from one to the other is not seen."""
    bucket = bucket_of(pieces(given_), (zoom,))
    for x, y in around(given_, zoom):
        for measure in MEASURES:
            look = Look(Place(zoom, x, y), Wanted(measure, RAW, *EVER))
            from_pieces = blank()
            _add_pieces(shelf([bucket]), look, from_pieces)
            np.testing.assert_array_equal(from_pieces, tile([bucket], look.place, measure))


@BOUNDED
@given(TRACKS, CLOSE, st.integers(0, 15))
def test_close_views_add_up_over_categories(given_: Positions, zoom: int, category: int) -> None:
    bucket = bucket_of(pieces(given_), ())
    for x, y in around(given_, zoom):
        for measure in MEASURES:
            place = Place(zoom, x, y)
            with_it, without = (
                tile([bucket], place, measure, 1 << category),
                tile([bucket], place, measure, RAW & ~(1 << category)),
            )
            assert not with_it[np.arange(16) != category].any()
            np.testing.assert_array_equal(with_it + without, tile([bucket], place, measure))


@BOUNDED
@given(TRACKS, CLOSE, st.integers(0, 40_000))
def test_close_views_add_up_over_time(given_: Positions, zoom: int, after: int) -> None:
    bucket = bucket_of(pieces(given_), ())
    moment = 1_700_000_000 + after
    for x, y in around(given_, zoom):
        for measure in MEASURES:
            place = Place(zoom, x, y)
            before = tile([bucket], place, measure, times=(0, moment))
            since = tile([bucket], place, measure, times=(moment, 2**32))
            np.testing.assert_array_equal(before + since, tile([bucket], place, measure))


@BOUNDED
@given(TRACKS, TRACKS, st.integers(0, 16))
def test_tiles_of_two_buckets_add_up(one: Positions, other: Positions, zoom: int) -> None:
    first, second = (bucket_of(pieces(of)) for of in (one, other))
    for x, y in around(one, zoom) | around(other, zoom):
        for measure in MEASURES:
            place = Place(zoom, x, y)
            apart = tile([first], place, measure) + tile([second], place, measure)
            np.testing.assert_array_equal(tile([first, second], place, measure), apart)


@pytest.mark.parametrize("zoom", range(TOP_ZOOM + 1, 21))
def test_a_line_through_a_tile_without_a_position_is_drawn_there(zoom: int) -> None:
    bucket = bucket_of(line((4.003, 50.0), (6.003, 50.0)))
    column, row = (int(axis[0]) // 256 for axis in pixels_of(positions([(1, 1, 5.0, 50.0, 0, False)]), zoom))
    canvas = tile([bucket], Place(zoom, column, row), PASSAGES)

    assert np.count_nonzero(canvas) == canvas.sum() == 256
    assert tile([bucket], Place(zoom, column, row), POSITIONS).sum() == 0


@pytest.mark.parametrize("zoom", range(16))
@pytest.mark.parametrize(("begins", "ends"), [(179.999, -179.999), (-179.999, 179.999)])
def test_a_voyage_across_the_antimeridian_is_unbroken_on_both_sides(zoom: int, begins: float, ends: float) -> None:
    bucket = bucket_of(line((begins, 50.0001), (ends, 50.0001)))
    row = int(pixels_of(positions([(1, 1, 0.0, 50.0001, 0, False)]), zoom)[1][0]) // 256
    size = 256 << zoom
    edge = int(359.999 / 360 * size)
    tiles = {x % (1 << zoom) for x in (*range(edge // 256, 1 << zoom), *range((size - edge) // 256 + 1))}
    passed = on_all([bucket], zoom, PASSAGES, [(x, row) for x in tiles])

    beside = {x for _, x, _ in passed}
    assert beside >= {*range(edge + 1, size), *range(size - edge - 1)}
    assert beside <= {*range(edge, size), *range(size - edge)}
    assert on_all([bucket], zoom, PASSAGES, [((1 << zoom) // 2, row)] if zoom > 1 else []) == Counter()


def entered(made: Pieces, zoom: int, place: Place) -> Counter[Pixel]:
    return lit(tile([bucket_of(made, ())], place, PASSAGES), place)


def test_a_piece_counts_a_pixel_once_however_it_is_cut_by_bins() -> None:
    """At the border of a bin a line goes on: its pixel there is entered once."""
    zoom = 14
    made = line((4.9, 50.0), (5.1, 50.07))
    assert len(made.bins) > 4
    column, row = (int(axis[0]) // 256 for axis in pixels_of(positions([(1, 1, 5.0, 50.035, 0, False)]), zoom))
    found: Counter[Pixel] = Counter()
    for dx in range(-5, 6):
        for dy in range(-3, 4):
            found += entered(made, zoom, Place(zoom, column + dx, row + dy))

    assert set(found.values()) == {1}
    rows = {x: sorted(y for _, column, y in found if column == x) for _, x, _ in found}
    assert sorted(rows) == list(range(min(rows), max(rows) + 1))
    # where it crosses into a bin to the north it enters a pixel straight above another
    crossed = [x for x, ys in rows.items() if len(ys) > 1]
    assert 0 < len(crossed) < 6
    assert all(rows[x] == [rows[x][0], rows[x][0] + 1] for x in crossed)


def test_nothing_is_counted_where_nothing_is() -> None:
    assert count(shelf([]), Look(Place(3, 1, 1), Wanted(PASSAGES, RAW, *EVER)), blank()) == 0
    assert not tile([bucket_of(pieces(positions([])))], Place(0, 0, 0), POSITIONS).any()
    assert not tile([bucket_of(line((5.0, 50.0)))], Place(12, 0, 0), POSITIONS).any()


def test_a_tile_is_told_how_much_was_looked_at() -> None:
    bucket = bucket_of(line((5.0, 50.0), (5.0, 50.0)))
    look = Look(Place(0, 0, 0), Wanted(POSITIONS, RAW, *EVER))

    assert count(shelf([bucket]), look, blank()) == 1


@settings(max_examples=40, deadline=None)
@given(
    TRACKS,
    st.sampled_from([6, 7, 8, 11, 13, 14, 16]),
    st.integers(0, 100),
    st.sampled_from(MEASURES),
    st.integers(1, 2),
)
def test_a_ring_around_a_tile_counts_what_its_neighbours_count(
    of: Positions, zoom: int, near: int, measure: int, ring: int
) -> None:
    buckets, across = [bucket_of(pieces(of))], 1 << zoom
    lon, lat = (np.append(axis, 0.0)[near % (len(of.lon) + 1)] for axis in (of.lon, of.lat))
    x, y = (int(axis) >> (WORLD_BITS - zoom) for axis in world(lon, lat))
    for column, row in ((x, y), ((x + 1) % across, y), (x, max(y - 1, 0)), (0, y), (across - 1, y)):
        beside_it = np.zeros((16, 3 * 256, 3 * 256), np.uint32)
        for dy in (-1, 0, 1):
            for dx in (-1, 0, 1):
                if 0 <= row + dy < across:
                    beside = tile(buckets, Place(zoom, (column + dx) % across, row + dy), measure)
                    beside_it[:, 256 * (dy + 1) :, 256 * (dx + 1) :][:, :256, :256] = beside.reshape(16, 256, 256)
        own = tile(buckets, Place(zoom, column, row), measure, ring=ring)
        wanted = beside_it[:, 256 - ring : 512 + ring, 256 - ring : 512 + ring]
        np.testing.assert_array_equal(own.reshape(16, 256 + 2 * ring, 256 + 2 * ring), wanted)
