"""The side panel: what stands behind the tapped mark, and where it leads."""

from collections import Counter
from collections.abc import Callable

import panel as pn
from panel.viewable import Viewer

from watchfloor.dashboards.charts import GRAINS, TrendChart
from watchfloor.dashboards.marking import strictest_of
from watchfloor.dashboards.pane_state import DATA, LOADING, PaneState, StatedPane, empty, truncated
from watchfloor.dashboards.styles import PANELS, TABS, WIDGETS
from watchfloor.dashboards.templates import rendered
from watchfloor.geo.facts import FactKind
from watchfloor.geo.spot import Behind, SpotKind

FIRST_ROWS = 40
MORE_ROWS = 160
CASES_AT_TOP = 4
NOTHING_TAPPED = "Tap a mark on the map: its totals, the records behind it and the cases they lead to stand here."
KINDS = {FactKind.EVENTS: "single events", FactKind.REPORTED: "reported aggregates"}


class SidePanel(Viewer):
    """Title, totals and trend; below them records, entities, cases, deconfliction and sources."""

    def __init__(self, *, on_close: Callable[[], None], on_again: Callable[[], None]) -> None:
        super().__init__()
        self._behind: Behind | None = None
        self._rows = FIRST_ROWS
        self._body = pn.Column(sizing_mode="stretch_both", margin=0, scroll=True, stylesheets=[PANELS])
        self._pane = StatedPane(self._body, empty(NOTHING_TAPPED), again=on_again)
        self._close = pn.widgets.Button(
            label="×", visible=False, width=30, height=30, margin=0, stylesheets=[WIDGETS], css_classes=["wf-x"]
        )
        self._close.on_click(lambda _: on_close())
        self._layout = pn.Column(self._close, self._pane, sizing_mode="stretch_both", margin=0, css_classes=["wf-side"],
                                 stylesheets=[PANELS])  # fmt: skip

    def prepare(self) -> None:
        """Make what a first answer needs: a page does so when the map stands, or the answer itself does."""
        if len(self._body):
            return
        self._head, self._records, self._entities, self._cases, self._deconfliction, self._sources = (
            _sheet() for _ in range(6)
        )
        self._chart = TrendChart()
        self._more = pn.widgets.Button(label="Show more", visible=False, stylesheets=[WIDGETS], margin=(4, 16, 16, 16))
        self._more.on_click(self._show_more)
        tabs = pn.Tabs(
            ("Records", pn.Column(self._records, self._more, sizing_mode="stretch_width", margin=0)),
            ("Entities", self._entities),
            ("Cases", self._cases),
            ("Deconfliction", self._deconfliction),
            ("Sources", self._sources),
            sizing_mode="stretch_width", margin=0, stylesheets=[TABS],
        )  # fmt: skip
        self._body[:] = [self._head, self._chart, tabs]

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

    def display(self, behind: Behind) -> None:
        """What stands behind a mark."""
        self.prepare()
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
    return [record.label for record in behind.records.rows] + [one.label for one in linked]


def _sheet() -> pn.pane.HTML:
    return pn.pane.HTML("", stylesheets=[PANELS], sizing_mode="stretch_width", margin=0)


def _linked(behind: Behind, what: str, nothing: str) -> str:
    return rendered("linked.html", rows=getattr(behind, what), what=what, nothing=nothing)


def _sources(behind: Behind) -> list[tuple[str, int]]:
    return Counter(record.source for record in behind.records.rows).most_common()
