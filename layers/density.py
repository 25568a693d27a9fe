"""Where seizures are dense: a smooth picture by Datashader, from what is known more finely than its blur.

Values are seizures, or kilograms, per area on the ground: a pixel near a pole stands for less of it than one at
the equator, and counts accordingly.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from PIL import Image

from watchfloor.geo.crs import RADIUS_M
from watchfloor.geo.place_symbols import uncertainty_px, world_pixels
from watchfloor.geo.query import Measured
from watchfloor.geo.seizure_places import SeizurePlaces
from watchfloor.layers.palettes import Scale, Theme, ramp
from watchfloor.layers.tilegrid import SIZE, Tile

type Floats = NDArray[np.float64]
type Ints = NDArray[np.int64]

SIGMA_PX: Final = 7.0
WIDTH_PX: Final = 2 * SIGMA_PX
"""The width of the blur: what is known less finely than this is left out."""
REACH_PX: Final = int(3 * SIGMA_PX)
"""As far as a place is seen, along and across."""
# the lowest colour stands for this share of the highest value
_RANGE: Final = 1 / 500
_FADE: Final = 0.25


@dataclass(frozen=True, slots=True, eq=False)
class Density:
    """Places of one question at one zoom, as whole pixels of the world with what each adds to them.

    weight: per 1,000 square kilometres of ground under that pixel. n: seizures in the picture; n_areas: left
    out, because they are known less finely than the blur is wide.
    """

    zoom: int
    x: Ints
    y: Ints
    weight: Floats
    scale: Scale
    fact: str
    n: int
    n_areas: int


def density(places: SeizurePlaces, zoom: int, measured: Measured) -> Density:
    """Places ready to be drawn on any tile of a zoom."""
    fine = uncertainty_px(places, zoom) <= WIDTH_PX
    x, y = (np.floor(axis[fine]).astype(np.int64) for axis in world_pixels(places.lon, places.lat, zoom))
    values = places.kilograms if measured is Measured.KILOGRAMS else places.n
    weight = values[fine] / pixel_km(places.lat[fine], zoom) ** 2 * 1000
    high = _highest(x, y, weight, SIZE << zoom)
    scale = Scale(high * _RANGE, high)
    n = int(places.n[fine].sum())
    return Density(zoom, x, y, weight, scale, places.fact.value, n, places.total - n)


def pixel_km(lat: Floats, zoom: int) -> Floats:
    """Kilometres on the ground along a pixel at these latitudes (degrees)."""
    return np.asarray(2 * np.pi * RADIUS_M / (SIZE << zoom) * np.maximum(np.cos(np.radians(lat)), 0.05) / 1000)


def weights() -> Floats:
    """The blur: shares by distance in pixels along one axis, shape (REACH_PX + 1,); both sides together make 1."""
    found = np.exp(-0.5 * (np.arange(REACH_PX + 1) / SIGMA_PX) ** 2)
    return np.asarray(found / (2 * found.sum() - found[0]))


def _highest(x: Ints, y: Ints, weight: Floats, around: int) -> float:
    """About the greatest value anywhere on the map of that zoom: blurred on a grid as wide as the blur's sigma."""
    if x.size == 0:
        return 1.0
    step = int(SIGMA_PX)
    columns = -(-around // step)
    key, index = np.unique((y // step) * columns + x // step, return_inverse=True)
    here = np.bincount(index, weight)
    near = np.exp(-0.5)
    total = np.zeros(len(key))
    for i in (-1, 0, 1):
        for j in (-1, 0, 1):
            wanted = key + i * columns + j
            at = np.minimum(np.searchsorted(key, wanted), len(key) - 1)
            total += np.where(key[at] == wanted, here[at], 0.0) * near ** (abs(i) + abs(j))
    return float(total.max() / (2 * np.pi * SIGMA_PX**2)) or 1.0


def draw_density(tile: Tile, ready: Density, theme: Theme) -> Image.Image:
    """One RGBA tile; equal values have equal colours on all tiles, and nothing breaks at an edge."""
    x, y, weight = _near(tile, ready)
    if x.size == 0:
        return Image.new("RGBA", (SIZE, SIZE), (0, 0, 0, 0))
    # Datashader takes seconds to import: only who draws density waits for it
    import datashader as ds  # noqa: PLC0415

    side = SIZE + 2 * REACH_PX
    canvas = ds.Canvas(side, side, x_range=(0, side), y_range=(0, side))
    # the middles of whole pixels: no rounding can put a place on two sides of an edge
    frame = pd.DataFrame({"x": x + 0.5, "y": y + 0.5, "weight": weight})
    counted = np.nan_to_num(canvas.points(frame, "x", "y", agg=ds.sum("weight")).to_numpy())
    return _shaded(blurred(blurred(counted).T).T, ready, theme)


def blurred(values: Floats) -> Floats:
    """Values smoothed along their first axis, shape (SIZE + 2 REACH_PX, n) to (SIZE, n): the margin is used up.

    By sums of shifted arrays: a matrix product would start threads that stand in each other's way on a server.
    """
    share = weights()
    out = share[0] * values[REACH_PX : REACH_PX + SIZE]
    for step in range(1, REACH_PX + 1):
        before, after = REACH_PX - step, REACH_PX + step
        out += share[step] * (values[before : before + SIZE] + values[after : after + SIZE])
    return np.asarray(out)


def _near(tile: Tile, ready: Density) -> tuple[Ints, Ints, Floats]:
    down = ready.y - tile.y * SIZE + REACH_PX
    side = SIZE + 2 * REACH_PX
    rows = np.flatnonzero((down >= 0) & (down < side))
    parts = []
    for turn in (-1, 0, 1):
        right = ready.x[rows] - tile.x * SIZE + REACH_PX + turn * tile.world_pixels
        hit = (right >= 0) & (right < side)
        parts.append((right[hit], down[rows][hit], ready.weight[rows][hit]))
    x, y, weight = (np.concatenate(column) for column in zip(*parts, strict=True))
    return x, y, weight


def _shaded(values: Floats, ready: Density, theme: Theme) -> Image.Image:
    steps = ready.scale.steps(values)
    colours = ramp(ready.fact, theme)[steps]
    # below the scale the picture fades out over a quarter of the ramp
    share = np.log(np.maximum(values, ready.scale.low * 1e-3) / ready.scale.low) / np.log(1 / _RANGE)
    alpha = np.clip(share / _FADE, 0.0, 1.0) * 255
    return Image.fromarray(np.dstack([colours, np.rint(alpha).astype(np.uint8)]), "RGBA")
