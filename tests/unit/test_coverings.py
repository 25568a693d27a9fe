"""Claims about boxes and the ranges of keys that cover them."""

from itertools import pairwise

import h3.api.numpy_int as h3
import numpy as np
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st

from watchfloor.geo.bbox import BBox
from watchfloor.geo.cells import boundaries, cells_at, cells_of, centroids, range_key
from watchfloor.geo.coverings import covering, overlapping
from watchfloor.geo.errors import BadQuestion

LON = st.floats(-180, 180)
LAT = st.floats(-90, 90)
SIZE = st.floats(-4, 2.5).map(lambda exponent: 10**exponent)
SHARES = st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1), st.integers(0, 15)), min_size=5, max_size=40)


@st.composite
def boxes(draw: st.DrawFn) -> BBox:
    west, south = draw(LON), draw(LAT)
    east = (west + min(draw(SIZE), 359.0) + 180) % 360 - 180
    return BBox(west, south, east, min(90.0, south + draw(SIZE)))


@settings(deadline=None)
@example(BBox(0, -89, 1, -88.99), [(0.0, 0.0, 3)] * 5)
@given(boxes(), SHARES)
def test_every_cell_that_holds_a_point_of_the_box_is_covered(
    bbox: BBox, shares: list[tuple[float, float, int]]
) -> None:
    across, up, resolution = np.array(shares).T
    lon = (bbox.west + across * bbox.width + 180) % 360 - 180
    lat = np.minimum(bbox.south + up * bbox.height, bbox.north)

    found = covering(bbox)

    assert found.holds(range_key(cells_at(lon, lat, resolution.astype(int)))).all()
    assert found.first.size <= 64


@pytest.mark.parametrize(
    "text",
    ["-180,-90,180,90", "170,50,-170,60", "-180,80,180,90", "-180,-90,180,-89", "179.99,-1,-179.99,1", "0,90,0,90"],
)
def test_the_world_the_poles_and_the_antimeridian_are_covered(text: str) -> None:
    bbox = BBox.parse(text)
    lon, lat = np.meshgrid(bbox.west + np.linspace(0, bbox.width, 60), np.linspace(bbox.south, bbox.north, 60))
    lon = (lon.ravel() + 180) % 360 - 180

    found = covering(bbox)

    for resolution in range(13):
        assert found.holds(range_key(cells_of(lon, lat.ravel(), resolution))).all()


@settings(deadline=None)
@given(st.sampled_from([-1, 1]), st.floats(84, 90), LON, SIZE, SHARES)
def test_boxes_by_a_pole_are_covered(
    side: int, nearest: float, west: float, size: float, shares: list[tuple[float, float, int]]
) -> None:
    south, north = sorted((side * nearest, side * min(90.0, nearest + size / 10)))
    bbox = BBox(west, south, (west + min(size, 359.0) + 180) % 360 - 180, north)
    across, up, resolution = np.array(shares).T
    lon, lat = (west + across * bbox.width + 180) % 360 - 180, np.minimum(south + up * (north - south), north)

    assert covering(bbox).holds(range_key(cells_at(lon, lat, resolution.astype(int)))).all()


def test_pentagons_are_covered_with_their_descendants() -> None:
    for pentagon in h3.get_pentagons(2)[:4]:
        lat, lon = h3.cell_to_latlng(pentagon)
        found = covering(BBox(lon - 0.5, lat - 0.5, lon + 0.5, lat + 0.5))

        below = np.array([h3.cell_to_center_child(pentagon, finer) for finer in range(2, 12)], np.uint64)

        assert found.holds(range_key(below)).all()


def test_the_whole_world_is_one_range_without_the_rows_that_have_no_place() -> None:
    found = covering(BBox.world())

    assert (found.first.size, found.coarse.size) == (1, 0)
    assert not found.holds(np.array([0])).any()


