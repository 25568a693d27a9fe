"""The middle of points that a source reports for one and the same place."""

import numpy as np
from numpy.typing import NDArray

from watchfloor.geo.sphere import distance_m, vectors

type FloatArray = NDArray[np.float64]


def is_placed(lon: FloatArray, lat: FloatArray) -> NDArray[np.bool_]:
    """Whether each point can be a place: on the globe, and not the 0, 0 that stands for "unknown"."""
    return np.asarray((np.abs(lon) <= 180) & (np.abs(lat) <= 90) & ~((lon == 0) & (lat == 0)))


def middle(points: FloatArray) -> tuple[float, float, float]:
    """The reported point next to the median of all rows, and the metres to the reported point farthest from it.

    points: shape (n, 3), n at least 1: lon and lat in degrees, and the number of rows that report them.
    """
    lon, lat, rows = points.T
    towards = vectors(lon, lat)
    median = vectors(_weighted_median(lon, rows), _weighted_median(lat, rows))
    nearest = int(np.argmin(distance_m(towards, median)))
    spread = distance_m(towards, towards[nearest]).max()
    return float(lon[nearest]), float(lat[nearest]), float(spread)


def _weighted_median(values: FloatArray, weights: FloatArray) -> FloatArray:
    order = np.argsort(values)
    below = np.cumsum(weights[order])
    return np.asarray(values[order][np.searchsorted(below, below[-1] / 2)])
