"""Positions near a point, as pieces hold them: none too few, none twice, and no more than there is room for."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from watchfloor.geo.disc import Disc
from watchfloor.geo.sphere import distance_m, vectors
from watchfloor.geo.track_bucket import bucket_of
from watchfloor.geo.track_counting import shelf
from watchfloor.geo.track_nearness import Near, metres_of, put_near, reach_of
from watchfloor.geo.track_pieces import Positions, pieces

from .track_samples import FAR, LATITUDES, LONGITUDES

EVER = (0, 2**32 - 1)


@given(FAR, LONGITUDES, LATITUDES, st.sampled_from([900.0, 50_000.0, 900_000.0]))
def test_positions_near_a_point_are_those_of_a_plain_count(
    of: Positions, lon: float, lat: float, metres: float
) -> None:
    reach = reach_of(Disc(lon, lat, metres), EVER, 100)
    if reach is None:
        return
    room = Near.room(100)

    found = room.first(put_near(shelf([bucket_of(pieces(of))]), reach, room, 0))

    far = distance_m(vectors(of.lon, of.lat), vectors(np.array(lon), np.array(lat)))
    surely, maybe = far <= metres - 1.0, far <= metres + 1.0
    keys = list(zip(found.craft.tolist(), found.at_s.tolist(), strict=True))
    assert keys_of(of, surely) <= set(keys) <= keys_of(of, maybe)
    assert np.all(metres_of(found.far) <= metres + 1.0)


def test_where_more_lie_than_there_is_room_for_the_rest_is_not_looked_at() -> None:
    of = pieces(Positions(*(np.repeat(value, 9) for value in (5.0, 50.0)), np.arange(9), *(np.zeros(9, int),) * 2,
                          np.full(9, -1), np.ones(9, np.uint16)))  # fmt: skip
    reach, room = reach_of(Disc(5.0, 50.0, 100.0), EVER, 3), Near.room(4)
    assert reach is not None

    assert put_near(shelf([bucket_of(of)]), reach, room, 0) == 4


def keys_of(of: Positions, which: np.ndarray) -> set[tuple[int, int]]:
    """Craft and seconds of some positions."""
    return set(zip(of.craft[which].tolist(), of.at_s[which].tolist(), strict=True))
