"""Areas that a person draws: read back as written, true across the antimeridian, refused where they are none."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchfloor.geo.areas import MOST_CORNERS, Area, Polygon, written_area, written_metres
from watchfloor.geo.bbox import BBox
from watchfloor.geo.disc import Disc
from watchfloor.geo.errors import BadQuestion

OVER_180 = Polygon((178.0, 182.0, 182.0, 178.0), (-10.0, -10.0, 10.0, 10.0))


@given(st.floats(-179, 179), st.floats(-80, 80), st.floats(2, 500_000))
def test_an_area_is_read_back_as_it_was_written(lon: float, lat: float, metres: float) -> None:
    for drawn in (Disc(lon, lat, metres), BBox(lon, lat - 1, -lon, lat), Polygon((lon, lon + 2, lon), (lat, lat, 84))):
        name = Area(drawn).name
        assert Area.parse(name).name == name


def test_a_wide_disc_is_written_to_the_metre() -> None:
    assert Area(Disc(-80.0, 25.0, 1_317_024.6)).name == "disc:-80,25,1317024.6"


def test_a_polygon_across_the_antimeridian_holds_what_lies_on_both_sides() -> None:
    lon, lat = np.array([179.5, -179.5, 177.0, -177.0, 0.0]), np.zeros(5)

    assert OVER_180.contains(lon, lat).tolist() == [True, True, False, False, False]
    assert OVER_180.bbox == BBox(178.0, -10.0, -178.0, 10.0)


def test_the_sides_of_a_polygon_are_straight_on_the_map() -> None:
    # half way between 0 and 80 degrees north on the map lies 57 degrees, not 40
    slope = Polygon((0.0, 10.0, 10.0), (0.0, 0.0, 80.0))

    assert slope.contains(np.array([5.01, 5.01]), np.array([56.0, 58.0])).tolist() == [True, False]


def test_the_edge_of_every_area_lies_within_its_box() -> None:
    for drawn in (Disc(179.9, 60.0, 200_000.0), BBox(179.0, -5.0, -179.0, 5.0), OVER_180):
        lon, lat = (np.array(values) for values in Area(drawn).ring)
        assert np.abs(np.diff(lon)).max() < 180
        grown = Area(drawn).bbox
        assert (
            BBox(grown.west - 1e-6, grown.south - 1e-6, grown.east + 1e-6, grown.north + 1e-6)
            .contains((lon + 180) % 360 - 180, lat)
            .all()
        )


@pytest.mark.parametrize(
    "name",
    [
        "", "box:1,2,3", "disc:1,2", "poly:1,2;3,4", "poly:1,2;3,x;5,6", "circle:1,2,3", "disc:0,0,nan", "box:0,5,1,4",
        "poly:0,0;1,1;1,0;0,1", "poly:0,0;1,0;2,0", "poly:-180,0;180,0;0,50", "poly:0,0;1,0;0,91", "disc:0,0,1;0,0,1",
        "poly:" + ";".join(["0,0"] * (MOST_CORNERS + 1)), "box:inf,0,1,1",
    ],
)  # fmt: skip
def test_what_is_no_area_is_refused(name: str) -> None:
    with pytest.raises(BadQuestion):
        Area.parse(name)


def test_distances_are_written_for_people() -> None:
    assert [written_metres(m) for m in (4.2, 940.0, 2_140.0, 78_120.0)] == ["4 m", "940 m", "2.1 km", "78 km"]


def test_the_size_of_everywhere_is_no_number() -> None:
    assert written_area(510_065_881e6) == "the whole Earth"
    assert written_area(2_500e6) == "2,500 km²"
    assert written_area(2.5e6) == "2.50 km²"
