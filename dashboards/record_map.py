"""The map of a record's page: places of its graph, as uncertain as they are, and links between them."""

from collections.abc import Callable, Sequence
from uuid import UUID

import numpy as np
import panel as pn
from panel.viewable import Viewer

from watchfloor.dashboards.link_rows import lines_of, points_of
from watchfloor.dashboards.mapview import MapView
from watchfloor.dashboards.pane_state import PaneState
from watchfloor.dashboards.session import PageSession
from watchfloor.dashboards.state import State
from watchfloor.dashboards.styles import PANELS
from watchfloor.dashboards.templates import rendered
from watchfloor.dashboards.tile_address import Stamp, read_stamp, tile_template
from watchfloor.geo.link_graph import GraphNode, LinkGraph
from watchfloor.geo.sphere import continuous, rings
from watchfloor.layers.palettes import Theme
from watchfloor.layers.vectors import LOOK, Shape, Touch, Vectors, nothing, touched

# a place that is known better than this is a dot
LEAST_RING_M = 500.0
# a place that may be anywhere in a continent is no place on this map
MOST_RING_M = 1_500_000.0
COLOURS = {"person": "#62b0ee", "object": "#b9c4d2", "location": "#59b98c", "event": "#f0716a", "operation": "#b79bf0"}
# what a hollow mark is filled with, and how much of a colour lies within a circle
_NO_COLOUR, _VEIL = "#00000000", "1a"
_METRES_A_DEGREE = 111_320.0
_SIDES = 64
_NEAREST = 11.0
# one place alone is seen with the country around it
_LEAST_BOX_DEG = 2.0
_MOST_LAT = 85.0

type Ask = Callable[..., None]


class RecordMap(Viewer):
    """Shows the places of a graph; a tap chooses one, and what is chosen elsewhere is ringed."""

    def __init__(self, session: PageSession, ask: Ask, *, start: tuple[float, float] | None, theme: Theme) -> None:
        super().__init__()
        self._session, self._ask = session, ask
        self._state = State(layers={}, theme=theme)
        self._graph = LinkGraph()
        self._points = nothing(Shape.POINTS)
        self._selected: tuple[UUID, ...] = ()
        self._on_select: Callable[[tuple[UUID, ...]], None] = _nobody
        lon, lat = start or (-98.0, 38.0)
        shapes = {"around": Shape.AREAS, "links": Shape.LINES, "places": Shape.POINTS}
        self.map = MapView(shapes, start=(lon, lat, 7.0 if start else 3.0))
        self.map.set_home(self.map.lon, self.map.lat, self.map.zoom)
        self.map.heed(on_tap=self._tapped, on_failed=self.read)
        self.map.leave_out_tools()
        self._line = pn.pane.HTML("", stylesheets=[PANELS], margin=0, sizing_mode="stretch_width")
        self._layout = pn.Column(self.map, self._line, sizing_mode="stretch_both", margin=0, stylesheets=[PANELS])

    def heed(self, on_select: Callable[[tuple[UUID, ...]], None]) -> None:
        """Call on_select with the id of what was tapped; with none for a tap beside all."""
        self._on_select = on_select

    def read(self) -> None:
        """Ask for the ground below."""
        self._ask("stamp", lambda: read_stamp(self._session.repository, self._session.asker), self._stamped, _unheard)

    def display(self, graph: LinkGraph) -> None:
        """Show the places of these records and the links between them."""
        self._graph = graph
        placed = [node for node in graph.nodes if _is_placed(node)]
        self._points = _dots(placed)
        self.map.set_vectors("around", _surroundings(placed))
        self.map.set_vectors("links", lines_of(graph, self._state.theme))
        self.map.set_vectors("places", self._points)
        if placed:
            box = _around(placed)
            self.map.fit(box)
            self.map.set_home_box(box)
        self._line.object = rendered("hints.html", sentences=known_words(graph))

    def turn(self, theme: Theme) -> None:
        """Draw the ground and the marks anew, dark or light."""
        self._state.theme = theme
        self.read()
        self.map.set_vectors("links", lines_of(self._graph, theme))
        self.select(self._selected)

    def select(self, records: Sequence[UUID]) -> None:
        """Ring what was chosen elsewhere."""
        self._selected = tuple(records)
        self.map.set_selection([], [points_of(self._graph, records, self._state.theme)])

    def _tapped(self, touch: Touch) -> None:
        index = touched(self._points, touch)
        self._on_select(() if index is None else (UUID(self._points.names[index]),))

    def _stamped(self, stamp: Stamp) -> None:
        self.map.set_tiles(tile_template(self._state, stamp, self._session.asker.view_id))

    def __panel__(self) -> pn.viewable.Viewable:
        return self._layout


