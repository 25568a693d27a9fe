"""Pictures of seizures at their places and of their density: seamless, honest, bounded by what is known."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from watchfloor.geo.facts import FactKind
from watchfloor.geo.place_symbols import place_symbols
from watchfloor.geo.query import Measured
from watchfloor.geo.seizure_places import SeizurePlaces
from watchfloor.layers.area_names import MOST_LETTERS, name_of, with_room
from watchfloor.layers.density import REACH_PX, WIDTH_PX, blurred, density, draw_density
from watchfloor.layers.density_under import density_under
from watchfloor.layers.palettes import Scale
from watchfloor.layers.place_legends import density_legend, seizures_legend
from watchfloor.layers.seizures import draw_seizures, seizure_marks
from watchfloor.layers.tilegrid import SIZE, Tile
from watchfloor.layers.uncertainty import circles


def places(rows, names=(), **more) -> SeizurePlaces:
    lon, lat, metres, n = (np.array(column, float) for column in zip(*rows, strict=True))
    name = np.arange(1, len(rows) + 1) if names else np.zeros(len(rows), np.int64)
    return SeizurePlaces(lon, lat, metres, np.arange(len(rows)), n.astype(np.int64), n * 2, name, ("", *names), **more)


def alpha(picture: Image.Image) -> np.ndarray:
    return np.asarray(picture.getchannel("A"), int)


def side_by_side(draw, west: Tile, east: Tile) -> np.ndarray:
    return np.concatenate([np.asarray(draw(west), int), np.asarray(draw(east), int)], axis=1)


def shifted(rows, pixels: float, zoom: int):
    """The same places so many pixels further west."""
    return [((lon - pixels * 360 / (SIZE << zoom) + 180) % 360 - 180, *rest) for lon, *rest in rows]


EDGE = [(0.0, 10.0, 20.0, 3), (0.3, 10.2, 20.0, 900), (-0.2, 9.7, 20.0, 1), (0.0, 11.5, 30_000.0, 4)]
WORLD_EDGE = [((lon + 180 + 180) % 360 - 180, *rest) for lon, *rest in EDGE]


@pytest.mark.parametrize(
    ("rows", "west", "east"),
    [(EDGE, Tile(6, 31, 30), Tile(6, 32, 30)), (WORLD_EDGE, Tile(6, 63, 30), Tile(6, 0, 30))],
    ids=["inside the world", "at the antimeridian"],
)
@pytest.mark.parametrize("layer", ["seizures", "density"])
def test_what_lies_on_the_edge_of_two_tiles_is_whole_on_both(rows, west: Tile, east: Tile, layer: str) -> None:
    # half a tile further west nothing is cut: the same picture must come out of one tile
    def drawn(given):
        known = places(given)
        if layer == "density":
            # the scale is taken on a grid, which does not move along
            ready = replace(density(known, 6, Measured.COUNT), scale=Scale(0.1, 50.0))
            return lambda tile: draw_density(tile, ready, "dark")
        marks = seizure_marks(place_symbols(known, 6), Measured.COUNT)
        return lambda tile: draw_seizures(tile, marks, "dark")

    cut = side_by_side(drawn(rows), west, east)[:, SIZE // 2 : SIZE // 2 + SIZE]
    whole = np.asarray(drawn(shifted(rows, SIZE // 2, 6))(west), int)

    assert cut[:, :, 3].max() > 200
    assert np.abs(cut - whole).max() <= 1


def test_equal_density_has_equal_colour_on_tiles_with_much_and_with_little_else() -> None:
    lonely, crowd = (-90.0, 0.0, 20.0, 5), (90.0, 0.0, 20.0, 5)
    ready = density(places([lonely, crowd, (95.0, 3.0, 20.0, 500)]), 5, Measured.COUNT)
    pictures = [draw_density(Tile.at(5, lon, 0.0), ready, "dark") for lon in (-90.0, 90.0)]
    pixels = [picture.getpixel((0, 0)) for picture in pictures]

    assert pixels[0] == pixels[1]
    assert pixels[0][3] > 0


def test_density_leaves_out_what_is_known_less_finely_than_its_blur() -> None:
    known = places([(10.0, 10.0, 20.0, 3), (11.0, 10.0, 400_000.0, 40)], n_unplaced=2)
    ready = density(known, 6, Measured.COUNT)

    assert (ready.n, ready.n_areas) == (3, 40)
    lines = density_legend(ready, known, Measured.COUNT, "dark").lines
    assert lines[0] == "3 of 45 shown"
    assert lines[1].startswith("40 on areas only")
    assert lines[2] == "2 without a place"


def test_density_counts_per_ground_and_not_per_pixel() -> None:
    # at 60 degrees a pixel is half as wide and half as high on the ground
    ready = density(places([(0.0, 0.0, 20.0, 1), (0.0, 60.0, 20.0, 1)]), 6, Measured.COUNT)

    assert ready.weight[1] / ready.weight[0] == pytest.approx(4.0)


def test_the_blur_keeps_the_sum_of_what_it_spreads() -> None:
    one = np.zeros((SIZE + 2 * 21, 1))
    one[SIZE // 2] = 1.0

    assert blurred(one).sum() == pytest.approx(1.0)


@pytest.mark.parametrize("shift", [0.0, 180.0], ids=["inside the world", "at the antimeridian"])
def test_under_a_cursor_is_the_value_of_the_picture_and_what_it_comes_from(shift: float) -> None:
    zoom = 6
    rows = [
        ((lon + shift + 180) % 360 - 180, *rest)
        for lon, *rest in [*EDGE, (4.0, 10.0, 20.0, 50), (0.05, 10.1, 60_000.0, 7)]
    ]
    known = places(rows)
    ready = density(known, zoom, Measured.COUNT)
    # the whole row of the world under the first place, blurred as tiles are, but in one piece
    around, margin = SIZE << zoom, 2 * REACH_PX
    row = int(ready.y[0])
    sheet = np.zeros((SIZE + margin, around + margin))
    for x, y, weight in zip(ready.x, ready.y, ready.weight, strict=True):
        for turn in (-1, 0, 1):
            column = x + turn * around + REACH_PX
            if 0 <= column < around + margin:
                sheet[y - row + REACH_PX + SIZE // 2, column] += weight
    down = blurred(sheet)[SIZE // 2]
    counted = known.n[known.uncertainty_m < 50_000]
    metres = WIDTH_PX * 360 / around * 111_195 * np.cos(np.radians(10))
    for step in (0.0, 0.1, -0.15, 0.3):
        lon = (shift + step + 180) % 360 - 180
        found = density_under(known, zoom, Measured.COUNT, lon, rows[0][1])
        column = int(np.floor((lon / 360 + 0.5) % 1.0 * around))
        window = down[np.arange(column, column + margin + 1)]
        kernel = np.exp(-0.5 * (np.arange(-REACH_PX, REACH_PX + 1) / 7.0) ** 2)
        assert found.value == pytest.approx((window * kernel).sum() / kernel.sum())
        aside = np.abs((ready.x - column + around // 2) % around - around // 2)
        assert found.n == counted[np.hypot(aside, ready.y - row) <= WIDTH_PX].sum() > 0
        assert found.around.radius_m == pytest.approx(metres, rel=0.01)
    assert density_under(known, zoom, Measured.COUNT, (shift + 2.0 + 180) % 360 - 180, 10.0) is None


def test_kilograms_are_dense_where_they_are() -> None:
    known = places([(0.0, 0.0, 20.0, 4)])

    assert density(known, 6, Measured.KILOGRAMS).weight[0] == pytest.approx(
        2 * density(known, 6, Measured.COUNT).weight[0]
    )


def test_a_dot_grows_with_what_is_measured() -> None:
    symbols = place_symbols(places([(0.0, 0.0, 20.0, 1), (20.0, 0.0, 20.0, 100)]), 5)
    radius = seizure_marks(symbols, Measured.COUNT).radius

    assert radius[0] > radius[1] > 3


def test_a_circle_is_drawn_where_it_can_be_read_and_words_say_it_where_not() -> None:
    known = places(
        [(0.0, 0.0, 200_000.0, 4), (40.0, 0.0, 9_700_000.0, 7)], ("NEAR SECTOR", "FAR SECTOR"), fact=FactKind.REPORTED,
        n_unplaced=5, unplaced=("PRECLEARANCE",),
    )  # fmt: skip
    symbols = place_symbols(known, 5)
    lines = " / ".join(seizures_legend(symbols, Measured.COUNT, "dark").lines)

    assert symbols.lead[circles(symbols).symbol].tolist() == [0]
    assert "11 of 16 shown" in lines
    assert "11 on areas only" in lines
    assert "5 without a place: Preclearance" in lines
    assert "7 too widely for a circle: Far Sector within 9,700 km" in lines


def test_a_circle_has_the_radius_of_the_uncertainty() -> None:
    tile = Tile(6, 32, 31)
    lon, lat = (float(axis) for axis in tile.from_pixel(128, 128))
    marks = seizure_marks(place_symbols(places([(lon, lat, 100_000.0, 4)]), 6), Measured.COUNT)
    across = alpha(draw_seizures(tile, marks, "dark"))[128]
    expected = 100_000 / (2 * np.pi * 6_378_137 / (SIZE << 6) * np.cos(np.radians(lat)))

    assert np.ptp(np.flatnonzero(across)) / 2 == pytest.approx(expected, abs=1.5)


def test_an_area_with_a_boundary_shows_it_in_place_of_a_circle() -> None:
    square = np.array([[-2.0, -2.0], [2.0, -2.0], [2.0, 2.0], [-2.0, 2.0], [-2.0, -2.0]])
    known = places([(0.0, 0.0, 300_000.0, 4)], ("SQUARE",), fact=FactKind.REPORTED, outlines=((0, square),))
    symbols = place_symbols(known, 6)
    tile = Tile(6, 32, 31)
    drawn = alpha(draw_seizures(tile, seizure_marks(symbols, Measured.COUNT), "dark"))
    px, _ = (float(axis) for axis in tile.to_pixels(2.0, 1.0))

    assert len(circles(symbols).symbol) == 0
    assert drawn[200, round(px) - 20] > 0
    assert drawn[200, round(px) + 20] == 0


def test_a_hostile_name_is_cut_and_stays_text() -> None:
    hostile = "<b>\x00\u202e" + "=HYPERLINK(1)" * 30
    symbols = place_symbols(places([(0.0, 0.0, 300_000.0, 4)], (hostile,)), 6)

    assert len(name_of(symbols, 0)) == MOST_LETTERS
    assert name_of(symbols, 0).isprintable()
    draw_seizures(Tile.at(6, 0.0, 0.0), seizure_marks(symbols, Measured.COUNT), "light")


def test_of_two_names_that_would_overlap_the_greater_is_written() -> None:
    plates = np.array([[100.0, 100.0, 40.0], [190.0, 100.0, 40.0], [100.0, 300.0, 40.0]])
    names = ["A long name of an area", "Another long name", "Far away"]

    assert with_room(names, plates, np.zeros((0, 2))).tolist() == [True, False, True]


def test_no_name_is_written_across_a_dot() -> None:
    assert with_room(["Name"], np.array([[100.0, 100.0, 40.0]]), np.array([[104.0, 118.0]])).tolist() == [False]


def test_an_empty_answer_is_an_empty_picture() -> None:
    none = np.zeros(0)
    known = SeizurePlaces(none, none, none, none.astype(int), none.astype(int), none, none.astype(int))
    marks = seizure_marks(place_symbols(known, 3), Measured.COUNT)

    assert alpha(draw_seizures(Tile(3, 1, 1), marks, "dark")).max() == 0
    assert alpha(draw_density(Tile(3, 1, 1), density(known, 3, Measured.COUNT), "dark")).max() == 0
    assert seizures_legend(marks.symbols, Measured.COUNT, "dark").lines == ("0 of 0 shown",)
