"""The timeline: counts over all days that the store knows, a row for each layer that is on; its period is brushed."""

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import panel as pn
import param
import structlog
from panel.custom import JSComponent
from panel.viewable import Viewer

from watchfloor.dashboards.charts import edges_of
from watchfloor.dashboards.choices import FIRST_DAY, LAST_DAY
from watchfloor.dashboards.conditions import written_days
from watchfloor.dashboards.desk import Desk
from watchfloor.dashboards.pane_state import DATA, LOADING, PaneState, StatedPane, empty
from watchfloor.dashboards.state import State
from watchfloor.dashboards.styles import PANELS
from watchfloor.dashboards.templates import rendered
from watchfloor.dashboards.timeline_rows import (
    Row,
    RowWish,
    counts_row,
    days_of_rows,
    grain_of_row,
    hours_row,
    more_rows,
    period_of,
    seen_days,
    span_of,
    with_days,
)
from watchfloor.geo.answers import Trend
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.facts import FactKind
from watchfloor.geo.hour_counts import HourCounts
from watchfloor.geo.period import MOST_DAYS_WITH_HOURS, Period
from watchfloor.geo.query import Layer, Query

HEAD_PX, AXIS_PX, ROW_PX, SPANS_PX = 34, 24, 46, 26
DAILY_UP_TO = 92
# days that a view of as many as may have hours touches
HOURLY_UP_TO = MOST_DAYS_WITH_HOURS + 1
TRACKS = "tracks"
NEVER = "Nothing is known under these filters at any time."
NOT_THEN = "Nothing under these filters was recorded by then."
EVER = Period(FIRST_DAY, LAST_DAY)
_HERE = Path(__file__).parent

log = structlog.get_logger(__name__)


class TimelineChart(JSComponent):
    """The chart in the browser: see timeline_chart.js.

    Messages: period (chosen), view (what is seen, once it rests).
    """

    given = param.Dict(default={}, doc="Rows, period and known days, as numbers of days since 1970-01-01.")

    _esm = _HERE / "timeline_chart.js"
    _stylesheets = [str(_HERE / "timeline_chart.css")]  # noqa: RUF012 - Panel reads it from the class

    def __init__(self, heard: Callable[[dict[str, Any]], None], **params: Any) -> None:
        super().__init__(**params)
        self._heard = heard

    def _handle_msg(self, data: Any) -> None:
        if isinstance(data, dict):
            self._heard(data)


