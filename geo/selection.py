"""A selection of places: added to and taken from, a frozen value that is written as text and read back.

Places are taken in the order in which they were chosen: what is added later is in it again, what is taken away later is
not. `standing` of geo/selection_reach.py says of records whose places are known only roughly how they stand to it.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from watchfloor.geo.areas import Area
from watchfloor.geo.bbox import BBox
from watchfloor.geo.cells import boundaries, cells_of, range_key, resolution_of
from watchfloor.geo.disc import Disc
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.sphere import continuous

type FloatArray = NDArray[np.float64]
type BoolArray = NDArray[np.bool_]
type Ring = tuple[list[float], list[float]]

MOST_PLACES: Final = 24
MOST_CELLS: Final = 60
# a larger one could hold both poles, or more than half of the world
MOST_RADIUS_M: Final = 8_000_000.0
MOST_TEXT: Final = 6_000
_BETWEEN: Final = "|"
_TAKEN: Final = "!"
_CELLS: Final = "cells:"
_DIGITS: Final = 15
_FINEST: Final = 15


@dataclass(frozen=True, slots=True)
class Cells:
    """Hexagons of H3 as numbers, sorted, of one resolution or of several. Raises BadQuestion for what is no cell."""

    cells: tuple[int, ...]

    def __post_init__(self) -> None:
        if not 0 < len(self.cells) <= MOST_CELLS:
            raise BadQuestion(f"a selection holds 1 to {MOST_CELLS} hexagons at a time, not {len(self.cells)}")
        for cell in self.cells:
            _check(cell)
        object.__setattr__(self, "cells", tuple(sorted(set(self.cells))))

    @classmethod
    def parse(cls, names: str) -> Self:
        """Hexagons written in hexadecimal with commas between, the free digits at their ends left out."""
        try:
            return cls(tuple(int(name.ljust(_DIGITS, "f"), 16) for name in names.split(",") if _is_name(name)))
        except ValueError as error:
            raise BadQuestion("a hexagon is written in hexadecimal digits") from error

    @property
    def name(self) -> str:
        """The cells as text."""
        return _CELLS + ",".join(f"{cell:x}".rstrip("f") for cell in self.cells)

    @property
    def words(self) -> str:
        """What it is called on a page."""
        return "a hexagon" if len(self.cells) == 1 else f"{len(self.cells)} hexagons"

    @property
    def boxes(self) -> tuple[BBox, ...]:
        """For each cell a box that holds it."""
        return tuple(_box(lon, lat) for lon, lat in self.rings)

    @property
    def rings(self) -> tuple[Ring, ...]:
        """The outlines, longitudes without a jump; closed along the pole where a cell holds one."""
        vertices, offsets = boundaries(np.array(self.cells, np.uint64), between=3)
        parts = pairwise(offsets)
        return tuple((vertices[a:b, 0].tolist(), vertices[a:b, 1].tolist()) for a, b in parts)

    def contains(self, lon: FloatArray, lat: FloatArray) -> BoolArray:
        """Which points lie in one of the cells; shape (n,), degrees."""
        own = np.array(self.cells, np.uint64)
        found = np.zeros(np.shape(lon), np.bool_)
        for level in np.unique(resolution_of(own)).tolist():
            found |= np.isin(range_key(cells_of(lon, lat, level)), range_key(own[resolution_of(own) == level]))
        return found


type Place = Area | Cells


@dataclass(frozen=True, slots=True)
class Step:
    """A place that was added to a selection, or taken from it."""

    place: Place
    is_taken: bool = False

    def __post_init__(self) -> None:
        drawn = self.place.drawn if isinstance(self.place, Area) else None
        if isinstance(drawn, Disc) and drawn.radius_m > MOST_RADIUS_M:
            raise BadQuestion(f"a radius in a selection is at most {MOST_RADIUS_M / 1000:,.0f} km")

    @property
    def name(self) -> str:
        """The step as text."""
        return (_TAKEN if self.is_taken else "") + self.place.name

    @property
    def boxes(self) -> tuple[BBox, ...]:
        """Boxes that hold the place."""
        return self.place.boxes if isinstance(self.place, Cells) else (self.place.bbox,)


@dataclass(frozen=True, slots=True)
class Selection:
    """What was selected, step by step; the first adds. Raises BadQuestion for none, or too many steps."""

    steps: tuple[Step, ...]

    def __post_init__(self) -> None:
        if not self.steps or self.steps[0].is_taken:
            raise BadQuestion("a selection begins with a place that is in it")
        if len(self.steps) > MOST_PLACES:
            raise BadQuestion(f"a selection has at most {MOST_PLACES} places: keep it as an area, or begin anew")

    @classmethod
    def of(cls, *places: Place) -> Self:
        """All of these places together."""
        return cls(tuple(Step(place) for place in places))

    @classmethod
    def parse(cls, text: str) -> Self:
        """The selection of that name, which is hostile text. Raises BadQuestion."""
        if len(text) > MOST_TEXT:
            raise BadQuestion("the selection is too long to be read")
        return cls(tuple(_step(part) for part in text.split(_BETWEEN, MOST_PLACES + 1)))

    @property
    def name(self) -> str:
        """The selection as text: what a link and the audit hold."""
        return _BETWEEN.join(step.name for step in self.steps)

    @property
    def words(self) -> str:
        """What it is called on a page: 'a box and a disc, without a hexagon'."""
        added, taken = ([_called(s.place) for s in self.steps if s.is_taken is kind] for kind in (False, True))
        if added[0] == "the world":
            return "Everywhere" + (f" but {_listed(taken)}" if taken else "")
        words = _listed(added) + (f", without {_listed(taken)}" if taken else "")
        return words[:1].upper() + words[1:]

    @property
    def is_of_hexagons(self) -> bool:
        """Whether it is made of hexagons of the map alone: those are picked where something is seen on it."""
        return all(isinstance(step.place, Cells) for step in self.steps)

    @property
    def cells(self) -> tuple[int, ...]:
        """The hexagons in it, whether or not they were taken away again."""
        return tuple(cell for step in self.steps if isinstance(step.place, Cells) for cell in step.place.cells)

    @property
    def extent(self) -> tuple[float, ...]:
        """West, south, east, north of what was added, in degrees; east may lie beyond 180. Empty for the whole turn."""
        boxes = [box for step in self.steps if not step.is_taken for box in step.boxes]
        west = continuous(np.array([box.west for box in boxes]), boxes[0].west)
        east = west + [box.width for box in boxes]
        if east.max() - west.min() >= 360.0:
            return ()
        south, north = min(box.south for box in boxes), max(box.north for box in boxes)
        return float(west.min()), south, float(east.max()), north

    def adding(self, place: Place) -> "Selection":
        """This and that place: their union."""
        return Selection((*self.steps, Step(place)))

    def without(self, place: Place) -> "Selection":
        """This but for that place: their difference."""
        return Selection((*self.steps, Step(place, is_taken=True)))

    def elsewhere(self) -> "Selection":
        """The whole world but for this. Raises BadQuestion if what was taken away would come back."""
        if any(step.is_taken for step in self.steps):
            raise BadQuestion("elsewhere is asked of a selection from which nothing was taken away")
        return Selection((Step(Area(BBox.world())), *(Step(step.place, is_taken=True) for step in self.steps)))

    def contains(self, lon: FloatArray, lat: FloatArray) -> BoolArray:
        """Which points lie in it; shape (n,), degrees, lon within ±180; what has no place lies in none."""
        return self.folded([step.place.contains(lon, lat) for step in self.steps])

    def folded(self, held: list[BoolArray]) -> BoolArray:
        """Which points lie in it, told by which lie in each of its places."""
        found = np.zeros(np.shape(held[0]), np.bool_)
        for step, inside in zip(self.steps, held, strict=True):
            found = found & ~inside if step.is_taken else found | inside
        return found


def _called(place: Place) -> str:
    if isinstance(place, Cells):
        return place.words
    if place.drawn == BBox.world():
        return "the world"
    return place.words.removeprefix("through this ").replace("box", "a box").replace("polygon", "an area")


def _listed(words: list[str]) -> str:
    told = [_several(word, words.count(word)) for word in dict.fromkeys(words)]
    return " and ".join(filter(None, [", ".join(told[:-1]), told[-1]]))


def _several(word: str, n: int) -> str:
    if n == 1:
        return word
    noun = word.removeprefix("an ").removeprefix("a ")
    return f"{n} {noun}{'es' if noun.endswith('x') else 's'}"


def _step(text: str) -> Step:
    is_taken = text.startswith(_TAKEN)
    name = text.removeprefix(_TAKEN)
    place = Cells.parse(name.removeprefix(_CELLS)) if name.startswith(_CELLS) else Area.parse(name)
    return Step(place, is_taken)


def _is_name(text: str) -> bool:
    if not (0 < len(text) <= _DIGITS and text.isascii() and text.isalnum()):
        raise ValueError(text)
    return True


def _check(cell: int) -> None:
    # mode 1, no reserved bit, a base cell that exists, digits up to the resolution and none beyond
    resolution, base = cell >> 52 & 15, cell >> 45 & 127
    digits = [cell >> 3 * (_FINEST - level) & 7 for level in range(1, _FINEST + 1)]
    is_whole = all((digit < 7) == (level <= resolution) for level, digit in enumerate(digits, 1))
    if cell >> 56 != 8 or base > 121 or not is_whole:
        raise BadQuestion("that is no hexagon")


def _box(lon: list[float], lat: list[float]) -> BBox:
    if max(lon) - min(lon) >= 360:
        return BBox(-180.0, min(lat), 180.0, max(lat))
    west, east = ((edge + 180) % 360 - 180 for edge in (min(lon), max(lon)))
    return BBox(west, min(lat), 180.0 if east == -180.0 else east, max(lat))
