"""Coordinates of any system that EPSG knows, as EPSG:4326 degrees; beside geo/crs.py, which does Web Mercator."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from watchfloor.geo.errors import BadInput

if TYPE_CHECKING:
    from pyproj import CRS

type FloatArray = NDArray[np.float64]


def known_crs(written: str) -> "CRS":
    """The coordinate system of a code such as EPSG:32618.

    Raises BadInput if EPSG knows no such horizontal system.
    """
    from pyproj import CRS  # noqa: PLC0415 - its database takes a while to open
    from pyproj.exceptions import CRSError  # noqa: PLC0415

    try:
        crs = CRS.from_user_input(written.strip())
    except CRSError as error:
        raise BadInput(f"{written!r} is not a coordinate system that EPSG knows; write it as EPSG:4326") from error
    if not (crs.is_geographic or crs.is_projected):
        raise BadInput(f"{written!r} is no system of places on the ground")
    return crs


def to_degrees(x: FloatArray, y: FloatArray, crs: "CRS") -> tuple[FloatArray, FloatArray]:
    """Longitude and latitude, EPSG:4326, of points in another system; not a number where there is none.

    x, y: shape (n,), easting (or longitude) and northing (or latitude), whatever order the system has by law.
    """
    from pyproj import Transformer  # noqa: PLC0415

    if crs.to_epsg() == 4326:
        return np.asarray(x, np.float64), np.asarray(y, np.float64)
    lon, lat = Transformer.from_crs(crs, "EPSG:4326", always_xy=True).transform(x, y)
    lon, lat = np.asarray(lon, np.float64), np.asarray(lat, np.float64)
    # what cannot be projected back comes as infinite
    usable = np.isfinite(lon) & np.isfinite(lat)
    return np.where(usable, lon, np.nan), np.where(usable, lat, np.nan)
