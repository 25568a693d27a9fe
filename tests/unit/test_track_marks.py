import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchfloor.geo.track_marks import AIRCRAFT, UNUSABLE, Mark, marks, usable

START_S = 1_700_000_000


def track(lon, lat, *, step_s=600, craft=1, category=0, speed=10.0):
    """Columns of one craft, one fix each step."""
    n = len(lon)
    at_s = START_S + step_s * np.arange(n)
    return np.full(n, craft), at_s, np.array(lon), np.array(lat), np.full(n, speed), np.full(n, category, np.int16)


def line(n=12, lon=-70.0, lat=15.0, step=0.02):
    """A ship that sails east at about 7 kn."""
    return [lon + step * i for i in range(n)], [lat] * n


def with_one(values, row, value):
    return [*values[:row], value, *values[row + 1 :]]


def test_an_ordinary_track_bears_no_mark():
    assert marks(*track(*line())).tolist() == [0] * 12


def test_a_stray_position_is_marked_and_its_neighbours_are_not():
    lon, lat = line()
    found = marks(*track(with_one(lon, 5, -40.0), lat))
    assert found.tolist() == [0] * 5 + [Mark.IMPOSSIBLE_SPEED] + [0] * 6


def test_a_stray_first_position_is_marked():
    lon, lat = line()
    assert marks(*track(with_one(lon, 0, -40.0), lat)).tolist() == [Mark.IMPOSSIBLE_SPEED] + [0] * 11


def test_swapped_axes_are_told_from_a_stray():
    lon, lat = line()
    found = marks(*track(with_one(lon, 4, lat[4]), with_one(lat, 4, lon[4])))
    assert found.tolist() == [0] * 4 + [Mark.SWAPPED_AXES] + [0] * 7


def test_swapped_axes_beyond_the_poles_are_found():
    lon, lat = line(lon=120.0, lat=20.0)
    found = marks(*track(with_one(lon, 4, lat[4]), with_one(lat, 4, lon[4])))
    assert found[4] == Mark.SWAPPED_AXES


def test_two_ships_under_one_identity_are_parted_and_the_shorter_is_marked():
    lon, lat = line(21)
    found = marks(*track([x if i % 3 else x + 30 for i, x in enumerate(lon)], lat))
    assert found.tolist() == [0 if i % 3 else Mark.REPEATED_IDENTITY for i in range(21)]


def test_a_craft_that_goes_on_elsewhere_keeps_both_parts():
    lon, lat = line(20)
    assert not marks(*track([x + 40 * (i >= 10) for i, x in enumerate(lon)], lat)).any()


def test_a_second_report_of_the_same_second_is_a_duplicate():
    craft, at_s, lon, lat, speed, category = track(*line())
    at_s[6], lon[6] = at_s[5], lon[5]
    assert marks(craft, at_s, lon, lat, speed, category).tolist() == [0] * 6 + [Mark.DUPLICATE] + [0] * 5


def test_two_places_in_the_same_second_are_no_duplicate():
    craft, at_s, lon, lat, speed, category = track(*line())
    at_s[6], lon[6] = at_s[5], -40.0
    assert marks(craft, at_s, lon, lat, speed, category)[6] == Mark.IMPOSSIBLE_SPEED


def test_zero_zero_is_marked_and_reaches_no_neighbour():
    lon, lat = line()
    found = marks(*track(with_one(lon, 3, 0.0), with_one(lat, 3, 0.0)))
    assert found.tolist() == [0] * 3 + [Mark.NULL_ISLAND] + [0] * 8


@pytest.mark.parametrize(("lon", "lat"), [(181.0, 15.0), (-70.0, 91.0)])
def test_a_position_that_is_not_available_is_a_sentinel_out_of_range(lon, lat):
    lons, lats = line()
    found = marks(*track(with_one(lons, 3, lon), with_one(lats, 3, lat)))
    assert found[3] == Mark.SENTINEL | Mark.OUT_OF_RANGE


def test_no_number_is_out_of_range():
    lon, lat = line()
    assert marks(*track(with_one(lon, 3, np.nan), lat))[3] == Mark.OUT_OF_RANGE


def test_an_unknown_speed_is_marked_and_the_place_stays_usable():
    found = marks(*track(*line(), speed=102.3))
    assert set(found.tolist()) == {Mark.SENTINEL}
    assert usable(found).all()


def test_an_aircraft_may_be_as_fast_as_aircraft_are():
    lon, lat = line(step=0.5)
    fast = track(lon, lat, step_s=300, category=AIRCRAFT, speed=450.0)
    assert not marks(*fast).any()


def test_a_boat_that_says_so_may_be_faster_than_ships_are():
    lon, lat = line(step=0.2)
    assert marks(*track(lon, lat, speed=np.nan))[1:5].all()
    assert not marks(*track(lon, lat, speed=70.0)).any()


def test_a_time_before_the_one_before_it_before_1990_or_later_than_known_is_the_clock():
    craft, at_s, lon, lat, speed, category = track(*line())
    at_s[0], at_s[4], at_s[11] = 5, at_s[3] - 60, at_s[10] + 86_400
    found = marks(craft, at_s, lon, lat, speed, category, known_by_s=float(at_s[10]))
    assert found[[0, 4, 11]].tolist() == [Mark.CLOCK] * 3
    assert not found[[1, 2, 3, 5, 6, 7, 8, 9, 10]].any()


@pytest.mark.parametrize(("lon", "lat"), [(178.0, 60.0), (0.0, 89.97)])
def test_neither_antimeridian_nor_pole_is_a_jump(lon, lat):
    way = np.linspace(0, 4, 30)
    lons = (lon + way * 60 + 180) % 360 - 180 if lat > 80 else (lon + way + 180) % 360 - 180
    assert not marks(*track(lons, [lat] * 30, step_s=900)).any()


def test_crafts_do_not_see_each_other():
    first, second = track(*line(), craft=1), track(*line(lon=-100.0), craft=2)
    assert not marks(*(np.concatenate(pair) for pair in zip(first, second, strict=True))).any()


def test_no_fixes_have_no_marks():
    assert marks(*track([], [])).shape == (0,)


@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.integers(0, 10**6), st.floats(), st.floats(), st.floats(width=32)), max_size=60
    )
)
def test_any_input_gives_one_mark_word_per_fix(rows):
    rows = sorted(rows, key=lambda row: row[:2])
    craft, at_s, lon, lat, speed = (np.array([row[i] for row in rows], float) for i in range(5))
    found = marks(craft.astype(int), at_s + START_S, lon, lat, speed, np.zeros(len(rows)))
    assert found.shape == (len(rows),)
    assert found.dtype == np.uint16
    for one in range(3):
        of_one = (craft == one) & (np.abs(lon) <= 90) & (np.abs(lat) <= 90) & ((np.abs(lon) > 1) | (np.abs(lat) > 1))
        assert not of_one.any() or ((found[craft == one] & int(UNUSABLE)) == 0).any()
