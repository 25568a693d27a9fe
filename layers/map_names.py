"""Names of the ground on a picture of the map, set in letters as large as the picture needs."""

from dataclasses import replace

from PIL import Image

from watchfloor.geo.map_window import MapWindow
from watchfloor.layers.basemap import Basemap
from watchfloor.layers.labels import INKS, SYMBOLS, PlacedLabel
from watchfloor.layers.lettering import SYMBOL_SIDE, Ink, symbol, word
from watchfloor.layers.map_mosaic import tiles_of
from watchfloor.layers.palettes import Theme
from watchfloor.layers.tilegrid import SIZE


def draw_names(picture: Image.Image, window: MapWindow, basemap: Basemap, zoom: int, theme: Theme) -> None:
    """Draw the names of a zoom onto the window's RGBA picture, where the tiles of that zoom have them.

    They are as much larger than on those tiles as the window is, so that none covers another.
    """
    share = 2.0 ** (window.zoom - zoom)
    left, top = window.corner
    done = set()
    for tile, column, row in tiles_of(window, zoom):
        for label in basemap.names_of(tile):
            x, y = label.corner[0] + column * SIZE, label.corner[1] + row * SIZE
            if (label.text, x, y) not in done:
                done.add((label.text, x, y))
                at = x * share - left, y * share - top
                _draw(picture, label, at, share, INKS[theme][label.kind])


def _draw(picture: Image.Image, label: PlacedLabel, at: tuple[float, float], share: float, ink: Ink) -> None:
    style = replace(label.style, size=round(label.style.size * share, 1), spacing=label.style.spacing * share)
    # not kept: one such picture is drawn where thousands of tiles are
    lay(picture, word.__wrapped__(label.text, style, ink), *at)
    if label.kind in SYMBOLS and label.point is not None:
        side = max(3, round(SYMBOL_SIDE * share))
        sign = symbol(SYMBOLS[label.kind], ink).resize((side, side), Image.Resampling.LANCZOS)
        across, down = (label.point[axis] - label.corner[axis] for axis in (0, 1))
        lay(picture, sign, at[0] + across * share - side / 2, at[1] + down * share - side / 2)


def lay(picture: Image.Image, top: Image.Image, left: float, upper: float) -> None:
    """Lay a small RGBA picture over a larger one, cut at its edges."""
    x, y = round(left), round(upper)
    if x < picture.width and y < picture.height and x + top.width > 0 and y + top.height > 0:
        picture.alpha_composite(top, (max(x, 0), max(y, 0)), (max(-x, 0), max(-y, 0)))
