"""Places of seizures as symbols of one zoom: points where they are known finely enough for it, areas where not.

What would overlap is one symbol, which stands for all its places and counts them all: a map shows every
seizure once. Grouping is the same for map, tap and records, because all three come from here.
"""

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from watchfloor.geo.crs import HALF_TURN_M, RADIUS_M, to_mercator
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.seizure_places import SeizurePlaces
from watchfloor.geo.sphere import distance_m, vectors

type Floats = NDArray[np.float64]
type Ints = NDArray[np.int64]
type Flags = NDArray[np.bool_]

TILE_PIXELS: Final = 256
POINT_PX: Final = 3.5
"""Up to this uncertainty on the screen a place is a point: the smallest dot covers it."""
EXACT_M: Final = 30.0
"""A place known as well as this is a point at every zoom; where its circle is wider than the dot it is drawn."""
DOT_GRID_PX: Final = 8
AREA_BOX_PX: Final = (58, 34)
"""Width and height that the number on an area takes, with its name: areas nearer than this are one symbol."""
MOST_PLACED_ONE_BY_ONE: Final = 20_000

_NAME: Final = re.compile(r"(\d{1,2})_(-?\d{1,3}\.\d{6})_(-?\d{1,2}\.\d{6})_(\d{1,8})_(\d{1,8})")


@dataclass(frozen=True, slots=True)
class SymbolName:
    """A symbol as a link names it: the zoom, its leading place, and metres around that within which all of it lies."""

    zoom: int
    lon: float
    lat: float
    uncertainty_m: int
    reach_m: int

    def __str__(self) -> str:
        return f"{self.zoom}_{self.lon:.6f}_{self.lat:.6f}_{self.uncertainty_m}_{self.reach_m}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """The name that a link holds: hostile text. Raises BadQuestion."""
        found = _NAME.fullmatch(text)
        if found is None or int(found[1]) > 24 or abs(float(found[2])) > 180 or abs(float(found[3])) > 90:
            raise BadQuestion("a symbol is named by its zoom and place")
        return cls(int(found[1]), float(found[2]), float(found[3]), int(found[4]), int(found[5]))


@dataclass(frozen=True, slots=True, eq=False)
class PlaceSymbols:
    """Symbols of one zoom, those that count most first, shape (m,) each.

    x, y: pixels of the whole world from its north-west corner. lead: index of the place that counts most.
    places_of: for each symbol the rows starts[i] to starts[i + 1] of `members` are its places. is_area: known
    less finely than a point of this zoom. reach_m: metres around the leading place within which all lies.
    """

    places: SeizurePlaces
    zoom: int
    x: Floats
    y: Floats
    lead: Ints
    is_area: Flags
    n: Ints
    kilograms: Floats
    reach_m: Floats
    members: Ints
    starts: Ints

    def __len__(self) -> int:
        return len(self.n)

    @property
    def world_pixels(self) -> int:
        """Pixels once around the world."""
        return TILE_PIXELS << self.zoom

    def places_of(self, index: int) -> Ints:
        """Indices of the places that one symbol stands for."""
        return self.members[self.starts[index] : self.starts[index + 1]]

    def name_of(self, index: int) -> SymbolName:
        """The name by which a link finds the symbol again."""
        lead, places = int(self.lead[index]), self.places
        return SymbolName(
            self.zoom,
            float(places.lon[lead]),
            float(places.lat[lead]),
            round(float(places.uncertainty_m[lead])),
            min(round(float(self.reach_m[index])), 99_999_999),
        )

    def find(self, name: SymbolName) -> int | None:
        """The symbol that holds a named place now, or None: filters or data may have taken it away."""
        places = self.places
        same = np.flatnonzero(
            (np.abs(places.lon - name.lon) < 1e-6)
            & (np.abs(places.lat - name.lat) < 1e-6)
            & (np.abs(places.uncertainty_m - name.uncertainty_m) <= 1.0)
        )
        if same.size == 0:
            return None
        at = np.flatnonzero(self.members == same[0])[0]
        return int(np.searchsorted(self.starts, at, side="right") - 1)


def place_symbols(places: SeizurePlaces, zoom: int) -> PlaceSymbols:
    """The symbols of all places at one zoom."""
    x, y = world_pixels(places.lon, places.lat, zoom)
    is_area = uncertainty_px(places, zoom) > POINT_PX
    is_area &= places.uncertainty_m > EXACT_M
    group = _gridded(x, y, is_area)
    group = _merged(x, y, places.n, is_area=is_area, group=group, around=TILE_PIXELS << zoom)
    return _summed(places, zoom, (x, y), is_area=is_area, group=group)


def nearest_symbol(symbols: PlaceSymbols, lon: float, lat: float, reach_px: float) -> int | None:
    """The symbol under a tap, or the nearest within so many pixels; a point before the area that it lies on."""
    if not len(symbols):
        return None
    x, y = world_pixels(np.array([lon]), np.array([lat]), symbols.zoom)
    around = symbols.world_pixels
    dx = np.abs((symbols.x - x + around / 2) % around - around / 2)
    dy = np.abs(symbols.y - y)
    # the number on an area is wider than high
    half = np.where(symbols.is_area, 18.0, 0.0)
    away = np.hypot(np.maximum(dx - half, 0.0), np.maximum(dy - half / 2, 0.0)) + 0.1 * symbols.is_area
    index = int(np.argmin(away))
    return index if away[index] <= reach_px else None


def world_pixels(lon: Floats, lat: Floats, zoom: int) -> tuple[Floats, Floats]:
    """Pixels from the world's north-west corner, x within one turn."""
    around = TILE_PIXELS << zoom
    east, north = to_mercator(lon, lat)
    return (east / (2 * HALF_TURN_M) + 0.5) % 1.0 * around, (0.5 - north / (2 * HALF_TURN_M)) * around


