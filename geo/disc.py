"""All that lies within a distance of a point on the sphere, antimeridian and poles included."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from watchfloor.geo.bbox import BBox
from watchfloor.geo.crs import wrap_longitude
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.sphere import EARTH_RADIUS_M, distance_m, vectors

type FloatArray = NDArray[np.float64]
type BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Disc:
    """Middle in EPSG:4326 degrees, radius in metres along the sphere. Raises BadQuestion for one that is none."""

    lon: float
    lat: float
    radius_m: float

    def __post_init__(self) -> None:
        if not (abs(self.lon) <= 180.0 and abs(self.lat) <= 90.0 and 0.0 <= self.radius_m <= np.pi * EARTH_RADIUS_M):
            raise BadQuestion("a disc is a place on the Earth and a radius of at most half its girth")

    @property
    def bbox(self) -> BBox:
        """The least box of degrees that holds it: all longitudes where it holds a pole."""
        angle = self.radius_m / EARTH_RADIUS_M
        reach = float(np.degrees(angle))
        south, north = max(-90.0, self.lat - reach), min(90.0, self.lat + reach)
        if south == -90.0 or north == 90.0:
            return BBox(-180.0, south, 180.0, north)
        # the meridians that only touch it do so beyond its middle's parallel
        aside = float(np.degrees(np.arcsin(min(1.0, np.sin(angle) / np.cos(np.radians(self.lat))))))
        west, east = (float(wrap_longitude(self.lon + step)) for step in (-aside, aside))
        return BBox(west, south, east, north)

    def contains(self, lon: FloatArray, lat: FloatArray) -> BoolArray:
        """Which points lie in it or on its edge; lon, lat: shape (n,), degrees; what has no place lies in none."""
        middle = vectors(np.array([self.lon]), np.array([self.lat]))
        return np.asarray(distance_m(middle, vectors(lon, lat)) <= self.radius_m)