class Timeline(Viewer):
    """Counts per month or day; what lies in the period stands out.

    The first row is given by `display`; those of other layers that are on are asked for here.
    """

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._first: Row | None = None
        # what is said where no row has anything; None until the first row was asked for
        self._nothing: PaneState | None = None
        self._known: Period | None = None
        self._ever: Period | None = None
        self._layer = Layer.SEIZURES
        self._wishes: tuple[RowWish, ...] = ()
        self._more: dict[str, Row] = {}
        self._fine: Row | None = None
        self._hours: Row | None = None
        self._asked_hours: Query | None = None
        self._selected: Row | None = None
        self._view = EVER
        self._head = pn.pane.HTML("", stylesheets=[PANELS], sizing_mode="stretch_width", margin=0)
        self._chart = TimelineChart(self._heard, sizing_mode="stretch_width", margin=0)
        self._pane = StatedPane(self._chart, LOADING)
        self._layout = pn.Column(self._head, self._pane, sizing_mode="stretch_width", height=HEAD_PX + AXIS_PX + ROW_PX,
                                 margin=0, css_classes=["wf-timeline"], stylesheets=[PANELS])  # fmt: skip
        # after the map has been asked
        desk.state.param.watch(lambda *_: self._redraw(), ["period"], precedence=1)
        desk.state.param.watch(lambda *_: self._read_more(), ["layers", "measure", "fact", "substances"], precedence=1)

    def wait(self) -> None:
        """An answer is under way."""
        self._nothing = None
        self._pane.take(LOADING)

    def fault(self, state: PaneState) -> None:
        """No answer came."""
        self._nothing = None
        self._pane.take(state)

    def display(self, trend: Trend, title: str) -> Period | None:
        """Show a trend in the first row; returns the days that it spans, or None if it is empty.

        Rows of other layers are shown without a first one too.
        """
        self._layer = Layer.OVERDOSES if title.lower() == Layer.OVERDOSES else Layer.SEIZURES
        self._nothing = empty(NEVER if self._desk.state.known_at is None else NOT_THEN)
        self._first = self._known = self._fine = None
        if trend.starts:
            self._known = self._with(trend)
            self._first = counts_row(trend, title, title.lower())
            self._read_fine()
        self._read_more()
        self._redraw()
        return self._known

    def know(self, trend: Trend) -> Period | None:
        """Take in from when to when anything is known under no filters; returns the days that the axis spans."""
        if trend.starts:
            self._ever = self._with(trend)
            self._known = self._known and self._ever
            self._redraw()
        return self._ever

    def _with(self, trend: Trend) -> Period:
        """The days of a trend, and those of which anything is known."""
        since, until = trend.starts[0], edges_of(trend)[-1].astype(date)
        ever = self._ever
        return Period(min(since, ever.since), max(until, ever.until)) if ever is not None else Period(since, until)

    def show_selected(self, trend: Trend | None) -> None:
        """Show what lies in the selection in a row of its own; None for none."""
        self._selected = counts_row(trend, "Selection", "in the selection") if trend and trend.starts else None
        self._redraw()

    # ------------------------------------------------------------ other rows
    def reread(self) -> None:
        """There is news: ask again for the rows beside the first; what is shown stands until answers come."""
        self._read_more(anew=True)

    def _read_more(self, *, anew: bool = False) -> None:
        desk = self._desk
        if self._nothing is None:
            return
        wishes = more_rows(desk.state, self._layer, EVER)
        before, self._wishes = set(self._wishes), wishes
        self._more = {wish.code: self._more[wish.code] for wish in wishes if wish in before and wish.code in self._more}
        self._read_hours(anew=anew)
        for wish in wishes:
            if anew or wish not in before:
                question = partial(wish.read, desk.repository, desk.asker)
                desk.answers.ask(
                    f"row {wish.code}", question, partial(self._take_row, wish), partial(self._lose_row, wish)
                )
        self._redraw()

    def _take_row(self, wish: RowWish, row: Row) -> None:
        if wish in self._wishes:
            self._more[wish.code] = row
            self._redraw()

    def _lose_row(self, wish: RowWish, _fault: PaneState) -> None:
        """A row that did not come is not shown; its layer says why in its legend."""
        self._wishes = tuple(one for one in self._wishes if one != wish)
        self._redraw()

    # ------------------------------------------------------------ days, where few are seen
    def _read_fine(self) -> None:
        desk, view = self._desk, self._view
        if self._layer is not Layer.SEIZURES or desk.state.fact is FactKind.REPORTED or view.days > DAILY_UP_TO:
            desk.answers.forget("row days")
            self._fine = None
            return
        query = State(**desk.state.chosen() | {"period": view}).query(Layer.SEIZURES)
        question = partial(desk.repository.seizure_trend, desk.asker, query)
        desk.answers.ask("row days", question, self._take_days, lambda _: self._redraw())

    def _take_days(self, trend: Trend) -> None:
        self._fine = counts_row(trend, "Seizures", "seizures") if trend.starts else None
        self._redraw()

    # ------------------------------------------------------------ hours, where the fewest are seen
    def _read_hours(self, *, anew: bool = False) -> None:
        """Ask for positions by hour, unless they are there; the day rows of other layers stay beside them."""
        desk, view = self._desk, self._view
        wants = TRACKS in desk.state.layers and view.days <= HOURLY_UP_TO
        query = State(**desk.state.chosen() | {"period": view}).plain_query(Layer.TRACKS) if wants else None
        if query == self._asked_hours and not anew:
            return
        if query != self._asked_hours:
            self._hours, self._asked_hours = None, query
        if query is None:
            desk.answers.forget("row hours")
            return
        ask = partial(desk.repository.tracks_by_hour, desk.asker, query)
        desk.answers.ask("row hours", ask, self._take_hours, self._lose_hours)

    def _take_hours(self, found: HourCounts) -> None:
        self._hours = hours_row(found)
        self._redraw()

    def _lose_hours(self, _fault: PaneState) -> None:
        """The row by month stays; the layer says why in its legend."""
        self._asked_hours = None

    # ------------------------------------------------------------ the chart
    def _redraw(self) -> None:
        if self._nothing is None:
            return
        rows_of = self._more if self._hours is None else {**self._more, TRACKS: self._hours}
        more = [rows_of[wish.code] for wish in self._wishes if wish.code in rows_of]
        # of craft alone their own row is the first; until it is there, or if it has nothing, that of seizures stands
        is_other = self._desk.state.is_of_craft_alone and bool(with_days(more))
        first = None if is_other else self._fine or self._first
        chosen = [self._selected] if self._selected else []
        rows = [first, *chosen, *more] if first else [*with_days(more), *chosen]
        if not rows:
            self._pane.take(self._nothing if len(more) == len(self._wishes) else LOADING)
            return
        seen = [*rows, *self._more.values()]
        tall = sum(SPANS_PX if row["kind"] == "spans" else ROW_PX for row in rows)
        self._layout.height = HEAD_PX + AXIS_PX + tall
        self._head.object = rendered(
            "timeline.html", title=rows[0]["title"], grain=grain_of_row(rows[0]),
            is_usual=any(rows[0].get("usual") or ()), is_ranged=any(rows[0].get("ranges") or ()),
            period=written_days(self._desk.state.asked_period, self._desk.state.tracks_period),
        )  # fmt: skip
        self._chart.given = {
            "rows": rows,
            "period": span_of(self._desk.state.period),
            "hours": TRACKS in self._desk.state.layers,
            # of craft alone the axis is that of their positions: years of seizures would press them against its end
            "known": seen_days((None if is_other else self._known or self._ever) or days_of_rows(seen), seen),
        }
        self._pane.take(DATA)

    def _heard(self, message: dict[str, Any]) -> None:
        """A message of the browser: hostile, like everything from outside."""
        try:
            told = period_of(float(message["since"]), float(message["until"]), FIRST_DAY, LAST_DAY)
        except (BadQuestion, KeyError, TypeError, ValueError, OverflowError) as error:
            log.warning("timeline message refused", error=type(error).__name__)
            return
        if message.get("kind") == "period":
            # only tracks have hours
            self._desk.state.period = told if TRACKS in self._desk.state.layers else told.whole
        elif message.get("kind") == "view":
            self._view = told.whole
            self._read_fine()
            self._read_hours()
            self._redraw()

    def __panel__(self) -> pn.viewable.Viewable:
        return self._layout
