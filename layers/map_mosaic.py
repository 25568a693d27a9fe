"""A piece of the map as one picture, put together from tiles: drawn as the page's tiles are, at any size."""

from collections.abc import Callable, Iterator

from PIL import Image

from watchfloor.geo.map_window import MapWindow
from watchfloor.layers.tilegrid import SIZE, Tile

type Draw = Callable[[Tile], Image.Image]


def tiles_of(window: MapWindow, zoom: int) -> Iterator[tuple[Tile, int, int]]:
    """Tiles of a zoom that a window shows, with column and row; columns run on round the world."""
    share = 2.0 ** (zoom - window.zoom)
    left, top = (edge * share for edge in window.corner)
    right, bottom = left + window.width * share, top + window.height * share
    last = (1 << zoom) - 1
    for row in range(max(0, int(top // SIZE)), min(last, int(bottom // SIZE)) + 1):
        for column in range(int(left // SIZE), int(right // SIZE) + 1):
            yield Tile.wrapped(zoom, column, row), column, row


def mosaic(window: MapWindow, zoom: int, draw: Draw, percent: int = 100) -> Image.Image:
    """RGBA picture of the window's size from tiles of that zoom, smoothed where they are drawn larger or smaller.

    percent: opacity. What lies beyond the poles' edges of Web Mercator stays empty.
    """
    share = 2.0 ** (zoom - window.zoom)
    left, top = (edge * share for edge in window.corner)
    # a pixel more on each side, for what smoothing takes from its neighbours
    x0, y0 = int(left // 1) - 1, int(top // 1) - 1
    wide, high = (int(side * share) + 4 for side in (window.width, window.height))
    whole = Image.new("RGBA", (wide, high))
    for tile, column, row in tiles_of(window, zoom):
        whole.paste(draw(tile), (column * SIZE - x0, row * SIZE - y0))
    box = (left - x0, top - y0, left - x0 + window.width * share, top - y0 + window.height * share)
    picture = whole.resize((window.width, window.height), Image.Resampling.LANCZOS, box)
    if percent < 100:
        picture.putalpha(picture.getchannel("A").point([a * max(percent, 0) // 100 for a in range(256)]))
    return picture
