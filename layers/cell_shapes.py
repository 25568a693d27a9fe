"""Shapes of H3 cells on a tile: which reach it, and their corners in its pixels, on every copy of the world shown."""

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from watchfloor.geo.cells import boundaries, resolution_of
from watchfloor.layers.tilegrid import SIZE, Tile

# metres from centre to corner of the largest cell of each resolution, with room to spare
_REACH_M: Final = np.array([1_500e3, 560e3, 215e3, 82e3, 31e3, 12e3, 4.5e3, 1.7e3, 650.0, 250.0])
_METRES_PER_DEGREE: Final = 111_195.0


def near_tile(
    tile: Tile, cells: NDArray[np.uint64], lon: NDArray[np.float64], lat: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Which cells may touch the tile: their centre (degrees) is not further from it than their reach."""
    box = tile.bounds_lonlat
    reach = _REACH_M[np.minimum(resolution_of(cells), len(_REACH_M) - 1)] / _METRES_PER_DEGREE
    reach_lon = reach / np.maximum(np.cos(np.radians(np.minimum(np.abs(lat) + reach, 89.0))), 0.02)
    middle, half = (box.west + box.east) / 2, (box.east - box.west) / 2
    apart = np.abs((lon - middle + 180.0) % 360.0 - 180.0)
    return (apart <= half + reach_lon) & (lat >= box.south - reach) & (lat <= box.north + reach)


def corners(tile: Tile, cells: NDArray[np.uint64]) -> Iterator[tuple[int, NDArray[np.float64]]]:
    """Position of each cell and its corners in pixels of the tile, shape (k, 2).

    Once for every copy of the world that shows the cell on this tile: two where the antimeridian cuts it. Coarse cells
    come first.
    """
    # by resolution, which leads the number, then by place: the order in which rows came tells of rows that are hidden
    order = np.argsort(cells)
    vertices, offsets = boundaries(cells)
    px, py = tile.to_pixels_unwrapped(vertices[:, 0], vertices[:, 1])
    left, right = np.minimum.reduceat(px, offsets[:-1]), np.maximum.reduceat(px, offsets[:-1])
    around = tile.world_pixels
    for index in order:
        first, last = offsets[index], offsets[index + 1]
        lowest, highest = int(-(right[index] // around)), int((SIZE - left[index]) // around)
        for copy in range(lowest, highest + 1):
            yield int(index), np.stack([px[first:last] + copy * around, py[first:last]], axis=1)
