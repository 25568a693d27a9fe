"""Drawing of a picture of the map: the layers that are on, by the painters of the page's tiles, and the marks above."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from PIL import Image

from watchfloor.app.map_order import MapOrder
from watchfloor.app.tile_order import TileOrder
from watchfloor.app.tile_painters import PAINTERS, Pictures, Viewer
from watchfloor.dashboards.choices import ABOVE_LINES
from watchfloor.dashboards.kept_places import rings_of
from watchfloor.dashboards.readings import CHANGE, MARKS, Reading, against, change_query
from watchfloor.dashboards.selecting import OUTLINE
from watchfloor.dashboards.state import State
from watchfloor.dashboards.taps import outline_of
from watchfloor.geo.comparison import share_days
from watchfloor.geo.kept import Kept, KeptKind
from watchfloor.geo.kept_selection import PLACES
from watchfloor.geo.map_window import MapWindow
from watchfloor.geo.query import Layer
from watchfloor.geo.selection_reach import outline
from watchfloor.layers.lettering import Ink, Style, word
from watchfloor.layers.map_marks import draw_marks
from watchfloor.layers.map_mosaic import mosaic, tiles_of
from watchfloor.layers.map_names import draw_names, lay
from watchfloor.layers.map_symbols import draw_symbols
from watchfloor.layers.palettes import Theme
from watchfloor.layers.seizures import draw_reach
from watchfloor.layers.selection import selected
from watchfloor.layers.sprites import name_ink
from watchfloor.layers.tilegrid import MOST_ZOOM, Tile
from watchfloor.layers.vectors import Shape, Vectors

type Rings = Sequence[tuple[list[float], list[float]]]
type Told = Callable[[int], None]

# tiles are drawn one zoom further in where they would be enlarged by more than this
_ENLARGED: Final = 1.15
# layers whose look belongs to their zoom
_BY_ZOOM: Final = ("density", "seizures")
_KEPT: Final[dict[Theme, str]] = {"dark": "#d9b8ff", "light": "#7434b0"}
_CHOSEN: Final[dict[Theme, str]] = {"dark": "#ffffff", "light": "#0b1220"}
_MOST_NOTE: Final = 60


def symbol_zoom(window: MapWindow, unit: float) -> int:
    """The zoom of the tiles whose names and symbols come out about as large as the sheet's own letters."""
    return int(np.clip(round(window.zoom - np.log2(unit)), 0, MOST_ZOOM))


