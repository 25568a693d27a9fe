"""Which rows a mark of seizures counts: ranges of keys, and for a symbol the very places."""

import numpy as np
import polars as pl

from watchfloor.data.questions.selected import Ranges
from watchfloor.geo.cells import key_range
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.place_symbols import PlaceSymbols, SymbolName
from watchfloor.geo.query import Query
from watchfloor.geo.spot import Spot, SpotKind


def cell_ranges(query: Query, spot: Spot) -> Ranges:
    """The keys that a cell counts at the question's resolution. Raises BadQuestion for another mark."""
    if spot.kind is not SpotKind.CELL:
        raise BadQuestion(f"records are not paged behind a {spot.kind}")
    cell = int(spot.name, 16)
    first, last = key_range(cell)
    if cell == 0 or (cell >> 52) & 15 < query.resolution:
        # an area: only what is known no better than this very cell
        first = last
    return [first], [last]


def places_behind(symbols: PlaceSymbols, name: SymbolName) -> tuple[Ranges, pl.DataFrame]:
    """The keys and places that a symbol counts; none if filters or new data have taken it from the map."""
    index = symbols.find(name)
    members = np.zeros(0, np.int64) if index is None else symbols.places_of(index)
    places = symbols.places
    keys = np.unique(places.key[members]).tolist()
    at = pl.DataFrame(
        {
            "lon": places.lon[members],
            "lat": places.lat[members],
            "uncertainty_m": places.uncertainty_m[members].astype(np.float32),
        }
    )
    return (keys, keys), at
