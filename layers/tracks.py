"""Tracks: passages of craft as one tile; colour by category, light by traffic."""

from math import isqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from watchfloor.geo.compiled import compiled
from watchfloor.geo.craft_categories import CRAFT_CATEGORIES
from watchfloor.geo.track_levels import TOP_ZOOM
from watchfloor.layers.palettes import Rgb, Theme
from watchfloor.layers.tilegrid import SIZE

CATEGORIES: Final = CRAFT_CATEGORIES
# Okabe and Ito's colours, told apart by colour-blind eyes; lightened for the dark ground
COLOURS: Final[dict[Theme, tuple[Rgb, ...]]] = {
    "dark": (
        (86, 180, 233),
        (230, 159, 0),
        (0, 190, 140),
        (240, 228, 66),
        (204, 121, 167),
        (150, 160, 255),
        (240, 240, 250),
        (175, 184, 198),
    ),
    "light": (
        (0, 114, 178),
        (190, 110, 0),
        (0, 130, 95),
        (150, 135, 0),
        (180, 80, 130),
        (80, 85, 190),
        (40, 40, 50),
        (110, 118, 130),
    ),
}
# the least that is seen, of 255: a single passage stands out less on the dark ground
_FAINTEST: Final[dict[Theme, float]] = {"dark": 165.0, "light": 140.0}
_FULL: Final = 255.0
# how much of a line's light its edges have, never as much as the faintest line: close up it looks two pixels wide, and
# it grows to that over two zooms
_CLOSE: Final = 0.5
_NEARLY_CLOSE: Final = {TOP_ZOOM - 1: 0.15, TOP_ZOOM: 0.3}
_AT_ONCE: Final = 64

type Counts = NDArray[np.uint32]


def draw_tracks(counts: Counts, most: int, theme: Theme, zoom: int) -> Image.Image:
    """One RGBA tile, as `paint_tracks` gives it."""
    return Image.fromarray(paint_tracks(counts, most, theme, zoom), "RGBA")


def ring_at(zoom: int) -> int:
    """How many pixels beyond its edges a tile of that zoom needs counts of.

    Soft edges come over from the first. Where a pixel that stands alone is widened, the second says whether it does;
    from afar that is not looked at.
    """
    if not _edges(zoom):
        return 0
    return 1 if zoom > TOP_ZOOM else 2


def paint_tracks(counts: Counts, most: int, theme: Theme, zoom: int) -> NDArray[np.uint8]:
    """Colour and light of a tile's pixels, shape (256, 256, 4).

    counts: passages by category and pixel, row after row, shape (categories or more, pixels), of the tile and of a ring
    around it. most: what counts as full light, the same on all tiles of a question and zoom. Close up lines have soft
    edges. From afar a pixel that stands alone is two wide: a single one among coasts and names would not be seen.
    """
    side = isqrt(counts.shape[1])
    picture = np.zeros((side * side, 4), np.uint8)
    lit = _light_tracks(counts, most, theme, picture)
    if lit.size and zoom <= TOP_ZOOM:
        _swell(lit, picture, side)
    if lit.size and (edges := _edges(zoom)):
        _soften(lit, picture, side, np.float32(edges))
    ring = (side - SIZE) // 2
    return picture.reshape(side, side, 4)[ring : side - ring, ring : side - ring]


def _edges(zoom: int) -> float:
    return _CLOSE if zoom > TOP_ZOOM else _NEARLY_CLOSE.get(zoom, 0.0)


def _light_tracks(counts: Counts, most: int, theme: Theme, picture: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Give the pixels, shape (pixels, 4), colour and light where there are any; which they are, ascending."""
    lit, shown = _lit(counts[: len(CATEGORIES)])
    colours = np.array(COLOURS[theme], np.float32)[shown]
    light = _FAINTEST[theme], (_FULL - _FAINTEST[theme]) / float(np.log1p(max(most, 1)))
    _shade(counts, (lit, shown), colours, np.array(light, np.float32), picture)
    return lit


def _lit(counts: Counts) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pixels that have any, and the categories that do, both ascending."""
    shown = np.flatnonzero([row.any() for row in counts])
    return (_found(counts, shown) if len(shown) else shown), shown


@compiled
def _found(counts: Counts, shown: NDArray[np.int64]) -> NDArray[np.int64]:
    """Pixels that have any of some categories: most are dark, and seen to be so many at once."""
    together = counts[shown[0]].copy()
    for c in shown[1:]:
        row = counts[c]
        for p in range(len(together)):
            together[p] |= row[p]
    pixels, n = np.empty(len(together), np.int64), 0
    for begin in range(0, len(together), _AT_ONCE):
        block, is_any = together[begin : begin + _AT_ONCE], np.uint32(0)
        for i in range(len(block)):
            is_any |= block[i]
        if is_any:
            for i in range(len(block)):
                pixels[n] = begin + i
                n += block[i] > 0
    return pixels[:n].copy()


@compiled
def _swell(lit: NDArray[np.int64], picture: NDArray[np.uint8], side: int) -> None:
    """Pixels without a lit neighbour also light those to their right and below."""
    lone = np.zeros(lit.size, np.bool_)
    for i in range(lit.size):
        row, column, n = int(lit[i]) // side, int(lit[i]) % side, 0
        for y in range(max(row - 1, 0), min(row + 2, side)):
            for x in range(max(column - 1, 0), min(column + 2, side)):
                if picture[y * side + x, 3] > 0:
                    n += 1
        lone[i] = n == 1
    for p in lit[lone]:
        right, below = p % side + 1 < side, p // side + 1 < side
        if right:
            picture[p + 1] = picture[p]
        if below:
            picture[p + side] = picture[p]
        if right and below:
            picture[p + side + 1] = picture[p]


@compiled
def _soften(lit: NDArray[np.int64], picture: NDArray[np.uint8], side: int, edges: np.float32) -> None:
    """Pixels beside lit ones have a part of their light, at the corners half of that: lines show no steps."""
    for p in lit:
        row, column = p // side, p % side
        beside = np.uint8(picture[p, 3] * edges)
        corner = np.uint8(beside // 2)
        for y in range(max(row - 1, 0), min(row + 2, side)):
            for x in range(max(column - 1, 0), min(column + 2, side)):
                q = y * side + x
                light = beside if y == row or x == column else corner
                if picture[q, 3] < light:
                    picture[q, 0], picture[q, 1], picture[q, 2] = picture[p, 0], picture[p, 1], picture[p, 2]
                    picture[q, 3] = light


@compiled
def _shade(
    counts: Counts,
    where: tuple[NDArray[np.int64], NDArray[np.int64]],
    colours: NDArray[np.float32],
    light: NDArray[np.float32],
    picture: NDArray[np.uint8],
) -> None:
    """Colours weighed by the square root of each category's passages, so that rare ones stay visible.

    where: pixels that have any, and the categories whose colours these are. light: the least, and that of a passage.
    """
    for p in where[0]:
        total = weights = red = green = blue = 0.0
        for k, c in enumerate(where[1]):
            n = counts[c, p]
            if n:
                weight = np.sqrt(np.float32(n))
                total += n
                weights += weight
                red += weight * colours[k, 0]
                green += weight * colours[k, 1]
                blue += weight * colours[k, 2]
        picture[p, 0] = np.uint8(red / weights)
        picture[p, 1] = np.uint8(green / weights)
        picture[p, 2] = np.uint8(blue / weights)
        picture[p, 3] = np.uint8(min(_FULL, light[0] + light[1] * np.log1p(total)))
