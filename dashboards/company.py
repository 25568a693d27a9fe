"""Who was beside a craft: two choices that say what beside means, and the list."""

from collections.abc import Callable

import panel as pn
from panel.viewable import Viewer

from watchfloor.dashboards.pane_state import DATA, LOADING, PaneState, StatedPane, empty
from watchfloor.dashboards.passing_list import PassingList
from watchfloor.dashboards.passing_words import notes, row
from watchfloor.dashboards.styles import PANELS, WIDGETS
from watchfloor.dashboards.templates import rendered
from watchfloor.geo.passages import Nearness
from watchfloor.geo.passing import Passing
from watchfloor.geo.period import Period
from watchfloor.layers.palettes import Theme

METRES = {"200 m": 200.0, "500 m": 500.0, "1 km": 1_000.0, "2 km": 2_000.0, "5 km": 5_000.0, "20 km": 20_000.0}
MINUTES = {"2 minutes": 2.0, "10 minutes": 10.0, "30 minutes": 30.0, "60 minutes": 60.0}
NOT_ASKED = "Who else was near this craft, at nearly the same time? Say how near, and ask."
NOBODY = "No craft that you may see was beside it in this period."


class Company(Viewer):
    """on_ask is called with what beside means, on_choose with the number of a chosen craft."""

    def __init__(self, on_ask: Callable[[Nearness], None], on_choose: Callable[[int], None]) -> None:
        super().__init__()
        usual = Nearness()
        self._metres = pn.widgets.Select(
            label="Within", options=METRES, value=usual.distance_m, width=110, stylesheets=[WIDGETS]
        )
        self._minutes = pn.widgets.Select(
            label="at most apart", options=MINUTES, value=usual.minutes, width=130, stylesheets=[WIDGETS]
        )
        ask = pn.widgets.Button(label="Ask", width=60, align="end", stylesheets=[WIDGETS])
        ask.on_click(lambda _: on_ask(self.nearness))
        self._said = pn.pane.HTML("", stylesheets=[PANELS], sizing_mode="stretch_width", margin=0)
        self._list = PassingList(on_choose, label="Craft that were beside it")
        answer = pn.Column(self._said, self._list, sizing_mode="stretch_width", margin=0)
        self._pane = StatedPane(answer, empty(NOT_ASKED), again=lambda: on_ask(self.nearness), sizing="stretch_width")
        choices = pn.Row(self._metres, self._minutes, ask, margin=(10, 10, 0, 10), sizing_mode="stretch_width")
        self._layout = pn.Column(choices, self._pane, sizing_mode="stretch_width", margin=0)

    @property
    def nearness(self) -> Nearness:
        """What beside means, as it is chosen."""
        return Nearness(float(self._metres.value), float(self._minutes.value))

    def wait(self) -> None:
        """An answer is under way."""
        self._pane.take(LOADING)

    def fault(self, state: PaneState) -> None:
        """No answer came."""
        self._pane.take(state)

    def clear(self) -> None:
        """Another craft: nothing was asked of it."""
        self._list.rows = []
        self._pane.take(empty(NOT_ASKED))

    def display(self, found: Passing, period: Period, theme: Theme) -> None:
        """Who was beside it."""
        said = [f"{found.n_craft:,} craft in {period}, UTC."]
        self._said.object = rendered("hints.html", sentences=[*said, *notes(found, period.moments[0])])
        self._list.param.update(rows=[row(one, theme) for one in found.rows], nothing=NOBODY)
        self._pane.take(DATA)

    def __panel__(self) -> pn.viewable.Viewable:
        return self._layout
