"""The tool that hands on what a page shows: what, in which form, for whom; and the files that are being made.

The browser's part (export_dialog.js) orders and fetches files from /exports under the page's own sign-in; what is
ordered are the page's choices as its link writes them, so that file and link tell of the same question.
"""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import param
from panel.custom import JSComponent

from watchfloor.dashboards.answers import Answers
from watchfloor.dashboards.choices import BY_CODE
from watchfloor.dashboards.honoured import not_met
from watchfloor.dashboards.mapview import MapView
from watchfloor.dashboards.session import PageSession
from watchfloor.dashboards.state import State
from watchfloor.data.door import Asked, Door
from watchfloor.geo.export_order import EXPORTED
from watchfloor.geo.handing_on import ONLY_ME, Form
from watchfloor.geo.kept import Kept
from watchfloor.geo.kept_selection import called
from watchfloor.geo.query import Layer
from watchfloor.geo.selection import Selection
from watchfloor.geo.spot import SpotKind

_HERE = Path(__file__).parent
# marks whose records can be told singly, by the layer of the map and their kind
_MARKS = {
    ("hexagons", SpotKind.CELL): "the selected hexagon",
    ("seizures", SpotKind.PLACE): "the selected mark of seizures",
    ("tracks", SpotKind.CRAFT): "the selected craft's positions",
    ("tracks", SpotKind.PIXEL): "seizures in the selected area",
    ("tracks", SpotKind.AREA): "seizures in the selected area",
}
OWN_AGENCY = "My agency: "
SIZES = (
    ("screen", "As on screen"),
    ("slide", "Slide, 1920 × 1080"),
    ("a4", "A4 landscape, 300 dpi"),
    ("letter", "Letter landscape, 300 dpi"),
)
_TITLES = {
    Layer.SEIZURES: "Seizures",
    Layer.OVERDOSES: "Overdoses",
    Layer.PORTS: "Ports",
    Layer.ROUTES: "Routes",
}


class ExportDialog(JSComponent):
    """A button, and the dialog behind it; it holds what can be chosen, never a record."""

    address = param.Dict(default={}, doc="The page's choices as parameters of its link.")
    bbox = param.List(default=[-180.0, -90.0, 180.0, 90.0], doc="West, south, east, north of the map.")
    mark = param.String(default="", doc="The selected mark in words; empty if its records cannot be exported.")
    selection = param.String(default="", doc="The selected places in words; empty if nothing is selected.")
    layers = param.List(default=[], doc="Pairs of code and title of what is exported.")
    layer = param.String(default="seizures", doc="Which of them is chosen at first.")
    notes = param.Dict(default={}, doc="By code: which conditions of the page the records of a layer do not know.")
    forms = param.List(default=[[form.value, form.called] for form in Form])
    sizes = param.List(default=[list(pair) for pair in SIZES], doc="Pairs of code and title of sizes of a picture.")
    theme = param.String(default="dark", doc="In which colours the page is, and a picture of it unless told.")
    agencies = param.List(default=[], doc="Pairs of code and title of those whom a file may be for.")
    form_key = param.String(default="", doc="What an order must carry, so that no other site can send it.")

    _esm = _HERE / "export_dialog.js"
    _stylesheets = [str(_HERE / "export_dialog.css")]  # noqa: RUF012 - Panel reads it from the class

    def __init__(self, session: PageSession, state: State, view: MapView) -> None:
        super().__init__(
            margin=0,
            form_key=session.form_key,
            layers=[[layer.value, _TITLES[layer]] for layer in EXPORTED if layer in _TITLES],
        )
        self._state, self._view, self._session = state, view, session
        self.kept_as: Callable[[Selection], Kept | None] = lambda _: None
        state.param.watch(self._follow, list(state.chosen()))
        view.param.watch(self._follow, ["bbox"])
        self._follow()

    def begin(self, answers: Answers) -> None:
        """Ask whom a file may be for."""
        session = self._session
        ask = partial(agencies, session.door, session.asker.token, session.scope.agency)
        answers.ask("agencies", ask, self._know, lambda _: self._know([[ONLY_ME, "Only me"]]))

    def _know(self, known: list[list[str]]) -> None:
        self.agencies = known

    def follow(self) -> None:
        """What is kept was read: what is selected may have a name now."""
        self._follow()

    def _selected(self) -> str:
        selection = self._state.selection
        if selection is None:
            return ""
        area = self.kept_as(selection)
        return called(area) if area else selection.words

    def _follow(self, *_events: Any) -> None:
        box = self._view.bbox
        self.param.update(
            address=self._state.as_link(),
            bbox=[box.west, box.south, box.east, box.north],
            mark=_words_of(self._state),
            selection=self._selected(),
            # what is selected, counted and listed beside the map are seizures
            layer=(Layer.SEIZURES.value if self._state.selection else _shown(list(self._state.layers))),
            notes={code: not_met(Layer(code), self._state) for code, _ in self.layers},
            theme=self._state.theme,
        )


def agencies(door: Door, token: str, own: str | None) -> list[list[str]]:
    """Whom a file may be for: the asker alone, the asker's agency, then all others."""
    with door.open(token, Asked("page", {"asks": "agencies"})) as (connection, _):
        rows = connection.execute("SELECT code, name FROM watchfloor.agency WHERE code <> 'PUBLIC' ORDER BY code")
        known = {str(code): str(name) for code, name in rows}
    first = [[own, f"{OWN_AGENCY}{known[own]}"]] if own in known else []
    return [[ONLY_ME, "Only me"], *first, *([code, name] for code, name in known.items() if code != own)]


def _shown(codes: Sequence[str]) -> str:
    """The uppermost layer of the map of which records or sums can be exported."""
    asked = [BY_CODE[code].asks for code in reversed(codes) if code in BY_CODE]
    return next((layer.value for layer in asked if layer in _TITLES), Layer.SEIZURES.value)


def _words_of(state: State) -> str:
    mark = state.mark
    return "" if mark is None else _MARKS.get((mark.layer, mark.spot.kind), "")
