"""Levels: positions and passages on the pixels of a zoom, each counted once and adding up."""

from collections import Counter, defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchfloor.geo.track_bucket import bucket_of, level_in, levels_of, packed, union
from watchfloor.geo.track_counting import Place
from watchfloor.geo.track_entries import TILE_BITS, Level, entries_of
from watchfloor.geo.track_levels import (
    MEASURES,
    PASSAGES,
    POSITIONS,
    TOP_ZOOM,
    level,
    stepped,
)
from watchfloor.geo.track_pieces import MARKED, Pieces, Positions, joined, no_pieces, pieces
from watchfloor.geo.track_sums import merged

from .track_samples import TRACKS, Pixel, histogram, line, lit, positions, tile

ZOOMS = st.integers(0, TOP_ZOOM)
BOUNDED = settings(max_examples=30)


def told(one: Level, zoom: int) -> Counter[Pixel]:
    """Counts of a level by category and pixel of the world."""
    found: Counter[Pixel] = Counter()
    for key, n in zip(*(column.tolist() for column in entries_of(one)), strict=True):
        pixel, block = key & 0xFFFF, key >> 16
        tile_number = block >> 4
        x, y = tile_number & ((1 << zoom) - 1), tile_number >> zoom
        found[block & 15, (x << TILE_BITS) + (pixel & 255), (y << TILE_BITS) + (pixel >> 8)] += n
    return found


def entered(of: Pieces, zoom: int) -> Counter[Pixel]:
    return told(level(of, zoom, PASSAGES), zoom)


@BOUNDED
@given(TRACKS, ZOOMS)
def test_positions_per_pixel_are_those_of_a_histogram(given_: Positions, zoom: int) -> None:
    assert told(level(pieces(given_), zoom, POSITIONS), zoom) == histogram(given_, zoom)


@BOUNDED
@given(TRACKS, ZOOMS)
def test_what_a_level_has_is_found_on_the_tiles_of_its_zoom(given_: Positions, zoom: int) -> None:
    made = pieces(given_)
    bucket = bucket_of(made, (zoom,))
    for measure in MEASURES:
        wanted = told(level(made, zoom, measure), zoom)
        on_tile: dict[Place, Counter[Pixel]] = defaultdict(Counter)
        for (category, x, y), n in wanted.items():
            on_tile[Place(zoom, x >> TILE_BITS, y >> TILE_BITS)][category, x, y] = n
        for place in sorted(on_tile)[:6]:
            assert lit(tile([bucket], place, measure), place) == on_tile[place]


@BOUNDED
@given(TRACKS, ZOOMS)
def test_blocks_and_pixels_ascend_and_none_is_empty(given_: Positions, zoom: int) -> None:
    for measure in MEASURES:
        one = level(pieces(given_), zoom, measure)
        assert np.all(np.diff(one.blocks.astype(np.int64)) > 0)
        keys = entries_of(one)[0].astype(np.int64)
        assert np.all(np.diff(keys[: one.n_once]) > 0)
        assert np.all(np.diff(keys[one.n_once :]) > 0)
        assert not np.intersect1d(keys[: one.n_once], keys[one.n_once :]).size
        assert np.all(one.counts > 1)
        assert np.all(sum(np.diff(part.astype(np.int64)) for part in np.split(one.starts, 2)) > 0)


@BOUNDED
@given(TRACKS, TRACKS, ZOOMS)
def test_levels_of_two_sets_are_the_level_of_both(one: Positions, other: Positions, zoom: int) -> None:
    parts = [pieces(one), pieces(other)]
    for measure in MEASURES:
        whole = merged([level(part, zoom, measure) for part in parts])
        again = level(joined(parts), zoom, measure)
        for found, wanted in zip(whole, again, strict=True):
            np.testing.assert_array_equal(found, wanted)


@BOUNDED
@given(TRACKS, ZOOMS)
def test_each_category_counts_for_itself(given_: Positions, zoom: int) -> None:
    made = pieces(given_)
    for measure in MEASURES:
        alone: Counter[Pixel] = Counter()
        for category in range(16):
            alone += told(level(made.taken(made.kind & 15 == category), zoom, measure), zoom)
        assert alone == told(level(made, zoom, measure), zoom)


@BOUNDED
@given(TRACKS, ZOOMS)
def test_each_position_lies_on_a_pixel_that_its_line_enters(given_: Positions, zoom: int) -> None:
    made = pieces(given_)
    passed, stood = entered(made, zoom), told(level(made, zoom, POSITIONS), zoom)

    assert {pixel[1:] for pixel in stood if pixel[0] < MARKED} <= {pixel[1:] for pixel in passed}
    assert not {pixel for pixel in passed if pixel[0] >= MARKED}


def test_a_ship_at_anchor_passes_once_and_is_there_a_thousand_times() -> None:
    made = line(*[(5.0001, 50.0001)] * 1_000)
    for zoom in range(TOP_ZOOM + 1):
        assert list(entered(made, zoom).values()) == [1]
        assert list(told(level(made, zoom, POSITIONS), zoom).values()) == [1_000]


