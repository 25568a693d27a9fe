"""Two periods beside one another: what is chosen, and in one sentence where it grew most and whether that is chance."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import panel as pn
from panel.viewable import Viewer

from watchfloor.dashboards.choices import BY_CODE
from watchfloor.dashboards.compare_place import Compared, Wanted, read_compared, told, wanted
from watchfloor.dashboards.comparing import AS_SWITCHED_ON, Against, Compare, CompareView, compared_first
from watchfloor.dashboards.conditions import written_days
from watchfloor.dashboards.day_pair import DayPair
from watchfloor.dashboards.desk import Desk
from watchfloor.dashboards.mapview import MapView
from watchfloor.dashboards.pane_state import PaneState
from watchfloor.dashboards.readings import CHANGE, against, change_query
from watchfloor.dashboards.state import ASKED, State
from watchfloor.dashboards.styles import PANELS, WIDGETS
from watchfloor.dashboards.templates import rendered
from watchfloor.dashboards.tile_address import Stamp, tile_template
from watchfloor.geo.period import Period
from watchfloor.geo.query import Layer
from watchfloor.geo.selection import Cells, Selection

AGAINST = {"Period before": Against.BEFORE, "Year before": Against.YEAR, "Own days": Against.DAYS}
VIEWS = {"Map of change": CompareView.MAP, "Swipe": CompareView.SWIPE}
LAYERS = {"Seizures": Layer.SEIZURES, "Overdoses": Layer.OVERDOSES}
# what the map of change takes the place of
REPLACED = ("hexagons", "density", "overdoses")
LOOK: dict[str, Any] = {"stylesheets": [WIDGETS], "margin": (0, 10, 0, 0)}


class CompareBoard(Viewer):
    """A button for the bar on top, and a strip over the map while two periods are compared."""

    def __init__(self, desk: Desk, map_view: MapView) -> None:
        super().__init__()
        self._desk, self._map = desk, map_view
        self._follows = False
        self._asked: Wanted | None = None
        self._found: Compared | None = None
        self._layers: dict[str, int] | None = None
        self._goal: Selection | None = None
        self.button = pn.widgets.Toggle(label="Compare", **LOOK | {"margin": 0})
        choice = {**LOOK, "css_classes": ["wf-choice"]}
        self._against = pn.widgets.RadioButtonGroup(label="Compare with", options=AGAINST, width=280, **choice)
        self._days = DayPair(self._choose_days, title="Own days", names=["from", "until"], visible=False, width=330,
                             margin=(0, 10, 0, 0), css_classes=["wf-in-row"])  # fmt: skip
        self._view = pn.widgets.RadioButtonGroup(label="Shown as", options=VIEWS, width=210, **choice)
        self._layer = pn.widgets.RadioButtonGroup(label="Of", options=LAYERS, width=165, **choice)
        self._go = pn.widgets.Button(label="Show it", visible=False, **LOOK)
        self._sentence = pn.pane.HTML("", stylesheets=[PANELS], sizing_mode="stretch_width", margin=0)
        chosen = pn.Row(self._against, self._view, self._days, self._layer, self._go, margin=0,
                        css_classes=["wf-compare-row"], stylesheets=[PANELS])  # fmt: skip
        self._strip = pn.Column(chosen, self._sentence, visible=False, sizing_mode="stretch_width", margin=0,
                                css_classes=["wf-compare"], stylesheets=[PANELS])  # fmt: skip
        self._listen()
        self._follow()

    def _listen(self) -> None:
        state = self._desk.state
        state.param.watch(lambda *_: self._follow(), ["compare", "period"])
        state.param.watch(lambda *_: self.read(), [*ASKED, "zoom", "selection", "mark"], precedence=1)
        self._map.param.watch(lambda *_: self._write(), ["bbox"])
        self._heed(self.button, self._switch)
        self._heed(self._against, self._choose_against)
        self._heed(self._view, lambda view: self._choose(view=view))
        self._heed(self._layer, lambda layer: self._choose(layer=layer))
        self._go.on_click(lambda _: self._fly())

    def _heed(self, widget: Any, choose: Callable[[Any], None]) -> None:
        """Let the reader's hand choose; what we set ourselves while following is no choice."""
        widget.param.watch(lambda event: None if self._follows else choose(event.new), "value")

    # ------------------------------------------------------------ the hand
    def _switch(self, is_on: bool) -> None:
        shown = (BY_CODE[code].asks for code in self._desk.state.layers if code in BY_CODE)
        self._set(compared_first(shown) if is_on else None)

    def _choose_against(self, rule: Against) -> None:
        compare = self._desk.state.compare or AS_SWITCHED_ON
        days = compare.other(self._desk.state.asked_period) if rule is Against.DAYS else None
        self._choose(against=rule, days=days)

    def _choose_days(self, days: Period) -> None:
        self._choose(against=Against.DAYS, days=days)

    def _choose(self, **changed: Any) -> None:
        self._set(replace(self._desk.state.compare or AS_SWITCHED_ON, **changed))

    def _set(self, compare: Compare | None) -> None:
        """The choice, and the layers that go with it; those that it took away come back when it ends."""
        state = self._desk.state
        if state.compare is None:
            self._layers = {code: share for code, share in state.layers.items() if code in REPLACED}
        shows_change = compare is not None and compare.view is CompareView.MAP
        kept = {code: share for code, share in state.layers.items() if code not in {*REPLACED, CHANGE}}
        own = {CHANGE: BY_CODE[CHANGE].opacity} if shows_change else self._shown_before(compare)
        on = kept | own
        state.param.update(compare=compare, layers={code: on[code] for code in BY_CODE if code in on})

    def _shown_before(self, compare: Compare | None) -> dict[str, int]:
        before = self._layers or {"hexagons": BY_CODE["hexagons"].opacity}
        code = "overdoses" if compare is not None and compare.layer is Layer.OVERDOSES else None
        return before if code is None or code in before else {code: BY_CODE[code].opacity}

    def _follow(self) -> None:
        """Show what the state says."""
        compare = self._desk.state.compare
        self._follows = True
        try:
            self.button.value = self._strip.visible = compare is not None
            if compare is not None:
                other = against(self._desk.state)
                self._against.value, self._view.value, self._layer.value = compare.against, compare.view, compare.layer
                self._days.visible = compare.against is Against.DAYS
                self._days.display(other)
        finally:
            self._follows = False

    # ------------------------------------------------------------ the answer
    def read(self) -> None:
        """Ask where it grew most, if two periods are compared."""
        desk, state = self._desk, self._desk.state
        if state.compare is None:
            self._asked = self._found = None
            desk.answers.forget("compare")
            return
        asked = wanted(state, change_query(state), against(state))
        if asked == self._asked:
            return
        self._asked, self._found = asked, None
        self._say(("Comparing…",))
        ask = partial(read_compared, desk.repository, desk.asker, asked)
        desk.answers.ask("compare", ask, self._take, self._fault)

    def _take(self, found: Compared) -> None:
        if self._asked is not None:
            self._found = found
            self._write()

    def _write(self) -> None:
        """Say it of the chosen place, else of what the map shows now, and of everywhere."""
        if self._found is None or self._asked is None:
            return
        lines, goal = told(self._found, self._asked.query, self._map.bbox)
        if goal is not None:
            own, index = goal
            self._goal = Selection.of(Cells((int(own.cells[index]),)))
        self._go.visible = goal is not None
        self._say(lines)

    def _fault(self, fault: PaneState) -> None:
        self._asked = self._found = None
        self._go.visible = False
        self._say((fault.sentence,))

    def _say(self, lines: tuple[str, ...]) -> None:
        self._sentence.object = rendered("compared.html", lines=lines)

    def _fly(self) -> None:
        if self._goal is not None:
            if self._goal.extent:
                self._map.fit(self._goal.extent)
            self._desk.state.param.update(selection=self._goal, mark=None)

    # ------------------------------------------------------------ side by side
    def put_beside(self, stamp: Stamp) -> None:
        """Put the other period's tiles beside the first's, or none."""
        state = self._desk.state
        self._map.set_swipe(swipe_given(state, stamp, self._desk) if is_swiped(state) else {})

    def __panel__(self) -> pn.viewable.Viewable:
        return self._strip


def is_swiped(state: State) -> bool:
    """Whether the map shows two periods side by side."""
    return state.compare is not None and state.compare.view is CompareView.SWIPE


def swipe_given(state: State, stamp: Stamp, desk: Desk) -> dict[str, str]:
    """The other period's tiles, and what both sides are called."""
    other = against(state)
    hours = state.tracks_period.hours if other.days == state.asked_period.days else None
    beside = State(**state.chosen() | {"period": replace(other, hours=hours), "compare": None})
    url = tile_template(beside, stamp, desk.asker.view_id)
    left, right = (written_days(one.asked_period, one.tracks_period) for one in (state, beside))
    return {"url": url, "left": f"A  {left}", "right": f"B  {right}"}
