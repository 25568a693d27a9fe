"""What is told of a place is no finer than it is known, and says truly how far off it may be."""

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from watchfloor.data.export.dressing import positions
from watchfloor.geo.known_position import known_position, step_deg
from watchfloor.geo.sphere import distance_m, vectors

LON, LAT = st.floats(-180, 180), st.floats(-89.9, 89.9)
KNOWN_M = st.floats(0, 1_200_000)


def told(lon: float, lat: float, known_m: float) -> tuple[float, float, float]:
    a, b, within = known_position(np.array([lon]), np.array([lat]), np.array([known_m]))
    return float(a[0]), float(b[0]), float(within[0])


@given(st.floats(1e-5, 40))
def test_a_step_is_1_2_or_5_of_a_decimal_and_not_smaller_than_wanted(wanted: float) -> None:
    step = float(step_deg(np.array([wanted]))[0])
    assert wanted * (1 - 1e-9) <= step <= wanted * 2.5 * (1 + 1e-9)
    assert f"{step:.6e}"[0] in "125"


@given(LON, LAT, KNOWN_M)
def test_the_true_place_lies_within_the_metres_that_are_told(lon: float, lat: float, known_m: float) -> None:
    told_lon, told_lat, within = told(lon, lat, known_m)
    moved = float(distance_m(vectors(np.array(lon), np.array(lat)), vectors(np.array(told_lon), np.array(told_lat))))
    assert moved + known_m <= within + 1e-6
    assert abs(told_lon) <= 180
    assert abs(told_lat) <= 90


@given(LAT, KNOWN_M)
def test_latitudes_closer_than_they_are_known_cannot_all_be_told_apart(lat: float, known_m: float) -> None:
    nearby = np.clip(lat + np.linspace(-0.5, 0.5, 11) * max(known_m, 1.0) / 111_195, -90, 90)
    _, told_lat, _ = known_position(np.zeros(11), nearby, np.full(11, known_m))
    assert len(np.unique(told_lat)) <= 2


def test_a_county_is_told_to_half_a_degree_and_a_receiver_to_twenty_metres() -> None:
    assert told(-117.123456, 32.543212, 35_000)[:2] == (-117.0, 32.5)
    assert told(-117.123456, 32.543212, 20)[:2] == (-117.1235, 32.5432)


def test_what_has_no_place_or_no_known_uncertainty_is_told_nowhere() -> None:
    unknown = known_position(
        np.array([np.nan, 10.0, 10.0]), np.array([1.0, np.nan, 10.0]), np.array([20.0, 20.0, np.inf])
    )
    assert np.isnan(np.stack(unknown)).all()


def test_a_file_tells_the_pages_number_and_apart_from_it_how_far_off_the_rounded_point_may_be() -> None:
    lon, lat, known = (
        pl.Series([-118.2591, -122.35, None]),
        pl.Series([33.7483, 47.61, None]),
        pl.Series([150.0, 6e3, None]),
    )
    told = pl.DataFrame(positions(lon, lat, known))
    assert told["known_within_m"].to_list() == [150.0, 6000.0, None]
    assert told["point_within_m"][2] is None
    assert (told["point_within_m"] >= told["known_within_m"]).to_list()[:2] == [True, True]
