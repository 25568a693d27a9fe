"""A box of longitudes and latitudes, which may cross the antimeridian."""

import math
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from watchfloor.geo.errors import BadQuestion

type FloatArray = NDArray[np.float64]
type BoolArray = NDArray[np.bool_]

EDGES = ("west", "south", "east", "north")


@dataclass(frozen=True, slots=True)
class BBox:
    """West, south, east, north in EPSG:4326 degrees, edges included.

    West greater than east means that the box crosses the antimeridian; -180 to 180 is the whole turn.
    Raises BadQuestion for a value that is no number, out of range, or south of which lies north.
    """

    west: float
    south: float
    east: float
    north: float

    def __post_init__(self) -> None:
        for name in EDGES:
            value, limit = getattr(self, name), 180 if name in ("west", "east") else 90
            if not (math.isfinite(value) and abs(value) <= limit):
                raise BadQuestion(f"{name} must lie between -{limit} and {limit} degrees")
        if self.south > self.north:
            raise BadQuestion("south must not lie north of north: a box is W,S,E,N")

    @classmethod
    def parse(cls, text: str) -> Self:
        """The box written as `W,S,E,N` in degrees; raises BadQuestion."""
        parts = text[:200].split(",")
        if len(parts) != len(EDGES):
            raise BadQuestion("a box is four numbers: west,south,east,north")
        try:
            west, south, east, north = (float(part) for part in parts)
        except ValueError as error:
            raise BadQuestion("a box is four numbers: west,south,east,north") from error
        return cls(west, south, east, north)

    @classmethod
    def world(cls) -> Self:
        """The whole globe."""
        return cls(-180.0, -90.0, 180.0, 90.0)

    @property
    def crosses_antimeridian(self) -> bool:
        """True if the box runs over 180 degrees, that is if west is greater than east."""
        return self.west > self.east

    @property
    def width(self) -> float:
        """Degrees of longitude from west to east, 0 to 360."""
        return self.east - self.west + (360.0 if self.crosses_antimeridian else 0.0)

    @property
    def height(self) -> float:
        """Degrees of latitude from south to north, 0 to 180."""
        return self.north - self.south

    def split(self) -> tuple[Self, ...]:
        """One box, or the two on either side of the antimeridian, each with west <= east."""
        if not self.crosses_antimeridian:
            return (self,)
        cls = type(self)
        return cls(self.west, self.south, 180.0, self.north), cls(-180.0, self.south, self.east, self.north)

    @property
    def spans(self) -> tuple[tuple[float, float], ...]:
        """The box's longitudes as spans with west <= east, -180 and 180 both in or both out."""
        spans = tuple((part.west, part.east) for part in self.split())
        return (*spans, (-180.0, -180.0), (180.0, 180.0)) if 180.0 in (abs(self.west), abs(self.east)) else spans

    def contains(self, lon: FloatArray, lat: FloatArray) -> BoolArray:
        """Which points lie in the box or on its edge; lon, lat: shape (n,), degrees, lon within ±180.

        The antimeridian is one line: -180 and 180 are the same place.
        """
        lon = np.asarray(lon, np.float64)
        lat = np.asarray(lat, np.float64)
        if self.crosses_antimeridian:
            between = (lon >= self.west) | (lon <= self.east)
        else:
            between = (lon >= self.west) & (lon <= self.east)
        if 180.0 in (abs(self.west), abs(self.east)):
            between |= np.abs(lon) == 180.0
        return np.asarray(between & (lat >= self.south) & (lat <= self.north))

    def __str__(self) -> str:
        return ",".join(repr(float(getattr(self, name))).removesuffix(".0") for name in EDGES)
