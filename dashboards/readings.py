"""What each layer asks of the store, and what its answer becomes: marks on the map and a legend.

The dense layers are drawn by the tile server from the same questions, so that legend and picture agree.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from watchfloor.dashboards.choices import MOST_LEGEND_RESOLUTION
from watchfloor.dashboards.comparing import AS_SWITCHED_ON
from watchfloor.dashboards.honoured import LIVE_IS_NOW, not_narrowed
from watchfloor.dashboards.pane_state import DATA, PaneState, empty
from watchfloor.dashboards.state import State
from watchfloor.data.repository import Asker, Repository
from watchfloor.geo.answers import CellCounts
from watchfloor.geo.cells import resolution_for_zoom
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.facts import FactKind
from watchfloor.geo.period import Period
from watchfloor.geo.query import Layer, Query
from watchfloor.geo.seizure_places import SeizurePlaces
from watchfloor.geo.track_levels import PASSAGES
from watchfloor.layers.change_legends import change_legend
from watchfloor.layers.clusters import cluster_areas, clusters_legend
from watchfloor.layers.density import density
from watchfloor.layers.hexagons import values_of
from watchfloor.layers.legends import Legend, cells_legend
from watchfloor.layers.live_positions import live_legend
from watchfloor.layers.operations import operation_areas, operation_points, operations_legend
from watchfloor.layers.overdoses import reported_circles, reported_legend
from watchfloor.layers.palettes import Scale, Theme
from watchfloor.layers.place_legends import density_legend, seizures_legend
from watchfloor.layers.ports import port_arrows, port_circles, ports_legend
from watchfloor.layers.routes import route_lines, routes_legend
from watchfloor.layers.track_legends import TracksShown, tracks_legend
from watchfloor.layers.vectors import Shape, Vectors, nothing

# cells of about 3 km: clusters of released counts are found among their middles
CLUSTER_RESOLUTION = 6
# the layer that compares two periods
CHANGE = "change"
# layers that show the same answer differently at each zoom
BY_ZOOM = ("seizures", "density", "tracks")
# layers that show derived data: roll-ups, releases, routes
DERIVED = ("hexagons", "overdoses", "clusters", "routes")
SINGLE_ONLY = "Clusters are made of single events: choose those as kind of fact."
NONE_IN_PERIOD = "Nothing under these filters: widen the period or the substances."
NONE_BY_THEN = "Nothing under these filters was recorded by then: choose a later moment, or now."

# names of marks on the map, in drawing order, and the layer that each belongs to
MARKS: Mapping[str, tuple[str, Shape]] = {
    "clusters": ("clusters", Shape.AREAS),
    "overdoses_reported": ("overdoses", Shape.POINTS),
    "operations": ("operations", Shape.AREAS),
    "routes": ("routes", Shape.LINES),
    "ports": ("ports", Shape.POINTS),
    "port_changes": ("ports", Shape.POINTS),
    "operation_points": ("operations", Shape.POINTS),
}


@dataclass(frozen=True, slots=True)
class Reading:
    """What a layer shows: a legend, marks by name, and whether that is all or nothing."""

    legend: Legend | None
    marks: Mapping[str, Vectors] = field(default_factory=dict)
    state: PaneState = DATA


@dataclass(frozen=True, slots=True)
class Wish:
    """What a layer is asked, fixed at the moment of asking: the state goes on changing.

    zoom: of the tiles, for layers whose answer is looked at differently at each; 0 for others. against: the other
    period, of the layer of change. ignored: which conditions the layer cannot meet, as a sentence.
    """

    query: Query
    theme: Theme
    sees_health: bool
    zoom: int = 0
    against: Period | None = None
    ignored: str = ""


def wish_of(code: str, state: State, *, sees_health: bool) -> Wish:
    """What the choices ask of a layer of the map."""
    zoom = tile_zoom(state) if code in BY_ZOOM else 0
    other = against(state) if code == CHANGE else None
    return Wish(_QUERIES[code](state), state.theme, sees_health, zoom, other, not_narrowed(code, state))


def against(state: State) -> Period:
    """The period that the page's is compared with, or would be. Raises BadQuestion."""
    return (state.compare or AS_SWITCHED_ON).other(state.asked_period)


