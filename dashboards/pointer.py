"""From the hand to the side panel: a tap becomes a mark, a mark its outline and what stands behind it."""

from collections.abc import Callable
from functools import partial

from watchfloor.dashboards.change_behind import behind_question
from watchfloor.dashboards.choices import Mark
from watchfloor.dashboards.desk import Desk
from watchfloor.dashboards.layer_board import LayerBoard
from watchfloor.dashboards.mapview import MapView
from watchfloor.dashboards.paged_records import AskRecords
from watchfloor.dashboards.pane_state import PaneState
from watchfloor.dashboards.readings import MARKS
from watchfloor.dashboards.side_panel import SidePanel
from watchfloor.dashboards.state import ASKED
from watchfloor.dashboards.taps import DENSITY, aim, dense_mark, mark_query, outline_of, touched_mark
from watchfloor.dashboards.track_pointer import TrackPointer
from watchfloor.geo.areas import Area
from watchfloor.geo.evidence import Page, Paging
from watchfloor.geo.facts import FactKind
from watchfloor.geo.selection import Selection
from watchfloor.geo.spot import Behind, SpotKind
from watchfloor.layers.selection import selected
from watchfloor.layers.vectors import Touch

# layers of single seizures, of whose marks all records can be reached
PAGED = {"hexagons", "seizures"}


class Pointer:
    """The selected mark of a page: found, drawn and explained. on_again: called where the same is tapped once more."""

    def __init__(self, desk: Desk, map_view: MapView, board: LayerBoard) -> None:
        self._desk, self._map, self._board = desk, map_view, board
        self._lost: Touch | None = None
        self._list: Mark | None = None
        self.on_again: Callable[[], None] = lambda: None
        self.panel = SidePanel(on_close=self._close, on_again=self._again)
        self.tracks = TrackPointer(desk, map_view, self.panel, self._choose)
        self.panel.heed(
            on_choose=self.tracks.choose,
            on_company=self.tracks.ask_company,
            on_event=self.tracks.see,
            on_back=self._back,
        )
        board.on_marks = self.outline
        desk.state.param.watch(lambda *_: self.read(), [*ASKED, "mark"])

    def tapped(self, touch: Touch) -> None:
        """The map was tapped: marks drawn one by one come first, then what the tiles show."""
        desk = self._desk
        mark = touched_mark(self._board.marks, touch)
        if mark is not None:
            desk.answers.forget("tap")
            self._choose(mark)
            return
        self.panel.wait()
        question = partial(dense_mark, desk.repository, desk.asker, aim(desk.state, touch))
        desk.answers.ask("tap", question, self._choose, partial(self._lose, touch))

    def read(self) -> None:
        """Ask what stands behind the selected mark."""
        desk, mark = self._desk, self._desk.state.mark
        self.outline()
        self.tracks.read_way()
        if mark is None:
            desk.answers.forget("behind")
            self.panel.clear()
            return
        self.panel.wait()
        if self.tracks.is_place(mark):
            self._list = mark
            self.tracks.read_place(mark)
            return
        desk.answers.ask("behind", behind_question(desk, mark), self._display, self.panel.fault)

    def _display(self, behind: Behind) -> None:
        is_craft = behind.spot.kind is SpotKind.CRAFT
        self.panel.known_at = self._desk.state.known_at
        has_list, period = is_craft and self._list is not None, self._desk.state.asked_period
        self.panel.display(behind, has_list=has_list, ask=self._pages(), period=period)

    def _pages(self) -> AskRecords | None:
        """Asks for records of the mark page by page; None where they are too few or of another kind."""
        desk, mark = self._desk, self._desk.state.mark
        if mark is None or mark.layer not in PAGED or desk.state.fact is not FactKind.EVENTS:
            return None
        query = mark_query(desk.state, mark)

        def ask(paging: Paging, take: Callable[[Page], None], fault: Callable[[PaneState], None]) -> None:
            question = partial(desk.repository.behind_page, desk.asker, query, mark.spot, paging)
            desk.answers.ask(f"rows {paging.offset}", question, take, fault)

        return AskRecords(desk, ask, query.known_at)

    def outline(self) -> None:
        """Draw the selected mark once more above all else."""
        mark, theme = self._desk.state.mark, self._desk.state.theme
        if mark is None:
            self._map.set_selection([])
            return
        own = [vectors for name, vectors in self._board.marks.items() if MARKS[name][0] == mark.layer]
        self._map.set_selection(outline_of(mark), [selected(vectors, mark.spot.name, theme) for vectors in own])

    def _lose(self, touch: Touch, fault: PaneState) -> None:
        """No answer came to a tap: it is what will be tried again."""
        self._lost = touch
        self.panel.fault(fault)

    def _again(self) -> None:
        if self._lost is None:
            self.read()
        else:
            self.tapped(self._lost)

    def _choose(self, mark: Mark | None) -> None:
        self._lost = None
        if mark is not None and mark.layer == DENSITY:
            # behind a colour stands whatever lies about it: a place that is selected, like one that is drawn
            self.panel.clear()
            self._desk.state.param.update(selection=Selection.of(Area.parse(mark.spot.name)), mark=None)
        elif mark == self._desk.state.mark:
            # the same again: its records may be new
            self.read()
            if mark is not None:
                self.on_again()
        else:
            self._desk.state.mark = mark

    def _back(self) -> None:
        """To the list that the selected craft was chosen from."""
        if self._list is not None:
            self._choose(self._list)

    def _close(self) -> None:
        self._lost = self._list = None
        self._desk.state.mark = None
