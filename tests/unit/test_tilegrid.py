"""Tiles and the Mercator formula: known answers, round trips, the antimeridian."""

import numpy as np
import pyproj
import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchfloor.geo.crs import HALF_TURN_M, MOST_LAT, from_mercator, to_mercator, wrap_longitude
from watchfloor.geo.errors import BadQuestion
from watchfloor.layers.tilegrid import MOST_ZOOM, SIZE, Tile

longitudes = st.floats(-180, 179.999999)
latitudes = st.floats(-85.05, 85.05)


@st.composite
def tiles(draw: st.DrawFn) -> Tile:
    z = draw(st.integers(0, MOST_ZOOM))
    axis = st.integers(0, (1 << z) - 1)
    return Tile(z, draw(axis), draw(axis))


@given(longitudes, latitudes)
def test_mercator_agrees_with_proj(lon: float, lat: float) -> None:
    expected = pyproj.Transformer.from_crs(4326, 3857, always_xy=True).transform(lon, lat)
    assert np.allclose(to_mercator(lon, lat), expected, atol=1e-6)


@given(longitudes, latitudes)
def test_degrees_survive_the_way_there_and_back(lon: float, lat: float) -> None:
    assert np.allclose(from_mercator(*to_mercator(lon, lat)), (lon, lat), atol=1e-9)


def test_the_poles_are_clamped_to_the_edge_of_the_square() -> None:
    _, y = to_mercator([0.0, 0.0], [90.0, -90.0])
    assert np.allclose(y, [HALF_TURN_M, -HALF_TURN_M])


def test_longitudes_beyond_the_antimeridian_are_not_wrapped_by_the_projection() -> None:
    x, _ = to_mercator([179.0, 181.0], [0.0, 0.0])
    assert x[1] > x[0]


def test_wrapping_keeps_the_meridian() -> None:
    assert wrap_longitude([181.0, -181.0, 540.0, 180.0]).tolist() == [-179.0, 179.0, -180.0, -180.0]


def test_the_only_tile_of_zoom_0_is_the_whole_world() -> None:
    assert np.allclose(Tile(0, 0, 0).bounds_lonlat, (-180, -MOST_LAT, 180, MOST_LAT))


def test_a_known_tile_has_its_known_bounds() -> None:
    # Source: the slippy map formula of OpenStreetMap's wiki, worked by hand for 10/284/413
    box = Tile(10, 284, 413).bounds_lonlat
    assert np.allclose((box.west, box.north), (-80.15625, 32.8426736), atol=1e-6)
    assert np.allclose((box.east, box.south), (-79.8046875, 32.5468132), atol=1e-6)


@given(tiles())
def test_neighbouring_tiles_share_an_edge(tile: Tile) -> None:
    neighbour = Tile.wrapped(tile.z, tile.x + 1, tile.y)
    east, west = tile.bounds_mercator.east, neighbour.bounds_mercator.west
    assert east == west or (east, west) == (HALF_TURN_M, -HALF_TURN_M)


@given(tiles(), st.floats(0, SIZE - 0.5), st.floats(0, SIZE))
def test_pixels_survive_the_way_there_and_back(tile: Tile, px: float, py: float) -> None:
    assert np.allclose(tile.to_pixels(*tile.from_pixel(px, py)), (px, py), atol=1e-5)


@given(st.integers(0, MOST_ZOOM), longitudes, latitudes)
def test_a_point_lies_in_its_own_tile(z: int, lon: float, lat: float) -> None:
    px, py = Tile.at(z, lon, lat).to_pixels(lon, lat)
    assert -1e-3 <= px <= SIZE + 1e-3
    assert -1e-3 <= py <= SIZE + 1e-3


@given(st.integers(3, 14), st.floats(0.001, 2), latitudes)
def test_a_shape_across_the_antimeridian_is_whole_on_both_sides(z: int, reach: float, lat: float) -> None:
    ends = np.array([180 - reach, reach - 180])
    for lon in ends:
        px, _ = Tile.at(z, float(lon), lat).to_pixels(ends, [lat, lat])
        width = 2 * reach / 360 * SIZE * (1 << z)
        assert np.isclose(px[1] - px[0], width, atol=1e-4)


def test_the_map_may_go_round_the_world() -> None:
    assert Tile.wrapped(3, -1, 2) == Tile(3, 7, 2)
    assert Tile.wrapped(3, 17, 2) == Tile(3, 1, 2)


@pytest.mark.parametrize(("z", "x", "y"), [(-1, 0, 0), (17, 0, 0), (2, 4, 0), (2, -1, 0), (2, 0, 4)])
def test_a_tile_that_there_is_not_cannot_be_made(z: int, x: int, y: int) -> None:
    with pytest.raises(BadQuestion):
        Tile(z, x, y)


def test_a_parent_holds_its_child() -> None:
    assert Tile(5, 9, 13).parent(2) == Tile(3, 2, 3)
    assert Tile(1, 1, 0).parent(9) == Tile(0, 0, 0)
