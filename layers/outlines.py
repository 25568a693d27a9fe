"""Boundaries of areas, drawn in place of a circle where the store knows them: a veil with a thin line."""

from typing import Final

import numpy as np
from PIL import Image, ImageDraw

from watchfloor.geo.place_symbols import PlaceSymbols
from watchfloor.layers.palettes import Rgb
from watchfloor.layers.tilegrid import SIZE, Tile

# drawn twice as large and then reduced, so that edges are smooth
FINE: Final = 2
# boundaries narrower than this are no more than their symbol
SMALLEST_PX: Final = 12.0
_VEIL: Final = 26
_LINE: Final = 180


def draw_outlines(tile: Tile, symbols: PlaceSymbols, colours: list[Rgb]) -> Image.Image | None:
    """RGBA tile of the boundaries of all areas, or None if none touches it; colours: one for each symbol."""
    picture: Image.Image | None = None
    symbol_of = np.empty(len(symbols.places), np.int64)
    symbol_of[symbols.members] = np.repeat(np.arange(len(symbols)), np.diff(symbols.starts))
    for place, ring in symbols.places.outlines:
        px, py = tile.to_pixels_unwrapped(ring[:, 0], ring[:, 1])
        if np.ptp(px) < SMALLEST_PX or py.max() < 0 or py.min() > SIZE:
            continue
        for turn in (-1, 0, 1):
            across = px + turn * tile.world_pixels
            if across.max() < 0 or across.min() > SIZE:
                continue
            picture = picture or Image.new("RGBA", (SIZE * FINE, SIZE * FINE), (0, 0, 0, 0))
            corners = (np.stack([across, py], axis=1) * FINE).reshape(-1).tolist()
            colour = colours[symbol_of[place]]
            pen = ImageDraw.Draw(picture)
            pen.polygon(corners, fill=(*colour, _VEIL), outline=(*colour, _LINE), width=FINE + 1)
    return picture.convert("RGBa").reduce(FINE).convert("RGBA") if picture else None
