"""Seizures by place, for points, areas and density; and the records that a symbol on the map counts."""

import numpy as np
import polars as pl
import psycopg
import shapely
from numpy.typing import NDArray
from psycopg.rows import TupleRow

from watchfloor.data.questions.near_ports import with_ports
from watchfloor.data.questions.records import rows_of
from watchfloor.data.questions.seized import seized
from watchfloor.data.questions.seizures_behind import (
    MOST_FOLLOWED,
    events_behind,
    followed_note,
    reported_behind,
)
from watchfloor.data.statements import asked, filters_of, statement
from watchfloor.geo.answers import Records
from watchfloor.geo.areas import written_metres
from watchfloor.geo.facts import FactKind
from watchfloor.geo.place_symbols import PlaceSymbols
from watchfloor.geo.query import Query
from watchfloor.geo.seizure_places import SeizurePlaces
from watchfloor.geo.spot import Behind, Spot

# what is known less finely than this may become an area on the map, and is then named
NAMED_FROM_M = 100.0
MEASURE = "seizures_reported"

type Connection = psycopg.Connection[TupleRow]

_PLACE = ["cell_key", "lon", "lat", "uncertainty_m"]


def seizure_places(connection: Connection, query: Query) -> SeizurePlaces:
    """Seizures of the whole world per distinct place; reported aggregates per area."""
    if query.fact is FactKind.REPORTED:
        return _reported_areas(connection, query)
    seizures = seized(connection, "seizure_places", {"kind": "seizure", **filters_of(query)})
    is_placed = pl.all_horizontal(pl.col("lon", "lat", "uncertainty_m").is_finite())
    placed = seizures.filter(is_placed).group_by(_PLACE).agg(pl.len().alias("n"), pl.col("kilograms").sum())
    placed = placed.sort(_PLACE)
    places = SeizurePlaces(
        lon=placed["lon"].to_numpy(),
        lat=placed["lat"].to_numpy(),
        uncertainty_m=placed["uncertainty_m"].cast(pl.Float64).to_numpy(),
        key=placed["cell_key"].to_numpy(),
        n=placed["n"].cast(pl.Int64).to_numpy(),
        kilograms=placed["kilograms"].to_numpy(),
        name=np.zeros(placed.height, np.int64),
        n_unplaced=seizures.height - int(placed["n"].sum()),
    )
    return _named(connection, query, places)


def _named(connection: Connection, query: Query, places: SeizurePlaces) -> SeizurePlaces:
    wide = np.flatnonzero(places.uncertainty_m >= NAMED_FROM_M)
    if not wide.size:
        return places
    given = filters_of(query) | {"from_m": NAMED_FROM_M}
    rows = connection.execute(asked("seizure_place_names", given), with_ports(connection, given)).fetchall()
    names = {"": 0}
    numbers = {(lon, lat, np.float32(metres)): names.setdefault(name, len(names)) for lon, lat, metres, name in rows}
    metres = places.uncertainty_m[wide].astype(np.float32)
    triples = zip(places.lon[wide].tolist(), places.lat[wide].tolist(), metres, strict=True)
    places.name[wide] = [numbers.get(triple, 0) for triple in triples]
    return _with_names(places, tuple(names))


def _with_names(places: SeizurePlaces, names: tuple[str, ...]) -> SeizurePlaces:
    return SeizurePlaces(
        places.lon, places.lat, places.uncertainty_m, places.key, places.n, places.kilograms, places.name, names,
        places.fact, places.n_unplaced, places.unplaced,
    )  # fmt: skip


