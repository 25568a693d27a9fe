"""Change between two periods: hexagons from fallen to grown, bright with a triangle where it is more than chance.

What was tested and may be chance is pale; what holds too few to be tested, or is known less finely, paler still.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from watchfloor.geo.cells import centroids
from watchfloor.geo.comparison import Change
from watchfloor.geo.query import Measured
from watchfloor.layers.cell_shapes import corners, near_tile
from watchfloor.layers.palettes import Rgb, Theme
from watchfloor.layers.tilegrid import SIZE, Tile

STEPS: Final = 81
MIDDLE: Final = STEPS // 2
MOST_DOUBLINGS: Final = 3.0
"""Beyond eight times as much, or an eighth, the colour stays."""

# blue falls, orange grows: told apart by colour-blind eyes; away from the middle the contrast to the ground rises
_STOPS: Final[dict[Theme, tuple[Rgb, ...]]] = {
    "dark": (
        (150, 214, 255), (72, 146, 222), (52, 86, 138), (58, 66, 80), (140, 84, 40), (222, 128, 44), (255, 196, 104),
    ),
    "light": (
        (8, 62, 126), (52, 118, 184), (146, 186, 222), (226, 229, 233), (236, 190, 140), (204, 112, 34), (124, 54, 4),
    ),
}  # fmt: skip
_ONE: Final = {Measured.COUNT: 0.5, Measured.CASES: 0.5, Measured.KILOGRAMS: 1.0}
"""What is added to either side: without it a place with nothing before would have grown without end."""

# palette: 0 is nothing, then the ramp faint, pale and bright, then outlines of each, then the triangles
_FAINT, _PALE, _BRIGHT = range(3)
_LINES = 1 + 3 * STEPS
_SIGN = _LINES + 3
_ALPHA: Final = [0, *[50] * STEPS, *[135] * STEPS, *[255] * STEPS, 40, 90, 255, 255, *[0] * (255 - _SIGN)]
_LEAST_FOR_SIGN_PX: Final = 14.0


@dataclass(frozen=True, slots=True, eq=False)
class Changes:
    """Compared cells made ready for any number of tiles: centres and colour steps, shape (n,)."""

    change: Change
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    steps: NDArray[np.int64]


def changes(change: Change, measured: Measured) -> Changes:
    """Cells ready to be drawn."""
    lon, lat = centroids(change.cells)
    share = np.clip(doublings(change, measured) / MOST_DOUBLINGS, -1, 1)
    return Changes(change, lon, lat, np.rint(MIDDLE + share * MIDDLE).astype(np.int64))


def doublings(change: Change, measured: Measured) -> NDArray[np.float64]:
    """Binary logarithm of the ratio of daily rates per cell, a little added to either side; shape (n,)."""
    is_weight = measured is Measured.KILOGRAMS
    a, b = (change.kilograms_a, change.kilograms_b) if is_weight else (change.n_a, change.n_b)
    one = _ONE[measured]
    return np.asarray(np.log2((a + one) / (b + one)) - np.log2(max(change.a.days, 1) / max(change.b.days, 1)))


def colours(theme: Theme) -> NDArray[np.uint8]:
    """From fallen through unchanged to grown, shape (STEPS, 3), sRGB."""
    stops = np.array(_STOPS[theme], np.float64)
    at, known = np.linspace(0, len(stops) - 1, STEPS), np.arange(len(stops))
    return np.rint(np.stack([np.interp(at, known, stops[:, c]) for c in range(3)], axis=1)).astype(np.uint8)


def draw_change(tile: Tile, ready: Changes, theme: Theme) -> Image.Image:
    """One RGBA tile; cells that are marked are opaque, outlined, and bear a triangle up or down."""
    image = Image.new("P", (SIZE, SIZE), 0)
    image.putpalette(_palette(theme))
    near = np.flatnonzero(near_tile(tile, ready.change.cells, ready.lon, ready.lat))
    if near.size:
        _draw(ImageDraw.Draw(image), tile, ready, near)
    picture = image.convert("RGBA")
    picture.putalpha(image.point(_ALPHA, "L"))
    return picture


def _draw(pen: ImageDraw.ImageDraw, tile: Tile, ready: Changes, near: NDArray[np.int64]) -> None:
    change, steps = ready.change, ready.steps[near]
    is_plain = np.isfinite(change.p[near]) & ~change.is_coarse[near]
    tiers = np.where(change.is_marked[near], _BRIGHT, np.where(is_plain, _PALE, _FAINT))
    shapes = list(corners(tile, change.cells[near]))
    # what is marked lies above: its outline is whole
    for tier in (_FAINT, _PALE, _BRIGHT):
        for index, shape in shapes:
            if tiers[index] == tier:
                fill, width = 1 + tier * STEPS + int(steps[index]), 2 if tier == _BRIGHT else 1
                pen.polygon(shape.reshape(-1).tolist(), fill=fill, outline=_LINES + tier, width=width)
    for index, shape in shapes:
        if tiers[index] == _BRIGHT and np.ptp(shape[:, 0]) >= _LEAST_FOR_SIGN_PX:
            _sign(pen, shape, is_up=bool(steps[index] >= MIDDLE))


def _sign(pen: ImageDraw.ImageDraw, shape: NDArray[np.float64], *, is_up: bool) -> None:
    x, y = shape.mean(axis=0)
    half = float(np.clip(np.ptp(shape[:, 0]) / 7, 3, 7))
    tip, base = (-half, half) if is_up else (half, -half)
    pen.polygon([x, y + tip, x - half, y + base, x + half, y + base], fill=_SIGN)


def _palette(theme: Theme) -> list[int]:
    ramp = colours(theme).reshape(-1).tolist()
    edge, sign = ([235, 241, 248], [10, 14, 24]) if theme == "dark" else ([20, 28, 40], [255, 255, 255])
    return [0, 0, 0, *ramp * 3, *edge * 3, *sign]
