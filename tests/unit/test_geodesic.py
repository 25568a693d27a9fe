"""Distances, areas and circles of the ellipsoid, against figures of others; what browsers ask of them is hostile."""

import numpy as np
import pytest
from pyproj import Geod

from watchfloor.dashboards.map_geodesy import geodesic_answer
from watchfloor.geo.geodesic import circle, measured_way

EARTH = Geod(ellps="WGS84")


def test_a_leg_is_as_long_as_the_shortest_way() -> None:
    # New York to London, by Karney's GeodSolve
    way = measured_way([(-73.8, 40.6), (-0.5, 51.6)])
    assert way.metres[0] == pytest.approx(5_551_759.4, abs=1.0)
    assert way.bearings[0] == pytest.approx(51.198, abs=0.001)


def test_a_way_over_the_antimeridian_stays_in_one_piece() -> None:
    way = measured_way([(170.0, 10.0), (-170.0, 12.0), (-160.0, 0.0)])
    lons = [lon for lon, _ in way.line]
    assert [round(lon) for lon, _ in way.corners] == [170, 190, 200]
    assert max(abs(np.diff(lons))) < 1.0


def test_a_degree_at_the_equator_encloses_its_share_of_the_earth() -> None:
    way = measured_way([(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)], is_closed=True)
    assert way.square_metres == pytest.approx(12_308_778_361.0, rel=1e-6)
    assert len(way.metres) == 4


def test_an_outline_that_crosses_itself_has_no_area() -> None:
    assert measured_way([(0.0, 0.0), (1.0, 1.0), (1.0, 0.0), (0.0, 1.0)], is_closed=True).square_metres is None


@pytest.mark.parametrize("centre", [(-98.0, 38.0), (179.95, 52.0), (10.0, 89.0), (0.0, -75.0)])
def test_a_circle_is_everywhere_as_far_as_it_says(centre: tuple[float, float]) -> None:
    lon, lat = np.array(circle(centre, 500_000.0)).T
    same = np.ones(len(lon))
    _, _, metres = EARTH.inv(same * centre[0], same * centre[1], lon, lat)
    assert metres == pytest.approx(same * 500_000.0, abs=0.01)
    assert max(abs(np.diff(lon))) < 180.0


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"turn": 1, "what": "way", "points": []},
        {"turn": 1, "what": "way", "points": [[0, 91]]},
        {"turn": 1, "what": "way", "points": [[float("nan"), 0]]},
        {"turn": 1, "what": "way", "points": [[0, 0]] * 201},
        {"turn": 1, "what": "rings", "centre": [0, 0], "radii": ["far"]},
        {"turn": 1, "what": "rings", "centre": [0, 0], "radii": [-5]},
        {"turn": "x", "what": "way", "points": [[0, 0]]},
        {"turn": 1, "what": "DROP", "points": [[0, 0]]},
    ],
)
def test_what_is_no_question_is_refused(message: dict[str, object]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        geodesic_answer(message)


def test_an_answer_names_the_turn_and_tool_that_asked() -> None:
    answer = geodesic_answer({"turn": 7, "tool": "way", "what": "way", "points": [[0, 0], [0, 1]]})
    assert (answer["turn"], answer["tool"]) == (7, "way")
    assert answer["metres"] == pytest.approx((110_574.39,), abs=0.01)
