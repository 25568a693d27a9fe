"""Positions as they may be handed on: no finer than they are known, and how far the true place may lie from them.

A coordinate is rounded to a step of 1, 2 or 5 in some decimal place that is not smaller than the record's uncertainty:
20 m is told to 0.0002 degrees, a town of 6 km to 0.1, a county of 35 km to 0.5.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from watchfloor.geo.crs import wrap_longitude
from watchfloor.geo.sphere import EARTH_RADIUS_M

type FloatArray = NDArray[np.float64]

FINEST_M: Final = 1.0
"""Nothing is told more finely than to a metre, whatever its source says."""

_METRES_PER_DEGREE: Final = float(np.radians(EARTH_RADIUS_M))
_COARSEST_DEG: Final = 50.0
_STEPS: Final = np.array([rung * 10.0**power for power in range(-9, 2) for rung in (1.0, 2.0, 5.0)])
"""From less than a millimetre to the coarsest: found in a table several times as quickly as by logarithms."""
_DECIMALS: Final = 6
# by the poles a degree of longitude is nothing: all of them are one place
_LEAST_COSINE: Final = 1e-3


def known_position(
    lon: FloatArray, lat: FloatArray, uncertainty_m: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Longitude and latitude as coarse as they are known, and metres within which the true place lies of them.

    lon, lat: shape (n,), EPSG:4326 degrees; uncertainty_m: shape (n,), metres. What has no place, or an uncertainty
    that is no number, is NaN in all three. The metres are the uncertainty and the distance by which the point moved.
    """
    known_m = np.maximum(np.asarray(uncertainty_m, np.float64), FINEST_M)
    known_m = np.where(np.isfinite(known_m) & np.isfinite(lon) & np.isfinite(lat), known_m, np.nan)
    wanted_deg = known_m / _METRES_PER_DEGREE
    told_lat = np.clip(_rounded(lat, wanted_deg), -90.0, 90.0)
    cosine = np.cos(np.radians(lat))
    told_lon = np.asarray(wrap_longitude(_rounded(lon, wanted_deg / np.maximum(cosine, _LEAST_COSINE))))
    told_lon = np.where(np.isnan(known_m), np.nan, np.round(told_lon, _DECIMALS))
    moved = _moved_m(told_lon - lon, told_lat - lat, cosine * np.cos(np.radians(told_lat)))
    return told_lon, told_lat, np.ceil(known_m + moved)


def step_deg(at_least_deg: FloatArray) -> FloatArray:
    """The least step of 1, 2 or 5 in a decimal place that is not smaller than these degrees, at most 50."""
    wanted = np.minimum(np.asarray(at_least_deg, np.float64), _COARSEST_DEG)
    known = np.isfinite(wanted)
    found = np.searchsorted(_STEPS, np.where(known, wanted * (1 - 1e-12), 0.0))
    return np.where(known, _STEPS[np.minimum(found, _STEPS.size - 1)], np.nan)


def _rounded(degrees: FloatArray, at_least_deg: FloatArray) -> FloatArray:
    step = step_deg(at_least_deg)
    # adding 0 makes 0 of -0
    return np.asarray(np.round(np.round(degrees / step) * step, _DECIMALS) + 0.0)


def _moved_m(lon: FloatArray, lat: FloatArray, cosines: FloatArray) -> FloatArray:
    """Metres of a move by these degrees, the haversine of it; cosines: of both latitudes, one by the other."""
    half = np.sin(np.radians(lat) / 2) ** 2 + cosines * np.sin(np.radians(lon) / 2) ** 2
    return np.asarray(2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0))))
