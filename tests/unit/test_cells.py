"""Claims about cells, keys and outlines."""

import h3.api.numpy_int as h3
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchfloor.geo import cells, hexgrid

LON = st.floats(-180, 180)
LAT = st.floats(-90, 90)
RESOLUTION = st.integers(0, 15)
PENTAGONS = np.concatenate([h3.get_pentagons(resolution) for resolution in range(16)]).astype(np.uint64)


def one(lon: float, lat: float, resolution: int) -> np.ndarray:
    return cells.cells_of(np.array([lon]), np.array([lat]), resolution)


@settings(deadline=None)
@given(LON, LAT, RESOLUTION)
def test_a_cell_is_the_librarys_cell(lon: float, lat: float, resolution: int) -> None:
    assert one(lon, lat, resolution)[0] == h3.latlng_to_cell(lat, lon, resolution)


def test_each_point_may_have_its_own_resolution() -> None:
    found = cells.cells_at(np.zeros(4), np.zeros(4), np.array([0, 9, 15, -1]))

    assert cells.resolution_of(found).tolist() == [0, 9, 15, -1]


def test_what_is_no_place_has_cell_0() -> None:
    found = cells.cells_of(np.array([np.nan, 0, np.inf, 0]), np.array([0, 90.5, 0, np.nan]), 5)

    assert found.tolist() == [0, 0, 0, 0]


def test_many_points_in_two_threads_equal_the_same_points_in_one() -> None:
    lon, lat = np.linspace(-180, 180, 60_000), np.linspace(-89, 89, 60_000)

    assert np.array_equal(cells.cells_of(lon, lat, 6), hexgrid.locate(lon, lat, np.full(60_000, 6, np.uint8)))


@settings(deadline=None)
@given(LON, LAT, RESOLUTION, RESOLUTION)
def test_a_parent_is_the_librarys_parent_and_a_coarser_cell_stays(
    lon: float, lat: float, fine: int, coarse: int
) -> None:
    cell = one(lon, lat, fine)

    expected = h3.cell_to_parent(int(cell[0]), coarse) if coarse <= fine else cell[0]
    assert cells.parent(cell, coarse)[0] == expected


def test_no_place_is_its_own_parent() -> None:
    assert cells.parent(np.array([0], np.uint64), 0).tolist() == [0]


@pytest.mark.parametrize("ancestor", [0, 3, 9])
@settings(deadline=None)
@given(LON, LAT, RESOLUTION)
def test_keys_of_descendants_and_of_no_one_else_lie_in_the_range(
    ancestor: int, lon: float, lat: float, resolution: int
) -> None:
    root = one(12.0, 34.0, ancestor)
    child = cells.cells_of(*(np.array([value]) for value in (lon, lat)), resolution)
    nearby = one(12.0001, 34.0001, resolution)
    first, last = cells.key_range(int(root[0]))

    for cell in (child, nearby):
        below = cells.resolution_of(cell)[0] >= ancestor and cells.parent(cell, ancestor)[0] == root[0]
        assert (first <= cells.range_key(cell)[0] <= last) == below


def test_pentagons_and_their_children_share_a_range() -> None:
    pentagon = int(PENTAGONS[30])
    first, last = cells.key_range(pentagon)

    keys = cells.range_key(np.array(h3.cell_to_children(pentagon, 4), np.uint64))

    assert len(keys) == 41
    assert ((keys >= first) & (keys <= last)).all()


@settings(deadline=None)
@given(LON, LAT, RESOLUTION)
def test_the_centre_of_a_cell_lies_in_it(lon: float, lat: float, resolution: int) -> None:
    cell = one(lon, lat, resolution)

    centre_lon, centre_lat = cells.centroids(cell)

    assert cells.cells_of(centre_lon, centre_lat, resolution) == cell


@settings(deadline=None)
@given(LON, LAT, RESOLUTION, st.integers(0, 3))
def test_an_outline_runs_on_without_a_jump_around_its_centre(
    lon: float, lat: float, resolution: int, between: int
) -> None:
    cell = one(lon, lat, resolution)

    vertices, offsets = cells.boundaries(cell, between=between)

    assert offsets[-1] == len(vertices)
    ring = np.vstack([vertices, vertices[:1]])
    if not (np.abs(vertices[:, 1]) == 90).any():
        assert (np.abs(np.diff(ring[:, 0])) < 180).all()
        assert abs(vertices[:, 0].mean() - cells.centroids(cell)[0][0]) <= 180


def test_an_outline_on_the_antimeridian_is_one_ring() -> None:
    vertices, _ = cells.boundaries(one(180.0, 10.0, 2))

    assert np.ptp(vertices[:, 0]) < 5


def test_a_polar_outline_is_closed_along_the_pole() -> None:
    polar = np.array([one(0, 90, 3)[0], one(0, 0, 3)[0], one(0, -90, 1)[0]])

    vertices, offsets = cells.boundaries(polar)

    assert np.diff(offsets).tolist() == [9, 6, 9]
    assert np.ptp(vertices[: offsets[1], 0]) == pytest.approx(360)
    assert vertices[offsets[1] - 2 : offsets[1], 1].tolist() == [90, 90]
    assert vertices[offsets[2] :, 1].min() == -90


def test_no_cells_have_no_outline() -> None:
    vertices, offsets = cells.boundaries(np.empty(0, np.uint64))

    assert (vertices.shape, offsets.tolist()) == ((0, 2), [0])


@pytest.mark.parametrize("name", ["locate", "centres", "outlines", "disks"])
def test_without_the_fast_binding_the_answers_are_the_same(name: str) -> None:
    rng = np.random.default_rng(7)
    lon, lat, resolution = rng.uniform(-180, 180, 200), rng.uniform(-90, 90, 200), rng.integers(0, 16, 200)
    some = cells.cells_at(lon, lat, resolution)
    question = {"locate": (lon, lat, resolution.astype(np.uint8)), "disks": (some, 1)}.get(name, (some,))

    fast = getattr(hexgrid, f"_{name}_fast")(*question)
    plain = getattr(hexgrid, f"_{name}_plain")(*question)

    for left, right in zip(*(pair if isinstance(pair, tuple) else (pair,) for pair in (fast, plain)), strict=True):
        np.testing.assert_allclose(left, right, rtol=0, atol=1e-9)


@pytest.mark.parametrize("zoom", range(16))
def test_hexagons_are_drawn_19_to_45_pixels_wide(zoom: int) -> None:
    resolution = cells.resolution_for_zoom(zoom)
    edge_m = h3.average_hexagon_edge_length(resolution, unit="m")

    pixels = edge_m * 3**0.5 / (156_543.03 / 2**zoom * np.cos(np.radians(35)))

    assert zoom in (0, 15) or 19 <= pixels < 46


def test_zooms_beyond_the_last_stay_at_the_stored_resolution() -> None:
    assert [cells.resolution_for_zoom(zoom) for zoom in (-1, 0, 14, 22)] == [0, 0, 9, 9]
