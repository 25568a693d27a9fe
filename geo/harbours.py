"""Points that craft call at, and how far from the nearest of them a position lies.

They stand in for shore and anchorages, of which the store keeps none: a port lies on the shore, so that the nearest
one is never nearer than the shore itself, and a limit on it leaves out less than the same limit on the shore would.
"""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from watchfloor.geo.sphere import EARTH_RADIUS_M, vectors

type FloatArray = NDArray[np.float64]
type IntArray = NDArray[np.int64]
type BoolArray = NDArray[np.bool_]

NO_HARBOUR: Final = -1
_GRID_DEG: Final = 0.25
_DEGREE_M: Final = 110_000.0
_COLUMNS, _ROWS = 1440, 720


@dataclass(frozen=True, slots=True, eq=False)
class Harbours:
    """Points in EPSG:4326 degrees, shape (h,) each; there may be none."""

    lon: FloatArray
    lat: FloatArray
    _tree: cKDTree | None = field(init=False, repr=False)

    def __post_init__(self) -> None:
        tree = cKDTree(vectors(self.lon, self.lat)) if len(self.lon) else None
        object.__setattr__(self, "_tree", tree)

    def nearest(self, lon: FloatArray, lat: FloatArray, within_m: float = np.inf) -> tuple[IntArray, FloatArray]:
        """Number of the nearest harbour and metres to it, shape (n,); NO_HARBOUR and inf beyond within_m."""
        number, away = np.full(len(lon), NO_HARBOUR, np.int64), np.full(len(lon), np.inf)
        if self._tree is None:
            return number, away
        rows = np.flatnonzero(self._may_be_near(lon, lat, within_m))
        chord = 2 * np.sin(min(within_m / EARTH_RADIUS_M, np.pi) / 2)
        found, which = self._tree.query(vectors(lon[rows], lat[rows]), distance_upper_bound=chord + 1e-12)
        near = found < np.inf
        number[rows[near]] = which[near]
        away[rows[near]] = 2 * EARTH_RADIUS_M * np.arcsin(np.minimum(found[near] / 2, 1.0))
        return number, away

    def _may_be_near(self, lon: FloatArray, lat: FloatArray, within_m: float) -> BoolArray:
        """What lies in a square of a grid with a harbour in or beside it, or where squares are narrower than that."""
        narrow = float(np.degrees(np.arccos(min(1.0, within_m / (_GRID_DEG * _DEGREE_M)))))
        near = np.zeros((_ROWS, _COLUMNS), np.bool_)
        row, column = _square(self.lon, self.lat)
        for d_row in (-1, 0, 1):
            for d_column in (-1, 0, 1):
                near[np.clip(row + d_row, 0, _ROWS - 1), (column + d_column) % _COLUMNS] = True
        return np.asarray(near[_square(lon, lat)] | (np.abs(lat) >= narrow))


def _square(lon: FloatArray, lat: FloatArray) -> tuple[IntArray, IntArray]:
    column = ((lon + 180.0) / _GRID_DEG).astype(np.int64) % _COLUMNS
    return np.clip(((lat + 90.0) / _GRID_DEG).astype(np.int64), 0, _ROWS - 1), column


NO_HARBOURS: Final = Harbours(np.zeros(0), np.zeros(0))
