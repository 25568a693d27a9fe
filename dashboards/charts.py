"""Small charts: a trend as bars, dark and quiet, updated in place."""

from datetime import date
from typing import Any

import holoviews as hv
import numpy as np
import pandas as pd
import panel as pn
from bokeh.models import DatetimeTickFormatter, ImportedStyleSheet
from numpy.typing import NDArray
from panel.viewable import Viewer

from watchfloor.dashboards.styles import FIGURES
from watchfloor.dashboards.theme import DARK, FONT
from watchfloor.geo.answers import Trend
from watchfloor.geo.period import Period

_OFFSETS = {"d": pd.DateOffset(days=1), "m": pd.DateOffset(months=1), "y": pd.DateOffset(years=1)}
GRAINS = {"d": "day", "m": "month", "y": "year"}


def edges_of(trend: Trend) -> NDArray[np.datetime64]:
    """Starts of the periods and the end of the last one, shape (n + 1,)."""
    last = pd.Timestamp(trend.starts[-1]) + _OFFSETS[trend.grain]
    return np.array([np.datetime64(day, "D") for day in trend.starts] + [np.datetime64(last.date(), "D")])


def filled(trend: Trend) -> Trend:
    """The same trend with the periods of which nothing is known as zeros between its first and last."""
    if not trend.starts:
        return trend
    every = pd.date_range(trend.starts[0], trend.starts[-1], freq=_OFFSETS[trend.grain])
    at = {day: index for index, day in enumerate(trend.starts)}
    picked = np.array([at.get(moment.date(), -1) for moment in every])
    n = np.where(picked >= 0, trend.n[picked], 0)
    kilograms = np.where(picked >= 0, trend.kilograms[picked], 0.0)
    return Trend([moment.date() for moment in every], n, kilograms, trend.grain, trend.fact)


def bars(trend: Trend, period: Period | None, *, height: int) -> hv.Histogram:
    """Counts per period; what lies in `period` stands out (None: all of it)."""
    whole = filled(trend)
    if not whole.starts:
        day = np.datetime64(date.today(), "D")  # noqa: DTZ011 - an empty axis
        edges, n, shade = np.array([day - np.timedelta64(1, "D"), day]), np.zeros(1), [DARK.line]
    else:
        edges, n = edges_of(whole), whole.n.astype(np.float64)
        shade = [DARK.accent if period is None or _touches(period, day, end) else DARK.line
                 for day, end in zip(whole.starts, edges[1:].tolist(), strict=True)]  # fmt: skip
    picture = hv.Histogram((edges.astype("datetime64[ns]"), n, shade), kdims=["time"], vdims=["n", "shade"])
    return picture.opts(
        color="shade", line_color=DARK.surface, line_width=0.5 if len(n) < 200 else 0, responsive=True, height=height,
        toolbar=None, default_tools=[], xlabel="", ylabel="", framewise=True, axiswise=True, hooks=[_quiet],
        show_grid=False, padding=0, ylim=(0, max(float(n.max()) * 1.08, 1.0)),
    )  # fmt: skip


def _touches(period: Period, since: date, until: date) -> bool:
    return since < period.until and period.since < until


def _quiet(plot: Any, _element: object) -> None:
    """No frame, faint axes, our font."""
    figure = plot.state
    figure.background_fill_color = figure.border_fill_color = None
    figure.outline_line_color = None
    figure.stylesheets = [ImportedStyleSheet(url=FIGURES)]
    figure.min_border_left, figure.min_border_right, figure.min_border_top, figure.min_border_bottom = 40, 26, 4, 20
    for axis in (*figure.xaxis, *figure.yaxis):
        axis.axis_line_color = axis.minor_tick_line_color = None
        axis.major_tick_line_color = DARK.line
        axis.major_label_text_color = DARK.muted
        axis.major_label_text_font = FONT.replace('"', "")
        axis.major_label_text_font_size = "11px"
    figure.yaxis.ticker.desired_num_ticks = 3
    figure.yaxis.formatter.use_scientific = False
    figure.xaxis.formatter = DatetimeTickFormatter(days="%d %b", months="%b %Y", years="%Y")


class TrendChart(Viewer):
    """Counts per period as bars; made once, drawn again when it is given another trend."""

    def __init__(self, *, height: int = 110) -> None:
        super().__init__()
        self._pipe = hv.streams.Pipe(data=(Trend([], np.zeros(0, np.int64), np.zeros(0), "m"), None))
        picture = hv.DynamicMap(lambda data: bars(*data, height=height), streams=[self._pipe])
        pane = pn.pane.HoloViews(picture, sizing_mode="stretch_width", height=height, margin=0)
        # shown and hidden by what stands round it: the pane itself would choke on the figure's own style sheet
        self._place = pn.Column(pane, sizing_mode="stretch_width", margin=0)

    def draw(self, trend: Trend | None, period: Period | None = None) -> None:
        """Draw this trend; none, or one of a single period, draws nothing."""
        self._place.visible = trend is not None and len(trend.starts) > 1
        if trend is not None:
            self._pipe.send((trend, period))

    def __panel__(self) -> pn.viewable.Viewable:
        return self._place
