"""From a tap to a mark, from a mark to what stands behind it and to its outline."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from watchfloor.dashboards.choices import MOST_LEGEND_RESOLUTION, Mark
from watchfloor.dashboards.readings import CHANGE, MARKS, against, behind_query, cells_query, change_query, places_query
from watchfloor.dashboards.state import State
from watchfloor.data.repository import Asker, Repository
from watchfloor.geo.answers import Records
from watchfloor.geo.areas import LEAST_RADIUS_M, Area
from watchfloor.geo.bbox import BBox
from watchfloor.geo.cells import boundaries
from watchfloor.geo.crs import wrap_longitude
from watchfloor.geo.disc import Disc
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.facts import FactKind
from watchfloor.geo.period import Period
from watchfloor.geo.place_symbols import SymbolName
from watchfloor.geo.query import Layer, Query
from watchfloor.geo.reported_values import all_drugs
from watchfloor.geo.sphere import continuous, distance_m, rings, vectors
from watchfloor.geo.spot import Behind, Spot, SpotKind
from watchfloor.layers.clusters import cluster_name, written_facts
from watchfloor.layers.density_under import DensityUnder, density_under
from watchfloor.layers.overdoses import written_series
from watchfloor.layers.vectors import TILE_PIXELS, WORLD_M, Touch, Vectors, touched

type Rings = list[tuple[list[float], list[float]]]

KINDS = {
    "clusters": SpotKind.CLUSTER,
    "overdoses": SpotKind.PLACE,
    "operations": SpotKind.OPERATION,
    "routes": SpotKind.ROUTE,
    "ports": SpotKind.PLACE,
}
# how far from a track a tap still means it
REACH_PX = 8.0
NEAR_DEG = 0.05
# how far from a dot or a framed number a tap still means it
SYMBOL_REACH_PX = 9.0
# seizures as near as this to the middle of the smallest cluster are beside it
LEAST_REACH_M = 5_000.0
# beyond this a circle on the ground is none on the map: the symbol is ringed on the screen
MOST_RING_M = 1_500_000.0
RING_PX = 16.0
RING_SIDES = 96
TRACKS = "tracks"
LIVE = "live"
SEIZURES = "seizures"
DENSITY = "density"
DENSE = {"hexagons": Layer.SEIZURES, "overdoses": Layer.OVERDOSES}


@dataclass(frozen=True, slots=True)
class Aim:
    """A tap with all that decides what it hits, fixed at that moment.

    change: what the map of change asks, and of which other period.
    """

    touch: Touch
    layers: tuple[str, ...]
    cells: Mapping[str, Query]
    places: Query
    period: Period
    change: tuple[Query, Period]

    @property
    def zoom(self) -> int:
        """Zoom of the tiles that were tapped."""
        return max(0, round(self.touch.zoom))


def aim(state: State, touch: Touch) -> Aim:
    """A tap on the map as it is now."""
    state_then = State(**state.chosen() | {"zoom": touch.zoom})
    dense = {code: cells_query(layer, state_then) for code, layer in DENSE.items()}
    # reported overdoses are marks and stand in no cell
    cells = {
        code: _near(query, touch)
        for code, query in dense.items()
        if query.layer is Layer.SEIZURES or query.fact is FactKind.EVENTS
    }
    change = change_query(state_then), against(state_then)
    return Aim(touch, tuple(state.layers), cells, places_query(state), state.asked_period, change)


def _near(query: Query, touch: Touch) -> Query:
    """The same question, of the tap's surroundings only where cells are too many to ask for the whole world."""
    if query.resolution <= MOST_LEGEND_RESOLUTION:
        return query
    south, north = max(-90.0, touch.lat - NEAR_DEG), min(90.0, touch.lat + NEAR_DEG)
    west, east = (float(wrap_longitude(touch.lon + step)) for step in (-NEAR_DEG, NEAR_DEG))
    return replace(query, bbox=BBox(west, south, east, north))


def touched_mark(shown: Mapping[str, Vectors], touch: Touch) -> Mark | None:
    """The mark drawn one by one that lies under a tap, the uppermost first."""
    for name in reversed(list(MARKS)):
        vectors = shown.get(name)
        index = touched(vectors, touch) if vectors is not None else None
        if vectors is not None and index is not None:
            layer = MARKS[name][0]
            return Mark(layer, Spot(KINDS[layer], vectors.names[index]))
    return None


def dense_mark(repository: Repository, asker: Asker, aimed: Aim) -> Mark | None:
    """The mark of the tiles that lies under a tap; asks the store."""
    lon, lat = aimed.touch.lon, aimed.touch.lat
    for code in reversed(aimed.layers):
        if code == SEIZURES:
            spot = repository.symbol_at(asker, aimed.places, aimed.zoom, (lon, lat), SYMBOL_REACH_PX)
            if spot is not None:
                return Mark(code, spot)
        if code == DENSITY and (found := density_at(repository, asker, aimed)) is not None:
            return Mark(code, Spot(SpotKind.AREA, Area(found.around).name))
        if code == CHANGE:
            spot = repository.change_at(asker, *aimed.change, lon, lat)
            if spot is not None:
                return Mark(code, spot, aimed.change[0].resolution)
        if code in aimed.cells:
            query = aimed.cells[code]
            spot = repository.cell_at(asker, query, lon, lat)
            if spot is not None:
                return Mark(code, spot, query.resolution)
        if code == LIVE and (craft := _newest_under(repository, asker, aimed.touch)) is not None:
            return Mark(TRACKS, Spot(SpotKind.CRAFT, str(craft)))
        if code == TRACKS:
            # nothing is asked for this: whoever was heard within reach is listed, be it nobody
            return Mark(code, Spot(SpotKind.PIXEL, Area(reach(aimed.touch)).name))
    return None


