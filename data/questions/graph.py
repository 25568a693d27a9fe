"""What records are linked to: neighbours, links among a set, the shortest way between two.

A link counts if the reader may see the link and both its ends; nothing else shortens a way or shows in a number.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import batched
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import TupleRow

from watchfloor.data.questions.linked import deconfliction_of
from watchfloor.data.questions.provenance import writing
from watchfloor.data.questions.records import rows_of
from watchfloor.data.questions.written import place_known
from watchfloor.geo.link_graph import (
    IN_CASE,
    GraphLink,
    GraphNode,
    LinkChoice,
    LinkGraph,
    certainty,
    n_shortest,
    neighbours,
    ranked,
    shortest_path,
    shortest_ways,
)

MOST_NODES = 5_000
MOST_NEIGHBOURS = 200
# further than this a way tells nobody anything: in the exercise world all that is linked is within six
MOST_LINKS = 6
MOST_VISITED = 20_000
_AT_ONCE = 5_000

type Connection = psycopg.Connection[TupleRow]


@dataclass(slots=True)
class _Reading:
    """Links and nodes as they are read, each once."""

    connection: Connection
    choice: LinkChoice
    known_at: datetime | None
    rows: dict[UUID, Any] = field(default_factory=dict)
    links: dict[tuple[object, ...], Any] = field(default_factory=dict)
    _asked: set[UUID] = field(default_factory=set)

    def see(self, records: Iterable[UUID]) -> None:
        """Read those of the records that are not known yet."""
        for some in batched(sorted(set(records) - self._asked), _AT_ONCE):
            self._asked.update(some)
            self.rows.update((row.id, row) for row in self._read("graph_nodes", some))

    def follow(self, records: Collection[UUID]) -> list[Any]:
        """Links of the records that count, with both ends seen."""
        found = [row for some in batched(sorted(records), _AT_ONCE) for row in self._read_links(some)]
        self.see(end for row in found for end in (row.start_id, row.end_id))
        kept = [row for row in found if row.start_id in self.rows and row.end_id in self.rows and self._counts(row)]
        self.links.update((_key(row), row) for row in kept)
        return kept

    def graph(self, only: Collection[UUID]) -> LinkGraph:
        """These nodes and the links that were read among them, written out."""
        rows = [row for row in self.links.values() if row.start_id in only and row.end_id in only]
        written = writing(self.connection, (row.run_id for row in rows))
        linked = neighbours(self.plain(row) for row in self.links.values())
        nodes = (_node(self.rows[one], written.titles, len(linked.get(one, ()))) for one in sorted(only))
        links = (
            replace(self.plain(row), label=written.titles[row.label_id], source=written.source(row.run_id))
            for row in rows
        )
        order = sorted(links, key=lambda one: (one.start, one.end, one.kind, one.how, one.label, one.source))
        return LinkGraph(tuple(nodes), tuple(order))

    def _counts(self, row: Any) -> bool:
        return self.choice.counts(self.plain(row))

    def plain(self, row: Any) -> GraphLink:
        """The link without words: one with an event holds at the event's moment, unless it says until when.

        What a case holds, it holds as long as it is open.
        """
        both = (self.rows[end] for end in (row.start_id, row.end_id))
        moments = [one.starts for one in both if one.grouped == "event" and row.kind != IN_CASE]
        ends = row.ends or (max(moments) if moments else None)
        sure = certainty(row.reliability, row.validity)
        return GraphLink(row.kind, row.start_id, row.end_id, sure, "", "", row.how, row.starts, ends)

    def _read_links(self, records: Sequence[UUID]) -> list[Any]:
        return self._read("graph_links", records)

    def _read(self, question: Any, records: Sequence[UUID]) -> list[Any]:
        return rows_of(self.connection, question, {"records": list(records), "known_at": self.known_at})


def graph_around(
    connection: Connection,
    records: Sequence[UUID],
    choice: LinkChoice,
    known_at: datetime | None,
    at_most: int = MOST_NEIGHBOURS,
) -> LinkGraph:
    """Records and what they are linked to, at most so many neighbours, the best founded first; links among all."""
    reading = _Reading(connection, choice, known_at)
    reading.see(records[:MOST_NODES])
    start = set(records[:MOST_NODES]) & reading.rows.keys()
    near = reading.follow(start)
    strangers = {end for row in near for end in (row.start_id, row.end_id)} - start
    reading.follow(strangers)
    everything = reading.graph(start | strangers)
    first = [link for link in everything.links if (link.start in start) != (link.end in start)]
    order = ranked((node for node in everything.nodes if node.id in strangers), first)
    shown = order[: min(at_most, MOST_NODES - len(start))]
    graph = everything.without(node.id for node in order[len(shown) :])
    return replace(_with_status(connection, graph, known_at), shown=len(shown), total=len(order))


def graph_among(
    connection: Connection, records: Sequence[UUID], choice: LinkChoice, known_at: datetime | None
) -> LinkGraph:
    """These records and the links among them alone."""
    reading = _Reading(connection, choice, known_at)
    reading.see(records[:MOST_NODES])
    start = set(records[:MOST_NODES]) & reading.rows.keys()
    reading.follow(start)
    return replace(
        _with_status(connection, reading.graph(start), known_at),
        shown=len(start),
        total=len(start),
    )


def graph_path(
    connection: Connection, ends: tuple[UUID, UUID], choice: LinkChoice, known_at: datetime | None, nth: int = 0
) -> LinkGraph:
    """The way with the fewest links between two records; none beyond MOST_LINKS links.

    Of ways as short, one round case files, then the least doubtful; n_others says how many more there are, and
    nth asks for another of these, 0 for the first. From both
    ends by turns, the smaller side first, so that no more than MOST_VISITED records are read.
    """
    reading = _Reading(connection, choice, known_at)
    reading.see(ends)
    if not all(end in reading.rows for end in ends):
        return reading.graph([end for end in ends if end in reading.rows])
    way = ends[:1] if ends[0] == ends[1] else _met(reading, *ends)
    if way and nth:
        others = [one for one in shortest_ways(_plain(reading), *ends, last=_cases(reading)) if one != way]
        nth = min(nth, len(others))
        way = [way, *others][nth]
    if way:
        reading.follow(way)
    # every link of a way as short was read: each side is whole up to where they met
    n_others = max(0, n_shortest(_plain(reading), *ends) - 1)
    graph = replace(reading.graph(way or ends), path=way, n_others=n_others if way else 0, nth=nth)
    return replace(_with_status(connection, graph, known_at), shown=len(graph.nodes), total=len(graph.nodes))


def _met(reading: _Reading, start: UUID, end: UUID) -> tuple[UUID, ...]:
    reached: tuple[set[UUID], set[UUID]] = ({start}, {end})
    edge: list[set[UUID]] = [{start}, {end}]
    for _ in range(MOST_LINKS):
        side = 0 if len(edge[0]) <= len(edge[1]) else 1
        found = reading.follow(edge[side])
        edge[side] = {end for row in found for end in (row.start_id, row.end_id)} - reached[side]
        reached[side].update(edge[side])
        if reached[0] & reached[1]:
            return shortest_path(_plain(reading), start, end, last=_cases(reading))
        if not edge[side] or len(reached[0]) + len(reached[1]) > MOST_VISITED:
            return ()
    return ()


def _plain(reading: _Reading) -> list[GraphLink]:
    return [reading.plain(row) for row in reading.links.values()]


def _cases(reading: _Reading) -> set[UUID]:
    return {one for one, row in reading.rows.items() if row.grouped == "case"}


def _with_status(connection: Connection, graph: LinkGraph, known_at: datetime | None) -> LinkGraph:
    """With the deconfliction status of each, the gravest where there are several."""
    titles = defaultdict[int, str](str)
    status: dict[UUID, str] = {}
    for told in deconfliction_of(connection, list(graph.by_id), titles, known_at):
        status.setdefault(told.id, told.status)
    return replace(graph, nodes=tuple(replace(node, status=status.get(node.id, "")) for node in graph.nodes))


def _key(row: Any) -> tuple[object, ...]:
    return (row.kind, row.how, row.start_id, row.end_id, row.starts, row.ends, row.label_id, row.run_id,
            row.reliability, row.validity)  # fmt: skip


def _node(row: Any, titles: dict[int, str], n_linked: int) -> GraphNode:
    return GraphNode(
        id=row.id,
        group=row.grouped,
        kind=row.kind,
        name=row.name,
        label=titles[row.label_id],
        certainty=certainty(row.reliability, row.validity),
        when=row.starts,
        lon=row.lon,
        lat=row.lat,
        precision="" if row.lon is None else place_known(row.place_precision, row.uncertainty_m),
        uncertainty_m=row.uncertainty_m,
        n_linked=n_linked,
        kilograms=row.kilograms,
    )
