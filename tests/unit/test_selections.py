"""Selections: added to and taken from, read back as written, true across the antimeridian and round a pole."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from watchfloor.geo.areas import Area
from watchfloor.geo.bbox import BBox
from watchfloor.geo.cells import cells_at, centroids, range_key
from watchfloor.geo.disc import Disc
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.precision import finest_resolution
from watchfloor.geo.selection import MOST_PLACES, MOST_TEXT, Cells, Selection
from watchfloor.geo.selection_covering import selection_covering
from watchfloor.geo.selection_reach import Reach, Standing, area_m2, outline

HEXAGON = 0x85283473FFFFFFF
NAMES = (
    "box:-118,32,-114,35", "box:179,-5,-178,5", "disc:-117,32.5,50000", "disc:0,88,400000", "disc:179.9,-60,200000",
    "poly:178,-10;182,-10;182,10", "cells:85283473", "box:-98,30,-97.5,30.5", "poly:-98,31;-97,31;-97,32;-98,31.5",
)  # fmt: skip
PLACES = st.sampled_from(NAMES)
SELECTIONS = st.builds(
    lambda first, others: Selection.parse("|".join([first, *others])),
    PLACES,
    st.lists(st.builds(lambda taken, name: "!" * taken + name, st.booleans(), PLACES), max_size=4),
)
SQUARE = Selection.parse("box:0,0,2,2")


def points(seed: int, n: int = 400) -> tuple[np.ndarray, np.ndarray]:
    """Points near the places above, and anywhere."""
    rng = np.random.default_rng(seed)
    middles = np.array([(-116.0, 33.0), (180.0, 0.0), (0.0, 88.0), (180.0, -60.0), (-97.5, 31.0), (-122.0, 37.3)])
    near = middles[rng.integers(len(middles), size=n)] + rng.normal(0, 2.0, (n, 2))
    lon = np.where(rng.random(n) < 0.2, rng.uniform(-180, 180, n), near[:, 0])
    return (lon + 180) % 360 - 180, np.clip(near[:, 1], -89.99, 89.99)


@pytest.mark.parametrize(
    ("name", "extent"),
    [
        ("box:-118,32,-114,35|!box:0,0,1,1", (-118.0, 32.0, -114.0, 35.0)),
        ("box:170,10,-170,20|box:175,0,-160,5", (170.0, 0.0, 200.0, 20.0)),
        ("box:-170,0,-160,5|box:170,10,-175,20", (-190.0, 0.0, -160.0, 20.0)),
        ("box:-180,-90,180,90", ()),
    ],
)
def test_the_extent_holds_what_was_added_also_across_the_antimeridian(name: str, extent: tuple[float, ...]) -> None:
    assert Selection.parse(name).extent == pytest.approx(extent)


@given(SELECTIONS)
def test_a_selection_is_read_back_as_it_was_written(selection: Selection) -> None:
    assert Selection.parse(selection.name) == selection


@given(SELECTIONS, PLACES, st.integers(0, 99))
def test_what_is_added_is_in_it_and_what_is_taken_away_is_not(selection: Selection, name: str, seed: int) -> None:
    place = Selection.parse(name).steps[0].place
    lon, lat = points(seed)
    was, own = selection.contains(lon, lat), place.contains(lon, lat)

    assert (selection.adding(place).contains(lon, lat) == (was | own)).all()
    assert (selection.without(place).contains(lon, lat) == (was & ~own)).all()


def test_what_was_taken_away_comes_back_if_it_is_added_later() -> None:
    lon, lat = np.array([0.5, 1.5]), np.array([0.5, 1.5])
    hole = Area(BBox(1, 1, 2, 2))

    assert SQUARE.without(hole).contains(lon, lat).tolist() == [True, False]
    assert SQUARE.without(hole).adding(hole).contains(lon, lat).tolist() == [True, True]


def test_elsewhere_is_the_world_but_for_the_selection() -> None:
    lon, lat = points(3)
    selection = Selection.parse("box:179,-5,-178,5|disc:-117,32.5,50000")

    assert (selection.elsewhere().contains(lon, lat) == ~selection.contains(lon, lat)).all()
    assert selection.elsewhere().words.startswith("Everywhere but a box and within 50 km")
    with pytest.raises(BadQuestion, match="taken away"):
        SQUARE.without(Area(Disc(1, 1, 5))).elsewhere()


def test_a_hexagon_holds_what_its_descendants_hold() -> None:
    cells = Cells((HEXAGON,))
    lon, lat = centroids(np.array([HEXAGON, 0x85283447FFFFFFF], np.uint64))

    assert cells.name == "cells:85283473"
    assert cells.contains(lon, lat).tolist() == [True, False]


@pytest.mark.parametrize(
    "text",
    [
        "", "!box:0,0,1,1", "box:0,0,1,1|", "cells:", "cells:zz", "cells:85283473,<img>", "cells:0", "cells:ffffffffff",
        "cells:852834731", "box:0,0,1,1|'; DROP TABLE event; --", "disc:0,0,9000000",
        "cells:" + ",".join(["85283473"] * 61),
        "|".join(["box:0,0,1,1"] * (MOST_PLACES + 1)), "box:0,0,1,1|" + "x" * MOST_TEXT, "cells:8528347\u0663",
        "poly:0,0;1,1;1,0;0,1", "box:nan,0,1,1", "world",
    ],
)  # fmt: skip
def test_what_is_no_selection_is_refused(text: str) -> None:
    with pytest.raises(BadQuestion):
        Selection.parse(text)


@pytest.mark.parametrize(
    ("name", "square_km"),
    [
        ("box:-180,-90,180,90", 510_064_472),
        ("box:170,-10,-170,10", 4_914_978),
        ("disc:0,88,500000", 784_997),
        ("disc:179,0,500000", 784_997),
        ("box:-180,-90,180,90|!disc:0,-89,500000", 510_064_472 - 784_997),
        ("box:0,0,2,2|box:1,0,3,2|!box:0,0,3,1", 37_078),
    ],
)
def test_the_size_of_a_selection_is_that_on_the_sphere(name: str, square_km: float) -> None:
    assert area_m2(Selection.parse(name)) / 1e6 == pytest.approx(square_km, rel=2e-3)


def test_a_place_known_roughly_may_lie_in_what_it_reaches() -> None:
    # a degree is 111 km here, and the square has 49,000 square kilometres
    lon, lat = np.array([1.0, 1.0, 2.05, 2.05, 2.05, 2.5, np.nan]), np.array([1.0] * 7)
    metres = np.array([20.0, 300_000.0, 20.0, 6_000.0, 5_000.0, np.inf, np.nan])

    found = Reach(SQUARE).standing(lon, lat, metres)

    assert [Standing(one).name for one in found] == ["IN", "MAY", "OUT", "MAY", "OUT", "MAY", "MAY"]


def test_what_lies_in_a_hole_by_less_than_it_is_uncertain_may_lie_outside_of_it() -> None:
    ring = SQUARE.without(Area(BBox(0.5, 0.5, 1.5, 1.5)))
    lon, lat = np.array([1.0, 1.45]), np.array([1.0, 1.0])

    assert Reach(ring).standing(lon, lat, np.array([6_000.0, 6_000.0])).tolist() == [Standing.OUT, Standing.MAY]
    assert Reach(SQUARE).standing(lon, lat, np.array([6_000.0, 6_000.0])).tolist() == [Standing.IN, Standing.IN]


@settings(max_examples=60)
@given(SELECTIONS, st.integers(0, 99), st.sampled_from([20.0, 150.0, 6_000.0, 35_000.0, 300_000.0]))
def test_no_row_that_stands_in_a_selection_is_missed_by_its_covering(
    selection: Selection, seed: int, metres: float
) -> None:
    lon, lat = points(seed)
    uncertainty = np.full(lon.shape, metres)
    found = selection_covering(selection)
    # many large places together: all is read, and nothing can be missed
    assume(found is not None)

    reached = Reach(selection).standing(lon, lat, uncertainty) != Standing.OUT

    keys = range_key(cells_at(lon, lat, finest_resolution(uncertainty)))
    assert found.holds(keys[reached]).all()


def test_most_of_the_world_is_read_in_one_go() -> None:
    assert selection_covering(SQUARE.elsewhere()) is None


@given(SELECTIONS)
def test_an_outline_runs_round_the_selection_without_a_jump(selection: Selection) -> None:
    for lon, lat in outline(selection):
        assert np.abs(np.diff(lon)).max() < 180 or np.abs(lat).max() > 89
        assert max(map(abs, lat)) <= 90