def test_pixels_that_count_one_take_no_number_and_those_that_count_more_do() -> None:
    """A ship that goes to and fro once: most of a day's pixels are entered a single time."""
    there = level(line((-10.01, 0.01), (10.01, 0.01)), TOP_ZOOM, PASSAGES)
    back = merged([there, level(line((0.01, 0.01), (10.01, 0.01)), TOP_ZOOM, PASSAGES)])

    assert (there.n_once, len(there.counts)) == (len(there.pixels), 0)
    assert 0 < back.n_once < len(back.pixels) == len(there.pixels)
    assert set(back.counts.tolist()) == {2}


@pytest.mark.parametrize("zoom", range(TOP_ZOOM + 1))
def test_a_straight_line_enters_each_pixel_on_its_way_once(zoom: int) -> None:
    passed = entered(line((-10.01, 0.01), (10.01, 0.01)), zoom)

    size = 256 << zoom
    first, last = (int((lon + 180) / 360 * size) for lon in (-10.01, 10.01))
    assert sorted(x for _, x, _ in passed) == list(range(first, last + 1))
    assert set(passed.values()) == {1}


@pytest.mark.parametrize("zoom", range(1, TOP_ZOOM + 1))
@pytest.mark.parametrize("ends", [((179.5, 10.01), (-179.5, 10.01)), ((-179.5, 10.01), (179.5, 10.01))])
def test_a_step_across_the_antimeridian_lights_both_edges_and_none_between(
    zoom: int, ends: tuple[tuple[float, float], ...]
) -> None:
    columns = sorted(x for _, x, _ in entered(line(*ends), zoom))

    size = 256 << zoom
    east = int(359.5 / 360 * size)
    assert columns == [*range(size - east), *range(east, size)]


@pytest.mark.parametrize("lat", [90.0, -90.0])
def test_a_way_over_a_pole_stays_on_the_edge_of_the_world(lat: float) -> None:
    made = line((0.0, lat), (90.0, lat), (-170.0, lat))
    for zoom in range(TOP_ZOOM + 1):
        assert {y for _, _, y in entered(made, zoom)} == {0 if lat > 0 else (256 << zoom) - 1}


def test_more_than_an_entry_holds_is_not_lost_when_it_is_packed_merged_and_read() -> None:
    n = 70_000
    one = positions([(1, 1, 5.0001, 50.0001, 3, False)])
    many = Positions(*(np.repeat(column, n) for column in one))._replace(voyage=np.arange(n))
    made = pieces(many)
    bucket = bucket_of(made, (0, TOP_ZOOM))

    for zoom in (0, TOP_ZOOM):
        column, row = (int(axis) // 256 for axis in next(iter(histogram(one, zoom)))[1:])
        for measure in MEASURES:
            kept = level_in(bucket, zoom, measure)
            assert kept.counts.tolist() == [0xFFFF, n - 0xFFFF]
            assert list(told(merged([kept, kept, kept]), zoom).values()) == [3 * n]
            assert tile([bucket, bucket], Place(zoom, column, row), measure)[3].sum() == 2 * n


def test_the_union_of_what_is_more_than_an_entry_holds_is_not_less() -> None:
    n = 40_000
    one = positions([(1, 1, 5.0001, 50.0001, 3, False)])
    made = pieces(Positions(*(np.repeat(column, n) for column in one))._replace(voyage=np.arange(n)))
    bucket = np.concatenate(packed(levels_of(made), made))
    whole = np.concatenate(union([bucket, bucket], keeps_pieces=False))

    assert tile([whole], Place(0, 0, 0), POSITIONS)[3].sum() == 2 * n


@settings(max_examples=10)
@given(TRACKS)
def test_passages_of_a_coarse_pixel_are_at_most_those_of_its_finer_ones(given_: Positions) -> None:
    made = pieces(given_)
    for zoom in range(1, TOP_ZOOM + 1):
        finer: Counter[Pixel] = Counter()
        for (category, x, y), n in entered(made, zoom).items():
            finer[category, x >> 1, y >> 1] += n
        coarser = entered(made, zoom - 1)
        assert all(n <= finer[pixel] for pixel, n in coarser.items() if pixel in finer)


def test_nothing_makes_empty_levels() -> None:
    for measure in MEASURES:
        empty = level(no_pieces(), 3, measure)
        assert [len(column) for column in empty] == [0, 2, 0, 0]
        assert [len(column) for column in merged([empty, empty])] == [0, 2, 0, 0]


@given(st.integers(-300, 300), st.integers(0, 300), st.integers(-5, 5))
def test_a_line_goes_on_pixel_by_pixel_as_if_it_were_divided(d: int, more: int, begins: int) -> None:
    steps = abs(d) + more
    at, left, passed = begins, steps, []
    for _ in range(steps):
        at, left = stepped(at, left, d, steps)
        passed.append(at)

    assert passed == [begins + (2 * d * s + steps) // (2 * steps) for s in range(1, steps + 1)]
