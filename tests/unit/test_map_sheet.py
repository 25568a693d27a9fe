"""The sheet round a map: what it says is on it, whatever was typed; the map in it is drawn as the tiles are."""

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from watchfloor.geo.map_window import MapWindow, ScaleBar
from watchfloor.layers.legends import Legend
from watchfloor.layers.map_marks import draw_marks
from watchfloor.layers.map_mosaic import mosaic, tiles_of
from watchfloor.layers.map_sheet import Look, Sheet, Words, sheet_round
from watchfloor.layers.sheet_legend import Entry, Inks
from watchfloor.layers.sheet_png import texts_of, write_png
from watchfloor.layers.sheet_text import Face, lines_of, plain
from watchfloor.layers.tilegrid import SIZE, Tile
from watchfloor.layers.vectors import Shape, Vectors

LOOK = Look("#101823", Inks("#d8e0ea", "#94a2b5", "#24334a"), ("#f2b53a", "#16110a"))
LEGEND = Legend("Seizures", "seizures", "single events", ((0, 0, 80), (250, 220, 90)), ((0.0, "1"), (1.0, "90")))
HOSTILE = "x" * 9_000 + "\x00\u202e\n<script>\t" + "é漢😀" * 400
WORDS = Words(
    "EXERCISE · TLP:RED · SEALED", "#ff2b2b", "EXERCISE", "Fentanyl", "Seizures",
    [Entry("Seizures", LEGEND)], [("Counts", "7 lie in this picture"), ("Link", "/explore")],
)  # fmt: skip
BAR = ScaleBar(1000.0, 100.0, "1 km")


def drawn(sheet: Sheet) -> np.ndarray:
    left, top, right, bottom = sheet.map_box
    picture = Image.new("RGB", (right - left, bottom - top), (1, 200, 3))
    return np.asarray(sheet.drawn(picture, BAR))


@pytest.mark.parametrize(("size", "unit"), [((1920, 1080), 1.25), ((3508, 2480), 2.75), ((800, 700), 1.0)])
def test_the_marking_stands_above_and_below_in_its_colour(size: tuple[int, int], unit: float) -> None:
    pixels = drawn(Sheet(*size, unit, WORDS, LOOK))
    assert pixels.shape == (size[1], size[0], 3)
    red = (pixels == (255, 43, 43)).all(axis=2).any(axis=1)
    amber = (pixels == (242, 181, 58)).all(axis=2).any(axis=1)
    for rows in (red, amber):
        assert rows[: size[1] // 8].any()
        assert rows[-size[1] // 8 :].any()


def test_the_map_of_a_sheet_as_on_screen_is_as_large_as_on_the_page() -> None:
    left, top, right, bottom = sheet_round((1034, 702), WORDS, LOOK).map_box
    assert (right - left, bottom - top) == (1034, 702)


@pytest.mark.parametrize("field", ["marking", "title", "subtitle"])
def test_hostile_words_of_any_length_leave_room_for_the_map(field: str) -> None:
    words = replace(WORDS, facts=[("Link", HOSTILE)] * 6, entries=[Entry(HOSTILE, LEGEND, HOSTILE)] * 9)
    sheet = Sheet(1920, 1080, 1.25, replace(words, **{field: HOSTILE}), LOOK)
    left, top, right, bottom = sheet.map_box
    assert right - left > 1000
    assert bottom - top > 200
    assert drawn(sheet).shape == (1080, 1920, 3)


def test_no_line_is_wider_than_its_place_and_none_of_the_text_is_lost() -> None:
    face = Face(13, "#000000")
    text = "several plain words " * 12 + "a" * 300
    lines = lines_of(text, face, 200)
    assert max(face.width(line) for line in lines) <= 200
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_what_turns_or_hides_text_is_not_drawn() -> None:
    assert plain("a\u202eb\x00c\n d") == "a b c d"


def test_the_file_says_what_it_is_without_its_frame() -> None:
    file = io.BytesIO()
    write_png(Image.new("RGB", (8, 8)), file, {"marking": "TLP:RED · é漢", "watchfloor": '{"a": 1}'}, 300)
    file.seek(0)
    assert texts_of(file) == {"marking": "TLP:RED · é漢", "watchfloor": '{"a": 1}'}
    file.seek(0)
    assert Image.open(file).info["dpi"] == pytest.approx((300, 300), abs=0.1)


# ------------------------------------------------------------ the map in it
def coloured(tile: Tile) -> Image.Image:
    return Image.new("RGBA", (SIZE, SIZE), (tile.x * 60, tile.y * 60, 7, 255))


def test_a_window_that_is_four_tiles_is_their_picture() -> None:
    picture = np.asarray(mosaic(MapWindow(0, 0, 1.0, 512, 512), 1, coloured))
    assert picture[10, 10].tolist() == [0, 0, 7, 255]
    assert picture[500, 500].tolist() == [60, 60, 7, 255]
    assert picture[10, 500].tolist() == [60, 0, 7, 255]


def test_a_window_goes_on_round_the_world() -> None:
    columns = {(column, tile.x) for tile, column, _ in tiles_of(MapWindow(179, 0, 2.0, 600, 100), 2)}
    assert (4, 0) in columns
    assert (3, 3) in columns


def test_a_mark_over_the_antimeridian_is_seen_on_both_sides() -> None:
    for lon in (179.0, -179.0):
        picture = Image.new("RGB", (300, 300))
        area = Vectors(Shape.AREAS, [np.array([178, 182, 182, 178])], [np.array([-2, -2, 2, 2])],
                       columns={"fill": ["#ff0000"], "line": ["#ff0000"], "alpha": [1.0]})  # fmt: skip
        draw_marks(picture, MapWindow(lon, 0, 4.0, 300, 300), area, 1.0, 1.0)
        assert np.asarray(picture)[150, 150].tolist() == [255, 0, 0]


@pytest.mark.parametrize("marker", ["circle", "triangle", "inverted_triangle", "square", "diamond"])
def test_opacity_lets_the_ground_through(marker: str) -> None:
    picture = Image.new("RGB", (100, 100), (0, 0, 0))
    look = {"fill": ["#ffffff"], "line": ["#ffffff"], "size": [40.0], "marker": [marker], "alpha": [1.0]}
    draw_marks(picture, MapWindow(0, 0, 4.0, 100, 100), Vectors(Shape.POINTS, [0.0], [0.0], columns=look), 0.5, 1.0)
    assert abs(int(np.asarray(picture)[50, 50, 0]) - 128) <= 2
