"""Steps of tracks, cut at the borders of a fine grid: no step is lost, bent or led the long way round."""

import numpy as np
import pytest
from hypothesis import given

from watchfloor.geo.track_pieces import (
    AT_FIX,
    BEGINS,
    BIN_ZOOM,
    CATEGORY,
    IN_BIN_BITS,
    MARKED,
    MOST_SILENCE_OF_AIRCRAFT_S,
    MOST_SILENCE_S,
    WORLD_BITS,
    Pieces,
    Positions,
    joined,
    no_pieces,
    pieces,
    pieces_by_day,
    stretches,
    world,
)

from .track_samples import FAR, TRACKS, line, positions

WORLD = 1 << WORLD_BITS


def ends(of: Pieces) -> tuple[np.ndarray, ...]:
    """World coordinates of both ends."""
    west = (of.bins & ((1 << BIN_ZOOM) - 1)).astype(np.int64) << IN_BIN_BITS
    north = (of.bins >> BIN_ZOOM).astype(np.int64) << IN_BIN_BITS
    return west + of.x0, north + of.y0, west + of.x1, north + of.y1


@given(TRACKS)
def test_each_position_is_the_end_of_one_piece(given_: Positions) -> None:
    made = pieces(given_)
    at_fix = made.kind & AT_FIX > 0
    _, _, x, y = (column[at_fix] for column in ends(made))

    assert made.n_fixes == len(given_.lon)
    told = (made.at_s[at_fix], x, y, made.kind[at_fix] & CATEGORY)
    marked = given_.category + np.where(given_.voyage < 0, MARKED, 0)
    wanted = (given_.at_s, *world(given_.lon, given_.lat), marked)
    assert sorted(zip(*(c.tolist() for c in told), strict=True)) == sorted(
        zip(*(c.tolist() for c in wanted), strict=True)
    )


@given(TRACKS)
def test_pieces_are_in_the_order_of_their_bins(given_: Positions) -> None:
    assert np.all(np.diff(pieces(given_).bins.astype(np.int64)) >= 0)


@given(FAR)
def test_a_step_is_cut_and_not_broken(given_: Positions) -> None:
    """Pieces of one step, one after the other, go from its first position to its last without a leap."""
    made = pieces(given_)
    for at in given_.at_s:
        of_step = made.taken(made.at_s == at)
        if of_step.kind[0] & BEGINS:
            continue
        x0, y0, x1, y1 = ends(of_step)
        left = {(x, y): i for i, (x, y) in enumerate(zip(x0.tolist(), y0.tolist(), strict=True))}
        last = int(np.flatnonzero(of_step.kind & AT_FIX)[0])
        reached = {int(i) for i in range(len(x0)) if i != last and _next(x1[i], y1[i], left) is not None}
        assert reached == set(range(len(x0))) - {last}


def _next(x: int, y: int, starts: dict[tuple[int, int], int]) -> int | None:
    """The piece that begins within two units of a place, round the world."""
    near = ((x + dx) % WORLD for dx in range(-2, 3))
    return next((starts[column, y + dy] for column in near for dy in range(-2, 3) if (column, y + dy) in starts), None)


@given(FAR)
def test_no_step_is_longer_than_half_the_world(given_: Positions) -> None:
    made = pieces(given_)
    x0, _, x1, _ = ends(made)
    widths = np.abs(x1 - x0)
    for at in given_.at_s:
        assert widths[made.at_s == at].sum() <= WORLD // 2


@pytest.mark.parametrize(("west", "east"), [(179.5, -179.5), (-179.5, 179.5), (180.0, -179.0), (-180.0, 179.0)])
def test_a_step_across_the_antimeridian_goes_the_short_way_round(west: float, east: float) -> None:
    columns = line((west, 10.0), (east, 10.0)).bins & ((1 << BIN_ZOOM) - 1)

    from_the_edge = np.minimum(columns, (1 << BIN_ZOOM) - 1 - columns)
    assert from_the_edge.max() <= (1 << BIN_ZOOM) // 360 + 1