def uncertainty_px(places: SeizurePlaces, zoom: int) -> Floats:
    """Pixels that the uncertainty of each place takes on the map there."""
    metres_per_pixel = 2 * np.pi * RADIUS_M / (TILE_PIXELS << zoom)
    return places.uncertainty_m / (metres_per_pixel * np.maximum(np.cos(np.radians(places.lat)), 0.05))


def _gridded(x: Floats, y: Floats, is_area: Flags) -> Ints:
    """A first grouping that costs the same for a million places as for a few: by cells of a grid."""
    width = np.where(is_area, AREA_BOX_PX[0], DOT_GRID_PX)
    height = np.where(is_area, AREA_BOX_PX[1], DOT_GRID_PX)
    column, row = (x // width).astype(np.int64), (y // height).astype(np.int64)
    return np.asarray(np.unique((is_area.astype(np.int64) << 60) | (row << 30) | column, return_inverse=True)[1])


def _merged(x: Floats, y: Floats, n: Ints, *, is_area: Flags, group: Ints, around: int) -> Ints:
    """Groups of areas whose numbers would overlap become one, the greatest first."""
    areas = np.flatnonzero(is_area)
    if areas.size == 0:
        return group
    # of each group the place that counts most
    order = areas[np.lexsort((areas, -n[areas]))]
    groups, first = np.unique(group[order], return_index=True)
    if groups.size > MOST_PLACED_ONE_BY_ONE:
        return group
    leads = order[np.sort(first)]
    width, height = AREA_BOX_PX
    columns = max(1, around // width)
    taken: dict[tuple[int, int], list[int]] = defaultdict(list)
    becomes = np.arange(group.max() + 1)
    for lead in leads.tolist():
        column, row = int(x[lead] // width), int(y[lead] // height)
        near = (
            other
            for i in (-1, 0, 1)
            for j in (-1, 0, 1)
            for other in taken[(column + i) % columns, row + j]
            if abs((x[other] - x[lead] + around / 2) % around - around / 2) < width and abs(y[other] - y[lead]) < height
        )
        kept = next(near, None)
        if kept is None:
            taken[column % columns, row].append(lead)
        else:
            becomes[group[lead]] = group[kept]
    return becomes[group]


def _summed(
    places: SeizurePlaces, zoom: int, at: tuple[Floats, Floats], *, is_area: Flags, group: Ints
) -> PlaceSymbols:
    (x, y), k = at, len(places)
    # by symbol, and within it the place that counts most first
    members = np.lexsort((np.arange(k), -places.n, group))
    opens = np.flatnonzero(np.diff(group[members], prepend=-1))
    lead = members[opens]
    n = np.add.reduceat(places.n[members], opens) if k else places.n
    kilograms = np.add.reduceat(places.kilograms[members], opens) if k else places.kilograms
    sizes = np.diff(np.append(opens, k))
    away = distance_m(
        vectors(places.lon[members], places.lat[members]),
        vectors(np.repeat(places.lon[lead], sizes), np.repeat(places.lat[lead], sizes)),
    )
    reach = np.maximum.reduceat(away + places.uncertainty_m[members], opens) if k else places.uncertainty_m
    order = np.lexsort((lead, -n))
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    return PlaceSymbols(
        places=places,
        zoom=zoom,
        x=x[lead][order],
        y=y[lead][order],
        lead=lead[order],
        is_area=is_area[lead][order],
        n=n[order],
        kilograms=kilograms[order],
        reach_m=reach[order],
        members=members[np.argsort(np.repeat(rank, sizes), kind="stable")],
        starts=np.concatenate([[0], np.cumsum(sizes[order])]),
    )
