"""The basemap: land where there is land, nothing cut at tile edges or at the antimeridian, names in full."""

from importlib.resources import files
from itertools import combinations

import numpy as np
import pytest
from PIL import Image

from watchfloor.layers.antialias import Lines, View, add_area, add_lines, boxes_of, settle_area
from watchfloor.layers.atlas import ARTEFACT, Atlas, Label, LabelKind, PathKind
from watchfloor.layers.basemap import PALETTES, Basemap
from watchfloor.layers.labels import PlacedLabel, place_labels, style_of
from watchfloor.layers.lettering import Ink, Style, font_file, size_of, word
from watchfloor.layers.tilegrid import SIZE, Tile

TRIANGLE = np.array([[10, 10], [100, 20], [60, 90], [10, 10]], np.int32)
BLACK_ON_WHITE = Ink((0, 0, 0), (255, 255, 255))
LAND = {
    "Kansas": (-98.4, 38.5),
    "Paris": (2.35, 48.86),
    "Congo Basin": (22.0, -1.0),
    "Chukotka, east of the antimeridian": (-175.5, 66.8),
    "Chukotka, west of the antimeridian": (178.0, 68.0),
    "Antarctica": (40.0, -80.0),
    "Antarctica at the map's edge": (-179.9, -84.9),
}
WATER = {
    "North Atlantic": (-40.0, 35.0),
    "Caribbean": (-75.0, 15.0),
    "Caspian": (51.0, 42.0),
    "Lake Superior": (-87.8, 47.6),
    "Lake Michigan": (-87.0, 43.5),
    "Bering Sea at the antimeridian": (180.0, 58.0),
    "Pacific at the antimeridian": (-180.0, 20.0),
}


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    return Atlas.load()


@pytest.fixture(scope="module")
def basemap() -> Basemap:
    return Basemap.load()


def colour_at(basemap: Basemap, zoom: int, lon: float, lat: float) -> str:
    tile = Tile.at(zoom, lon, lat)
    px, py = tile.to_pixels(lon, lat)
    pixel = basemap.draw_ground(tile).getpixel((int(np.clip(px, 0, SIZE - 1)), int(np.clip(py, 0, SIZE - 1))))
    assert isinstance(pixel, tuple)
    return "#{:02x}{:02x}{:02x}".format(*(int(c) for c in pixel[:3]))


def lines_of(xy: np.ndarray) -> Lines:
    chunks = np.array([[0, len(xy) - 1]], np.int32)
    return Lines(xy, chunks, boxes_of(xy, chunks))


def covered(xy: np.ndarray, view: View) -> np.ndarray:
    area = np.zeros((128, 129), np.float32)
    add_area(area, lines_of(xy), view)
    return settle_area(area)


@pytest.mark.parametrize("zoom", [2, 4, 7])
@pytest.mark.parametrize("place", LAND)
def test_land_is_land_at_every_level_of_detail(basemap: Basemap, zoom: int, place: str) -> None:
    assert colour_at(basemap, zoom, *LAND[place]) == PALETTES["dark"].land


@pytest.mark.parametrize("zoom", [2, 4, 7])
@pytest.mark.parametrize("place", WATER)
def test_water_is_not_land_at_any_level_of_detail(basemap: Basemap, zoom: int, place: str) -> None:
    assert colour_at(basemap, zoom, *WATER[place]) <= PALETTES["dark"].shallows


def test_an_island_in_a_lake_is_land(basemap: Basemap) -> None:
    assert colour_at(basemap, 8, -82.1, 45.75) == PALETTES["dark"].land


def test_the_ground_is_opaque_and_the_overlay_is_not(basemap: Basemap) -> None:
    tile = Tile(6, 18, 24)
    assert basemap.draw_ground(tile).getchannel("A").getextrema() == (255, 255)
    lowest, highest = basemap.draw_lines_and_labels(tile).getchannel("A").getextrema()
    assert (lowest, highest > 200) == (0, True)


def test_pictures_have_the_size_of_a_tile(basemap: Basemap) -> None:
    for picture in (basemap.draw_ground(Tile(0, 0, 0)), basemap.draw_lines_and_labels(Tile(0, 0, 0))):
        assert (picture.mode, picture.size) == ("RGBA", (SIZE, SIZE))