@dataclass(frozen=True, slots=True)
class MapDrawing:
    """What is drawn: an order whose zoom is that of names and symbols, in a window, with what was read for it."""

    order: MapOrder
    window: MapWindow
    unit: float
    readings: dict[str, Reading]
    kept: Sequence[Kept]

    @property
    def zoom(self) -> int:
        """Of names and symbols."""
        return round(self.order.state.zoom)

    def tiles(self) -> int:
        """How many tiles are drawn."""
        codes = ["ground", *(code for code, _ in self._tiled), "lines"]
        return sum(sum(1 for _ in tiles_of(self.window, self._zoom_of(code))) for code in codes)

    def drawn(self, pictures: Pictures, viewer: Viewer, told: Told) -> Image.Image:
        """The RGB picture; told: takes the number of tiles drawn so far, and may end it by an exception."""
        done = [0]
        theme, state = self.order.state.theme, self.order.state

        def paint(code: str, percent: int) -> Image.Image:
            def tile(tile: Tile) -> Image.Image:
                done[0] += 1
                told(done[0])
                order = replace(given, tile=tile)
                if code == "lines":
                    return pictures.basemap.draw_lines(tile, theme)
                if code == "seizures":
                    return draw_reach(tile, pictures.seizures(viewer, order), theme)
                return PAINTERS[code](pictures, viewer, order)

            return mosaic(self.window, self._zoom_of(code), tile, percent)

        given = _tile_order(state)
        whole = paint("ground", 100)
        for code, percent in self._tiled:
            if code not in ABOVE_LINES:
                whole.alpha_composite(paint(code, percent))
        lines = paint("lines", 100)
        draw_names(lines, self.window, pictures.basemap, self.zoom, theme)
        whole.alpha_composite(lines)
        for code, percent in self._tiled:
            if code in ABOVE_LINES:
                above = paint(code, 100)
                draw_symbols(
                    above, self.window, pictures.seizures(viewer, replace(given, tile=Tile(self.zoom, 0, 0))), theme
                )
                above.putalpha(above.getchannel("A").point([a * percent // 100 for a in range(256)]))
                whole.alpha_composite(above)
        picture = whole.convert("RGB")
        self._draw_marks(picture)
        return picture

    @property
    def _tiled(self) -> tuple[tuple[str, int], ...]:
        """A map of change between periods that share days has no picture: its legend says why."""
        state = self.order.state
        is_void = share_days(state.asked_period, against(state)) if CHANGE in state.layers else False
        return tuple((code, share) for code, share in self.order.tiled if not (code == CHANGE and is_void))

    def _zoom_of(self, code: str) -> int:
        is_enlarged = 2.0 ** (self.window.zoom - self.zoom) > _ENLARGED
        return min(MOST_ZOOM, self.zoom + 1) if is_enlarged and code not in _BY_ZOOM else self.zoom

    # ------------------------------------------------------------ marks
    def _draw_marks(self, picture: Image.Image) -> None:
        state, theme = self.order.state, self.order.state.theme
        for name, (code, _) in MARKS.items():
            vectors = self.readings[code].marks.get(name) if code in self.readings else None
            if vectors is not None and len(vectors):
                draw_marks(picture, self.window, vectors, state.layers[code] / 100, self.unit)
        if state.selection is not None:
            self._outline(picture, outline(state.selection), OUTLINE[theme])
        self._draw_kept(picture)
        self._draw_chosen(picture)

    def _draw_chosen(self, picture: Image.Image) -> None:
        mark, theme = self.order.state.mark, self.order.state.theme
        if mark is None:
            return
        self._outline(picture, outline_of(mark), _CHOSEN[theme])
        own = self.readings[mark.layer].marks.values() if mark.layer in self.readings else ()
        for vectors in own:
            found = selected(vectors, mark.spot.name, theme)
            if len(found):
                draw_marks(picture, self.window, found, 1.0, self.unit)

    def _draw_kept(self, picture: Image.Image) -> None:
        colour = _KEPT[self.order.state.theme]
        areas = [(kept.name, rings) for kept in self.kept if kept.kind in PLACES and (rings := rings_of(kept))]
        self._outline(picture, [ring for _, rings in areas for ring in rings], colour, dash=(7.0, 4.0))
        notes = [kept for kept in self.kept if kept.kind is KeptKind.ANNOTATION]
        places = [(float(kept.body["lon"]), float(kept.body["lat"])) for kept in notes]
        n = len(notes)
        look: dict[str, list[object]] = {"fill": [colour] * n, "size": [11.0] * n, "marker": ["diamond"] * n}
        points = Vectors(Shape.POINTS, [lon for lon, _ in places], [lat for _, lat in places], columns=look)
        if notes:
            draw_marks(picture, self.window, points, 1.0, self.unit)
        for name, ((lons, lats), *_more) in areas:
            self._name(picture, name, (max(lons) + min(lons)) / 2, max(lats), above=True)
        for kept, place in zip(notes, places, strict=True):
            self._name(picture, kept.text.partition("\n")[0], *place, above=False)

    def _outline(
        self, picture: Image.Image, rings: Rings, colour: str, dash: tuple[float, float] | None = None
    ) -> None:
        if not rings:
            return
        n = len(rings)
        lon, lat = [np.array(one) for one, _ in rings], [np.array(one) for _, one in rings]
        look: dict[str, list[object]] = {"fill": [""] * n, "alpha": [1.0] * n, "line": [colour] * n, "width": [2.0] * n}
        if dash is not None:
            look["dash"] = [tuple(part * self.unit for part in dash)] * n
        else:
            # a line of the ground's colour below, so that it is seen on any ground
            under = "#0a0f16" if self.order.state.theme == "dark" else "#ffffff"
            shade = look | {"line": [under] * n, "width": [5.0] * n, "alpha": [0.8] * n}
            draw_marks(picture, self.window, Vectors(Shape.AREAS, lon, lat, columns=shade), 1.0, self.unit)
        draw_marks(picture, self.window, Vectors(Shape.AREAS, lon, lat, columns=look), 1.0, self.unit)

    def _name(self, picture: Image.Image, text: str, lon: float, lat: float, *, above: bool) -> None:
        said = "".join(letter for letter in text[: 4 * _MOST_NOTE] if letter.isprintable())[:_MOST_NOTE]
        if not said.strip():
            return
        theme = self.order.state.theme
        ink = Ink(_rgb(_KEPT[theme]), name_ink(theme).halo, 1.0, 0.95)
        written = word.__wrapped__(said, Style("semibold", 13 * self.unit), ink)
        px, py = self.window.to_pixels(np.array([lon]), np.array([lat]))
        for turn in self.window.turns(px):
            x, y = float(px[0]) + turn * self.window.around, float(py[0])
            down = -written.height - 2 * self.unit if above else 7 * self.unit
            _over(picture, written, x - written.width / 2, y + down)


def _over(picture: Image.Image, top: Image.Image, left: float, upper: float) -> None:
    x, y = round(left), round(upper)
    box = (max(x, 0), max(y, 0), min(x + top.width, picture.width), min(y + top.height, picture.height))
    if box[0] < box[2] and box[1] < box[3]:
        below = picture.crop(box).convert("RGBA")
        lay(below, top, x - box[0], y - box[1])
        picture.paste(below.convert("RGB"), box[:2])


def _tile_order(state: State) -> TileOrder:
    other = against(state) if CHANGE in state.layers else None
    changed = change_query(state).layer if CHANGE in state.layers else Layer.SEIZURES
    query, hours = state.query(Layer.SEIZURES), state.tracks_period.hours
    return TileOrder(Tile(0, 0, 0), (), query, state.resolution, state.theme, other, changed, hours)


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