def tile_zoom(state: State) -> int:
    """The zoom of the tiles that the map shows."""
    return max(0, round(state.zoom))


def read_layer(code: str, repository: Repository, asker: Asker, wish: Wish) -> Reading:
    """Ask the store; the legend says what the layer could not be narrowed by. Raises WatchfloorError."""
    reading = _READERS[code](repository, asker, wish)
    known_at = wish.query.known_at
    then = f"As known at {known_at:%Y-%m-%d %H:%MZ}." if known_at is not None else ""
    hours = f"Only {wish.query.period}, UTC." if wish.query.period.hours is not None else ""
    return saying(reading, then, hours, wish.ignored)


def saying(reading: Reading, *sentences: str) -> Reading:
    """The same, with sentences in its legend, if it has one."""
    if reading.legend is None or not any(sentences):
        return reading
    return replace(reading, legend=replace(reading.legend, lines=(*reading.legend.lines, *filter(None, sentences))))


def cells_query(layer: Layer, state: State) -> Query:
    """The question that hexagons on the map answer at the state's zoom."""
    query = state.query(layer)
    if state.resolution is not None:
        return query
    return replace(query, resolution=resolution_for_zoom(tile_zoom(state)))


def places_query(state: State) -> Query:
    """The question that points, areas and density answer at every zoom."""
    return replace(state.query(Layer.SEIZURES), resolution=0)


def _legend_query(layer: Layer, state: State) -> Query:
    # beyond this the map itself asks in parts, with the scale of this resolution
    query = cells_query(layer, state)
    return replace(query, resolution=min(query.resolution, MOST_LEGEND_RESOLUTION))


def _hexagons(repository: Repository, asker: Asker, wish: Wish) -> Reading:
    counts = repository.seizure_cells(asker, wish.query)
    scale = Scale.of(values_of(counts, wish.query.measured))
    return Reading(cells_legend(wish.query, counts, scale, wish.theme), state=_known(wish, counts))


def change_query(state: State) -> Query:
    """The question that the map of change puts to two periods."""
    return _legend_query((state.compare or AS_SWITCHED_ON).layer, state)


def _change(repository: Repository, asker: Asker, wish: Wish) -> Reading:
    if wish.against is None:
        raise BadQuestion("a change is one between two periods")
    change = repository.change(asker, wish.query, wish.against)
    known = change.a.n + change.b.n + change.a.n_unplaced + change.b.n_unplaced
    return Reading(change_legend(wish.query, change, wish.theme), state=DATA if known else _nothing(wish))


def _seizures(repository: Repository, asker: Asker, wish: Wish) -> Reading:
    symbols = repository.seizure_symbols(asker, wish.query, wish.zoom)
    legend = seizures_legend(symbols, wish.query.measured, wish.theme)
    return Reading(legend, state=_any_known(wish, symbols.places))


def _density(repository: Repository, asker: Asker, wish: Wish) -> Reading:
    places, measured = repository.seizure_places(asker, wish.query), wish.query.measured
    legend = density_legend(density(places, wish.zoom, measured), places, measured, wish.theme)
    return Reading(legend, state=_any_known(wish, places))


def _nothing(wish: Wish) -> PaneState:
    return empty(NONE_IN_PERIOD if wish.query.known_at is None else NONE_BY_THEN)


def _any_known(wish: Wish, places: SeizurePlaces) -> PaneState:
    return DATA if places.total + places.n_unplaced else _nothing(wish)


def _overdoses(repository: Repository, asker: Asker, wish: Wish) -> Reading:
    if wish.query.fact is FactKind.REPORTED:
        values = repository.overdoses_reported(asker, wish.query)
        marks = {"overdoses_reported": reported_circles(values, wish.theme)}
        return Reading(reported_legend(values, wish.theme), marks, DATA if values else _nothing(wish))
    counts = repository.overdose_cells(asker, wish.query)
    scale = Scale.of(values_of(counts, wish.query.measured))
    legend = cells_legend(wish.query, counts, scale, wish.theme)
    # marks of the other kind of fact go
    gone = {"overdoses_reported": nothing(Shape.POINTS)}
    return Reading(replace(legend, title="Overdoses", unit="overdoses"), gone, _known(wish, counts))