def test_the_same_tile_is_drawn_alike_twice(basemap: Basemap) -> None:
    tile = Tile(5, 9, 13)
    assert basemap.draw_ground(tile).tobytes() == basemap.draw_ground(tile).tobytes()
    assert basemap.draw_lines_and_labels(tile).tobytes() == basemap.draw_lines_and_labels(tile).tobytes()


@pytest.mark.parametrize("zoom", [3, 5, 8])
def test_the_ground_runs_on_over_the_antimeridian(basemap: Basemap, zoom: int) -> None:
    row = Tile.at(zoom, 180.0, 67.0).y
    west = np.asarray(basemap.draw_ground(Tile(zoom, (1 << zoom) - 1, row)), np.float64)[:, -1]
    east = np.asarray(basemap.draw_ground(Tile(zoom, 0, row)), np.float64)[:, 0]
    assert np.abs(west - east).mean() < 1.5


@pytest.mark.parametrize("tile", [Tile(5, 8, 12), Tile(8, 75, 95), Tile(11, 607, 767)])
def test_the_glow_along_the_coast_shows_no_edge_of_a_tile(basemap: Basemap, tile: Tile) -> None:
    pair = [basemap.draw_ground(Tile(tile.z, tile.x + i, tile.y)) for i in (0, 1)]
    left, right = (np.asarray(p, np.float64)[:, c] for p, c in zip(pair, (-1, 0), strict=True))
    assert np.median(np.abs(left - right).max(axis=1)) <= 2


def test_the_light_theme_is_lighter(basemap: Basemap) -> None:
    means = [np.asarray(basemap.draw_ground(Tile(4, 4, 6), theme))[..., :3].mean() for theme in ("dark", "light")]
    assert means[1] > means[0] + 100


def test_counties_appear_at_depth_only(atlas: Atlas) -> None:
    assert len(atlas.level_at(5).lines[PathKind.COUNTY].chunks) == 0
    assert len(atlas.level_at(6).lines[PathKind.COUNTY].chunks) > 1_000


def test_no_path_jumps_over_the_map(atlas: Atlas) -> None:
    for level in atlas.levels:
        for kind, lines in level.lines.items():
            if kind is not PathKind.SEAM:
                widths = lines.boxes[:, 2] - lines.boxes[:, 0]
                assert widths.max(initial=0) < level.world / 4


def test_the_artefact_stays_compact() -> None:
    with files("watchfloor.layers.artefacts").joinpath(ARTEFACT).open("rb") as stream:
        assert len(stream.read()) < 1_200_000


def test_places_of_the_gazetteer_are_named(atlas: Atlas) -> None:
    names = {(label.kind, label.text) for label in atlas.labels}
    assert {
        (LabelKind.CITY, "Medellín"),
        (LabelKind.PORT, "Lázaro Cárdenas"),
        (LabelKind.CROSSING, "Eastport, Idaho"),
        (LabelKind.STATE, "Connecticut"),
        (LabelKind.STATE, "Nuevo León"),
        (LabelKind.COUNTRY, "Türkiye"),
    } <= names


@pytest.mark.parametrize("swell", [1, 2])
@pytest.mark.parametrize("zoom", [2, 4, 6, 8])
def test_no_two_labels_overlap(atlas: Atlas, zoom: int, swell: int) -> None:
    for labels in place_labels(atlas.labels, zoom, swell).values():
        boxes = [(*label.corner, *size_of(label.text, label.style)) for label in labels]
        for (x, y, w, h), (u, v, s, t) in combinations(boxes, 2):
            assert x + w <= u or u + s <= x or y + h <= v or v + t <= y


def only_label(x: float, y: float, zoom: int, text: str = "Guayaquil") -> dict[tuple[int, int], PlacedLabel]:
    label = Label(LabelKind.COUNTRY, text, x, y, 0, 16, 0)
    return {tile: labels[0] for tile, labels in place_labels([label], zoom).items()}


