"""How a drawn link graph grows: neighbours, ways and the links between what is drawn. Runs in a worker thread."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import pairwise
from uuid import UUID

from watchfloor.dashboards.link_rows import way_sentence
from watchfloor.data.repository import Asker, Repository
from watchfloor.geo.graph_layout import layout
from watchfloor.geo.link_graph import LinkChoice, LinkGraph, neighbours

NO_PATH = "No way of up to six links between these two, as far as you may see."

type Points = dict[UUID, tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A graph with the places of its nodes, and who was expanded to bring whom."""

    graph: LinkGraph = field(default_factory=LinkGraph)
    at: Points = field(default_factory=dict)
    seeds: tuple[UUID, ...] = ()
    brought_by: dict[UUID, UUID] = field(default_factory=dict)
    note: str = ""
    only_linked: bool = False


@dataclass(frozen=True, slots=True)
class Growth:
    """Asks for more of a graph, for one reader, with these links and as known at that moment; None is now."""

    repository: Repository
    asker: Asker
    choice: LinkChoice
    known_at: datetime | None

    def begun(self, drawn: Drawn) -> Drawn:
        """With what its seeds are linked to, or with the links among them alone."""
        return self._joined(drawn, drawn.seeds) if drawn.only_linked else self.expanded(drawn, drawn.seeds)

    def _joined(self, drawn: Drawn, ids: Sequence[UUID]) -> Drawn:
        among = self.repository.graph_among(self.asker, ids, self.choice, known_at=self.known_at)
        graph, alone = without_lonely(self._together(drawn, among))
        left_out = f". {alone:,} without a link that you may see are left out" if alone else ""
        return self._placed(drawn, graph, counted(graph) + left_out)

    def expanded(self, drawn: Drawn, ids: Sequence[UUID]) -> Drawn:
        """With the neighbours of these."""
        around = self.repository.graph_around(self.asker, ids, self.choice, known_at=self.known_at)
        brought = {
            other: link.other(other)
            for link in around.links
            for other in (link.start, link.end)
            if other not in drawn.at and link.other(other) in ids
        }
        graph = self._together(drawn, around)
        cut = f". {around.shown:,} of {around.total:,} neighbours shown, the best founded first"
        note = counted(graph) + (cut if around.shown < around.total else "")
        return self._placed(replace(drawn, brought_by=drawn.brought_by | brought), graph, note)

    def with_path(self, drawn: Drawn, ends: tuple[UUID, UUID], nth: int) -> Drawn:
        """With the nth shortest way between two, from 0 on; a note in its place when there is none."""
        found = self.repository.graph_path(self.asker, ends, self.choice, known_at=self.known_at, nth=nth)
        if not found.path:
            return replace(drawn, graph=replace(drawn.graph, path=()), note=NO_PATH)
        graph = replace(self._together(drawn, found), path=found.path, n_others=found.n_others, nth=found.nth)
        brought = {one: before for before, one in pairwise(found.path) if one not in drawn.at}
        return self._placed(replace(drawn, brought_by=drawn.brought_by | brought), graph, way_sentence(found))

    def _together(self, drawn: Drawn, found: LinkGraph) -> LinkGraph:
        """What is drawn and what was found, with the links between the two."""
        ids = drawn.graph.by_id.keys() | found.by_id.keys()
        if ids == found.by_id.keys():
            return found
        return self.repository.graph_among(self.asker, sorted(ids), self.choice, known_at=self.known_at)

    def _placed(self, drawn: Drawn, graph: LinkGraph, note: str) -> Drawn:
        pairs = [(link.start, link.end) for link in graph.links]
        known = {one: at for one, at in drawn.at.items() if one in graph.by_id}
        return replace(drawn, graph=graph, at=layout(list(graph.by_id), pairs, known), note=note)


def without_lonely(graph: LinkGraph) -> tuple[LinkGraph, int]:
    """The graph without records that nothing is linked to, and how many those are."""
    near = neighbours(graph.links)
    alone = [node.id for node in graph.nodes if node.id not in near]
    return graph.without(alone), len(alone)


def hanging(drawn: Drawn, ids: Sequence[UUID]) -> set[UUID]:
    """Nodes that came by expanding these, or by expanding what came so; what was asked for at first stays."""
    gone: set[UUID] = set()
    edge = set(ids)
    while edge:
        edge = {one for one, by in drawn.brought_by.items() if by in edge} - gone - set(drawn.seeds) - set(ids)
        gone |= edge
    return gone & drawn.graph.by_id.keys()


def counted(graph: LinkGraph) -> str:
    """How much is drawn, in words."""
    n, m = len(graph.nodes), len(graph.links)
    return f"{n:,} {'record' if n == 1 else 'records'}, {m:,} {'link' if m == 1 else 'links'}"
