"""The map behind one narrow seam: tiles, marks, a selection, where it looks, what is tapped.

Pages know MapView and nothing of what draws it, so that another component can move in.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import panel as pn
import param
import structlog
from panel.viewable import Viewer

from watchfloor.dashboards.choices import MAX_ZOOM, MIN_ZOOM
from watchfloor.dashboards.map_bokeh import BokehMap, MarkGlyphs, map_figure
from watchfloor.dashboards.map_geodesy import geodesic_answer
from watchfloor.geo.bbox import BBox
from watchfloor.geo.errors import BadQuestion
from watchfloor.layers.vectors import Shape, Touch, Vectors, nothing

log = structlog.get_logger(__name__)

type Rings = Sequence[tuple[list[float], list[float]]]


class MapView(Viewer):
    """A map that fills its place.

    bbox, lon, lat, zoom: where it rests; written by the map, read by pages. Longitudes run from -180 to
    180; a box may cross the antimeridian. The cursor's coordinates stay in the browser.
    marks: names and shapes of what can be drawn one by one, from the lowest to the highest.
    """

    bbox = param.ClassSelector(default=BBox.world(), class_=BBox)
    lon = param.Number(default=0.0)
    lat = param.Number(default=20.0)
    zoom = param.Number(default=2.0)

    def __init__(self, marks: Mapping[str, Shape], *, start: tuple[float, float, float]) -> None:
        lon, lat, zoom = start
        super().__init__(lon=lon, lat=lat, zoom=zoom)
        self._on_tap: Callable[[Touch], None] = _nobody
        self._on_failed: Callable[[], None] = _nobody
        self._track: Mapping[str, Any] | None = None
        self._is_there = False
        self._on_hover: Callable[[Touch, int], None] = _nobody
        self._on_area: Callable[[str, str], None] = _nobody
        self._on_pick: Callable[[Touch, str], None] = _nobody
        self._on_kept: Callable[[str, Mapping[str, Any]], None] = _nobody
        self._on_played: Callable[[bool | None], None] = _nobody
        self._on_overlaid: Callable[[], None] = _nobody
        self._document = pn.state.curdoc
        figure = map_figure()
        self._glyphs = {name: MarkGlyphs(figure, shape) for name, shape in marks.items()}
        self._outline = MarkGlyphs(figure, Shape.AREAS, is_selection=True)
        self._chosen = {shape: MarkGlyphs(figure, shape, is_selection=True) for shape in Shape}
        self._map = BokehMap(
            self._heard,
            figure=pn.pane.Bokeh(figure, sizing_mode="stretch_both"),
            start=[lon, lat, zoom],
            sizing_mode="stretch_both",
        )

    def heed(self, *, on_tap: Callable[[Touch], None], on_failed: Callable[[], None]) -> None:
        """Call on_tap with the place and zoom of each tap; on_failed when tiles did not come: their address is old."""
        self._on_tap, self._on_failed = on_tap, on_failed

    def heed_hover(self, on_hover: Callable[[Touch, int], None]) -> None:
        """Call on_hover with the place where a cursor rests and the number of its turn."""
        self._on_hover = on_hover

    def heed_areas(self, *, on_area: Callable[[str, str], None], on_pick: Callable[[Touch, str], None]) -> None:
        """Call on_area with an area's name, and on_pick with a tap that is to join the selection.

        Both are told how: 'set' (areas alone), 'add' or 'subtract'.
        """
        self._on_area, self._on_pick = on_area, on_pick

    def set_home(self, lon: float, lat: float, zoom: float) -> None:
        """What the map comes back to by its button and the key 0."""
        self._map.home = [lon, lat, zoom]

    def set_home_box(self, box: Sequence[float]) -> None:
        """The same, as a box that is looked at whole: west, south, east, north."""
        self._map.home = list(box)

    def set_whole(self, box: Sequence[float]) -> None:
        """What it comes back to instead while something is selected: west, south, east, north; empty for nothing."""
        self._map.whole = list(box)

    def fit(self, box: Sequence[float]) -> None:
        """Look at a box whole: west, south, east, north; east may lie beyond 180."""
        self._later(partial(self._map.fit, box))

    def follow_cursor(self, follows: bool) -> None:
        """Whether a cursor that rests asks what lies there."""
        self._map.hovers = follows

    def tell_hover(self, told: Mapping[str, Any]) -> None:
        """Show what lies under the cursor of that turn."""
        self._later(partial(self._map.tell_hover, told))

    def set_track(self, track: Mapping[str, Any] | None) -> None:
        """Draw one way over the tiles, with playback; None draws none."""
        self._track = track
        # before its first view is told the browser's part is not there yet, and hears nothing
        if self._is_there:
            self._later(partial(self._map.show_track, track))

    def show_moment(self, at_s: float, lon: float, lat: float) -> None:
        """Look where the craft of the drawn way was, with its playback at that moment (seconds since 1970)."""
        self._later(partial(self._map.show_moment, at_s, lon, lat))

    def set_pins(self, pins: Sequence[Mapping[str, Any]]) -> None:
        """Show numbered pins in place of those before: pin, title, kind, lon, lat; chosen: it bears its name."""
        self._later(partial(self._map.show_pins, pins))

    def leave_out_tools(self) -> None:
        """Show no rail of tools: for a map on which nothing is measured or selected."""
        self._map.stylesheets = [*self._map.stylesheets, ".wfr-dock { display: none; }"]

    def set_tiles(self, template: str) -> None:
        """Show other tiles; what is seen stays until all of the new ones are there.

        template: an address of our own with {tiles}, which answers with their pictures in one bundle.
        """
        self._map.url = template

    def heed_kept(self, on_kept: Callable[[str, Mapping[str, Any]], None]) -> None:
        """Call on_kept with "area" (its name), "note" (its place) or "shown" (its id), and what was told with it."""
        self._on_kept = on_kept

    def set_kept(self, kept: Mapping[str, Any]) -> None:
        """Draw what people keep: areas and notes as map_kept.js takes them."""
        self._later(lambda: setattr(self._map, "kept", dict(kept)))

    def begin_keeping(self, what: str) -> None:
        """Take the tool into the hand that draws an area or places a note."""
        self._later(partial(self._map.begin_keeping, what))

    def heed_overlaid(self, on_overlaid: Callable[[], None]) -> None:
        """Call on_overlaid when all tiles of `set_overlays` are there."""
        self._on_overlaid = on_overlaid

    def set_overlays(self, overlays: Sequence[Mapping[str, Any]]) -> None:
        """Show further tiles under or over the map's own, from the lowest: code, url, opacity (0 to 1), below."""
        self._map.overlays = [dict(one) for one in overlays]

    def set_live(self, given: Mapping[str, Any]) -> None:
        """Show live positions, asked for by the browser itself; empty for none. given: as `live_given` makes it."""
        self._map.live = dict(given)

    def heed_played(self, on_played: Callable[[bool | None], None]) -> None:
        """Call on_played when a period plays (True) or stands still (False), and when it was closed (None)."""
        self._on_played = on_played

    def set_swipe(self, given: Mapping[str, Any]) -> None:
        """Show another period right of a handle: its tiles' `url`, and `left` and `right` as names; empty for none."""
        self._map.swipe = dict(given)

    def set_play(self, given: Mapping[str, Any]) -> None:
        """Play a period, asked for and drawn by the browser itself; empty for none. given: as `play_given` makes it."""
        self._map.play = dict(given)

    def fly_to(self, lon: float, lat: float, zoom: float) -> None:
        """Look at a place."""
        self._later(partial(self._map.fly_to, lon, lat, zoom))

    def set_vectors(self, name: str, vectors: Vectors, opacity: float = 1.0) -> None:
        """Show these marks in place of those that the layer showed before; opacity from 0 to 1."""
        self._later(partial(self._glyphs[name].show, vectors, opacity))

    def set_outline(self, rings: Rings, colour: str) -> None:
        """Draw the edges of the selection; below the single mark that is chosen."""
        lon, lat = [np.array(lon) for lon, _ in rings], [np.array(lat) for _, lat in rings]
        looks: dict[str, list[object]] = {"line": [colour] * len(rings), "width": [2.0] * len(rings)}
        self._later(partial(self._outline.show, Vectors(Shape.AREAS, lon, lat, columns=looks), 1.0))

    def set_selection(self, rings: Rings, marks: Sequence[Vectors] = ()) -> None:
        """Draw what is selected above all else: rings of longitudes and latitudes, or single marks."""
        bright: dict[str, list[object]] = {
            "line": ["#ffffff"] * len(rings),
            "width": [2.0] * len(rings),
            "alpha": [1.0] * len(rings),
        }
        lon, lat = [np.array(lon) for lon, _ in rings], [np.array(lat) for _, lat in rings]
        areas = Vectors(Shape.AREAS, lon, lat, columns=bright)
        by_shape = {marked.shape: marked for marked in marks if len(marked)}
        for shape, glyphs in self._chosen.items():
            chosen = areas if shape is Shape.AREAS and rings else by_shape.get(shape, nothing(shape))
            self._later(partial(glyphs.show, chosen, 1.0))

    def __panel__(self) -> pn.viewable.Viewable:
        return self._map

    def _later(self, change: Callable[[], None]) -> None:
        """Change the document when it is our turn: a worker thread holds no lock of it."""
        if self._document is None or self._document.session_context is None:
            change()
        else:
            self._document.add_next_tick_callback(change)

    def _heard(self, message: dict[str, Any]) -> None:
        """A message of the browser: hostile, like everything from outside."""
        kind = message.get("kind")
        try:
            if kind == "tap" and message.get("op", "set") == "set":
                self._on_tap(Touch(*_place(message)))
            elif kind == "tap":
                self._on_pick(Touch(*_place(message)), str(message["op"]))
            elif kind == "view":
                self._rests(message)
            elif kind == "hover":
                self._on_hover(Touch(*_place(message)), int(message["turn"]))
            elif kind == "geodesy":
                self._map.tell_geodesy(geodesic_answer(message))
            elif kind == "area":
                self._on_area(str(message["name"]), str(message.get("op", "set")))
            elif kind == "played":
                self._on_played(bool(message["runs"]) if "runs" in message else None)
            elif kind == "overlaid":
                self._on_overlaid()
            elif kind == "kept":
                self._on_kept(str(message["what"]), message)
            elif kind in {"failed", "stale"}:
                self._on_failed()
        except (BadQuestion, KeyError, TypeError, ValueError) as error:
            log.warning("map message refused", kind=str(kind)[:20], error=type(error).__name__)

    def _rests(self, message: dict[str, Any]) -> None:
        lon, lat, zoom = _place(message)
        box = BBox(*(float(message[edge]) for edge in ("west", "south", "east", "north")))
        if not self._is_there:
            self._is_there = True
            self.set_track(self._track)
        self.param.update(bbox=box, lon=lon, lat=lat, zoom=zoom)


def _place(message: dict[str, Any]) -> tuple[float, float, float]:
    lon, lat, zoom = (float(message[name]) for name in ("lon", "lat", "zoom"))
    if not (math.isfinite(zoom) and abs(lon) <= 180 and abs(lat) <= 90):
        raise ValueError("no place on the map")
    return lon, lat, max(MIN_ZOOM, min(MAX_ZOOM, zoom))


def _nobody(*_: object) -> None:
    """Heeds nothing."""