def test_names_on_a_wall_are_twice_as_large(basemap: Basemap) -> None:
    tile = Tile.at(5, -97, 33)
    desk, wall = ({label.text: label.style for label in basemap.names_of(tile, swell)} for swell in (1, 2))
    both = desk.keys() & wall.keys()
    assert both
    assert all(wall[name].size == 2 * desk[name].size for name in both)
    assert basemap.draw_lines_and_labels(tile, swell=2).tobytes() != basemap.draw_lines_and_labels(tile).tobytes()


def test_a_label_over_a_tile_edge_stands_on_both_tiles_at_one_place() -> None:
    placed = only_label(0.5, 0.3, 3)
    assert set(placed) == {(3, 2), (4, 2)}
    left, right = placed[3, 2].corner, placed[4, 2].corner
    assert (left[0] - SIZE, left[1]) == right


def test_a_label_over_the_antimeridian_stands_at_both_ends_of_the_map() -> None:
    assert set(only_label(0.9999, 0.3, 3)) == {(7, 2), (0, 2)}


def test_a_label_without_room_is_left_out_whole() -> None:
    first, second = (Label(LabelKind.COUNTRY, name, 0.3, 0.3, 0, 16, i) for i, name in enumerate(("Peru", "Chile")))
    texts = {label.text for labels in place_labels([first, second], 4).values() for label in labels}
    assert texts == {"Peru"}


def test_a_city_without_room_on_its_right_is_named_elsewhere() -> None:
    city = Label(LabelKind.CITY, "Cali", 0.3, 0.3, 0, 16, 1)
    width = size_of("Cali", style_of(city, 8))[0]
    wall = Label(LabelKind.SEA, "wall", 0.3 + (width + 10) / (SIZE << 8), 0.3, 0, 16, 0)
    [placed] = [p for labels in place_labels([wall, city], 8).values() for p in labels if p.text == "Cali"]
    assert placed.point is not None
    assert placed.corner[0] < placed.point[0]


def test_the_typeface_has_accents() -> None:
    assert font_file("regular") is not None
    pictures = {word(letter, Style("regular", 20), BLACK_ON_WHITE).tobytes() for letter in "eéèñnçcãaőžłİ"}
    assert len(pictures) == len("eéèñnçcãaőžłİ")


def test_a_word_fits_into_the_size_that_was_planned_for_it() -> None:
    style = Style("semibold", 12, 2.0, is_capitals=True)
    picture = word("Ñuñoa\nÉlysée", style, BLACK_ON_WHITE)
    assert picture.size == size_of("Ñuñoa\nÉlysée", style)
    rows = np.asarray(picture.getchannel("A")).max(axis=1)
    assert rows[0] < 128
    assert rows[-1] < 128


def test_coverage_of_a_triangle_is_its_area() -> None:
    assert covered(TRIANGLE, View(1.0, 0.0, 0.0)).sum() == pytest.approx(3350.0)


def test_what_lies_left_of_the_picture_still_closes_the_land() -> None:
    big = np.array([[-900, -900], [900, -900], [900, 900], [-900, 900], [-900, -900]], np.int32)
    assert covered(big, View(1.0, 0.0, 0.0)).min() == 1.0
    assert covered(big, View(1.0, 1000.0, 0.0)).max() == 0.0


def test_part_of_a_picture_is_covered_as_the_whole_is() -> None:
    whole = covered(TRIANGLE, View(1.0, 0.0, 0.0))
    part = covered(TRIANGLE, View(1.0, 40.0, 30.0))
    assert np.allclose(part[:60, :60], whole[30:90, 40:100], atol=1e-5)


def test_a_line_covers_its_width() -> None:
    coverage = np.zeros((128, 128), np.float32)
    add_lines(coverage, lines_of(np.array([[10, 64], [110, 64]], np.int32)), View(1.0, 0.0, 0.0), 1.0)
    assert coverage[:, 60].sum() == pytest.approx(2.0)
    assert coverage[:, 5].sum() == 0


def test_the_overlay_of_the_open_sea_holds_the_graticule_only(basemap: Basemap) -> None:
    overlay: Image.Image = basemap.draw_lines_and_labels(Tile.at(9, -40.1, 30.3))
    assert overlay.getchannel("A").getextrema()[1] <= 20
