"""The tab of links on the explore page: the graph of what stands behind the mark or in the selection.

It is made, and asks, only while its tab is in sight; what is chosen in it is ringed on the map, and its links between
known places are drawn there.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

import panel as pn
from panel.viewable import Viewer

from watchfloor.dashboards.change_behind import behind_question
from watchfloor.dashboards.coming_words import Words
from watchfloor.dashboards.desk import Desk
from watchfloor.dashboards.link_graph import LinkPane
from watchfloor.dashboards.link_rows import line_looks, points_of
from watchfloor.dashboards.mapview import MapView
from watchfloor.dashboards.pane_state import PaneState
from watchfloor.dashboards.state import ASKED
from watchfloor.dashboards.templates import rendered
from watchfloor.geo.answers import Record
from watchfloor.geo.evidence import LeadsTo, Paging
from watchfloor.geo.query import Layer
from watchfloor.geo.spot import Behind
from watchfloor.layers.vectors import Shape, nothing

TITLE = "Links"
# what the map must be able to draw for it, by the name under which it is drawn
SHAPES = {"graph links": Shape.LINES, "graph places": Shape.POINTS}
NOTHING_BEHIND = "No record that you may see stands behind this. Choose another mark, or a wider period."
MOST_RECORDS = 500


class ExploreLinks(Viewer):
    """Follows the page's mark and selection while it is in sight."""

    def __init__(self, desk: Desk, map_view: MapView) -> None:
        super().__init__()
        self._desk, self._map = desk, map_view
        self._pane: LinkPane | None = None
        self._is_seen = False
        self._asked: object = None
        self.legend = Words(sizing_mode="stretch_width", margin=(0, 0, 8, 0))
        # a layout of nothing is warned of in the log
        self._place = pn.Column(pn.Spacer(), sizing_mode="stretch_both", margin=0)
        desk.state.param.watch(lambda *_: self.read(), [*ASKED, "mark", "selection"])
        desk.state.param.watch(lambda *_: self._drawn(), ["theme"])

    def follow(self, tabs: pn.Tabs) -> None:
        """Be in sight when its tab is."""
        tabs.param.watch(lambda *_: self._seen(tabs), ["active", "visible"])
        self._seen(tabs)

    def _seen(self, tabs: pn.Tabs) -> None:
        self._is_seen = tabs._names[tabs.active] == TITLE
        self.read()
        if not self._is_seen:
            self._clear_map()

    def read(self) -> None:
        """Ask what stands behind the mark or is in the selection, unless the graph is of that already."""
        state = self._desk.state
        if not self._is_seen:
            return
        pane = self._made()
        wanted = (state.mark, state.selection, state.query(Layer.SEIZURES))
        if wanted == self._asked:
            self._drawn()
            return
        self._asked = wanted
        question = self._question()
        if question is None:
            pane.clear()
            self._clear_map()
            return
        pane.known_at = self._known_at()
        self._desk.answers.ask("graph seeds", question, self._begin, self._fault)

    def _question(self) -> Callable[[], Sequence[UUID]] | None:
        desk, state = self._desk, self._desk.state
        if state.mark is not None:
            behind = behind_question(desk, state.mark)
            return lambda: _ids(answer := behind(), answer.records.rows)
        if state.selection is None:
            return None
        query, selection = state.query(Layer.SEIZURES), state.selection

        def selected() -> Sequence[UUID]:
            page = desk.repository.evidence_page(desk.asker, query, selection, Paging())
            return _ids(desk.repository.evidence_leads(desk.asker, query, selection), [row.record for row in page.rows])

        return selected

    def _known_at(self) -> datetime | None:
        return self._desk.state.query(Layer.SEIZURES).known_at

    def _begin(self, records: Sequence[UUID]) -> None:
        pane = self._made()
        if records and pane.graph.by_id.keys() >= set(records):
            pane.select(records)
            self._chosen(tuple(records))
        elif records:
            pane.display(records, only_linked=True)
        else:
            pane.clear(NOTHING_BEHIND)

    def _fault(self, fault: PaneState) -> None:
        self._asked = None
        self._made().fault(fault)

    def _made(self) -> LinkPane:
        if self._pane is None:
            desk = self._desk
            self._pane = LinkPane(desk.repository, desk.asker, desk.answers)
            self._pane.heed(on_select=self._chosen, on_drawn=self._drawn)
            self._place[:] = [self._pane]
        return self._pane

    # ------------------------------------------------------------ map
    def _drawn(self) -> None:
        if self._pane is not None and self._is_seen:
            lines = self._pane.lines(self._desk.state.theme)
            self._map.set_vectors("graph links", lines)
            self._say(len(lines))

    def _chosen(self, records: tuple[UUID, ...]) -> None:
        if self._pane is not None:
            self._map.set_vectors("graph places", points_of(self._pane.graph, records, self._desk.state.theme))

    def _say(self, n: int) -> None:
        """What the lines on the map mean, while there are any."""
        self.legend.say(rendered("link_legend.html", n=n, looks=line_looks(self._desk.state.theme)))

    def _clear_map(self) -> None:
        self._say(0)
        for name, shape in SHAPES.items():
            self._map.set_vectors(name, nothing(shape))

    def __panel__(self) -> pn.viewable.Viewable:
        return self._place


def _ids(leads: Behind | LeadsTo, records: Sequence[Record]) -> list[UUID]:
    """Records, and the entities and cases that they lead to, each once."""
    linked = [*leads.entities, *leads.cases]
    return list(dict.fromkeys([*(one.id for one in records[:MOST_RECORDS]), *(one.id for one in linked)]))
