"""What is drawn of positions: those that the craft can have had, in lines; the others apart."""

import numpy as np
import pytest

from watchfloor.data.tracks.source import cleaned
from watchfloor.geo.track_pieces import AT_FIX, MARKED, Pieces, pieces


def drawn(*rows: tuple[int, float, float, float]) -> Pieces:
    """Pieces of one ship: minutes, longitude, latitude, speed in knots."""
    minutes, lon, lat, speed = (np.array(column) for column in zip(*rows, strict=True))
    at_s, craft = 1_700_000_000 + 60 * minutes.astype(np.int64), np.ones(len(rows), np.int64)
    return pieces(cleaned(craft=craft, at_s=at_s, lon=lon, lat=lat, speed_kn=speed, category=np.zeros(len(rows))))


def marked(made: Pieces) -> int:
    return int(np.count_nonzero(made.kind & (MARKED | AT_FIX) == MARKED | AT_FIX))


def test_a_leap_that_no_ship_makes_is_apart_and_the_line_goes_on() -> None:
    made = drawn((0, 5.0, 55.0, 10.0), (10, 5.02, 55.0, 10.0), (20, 90.0, 10.0, 10.0), (30, 5.06, 55.0, 10.0))

    assert (made.n_fixes, marked(made)) == (4, 1)
    columns = made.taken(made.kind & MARKED == 0).bins & 8191
    assert columns.max() - columns.min() <= 2


@pytest.mark.parametrize("speed", [102.3, np.nan])
def test_a_ship_that_does_not_know_its_speed_is_where_it_is(speed: float) -> None:
    assert marked(drawn((0, 5.0, 55.0, speed), (10, 5.02, 55.0, speed))) == 0


def test_a_place_that_is_none_is_apart() -> None:
    assert marked(drawn((0, 5.0, 55.0, 1.0), (10, 0.0, 0.0, 1.0), (20, 181.0, 91.0, 1.0), (30, 5.0, 55.0, 1.0))) == 2