def density_at(repository: Repository, asker: Asker, aimed: Aim) -> DensityUnder | None:
    """What density is under a tap; asks the store."""
    places, query = repository.seizure_places(asker, aimed.places), aimed.places
    return density_under(places, aimed.zoom, query.measured, aimed.touch.lon, aimed.touch.lat)


def _newest_under(repository: Repository, asker: Asker, touch: Touch) -> int | None:
    """The craft that was heard last nearest to a tap, within its reach."""
    newest = repository.newest_positions(asker)
    away = distance_m(vectors(np.array([touch.lon]), np.array([touch.lat])), vectors(newest.lon, newest.lat))
    return int(newest.craft[away.argmin()]) if away.min(initial=np.inf) <= reach(touch).radius_m else None


def reach(touch: Touch) -> Disc:
    """What a tap or a cursor on tracks means: all within so many pixels, as metres on the ground."""
    metres = REACH_PX * touch.metres_per_pixel * float(np.cos(np.radians(touch.lat)))
    return Disc(touch.lon, touch.lat, max(LEAST_RADIUS_M, metres))


def outline_of(mark: Mark) -> Rings:
    """Lines round a cell, an area, or all that a symbol of seizures stands for, in degrees; none for other marks."""
    if mark.spot.kind in {SpotKind.PIXEL, SpotKind.AREA}:
        return [Area.parse(mark.spot.name).ring]
    if mark.layer == SEIZURES and mark.spot.kind is SpotKind.PLACE:
        return _ring_round(SymbolName.parse(mark.spot.name))
    if mark.spot.kind is not SpotKind.CELL or int(mark.spot.name, 16) == 0:
        return []
    vertices, _ = boundaries(np.array([int(mark.spot.name, 16)], np.uint64))
    return [(vertices[:, 0].tolist(), vertices[:, 1].tolist())]


def _ring_round(name: SymbolName) -> Rings:
    metres_per_pixel = WORLD_M / TILE_PIXELS / 2.0**name.zoom * np.cos(np.radians(name.lat))
    least = RING_PX * metres_per_pixel
    radius = max(least, float(name.reach_m)) if name.reach_m <= MOST_RING_M else least
    lon, lat = rings(np.array([name.lon]), np.array([name.lat]), radius, RING_SIDES)
    return [(continuous(lon[0], name.lon).tolist(), lat[0].tolist())]


def read_behind(repository: Repository, asker: Asker, query: Query, mark: Mark) -> Behind:
    """What stands behind a mark. Raises WatchfloorError."""
    if mark.spot.kind is SpotKind.CLUSTER:
        return _behind_cluster(repository, asker, query, mark.spot)
    if mark.layer == "overdoses" and mark.spot.kind is SpotKind.PLACE:
        return _behind_reported(repository, asker, query, mark.spot)
    return repository.behind(asker, query, mark.spot)


def mark_query(state: State, mark: Mark) -> Query:
    """The question that a mark belongs to."""
    return behind_query(mark.layer, state, mark.resolution)


def _behind_cluster(repository: Repository, asker: Asker, query: Query, spot: Spot) -> Behind:
    found = repository.overdose_clusters(asker, query).found
    cluster = next((one for one in found if cluster_name(one) == spot.name), None)
    if cluster is None:
        raise BadQuestion("there is no such cluster under these filters: tap another, or widen the period")
    behind = Behind(
        spot=spot,
        title="Overdose cluster",
        fact=FactKind.EVENTS,
        n=round(cluster.weight),
        kilograms=0.0,
        trend=None,
        records=Records((), 0),
        notes=written_facts(cluster),
        # of single overdoses the days are known, of released counts none is
        is_suppressed=cluster.first_day is None,
    )
    reach_m = max(LEAST_REACH_M, cluster.diameter_km * 500.0)
    return repository.near(asker, query, Disc(cluster.lon, cluster.lat, reach_m)).beside(behind)


def _behind_reported(repository: Repository, asker: Asker, query: Query, spot: Spot) -> Behind:
    values = [one for one in repository.overdoses_reported(asker, query) if one.place_code == spot.name]
    whole = all_drugs(values)
    if not whole:
        raise BadQuestion("nothing is reported for that area under these filters: tap another, or widen the period")
    return Behind(
        spot=spot,
        title=f"Overdose deaths in {whole[0].place}",
        fact=FactKind.REPORTED,
        n=round(whole[0].value),
        kilograms=0.0,
        trend=None,
        records=Records((), 0),
        notes=("Values of twelve months, whose classes overlap: never to be added up.", *map(written_series, values)),
    )
