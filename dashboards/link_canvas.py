"""The link graph's picture, list and tools in the browser: ECharts, as the Panel package brings it, and our own part.

Messages from the browser name nodes by id and are hostile, like everything from outside.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import param
from panel.custom import JSComponent
from panel.models.echarts import ECharts

_HERE = Path(__file__).parent


class LinkCanvas(JSComponent):
    """A graph at given places; see link_canvas.js for the messages and link_drawing.js for the picture."""

    graph = param.Dict(default={}, doc="Rows of nodes and of links, as `link_rows.graph_rows` writes them.")
    selected = param.List(default=[], doc="Ids that another pane chose.")
    path = param.List(default=[], doc="Ids of a way, in its order.")
    way = param.Integer(default=0, doc="Which of the ways with as few links that is, from 0.")
    ways = param.Integer(default=0, doc="How many of those can be shown.")
    kinds = param.List(default=[], doc="Pairs of a kind of link and how many of it are shown.")
    choice = param.Dict(default={}, doc="Which links count: kinds, doubt, since, until.")
    note = param.String(default="", doc="One sentence below the picture.")
    library = param.String(default="", doc="Address of ECharts on this server.")

    _esm = _HERE / "link_canvas.js"
    _stylesheets = [str(_HERE / "link_canvas.css")]  # noqa: RUF012 - Panel reads it from the class

    def __init__(self, heard: Callable[[dict[str, Any]], None], **params: Any) -> None:
        super().__init__(library=library(), sizing_mode="stretch_both", margin=0, **params)
        self._heard = heard

    def _handle_msg(self, data: Any) -> None:
        if isinstance(data, dict):
            self._heard(data)


def library() -> str:
    """Where Panel serves the file that its own pane of charts uses."""
    return next(f"/{path.lstrip('/')}" for path in ECharts.__javascript__ if path.endswith("echarts.min.js"))
