"""What can be done with a selection: asked of elsewhere, widened by kilometres, undone step by step, let go."""

from functools import partial

import panel as pn

from watchfloor.dashboards.state import State
from watchfloor.dashboards.styles import WIDGETS
from watchfloor.geo.areas import Area
from watchfloor.geo.disc import Disc
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.evidence import Evidence
from watchfloor.geo.selection import Selection


class SelectionTools:
    """Buttons that change the selection of a page's state."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._found: Evidence | None = None
        self._elsewhere = _button("Same as this, elsewhere", self._ask_elsewhere)
        self._step_back = _button("Undo last step", self._undo)
        self._clear = _button("Clear selection", partial(self._choose, None))
        self.buttons = (self._elsewhere, self._step_back, self._clear)
        state.param.watch(lambda *_: self._follow(), ["selection"])
        self._follow()

    def back_button(self) -> pn.widgets.Button:
        """Leads from a single mark back to the selection."""
        return _button("‹ Back to the selection", lambda: self._state.param.update(mark=None))

    def know(self, found: Evidence) -> None:
        """What is in the selection now."""
        self._found = found

    def _follow(self) -> None:
        selection = self._state.selection
        self._step_back.disabled = selection is None or len(selection.steps) < 2
        self._elsewhere.disabled = selection is None or any(step.is_taken for step in selection.steps)

    def _ask_elsewhere(self) -> None:
        selection, found = self._state.selection, self._found
        if selection is None or found is None:
            return
        try:
            chosen = selection.elsewhere()
        except BadQuestion:
            return
        self._state.param.update(selection=chosen, substances=found.substances or self._state.substances)

    def _undo(self) -> None:
        selection = self._state.selection
        if selection is not None and len(selection.steps) > 1:
            self._choose(Selection(selection.steps[:-1]))

    def _choose(self, selection: Selection | None) -> None:
        self._state.selection = selection


def around(lon: float, lat: float, kilometres: float) -> Selection:
    """All within so many kilometres of a point. Raises BadQuestion."""
    return Selection.of(Area(Disc(lon, lat, kilometres * 1000.0)))


def _button(label: str, call: object) -> pn.widgets.Button:
    button = pn.widgets.Button(label=label, stylesheets=[WIDGETS], margin=0, css_classes=["wf-small"])
    assert callable(call)
    button.on_click(lambda _: call())
    return button