def known_words(graph: LinkGraph) -> list[str]:
    """How many of the records have a place, and how many of those are known to an area only."""
    placed = [node for node in graph.nodes if _is_placed(node)]
    vague = sum(map(_is_vague, placed))
    said = []
    if len(placed) < len(graph.nodes):
        said.append(f"{len(placed):,} of {len(graph.nodes):,} records in the graph have a place.")
    if vague:
        one = vague == 1
        said.append(
            f"{vague:,} of these places {'is' if one else 'are'} known only to an area: a hollow mark in the middle of "
            "a circle, anywhere in which the true place may lie."
        )
    return said


def _is_vague(node: GraphNode) -> bool:
    return (node.uncertainty_m or 0.0) > LEAST_RING_M


def _is_placed(node: GraphNode) -> bool:
    return node.lon is not None and node.lat is not None and (node.uncertainty_m or 0.0) <= MOST_RING_M


def _positions(nodes: Sequence[GraphNode]) -> tuple[np.ndarray, np.ndarray]:
    return np.array([node.lon for node in nodes], np.float64), np.array([node.lat for node in nodes], np.float64)


def _dots(nodes: Sequence[GraphNode]) -> Vectors:
    if not nodes:
        return nothing(Shape.POINTS)
    lon, lat = _positions(nodes)
    colours = [COLOURS.get(node.group, COLOURS["object"]) for node in nodes]
    vague = [_is_vague(node) for node in nodes]
    return Vectors(
        Shape.POINTS,
        lon,
        lat,
        names=tuple(str(node.id) for node in nodes),
        columns={
            "fill": [_NO_COLOUR if is_vague else colour for is_vague, colour in zip(vague, colours, strict=True)],
            "line": [colour if is_vague else LOOK["line"] for is_vague, colour in zip(vague, colours, strict=True)],
            "width": [2.0 if is_vague else 1.0 for is_vague in vague],
            "size": [_NEAREST] * len(nodes),
            "name": [node.name for node in nodes],
            "what": [f"{node.kind} · {node.when:%Y-%m-%d}" if node.when else node.kind for node in nodes],
            "known": [node.precision for node in nodes],
            "label": [node.label for node in nodes],
        },
        hover=(("", "name"), ("What", "what"), ("Place", "known"), ("Label", "label")),
    )


def _surroundings(nodes: Sequence[GraphNode]) -> Vectors:
    """A ring round each place that is not known well, within which the true one lies."""
    vague = [node for node in nodes if _is_vague(node)]
    if not vague:
        return nothing(Shape.AREAS)
    lon, lat = _positions(vague)
    shapes = [rings(lon[i : i + 1], lat[i : i + 1], vague[i].uncertainty_m or 0.0, _SIDES) for i in range(len(vague))]
    colours = [COLOURS.get(node.group, COLOURS["object"]) for node in vague]
    return Vectors(
        Shape.AREAS,
        [continuous(x[0], around) for (x, _), around in zip(shapes, lon.tolist(), strict=True)],
        [y[0] for _, y in shapes],
        names=tuple(str(node.id) for node in vague),
        columns={
            "fill": [colour + _VEIL for colour in colours],
            "line": colours,
            "alpha": [0.9] * len(vague),
            "width": [1.5] * len(vague),
        },
    )


def _around(nodes: Sequence[GraphNode]) -> tuple[float, float, float, float]:
    """West, south, east and north of all with their circles, turned about the first of them: east may exceed 180."""
    lon, lat = _positions(nodes)
    lon = continuous(lon, float(lon[0]))
    up = np.array([node.uncertainty_m or 0.0 for node in nodes]) / _METRES_A_DEGREE
    across = up / np.maximum(np.cos(np.radians(lat)), 0.1)
    west, east = float((lon - across).min()), float((lon + across).max())
    south, north = float((lat - up).min()), float((lat + up).max())
    wider = max(0.0, _LEAST_BOX_DEG - (east - west)) / 2.0
    return west - wider, max(south, -_MOST_LAT), east + wider, min(north, _MOST_LAT)


def _unheard(_fault: PaneState) -> None:
    """The map stays without a ground; what is asked next says why."""


def _nobody(*_: object) -> None:
    """Heeds nothing."""
