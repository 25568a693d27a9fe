"""Circles of uncertainty: how far from its symbol a place may lie, where that can be read on the map."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from watchfloor.geo.place_symbols import PlaceSymbols, uncertainty_px
from watchfloor.layers.palettes import Rgb
from watchfloor.layers.tilegrid import SIZE

type Floats = NDArray[np.float64]

SMALLEST_PX: Final = 9.0
LARGEST_PX: Final = 700.0
# beyond this a circle on the ground is none on the map: words say it
LARGEST_M: Final = 1_000_000.0
_MOST_COMPARED: Final = 3_000
_VEIL: Final = 0.10
_LINE: Final = 0.75


@dataclass(frozen=True, slots=True, eq=False)
class Circles:
    """Circles of one zoom, shape (n,): middle in pixels of the world, radius in pixels, index of the symbol."""

    x: Floats
    y: Floats
    radius: Floats
    symbol: NDArray[np.int64]


def circles(symbols: PlaceSymbols) -> Circles:
    """The circles that can be read: wide enough to see, of one place, and not over others known as badly."""
    radius = uncertainty_px(symbols.places, symbols.zoom)[symbols.lead]
    metres = symbols.places.uncertainty_m[symbols.lead]
    is_one_place = symbols.reach_m <= 1.25 * metres + 1
    good = (radius >= SMALLEST_PX) & (radius <= LARGEST_PX) & (metres <= LARGEST_M) & is_one_place
    # a boundary says more than a circle
    good &= ~np.isin(symbols.lead, [place for place, _ in symbols.places.outlines])
    chosen = np.flatnonzero(good)
    areas = np.flatnonzero(symbols.is_area)
    if areas.size <= _MOST_COMPARED:
        chosen = chosen[~_holds_others(symbols, chosen, areas, radius)]
    return Circles(symbols.x[chosen], symbols.y[chosen], radius[chosen], chosen)


def _holds_others(
    symbols: PlaceSymbols, chosen: NDArray[np.int64], areas: NDArray[np.int64], radius: Floats
) -> NDArray[np.bool_]:
    around = symbols.world_pixels
    dx = np.abs(symbols.x[chosen, None] - symbols.x[None, areas])
    away = np.hypot(np.minimum(dx, around - dx), symbols.y[chosen, None] - symbols.y[None, areas])
    others = (chosen[:, None] != areas[None, :]) & (radius[None, areas] >= radius[chosen, None] / 2)
    return np.asarray(((away < radius[chosen, None]) & others).any(axis=1))


def draw_circles(at: Floats, colours: list[Rgb]) -> NDArray[np.uint8]:
    """RGBA pixels of a tile with circles.

    at: shape (n, 3), middle and radius in pixels from the tile's upper left corner. Veils do not add up: what
    two circles share is no darker, and lines stay thin.
    """
    picture = np.zeros((SIZE, SIZE, 4), np.float32)
    row, column = np.mgrid[0:SIZE, 0:SIZE].astype(np.float32) + np.float32(0.5)
    for (x, y, radius), colour in zip(at.tolist(), colours, strict=True):
        inside = radius - np.hypot(column - x, row - y)
        line = np.clip(1.1 - np.abs(inside), 0.0, 1.0) * _LINE
        strength = np.maximum(np.clip(inside + 0.5, 0.0, 1.0) * _VEIL, line)
        stronger = strength > picture[:, :, 3]
        picture[stronger, :3] = colour
        picture[:, :, 3] = np.maximum(picture[:, :, 3], strength)
    picture[:, :, 3] *= 255
    return np.rint(picture).astype(np.uint8)
