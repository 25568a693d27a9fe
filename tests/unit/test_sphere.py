"""Claims about places on the sphere and the areas around them."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.hulls import hull
from watchfloor.geo.sphere import continuous, distance_m, lon_lat, rings, vectors

LON, LAT = st.floats(-180, 180), st.floats(-90, 90)


@settings(deadline=None)
@given(LON, LAT)
def test_a_point_survives_being_a_vector(lon: float, lat: float) -> None:
    back_lon, back_lat = lon_lat(vectors(lon, lat))

    assert back_lat == pytest.approx(lat, abs=1e-6)
    assert abs(lat) > 89.999 or continuous(back_lon, lon) == pytest.approx(lon, abs=1e-6)


@settings(deadline=None)
@given(LON, LAT, st.floats(1, 1_000_000))
def test_a_ring_lies_at_its_radius(lon: float, lat: float, radius_m: float) -> None:
    around = rings(np.array([lon]), np.array([lat]), radius_m, 12)

    assert distance_m(vectors(lon, lat), vectors(*around)) == pytest.approx(np.full((1, 12), radius_m), rel=1e-6)


@settings(deadline=None)
@given(st.lists(st.tuples(st.floats(-5, 5), st.floats(-5, 5)), min_size=1, max_size=12), LON, st.floats(-80, 80))
def test_a_hull_holds_its_places_wherever_they_are(offsets: list[tuple[float, float]], lon: float, lat: float) -> None:
    east, north = np.array(offsets).T
    places_lon, places_lat = (lon + east + 180) % 360 - 180, lat + north

    area = hull(places_lon, places_lat, margin_m=5_000)

    assert area.is_valid
    assert area.bounds[2] - area.bounds[0] < 180
    around = continuous(places_lon, (area.bounds[0] + area.bounds[2]) / 2)
    assert shapely.contains_xy(area, around, places_lat).all()


def test_an_area_of_places_all_round_the_globe_is_refused() -> None:
    with pytest.raises(BadQuestion):
        hull(np.array([0.0, 120, -120]), np.zeros(3), margin_m=1_000)
