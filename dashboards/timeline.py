"""The timeline: the active layer's counts over all days that the store knows; a brushed span becomes the period."""

from datetime import date, timedelta
from typing import Any

import holoviews as hv
import numpy as np
import pandas as pd
import panel as pn
from panel.viewable import Viewer

from watchfloor.dashboards.charts import GRAINS, bars, edges_of
from watchfloor.dashboards.choices import FIRST_DAY, LAST_DAY
from watchfloor.dashboards.pane_state import DATA, LOADING, PaneState, StatedPane, empty
from watchfloor.dashboards.state import State
from watchfloor.dashboards.styles import PANELS
from watchfloor.dashboards.templates import rendered
from watchfloor.geo.answers import Trend
from watchfloor.geo.period import Period

HEIGHT_PX = 104
EVER = Period(FIRST_DAY, LAST_DAY)


class Timeline(Viewer):
    """Counts per month; what lies in the period stands out."""

    def __init__(self, state: State) -> None:
        super().__init__()
        self._state = state
        self._trend: Trend | None = None
        self._pipe = hv.streams.Pipe(data=(Trend([], np.zeros(0, np.int64), np.zeros(0), "m"), None))
        picture = hv.DynamicMap(self._draw, streams=[self._pipe])
        self._brush = hv.streams.BoundsX(source=picture)
        self._brush.add_subscriber(self._brushed)
        self._head = pn.pane.HTML("", stylesheets=[PANELS], sizing_mode="stretch_width", margin=0)
        chart = pn.pane.HoloViews(picture, sizing_mode="stretch_width", height=HEIGHT_PX, margin=0)
        # a picture that is hidden itself, once drawn, raises in Panel's own bookkeeping of its style sheets
        self._pane = StatedPane(pn.Column(chart, sizing_mode="stretch_width", height=HEIGHT_PX, margin=0), LOADING)
        self._layout = pn.Column(self._head, self._pane, sizing_mode="stretch_width", height=HEIGHT_PX + 34, margin=0,
                                 css_classes=["wf-timeline"], stylesheets=[PANELS])  # fmt: skip
        # after the map has been asked: drawing bars takes tens of milliseconds
        state.param.watch(lambda *_: self._redraw(), ["period"], precedence=1)
        self._title = ""

    def wait(self) -> None:
        """An answer is under way."""
        self._pane.take(LOADING)

    def fault(self, state: PaneState) -> None:
        """No answer came."""
        self._pane.take(state)

    def display(self, trend: Trend, title: str) -> Period | None:
        """Show a trend; returns the days that it spans, or None if it is empty."""
        self._trend, self._title = trend, title
        if not trend.starts:
            self._pane.take(empty("Nothing is known under these filters at any time."))
            return None
        self._pane.take(DATA)
        self._redraw()
        return Period(trend.starts[0], edges_of(trend)[-1].astype(date))

    def _redraw(self) -> None:
        if self._trend is None or not self._trend.starts:
            return
        self._head.object = rendered(
            "timeline.html", title=self._title, grain=GRAINS[self._trend.grain], period=str(self._state.period)
        )
        self._pipe.send((self._trend, self._state.period))

    def _draw(self, data: tuple[Trend, Period | None]) -> hv.Histogram:
        trend, period = data
        return bars(trend, period, height=HEIGHT_PX).opts(tools=["xbox_select"], active_tools=["xbox_select"])

    def _brushed(self, boundsx: Any = None) -> None:
        if boundsx is None or self._trend is None:
            return
        since, until = sorted(pd.Timestamp(edge).date() for edge in boundsx)
        self._state.period = snapped(self._trend, since, until)

    def __panel__(self) -> pn.viewable.Viewable:
        return self._layout


def snapped(trend: Trend, since: date, until: date) -> Period:
    """The whole periods of a trend that a brushed span touches."""
    edges = edges_of(trend).astype(object)
    first = max((edge for edge in edges if edge <= since), default=edges[0])
    last = min((edge for edge in edges if edge > until), default=edges[-1])
    return Period(first, max(last, first + timedelta(days=1)))