def _known(wish: Wish, counts: CellCounts) -> PaneState:
    return DATA if counts.total + counts.n_unplaced else _nothing(wish)


def _tracks(repository: Repository, asker: Asker, wish: Wish) -> Reading:
    view = repository.tracks(asker, wish.query)
    most = view.busiest(wish.zoom, PASSAGES)
    shown = TracksShown(view.by_category(), view.n_fixes, view.n_drawn, most, view.built_s, view.on_land())
    legend = tracks_legend(shown, wish.theme)
    return Reading(legend, state=DATA if view.n_fixes else _nothing(wish))


def _ports(repository: Repository, asker: Asker, wish: Wish) -> Reading:
    ports = repository.ports(asker, wish.query)
    marks = {"ports": port_circles(ports, wish.theme), "port_changes": port_arrows(ports, wish.theme)}
    return Reading(ports_legend(ports, wish.theme), marks, DATA if ports.code else _nothing(wish))


def _routes(repository: Repository, asker: Asker, wish: Wish) -> Reading:
    routes = repository.routes(asker, wish.query)
    state = DATA if routes.from_name else _nothing(wish)
    return Reading(routes_legend(routes, wish.theme), {"routes": route_lines(routes, wish.theme)}, state)


def _clusters(repository: Repository, asker: Asker, wish: Wish) -> Reading:
    if wish.query.fact is FactKind.REPORTED:
        return Reading(None, {"clusters": nothing(Shape.AREAS)}, empty(SINGLE_ONLY))
    clusters = repository.overdose_clusters(asker, wish.query)
    legend = clusters_legend(clusters, wish.theme, sees_health=wish.sees_health)
    marks = {"clusters": cluster_areas(clusters, wish.theme)}
    return Reading(legend, marks, DATA if clusters.found else empty("No cluster in this period."))


def _operations(repository: Repository, asker: Asker, wish: Wish) -> Reading:
    planned = repository.operations(asker, wish.query)
    marks = {
        "operations": operation_areas(planned, wish.theme),
        "operation_points": operation_points(planned, wish.theme),
    }
    state = DATA if planned else empty("No planned operation that you may see.")
    return Reading(operations_legend(planned, wish.theme), marks, state)


def _live(_repository: Repository, _asker: Asker, wish: Wish) -> Reading:
    if wish.query.known_at is not None:
        return Reading(None, state=empty(LIVE_IS_NOW))
    # the positions themselves are asked for by the map, once a second
    return Reading(live_legend(wish.theme))


_READERS: Mapping[str, Callable[[Repository, Asker, Wish], Reading]] = {
    "hexagons": _hexagons,
    CHANGE: _change,
    "seizures": _seizures,
    "density": _density,
    "overdoses": _overdoses,
    "tracks": _tracks,
    "ports": _ports,
    "routes": _routes,
    "clusters": _clusters,
    "operations": _operations,
    "live": _live,
}


def _plain(layer: Layer, state: State) -> Query:
    # only the period matters to these: one answer is kept for all choices of substances
    return state.plain_query(layer)


_QUERIES: Mapping[str, Callable[[State], Query]] = {
    "hexagons": partial(_legend_query, Layer.SEIZURES),
    CHANGE: change_query,
    "seizures": places_query,
    "density": places_query,
    "overdoses": partial(_legend_query, Layer.OVERDOSES),
    "tracks": partial(_plain, Layer.TRACKS),
    "ports": partial(_plain, Layer.PORTS),
    "routes": partial(_plain, Layer.ROUTES),
    "clusters": lambda state: replace(state.query(Layer.OVERDOSES), resolution=CLUSTER_RESOLUTION),
    "operations": partial(_plain, Layer.OPERATIONS),
    # of now, whatever hours are chosen
    "live": lambda state: Query(Layer.TRACKS, state.asked_period, known_at=state.known_at),
}


def behind_query(code: str, state: State, resolution: int | None) -> Query:
    """The question whose records stand behind a mark of that layer."""
    query = _QUERIES[code](state)
    return query if resolution is None else replace(query, resolution=resolution)
