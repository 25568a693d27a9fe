"""Web map tiles: XYZ addresses in EPSG:3857, 256 pixels wide, rows counted from the north."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from watchfloor.geo.crs import HALF_TURN_M, from_mercator, to_mercator
from watchfloor.geo.errors import BadQuestion

type FloatArray = NDArray[np.float64]

SIZE: Final = 256
MOST_ZOOM: Final = 16


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile. Raises BadQuestion for an address that no map has."""

    z: int
    x: int
    y: int

    def __post_init__(self) -> None:
        if not (0 <= self.z <= MOST_ZOOM and 0 <= self.x < 1 << self.z and 0 <= self.y < 1 << self.z):
            raise BadQuestion(f"there is no tile {self.z}/{self.x}/{self.y}")

    @property
    def metres_per_pixel(self) -> float:
        """Mercator metres (not ground metres) of one pixel."""
        return 2 * HALF_TURN_M / (SIZE << self.z)

    @property
    def world_pixels(self) -> int:
        """Pixels once around the world at this zoom."""
        return SIZE << self.z

    @property
    def bounds_mercator(self) -> tuple[float, float, float, float]:
        """West, south, east, north in EPSG:3857 metres."""
        width = SIZE * self.metres_per_pixel
        west, north = self.x * width - HALF_TURN_M, HALF_TURN_M - self.y * width
        return west, north - width, west + width, north

    @property
    def bounds_lonlat(self) -> tuple[float, float, float, float]:
        """West, south, east, north in degrees."""
        west, south, east, north = self.bounds_mercator
        (lon_west, lon_east), (lat_south, lat_north) = from_mercator([west, east], [south, north])
        return float(lon_west), float(lat_south), float(lon_east), float(lat_north)

    def to_pixels(self, lon: ArrayLike, lat: ArrayLike) -> tuple[FloatArray, FloatArray]:
        """Pixels from the tile's upper left corner, each point on the copy of the world nearest to the tile."""
        px, py = self.to_pixels_unwrapped(lon, lat)
        middle = SIZE / 2
        return px - self.world_pixels * np.round((px - middle) / self.world_pixels), py

    def to_pixels_unwrapped(self, lon: ArrayLike, lat: ArrayLike) -> tuple[FloatArray, FloatArray]:
        """Pixels from the tile's upper left corner, longitudes running on: rings stay whole."""
        x, y = to_mercator(lon, lat)
        west, _, _, north = self.bounds_mercator
        return (x - west) / self.metres_per_pixel, (north - y) / self.metres_per_pixel

    def from_pixel(self, px: float, py: float) -> tuple[float, float]:
        """Longitude and latitude of a pixel of the tile."""
        west, _, _, north = self.bounds_mercator
        lon, lat = from_mercator(west + px * self.metres_per_pixel, north - py * self.metres_per_pixel)
        return float(lon), float(lat)

    def parent(self, levels: int) -> "Tile":
        """The tile so many zoom levels up that holds this one."""
        up = min(levels, self.z)
        return Tile(self.z - up, self.x >> up, self.y >> up)
