"""The only place that reprojects: EPSG:4326 degrees and EPSG:3857 metres, as arrays.

Web Mercator is a formula on a sphere, so that plain NumPy is exact and far quicker than a general
projection library. Source: EPSG Guidance Note 7-2, method 1024 (Popular Visualisation Pseudo Mercator).
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

type FloatArray = NDArray[np.float64]

RADIUS_M = 6_378_137.0
HALF_TURN_M = float(np.pi * RADIUS_M)
MOST_LAT = float(np.degrees(2 * np.arctan(np.exp(np.pi)) - np.pi / 2))


def to_mercator(lon: ArrayLike, lat: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """EPSG:3857 metres of EPSG:4326 degrees; any shapes that broadcast, the answer has theirs.

    Latitudes beyond ±85.0511 are clamped to the edge of the square world. Longitudes are not wrapped:
    181 degrees lies east of the antimeridian, so that a line across it stays whole. NaN stays NaN.
    Distances must never be worked out from the answer.
    """
    clamped = np.clip(np.asarray(lat, np.float64), -MOST_LAT, MOST_LAT)
    x = np.asarray(lon, np.float64) * (HALF_TURN_M / 180.0)
    y = RADIUS_M * np.arcsinh(np.tan(np.radians(clamped)))
    return x, y


def from_mercator(x: ArrayLike, y: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """EPSG:4326 degrees of EPSG:3857 metres, the reverse of to_mercator; longitudes are not wrapped."""
    lon = np.asarray(x, np.float64) * (180.0 / HALF_TURN_M)
    lat = np.degrees(np.arctan(np.sinh(np.asarray(y, np.float64) / RADIUS_M)))
    return lon, lat


def wrap_longitude(lon: ArrayLike) -> FloatArray:
    """The same meridians within -180 (included) to 180 (excluded) degrees."""
    return (np.asarray(lon, np.float64) + 180.0) % 360.0 - 180.0
