"""Distances, directions and mean places on the sphere, antimeridian and poles included."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

type FloatArray = NDArray[np.float64]

EARTH_RADIUS_M: Final = 6_371_008.8
"""The mean radius of WGS 84; on the sphere distances are within 0.6 % of the ellipsoid's."""


def vectors(lon: FloatArray, lat: FloatArray) -> FloatArray:
    """Unit vectors, shape (..., 3), of points in degrees."""
    lon, lat = np.radians(lon), np.radians(lat)
    return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=-1)


def lon_lat(towards: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Degrees of the points that vectors of any length point to; lon within ±180."""
    x, y, z = np.moveaxis(np.asarray(towards, np.float64), -1, 0)
    return np.degrees(np.arctan2(y, x)), np.degrees(np.arctan2(z, np.hypot(x, y)))


def continuous(lon: FloatArray, around: FloatArray | float) -> FloatArray:
    """Longitudes moved by whole turns to within ±180 degrees of `around`."""
    return np.asarray(around + (np.asarray(lon, np.float64) - around + 180.0) % 360.0 - 180.0)


def distance_m(from_: FloatArray, to: FloatArray) -> FloatArray:
    """Metres along the great circle between unit vectors, shape (..., 3), exact also for close and opposite points."""
    across = np.linalg.norm(np.cross(from_, to), axis=-1)
    return np.asarray(EARTH_RADIUS_M * np.arctan2(across, (from_ * to).sum(axis=-1)))


def rings(lon: FloatArray, lat: FloatArray, radius_m: float | FloatArray, sides: int) -> tuple[FloatArray, FloatArray]:
    """Points at `radius_m` (one for all, or shape (n,)) around each point, shape (n, sides) each, degrees."""
    centre = vectors(lon, lat)[:, None, :]
    east = np.stack([-np.sin(np.radians(lon)), np.cos(np.radians(lon)), np.zeros(np.shape(lon))], axis=-1)[:, None, :]
    north = np.cross(centre, east)
    bearing = np.linspace(0, 2 * np.pi, sides, endpoint=False)[None, :, None]
    angle = np.reshape(radius_m, (-1, 1, 1)) / EARTH_RADIUS_M
    sideways = east * np.cos(bearing) + north * np.sin(bearing)
    return lon_lat(centre * np.cos(angle) + sideways * np.sin(angle))
