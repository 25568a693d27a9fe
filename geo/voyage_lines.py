"""Voyages as lines with fewer points: which fixes to keep so that the drawn line stays near the true one.

Douglas and Peucker's method (doi:10.3138/FM57-6770-U75U-7727) on Web Mercator metres, in which the map draws: what is
left out lies within the tolerance of the straight line on the map between the points that are kept. A Mercator metre is
never longer than one on the ground, so the error on the ground is at most the tolerance, and its cosine of the
latitude in truth. Poleward of 85.05° the map ends, and so does the promise.
"""

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from watchfloor.geo.compiled import compiled
from watchfloor.geo.crs import HALF_TURN_M, to_mercator

type FloatArray = NDArray[np.float64]
type BoolArray = NDArray[np.bool_]

TILE_PX: Final = 256
HALF_PIXEL: Final = 0.5


def tolerance_m(zoom: int) -> float:
    """Half a pixel of a tile of that zoom in Web Mercator metres: what nobody can see."""
    return float(HALF_PIXEL * 2 * HALF_TURN_M / TILE_PX / 2**zoom)


def simplified(lon: ArrayLike, lat: ArrayLike, voyage: ArrayLike, tolerance: float) -> BoolArray:
    """Which fixes to keep, shape (n,): the ends of every voyage, and what its line cannot spare within the tolerance.

    tolerance: metres, see above; `tolerance_m` gives that of a zoom.
    lon, lat: EPSG:4326 degrees in order of voyage and time. voyage: numbers as `voyages` gives them, each one run of
    rows; fixes of none (-1) are not kept. Lines go the short way over the antimeridian.
    """
    number = np.asarray(voyage, np.int64)
    rows = np.flatnonzero(number >= 0)
    x, y = to_mercator(np.asarray(lon, np.float64)[rows], np.asarray(lat, np.float64)[rows])
    kept = np.zeros(len(number), np.bool_)
    kept[rows] = _kept(x, y, number[rows], float(tolerance))
    return kept


@compiled
def _off_m(x: FloatArray, y: FloatArray, i: int, first: int, last: int) -> float:
    """Metres from a point to the stretch between two others."""
    along_x, along_y = x[last] - x[first], y[last] - y[first]
    off_x, off_y = x[i] - x[first], y[i] - y[first]
    length = along_x * along_x + along_y * along_y
    share = min(1.0, max(0.0, (off_x * along_x + off_y * along_y) / length)) if length > 0 else 0.0
    return float(np.hypot(off_x - share * along_x, off_y - share * along_y))


@compiled
def _keep_within(x: FloatArray, y: FloatArray, ends: tuple[int, int], tolerance: float, kept: BoolArray) -> None:
    """Marks what one voyage keeps between its ends; a stack in place of recursion, which long voyages would exhaust."""
    stack = [ends]
    while stack:
        start, end = stack.pop()
        worst, worst_m = -1, tolerance
        for i in range(start + 1, end):
            off = _off_m(x, y, i, start, end)
            if off > worst_m:
                worst, worst_m = i, off
        if worst >= 0:
            kept[worst] = True
            stack.append((start, worst))
            stack.append((worst, end))


@compiled
def _kept(x: FloatArray, y: FloatArray, number: NDArray[np.int64], tolerance: float) -> BoolArray:
    kept = np.zeros(len(x), np.bool_)
    half, first = HALF_TURN_M, 0
    for i in range(len(x)):
        if i and number[i] == number[first]:
            # the line runs on past the antimeridian instead of turning back
            x[i] = x[i - 1] + (x[i] - x[i - 1] + 3 * half) % (2 * half) - half
        if i + 1 == len(x) or number[i + 1] != number[i]:
            kept[first] = kept[i] = True
            _keep_within(x, y, (first, i), tolerance, kept)
            first = i + 1
    return kept
