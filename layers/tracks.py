"""Tracks: every segment of every craft as one tile, by Datashader; colour by category, light by traffic."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from PIL import Image

from watchfloor.geo.answers import Fixes
from watchfloor.geo.crs import HALF_TURN_M, to_mercator
from watchfloor.layers.palettes import Rgb, Theme
from watchfloor.layers.tilegrid import SIZE, Tile

if TYPE_CHECKING:
    import datashader as ds

CATEGORIES: Final = ("cargo", "tanker", "fishing", "passenger", "pleasure", "tug", "aircraft", "other")
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
        (140, 150, 165),
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
# a longer silence is a gap, not a line; a faster hop is no voyage
GAP_S: Final = 6 * 3600
FASTEST_M_S: Final = 350.0
_BRIGHT: Final = 48
_WIDE_FROM: Final = 7


@dataclass(frozen=True, slots=True, eq=False)
class Segments:
    """Segments between consecutive fixes in EPSG:3857 metres, shape (n,) each.

    One that crosses the antimeridian stands twice, once at either edge. n_fixes: how many fixes they were made of.
    """

    x0: NDArray[np.float32]
    y0: NDArray[np.float32]
    x1: NDArray[np.float32]
    y1: NDArray[np.float32]
    category: NDArray[np.int16]
    n_fixes: int


def segments(fixes: Fixes) -> Segments:
    """Segments of the fixes, which are in the order of craft and time; gaps and impossible hops are left out."""
    x, y = to_mercator(fixes.lon, fixes.lat)
    step_s = np.diff(fixes.at_s)
    turn = 2 * HALF_TURN_M
    dx = np.diff(x)
    crosses = np.abs(dx) > HALF_TURN_M
    dx = np.where(crosses, dx - np.sign(dx) * turn, dx)
    metres = np.hypot(dx, np.diff(y)) * np.cos(np.radians(fixes.lat[:-1]))
    joined = (np.diff(fixes.craft) == 0) & (step_s > 0) & (step_s <= GAP_S) & (metres <= FASTEST_M_S * step_s)
    start, category = np.flatnonzero(joined), fixes.category[:-1]
    over = start[crosses[start]]
    x0 = np.concatenate([x[start], x[over + 1] - dx[over]])
    x1 = np.concatenate([x[start] + dx[start], x[over + 1]])
    both = np.concatenate([start, over])
    return Segments(
        x0.astype(np.float32),
        y[both].astype(np.float32),
        x1.astype(np.float32),
        y[both + 1].astype(np.float32),
        category[both],
        fixes.total,
    )


def draw_tracks(tile: Tile, ready: Segments, theme: Theme) -> Image.Image:
    """One RGBA tile; brightness is the logarithm of the segments on a pixel, equal for equal counts on all tiles."""
    west, south, east, north = tile.bounds_mercator
    # a margin, so that widening a line looks the same on both sides of a tile's border
    pad = 2 * tile.metres_per_pixel
    near = (
        (np.maximum(ready.x0, ready.x1) >= west - pad)
        & (np.minimum(ready.x0, ready.x1) <= east + pad)
        & (np.maximum(ready.y0, ready.y1) >= south - pad)
        & (np.minimum(ready.y0, ready.y1) <= north + pad)
    )
    if not near.any():
        return Image.new("RGBA", (SIZE, SIZE), (0, 0, 0, 0))
    # Datashader takes seconds to import: only who draws tracks waits for it
    import datashader as ds  # noqa: PLC0415

    canvas = ds.Canvas(SIZE + 4, SIZE + 4, x_range=(west - pad, east + pad), y_range=(south - pad, north + pad))
    counts = _counts(canvas, ready, near)
    if tile.z >= _WIDE_FROM:
        counts = _widened(counts)
    return _shaded(counts[::-1][2:-2, 2:-2], theme)


def _counts(canvas: "ds.Canvas", ready: Segments, near: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Segments per pixel and category, shape (rows from the south, columns, categories)."""
    import datashader as ds  # noqa: PLC0415

    counted = ds.count()
    present = np.unique(ready.category[near])
    whole = np.zeros((SIZE + 4, SIZE + 4, len(CATEGORIES)), np.float32)
    for category in present:
        chosen = near & (ready.category == category)
        frame = pd.DataFrame(
            {"x0": ready.x0[chosen], "x1": ready.x1[chosen], "y0": ready.y0[chosen], "y1": ready.y1[chosen]}
        )
        found = canvas.line(frame, x=["x0", "x1"], y=["y0", "y1"], axis=1, agg=counted)
        whole[:, :, category] = found.to_numpy()
    return whole


def _widened(counts: NDArray[np.float32]) -> NDArray[np.float32]:
    wide = counts.copy()
    wide[1:] = np.maximum(wide[1:], counts[:-1])
    wide[:, 1:] = np.maximum(wide[:, 1:], wide[:, :-1].copy())
    return wide


def _shaded(counts: NDArray[np.float32], theme: Theme) -> Image.Image:
    total = counts.sum(axis=2)
    # rare categories stay visible: each counts by the square root of its share
    weights = np.sqrt(counts)
    weights /= np.maximum(weights.sum(axis=2, keepdims=True), 1e-9)
    colour = weights @ np.array(COLOURS[theme], np.float32)
    light = np.clip(np.log1p(total) / np.log1p(_BRIGHT), 0.0, 1.0)
    alpha = np.where(total > 0, 95 + 160 * light, 0)
    return Image.fromarray(np.dstack([colour, alpha]).astype(np.uint8), "RGBA")
