"""Hints at roles in a graph: who has many links, who stands between, whose ways lead through one; never a verdict.

Each rank comes with the range that it takes when a tenth of the links are not known: what is known of a network is
what was looked for. Source for the caution: Duijn, Kashirin and Sloot 2014, doi:10.1038/srep04238.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import rustworkx
from numpy.typing import NDArray

type Floats = NDArray[np.float64]

SEED = 7
SHARE_REMOVED = 0.1
REMOVALS = 40
# ranges cost as many graphs as there are removals, and a rank without its range is not told
MOST_NODES = 500


@dataclass(frozen=True, slots=True)
class RoleHint[Name: Hashable]:
    """One node's place in the graph as it is shown.

    degree: how many others it is linked to. betweenness: share of the shortest ways between others that lead through
    it, 0 to 1. brokered: pairs of its neighbours that are not linked to each other. rank: by betweenness, 1 is the
    first; best, worst: ranks within which 90 of 100 graphs with a tenth of the links removed put it.
    """

    name: Name
    degree: int
    betweenness: float
    brokered: int
    rank: int
    best: int
    worst: int

    @property
    def is_stable(self) -> bool:
        """Whether the rank hardly depends on what is not known."""
        return self.worst - self.best <= max(2, self.rank)


def role_hints[Name: Hashable](
    names: Sequence[Name], pairs: Sequence[tuple[Name, Name]], most: int = 10
) -> tuple[RoleHint[Name], ...]:
    """The nodes that stand between the most others, first the one with the lowest rank; none without a way through.

    None at all beyond MOST_NODES nodes: a rank is not told without its range.
    """
    number = {name: i for i, name in enumerate(names)}
    ends = sorted({(min(pair), max(pair)) for a, b in pairs if (pair := (number[a], number[b])) and a != b})
    if not ends or len(names) > MOST_NODES:
        return ()
    through = _betweenness(len(names), ends)
    ranks = _ranks(through)
    chosen = [i for i in np.argsort(ranks, kind="stable")[:most].tolist() if through[i] > 0]
    low, high = _ranges(len(names), ends, ranks)
    near = _neighbours(len(names), ends)
    return tuple(
        RoleHint(
            names[i], len(near[i]), round(float(through[i]), 4), _open_pairs(i, near), int(ranks[i]), int(low[i]),
            int(high[i]),
        )
        for i in chosen
    )  # fmt: skip


def _ranges(n: int, ends: list[tuple[int, int]], ranks: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Ranks within which the middle nine tenths of the thinned graphs put each node."""
    rng = np.random.default_rng(SEED)
    kept = max(1, round(len(ends) * (1 - SHARE_REMOVED)))
    found = np.empty((REMOVALS, n))
    for i in range(REMOVALS):
        some = rng.permutation(len(ends))[:kept]
        found[i] = _ranks(_betweenness(n, [ends[j] for j in some]))
    low, high = np.quantile(found, [0.05, 0.95], axis=0)
    return np.minimum(np.floor(low), ranks), np.maximum(np.ceil(high), ranks)


def _betweenness(n: int, ends: list[tuple[int, int]]) -> Floats:
    graph = rustworkx.PyGraph(multigraph=False)
    graph.add_nodes_from(range(n))
    graph.add_edges_from_no_data(ends)
    through = rustworkx.betweenness_centrality(graph, normalized=True, endpoints=False)
    return np.array([through[i] for i in range(n)])


def _ranks(through: Floats) -> NDArray[np.int64]:
    """1 for the highest; equal ones share the better rank."""
    rounded = through.round(9)
    return np.asarray(np.searchsorted(np.sort(-rounded), -rounded, side="left") + 1, np.int64)


def _neighbours(n: int, ends: list[tuple[int, int]]) -> list[set[int]]:
    near: list[set[int]] = [set() for _ in range(n)]
    for a, b in ends:
        near[a].add(b)
        near[b].add(a)
    return near


def _open_pairs(i: int, near: list[set[int]]) -> int:
    linked = sum(len(near[one] & near[i]) for one in near[i]) // 2
    return len(near[i]) * (len(near[i]) - 1) // 2 - linked