def test_a_covering_is_not_much_larger_than_its_box() -> None:
    bbox = BBox(-73.8, 40.9, -71.7, 42.1)
    rng = np.random.default_rng(3)
    lon, lat = rng.uniform(-80, -66, 20_000), rng.uniform(35, 48, 20_000)

    taken = covering(bbox).holds(range_key(cells_of(lon, lat, 9)))

    assert taken.sum() < 1.6 * bbox.contains(lon, lat).sum()


def test_a_coarse_cell_beside_the_box_is_not_taken() -> None:
    bbox = BBox(-72.61, 41.5, -72.6, 41.51)
    two_cells_away = cells_of(np.array([-60.0]), np.array([41.5]), 1)

    assert not covering(bbox).holds(range_key(two_cells_away)).any()


def test_overlapping_tells_cells_that_share_a_point_with_the_box() -> None:
    bbox = BBox(179.5, -1, -179.5, 1)
    asked = cells_at(np.array([180, 178.9, -178, 0, 0.0]), np.zeros(5), np.array([5, 1, 5, 5, -1]))

    assert overlapping(asked, bbox).tolist() == [True, True, False, False, False]


@settings(deadline=None)
@given(boxes(), LON, LAT, st.integers(0, 9))
def test_a_cell_whose_centre_lies_in_the_box_overlaps_it(bbox: BBox, lon: float, lat: float, resolution: int) -> None:
    cell = cells_of(np.array([lon]), np.array([lat]), resolution)

    if bbox.contains(*centroids(cell)).all():
        assert overlapping(cell, bbox).all()


@settings(deadline=None)
@example(BBox(139.1875, -73.8359375, 140.1875, -72.8359375), 3, 0)
@given(boxes(), st.integers(3, 7), st.integers(0, 2**32 - 1))
def test_cells_by_the_border_overlap_as_their_outlines_do(bbox: BBox, resolution: int, seed: int) -> None:
    rng, cell_degrees = np.random.default_rng(seed), 60 / 7 ** (resolution / 2)
    lon = rng.choice([bbox.west, bbox.east], 40) + rng.normal(0, cell_degrees, 40)
    lat = np.clip(bbox.south + rng.uniform(0, 1, 40) * bbox.height + rng.normal(0, cell_degrees, 40), -90, 90)
    cells = np.unique(cells_of((lon + 180) % 360 - 180, lat, resolution))

    turns = [
        shapely.box(bbox.west + turn, bbox.south, bbox.west + bbox.width + turn, bbox.north) for turn in (-360, 0, 360)
    ]
    vertices, offsets = boundaries(cells)
    drawn = [shapely.Polygon(vertices[first:end]) for first, end in pairwise(offsets)]

    assert overlapping(cells, bbox).tolist() == [bool(shapely.intersects(turns, one).any()) for one in drawn]


@settings(deadline=None)
@given(boxes())
def test_a_box_survives_being_written_and_parsed(bbox: BBox) -> None:
    assert BBox.parse(str(bbox)) == bbox


@settings(deadline=None)
@given(boxes(), LON, LAT)
def test_a_box_holds_what_one_of_its_parts_holds(bbox: BBox, lon: float, lat: float) -> None:
    point = np.array([lon]), np.array([lat])

    assert bbox.contains(*point) == any(part.contains(*point)[0] for part in bbox.split())
    assert all(part.west <= part.east for part in bbox.split())


def test_a_box_over_the_antimeridian_holds_both_sides_and_not_the_rest() -> None:
    bbox = BBox(170, -10, -170, 10)

    inside = bbox.contains(np.array([175.0, -175, 180, -180, 0, 175]), np.array([0.0, 0, 0, 0, 0, 20]))

    assert bbox.crosses_antimeridian
    assert bbox.width == 20
    assert inside.tolist() == [True, True, True, True, False, False]


@pytest.mark.parametrize(
    "text", ["", "1,2,3", "1,2,3,4,5", "a,b,c,d", "nan,0,1,1", "0,0,181,1", "0,5,1,4", "0,-91,1,1", "0,0,inf,1"]
)
def test_what_is_no_box_is_refused_with_a_reason(text: str) -> None:
    with pytest.raises(BadQuestion, match=r"west|east|north|south"):
        BBox.parse(text)
