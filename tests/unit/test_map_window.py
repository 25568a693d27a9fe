"""A window of the map: it shows what it is asked to show, and its scale is true where it says so."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from watchfloor.geo.bbox import BBox
from watchfloor.geo.map_window import MapWindow, scale_bar, window_of

EARTH = Geod(ellps="WGS84")


@pytest.mark.parametrize("lat", [0.0, 33.0, -45.0, 60.0, 84.0])
@pytest.mark.parametrize("zoom", [2.0, 5.3, 11.7, 16.0])
def test_the_bar_is_as_long_on_the_ground_as_it_says(lat: float, zoom: float) -> None:
    window = MapWindow(-100.0, lat, zoom, 1200, 800)
    bar = scale_bar(window, 160)
    degrees = bar.pixels / window.around * 360
    # along the parallel: in pieces, for the shortest way is not the parallel
    lons = np.linspace(0, degrees, 2001)
    along = EARTH.line_length(lons, np.full(lons.shape, lat))
    assert along == pytest.approx(bar.metres, rel=1e-4)
    assert 32 <= bar.pixels <= 160


def test_a_bar_that_is_true_on_one_parallel_alone_says_which() -> None:
    assert scale_bar(MapWindow(0, 50, 3.0, 900, 900), 150).words.endswith(" at 50° N")
    assert "at" not in scale_bar(MapWindow(0, 50, 12.0, 900, 900), 150).words


BOXES = st.tuples(
    st.floats(-180, 180), st.floats(-80, 75), st.floats(0.01, 300), st.floats(0.01, 10)
).map(lambda edge: BBox(edge[0], edge[1], (edge[0] + edge[2] + 180) % 360 - 180, edge[1] + edge[3]))  # fmt: skip


@given(BOXES, st.integers(200, 4000), st.integers(200, 3000))
def test_a_window_shows_all_of_its_box_and_not_more_than_it_must(box: BBox, width: int, height: int) -> None:
    window = window_of(box, width, height)
    px, py = window.to_pixels([box.west, box.west + box.width], [box.north, box.south])
    shift = min(window.turns(px), key=lambda turn: abs(px.mean() + turn * window.around - width / 2)) * window.around
    assert px[0] + shift >= -0.01
    assert px[1] + shift <= width + 0.01
    assert py[0] >= -0.01
    assert py[1] <= height + 0.01
    # in one direction it fits tightly
    assert min(width - (px[1] - px[0]), height - (py[1] - py[0])) < 0.01


def test_a_window_over_the_antimeridian_knows_both_its_edges() -> None:
    box = window_of(BBox(170, -10, -170, 10), 800, 800).bbox
    assert box.west == pytest.approx(170, abs=0.1)
    assert box.east == pytest.approx(-170, abs=0.1)


def test_a_window_wider_than_the_world_shows_the_whole_turn() -> None:
    box = MapWindow(0, 0, 1.0, 2000, 600).bbox
    assert (box.west, box.east) == (-180, 180)
