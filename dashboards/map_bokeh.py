"""The map as a Bokeh figure: tiles below, marks above, and the browser's part in map_bokeh.js and map_tiles.js.

Nothing here leaves `mapview`: another map component can take this one's place behind the same seam.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import param
from bokeh.core.properties import field, value
from bokeh.models import (
    ColumnDataSource,
    HoverTool,
    LinearInterpolator,
    PanTool,
    Range1d,
    WheelZoomTool,
    WMTSTileSource,
)
from bokeh.plotting import figure
from panel.custom import JSComponent
from panel.viewable import Child

from watchfloor.dashboards.choices import MAX_ZOOM, MIN_ZOOM
from watchfloor.dashboards.theme import DARK
from watchfloor.layers.vectors import TILE_PIXELS, WORLD_M, Shape, Vectors, mercator, nothing

# a map that goes round the world shows a mark once on each of these turns
TURNS = (-1, 0, 1)
# no mark is larger, in pixels
_LARGEST = 1_000.0
# where a page looks whose address names no place
OPENS_ON = (-98.0, 38.0, 4.0)
_HERE = Path(__file__).parent


def map_figure() -> figure:
    """An empty figure in EPSG:3857 metres: tiles, no frame, no toolbar, drag and wheel."""
    # what type checkers believe of its arguments changes with what else is installed
    plot: figure = cast("Any", figure)(
        x_range=Range1d(start=-1e6, end=1e6),
        y_range=Range1d(start=-1e6, end=1e6),
        sizing_mode="stretch_both",
        tools=[],
        toolbar_location=None,
        min_border=0,
        outline_line_color=None,
        # the page's own ground shows through until tiles are there, dark or light
        background_fill_color=None,
        border_fill_color=None,
        lod_threshold=None,
        output_backend="canvas",
        stylesheets=[".bk-Panel { display: none; } :host, * { outline: none !important; }"],
    )
    plot.axis.visible = False
    plot.grid.visible = False
    wheel = WheelZoomTool(zoom_on_axis=False)
    plot.add_tools(PanTool(), wheel)
    plot.toolbar.active_scroll = wheel
    # it keeps the axes even; what it draws is in map_tiles.js
    plot.add_tile(WMTSTileSource(url="", attribution=""))
    return plot


class MarkGlyphs:
    """The glyphs of one layer of marks: a source of columns and a renderer."""

    def __init__(self, plot: figure, shape: Shape, *, is_selection: bool = False) -> None:
        self._shape = shape
        self._source = ColumnDataSource(_columns(nothing(shape), 1.0))
        if is_selection and shape is not Shape.POINTS:
            _draw_shade(plot, self._source, shape)
        self._renderer = _DRAW[shape](plot, self._source)
        if is_selection and shape is not Shape.LINES:
            self._renderer.glyph.fill_color = None
        self._hover = HoverTool(renderers=[self._renderer], tooltips=None, point_policy="follow_mouse")
        if not is_selection:
            plot.add_tools(self._hover)

    def show(self, vectors: Vectors, opacity: float) -> None:
        """Show these marks in place of the last ones."""
        self._source.data = _columns(vectors, opacity)
        tooltips = [(title, f"@{{{column}}}") for title, column in vectors.hover] or None
        if tooltips != self._hover.tooltips:
            self._hover.tooltips = tooltips


def _columns(vectors: Vectors, opacity: float) -> dict[str, Any]:
    x, y = mercator(vectors)
    names = ("x", "y") if vectors.shape is Shape.POINTS else ("xs", "ys")
    columns: dict[str, Any] = {name: values * len(TURNS) for name, values in vectors.looks(opacity).items()}
    columns[names[0]] = [value + turn * WORLD_M for turn in TURNS for value in x]
    columns[names[1]] = y * len(TURNS)
    return columns


def _swelling() -> LinearInterpolator:
    """From pixels as they are meant to those that are drawn: the browser doubles them on a wall."""
    return LinearInterpolator(x=[0.0, _LARGEST], y=[0.0, _LARGEST])


def _draw_points(plot: figure, source: ColumnDataSource) -> Any:
    return plot.scatter(
        "x", "y", source=source, size=field("size", _swelling()), marker="marker", angle="angle", fill_color="fill",
        line_color="line", fill_alpha="alpha", line_alpha="alpha", line_width=field("width", _swelling()),
    )  # fmt: skip


def _draw_lines(plot: figure, source: ColumnDataSource) -> Any:
    return plot.multi_line(
        "xs", "ys", source=source, line_color="fill", line_width=field("width", _swelling()), line_alpha="alpha",
        line_cap="round", line_join="round",
    )  # fmt: skip


def _draw_areas(plot: figure, source: ColumnDataSource) -> Any:
    return plot.patches(
        "xs", "ys", source=source, fill_color="fill", line_color="line", fill_alpha="alpha", line_alpha="alpha",
        line_width=field("width", _swelling()),
    )  # fmt: skip


def _draw_shade(plot: figure, source: ColumnDataSource, shape: Shape) -> None:
    """A dark line under the bright one of a selection, so that it is seen on any ground."""
    look: dict[str, Any] = {"source": source, "line_color": DARK.ground, "line_alpha": 0.8}
    if shape is Shape.AREAS:
        plot.patches("xs", "ys", fill_color=None, line_width=value(5, _swelling()), **look)
    else:
        plot.multi_line("xs", "ys", line_width=value(9, _swelling()), **look)


_DRAW = {Shape.POINTS: _draw_points, Shape.LINES: _draw_lines, Shape.AREAS: _draw_areas}


class BokehMap(JSComponent):
    """Figure and what the browser does with it: see map_bokeh.js.

    Messages from the browser: view (where it rests), tap, hover (where the cursor rests), area (that was drawn),
    geodesy (what a tool asks), kept (drawn to be kept, or a note that was pressed), played (what is
    played runs, stands still or was closed), failed (tiles that did not come), stale (tiles that were refused because
    the reader's rights changed).
    """

    figure = Child(doc="The Bokeh figure.")
    url = param.String(default="", doc="Address of bundles of tiles, with {tiles}.")
    live = param.Dict(default={}, doc="Where live positions are asked for and how they look; empty for none.")
    swipe = param.Dict(default={}, doc="Tiles of the other period and the names of both; empty for one period only.")
    overlays = param.List(default=[], doc="Further tiles under and over the map's own; see map_overlays.js.")
    play = param.Dict(default={}, doc="Where the days of a period are asked for, and how they look; empty for none.")
    kept = param.Dict(default={}, doc="What people keep on the map: areas and notes; see map_kept.js.")
    start = param.List(default=[0.0, 20.0, 3.0], doc="Longitude, latitude and zoom of the first view.")
    home = param.List(default=list(OPENS_ON), doc="Longitude, latitude and zoom that one comes back to; or a box.")
    whole = param.List(default=[], doc="West, south, east, north of what is selected, come back to instead; or empty.")
    tile_pixels = param.Integer(default=TILE_PIXELS, doc="Width and height of a tile's picture.")
    hovers = param.Boolean(default=False, doc="Whether a cursor that rests over the map asks what lies there.")
    zooms = param.List(default=[int(MIN_ZOOM), int(MAX_ZOOM)], doc="Least and greatest zoom.")

    _esm = _HERE / "map_bokeh.js"
    # Panel reads it from the class
    _stylesheets = [str(_HERE / name) for name in ("map_bokeh.css", "map_time.css", "map_kept.css", "map_overlays.css")]  # noqa: RUF012

    def __init__(self, heard: Callable[[dict[str, Any]], None], **params: Any) -> None:
        super().__init__(**params)
        self._heard = heard

    def fly_to(self, lon: float, lat: float, zoom: float) -> None:
        """Look at a place."""
        self._send_msg({"kind": "fly", "lon": lon, "lat": lat, "zoom": zoom})

    def fit(self, box: Sequence[float]) -> None:
        """Look at a box whole: west, south, east, north; east may lie beyond 180."""
        self._send_msg({"kind": "fit", "box": list(box)})

    def tell_hover(self, told: Mapping[str, Any]) -> None:
        """Show what lies under a cursor that rests, unless it has moved on; see map_hover.js."""
        self._send_msg({"kind": "hovered", **told})

    def tell_geodesy(self, answer: Mapping[str, Any]) -> None:
        """Answer a tool that measures or draws rings; see map_geodesy.js."""
        self._send_msg({"kind": "geodesy", **answer})

    def begin_keeping(self, what: str) -> None:
        """Take the tool into the hand that draws an area to keep, or places a note; see map_kept.js."""
        self._send_msg({"kind": "keep", "what": what})

    def show_pins(self, pins: Sequence[Mapping[str, Any]]) -> None:
        """Show numbered pins in place of those before; see map_pins.js."""
        self._send_msg({"kind": "pins", "pins": list(pins)})

    def show_track(self, track: Mapping[str, Any] | None) -> None:
        """Draw one way with its playback, or none; see map_track.js."""
        self._send_msg({"kind": "track", "track": track})

    def show_moment(self, at_s: float, lon: float, lat: float) -> None:
        """Look at a moment of the drawn way; see map_track.js."""
        self._send_msg({"kind": "moment", "at": at_s, "lon": lon, "lat": lat})

    def _handle_msg(self, data: Any) -> None:
        if isinstance(data, dict):
            self._heard(data)
