"""From the hand to a selection: drawn, picked, added, taken away; its outline, its evidence, and both in step."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import panel as pn
from panel.viewable import Viewer

from watchfloor.dashboards.answers import state_of
from watchfloor.dashboards.choices import Mark
from watchfloor.dashboards.citations import Asked
from watchfloor.dashboards.desk import Desk
from watchfloor.dashboards.hovering import Hovering
from watchfloor.dashboards.mapview import MapView
from watchfloor.dashboards.paged_records import AskRecords
from watchfloor.dashboards.pane_state import PaneState
from watchfloor.dashboards.picking import drawn_area, place_of
from watchfloor.dashboards.pointer import Pointer
from watchfloor.dashboards.selection_panel import SelectionPanel
from watchfloor.dashboards.selection_tools import Around, SelectionTools
from watchfloor.dashboards.state import ASKED
from watchfloor.dashboards.taps import TRACKS, aim, dense_mark
from watchfloor.data.repository import Asker, Repository
from watchfloor.geo.answers import Trend
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.evidence import Evidence, Page, Paging
from watchfloor.geo.kept import Kept
from watchfloor.geo.query import Layer, Query
from watchfloor.geo.selection import Place, Selection
from watchfloor.geo.selection_reach import outline
from watchfloor.layers.vectors import Touch

WAYS = ("set", "add", "subtract")
OUTLINE = {"dark": "#62b0ee", "light": "#0b62a8"}


class Selecting(Viewer):
    """The selection of a page; its panel stands in place of the side panel while no single mark is chosen."""

    def __init__(self, desk: Desk, map_view: MapView, pointer: Pointer, *, is_exercise: bool) -> None:
        super().__init__()
        self._desk, self._map, self._pointer, self._is_exercise = desk, map_view, pointer, is_exercise
        self.on_months: Callable[[Trend | None], None] = _nobody
        self.kept_as: Callable[[Selection], Kept | None] = lambda _: None
        self.hovering = Hovering(desk, map_view, pointer.tracks)
        self.tools = SelectionTools(desk.state)
        self.panel = SelectionPanel(on_again=self.read, tools=self.tools.buttons)
        self._back = self.tools.back_button()
        map_view.heed_areas(on_area=self.drawn, on_pick=self.picked)
        desk.state.param.watch(lambda *_: self.read(), [*ASKED, "selection"])
        desk.state.param.watch(lambda *_: self._arrange(), ["mark", "selection"])
        desk.state.param.watch(lambda *_: self._draw(), ["theme"])
        self._around = Around(desk.state)
        side = pn.Column(self._back, pointer.panel, self._around, sizing_mode="stretch_both", margin=0)
        self._side = side
        self._layout = pn.Column(self.panel, side, sizing_mode="stretch_both", margin=0)
        self._arrange()

    def drawn(self, name: str, way: str) -> None:
        """An area was drawn; on a map of tracks alone it asks who passed."""
        try:
            area = drawn_area(name)
            if way == "set" and self._desk.state.layers.keys() <= {TRACKS, "live"}:
                self._pointer.tracks.drawn(area.name)
            else:
                self._join(area, way)
        except BadQuestion as error:
            self._complain(state_of(error))

    def picked(self, touch: Touch, way: str) -> None:
        """A mark was tapped to join the selection, or to leave it."""
        desk = self._desk
        ask = partial(dense_mark, desk.repository, desk.asker, aim(desk.state, touch))
        desk.answers.ask("pick", ask, partial(self._picked, way), self._complain)

    def read(self) -> None:
        """Ask what is in the selection."""
        desk, selection = self._desk, self._desk.state.selection
        self._draw()
        for place in ("evidence", "leads", "page"):
            desk.answers.forget(place)
        if selection is None:
            self.on_months(None)
            return
        self.panel.wait()
        query = desk.state.query(Layer.SEIZURES)
        ask = partial(_read, desk.repository, desk.asker, query, selection)
        desk.answers.ask("evidence", ask, partial(self._display, query, selection), self.panel.fault)
        leads = partial(desk.repository.evidence_leads, desk.asker, query, selection)
        desk.answers.ask("leads", leads, self.panel.display_leads, lambda _: None)

    def _picked(self, way: str, mark: Mark | None) -> None:
        place = place_of(mark) if mark is not None else None
        if place is not None:
            try:
                self._join(place, way)
            except BadQuestion as error:
                self._complain(state_of(error))

    def _join(self, place: Place, way: str) -> None:
        before = self._desk.state.selection
        if way not in WAYS:
            raise BadQuestion("a place is selected, added or taken away")
        if way == "subtract":
            if before is None:
                raise BadQuestion("there is no selection to take this from: select something first")
            chosen = before.without(place)
        else:
            chosen = Selection.of(place) if before is None or way == "set" else before.adding(place)
        self._desk.state.param.update(selection=chosen, mark=None)

    def _complain(self, fault: PaneState) -> None:
        (self.panel if self._desk.state.selection is not None else self._pointer.panel).fault(fault)

    def _display(self, query: Query, selection: Selection, answer: tuple[Evidence, int, datetime]) -> None:
        found, version, at = answer
        link = self._desk.state.as_link()
        asked = Asked(query, selection, version, at, link, self._is_exercise, self.kept_as(selection))
        ask = AskRecords(self._desk, partial(self._ask_page, (query, selection)), query.known_at)
        self.panel.display(asked, found, ask)
        self.tools.know(found)
        self.on_months(found.months)

    def call_it(self) -> None:
        """What is kept was read: what is selected may have a name now."""
        selection = self._desk.state.selection
        if selection is not None:
            self.panel.call_it(self.kept_as(selection))

    def _ask_page(
        self,
        asked: tuple[Query, Selection],
        paging: Paging,
        take: Callable[[Page], None],
        fault: Callable[[PaneState], None],
    ) -> None:
        question = partial(self._desk.repository.evidence_page, self._desk.asker, *asked, paging)
        # pages beside one another do not make one another void
        self._desk.answers.ask(f"rows {paging.offset}", question, take, fault)

    # ------------------------------------------------------------ looks
    def _draw(self) -> None:
        state = self._desk.state
        self._map.set_outline(outline(state.selection) if state.selection else (), OUTLINE[state.theme])
        self._map.set_whole(state.selection.extent if state.selection else ())

    def _arrange(self) -> None:
        state = self._desk.state
        is_selection = state.selection is not None and state.mark is None
        self.panel.stand(is_selection)
        self._side.visible = not is_selection
        self._back.visible = state.selection is not None and state.mark is not None

    def __panel__(self) -> pn.viewable.Viewable:
        return self._layout


def _nobody(_trend: Trend | None) -> None:
    """Shows no months."""


def _read(repository: Repository, asker: Asker, query: Query, selection: Selection) -> tuple[Evidence, int, datetime]:
    return repository.evidence(asker, query, selection), repository.version(asker, query), datetime.now(UTC)
