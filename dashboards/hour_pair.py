"""Two hours, the first and the one before which it ends: of a period of few days, for what has hours."""

from dataclasses import replace
from typing import Any, Final

import panel as pn
from panel.viewable import Viewer

from watchfloor.dashboards.honoured import HOURS_ARE_OF_TRACKS
from watchfloor.dashboards.state import State
from watchfloor.dashboards.styles import PANELS, WIDGETS
from watchfloor.dashboards.templates import rendered
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.period import MOST_DAYS_WITH_HOURS, Hours

FROM: Final = {f"{hour:02d}:00": hour for hour in range(24)}
UNTIL: Final = {f"{hour:02d}:00": hour for hour in range(1, 25)}
ORDER: Final = "The hours of a day end before they begin."
SAID: Final = f"UTC; {HOURS_ARE_OF_TRACKS}."
_LOOK: Final[dict[str, Any]] = {"stylesheets": [WIDGETS], "sizing_mode": "stretch_width", "margin": 0}


class HourPair(Viewer):
    """Fields that write the hours of the state's period, and follow them; hidden where a period is too long for any."""

    def __init__(self, state: State) -> None:
        super().__init__()
        self._state = state
        self._follows = False
        self._first = pn.widgets.Select(label="From hour", options=FROM, value=0, **_LOOK)
        self._until = pn.widgets.Select(label="Until hour", options=UNTIL, value=24, **_LOOK)
        self._said = pn.pane.HTML("", stylesheets=[PANELS], sizing_mode="stretch_width", margin=0)
        pair = pn.Row(self._first, pn.Spacer(width=8), self._until, sizing_mode="stretch_width", margin=0)
        self._layout = pn.Column(pair, self._said, sizing_mode="stretch_width", margin=(0, 0, 10, 0))
        state.param.watch(lambda *_: self._follow(), ["period"])
        for field in (self._first, self._until):
            field.param.watch(lambda _: self._choose(), "value")
        self._follow()

    def _choose(self) -> None:
        if self._follows:
            return
        try:
            hours = Hours(int(self._first.value), int(self._until.value))
            self._state.period = replace(self._state.period, hours=hours)
        except BadQuestion:
            # both fields stay as they are written: the second may be about to follow
            self._say(ORDER)

    def _follow(self) -> None:
        """Show what the state says."""
        period = self._state.period
        hours = period.hours
        self._follows = True
        try:
            self._layout.visible = period.days <= MOST_DAYS_WITH_HOURS
            self._first.value, self._until.value = (0, 24) if hours is None else (hours.first, hours.until)
        finally:
            self._follows = False
        self._say(SAID)

    def _say(self, sentence: str) -> None:
        self._said.object = rendered("field.html", text=sentence)

    def __panel__(self) -> pn.viewable.Viewable:
        return self._layout
