"""An area that a person drew on the map: a box, a disc or a polygon, written as text and read back."""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
import shapely
from numpy.typing import NDArray

from watchfloor.geo.bbox import BBox
from watchfloor.geo.crs import to_mercator, wrap_longitude
from watchfloor.geo.disc import Disc
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.sphere import continuous, rings

type FloatArray = NDArray[np.float64]
type BoolArray = NDArray[np.bool_]
type Ring = tuple[list[float], list[float]]

MOST_CORNERS: Final = 40
LEAST_RADIUS_M: Final = 1.0
_SIDES: Final = 96
# a selection of everywhere, whatever the sphere's area is rounded to
WHOLE_EARTH_KM2: Final = 510e6
_DECIMALS: Final = 5
_SHAPE: Final = "an area is box:W,S,E,N, disc:LON,LAT,METRES or poly:LON,LAT;LON,LAT;LON,LAT"


@dataclass(frozen=True, slots=True)
class Polygon:
    """Corners in EPSG:4326 degrees; one across the antimeridian runs on beyond 180, so that it stays whole.

    Its sides are straight on the map, that is in EPSG:3857. Raises BadQuestion for one that crosses itself, has no
    area, fewer than 3 or more than MOST_CORNERS corners, or goes round the world.
    """

    lon: tuple[float, ...]
    lat: tuple[float, ...]

    def __post_init__(self) -> None:
        if not 3 <= len(self.lon) == len(self.lat) <= MOST_CORNERS:
            raise BadQuestion(f"a polygon has 3 to {MOST_CORNERS} corners, not {len(self.lon)}")
        if not all(abs(lon) <= 540.0 for lon in self.lon) or not all(abs(lat) <= 90.0 for lat in self.lat):
            raise BadQuestion("a corner of the polygon is no place on the Earth")
        if max(self.lon) - min(self.lon) >= 360.0:
            raise BadQuestion("a polygon may not go round the world: draw a smaller one")
        if not (shape := self._shape()).is_valid or shape.area == 0.0:
            raise BadQuestion("the polygon crosses itself or has no area: draw its corners in their order")

    @property
    def bbox(self) -> BBox:
        """The least box of degrees that holds it."""
        west, east = (float(wrap_longitude(edge)) for edge in (min(self.lon), max(self.lon)))
        # wrapping makes -180 of 180, which would turn the box round
        return BBox(west, min(self.lat), 180.0 if east == -180.0 else east, max(self.lat))

    def contains(self, lon: FloatArray, lat: FloatArray) -> BoolArray:
        """Which points lie in it or on its edge; shape (n,), degrees."""
        x, y = to_mercator(continuous(lon, (min(self.lon) + max(self.lon)) / 2), lat)
        shape = self._shape()
        shapely.prepare(shape)
        return np.asarray(shapely.intersects_xy(shape, x, y))

    def _shape(self) -> shapely.Polygon:
        return shapely.Polygon(np.column_stack(to_mercator(self.lon, self.lat)))


@dataclass(frozen=True, slots=True)
class Area:
    """What was drawn; `name` writes it, `parse` reads it back."""

    drawn: BBox | Disc | Polygon

    @classmethod
    def parse(cls, name: str) -> Self:
        """The area of that name, which is hostile text. Raises BadQuestion."""
        kind, _, rest = name[:2000].partition(":")
        try:
            corners = [[float(part) for part in corner.split(",")] for corner in rest.split(";", MOST_CORNERS)]
        except ValueError as error:
            raise BadQuestion(_SHAPE) from error
        if kind == "poly" and all(len(corner) == 2 for corner in corners):
            lon, lat = zip(*corners, strict=True)
            return cls(Polygon(lon, lat))
        (given, *more) = corners
        if kind == "box" and len(given) == 4 and not more:
            return cls(BBox(*given))
        if kind == "disc" and len(given) == 3 and not more:
            return cls(Disc(*given))
        raise BadQuestion(_SHAPE)

    @property
    def name(self) -> str:
        """The area as text, to about a metre."""
        drawn = self.drawn
        if isinstance(drawn, Disc):
            return f"disc:{_written(drawn.lon, drawn.lat, max(LEAST_RADIUS_M, round(drawn.radius_m, 1)))}"
        if isinstance(drawn, BBox):
            return f"box:{_written(drawn.west, drawn.south, drawn.east, drawn.north)}"
        return "poly:" + ";".join(_written(*corner) for corner in zip(drawn.lon, drawn.lat, strict=True))

    @property
    def words(self) -> str:
        """What it is called on a page."""
        if isinstance(self.drawn, Disc):
            return f"within {written_metres(self.drawn.radius_m)} of {written_degrees(self.drawn.lon, self.drawn.lat)}"
        return "through this box" if isinstance(self.drawn, BBox) else "through this polygon"

    @property
    def bbox(self) -> BBox:
        """The least box of degrees that holds it."""
        return self.drawn if isinstance(self.drawn, BBox) else self.drawn.bbox

    def contains(self, lon: FloatArray, lat: FloatArray) -> BoolArray:
        """Which points lie in it or on its edge; shape (n,), degrees, lon within ±180."""
        return self.drawn.contains(lon, lat)

    @property
    def ring(self) -> Ring:
        """Its edge as longitudes, which may run beyond 180, and latitudes."""
        drawn = self.drawn
        if isinstance(drawn, Polygon):
            return list(drawn.lon), list(drawn.lat)
        if isinstance(drawn, BBox):
            west, east = drawn.west, drawn.west + drawn.width
            return [west, east, east, west], [drawn.south, drawn.south, drawn.north, drawn.north]
        lon, lat = rings(np.array([drawn.lon]), np.array([drawn.lat]), drawn.radius_m, _SIDES)
        return continuous(lon[0], drawn.lon).tolist(), lat[0].tolist()


def written_metres(metres: float) -> str:
    """A distance for people: 340 m, 2.1 km, 78 km."""
    if metres < 1000:
        return f"{metres:,.0f} m"
    return f"{metres / 1000:,.1f} km" if metres < 10_000 else f"{metres / 1000:,.0f} km"


def written_degrees(lon: float, lat: float) -> str:
    """A place in degrees with its sides."""
    return f"{abs(lat):.3f}° {'S' if lat < 0 else 'N'}, {abs(lon):.3f}° {'W' if lon < 0 else 'E'}"


def _written(*numbers: float) -> str:
    # adding 0 makes 0 of -0
    return ",".join(f"{round(number, _DECIMALS) + 0.0:.{_DECIMALS}f}".rstrip("0").rstrip(".") for number in numbers)


def written_area(area_m2: float) -> str:
    """The size of a place in words."""
    square_km = area_m2 / 1e6
    if square_km > WHOLE_EARTH_KM2:
        return "the whole Earth"
    return f"{square_km:,.0f} km²" if square_km >= 100 else f"{square_km:,.2f} km²"
