"""What a page orders of its map: a picture of that view in a size and a theme. All of it is hostile text."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from urllib.parse import urlencode

from watchfloor.dashboards.choices import BY_CODE, THEMES, Drawn
from watchfloor.dashboards.readings import tile_zoom
from watchfloor.dashboards.state import State
from watchfloor.geo.bbox import BBox
from watchfloor.geo.cells import resolution_for_zoom
from watchfloor.geo.crs import HALF_TURN_M, to_mercator
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.facts import FactKind
from watchfloor.geo.map_window import TILE_PX
from watchfloor.geo.query import Layer

# what a screen may be wide and high, and what of it a map that is looked at takes at least
_MOST_SCREEN: Final = (4096, 2400)
_LEAST_SCREEN: Final = (480, 360)


class Size(StrEnum):
    """How large a picture is."""

    SCREEN = "screen"
    SLIDE = "slide"
    A4 = "a4"
    LETTER = "letter"

    @property
    def pixels(self) -> tuple[int, int]:
        """Width and height; of SCREEN there is none of its own."""
        return _SIZES[self][0]

    @property
    def is_screen(self) -> bool:
        """Whether the map in it is as large as on the page."""
        return self is Size.SCREEN

    @property
    def unit(self) -> float:
        """Pixels of a point: letters are so much larger than on a screen."""
        return _SIZES[self][1]

    @property
    def dots_per_inch(self) -> int:
        """For who prints it."""
        return _SIZES[self][2]


# A4 and letter in landscape; a point of the sheet is 1/110 inch there, so that 12 are 8 points in print
_SIZES: Final = {
    Size.SCREEN: ((0, 0), 1.0, 96),
    Size.SLIDE: ((1920, 1080), 1.25, 96),
    Size.A4: ((3508, 2480), 2.75, 300),
    Size.LETTER: ((3300, 2550), 2.75, 300),
}


@dataclass(frozen=True, slots=True)
class MapOrder:
    """One picture.

    state: the page's choices, its zoom that of the names and symbols to be drawn. link: the choices as the page's link
    writes them. view: what is to be seen. screen: pixels of the map on the page. given_to: an agency, or nobody.
    """

    state: State
    link: Mapping[str, str]
    view: BBox
    size: Size
    screen: tuple[int, int]
    with_kept: bool
    given_to: str = ""

    @property
    def tiled(self) -> tuple[tuple[str, int], ...]:
        """Layers that are drawn as tiles, from the lowest to the highest, with their opacities in percent."""
        on = self.state.layers
        return tuple((code, on[code]) for code, layer in BY_CODE.items() if code in on and layer.drawn is Drawn.TILES)

    @property
    def readable(self) -> tuple[str, ...]:
        """Layers that are on and can be drawn in a picture, the uppermost first."""
        return tuple(
            code for code, layer in reversed(BY_CODE.items()) if self._is_on(code) and layer.drawn is not Drawn.LIVE
        )

    @property
    def left_out(self) -> tuple[str, ...]:
        """Layers that are on and move: no picture can hold them."""
        return tuple(layer.title for code, layer in BY_CODE.items() if self._is_on(code) and layer.drawn is Drawn.LIVE)

    @property
    def asks(self) -> dict[str, Layer]:
        """What is asked by each layer that is drawn."""
        return {code: BY_CODE[code].asks for code in self.readable}

    @property
    def shows_single_overdoses(self) -> bool:
        """Whether layers of overdoses are on that are counted one by one under the health right."""
        return self.state.fact is FactKind.EVENTS and Layer.OVERDOSES in self.asks.values()

    def _is_on(self, code: str) -> bool:
        return code in self.state.layers

    def as_json(self) -> dict[str, Any]:
        """The question of the picture, for the audit, the file itself and its hash."""
        view = self.view
        asked = self.state.query(Layer.SEIZURES).subject() | {"layer": "map"}
        if Layer.TRACKS in self.asks.values() and (hours := self.state.tracks_period.hours) is not None:
            asked["hours"] = str(hours)
        return asked | {
            "layers": ",".join(f"{code}:{share}" for code, share in self.state.layers.items()),
            "bbox": [round(edge, 5) for edge in (view.west, view.south, view.east, view.north)],
            "size": self.size.value,
            "theme": self.state.theme,
            "kept": self.with_kept,
            "link": self.address,
        }

    @property
    def address(self) -> str:
        """Where the page is that shows this."""
        return "/explore?" + urlencode(self.link, safe=",:;/")

    def digest(self) -> str:
        """SHA-256 of the question as JSON with sorted keys and without spaces, in hexadecimal."""
        text = json.dumps(self.as_json(), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def map_order(
    state: State, link: Mapping[str, str], view: BBox, *, size: str, theme: str, with_kept: bool, given_to: str
) -> MapOrder:
    """The order that a page sends. Raises BadQuestion."""
    try:
        chosen_size = Size(size)
    except ValueError as error:
        raise BadQuestion(f"there is no size {size[:20]!r}; there are: {', '.join(Size)}") from error
    if theme not in THEMES:
        raise BadQuestion("a picture is dark or light")
    if view.south >= view.north or view.west == view.east:
        raise BadQuestion("the map shows nothing yet: wait until it is there")
    # hexagons are those of the page, whatever the picture's size
    pinned = resolution_for_zoom(tile_zoom(state)) if state.resolution is None else state.resolution
    drawn = State(**state.chosen() | {"theme": theme, "resolution": pinned})
    return MapOrder(drawn, dict(link), view, chosen_size, _screen(view, state.zoom), with_kept, given_to)


def _screen(view: BBox, zoom: float) -> tuple[int, int]:
    """Pixels of a map on a page that shows this at that zoom."""
    x, y = to_mercator([view.west, view.west + view.width], [view.south, view.north])
    pixels = TILE_PX * 2.0**zoom / (2 * HALF_TURN_M)
    sides = float(x[1] - x[0]) * pixels, float(y[1] - y[0]) * pixels
    limits = zip(sides, _LEAST_SCREEN, _MOST_SCREEN, strict=True)
    wide, high = (round(min(max(side, least), most)) for side, least, most in limits)
    return wide, high
