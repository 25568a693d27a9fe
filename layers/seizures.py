"""Seizures at their places: dots where a place is known finely enough for the zoom, framed numbers where not.

A dot's size and a number stand for what is measured, its colour for the other of count and weight, both on the
scale of all symbols of the question at this zoom.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from watchfloor.geo.place_symbols import POINT_PX, PlaceSymbols
from watchfloor.geo.query import Measured
from watchfloor.layers.area_names import name_of, with_room
from watchfloor.layers.legends import compact
from watchfloor.layers.lettering import word
from watchfloor.layers.outlines import draw_outlines
from watchfloor.layers.palettes import Rgb, Scale, Theme, ramp
from watchfloor.layers.sprites import NAME, PLATE_HEIGHT, dot, name_ink, plate, plate_width
from watchfloor.layers.tilegrid import SIZE, Tile
from watchfloor.layers.uncertainty import Circles, circles, draw_circles

type Floats = NDArray[np.float64]
type Ints = NDArray[np.int64]
type Bools = NDArray[np.bool_]

SMALLEST_PX: Final = POINT_PX
LARGEST_PX: Final = 12.0
NO_WEIGHT: Final[dict[Theme, Rgb]] = {"dark": (148, 158, 174), "light": (120, 128, 140)}
# colours of the ramp are taken in so many steps, so that few sprites are made
COLOURS: Final = 24
# a name that reaches into the tile, and those beside it that decide whether it is written
_MARGIN: Final = 390


@dataclass(frozen=True, slots=True, eq=False)
class SeizureMarks:
    """Symbols of one zoom made ready for any number of tiles.

    step: colour of each, 0 to COLOURS - 1, or -1 where there is nothing to colour by. radius: of dots, pixels.
    sized: what stands in an area's frame.
    """

    symbols: PlaceSymbols
    scale: Scale
    step: Ints
    radius: Floats
    sized: Floats
    circles: Circles


def values_of(symbols: PlaceSymbols, measured: Measured) -> tuple[Floats, Floats]:
    """What size and number stand for, and what the colour stands for, per symbol."""
    n = symbols.n.astype(np.float64)
    return (symbols.kilograms, n) if measured is Measured.KILOGRAMS else (n, symbols.kilograms)


def seizure_marks(symbols: PlaceSymbols, measured: Measured) -> SeizureMarks:
    """Symbols ready to be drawn."""
    sized, coloured = values_of(symbols, measured)
    scale = Scale.of(coloured)
    step = np.where(coloured > 0, scale.steps(coloured) * COLOURS // 200, -1)
    dots = np.where(symbols.is_area, 0.0, np.maximum(sized, 0.0))
    share = np.sqrt(dots / dots.max(initial=0.0)) if dots.max(initial=0.0) > 0 else dots
    # in half pixels: few sizes, few sprites
    radius = np.rint(2 * (SMALLEST_PX + (LARGEST_PX - SMALLEST_PX) * share)) / 2
    return SeizureMarks(symbols, scale, step, radius, sized, circles(symbols))


def plates_of(ready: SeizureMarks, near: Ints, px: Floats, py: Floats) -> tuple[Ints, list[str], list[str], Bools]:
    """Framed numbers among symbols near a picture, whose pixels are px and py.

    Returns where they stand among these, their numbers, their names, and which of the names have room.
    """
    symbols, is_area = ready.symbols, ready.symbols.is_area[near]
    areas = np.flatnonzero(is_area)
    numbers = [compact(float(round(value))) for value in ready.sized[near[areas]].tolist()]
    names = [name_of(symbols, index) for index in near[areas].tolist()]
    widths = np.array([plate_width(number) for number in numbers], float)
    dots = np.stack([px[~is_area], py[~is_area]], axis=1)
    return areas, numbers, names, with_room(names, np.stack([px[areas], py[areas], widths], axis=1), dots)


def draw_seizures(tile: Tile, ready: SeizureMarks, theme: Theme) -> Image.Image:
    """One RGBA tile: circles of uncertainty, dots above them, framed numbers with names on top."""
    picture, colours, symbols = draw_reach(tile, ready, theme), colours_of(ready, theme), ready.symbols
    near, px, py = _near(tile, symbols.x, symbols.y, np.full(len(symbols), float(_MARGIN)))
    is_area = symbols.is_area[near]
    for i in np.flatnonzero(~is_area).tolist():
        sprite = dot(float(ready.radius[near[i]]), colours[ready.step[near[i]]], theme)
        _lay(picture, sprite, px[i] - sprite.width // 2, py[i] - sprite.height // 2)
    areas, numbers, names, written = plates_of(ready, near, px, py)
    # the greatest last, so that they lie on top
    for at in range(len(areas) - 1, -1, -1):
        i = areas[at]
        sprite = plate(numbers[at], colours[ready.step[near[i]]], theme)
        _lay(picture, sprite, px[i] - sprite.width // 2, py[i] - PLATE_HEIGHT // 2)
        if written[at]:
            name = word(names[at], NAME, name_ink(theme))
            _lay(picture, name, px[i] - name.width // 2, py[i] + PLATE_HEIGHT // 2 - 1)
    return picture


def draw_reach(tile: Tile, ready: SeizureMarks, theme: Theme) -> Image.Image:
    """One RGBA tile: circles of uncertainty and boundaries alone."""
    colours = colours_of(ready, theme)
    picture = _circled(tile, ready, colours)
    if ready.symbols.places.outlines:
        outlines = draw_outlines(tile, ready.symbols, [colours[step] for step in ready.step.tolist()])
        picture = Image.alpha_composite(picture, outlines) if outlines else picture
    return picture


def colours_of(ready: SeizureMarks, theme: Theme) -> list[Rgb]:
    """Colours of the steps; the last one, step -1, is of what has nothing to be coloured by."""
    picked = ramp(ready.symbols.places.fact.value, theme)[np.linspace(0, 199, COLOURS).astype(np.int64)]
    return [*((int(r), int(g), int(b)) for r, g, b in picked), NO_WEIGHT[theme]]


def _circled(tile: Tile, ready: SeizureMarks, colours: list[Rgb]) -> Image.Image:
    found = ready.circles
    near, px, py = _near(tile, found.x, found.y, found.radius + 2, exact=True)
    if near.size == 0:
        return Image.new("RGBA", (SIZE, SIZE), (0, 0, 0, 0))
    chosen = [colours[ready.step[index]] for index in found.symbol[near].tolist()]
    return Image.fromarray(draw_circles(np.stack([px, py, found.radius[near]], axis=1), chosen), "RGBA")


def _near(tile: Tile, x: Floats, y: Floats, reach: Floats, *, exact: bool = False) -> tuple[Ints, Floats, Floats]:
    """What may touch the tile: indices in order, and pixels from its corner, on every copy of the world.

    Rounded in pixels of the world, not of the tile, so that what two tiles share stands in the same place.
    """
    if not exact:
        x, y = np.floor(x), np.floor(y)
    down = y - tile.y * SIZE
    found, across = [np.zeros(0, np.int64)], [np.zeros(0)]
    for turn in (-1, 0, 1):
        right = x - tile.x * SIZE + turn * tile.world_pixels
        hit = np.flatnonzero((right > -reach) & (right < SIZE + reach) & (down > -reach) & (down < SIZE + reach))
        found.append(hit)
        across.append(right[hit])
    near, px = np.concatenate(found), np.concatenate(across)
    order = np.argsort(near, kind="stable")
    return near[order], px[order], down[near[order]]


def _lay(picture: Image.Image, top: Image.Image, left: float, upper: float) -> None:
    x, y = int(left), int(upper)
    if x < SIZE and y < SIZE and x + top.width > 0 and y + top.height > 0:
        picture.alpha_composite(top, (max(x, 0), max(y, 0)), (max(-x, 0), max(-y, 0)))
