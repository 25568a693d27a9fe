"""A link graph as rows for the browser, and as lines and points for the map."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise
from uuid import UUID

from watchfloor.dashboards.marking import strictest_of
from watchfloor.geo.graph_roles import RoleHint
from watchfloor.geo.link_graph import IN_CASE, SAME_IDENTIFIER, Certainty, GraphLink, GraphNode, LinkGraph, neighbours
from watchfloor.layers.palettes import Theme
from watchfloor.layers.vectors import Shape, Vectors, nothing

SHORT = 26
_BOTH_WAYS = (IN_CASE, SAME_IDENTIFIER)
# colours of lines on the map by certainty, as opacity and width
_LOOKS = {Certainty.FIRM: (0.95, 2.2), Certainty.UNJUDGED: (0.7, 1.4), Certainty.DOUBTFUL: (0.4, 1.2)}
_LINE: Mapping[Theme, str] = {"dark": "#e8d9a8", "light": "#6b4300"}
_RING: Mapping[Theme, str] = {"dark": "#ffffff", "light": "#0b1220"}
_WORDS = ((Certainty.FIRM, "well graded"), (Certainty.UNJUDGED, "not graded"), (Certainty.DOUBTFUL, "doubtful"))

type Points = Mapping[UUID, tuple[float, float]]


def graph_rows(graph: LinkGraph, at: Points, seeds: Collection[UUID] = ()) -> dict[str, object]:
    """Rows of nodes and of links; links name their ends by the number of the node's row.

    seeds: what the graph began with; it is marked as long as something else stands beside it, and of a selection, whose
    links come along, its events alone.
    """
    begun = {one for one in seeds if one in graph.by_id}
    first = {one for one in begun if graph.by_id[one].group == "event"} or begun
    first = first if len(first) < len(graph.nodes) else set()
    number = {node.id: i for i, node in enumerate(graph.nodes)}
    near = neighbours(graph.links)
    tlp = strictest_of([node.label for node in graph.nodes] + [link.label for link in graph.links])
    return {
        "nodes": [[*_node(node, at[node.id], len(near.get(node.id, ()))), node.id in first] for node in graph.nodes],
        "links": [_link(link, number) for link in graph.links],
        "tlp": tlp.title if tlp else "",
    }


def _node(node: GraphNode, at: tuple[float, float], n_shown: int) -> list[object]:
    called = _called(node)
    short = called if len(called) <= SHORT else f"{called[: SHORT - 1]}…"
    when = f"{node.when:%Y-%m-%d}" if node.when else ""
    more = max(0, node.n_linked - n_shown)
    return [
        str(node.id), *at, node.group, node.kind, node.name, short, when, node.label, node.label.partition(" ")[0],
        int(node.certainty), max(node.n_linked, n_shown), more, node.status,
    ]  # fmt: skip


def _called(node: GraphNode) -> str:
    """What tells a record from its likes at a glance: an event's day and weight, a case's number, else the name."""
    if node.group == "case":
        return node.name.partition(" ")[0]
    if node.group != "event" or node.when is None:
        return node.name
    return f"{node.when:%Y-%m-%d} {_weight(node.kilograms) or node.name}"


def _weight(kilograms: float | None) -> str:
    if not kilograms:
        return ""
    if kilograms >= 100:
        return f"{kilograms:,.0f} kg"
    return f"{kilograms:.3g} kg" if kilograms >= 1 else f"{kilograms * 1000:.3g} g"


def _link(link: GraphLink, number: Mapping[UUID, int]) -> list[object]:
    ends = (number[link.start], number[link.end])
    return [*ends, link.kind, int(link.certainty), link.how, _when(link), link.source]


def _when(link: GraphLink) -> str:
    days = [f"{at:%Y-%m-%d}" if at else "" for at in (link.starts, link.ends)]
    return days[0] if days[0] == days[1] else " to ".join(day or "…" for day in days) if any(days) else ""


def way_sentence(graph: LinkGraph) -> str:
    """A way in words: names, and between two of them their most certain link with its day, as far as it is told.

    An arrow shows which way a recorded link points. Records of one name are told with their day and weight.
    """
    n = len(graph.path) - 1
    called = Counter(graph.by_id[one].name for one in graph.path)

    def told(one: UUID) -> str:
        node = graph.by_id[one]
        return node.name if called[node.name] == 1 else _told_apart(node)

    parts = [told(graph.path[0])]
    for one, other in pairwise(graph.path):
        parts += [f"({_step(graph, one, other)})", told(other)]
    more = graph.n_others
    others = f"; and {more:,} other {'way' if more == 1 else 'ways'} as short" if more else ""
    return f"{n} {'link' if n == 1 else 'links'}: {' – '.join(parts)}{others}"


def _told_apart(node: GraphNode) -> str:
    told = [f"{node.when:%Y-%m-%d}" if node.when else "", _weight(node.kilograms)]
    return " ".join(part for part in (node.name, *told) if part)


def _step(graph: LinkGraph, one: UUID, other: UUID) -> str:
    between = [link for link in graph.links if {link.start, link.end} == {one, other}]
    best = min(between, key=lambda link: (link.certainty, link.kind in _BOTH_WAYS, link.kind, link.how))
    rest = f" and {len(between) - 1} more" if len(between) > 1 else ""
    # how long a case was open is no day of the link
    day = "" if best.kind == IN_CASE else _when(best)
    said = " ".join(part for part in (best.kind.replace("_", " "), day) if part) + rest
    if best.kind in _BOTH_WAYS:
        return said
    return f"{said} →" if best.start == one else f"← {said}"


def kinds_of(links: Sequence[GraphLink], chosen: Sequence[str]) -> list[tuple[str, int]]:
    """Kinds of link that are shown with how many, the most frequent first; chosen ones even if there are none."""
    n = Counter(link.kind for link in links)
    return n.most_common() + [(kind, 0) for kind in chosen if kind not in n]


def line_looks(theme: Theme) -> tuple[tuple[str, str, float, float], ...]:
    """What a legend says of the lines: words, colour, opacity, width in pixels."""
    return tuple((words, _LINE[theme], *_LOOKS[certainty]) for certainty, words in _WORDS)


def lines_of(graph: LinkGraph, theme: Theme = "dark") -> Vectors:
    """Links between places that are known and differ, for the map: fainter and thinner the less certain."""
    ends = [(link, graph.by_id[link.start], graph.by_id[link.end]) for link in graph.links]
    drawn = [(link, a, b) for link, a, b in ends if _place(a) and _place(b) and _place(a) != _place(b)]
    if not drawn:
        return nothing(Shape.LINES)
    looks = [_LOOKS[link.certainty] for link, _, _ in drawn]
    places = [(_place(a) or (0.0, 0.0), _place(b) or (0.0, 0.0)) for _, a, b in drawn]
    return Vectors(
        Shape.LINES,
        [[a[0], _continued(a[0], b[0])] for a, b in places],
        [[a[1], b[1]] for a, b in places],
        columns={
            "fill": [_LINE[theme]] * len(drawn),
            "alpha": [alpha for alpha, _ in looks],
            "width": [width for _, width in looks],
            "linked": [f"{a.name} – {b.name}" for _, a, b in drawn],
            "how": [" ".join([link.kind.replace("_", " "), link.how]).strip() for link, _, _ in drawn],
        },
        hover=(("Linked", "linked"), ("How", "how")),
    )


def points_of(graph: LinkGraph, chosen: Sequence[UUID], theme: Theme = "dark") -> Vectors:
    """The places of chosen nodes, as far as they are known."""
    places = [place for one in chosen if one in graph.by_id and (place := _place(graph.by_id[one]))]
    if not places:
        return nothing(Shape.POINTS)
    columns: dict[str, list[object]] = {
        "size": [16.0] * len(places),
        "line": [_RING[theme]] * len(places),
        "width": [2.0] * len(places),
    }
    return Vectors(Shape.POINTS, [lon for lon, _ in places], [lat for _, lat in places], columns=columns)


def _place(node: GraphNode) -> tuple[float, float] | None:
    return None if node.lon is None or node.lat is None else (node.lon, node.lat)


def _continued(lon: float, other: float) -> float:
    """The other longitude, running on beyond 180 where that is the shorter way."""
    return other + 360 * ((other - lon < -180) - (other - lon > 180))


def hint_sentences(hints: Sequence[RoleHint[UUID]], graph: LinkGraph) -> list[str]:
    """Hints in words, each with the range of its rank; none says what somebody is."""
    return [
        f"{graph.by_id[hint.name].name}: rank {hint.rank} of {len(graph.nodes)} by ways that lead through it, "
        f"{hint.best} to {hint.worst} if a tenth of the links were not known"
        f"{'' if hint.is_stable else ' (unstable)'}; {hint.degree} linked, {hint.brokered} pairs of them not linked "
        "to each other."
        for hint in hints
    ]
