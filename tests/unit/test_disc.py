"""What lies within a distance of a point."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchfloor.geo.disc import Disc
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.sphere import rings

longitudes = st.floats(-180, 180)
latitudes = st.floats(-90, 90)


@given(longitudes, latitudes, st.floats(1, 2_000_000))
def test_a_disc_and_its_box_hold_what_is_nearer_than_its_radius(lon: float, lat: float, radius_m: float) -> None:
    disc = Disc(lon, lat, radius_m)
    around = rings(np.array([lon]), np.array([lat]), radius_m * 0.999, 24)

    assert disc.contains(around[0][0], around[1][0]).all()
    assert disc.bbox.contains(around[0][0], around[1][0]).all()


@given(longitudes, latitudes, st.floats(1, 2_000_000))
def test_what_is_farther_is_outside(lon: float, lat: float, radius_m: float) -> None:
    around = rings(np.array([lon]), np.array([lat]), radius_m * 1.001, 24)

    assert not Disc(lon, lat, radius_m).contains(around[0][0], around[1][0]).any()


def test_what_has_no_place_lies_in_none() -> None:
    assert not Disc(0.0, 0.0, 20_000_000.0).contains(np.array([np.nan]), np.array([np.nan])).any()


@pytest.mark.parametrize("given", [(181.0, 0.0, 1.0), (0.0, 91.0, 1.0), (0.0, 0.0, -1.0), (0.0, float("nan"), 1.0)])
def test_what_is_no_disc_is_refused(given: tuple[float, float, float]) -> None:
    with pytest.raises(BadQuestion, match="a disc is"):
        Disc(*given)
