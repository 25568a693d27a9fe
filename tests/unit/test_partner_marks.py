"""Partners' shapes are drawn where they are, on both sides of the world's end, and thinned to what can be seen."""

import numpy as np
import shapely

from watchfloor.geo.partner_shapes import HOLE, PartnerShapes, partner_shapes
from watchfloor.layers.partner import draw_partner, partner_marks, top_of
from watchfloor.layers.tilegrid import Tile


def shapes_of(*geometries: shapely.Geometry) -> PartnerShapes:
    made = np.empty(len(geometries), object)
    made[:] = geometries
    return partner_shapes(np.arange(1, len(geometries) + 1, dtype=np.int32), made)


def alpha(shapes: PartnerShapes, tile: Tile, lon: float, lat: float) -> int:
    """Opacity of the tile's pixel at a place."""
    picture = draw_partner(tile, partner_marks(shapes, top_of(tile.z)), "sky", "dark")
    x, y = (int(value) for value in tile.to_pixels(lon, lat))
    return int(np.asarray(picture)[y, x, 3])


def test_a_hole_in_an_area_stays_empty() -> None:
    ring = shapely.Polygon(shapely.box(0, 0, 40, 40).exterior, [shapely.box(10, 10, 30, 30).exterior])
    shapes = shapes_of(ring)

    assert HOLE in shapes.kinds
    assert [alpha(shapes, Tile(1, 1, 0), lon, 20.0) > 0 for lon in (5.0, 20.0, 35.0, 60.0)] == [
        True,
        False,
        True,
        False,
    ]


def test_a_line_over_the_antimeridian_is_seen_on_both_sides_and_nowhere_between() -> None:
    shapes = shapes_of(shapely.LineString([(170, 5), (-170, 5)]))

    assert alpha(shapes, Tile(2, 3, 1), 175.0, 5.0) > 100
    assert alpha(shapes, Tile(2, 0, 1), -175.0, 5.0) > 100
    assert alpha(shapes, Tile(2, 2, 1), 45.0, 5.0) == 0


def test_shapes_too_small_to_be_told_apart_are_one_speck_for_each_pixel() -> None:
    many = shapes_of(*(shapely.box(10 + step / 1e4, 10, 10.0002 + step / 1e4, 10.0002) for step in range(1_000)))
    far, near = partner_marks(many, 3), partner_marks(many, 16)

    # a tenth of a degree is half a pixel there, and may lie on two
    assert (len(far.specks.chunks) <= 2, len(far.lines.chunks)) == (True, 0)
    assert (len(near.specks.chunks), len(near.lines.chunks)) == (0, 1_000)


def test_the_smaller_kind_is_found_above_the_area_that_holds_it() -> None:
    shapes = shapes_of(shapely.Point(5, 5), shapely.box(0, 0, 10, 10))

    assert [shapes.find(lon, 5.0, 1_000.0) for lon in (5.0, 7.0, 50.0)] == [0, 1, None]
