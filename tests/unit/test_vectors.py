"""Marks that are drawn one by one: found under a tap, selected, whole across the antimeridian."""

import numpy as np
import pytest

from watchfloor.layers.selection import selected
from watchfloor.layers.vectors import Shape, Touch, Vectors, touched

PIXEL_DEG_AT_4 = 360 / 256 / 2**4


def points(*lons: float) -> Vectors:
    return Vectors(
        Shape.POINTS, np.array(lons), np.zeros(len(lons)), tuple("abc"[: len(lons)]), {"size": [0.0] * len(lons)}
    )


def line(lons: list[float], lats: list[float]) -> Vectors:
    return Vectors(Shape.LINES, [np.array(lons)], [np.array(lats)], ("a",))


def square(west: float, east: float) -> Vectors:
    lon = np.array([west, east, east, west])
    return Vectors(Shape.AREAS, [lon], [np.array([-1.0, -1.0, 1.0, 1.0])], ("a",))


@pytest.mark.parametrize(("pixels", "found"), [(11.0, 0), (13.0, None)])
def test_a_point_is_touched_within_twelve_pixels(pixels: float, found: int | None) -> None:
    assert touched(points(0.0), Touch(pixels * PIXEL_DEG_AT_4, 0.0, 4.0)) == found


def test_the_nearest_of_several_is_touched() -> None:
    assert touched(points(0.0, 0.3), Touch(0.25, 0.0, 4.0)) == 1


def test_among_marks_at_one_place_the_uppermost_is_touched() -> None:
    assert touched(points(0.0, 0.0), Touch(0.0, 0.0, 4.0)) == 1


def test_nothing_is_touched_where_there_is_nothing() -> None:
    assert touched(Vectors(Shape.POINTS, [], []), Touch(0.0, 0.0, 4.0)) is None


def test_a_point_beyond_the_antimeridian_is_touched_from_the_other_side() -> None:
    assert touched(points(179.9), Touch(-179.9, 0.0, 4.0)) == 0


def test_a_line_is_touched_between_its_vertices() -> None:
    assert touched(line([0.0, 10.0], [0.0, 0.0]), Touch(5.0, 0.2, 4.0)) == 0


def test_a_line_is_not_touched_beyond_its_end() -> None:
    assert touched(line([0.0, 10.0], [0.0, 0.0]), Touch(11.0, 0.0, 4.0)) is None


def test_a_line_that_runs_on_beyond_180_is_touched_on_the_other_side() -> None:
    assert touched(line([170.0, 190.0], [0.0, 0.0]), Touch(-175.0, 0.1, 4.0)) == 0


def test_an_area_is_touched_inside_and_not_outside() -> None:
    assert touched(square(-1.0, 1.0), Touch(0.5, 0.5, 12.0)) == 0
    assert touched(square(-1.0, 1.0), Touch(1.5, 0.5, 12.0)) is None


def test_an_area_across_the_antimeridian_is_touched_on_both_sides() -> None:
    across = square(179.0, 181.0)
    assert touched(across, Touch(179.5, 0.0, 12.0)) == 0
    assert touched(across, Touch(-179.5, 0.0, 12.0)) == 0


def test_opacity_thins_every_mark() -> None:
    assert Vectors(Shape.POINTS, [0.0], [0.0], ("a",), {"alpha": [0.8]}).looks(0.5)["alpha"] == [0.4]


def test_a_selection_holds_the_named_mark_only() -> None:
    chosen = selected(points(1.0, 2.0), "b", "dark")
    assert np.asarray(chosen.lon).tolist() == [2.0]
    assert len(selected(points(1.0, 2.0), "z", "dark")) == 0
