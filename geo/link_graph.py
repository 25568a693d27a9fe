"""Records and what links them: nodes, links, how certain each is, and the shortest way from one to another."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import IntEnum
from heapq import heappop, heappush
from uuid import UUID

from watchfloor.geo.grading import Reliability, Validity
from watchfloor.geo.period import Period

IN_CASE = "in_case"
SAME_IDENTIFIER = "same_identifier"
# a way with fewer links is always the shorter one, however doubtful they are
_LINK_COST = 1_000
# and one round what stands last the better one: no way is so long that its doubt comes to this
_LAST_COST = 50
# ways that are as short as the shortest: so many can be looked at one after another
MOST_WAYS = 20


class Certainty(IntEnum):
    """How well a link or a record is founded, from both axes of its grading without multiplying them.

    FIRM: neither axis is against it; UNJUDGED: one of them cannot be judged; DOUBTFUL: an unreliable source or a
    doubtful content.
    """

    FIRM = 0
    UNJUDGED = 1
    DOUBTFUL = 2

    @property
    def title(self) -> str:
        """As it stands in a legend."""
        return _TITLES[self]


_TITLES = {
    Certainty.FIRM: "Confirmed or probable, from a source that is usually reliable or better",
    Certainty.UNJUDGED: "Source or content cannot be judged",
    Certainty.DOUBTFUL: "Source unreliable, or content doubtful",
}


def certainty(reliability: int, validity: int) -> Certainty:
    """The class of a grading, by its two codes."""
    if reliability == Reliability.UNRELIABLE or validity == Validity.DOUBTFUL:
        return Certainty.DOUBTFUL
    if reliability == Reliability.UNKNOWN or validity == Validity.CANNOT_BE_JUDGED:
        return Certainty.UNJUDGED
    return Certainty.FIRM


@dataclass(frozen=True, slots=True)
class GraphNode:
    """A record: an entity, an event, a case or an operation; every text is as hostile as its source.

    group: 'person', 'object', 'location', 'event', 'case' or 'operation'. lon, lat: EPSG:4326 degrees, or None;
    uncertainty_m: metres within which the true place lies.
    kilograms: what was taken at a seizure, as far as it is weighed.
    n_linked: how many others the reader may see linked to it under the choice of links. status: of deconfliction.
    """

    id: UUID
    group: str
    kind: str
    name: str
    label: str
    certainty: Certainty
    when: datetime | None = None
    lon: float | None = None
    lat: float | None = None
    precision: str = ""
    uncertainty_m: float | None = None
    n_linked: int = 0
    status: str = ""
    kilograms: float | None = None


@dataclass(frozen=True, slots=True)
class GraphLink:
    """What links two records: a link as recorded, a case that holds a record, or an exact identifier that both bear.

    how: the role in a case, the kind of identifier, empty of other kinds. starts, ends: when it held, as far as told.
    """

    kind: str
    start: UUID
    end: UUID
    certainty: Certainty
    label: str
    source: str
    how: str = ""
    starts: datetime | None = None
    ends: datetime | None = None

    def other(self, node: UUID) -> UUID:
        """The end that is not this one."""
        return self.end if node == self.start else self.start


@dataclass(frozen=True, slots=True)
class LinkChoice:
    """Which links count: of these kinds (none named: any), within a period, no more doubtful than this.

    A link whose time is not told counts in every period.
    """

    kinds: frozenset[str] = frozenset()
    period: Period | None = None
    most_doubt: Certainty = Certainty.DOUBTFUL

    def subject(self) -> dict[str, str]:
        """What an audit row says of it."""
        said = {"kinds": ",".join(sorted(self.kinds)), "period": str(self.period or "")}
        return {name: text for name, text in said.items() if text} | {"certainty": self.most_doubt.name.lower()}

    def counts(self, link: GraphLink) -> bool:
        """Whether a link counts."""
        if (self.kinds and link.kind not in self.kinds) or link.certainty > self.most_doubt:
            return False
        if self.period is None:
            return True
        since, until = self.period.whole.moments
        return (link.starts is None or link.starts < until) and (link.ends is None or link.ends >= since)


@dataclass(frozen=True, slots=True)
class LinkGraph:
    """Some records and all links between them that count.

    total: how many neighbours there are for the reader, of which as many as may be are among the nodes. path: the
    nodes of a way that was asked for, in its order; empty if there is none. n_others: ways that are as short.
    nth: which of these it is, from 0.
    """

    nodes: tuple[GraphNode, ...] = ()
    links: tuple[GraphLink, ...] = ()
    shown: int = 0
    total: int = 0
    path: tuple[UUID, ...] = ()
    n_others: int = 0
    nth: int = 0
    by_id: Mapping[UUID, GraphNode] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_id", {node.id: node for node in self.nodes})

    def joined(self, other: "LinkGraph") -> "LinkGraph":
        """Both in one; what the other says of a record replaces what was known of it."""
        nodes = {**self.by_id, **other.by_id}
        links = dict.fromkeys((*self.links, *other.links))
        return replace(other, nodes=tuple(nodes.values()), links=tuple(links))

    def without(self, gone: Iterable[UUID]) -> "LinkGraph":
        """The rest when these nodes go, with their links."""
        left = self.by_id.keys() - set(gone)
        return replace(
            self,
            nodes=tuple(node for node in self.nodes if node.id in left),
            links=tuple(link for link in self.links if link.start in left and link.end in left),
        )


def neighbours(links: Iterable[GraphLink]) -> dict[UUID, set[UUID]]:
    """Who is linked to whom."""
    found: defaultdict[UUID, set[UUID]] = defaultdict(set)
    for link in links:
        found[link.start].add(link.end)
        found[link.end].add(link.start)
    return dict(found)


def shortest_path(
    links: Iterable[GraphLink], start: UUID, end: UUID, *, last: Collection[UUID] = ()
) -> tuple[UUID, ...]:
    """Nodes of the way with the fewest links; of those with as few, the one with the least doubt; else none.

    last: nodes that an equally short way goes round if it can, before any doubt counts: a case file holds much that
    has nothing to do with each other. Doubt adds up over the links, each pair of records taken by its most certain
    one; what is still equal is decided by the ids, so that the same question has the same answer.
    """
    doubts = _doubts(links)
    last = frozenset(last) - {end}
    best: dict[UUID, tuple[int, tuple[UUID, ...]]] = {start: (0, (start,))}
    waiting: list[tuple[int, tuple[UUID, ...]]] = [(0, (start,))]
    while waiting:
        cost, way = heappop(waiting)
        if way[-1] == end:
            return way
        for other, doubt in doubts.get(way[-1], {}).items():
            longer = (cost + _LINK_COST + doubt + _LAST_COST * (other in last), (*way, other))
            if other not in best or longer < best[other]:
                best[other] = longer
                heappush(waiting, longer)
    return ()


def shortest_ways(
    links: Iterable[GraphLink], start: UUID, end: UUID, *, last: Collection[UUID] = (), at_most: int = MOST_WAYS
) -> list[tuple[UUID, ...]]:
    """Ways with the fewest links, ordered as `shortest_path` chooses; at most so many."""
    doubts = _doubts(links)
    last = frozenset(last) - {end}
    ways: list[tuple[int, tuple[UUID, ...]]] = [(0, (start,))]
    ahead = _distances(doubts, end)
    for left in range(ahead.get(start, 0) - 1, -1, -1):
        ways = sorted(
            (cost + _LINK_COST + doubt + _LAST_COST * (other in last), (*way, other))
            for cost, way in ways
            for other, doubt in doubts[way[-1]].items()
            if ahead.get(other) == left
        )[: at_most * at_most]
    return [way for _, way in ways[:at_most] if way[-1] == end]


def _distances(near: Mapping[UUID, Iterable[UUID]], end: UUID) -> dict[UUID, int]:
    found, edge = {end: 0}, [end]
    while edge:
        following = dict.fromkeys(other for one in edge for other in near.get(one, ()) if other not in found)
        found |= dict.fromkeys(following, found[edge[0]] + 1)
        edge = list(following)
    return found


def n_shortest(links: Iterable[GraphLink], start: UUID, end: UUID) -> int:
    """How many ways there are of as few links as the shortest; a pair of records with several links is one step."""
    near = neighbours(links)
    edge, reached = {start: 1}, {start}
    while edge and end not in edge:
        following: defaultdict[UUID, int] = defaultdict(int)
        for one, n in edge.items():
            for other in near.get(one, set()) - reached:
                following[other] += n
        reached |= following.keys()
        edge = dict(following)
    return edge.get(end, 0)


def _doubts(links: Iterable[GraphLink]) -> dict[UUID, dict[UUID, int]]:
    doubts: defaultdict[UUID, dict[UUID, int]] = defaultdict(dict)
    for link in links:
        for one, other in ((link.start, link.end), (link.end, link.start)):
            doubts[one][other] = min(link.certainty, doubts[one].get(other, Certainty.DOUBTFUL))
    return doubts


def ranked(nodes: Iterable[GraphNode], links: Sequence[GraphLink]) -> list[GraphNode]:
    """Neighbours in the order in which they are shown: the most certain links first, then those with the most."""
    surest: dict[UUID, int] = {}
    for link in links:
        for node in (link.start, link.end):
            surest[node] = min(surest.get(node, int(Certainty.DOUBTFUL)), link.certainty)
    return sorted(nodes, key=lambda node: (surest.get(node.id, 2), -node.n_linked, node.name, node.id))
