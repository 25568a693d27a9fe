"""The link graph: what records are linked to, expanded by hand, with ways between two and hints at roles.

Places are worked out once: what stands stays where it is, new records come beside what they are linked to.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import panel as pn
import structlog
from panel.viewable import Viewer

from watchfloor.dashboards.answers import Answers
from watchfloor.dashboards.coming_words import Words
from watchfloor.dashboards.link_canvas import LinkCanvas
from watchfloor.dashboards.link_growth import Drawn, Growth, counted, hanging
from watchfloor.dashboards.link_rows import graph_rows, hint_sentences, kinds_of, lines_of
from watchfloor.dashboards.pane_state import DATA, LOADING, PaneState, StatedPane, empty
from watchfloor.dashboards.styles import PANELS
from watchfloor.dashboards.templates import rendered
from watchfloor.data.repository import Asker, Repository
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.graph_roles import MOST_NODES, role_hints
from watchfloor.geo.link_graph import MOST_WAYS, Certainty, LinkChoice, LinkGraph
from watchfloor.geo.period import EARLIEST, LATEST, Period
from watchfloor.layers.palettes import Theme
from watchfloor.layers.vectors import Vectors

log = structlog.get_logger(__name__)

NOTHING_CHOSEN = "Choose a mark on the map, an entity or a case: what it is linked to is drawn here."
NOTHING_LINKED = "Nothing that you may see is linked to it."
TOO_MANY = f"Hints at roles need a graph of at most {MOST_NODES} records: choose fewer, or filter."
NO_ROLES = "No record stands between others here."

_ROLES = {"flex": "none", "width": "100%"}


class LinkPane(Viewer):
    """A graph with its tools; empty until records are shown.

    known_at: as known at that moment; None is now. It counts from the next question on.
    """

    def __init__(
        self, repository: Repository, asker: Asker, answers: Answers, *, nothing: str = NOTHING_CHOSEN
    ) -> None:
        super().__init__()
        self._repository, self._asker, self._answers = repository, asker, answers
        self._nothing = nothing
        self.known_at: datetime | None = None
        self._drawn = Drawn()
        self._choice = LinkChoice()
        self._on_select: Callable[[tuple[UUID, ...]], None] = _nobody
        self._on_drawn: Callable[[], None] = _nobody
        self._canvas = LinkCanvas(self._heard, choice=_written(self._choice))
        self._roles = Words(styles=_ROLES)
        body = pn.Column(self._canvas, self._roles, sizing_mode="stretch_both", margin=0, stylesheets=[PANELS])
        self._pane = StatedPane(body, empty(nothing), again=self._again)

    @property
    def graph(self) -> LinkGraph:
        """What is drawn."""
        return self._drawn.graph

    def heed(
        self, *, on_select: Callable[[tuple[UUID, ...]], None], on_drawn: Callable[[], None] | None = None
    ) -> None:
        """Call on_select with the ids that a hand chose here, on_drawn when another graph stands."""
        self._on_select, self._on_drawn = on_select, on_drawn or _nobody

    def display(self, records: Sequence[UUID], *, only_linked: bool = False) -> None:
        """Begin anew with these records and what they are linked to.

        only_linked: with the links among them alone, and without those that stand alone.
        """
        if not records:
            self.clear()
            return
        self._drawn = Drawn(seeds=tuple(records), only_linked=only_linked)
        self._canvas.param.update(selected=[], path=[])
        self._ask(Growth.begun)

    def clear(self, sentence: str = "") -> None:
        """Nothing is asked for; the sentence says why, or what to do."""
        self._answers.forget("links")
        self._drawn = Drawn()
        self._pane.take(empty(sentence or self._nothing))

    def fault(self, state: PaneState) -> None:
        """What it should be of could not be read."""
        self._pane.take(state)

    def select(self, records: Sequence[UUID]) -> None:
        """Mark what was chosen elsewhere; what is not drawn here is left out."""
        chosen = [str(one) for one in records if one in self.graph.by_id]
        # a hand may have chosen otherwise in the graph since, and what does not change is not told to the browser
        self._canvas.selected = [] if chosen == self._canvas.selected else chosen
        self._canvas.selected = chosen

    def lines(self, theme: Theme = "dark") -> Vectors:
        """Links between known places, for a map."""
        return lines_of(self.graph, theme)

    def __panel__(self) -> pn.viewable.Viewable:
        return self._pane.__panel__()

    # ------------------------------------------------------------ what the hand asks for
    def _heard(self, message: dict[str, Any]) -> None:
        try:
            does, ids = _DOES[message["kind"]], self._ids(message.get("ids", ()))
            does(self, ids, message)
        except (BadQuestion, KeyError, TypeError, ValueError) as error:
            log.warning("graph message refused", error=type(error).__name__)

    def _ids(self, given: object) -> tuple[UUID, ...]:
        """Those of the named nodes that are drawn."""
        if not isinstance(given, list | tuple):
            raise TypeError("no list of nodes")
        return tuple(one for text in given if (one := UUID(str(text))) in self.graph.by_id)

    def _chosen(self, ids: tuple[UUID, ...], _message: object) -> None:
        self._on_select(ids)

    def _expand(self, ids: tuple[UUID, ...], _message: object) -> None:
        if ids:
            self._ask(lambda growth, drawn: growth.expanded(drawn, ids))

    def _collapse(self, ids: tuple[UUID, ...], _message: object) -> None:
        drawn = self._drawn
        gone = hanging(drawn, ids)
        graph = drawn.graph.without(gone)
        note = counted(graph) if gone else f"{counted(graph)}. Nothing hangs on that alone."
        self._take(replace(drawn, graph=replace(graph, path=()), note=note))

    def _find_path(self, ids: tuple[UUID, ...], message: dict[str, Any]) -> None:
        nth = max(0, min(int(message.get("nth", 0)), MOST_WAYS - 1))
        if len(ids) == 2:
            self._ask(lambda growth, drawn: growth.with_path(drawn, (ids[0], ids[1]), nth))

    def _choose_links(self, _ids: tuple[UUID, ...], message: dict[str, Any]) -> None:
        self._choice = read_choice(message)
        self._canvas.choice = _written(self._choice)
        # so that a filter that hid what a seed is linked to gives it back
        self._ask(Growth.begun)

    def _ask_roles(self, _ids: tuple[UUID, ...], _message: object) -> None:
        if self._roles.visible:
            self._roles.say("")
            return
        names = list(self.graph.by_id)
        pairs = [(link.start, link.end) for link in self.graph.links]
        self._answers.ask("roles", lambda: role_hints(names, pairs), self._take_roles, self._pane.take)

    def _take_roles(self, hints: Sequence[Any]) -> None:
        nothing = TOO_MANY if len(self.graph.nodes) > MOST_NODES else NO_ROLES
        sentences = hint_sentences([hint for hint in hints if hint.name in self.graph.by_id], self.graph)
        self._roles.say(rendered("link_roles.html", sentences=sentences, nothing=nothing))

    # ------------------------------------------------------------ what came
    def _ask(self, question: Callable[[Growth, Drawn], Drawn]) -> None:
        drawn, growth = self._drawn, Growth(self._repository, self._asker, self._choice, self.known_at)
        self._again_question = question
        self._pane.take(LOADING)
        self._answers.ask("links", lambda: question(growth, drawn), self._take, self._pane.take)

    def _again(self) -> None:
        self._ask(self._again_question)

    def _take(self, drawn: Drawn) -> None:
        self._drawn = drawn
        graph = drawn.graph
        if not graph.nodes:
            self._pane.take(empty(NOTHING_LINKED))
            return
        self._roles.say("")
        self._canvas.param.update(
            kinds=[list(pair) for pair in kinds_of(graph.links, sorted(self._choice.kinds))],
            path=[str(one) for one in graph.path],
            way=graph.nth,
            ways=min(graph.n_others + 1, MOST_WAYS) if graph.path else 0,
            note=drawn.note,
            graph=graph_rows(graph, drawn.at, drawn.seeds),
        )
        self._pane.take(DATA)
        self._on_drawn()


_DOES: dict[str, Callable[[LinkPane, tuple[UUID, ...], dict[str, Any]], None]] = {
    "select": LinkPane._chosen,
    "expand": LinkPane._expand,
    "collapse": LinkPane._collapse,
    "path": LinkPane._find_path,
    "choice": LinkPane._choose_links,
    "roles": LinkPane._ask_roles,
}


def read_choice(message: dict[str, Any]) -> LinkChoice:
    """The choice of links that the browser names. Raises BadQuestion, KeyError, ValueError."""
    since, until = (str(message.get(name) or "")[:10] for name in ("since", "until"))
    period = None
    if since or until:
        period = Period.parse(since or EARLIEST.isoformat(), until or LATEST.isoformat())
    kinds = frozenset(str(kind)[:60] for kind in message["kinds"][:100])
    return LinkChoice(kinds, period, Certainty(int(message["doubt"])))


def _written(choice: LinkChoice) -> dict[str, object]:
    days = (choice.period.since, choice.period.until) if choice.period else (EARLIEST, LATEST)
    since, until = ("" if day in {EARLIEST, LATEST} else day.isoformat() for day in days)
    return {"kinds": sorted(choice.kinds), "doubt": int(choice.most_doubt), "since": since, "until": until}


def _nobody(*_: object) -> None:
    """Heeds nothing."""
