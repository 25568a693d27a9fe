"""The nearest point within a reach is the one that looking at all of them finds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from watchfloor.geo.nearest import Reach
from watchfloor.geo.sphere import distance_m, vectors

PLACES = st.tuples(arrays(np.float64, st.integers(0, 40), elements=st.floats(-180, 180)), st.integers(0, 2**32 - 1))


def scattered(lon: np.ndarray, seed: int) -> np.ndarray:
    """Unit vectors that lie close together, all over the earth, poles and antimeridian included."""
    rng = np.random.default_rng(seed)
    lat = np.clip(rng.choice([-90, -60, 0, 60, 90], len(lon)) + rng.normal(0, 0.2, len(lon)), -90, 90)
    return vectors(np.round(lon / 60) * 60 + rng.normal(0, 0.2, len(lon)), lat)


@given(points=PLACES, asked=PLACES, reach_m=st.sampled_from([1.0, 15_000.0, 300_000.0]))
def test_the_nearest_within_reach_is_found(points, asked, reach_m: float) -> None:
    towards, of = scattered(*points), scattered(*asked)
    found = Reach.of(towards, reach_m).nearest(of)

    for vector, index in zip(of, found, strict=True):
        away = distance_m(np.broadcast_to(vector, towards.shape), towards)
        if index < 0:
            assert (away > reach_m * (1 - 1e-9)).all()
        else:
            assert away[index] == pytest.approx(away.min(), abs=0.01)
            assert away[index] <= reach_m * (1 + 1e-9) + 0.01


def test_of_two_at_one_place_the_first_is_told() -> None:
    here = vectors(np.array([10.0, 10.0]), np.array([50.0, 50.0]))

    assert Reach.of(here, 1000.0).nearest(here[:1]).tolist() == [0]