@pytest.mark.parametrize("lat", [90.0, -90.0, 85.06, -85.06])
def test_near_a_pole_a_position_lies_on_the_edge_of_the_world(lat: float) -> None:
    made = line((0.0, lat), (170.0, lat), (0.0, 0.0))
    rows = made.bins >> BIN_ZOOM

    assert made.n_fixes == 3
    assert (rows.max() if lat < 0 else rows.min()) == (0 if lat > 0 else (1 << BIN_ZOOM) - 1)


def test_a_marked_position_is_no_line_and_the_line_goes_on_past_it() -> None:
    rows = [(1, 60, 5.0, 50.0, 2, False), (1, 60, 80.0, 0.0, 2, True), (1, 60, 5.001, 50.0, 2, False)]
    made = pieces(positions(rows))
    marked = made.taken(made.kind & MARKED > 0)

    assert marked.n_fixes == len(marked.bins) == 1
    assert marked.kind.tolist() == [MARKED | 2 | AT_FIX | BEGINS]
    assert made.taken(made.kind & MARKED == 0).n_fixes == 2
    assert np.count_nonzero(made.kind & BEGINS) == 2


def test_another_craft_of_the_same_number_of_stretch_is_no_step() -> None:
    made = positions([(1, 60, 5.0, 50.0, 0, False), (2, 60, 6.0, 50.0, 0, False)])
    made = made._replace(voyage=np.zeros(2, np.int64))

    assert len(pieces(made).bins) == 2


def test_a_silence_of_six_hours_is_a_line_and_a_longer_one_is_none() -> None:
    at_s = np.array([0, MOST_SILENCE_S, 2 * MOST_SILENCE_S + 1])
    ships = np.zeros(3, bool)
    one = np.zeros(3, np.int64)

    assert stretches(one, at_s, np.ones(3, bool), ships).tolist() == [0, 0, 1]
    assert stretches(one, at_s, np.array([True, False, True]), ships).tolist() == [0, -1, 1]
    assert stretches(np.array([0, 1, 1]), np.zeros(3, np.int64), np.ones(3, bool), ships).tolist() == [0, 1, 1]
    assert stretches(one, at_s, np.zeros(3, bool), ships).tolist() == [-1, -1, -1]


def test_an_aircraft_that_was_away_comes_back_as_another_line() -> None:
    at_s = np.array([0, MOST_SILENCE_OF_AIRCRAFT_S, 2 * MOST_SILENCE_OF_AIRCRAFT_S + 1])
    all_three = np.ones(3, bool)
    assert stretches(np.zeros(3, np.int64), at_s, all_three, all_three).tolist() == [0, 0, 1]


def test_nothing_has_no_pieces() -> None:
    assert len(pieces(positions([])).bins) == len(joined([no_pieces(), no_pieces()]).bins) == 0


@given(TRACKS)
def test_each_position_bears_the_number_of_its_craft(given_: Positions) -> None:
    made = pieces(given_)

    at_fix = made.kind & AT_FIX > 0
    found = sorted(zip(made.craft[at_fix].tolist(), made.at_s[at_fix].tolist(), strict=True))
    assert found == sorted(zip(given_.craft.tolist(), given_.at_s.tolist(), strict=True))


@given(TRACKS)
def test_pieces_by_day_are_all_pieces_each_in_the_day_in_which_it_ends(given_: Positions) -> None:
    whole = pieces(given_)
    days = list(pieces_by_day(given_))

    assert [day for day, _ in days] == sorted(set((whole.at_s // 86_400).tolist()))
    for day, made in days:
        wanted = whole.taken(whole.at_s // 86_400 == day)
        for found, column in zip(made, wanted, strict=True):
            np.testing.assert_array_equal(found, column)
