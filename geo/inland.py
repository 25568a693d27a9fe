"""Where on land it is so far to any water that no vessel can be there: one look at a bit for each position.

The bits are those of the tiles of zoom ZOOM, made by `scripts/make_inland.py`: set where a whole tile lies 30 km or
more from the sea, lakes and rivers of Natural Earth (1:10m outline of the land, 1:50m lakes and rivers), and outside
of lands that canals run all through. An outline of that scale is off by a kilometre or two and lacks small harbours and
rivers: a shorter distance marks ships that lie in them.
"""

from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from watchfloor.geo.compiled import compiled
from watchfloor.geo.crs import MOST_LAT
from watchfloor.geo.errors import StoreUnavailable

ZOOM: Final = 12
ACROSS: Final = 1 << ZOOM
_STEPS: Final = 64
"""Of a degree of latitude: from the row at each, the row of a latitude is found in a step or two."""

type Bits = NDArray[np.uint8]
type FloatArray = NDArray[np.float64]
type BoolArray = NDArray[np.bool_]


@cache
def inland_bits() -> Bits:
    """A bit for each tile, row after row from the north, the highest of a byte first. Raises StoreUnavailable."""
    return read_bits(files("watchfloor.geo") / "artefacts" / "inland.npz")


def read_bits(artefact: Traversable) -> Bits:
    """The bits of a file. Raises StoreUnavailable if it is not there: positions on land would go untold."""
    try:
        with artefact.open("rb") as file:
            bits: Bits = np.load(file)["bits"]
    except FileNotFoundError as error:
        raise StoreUnavailable(
            f"{artefact.name} is not in this installation, and without it positions on land go untold: install it again"
        ) from error
    bits.flags.writeable = False
    return bits


def far_inland(lon: FloatArray, lat: FloatArray, is_asked: BoolArray) -> BoolArray:
    """Which of the positions asked about lie there; lon, lat: shape (n,), EPSG:4326 degrees, NaN for none."""
    return _far_inland((inland_bits(), *_rows()), lon, lat, is_asked)


@compiled
def is_inland(bits: Bits, tile: int) -> bool:
    """Whether a tile, row << ZOOM | column, lies there."""
    return bool((bits[tile >> 3] >> (7 - (tile & 7))) & 1)


@cache
def _rows() -> tuple[FloatArray, NDArray[np.int64]]:
    """Latitude of the northern edge of each row and of the map's end; and the row at each step from the north."""
    edges = np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * np.arange(ACROSS + 1) / ACROSS))))
    steps = 90.0 - np.arange(180 * _STEPS + 1) / _STEPS
    return edges, np.clip(np.searchsorted(-edges, -steps, side="right") - 1, 0, ACROSS - 1)


@compiled
def _far_inland(
    known: tuple[Bits, FloatArray, NDArray[np.int64]], lon: FloatArray, lat: FloatArray, is_asked: BoolArray
) -> BoolArray:
    bits, edges, rows = known
    found = np.zeros(len(lon), np.bool_)
    for i in range(len(lon)):
        if is_asked[i] and abs(lat[i]) < MOST_LAT and abs(lon[i]) <= 180:
            row = rows[int((90.0 - lat[i]) * _STEPS)]
            while lat[i] < edges[row + 1]:
                row += 1
            column = int((lon[i] + 180.0) / 360.0 * ACROSS) % ACROSS
            found[i] = is_inland(bits, row << ZOOM | column)
    return found
