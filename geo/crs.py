"""The only place that reprojects: EPSG:4326 degrees and EPSG:3857 metres, as arrays."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

type FloatArray = NDArray[np.float64]

RADIUS_M = 6_378_137.0
HALF_TURN_M = np.pi * RADIUS_M
MOST_LAT = 85.051128779806604


def to_mercator(lon: ArrayLike, lat: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Metres in EPSG:3857 of degrees in EPSG:4326; longitudes past ±180 run on, latitudes are cut at ±85.0511.

    lon, lat: shape (n,). Distances must never be computed from the result.
    """
    x = np.radians(np.asarray(lon, np.float64)) * RADIUS_M
    bounded = np.clip(np.asarray(lat, np.float64), -MOST_LAT, MOST_LAT)
    y = np.log(np.tan(np.pi / 4 + np.radians(bounded) / 2)) * RADIUS_M
    return x, y


def from_mercator(x: ArrayLike, y: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Degrees in EPSG:4326 of metres in EPSG:3857; longitudes run on past ±180 as x does."""
    lon = np.degrees(np.asarray(x, np.float64) / RADIUS_M)
    lat = np.degrees(2 * np.arctan(np.exp(np.asarray(y, np.float64) / RADIUS_M)) - np.pi / 2)
    return lon, lat
