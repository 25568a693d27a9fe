"""Web map tiles: XYZ addresses in EPSG:3857, 256 pixels wide, rows counted from the north."""

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from watchfloor.geo.crs import HALF_TURN_M, from_mercator, to_mercator, wrap_longitude
from watchfloor.geo.errors import BadQuestion

type FloatArray = NDArray[np.float64]

SIZE: Final = 256
MOST_ZOOM: Final = 16


class Bounds(NamedTuple):
    """A box in the units of what it is asked of; west is never greater than east."""

    west: float
    south: float
    east: float
    north: float


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile: zoom, column from the west, row from the north.

    Raises BadQuestion for an address that no map has. A map that goes round the world uses `wrapped`.
    """

    z: int
    x: int
    y: int

    def __post_init__(self) -> None:
        if not (0 <= self.z <= MOST_ZOOM and 0 <= self.x < self.count and 0 <= self.y < self.count):
            raise BadQuestion(f"there is no tile {self.z}/{self.x}/{self.y}")

    @classmethod
    def wrapped(cls, z: int, x: int, y: int) -> "Tile":
        """The tile that a map shows at column x after going round the world any number of times."""
        return cls(z, x % (1 << z) if 0 <= z <= MOST_ZOOM else x, y)

    @classmethod
    def at(cls, z: int, lon: float, lat: float) -> "Tile":
        """The tile of that zoom which holds a point in degrees; beyond ±85.0511 the outermost row."""
        px, py = cls(0, 0, 0).to_pixels_unwrapped(wrap_longitude(lon), lat)
        last = (1 << z) - 1
        column, row = (int(p * (1 << z) // SIZE) for p in (px, py))
        return cls(z, min(column, last), min(max(row, 0), last))

    @property
    def count(self) -> int:
        """Tiles in a row, and rows, at this zoom."""
        return 1 << self.z

    @property
    def world_pixels(self) -> int:
        """Pixels once around the world at this zoom."""
        return SIZE << self.z

    @property
    def metres_per_pixel(self) -> float:
        """Mercator metres (not ground metres) of one pixel."""
        return 2 * HALF_TURN_M / self.world_pixels

    @property
    def bounds_mercator(self) -> Bounds:
        """Its box in EPSG:3857 metres; neighbours share their edge to the last bit."""
        span = 2 * HALF_TURN_M / self.count
        west, east = (column * span - HALF_TURN_M for column in (self.x, self.x + 1))
        north, south = (HALF_TURN_M - row * span for row in (self.y, self.y + 1))
        return Bounds(west, south, east, north)

    @property
    def bounds_lonlat(self) -> Bounds:
        """Its box in EPSG:4326 degrees."""
        west, south, east, north = self.bounds_mercator
        lon, lat = from_mercator([west, east], [south, north])
        return Bounds(float(lon[0]), float(lat[0]), float(lon[1]), float(lat[1]))

    def to_pixels(self, lon: ArrayLike, lat: ArrayLike) -> tuple[FloatArray, FloatArray]:
        """Pixels from the tile's upper left corner, each point on the copy of the world nearest to the tile.

        lon, lat: degrees, shapes that broadcast. What lies just across the antimeridian comes out beside the
        tile: a shape that straddles it is whole on both sides, if it spans less than half the world.
        """
        px, py = self.to_pixels_unwrapped(lon, lat)
        return px - self.world_pixels * np.round((px - SIZE / 2) / self.world_pixels), py

    def to_pixels_unwrapped(self, lon: ArrayLike, lat: ArrayLike) -> tuple[FloatArray, FloatArray]:
        """Pixels from the tile's upper left corner, longitudes running on: rings stay whole."""
        x, y = to_mercator(lon, lat)
        west, _, _, north = self.bounds_mercator
        return (x - west) / self.metres_per_pixel, (north - y) / self.metres_per_pixel

    def from_pixel(self, px: ArrayLike, py: ArrayLike) -> tuple[FloatArray, FloatArray]:
        """Degrees of pixels counted from the tile's upper left corner; longitudes within -180 to 180."""
        west, _, _, north = self.bounds_mercator
        x = west + np.asarray(px, np.float64) * self.metres_per_pixel
        lon, lat = from_mercator(x, north - np.asarray(py, np.float64) * self.metres_per_pixel)
        return wrap_longitude(lon), lat

    def parent(self, levels: int) -> "Tile":
        """The tile so many zoom levels up that holds this one."""
        up = min(levels, self.z)
        return Tile(self.z - up, self.x >> up, self.y >> up)