def _reported_areas(connection: Connection, query: Query) -> SeizurePlaces:
    given = filters_of(query) | {"measure": MEASURE}
    rows = connection.execute(asked("seizure_areas_reported", given), given).fetchall()
    placed = [row for row in rows if None not in row[2:5] and np.isfinite(row[4])]
    without = [row for row in rows if row not in placed]

    def column(index: int, kind: type[np.generic]) -> NDArray[np.generic]:
        return np.array([row[index] for row in placed], kind)

    return SeizurePlaces(
        lon=column(2, np.float64).astype(np.float64),
        lat=column(3, np.float64).astype(np.float64),
        uncertainty_m=column(4, np.float64).astype(np.float64),
        key=column(0, np.int64).astype(np.int64),
        n=column(5, np.int64).astype(np.int64),
        kilograms=column(6, np.float64).astype(np.float64),
        name=np.arange(1, len(placed) + 1),
        names=("", *(row[1] for row in placed)),
        fact=FactKind.REPORTED,
        n_unplaced=sum(row[5] for row in without),
        unplaced=tuple(row[1] for row in without),
        outlines=_outlines(connection, [row[0] for row in placed]),
    )


def _outlines(connection: Connection, areas: list[int]) -> tuple[tuple[int, NDArray[np.float64]], ...]:
    rows = connection.execute(statement("area_outlines"), {"places": areas}).fetchall()
    index = {area: at for at, area in enumerate(areas)}
    return tuple(
        (index[area], shapely.get_coordinates(shapely.get_exterior_ring(part)))
        for area, boundary in rows
        for part in shapely.get_parts(shapely.from_wkb(boundary))
    )


def behind_symbol(connection: Connection, query: Query, spot: Spot, symbols: PlaceSymbols, index: int) -> Behind:
    """The records that one symbol counts, and what they lead to."""
    if query.fact is FactKind.REPORTED:
        return _reported_behind(connection, query, spot, symbols, index)
    places, members = symbols.places, symbols.places_of(index)
    given = filters_of(query) | {
        "keys": np.unique(places.key[members]).tolist(),
        "lons": places.lon[members].tolist(),
        "lats": places.lat[members].tolist(),
        "uncertainties": places.uncertainty_m[members].tolist(),
        "at_most": MOST_FOLLOWED,
    }
    rows = rows_of(connection, "seizures_at_places", given)
    notes = (*_notes(symbols, index), *followed_note(rows))
    return events_behind(connection, query, spot, rows, title=_title(symbols, index), notes=notes)


def nothing_behind(query: Query, spot: Spot) -> Behind:
    """What a symbol shows that the filters, or new data, have taken from the map."""
    return Behind(
        spot=spot,
        title="No seizure is left here",
        fact=query.fact,
        n=0,
        kilograms=0.0,
        trend=None,
        records=Records((), 0, query.fact),
        notes=("Nothing is known at this place under these filters: tap another, or widen them.",),
    )


def _reported_behind(connection: Connection, query: Query, spot: Spot, symbols: PlaceSymbols, index: int) -> Behind:
    places = symbols.places.key[symbols.places_of(index)].tolist()
    given = filters_of(query) | {"measure": MEASURE, "places": places, "at_most": MOST_FOLLOWED}
    rows = rows_of(connection, "reported_at_places", given)
    title, notes = _title(symbols, index), _notes(symbols, index)
    return reported_behind(connection, query, spot, rows, title=title, notes=notes)


def _title(symbols: PlaceSymbols, index: int) -> str:
    places, members = symbols.places, symbols.places_of(index)
    names = list(dict.fromkeys(places.names[number] for number in places.name[members].tolist() if number))
    if not symbols.is_area[index] and len(members) == 1 and not names:
        return "Seizures at this point"
    if not names:
        return "Seizures at these points" if not symbols.is_area[index] else "Seizures in this area"
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _notes(symbols: PlaceSymbols, index: int) -> tuple[str, ...]:
    """How well the places are known: never finer than this."""
    members = symbols.places_of(index)
    least, most = (float(edge(symbols.places.uncertainty_m[members])) for edge in (np.min, np.max))
    within = (
        written_metres(most) if round(least) == round(most) else f"{written_metres(least)} to {written_metres(most)}"
    )
    if len(members) == 1:
        return (f"Known to within {within} of this place.",)
    return (f"{len(members):,} places, each known to within {within}.",)
