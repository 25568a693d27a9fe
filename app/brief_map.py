"""The map of a brief: the ground, the place's outline, and the seizures that lie in it; worked out from no others."""

import base64
import io
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from PIL import Image

from watchfloor.app.map_drawing import MapDrawing, symbol_zoom
from watchfloor.app.map_order import map_order
from watchfloor.app.tile_painters import Pictures, Viewer
from watchfloor.dashboards.brief_reading import BriefOrder
from watchfloor.dashboards.state import State
from watchfloor.data.repository import Asker, Repository
from watchfloor.geo.bbox import BBox
from watchfloor.geo.crs import MOST_LAT, wrap_longitude
from watchfloor.geo.map_window import MapWindow, scale_bar, window_of
from watchfloor.geo.place_symbols import place_symbols
from watchfloor.geo.query import Measured
from watchfloor.geo.scope import Scope
from watchfloor.geo.seizure_places import SeizurePlaces
from watchfloor.geo.selection_reach import Reach, Standing
from watchfloor.layers.map_mosaic import mosaic
from watchfloor.layers.map_symbols import draw_symbols
from watchfloor.layers.seizures import draw_reach, seizure_marks

# 184 mm of A4 at 206 dots an inch
SIZE: Final = (1490, 680)
UNIT: Final = 1.7
THEME: Final = "light"
_AROUND: Final = 1.12
_LEAST_DEG: Final = 0.02
_SCALE_PX: Final = 260.0
_COLOURS: Final = 256


@dataclass(frozen=True, slots=True)
class MapPicture:
    """A PNG with its scale. scale_share: width of the bar in per cent of the picture's."""

    base64: str
    width: int
    height: int
    scale: str
    scale_share: float


def brief_map(
    repository: Repository, asker: Asker, scope: Scope, order: BriefOrder, pictures: Callable[[], Pictures]
) -> tuple[MapPicture, int]:
    """The picture of a brief's place, and how many seizures are drawn. Raises what the questions of a map raise."""
    window = _window(_around(order.box))
    places = _inside(repository.seizure_places(asker, order.query), order)
    picture = _drawn(pictures(), Viewer(asker, scope), order, window, places)
    bar = scale_bar(window, _SCALE_PX)
    file = io.BytesIO()
    picture.quantize(_COLOURS).save(file, "PNG", optimize=True)
    coded = base64.b64encode(file.getvalue()).decode("ascii")
    share = 100 * bar.pixels / window.width
    return MapPicture(coded, window.width, window.height, bar.words, share), int(places.n.sum())


def _drawn(
    pictures: Pictures, viewer: Viewer, order: BriefOrder, window: MapWindow, places: SeizurePlaces
) -> Image.Image:
    zoom = symbol_zoom(window, UNIT)
    state = State(period=order.state.period, layers={}, selection=order.place, theme=THEME, zoom=float(max(1, zoom)))
    ground = map_order(state, {}, window.bbox, size="screen", theme=THEME, with_kept=False, given_to=order.given_to)
    picture = MapDrawing(ground, window, UNIT, {}, ()).drawn(pictures, viewer, lambda _: None).convert("RGBA")
    marks = seizure_marks(place_symbols(places, zoom), Measured.COUNT)
    above = mosaic(window, zoom, lambda tile: draw_reach(tile, marks, THEME))
    draw_symbols(above, window, marks, THEME)
    picture.alpha_composite(above)
    return picture.convert("RGB")


def _inside(places: SeizurePlaces, order: BriefOrder) -> SeizurePlaces:
    """Those places that lie in the brief's: the same as its records count."""
    standing = Reach(order.place).standing(places.lon, places.lat, places.uncertainty_m)
    kept = np.flatnonzero(standing == Standing.IN)
    # boundaries belong to reported areas, of which a brief tells none
    return replace(
        places,
        lon=places.lon[kept],
        lat=places.lat[kept],
        uncertainty_m=places.uncertainty_m[kept],
        key=places.key[kept],
        n=places.n[kept],
        kilograms=places.kilograms[kept],
        name=places.name[kept],
        outlines=(),
        n_unplaced=0,
    )


def _window(box: BBox) -> MapWindow:
    """The window that shows a box; of one so tall that the world would stand in it more than once, a taller picture."""
    window = window_of(box, *SIZE)
    if window.around >= window.width:
        return window
    once = window.width / window.around
    # so large that the world is as wide as the picture: what is drawn then stands in it once
    tall = min(window.width, math.ceil(window.height * once))
    return replace(window, zoom=window.zoom + math.log2(once), height=tall)


def _around(box: BBox) -> BBox:
    """A little more than a box, so that its outline is seen; of a point, some kilometres."""
    tall = box.north - box.south
    wide, high = max(box.width * _AROUND, _LEAST_DEG), max(tall * _AROUND, _LEAST_DEG)
    south, north = (float(np.clip(edge, -MOST_LAT, MOST_LAT)) for edge in
                    (box.south - (high - tall) / 2, box.north + (high - tall) / 2))  # fmt: skip
    if wide >= 360:
        return BBox(-180.0, south, 180.0, north)
    spare = (wide - box.width) / 2
    west, east = (float(wrap_longitude(edge)) for edge in (box.west - spare, box.east + spare))
    return BBox(west, south, 180.0 if east == -180.0 else east, north)
