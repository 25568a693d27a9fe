"""Hexagons: counts per H3 cell as one tile, indexed colours, outlines; coarse cells as areas.

Drawing an indexed picture with PIL takes 1-3 ms a tile, a tenth of what antialiased drawing takes.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from watchfloor.geo.answers import CellCounts
from watchfloor.geo.cells import centroids
from watchfloor.geo.query import Measured
from watchfloor.layers.cell_shapes import corners, near_tile
from watchfloor.layers.palettes import STEPS, Scale, Theme, ramp
from watchfloor.layers.tilegrid import SIZE, Tile

# palette: 0 is nothing, 1..STEPS the ramp, then the outlines, then a shorter ramp for areas, which are hatched
OUTLINE = STEPS + 1
COARSE_OUTLINE = STEPS + 2
COARSE_FROM = STEPS + 3
COARSE_EVERY = 4
# a fill would pass for a colour of the scale; a hatch is seen from within an area whose outline is out of sight
_GAP, _STROKE = 10, 125
_ALPHA = np.array([0, *[255] * STEPS, 255, 170, *[_GAP] * (255 - COARSE_OUTLINE)], np.uint8)
# divides the side of a tile, so that strokes run on from one to the next
_HATCH_PX = 16
_IS_STROKE = np.add.outer(np.arange(SIZE), np.arange(SIZE)) % _HATCH_PX < 2


def values_of(counts: CellCounts, measured: Measured) -> NDArray[np.float64]:
    """What the colour stands for, per cell."""
    return counts.kilograms if measured is Measured.KILOGRAMS else counts.n.astype(np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class Hexagons:
    """Cells made ready for any number of tiles: their centres, colour steps and scale."""

    counts: CellCounts
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    steps: NDArray[np.int64]
    scale: Scale


def hexagons(counts: CellCounts, measured: Measured, scale: Scale | None = None) -> Hexagons:
    """Cells ready to be drawn; the scale is that of all of them unless another is given."""
    values = values_of(counts, measured)
    scale = scale or Scale.of(values)
    lon, lat = centroids(counts.cells)
    return Hexagons(counts, lon, lat, scale.steps(values), scale)


def draw_hexagons(tile: Tile, ready: Hexagons, theme: Theme) -> Image.Image:
    """One RGBA tile of hexagons, fully opaque where there is one: the composer sets the opacity.

    Coarse cells are drawn first, so that what is known finely lies above them.
    """
    name = "health" if ready.counts.is_suppressed else ready.counts.fact.value
    image = Image.new("P", (SIZE, SIZE), 0)
    image.putpalette(_palette(name, theme))
    near = near_tile(tile, ready.counts.cells, ready.lon, ready.lat)
    if near.any():
        _draw(ImageDraw.Draw(image), tile, ready, near)
    drawn = np.asarray(image)
    alpha = _ALPHA[drawn]
    if near.any() and ready.counts.is_coarse[near].any():
        alpha[_IS_STROKE & (drawn >= COARSE_FROM)] = _STROKE
    picture = image.convert("RGBA")
    picture.putalpha(Image.fromarray(alpha))
    return picture


def _draw(pen: ImageDraw.ImageDraw, tile: Tile, ready: Hexagons, near: NDArray[np.bool_]) -> None:
    cells, coarse = ready.counts.cells[near], ready.counts.is_coarse[near]
    colours = np.where(coarse, COARSE_FROM + ready.steps[near] // COARSE_EVERY, ready.steps[near] + 1)
    for index, shape in corners(tile, cells):
        outline = COARSE_OUTLINE if coarse[index] else OUTLINE
        pen.polygon(shape.reshape(-1).tolist(), fill=int(colours[index]), outline=outline)


def _palette(name: str, theme: Theme) -> list[int]:
    colours = ramp(name, theme).reshape(-1).tolist()
    edge = [10, 14, 24] if theme == "dark" else [255, 255, 255]
    coarse = [200, 208, 224] if theme == "dark" else [60, 66, 80]
    hatching = ramp(name, theme)[::COARSE_EVERY].reshape(-1).tolist()
    return [0, 0, 0, *colours, *edge, *coarse, *hatching]
