"""The nearest of few points to each of many, within a reach: no tree, whose import takes longer than most loads."""

from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import NDArray

from watchfloor.geo.sphere import EARTH_RADIUS_M, FloatArray

_AROUND = np.stack(np.meshgrid(*[[-1, 0, 1]] * 3, indexing="ij"), axis=-1).reshape(-1, 3)


@dataclass(frozen=True, slots=True, eq=False)
class Reach:
    """Points, each written into the cubes round it, whose edge is as long as the reach.

    towards: unit vectors, shape (m, 3). chord: the reach as a straight line through a sphere of radius 1.
    """

    towards: FloatArray
    chord: float
    _cubes: NDArray[np.int64] = field(repr=False)
    _points: NDArray[np.int64] = field(repr=False)

    @classmethod
    def of(cls, towards: FloatArray, reach_m: float) -> Self:
        """towards: unit vectors, shape (m, 3); reach_m: metres along the great circle on the mean sphere."""
        chord = float(2 * np.sin(reach_m / EARTH_RADIUS_M / 2))
        around = _cube(towards, chord)[:, None, :] + _AROUND
        cubes = _number(around.reshape(-1, 3), chord)
        order = np.argsort(cubes, kind="stable")
        return cls(towards, chord, cubes[order], order // len(_AROUND))

    def nearest(self, towards: FloatArray) -> NDArray[np.int64]:
        """Index of the point that is nearest to each unit vector, shape (n, 3), or -1; of equals the first."""
        cubes = _number(_cube(towards, self.chord), self.chord)
        first, last = (np.searchsorted(self._cubes, cubes, side) for side in ("left", "right"))
        n = last - first
        asked = np.repeat(np.arange(len(towards)), n)
        begins = np.cumsum(n) - n
        point = self._points[np.arange(len(asked)) - begins[asked] + first[asked]]
        away = ((towards[asked] - self.towards[point]) ** 2).sum(axis=1)
        near = away <= self.chord**2
        asked, point, away = asked[near], point[near], away[near]
        order = np.lexsort((point, away, asked))
        found = np.full(len(towards), -1, np.int64)
        # written from the farthest to the nearest: the last one stays
        found[asked[order[::-1]]] = point[order[::-1]]
        return found


def _cube(towards: FloatArray, chord: float) -> NDArray[np.int64]:
    return np.floor(np.asarray(towards, np.float64) / chord).astype(np.int64)


def _number(cube: NDArray[np.int64], chord: float) -> NDArray[np.int64]:
    half = int(np.ceil(1 / chord)) + 2
    x, y, z = (cube + half).T
    # below a reach of six metres numbers run over, and cubes share them: what is too far away is left out in any case
    numbers: NDArray[np.int64] = (x * 2 * half + y) * 2 * half + z
    return numbers
