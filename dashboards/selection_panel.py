"""The evidence of a selection: summary first, then its records as a table, then where they lead to."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import panel as pn
from panel.viewable import Viewer

from watchfloor.dashboards.charts import TrendChart
from watchfloor.dashboards.citations import Asked, Number, citation
from watchfloor.dashboards.conditions import written_moment
from watchfloor.dashboards.evidence_head import EvidenceHead
from watchfloor.dashboards.marking import strictest_of, strictest_tier
from watchfloor.dashboards.paged_records import AskRecords, PagedRecords
from watchfloor.dashboards.pane_state import DATA, LOADING, PaneState, StatedPane
from watchfloor.dashboards.styles import ABOVE, BELOW, EVIDENCE, PANELS, TABS
from watchfloor.dashboards.templates import rendered
from watchfloor.geo.answers import Linked
from watchfloor.geo.areas import written_area
from watchfloor.geo.evidence import Evidence, LeadsTo
from watchfloor.geo.expectation import BRIEF_TESTS, PICKED
from watchfloor.geo.handing_on import strictest_marking
from watchfloor.geo.kept import Kept
from watchfloor.geo.kept_selection import kept_by, named
from watchfloor.geo.scope import Label
from watchfloor.geo.weights import weight_parts

# name, number, as it is written, its unit, and what it counts
type Told = tuple[str, float, str, str, str]

CASES_AT_TOP = 1
NOTHING = {
    "entities": "No person, object or organisation is linked to these.",
    "cases": "No case that you may see holds these.",
    "deconfliction": "No overlap with another agency is known.",
}


class SelectionPanel(Viewer):
    """Shows what is known of a selection. tools: buttons that change it."""

    def __init__(
        self,
        *,
        on_again: Callable[[], None],
        tools: Sequence[pn.viewable.Viewable],
    ) -> None:
        super().__init__()
        self._asked: Asked | None = None
        self._found: Evidence | None = None
        self._leads: LeadsTo | None = None
        self._head, self._warning, self._finding, self._summary = _sheet(), _sheet(), _sheet(), _sheet()
        self._numbers = EvidenceHead(sizing_mode="stretch_width", margin=0)
        self._chart = TrendChart(height=66)
        self._records = PagedRecords("Records of the selection")
        self._sheets = {name: _sheet() for name in NOTHING}
        tabs = [("Records", self._records.__panel__())]
        tabs += [(name.title(), sheet) for name, sheet in self._sheets.items()]
        self._tabs = pn.Tabs(*tabs, sizing_mode="stretch_width", margin=0, stylesheets=[TABS], css_classes=[BELOW])
        tool_row = pn.Row(*tools, margin=(6, 16), sizing_mode="stretch_width")
        # whom to call first, then the finding, then who knows of it, then what limits it
        above = pn.Column(self._head, self._numbers, self._warning, self._finding, self._chart, self._summary,
                          sizing_mode="stretch_width", margin=0, css_classes=[ABOVE], stylesheets=[PANELS])  # fmt: skip
        body = pn.Column(above, tool_row, self._tabs, sizing_mode="stretch_both", margin=0, scroll=True,
                         css_classes=[EVIDENCE], stylesheets=[PANELS])  # fmt: skip
        self._pane = StatedPane(body, LOADING, again=on_again)
        self._layout = pn.Column(self._pane, sizing_mode="stretch_both", margin=0, css_classes=["wf-side"],
                                 stylesheets=[PANELS], visible=False)  # fmt: skip

    def stand(self, is_shown: bool) -> None:
        """Whether it stands on the page."""
        self._layout.visible = is_shown

    def wait(self) -> None:
        """An answer is under way: its evidence and what that leads to come in either order."""
        self._found = self._leads = None
        self._pane.take(LOADING)

    def fault(self, state: PaneState) -> None:
        """No answer came."""
        self._pane.take(state)

    def display(self, asked: Asked, found: Evidence, ask: AskRecords) -> None:
        """What is in the selection; ask: asks for its records page by page."""
        self._asked, self._found = asked, found
        self._write_head()
        self._numbers.numbers = [_number(asked, one, labels) for one, labels in _numbers(found)]
        self._finding.object = rendered("selection_finding.html", expected=_expected(asked, found))
        self._chart.draw(found.trend, period=asked.query.period)
        self._write_summary()
        self._records.follow(ask, found.n + found.n_may)
        self._pane.take(DATA)

    def call_it(self, area: Kept | None) -> None:
        """The selection is a kept area, or is none any more."""
        asked, found = self._asked, self._found
        if asked is None or found is None or asked.area == area:
            return
        self._asked = asked = replace(asked, area=area)
        self._write_head()
        self._numbers.numbers = [_number(asked, one, labels) for one, labels in _numbers(found)]

    def display_leads(self, told: LeadsTo) -> None:
        """What its records lead to."""
        self._leads = told
        for name, sheet in self._sheets.items():
            rows: tuple[Linked, ...] = getattr(told, name)
            sheet.object = rendered("linked.html", rows=rows, what=name, nothing=NOTHING[name], known_at=self._then)
        self._write_head()
        self._write_summary()

    @property
    def _then(self) -> datetime | None:
        return self._asked.query.known_at if self._asked else None

    def _write_head(self) -> None:
        asked, found, told = self._asked, self._found, self._leads
        if asked is None or found is None:
            return
        titles, listed = [label.title for label in found.labels], _listed(found, told)
        listed += [asked.area.label.title] if asked.area else []
        # what bears other labels than those of the records may be stricter in more than its TLP
        beyond = sorted(set(listed) - set(titles))
        self._head.object = rendered(
            "selection_head.html", title=named(asked.area) if asked.area else asked.selection.words,
            keeper=kept_by(asked.area) if asked.area else "",
            size=written_area(found.area_m2), period=str(asked.query.period),
            then="" if asked.query.known_at is None else written_moment(asked.query.known_at),
            own=strictest_of(titles), marking=strictest_marking(found.labels),
            whole=strictest_of(listed) if beyond else None, tier=strictest_tier(listed),
        )  # fmt: skip

    def _write_summary(self) -> None:
        found, told = self._found, self._leads
        if found is None:
            return
        cases = told.cases if told else ()
        self._warning.object = rendered("selection_warning.html", status=_status(told, self._then))
        self._summary.object = rendered(
            "selection_summary.html", holders=found.holders, notes=_notes(found, told), cases=cases[:CASES_AT_TOP],
            more_cases=max(0, len(cases) - CASES_AT_TOP),
        )  # fmt: skip

    def __panel__(self) -> pn.viewable.Viewable:
        return self._layout


def _sheet() -> pn.pane.HTML:
    return pn.pane.HTML("", stylesheets=[PANELS], sizing_mode="stretch_width", margin=0)


def _listed(found: Evidence, told: LeadsTo | None) -> list[str]:
    """Titles of the labels of all that the panel tells: what lies there, may or was usual, and what it leads to."""
    led_to = [*told.entities, *told.cases, *told.deconfliction] if told else []
    labels = [*found.labels, *(one.label for one in found.may), *found.labels_usual]
    return [label.title for label in labels] + [one.label for one in led_to]


def _numbers(found: Evidence) -> list[tuple[Told, tuple[Label, ...]]]:
    """Each number, and the labels of what it counts."""
    n: Told = ("n", found.n, f"{found.n:,}", "record" if found.n == 1 else "records", "They lie in the selection")
    told = [(n, found.labels)]
    if found.kilograms:
        written, unit = weight_parts(found.kilograms)
        weight: Told = ("kilograms", round(found.kilograms, 3), written, unit, "Taken in the selection")
        told.append((weight, found.labels))
    if found.n_may:
        words = "Known too roughly to say: they may lie in the selection, and stand in no other number"
        may: Told = ("n_may", found.n_may, f"{found.n_may:,}", "may lie inside", words)
        told.append((may, tuple(one.label for one in found.may)))
    return told


def _number(asked: Asked, told: Told, labels: tuple[Label, ...]) -> dict[str, Any]:
    what, number, written, unit, title = told
    said = citation(asked, Number(what, number, f"{written} {unit}", labels))
    return {"value": written, "unit": unit, "title": title, "citation": said, "is_rough": what == "n_may"}


def _expected(asked: Asked, found: Evidence) -> str:
    """What is usual here, and whether its test counts; nothing is said where there never was anything."""
    usual = found.expectation
    if usual is None or not (found.n or any(usual.counts)):
        return ""
    return f"{usual.words} {PICKED}" if asked.selection.is_of_hexagons else usual.words


def _notes(found: Evidence, told: LeadsTo | None) -> list[str]:
    notes = []
    if found.n_unplaced:
        notes.append(f"{found.n_unplaced:,} of those that may have no place at all: nobody knows where they were.")
    if told and told.n_followed < found.n:
        notes.append(f"Entities, cases and overlaps of the newest {told.n_followed:,} records.")
    if found.expectation is not None and found.expectation.p is not None:
        notes.append(f"The brief tests the same number against {BRIEF_TESTS}: another test, and another p.")
    notes.append("Counted and tested over what you may see: others may see other records, and find otherwise.")
    return notes


def _status(told: LeadsTo | None, then: datetime | None) -> str:
    """How many overlaps with others are known, the worst first; of an earlier moment also that there is none."""
    if told is None:
        return ""
    said = _overlaps(told)
    if then is None:
        return f"Deconfliction: {said}" if said else ""
    return f"Deconfliction as known {written_moment(then)}: {said or 'no conflict.'} Before you act, ask as of now."


def _overlaps(told: LeadsTo) -> str:
    counts = {status: sum(one.status == status for one in told.deconfliction) for status in ("conflict", "possible")}
    plain = {"conflict": ("conflict", "conflicts"), "possible": ("possible one", "possible ones")}
    said = " and ".join(f"{n} {plain[status][n > 1]}" for status, n in counts.items() if n)
    calls = ", ".join(dict.fromkeys(one.call for one in told.deconfliction if one.call and one.status in counts))
    return f"{said}. Call {calls}." if said and calls else f"{said}." if said else ""
