from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchfloor.geo.crs import to_mercator
from watchfloor.geo.track_marks import Mark
from watchfloor.geo.voyage_lines import simplified, tolerance_m
from watchfloor.geo.voyages import GFW, NEAR_SHORE, NO_VOYAGE, voyages

START_S, HOUR_S = 1_700_000_000, 3600


def sailing(hours, *, lon=-70.0, lat=15.0, knots=10.0):
    """Longitude and latitude of a ship that sails east, at times in hours."""
    return (lon + np.asarray(hours) * knots / 60 / np.cos(np.radians(lat)) + 180) % 360 - 180, np.full(len(hours), lat)


def number(hours, lon, lat, *, preset=NEAR_SHORE, marks=None, **more):
    n = len(hours)
    marks = np.zeros(n, np.uint16) if marks is None else np.array(marks, np.uint16)
    return voyages(np.ones(n), START_S + HOUR_S * np.asarray(hours), lon, lat, marks, preset, **more).tolist()


def test_a_silence_beyond_the_preset_parts_voyages():
    hours = [0, 1, 2, 12, 13]
    assert number(hours, *sailing(hours)) == [0, 0, 0, 1, 1]
    assert number(hours, *sailing(hours), preset=GFW) == [0] * 5


def test_a_marked_fix_belongs_to_no_voyage_and_parts_none():
    hours = [0, 1, 2, 3]
    found = number(hours, *sailing(hours), marks=[0, Mark.IMPOSSIBLE_SPEED, 0, Mark.SENTINEL])
    assert found == [0, NO_VOYAGE, 0, 0]


def test_a_stop_ends_a_voyage_and_the_next_begins_with_its_last_fix():
    hours = np.arange(12.0)
    lon, lat = sailing(np.concatenate([np.arange(4.0), np.full(5, 3.0), np.arange(4.0, 7.0)]))
    assert number(hours, lon, lat) == [0] * 8 + [1] * 4


def test_a_short_stop_and_the_published_preset_part_nothing():
    hours = np.arange(8.0)
    lon, lat = sailing(np.concatenate([np.arange(4.0), np.full(2, 3.0), np.arange(4.0, 6.0)]))
    assert set(number(hours, lon, lat)) == {0}


def test_a_step_that_no_ship_can_make_parts_voyages():
    hours = np.arange(6.0)
    lon, lat = sailing(hours)
    lon[3:] += 20
    assert number(hours, lon, lat) == [0, 0, 0, 1, 1, 1]


def test_a_change_of_identity_parts_voyages():
    hours = np.arange(4.0)
    assert number(hours, *sailing(hours), identity=[7, 7, 8, 8]) == [0, 0, 1, 1]


def test_the_antimeridian_parts_nothing():
    hours = np.arange(20.0)
    assert set(number(hours, *sailing(hours, lon=178.5, lat=60.0))) == {0}


def test_crafts_have_voyages_of_their_own():
    found = voyages([1, 1, 2, 2], [0, 60, 0, 60], [1.0] * 4, [1.0] * 4, np.zeros(4, np.uint16))
    assert found.tolist() == [0, 0, 1, 1]


def test_no_fixes_have_no_voyages():
    assert voyages([], [], [], [], np.zeros(0, np.uint16)).shape == (0,)


def test_a_straight_line_keeps_its_ends_alone():
    lon, lat = sailing(np.arange(50.0))
    assert np.flatnonzero(simplified(lon, lat, np.zeros(50), 1.0)).tolist() == [0, 49]


def test_a_straight_line_across_the_antimeridian_keeps_its_ends_alone():
    lon, lat = sailing(np.arange(50.0), lon=178.0)
    assert np.flatnonzero(simplified(lon, lat, np.zeros(50), 1.0)).tolist() == [0, 49]


def test_each_voyage_keeps_its_own_ends_and_marked_fixes_are_left_out():
    lon, lat = sailing(np.arange(6.0))
    assert simplified(lon, lat, [0, 0, -1, 0, 1, 1], 1.0).tolist() == [True, False, False, True, True, True]


def test_the_tolerance_of_a_zoom_halves_with_the_next():
    assert tolerance_m(0) == pytest.approx(2 * 20_037_508.34 / 512)
    assert tolerance_m(5) == pytest.approx(2 * tolerance_m(6))


@given(
    st.lists(st.tuples(st.floats(-3, 3), st.floats(-3, 3)), min_size=2, max_size=40),
    st.sampled_from([1_000.0, 30_000.0]),
    st.sampled_from([-70.0, 179.5]),
)
def test_nothing_that_is_left_out_lies_farther_from_the_line_than_the_tolerance(moves, tolerance, lon):
    way = np.cumsum(np.array(moves), axis=0)
    lon, lat = lon + way[:, 0], np.clip(way[:, 1], -80, 80)
    kept = np.flatnonzero(simplified((lon + 180) % 360 - 180, lat, np.zeros(len(lon)), tolerance))
    x, y = to_mercator(lon, lat)
    place = x + 1j * y
    for start, end in pairwise(kept):
        along = place[end] - place[start]
        off = place[start : end + 1] - place[start]
        share = np.clip((off * np.conj(along)).real / max(abs(along) ** 2, 1e-12), 0, 1)
        assert np.abs(off - share * along).max() <= tolerance * (1 + 1e-9) + 1e-3
