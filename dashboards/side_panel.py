"""The side panel: what stands behind the tapped mark, and where it leads."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import panel as pn
from panel.viewable import Viewer

from watchfloor.dashboards.charts import GRAINS, TrendChart
from watchfloor.dashboards.company import Company
from watchfloor.dashboards.marking import strictest_of
from watchfloor.dashboards.pane_state import DATA, LOADING, PaneState, StatedPane, empty, truncated
from watchfloor.dashboards.passing_panel import PassingPanel
from watchfloor.dashboards.styles import PANELS, TABS, WIDGETS
from watchfloor.dashboards.templates import rendered
from watchfloor.geo.facts import FactKind
from watchfloor.geo.passages import Nearness
from watchfloor.geo.passing import Passing
from watchfloor.geo.period import Period
from watchfloor.geo.spot import Behind, Spot, SpotKind
from watchfloor.layers.palettes import Theme

FIRST_ROWS = 40
MORE_ROWS = 160
CASES_AT_TOP = 4
NOTHING_TAPPED = "Tap a mark on the map: its totals, the records behind it and the cases they lead to stand here."
KINDS = {FactKind.EVENTS: "single events", FactKind.REPORTED: "reported aggregates"}


class SidePanel(Viewer):
    """Title, totals and trend; below them records, entities, cases, deconfliction and sources."""

    def __init__(self, *, on_close: Callable[[], None], on_again: Callable[[], None]) -> None:
        super().__init__()
        self._on_back: Callable[[], None] = _nobody
        self._on_choose: Callable[[int], None] = _nobody
        self._on_company: Callable[[Nearness], None] = _nobody
        self._behind: Behind | None = None
        self._rows = FIRST_ROWS
        self._is_craft = False
        self._body = pn.Column(sizing_mode="stretch_both", margin=0, scroll=True, stylesheets=[PANELS])
        self._pane = StatedPane(self._body, empty(NOTHING_TAPPED), again=on_again)
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
        on_back: Callable[[], None],
    ) -> None:
        """Call on_choose with the number of a chosen craft, on_company with how near others were; before `prepare`."""
        self._on_choose, self._on_company, self._on_back = on_choose, on_company, on_back

    def prepare(self) -> None:
        """Make what a first answer needs: a page does so when the map stands, or the answer itself does."""
        if len(self._body):
            return
        self._head, self._records, self._entities, self._cases, self._deconfliction, self._sources, self._history = (
            _sheet() for _ in range(7)
        )
        self.company = Company(self._on_company, self._on_choose)
        self._passing = PassingPanel(self._on_choose)
        self._back = pn.widgets.Button(
            label="‹ Back to the list", visible=False, stylesheets=[WIDGETS], margin=(10, 20, 0, 20)
        )
        self._back.on_click(lambda _: self._on_back())
        self._chart = TrendChart()
        self._more = pn.widgets.Button(label="Show more", visible=False, stylesheets=[WIDGETS], margin=(4, 16, 16, 16))
        self._more.on_click(self._show_more)
        self._records_tab = ("Records", pn.Column(self._records, self._more, sizing_mode="stretch_width", margin=0))
        self._tabs = pn.Tabs(*self._sheets(is_craft=False), sizing_mode="stretch_width", margin=0, stylesheets=[TABS])
        self._body[:] = [self._back, self._head, self._chart, self._tabs, self._passing]

    def _sheets(self, *, is_craft: bool) -> list[tuple[str, Any]]:
        """The tabs: of a craft also its names over time and its company; its deconfliction stands with its cases."""
        entities, sources = ("Entities", self._entities), ("Sources", self._sources)
        if is_craft:
            cases = pn.Column(self._cases, self._deconfliction, sizing_mode="stretch_width", margin=0)
            craft = ("Identity", self._history), ("Company", self.company)
            return [self._records_tab, *craft, entities, ("Cases", cases), sources]
        return [self._records_tab, entities, ("Cases", self._cases), ("Deconfliction", self._deconfliction), sources]

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

    def _show_parts(self, *, is_list: bool) -> None:
        for part in (self._head, self._tabs):
            part.visible = not is_list
        if is_list:
            self._back.visible = False
            self._chart.draw(None)
        else:
            self._passing.hide()

    def display(self, behind: Behind, *, has_list: bool = False) -> None:
        """What stands behind a mark; has_list: it was chosen from a list to which one may go back."""
        self.prepare()
        self._show_parts(is_list=False)
        self._back.visible = has_list
        is_craft = behind.spot.kind is SpotKind.CRAFT
        if is_craft != self._is_craft:
            self._is_craft = is_craft
            self._tabs[:] = self._sheets(is_craft=is_craft)
        if self._behind is None or self._behind.spot != behind.spot:
            self.company.clear()
        self._behind, self._rows = behind, FIRST_ROWS
        self._head.object = rendered(
            "behind_head.html", behind=behind, kind=KINDS[behind.fact], cases=behind.cases[:CASES_AT_TOP],
            counted=_counted(behind),
            grain=GRAINS[behind.trend.grain] if behind.trend else "", tlp=strictest_of(_labels(behind)),
            words="The strictest marking of what is listed here",
        )  # fmt: skip
        self._chart.draw(behind.trend)
        self._entities.object = _linked(behind, "entities", "No person, object or organisation is linked to these.")
        self._cases.object = _linked(behind, "cases", "No case that you may see holds these.")
        self._deconfliction.object = _linked(behind, "deconfliction", "No overlap with another agency is known.")
        self._sources.object = rendered("sources.html", sources=_sources(behind), kind=KINDS[behind.fact])
        self._history.object = rendered("history.html", rows=behind.history)
        self._write_records()

    def _show_more(self, _event: object) -> None:
        self._rows += MORE_ROWS
        self._write_records()

    def _write_records(self) -> None:
        if self._behind is None:
            return
        records = self._behind.records
        shown = min(self._rows, len(records.rows))
        self._records.object = rendered("records.html", rows=records.rows[:shown], total=records.total)
        self._more.visible = shown < len(records.rows)
        cut = len(records.rows) < records.total
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
    shown = (*behind.records.rows, *linked, *behind.history)
    return [one.label for one in shown]


def _sheet() -> pn.pane.HTML:
    return pn.pane.HTML("", stylesheets=[PANELS], sizing_mode="stretch_width", margin=0)


def _linked(behind: Behind, what: str, nothing: str) -> str:
    return rendered("linked.html", rows=getattr(behind, what), what=what, nothing=nothing)


def _sources(behind: Behind) -> list[tuple[str, int]]:
    return Counter(record.source for record in behind.records.rows).most_common()
