"""The side panel: what stands behind the tapped mark, and where it leads."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import panel as pn
from panel.viewable import Viewer

from watchfloor.dashboards.behind_tabs import BehindTabs, kind_behind
from watchfloor.dashboards.charts import GRAINS, TrendChart
from watchfloor.dashboards.company import Company
from watchfloor.dashboards.conditions import written_moment
from watchfloor.dashboards.event_list import EventList
from watchfloor.dashboards.marking import strictest_of
from watchfloor.dashboards.paged_records import AskRecords
from watchfloor.dashboards.pane_state import DATA, LOADING, PaneState, StatedPane, empty, truncated
from watchfloor.dashboards.passing_panel import PassingPanel
from watchfloor.dashboards.styles import ABOVE, BELOW, EVIDENCE, PANELS, WIDGETS
from watchfloor.dashboards.templates import rendered
from watchfloor.dashboards.way_list import WayList
from watchfloor.geo.facts import FactKind
from watchfloor.geo.passages import Nearness
from watchfloor.geo.passing import Passing
from watchfloor.geo.period import Period
from watchfloor.geo.spot import Behind, Spot, SpotKind
from watchfloor.geo.weights import weight_parts
from watchfloor.layers.palettes import Theme

CASES_AT_TOP = 4
NOTHING_TAPPED = "Tap a mark on the map: its totals, the records behind it and the cases they lead to stand here."


class SidePanel(Viewer):
    """Title, totals and trend; below them records, entities, cases, deconfliction and sources."""

    def __init__(self, *, on_close: Callable[[], None], on_again: Callable[[], None]) -> None:
        super().__init__()
        self._on_back: Callable[[], None] = _nobody
        self.on_all: Callable[[], None] = _nobody
        self._on_choose: Callable[[int], None] = _nobody
        self._on_company: Callable[[Nearness], None] = _nobody
        self._on_event: Callable[[Mapping[str, Any]], None] = _nobody
        self._behind: Behind | None = None
        # the moment of the question: pages that it leads to are asked of the same
        self.known_at: datetime | None = None
        # a layout of nothing is warned of in the log
        self._body = pn.Column(pn.Spacer(), sizing_mode="stretch_both", margin=0, scroll=True, css_classes=[EVIDENCE],
                               stylesheets=[PANELS])  # fmt: skip
        self._is_prepared = False
        self._pane = StatedPane(self._body, empty(NOTHING_TAPPED), again=on_again, instead=self._show_all)
        self.offer = self._pane.offer
        self._close = pn.widgets.Button(
            label="×", visible=False, width=30, height=30, margin=0, stylesheets=[WIDGETS], css_classes=["wf-x"]
        )
        self._close.on_click(lambda _: on_close())
        self._layout = pn.Column(self._close, self._pane, sizing_mode="stretch_both", margin=0, css_classes=["wf-side"],
                                 stylesheets=[PANELS])  # fmt: skip

    def heed(
        self,
        *,
        on_choose: Callable[[int], None],
        on_company: Callable[[Nearness], None],
        on_event: Callable[[Mapping[str, Any]], None],
        on_back: Callable[[], None],
    ) -> None:
        """Before `prepare`: call on_choose with the number of a chosen craft, on_company with how near others were.

        on_event is called with a row of what the craft did.
        """
        self._on_choose, self._on_company, self._on_back = on_choose, on_company, on_back
        self._on_event = on_event

    def prepare(self) -> None:
        """Make what a first answer needs: a page does so when the map stands, or the answer itself does."""
        if self._is_prepared:
            return
        self._is_prepared = True
        self._head = pn.pane.HTML("", stylesheets=[PANELS], sizing_mode="stretch_width", margin=0)
        self._summary = pn.Column(self._head, sizing_mode="stretch_width", margin=0)
        self.company = Company(self._on_company, self._on_choose)
        of_craft = (self.company, EventList(self._on_event, self._on_choose))
        self._way = WayList(self._on_event)
        self._passing = PassingPanel(self._on_choose)
        self._back = pn.widgets.Button(
            label="‹ Back to the list", visible=False, stylesheets=[WIDGETS], margin=(10, 20, 0, 20)
        )
        self._back.on_click(lambda _: self._on_back())
        self._chart = TrendChart()
        self._tabs, self._craft_tabs = BehindTabs(self._take), BehindTabs(self._take, of_craft)
        self._place = pn.Column(self._tabs, sizing_mode="stretch_width", margin=0)
        self._ways = pn.Column(pn.Spacer(height=0), sizing_mode="stretch_width", margin=0)
        wide: dict[str, Any] = {"sizing_mode": "stretch_width", "margin": 0, "stylesheets": [PANELS]}
        above = pn.Column(self._back, self._summary, self._chart, self._ways, css_classes=[ABOVE], **wide)
        self._body[:] = [above, pn.Column(self._place, self._passing, css_classes=[BELOW], **wide)]

    def _show_all(self) -> None:
        self.on_all()

    def wait(self) -> None:
        """An answer is under way."""
        self._close.visible = True
        self._pane.take(LOADING)

    def fault(self, state: PaneState) -> None:
        """No answer came."""
        self._pane.take(state)

    def clear(self, sentence: str = NOTHING_TAPPED) -> None:
        """Nothing is selected."""
        self._behind = None
        self._close.visible = False
        self._pane.take(empty(sentence))

    def display_passing(self, spot: Spot, period: Period, found: Passing, *, theme: Theme) -> None:
        """Who was heard in a place."""
        self.prepare()
        self._behind = None
        self._show_parts(is_list=True)
        self._passing.display(spot, period, found, theme)
        self._pane.take(DATA)

    def display_events(self, rows: Sequence[Mapping[str, Any]], words: str = "") -> None:
        """What the craft did, or why that is not known (yet), as HTML of ours."""
        self.prepare()
        self._craft_tabs.display_events(rows, words)

    def display_way(self, told: Mapping[str, Any]) -> None:
        """The craft's voyages and what cleaning left out of its way, as `way_words` writes them."""
        self.prepare()
        self._way.told = dict(told)

    def _show_parts(self, *, is_list: bool) -> None:
        for part in (self._summary, self._ways, self._place):
            part.visible = not is_list
        if is_list:
            self._back.visible = False
            self._chart.draw(None)
        else:
            self._passing.hide()

    def display(
        self, behind: Behind, *, has_list: bool = False, ask: AskRecords | None = None, period: Period | None = None
    ) -> None:
        """What stands behind a mark.

        has_list: it was chosen from a list to which one may go back. ask: asks for its records page by page. period:
        the days that were asked about.
        """
        self.prepare()
        self._show_parts(is_list=False)
        self._back.visible = has_list
        if self._behind is None or self._behind.spot != behind.spot:
            self.company.clear()
        self._behind = behind
        self._head.object = rendered(
            "behind_head.html", behind=behind, known_at=self.known_at,
            then="" if self.known_at is None else written_moment(self.known_at),
            kind=kind_behind(behind), cases=behind.cases[:CASES_AT_TOP],
            counted=_counted(behind), weight=weight_parts(behind.kilograms),
            grain=GRAINS[behind.trend.grain] if behind.trend else "", tlp=strictest_of(_labels(behind)),
            words="The strictest marking of what is listed here",
        )  # fmt: skip
        # of days that a publisher has not told of yet nothing is known, which is not nought
        is_whole = behind.fact is FactKind.EVENTS and not behind.is_suppressed
        self._chart.draw(behind.trend, behind.before, period=period if is_whole and behind.before is None else None)
        tabs = self._craft_tabs if behind.spot.kind is SpotKind.CRAFT else self._tabs
        self._ways[:] = [self._way if tabs is self._craft_tabs else pn.Spacer(height=0)]
        self._place[:] = [tabs]
        self._shown_tabs = tabs
        tabs.known_at = self.known_at
        tabs.display(behind, ask)

    def _take(self) -> None:
        """The state that goes with the records that are listed."""
        if self._behind is None:
            return
        records = self._behind.records
        cut = len(records.rows) < records.total and not self._shown_tabs.is_paged
        advice = "Narrow the place or the period for all of them."
        self._pane.take(truncated(len(records.rows), records.total, "records", advice) if cut else DATA)

    def __panel__(self) -> pn.viewable.Viewable:
        return self._layout


def _nobody(*_: object) -> None:
    """Heeds nothing."""


def _counted(behind: Behind) -> str:
    """What the total counts: a reported row tells of many, a craft of positions, a suppressed count of persons."""
    if behind.fact is FactKind.REPORTED:
        if behind.n and not behind.records.total:
            # twelve months of overdose deaths stand for themselves: no rows make them up
            return "overdose death" if behind.n == 1 else "overdose deaths"
        # a port is named by its number, a symbol of seizures by where it stands; the note says what a port counts
        if behind.spot.kind is SpotKind.PLACE and behind.spot.name.isdecimal():
            return "reported"
        return "seizure reported" if behind.n == 1 else "seizures reported"
    if behind.spot.kind is SpotKind.CRAFT:
        return "position" if behind.n == 1 else "positions"
    if behind.spot.kind is SpotKind.OPERATION:
        return "planned operation"
    if behind.n and not behind.records.total:
        return "overdose" if behind.n == 1 else "overdoses"
    return "record" if behind.n == 1 else "records"


def _labels(behind: Behind) -> list[str]:
    linked = (*behind.entities, *behind.cases, *behind.deconfliction)
    records = [record.label for record in behind.records.rows]
    return records + [one.label for one in linked] + [one.label for one in behind.history]
