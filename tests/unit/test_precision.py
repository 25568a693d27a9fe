"""Claims about how finely a place may be shown."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchfloor.geo.precision import (
    NOT_ADMISSIBLE,
    STORED_RESOLUTION,
    PlacePrecision,
    TimePrecision,
    finest_resolution,
    mean_inradius_m,
)


@settings(deadline=None)
@given(st.floats(0, 2_000_000))
def test_the_finest_admissible_cell_is_as_wide_as_the_uncertainty_and_the_next_is_not(uncertainty: float) -> None:
    resolution = int(finest_resolution(np.array([uncertainty]))[0])

    assert resolution == NOT_ADMISSIBLE or mean_inradius_m(resolution) >= uncertainty
    assert resolution == STORED_RESOLUTION or mean_inradius_m(resolution + 1) < uncertainty


@pytest.mark.parametrize("resolution", range(STORED_RESOLUTION + 1))
def test_an_uncertainty_of_just_the_inradius_is_admissible(resolution: int) -> None:
    assert finest_resolution(np.array([mean_inradius_m(resolution)]))[0] == resolution


def test_no_place_is_admissible_nowhere() -> None:
    unknown = np.array([np.nan, np.inf, -1.0, 5_000_000])

    assert (finest_resolution(unknown) == NOT_ADMISSIBLE).all()


def test_the_defaults_get_coarser_in_their_order() -> None:
    defaults = [kind.default_uncertainty_m for kind in PlacePrecision]

    assert defaults == sorted(defaults)
    assert finest_resolution(np.array(defaults)).tolist() == [9, 9, 5, 3, 1, 1, 0, NOT_ADMISSIBLE]


def test_time_precisions_are_ordered_from_fine_to_coarse() -> None:
    assert TimePrecision.DAY < TimePrecision.MONTH
    assert [kind.label for kind in TimePrecision] == ["second", "minute", "day", "month", "year"]
