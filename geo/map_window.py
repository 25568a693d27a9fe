"""What a picture of the map shows: a middle, a zoom and a size in pixels, north up; and a scale that is true in it."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from watchfloor.geo.bbox import BBox
from watchfloor.geo.crs import HALF_TURN_M, MOST_LAT, from_mercator, to_mercator, wrap_longitude

type FloatArray = NDArray[np.float64]

TILE_PX: Final = 256
# WGS 84: the first eccentricity squared
_E2: Final = 0.00669437999014
# beyond this the bar says for which parallel it is true
_DIFFERS: Final = 1.05


@dataclass(frozen=True, slots=True)
class MapWindow:
    """A piece of the Web Mercator plane.

    lon, lat: of its middle, EPSG:4326 degrees. zoom: 256 * 2 ** zoom pixels go once round the world. width, height: in
    pixels; from 1 on.
    """

    lon: float
    lat: float
    zoom: float
    width: int
    height: int

    @property
    def around(self) -> float:
        """Pixels once round the world."""
        return float(TILE_PX * 2.0**self.zoom)

    @property
    def metres_per_pixel(self) -> float:
        """EPSG:3857 metres, not metres on the ground, of one pixel."""
        return 2 * HALF_TURN_M / self.around

    @property
    def corner(self) -> tuple[float, float]:
        """Its upper left corner in pixels of the world, counted from 180° west and the northern edge."""
        x, y = self._world(self.lon, self.lat)
        return float(x) - self.width / 2, float(y) - self.height / 2

    def to_pixels(self, lon: ArrayLike, lat: ArrayLike) -> tuple[FloatArray, FloatArray]:
        """Pixels from its upper left corner; longitudes run on, so that a ring across the antimeridian stays whole."""
        x, y = self._world(lon, lat)
        left, top = self.corner
        return x - left, y - top

    def turns(self, px: FloatArray) -> range:
        """How often round the world what spans these pixels is moved to the right to be seen, each a whole turn."""
        least, most = float(px.min(initial=0.0)), float(px.max(initial=0.0))
        return range(math.ceil(-most / self.around), math.floor((self.width - least) / self.around) + 1)

    @property
    def bbox(self) -> BBox:
        """What it shows, in degrees; the whole world round where it is wider than that."""
        left, top = self.corner
        x = np.array([left, left + self.width]) * self.metres_per_pixel - HALF_TURN_M
        y = HALF_TURN_M - np.clip([top + self.height, top], 0, self.around) * self.metres_per_pixel
        lon, lat = from_mercator(x, y)
        south, north = float(lat[0]), float(lat[1])
        if self.width >= self.around:
            return BBox(-180.0, south, 180.0, north)
        west, east = wrap_longitude(lon).tolist()
        return BBox(west, south, 180.0 if east == -180.0 else east, north)

    def _world(self, lon: ArrayLike, lat: ArrayLike) -> tuple[FloatArray, FloatArray]:
        x, y = to_mercator(lon, lat)
        return (x + HALF_TURN_M) / self.metres_per_pixel, (HALF_TURN_M - y) / self.metres_per_pixel


@dataclass(frozen=True, slots=True)
class ScaleBar:
    """A length on the ground and how wide it is drawn."""

    metres: float
    pixels: float
    words: str


def window_of(box: BBox, width: int, height: int) -> MapWindow:
    """The window of that size whose middle is the box's and which shows all of it, and no more than it must."""
    x, y = to_mercator([box.west, box.west + box.width], [box.south, box.north])
    wide, high = max(float(x[1] - x[0]), 1e-3), max(float(y[1] - y[0]), 1e-3)
    zoom = math.log2(min(width / wide, height / high) * 2 * HALF_TURN_M / TILE_PX)
    lon, lat = from_mercator(x.mean(), y.mean())
    return MapWindow(float(wrap_longitude(lon)), float(lat), zoom, width, height)


def stretch(lat: ArrayLike) -> FloatArray:
    """Metres on the ellipsoid, from west to east, to a metre of EPSG:3857 at these latitudes."""
    phi = np.radians(np.asarray(lat, np.float64))
    return np.asarray(np.cos(phi) / np.sqrt(1 - _E2 * np.sin(phi) ** 2))


def scale_bar(window: MapWindow, most_px: float) -> ScaleBar:
    """The longest round length that is no wider; true on the parallel through the middle, and said so if it matters."""
    lat = min(max(window.lat, -MOST_LAT), MOST_LAT)
    metres = window.metres_per_pixel * float(stretch(lat)) * most_px
    power = 10.0 ** math.floor(math.log10(metres))
    nice = next(step * power for step in (5, 2, 1) if step * power <= metres)
    box = window.bbox
    shares = stretch([box.south, lat, box.north])
    length = f"{nice / 1000:,.0f} km" if nice >= 1000 else f"{nice:g} m"
    where = f" at {abs(lat):.0f}° {'S' if lat < 0 else 'N'}" if shares.max() / shares.min() > _DIFFERS else ""
    return ScaleBar(nice, nice / metres * most_px, length + where)
