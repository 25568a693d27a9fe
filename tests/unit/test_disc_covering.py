"""Ranges of keys round a point take in every position of the disc, wherever it lies, and are few."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from watchfloor.geo.cells import cells_of, range_key
from watchfloor.geo.disc import Disc
from watchfloor.geo.disc_covering import disc_covering
from watchfloor.geo.precision import STORED_RESOLUTION
from watchfloor.geo.sphere import rings

# the antimeridian, the poles, and the pentagons of H3, where cells are most uneven
ODD = st.sampled_from([(179.999, 12.0), (-180.0, 0.0), (20.0, 89.9), (0.0, -90.0), (10.536, 64.7), (31.831, -64.7)])
PLACES = st.one_of(ODD, st.tuples(st.floats(-180, 180), st.floats(-90, 90)))


@given(PLACES, st.floats(0.1, 3_000_000), st.integers(0, 2**31))
def test_every_position_of_a_disc_is_in_a_range(place: tuple[float, float], radius_m: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    disc = Disc(*place, radius_m)
    parts = [rings(np.array([disc.lon]), np.array([disc.lat]), radius_m * s, 24) for s in (0.999, *rng.random(4))]
    lon, lat = (np.concatenate([part[axis].ravel() for part in parts]) for axis in (0, 1))

    assert disc_covering(disc).holds(range_key(cells_of(lon, lat, STORED_RESOLUTION))).all()


@given(PLACES, st.floats(0.1, 1_000_000))
def test_ranges_round_a_point_are_few_and_reach_little_further(place: tuple[float, float], radius_m: float) -> None:
    disc = Disc(*place, radius_m)
    found = disc_covering(disc)

    assert 0 < found.first.size + found.coarse.size <= 40
    beyond = rings(np.array([disc.lon]), np.array([disc.lat]), radius_m * 8 + 3_000, 48)
    outside = found.holds(range_key(cells_of(beyond[0].ravel(), beyond[1].ravel(), STORED_RESOLUTION)))
    assert not outside.any()
