"""The area that a craft can have reached over a gap of its way stands beside the line, and holds both its ends."""

import numpy as np
import pytest
import shapely

from watchfloor.geo.track_lines import TrackLine, track_line
from watchfloor.geo.way_reach import MOST_RINGS, way_reach

HOUR = 3600


def way(lon: list[float], hours: list[float], knots: float = 10.0) -> TrackLine:
    """A way along 20 N, through these longitudes at these hours."""
    at_s = (np.array(hours) * HOUR).astype(np.int64)
    return track_line(at_s, (np.array(lon) + 180) % 360 - 180, np.full(len(lon), 20.0), np.full(len(lon), knots))


def rings(line: TrackLine) -> list[shapely.Polygon]:
    found = way_reach(line)
    return [shapely.Polygon(part) for part in np.split(np.column_stack([found.x, found.y]), found.ends)[:-1]]


@pytest.mark.parametrize("east", [0.0, 179.5])
def test_both_ends_of_a_gap_lie_in_its_area(east: float) -> None:
    line = way([east, east + 0.1, east + 1.0, east + 1.1], [0, 1, 11, 12])

    (ring,) = rings(line)

    assert way_reach(line).gap_from.tolist() == [1]
    assert ring.contains(shapely.points(line.x[1:3], line.y[1:3])).all()


def test_a_faster_craft_reaches_further() -> None:
    slow, fast = (rings(way([0.0, 0.1, 0.2], [0, 1, 11], knots))[0] for knots in (6.0, 12.0))

    assert 1.9 < (fast.area / slow.area) ** 0.5 < 2.1


def test_a_way_without_a_gap_has_no_area() -> None:
    found = way_reach(way([0.0, 0.1, 0.2], [0, 1, 2]))

    assert (found.x.size, found.ends.size) == (0, 0)


def test_only_the_longest_gaps_are_shown_and_none_that_tells_nothing() -> None:
    hours = np.cumsum([0, 7000, *range(10, 10 + MOST_RINGS + 3)]).tolist()
    line = way(np.linspace(0, 1, len(hours)).tolist(), hours)

    assert way_reach(line).gap_from.tolist() == list(range(4, 4 + MOST_RINGS))
