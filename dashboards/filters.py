"""Filters: the period, substances, the kind of fact, what is measured, the size of hexagons, the measure of ports."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Any

import panel as pn
from panel.viewable import Viewer

from watchfloor.dashboards.chip_choice import ChipChoice
from watchfloor.dashboards.day_pair import DayPair
from watchfloor.dashboards.hour_pair import HourPair
from watchfloor.dashboards.presets import FISCAL_TITLE, fiscal_title, presets
from watchfloor.dashboards.state import State, default_period
from watchfloor.dashboards.styles import PANELS, WIDGETS
from watchfloor.dashboards.templates import rendered
from watchfloor.geo.facts import FactKind
from watchfloor.geo.measures import MEASURES
from watchfloor.geo.period import Period
from watchfloor.geo.query import FINEST_DISPLAY, Measured
from watchfloor.geo.substances import SUBSTANCES

FACTS = {"Single events": FactKind.EVENTS, "Reported": FactKind.REPORTED}
MEASURED = {"Count": Measured.COUNT, "kg": Measured.KILOGRAMS, "Cases": Measured.CASES}
# mean edge of an H3 hexagon in kilometres, resolutions 0 to 9 (h3geo.org, table of cell statistics)
EDGES_KM = (1281, 483, 183, 69, 26, 10, 3.7, 1.4, 0.53, 0.20)
# a list cannot hold None as a choice
FOLLOWS = -1
LOOK: dict[str, Any] = {"stylesheets": [WIDGETS], "sizing_mode": "stretch_width", "margin": (0, 0, 10, 0)}
CHOICE: dict[str, Any] = LOOK | {"css_classes": ["wf-choice"]}
# two rows of names
PRESET: dict[str, Any] = LOOK | {"css_classes": ["wf-presets"], "margin": (0, 0, 6, 0), "height": 58}


class Filters(Viewer):
    """Widgets that write the state, and follow it when a link or the timeline changes it."""

    def __init__(self, state: State) -> None:
        super().__init__()
        self._state = state
        self._known: Period | None = None
        self._last: date | None = None
        self._follows = False
        sizes = {"Follows the zoom": FOLLOWS} | {
            f"{edge:,} km edge": resolution for resolution, edge in enumerate(EDGES_KM) if resolution <= FINEST_DISPLAY
        }
        self._preset = pn.widgets.RadioButtonGroup(label="Period", options=[], value=None, **PRESET)
        self._fiscal = _label("")
        self._days = DayPair(partial(self._set, "period"), sizing_mode="stretch_width", margin=(0, 0, 10, 0))
        self._substances = ChipChoice(
            label="Substances", options=[[one.code, one.name] for one in SUBSTANCES], sizing_mode="stretch_width",
            margin=(0, 0, 10, 0),
        )  # fmt: skip
        self._fact = pn.widgets.RadioButtonGroup(label="Kind of fact", options=FACTS, **CHOICE)
        self._measured = pn.widgets.RadioButtonGroup(label="Hexagons show", options=MEASURED, **CHOICE)
        self._resolution = pn.widgets.Select(label="Hexagon size", options=sizes, **LOOK)
        ports = {one.title: one.code for one in MEASURES if one.layer == "ports"}
        self._measure = pn.widgets.Select(label="Port measure", options=ports, **LOOK)
        self._follow()
        self._listen()
        self._layout = pn.Column(
            _label("Period"), self._preset, self._fiscal,
            self._days, HourPair(state),
            self._substances,
            _label("Kind of fact"), self._fact,
            _label("Hexagons show"), self._measured,
            self._resolution, self._measure,
            sizing_mode="stretch_width", margin=0,
        )  # fmt: skip

    def know(self, period: Period) -> None:
        """The days of which the store holds anything: what presets count back from; fewer under conditions."""
        today = default_period().until
        if self._known is not None:
            period = Period(min(period.since, self._known.since), max(period.until, self._known.until))
        self._known = Period(period.since, min(period.until, today)) if period.since < today else period
        self._follow()

    def count_from(self, last: date | None) -> None:
        """The last day of the layers that are on; None where they do not say, and all that is known counts."""
        self._last = last
        self._follow()

    def _listen(self) -> None:
        watched = ["period", "substances", "fact", "measured", "resolution", "measure"]
        self._state.param.watch(lambda *_: self._follow(), watched)
        self._heed(self._preset, self._choose_preset)
        self._heed(self._fact, self._choose_fact)
        self._heed(self._substances, lambda codes: self._set("substances", tuple(sorted(codes))))
        self._heed(self._measured, partial(self._set, "measured"))
        self._heed(self._resolution, lambda size: self._set("resolution", None if size == FOLLOWS else size))
        self._heed(self._measure, partial(self._set, "measure"))

    def _set(self, name: str, value: object) -> None:
        self._state.param.update(**{name: value})

    def _heed(self, widget: Any, choose: Callable[[Any], None]) -> None:
        """Let the reader's hand choose; what we set ourselves while following is no choice."""
        widget.param.watch(lambda event: None if self._follows else choose(event.new), "value")

    def _choose_preset(self, name: str | None) -> None:
        if name is None:
            return
        self._state.period = self._presets()[name]

    @property
    def _counted_from(self) -> Period:
        return self._known or self._state.period

    def _presets(self) -> Mapping[str, Period]:
        return presets(self._counted_from, self._last)

    def _choose_fact(self, fact: FactKind) -> None:
        changes: dict[str, Any] = {"fact": fact}
        if fact is FactKind.REPORTED and self._state.measured is Measured.CASES:
            changes["measured"] = Measured.COUNT
        self._state.param.update(**changes)

    def _follow(self) -> None:
        """Show what the state says."""
        self._follows = True
        try:
            self._show()
        finally:
            self._follows = False

    def _show(self) -> None:
        state = self._state
        self._days.display(state.period)
        found, last = self._presets(), self._last or self._counted_from.last
        self._preset.options = list(found)
        self._preset.value = next((name for name, period in found.items() if period == state.period), None)
        of = "the layers that are on" if self._last else "what is known"
        told = f"Days back from {last}, the last of {of}. {fiscal_title(last)}: {FISCAL_TITLE}."
        self._fiscal.object = rendered("field.html", text=told)
        self._substances.value = list(state.substances)
        # cases stand behind single events only
        no_cases = {name: one for name, one in MEASURED.items() if one is not Measured.CASES}
        self._measured.options = MEASURED if state.fact is FactKind.EVENTS else no_cases
        self._fact.value, self._measured.value = state.fact, state.measured
        self._resolution.value = FOLLOWS if state.resolution is None else state.resolution
        self._measure.value = state.measure

    def __panel__(self) -> pn.viewable.Viewable:
        return self._layout


def _label(text: str) -> pn.pane.HTML:
    return pn.pane.HTML(rendered("field.html", text=text), stylesheets=[PANELS], margin=0)
