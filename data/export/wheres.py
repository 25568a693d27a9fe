"""Where the records of a file lie: everywhere, in a selection, under one hexagon, or under one symbol of the map."""

from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from watchfloor.geo.cells import key_range
from watchfloor.geo.place_symbols import PlaceSymbols
from watchfloor.geo.selection import Selection
from watchfloor.geo.selection_covering import selection_covering
from watchfloor.geo.selection_reach import Reach, Standing

type FloatArray = NDArray[np.float64]
type Standings = NDArray[np.int8]
type Frame = pl.DataFrame

EVERY_KEY: Final[dict[str, list[int]]] = {"firsts": [0], "lasts": [2**63 - 1]}


class Where:
    """Everywhere; what has no place is in it."""

    __slots__ = ()

    @property
    def is_everywhere(self) -> bool:
        """Whether no range of keys narrows it."""
        return True

    def ranges(self) -> dict[str, Any]:
        """Ranges of keys that hold all rows of the place, those without a place (key 0) among them."""
        return {}

    def standing(self, _frame: Frame, _lon: FloatArray, _lat: FloatArray, _known_m: FloatArray) -> Standings | None:
        """A `Standing` for each row, shape (n,); None if all belong, placed or not."""
        return None


class InSelection(Where):
    """In a selection, or in the box of the map as one."""

    __slots__ = ("_covering", "_reach")

    def __init__(self, selection: Selection) -> None:
        self._reach = Reach(selection)
        self._covering = selection_covering(selection)

    @property
    def is_everywhere(self) -> bool:
        """Whether it is so wide that rows are sooner read in one go."""
        return self._covering is None

    def ranges(self) -> dict[str, Any]:
        """Ranges of keys, and key 0."""
        if self._covering is None:
            return {}
        first = np.concatenate([self._covering.first, self._covering.coarse, np.array([0])])
        last = np.concatenate([self._covering.last, self._covering.coarse, np.array([0])])
        return {"firsts": first.tolist(), "lasts": last.tolist()}

    def standing(self, _frame: Frame, lon: FloatArray, lat: FloatArray, known_m: FloatArray) -> Standings | None:
        """As the side panel's summary has it."""
        return self._reach.standing(lon, lat, known_m)


class UnderCell(Where):
    """Under one hexagon of the map, as the side panel has it: what the map counts there, and nothing else."""

    __slots__ = ("_first", "_last")

    def __init__(self, cell: int, resolution: int) -> None:
        """resolution: that of the map; a coarser cell is an area, of what is known no better."""
        first, self._last = key_range(cell)
        self._first = self._last if cell == 0 or (cell >> 52) & 15 < resolution else first

    @property
    def is_everywhere(self) -> bool:
        """It is one range."""
        return False

    def ranges(self) -> dict[str, Any]:
        """The cell's own keys."""
        return {"firsts": [self._first], "lasts": [self._last]}


class UnderSymbol(Where):
    """Under one point or framed number of the map: rows at its very places."""

    __slots__ = ("_keys", "_places")

    def __init__(self, symbols: PlaceSymbols, index: int) -> None:
        places, members = symbols.places, symbols.places_of(index)
        columns = (places.lon[members], places.lat[members], places.uncertainty_m[members].astype(np.float32))
        self._places = set(zip(*(column.tolist() for column in columns), strict=True))
        self._keys = np.unique(places.key[members]).tolist()

    @property
    def is_everywhere(self) -> bool:
        """It is a few keys."""
        return False

    def ranges(self) -> dict[str, Any]:
        """The keys of its places."""
        return {"firsts": self._keys, "lasts": self._keys}

    def standing(self, frame: Frame, _lon: FloatArray, _lat: FloatArray, _known_m: FloatArray) -> Standings | None:
        """In, if it is at one of the places; else out."""
        columns = frame.select("lon", "lat", frame["uncertainty_m"].cast(pl.Float32))
        inside = np.array([row in self._places for row in columns.iter_rows()], bool)
        return np.where(inside, Standing.IN, Standing.OUT).astype(np.int8)
