"""A period to be played: counts per cell and step, as few bytes as the browser needs to draw each step by itself."""

import struct
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from watchfloor.geo.cells import boundaries, resolution_of
from watchfloor.geo.crs import to_mercator
from watchfloor.layers.palettes import Theme, ramp
from watchfloor.layers.vectors import WORLD_M

SHADES: Final = 16


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
    """What is played: shape (n,) each, in the order of steps.

    step: counted from 0. cell: 0 where there is no place; coarser than `resolution` where that is all that is known.
    value: what is added up.
    """

    step: NDArray[np.int64]
    cell: NDArray[np.uint64]
    value: NDArray[np.float64]
    first: int
    n_steps: int
    resolution: int


def packed(steps: Steps) -> bytes:
    """Little-endian: seven numbers (int32, the sixth float32), then columns.

    Numbers: cells, vertices, entries, first step, steps, sum without a place, and how many cells are coarse; those come
    first. Columns: offsets of the cells' vertices (uint32, one more than cells); x and y of vertices (float32, parts of
    the world's width from its middle); offsets of the steps' entries (uint32, one more than steps); cell (uint32) and
    value (float32) of each entry.
    """
    placed = (steps.cell != 0) & (steps.step >= 0) & (steps.step < steps.n_steps)
    cells, place = np.unique(steps.cell[placed], return_inverse=True)
    vertices, offsets = boundaries(cells) if cells.size else (np.zeros((0, 2)), np.zeros(1, np.int64))
    x, y = to_mercator(vertices[:, 0], vertices[:, 1])
    starts = np.searchsorted(steps.step[placed], np.arange(steps.n_steps + 1))
    unplaced = float(steps.value[steps.cell == 0].sum())
    # the resolution leads a cell's number
    coarse = int((resolution_of(cells) < steps.resolution).sum())
    head = struct.pack("<5ifi", cells.size, len(vertices), place.size, steps.first, steps.n_steps, unplaced, coarse)
    parts = (
        offsets.astype("<u4"),
        (x / WORLD_M).astype("<f4"),
        (y / WORLD_M).astype("<f4"),
        starts.astype("<u4"),
        place.astype("<u4"),
        steps.value[placed].astype("<f4"),
    )
    return head + b"".join(part.tobytes() for part in parts)


def shades(name: str, theme: Theme) -> list[str]:
    """Colours from least to most, as the browser takes them."""
    picked = ramp(name, theme)[np.linspace(0, len(ramp(name, theme)) - 1, SHADES).astype(int)]
    return [f"rgb({red} {green} {blue})" for red, green, blue in picked.tolist()]
