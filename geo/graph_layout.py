"""Where the nodes of a graph stand: the same graph always alike, and what stands already does not move.

Lengths are in links: two nodes that are linked stand about 1 apart.
"""

from collections.abc import Hashable, Mapping, Sequence

import numpy as np
import rustworkx
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import KDTree

type Floats = NDArray[np.float64]
type Ints = NDArray[np.int64]

SEED = 7
LEAST_APART = 0.62
# springs between all pairs grow with the square: 1,000 nodes take half a second, 5,000 take ten
MOST_BY_SPRINGS = 600
PIVOTS = 40
STEPS = 40
SPRING_STEPS = 16
# nearer than this to where it should be a node looks right
ENOUGH = 0.03
_GAP = 1.6
_FAN = np.radians(220)


def layout[Name: Hashable](
    names: Sequence[Name], pairs: Sequence[tuple[Name, Name]], known: Mapping[Name, tuple[float, float]] | None = None
) -> dict[Name, tuple[float, float]]:
    """A place for each node. known: places that are kept; new nodes go beside what they are linked to.

    pairs: links by the names of their ends, both among `names`. Places are rounded to hundredths.
    """
    known = known or {}
    number = {name: i for i, name in enumerate(names)}
    ends = np.array([(number[a], number[b]) for a, b in pairs if a != b], np.int64).reshape(-1, 2)
    is_fixed = np.array([name in known for name in names], np.bool_)
    if is_fixed.any():
        at = np.array([known.get(name, (np.nan, np.nan)) for name in names], np.float64)
        at = _beside(at, ends, is_fixed)
        at = _pushed_apart(at, ~is_fixed)
    else:
        at = _from_nothing(len(names), ends)
    return {name: (float(x), float(y)) for name, (x, y) in zip(names, at.round(2).tolist(), strict=True)}


def _from_nothing(n: int, ends: Ints) -> Floats:
    """Each connected part by itself, the largest first, in rows about as wide as they are high."""
    at = np.zeros((n, 2))
    if n == 0:
        return at
    count, part = connected_components(_matrix(n, ends), directed=False)
    sizes = np.bincount(part, minlength=count)
    for one in range(count):
        members = np.flatnonzero(part == one) if sizes[one] > 1 else None
        if members is not None:
            at[members] = _whole(members, ends)
    return _in_rows(at, part, sizes)


def _whole(members: Ints, ends: Ints) -> Floats:
    """One connected part, its middle at the origin."""
    local = np.full(int(max(members.max(), ends.max())) + 1, -1, np.int64)
    local[members] = np.arange(len(members))
    inside = local[ends[local[ends[:, 0]] >= 0]]
    at = _by_springs(len(members), inside) if len(members) <= MOST_BY_SPRINGS else _by_pivots(len(members), inside)
    at = _pushed_apart(at, np.ones(len(members), np.bool_))
    return np.asarray(at - (at.min(axis=0) + at.max(axis=0)) / 2)


def _by_springs(n: int, ends: Ints) -> Floats:
    graph = rustworkx.PyGraph(multigraph=False)
    graph.add_nodes_from(range(n))
    graph.add_edges_from([(a, b, 1.0) for a, b in ends.tolist()])
    found = rustworkx.spring_layout(graph, seed=SEED, num_iter=120)
    at = np.array([found[i] for i in range(n)])
    length = np.median(np.linalg.norm(at[ends[:, 0]] - at[ends[:, 1]], axis=1))
    return np.asarray(at / max(float(length), 1e-9))


def _by_pivots(n: int, ends: Ints) -> Floats:
    """Distances to some far nodes as coordinates, then springs along the links.

    Source: Brandes and Pich 2006, Eigensolver methods for progressive multidimensional scaling,
    doi:10.1007/978-3-540-70904-6_6.
    """
    matrix = _matrix(n, np.vstack([ends, ends[:, ::-1]]))
    first = int(np.bincount(ends.ravel(), minlength=n).argmax())
    away = np.empty((PIVOTS, n))
    nearest = np.full(n, np.inf)
    for i in range(PIVOTS):
        away[i] = _links_away(matrix, first)
        nearest = np.minimum(nearest, away[i])
        first = int(nearest.argmax())
    squared = away.T**2
    centred = -0.5 * (squared - squared.mean(axis=0) - squared.mean(axis=1, keepdims=True) + squared.mean())
    _, axes = np.linalg.eigh(centred.T @ centred)
    at = centred @ axes[:, -2:]
    spread = np.sqrt(n) * LEAST_APART / max(float(at.std()), 1e-9) / 2
    # nodes that are as far from every pivot would fall on one another
    jitter = np.random.default_rng(SEED).normal(0, 0.5, at.shape)
    return _sprung(at * spread + jitter, ends)


def _links_away(matrix: csr_matrix, start: int) -> Floats:
    """How many links each node is away from one, of a matrix that names each link from both its ends."""
    away = np.full(matrix.shape[0], -1.0)
    away[start] = 0
    edge, steps = np.array([start]), 0
    while edge.size:
        steps += 1
        first, n = matrix.indptr[edge], np.diff(matrix.indptr)[edge]
        # the neighbours of all of the edge, one run of indices after the other
        at = np.repeat(first - np.concatenate([[0], np.cumsum(n)[:-1]]), n) + np.arange(n.sum())
        near = matrix.indices[at]
        edge = np.unique(near[away[near] < 0])
        away[edge] = steps
    return away


def _sprung(at: Floats, ends: Ints) -> Floats:
    degree = np.maximum(np.bincount(ends.ravel(), minlength=len(at)), 1)[:, None]
    for step in range(SPRING_STEPS):
        apart = at[ends[:, 1]] - at[ends[:, 0]]
        length = np.maximum(np.hypot(apart[:, 0], apart[:, 1]), 1e-9)[:, None]
        moved = _summed(ends, apart * (0.4 * (1 - 1 / length)), len(at))
        at = at + moved / degree * (1 - step / SPRING_STEPS)
        at = at + _pushes(at, 2 * LEAST_APART) * 0.5
    return at


def _pushed_apart(at: Floats, is_free: NDArray[np.bool_]) -> Floats:
    """Nobody stands on another; only free nodes give way."""
    at = at.copy()
    for _ in range(STEPS):
        push = _pushes(at, LEAST_APART)
        if np.abs(push[is_free]).max(initial=0.0) < ENOUGH:
            break
        at[is_free] += push[is_free]
    return at


def _pushes(at: Floats, least: float) -> Floats:
    """How far each must go so that those closer than `least` part."""
    # a tree that is cut in the middle is made in half the time
    pairs = KDTree(at, balanced_tree=False, compact_nodes=False).query_pairs(least, output_type="ndarray")
    if not len(pairs):
        return np.zeros_like(at)
    apart = at[pairs[:, 0]] - at[pairs[:, 1]]
    length = np.hypot(apart[:, 0], apart[:, 1])[:, None]
    alike = np.flatnonzero(length < 1e-9)
    # of two on the same spot each goes its own way, by its number
    turn = pairs[alike, 0] * 2.399963
    apart[alike], length[alike] = np.column_stack([np.cos(turn), np.sin(turn)]), 1.0
    much = (least - length) / (2 * length)
    much[alike] = least / 2
    most = np.bincount(pairs.ravel(), minlength=len(at))[:, None]
    return np.asarray(_summed(pairs, apart * much, len(at)) / np.sqrt(np.maximum(most, 1)))


def _summed(pairs: Ints, pull: Floats, n: int) -> Floats:
    """What all pairs do to each node: the first of a pair goes along, the second against; shape (n, 2)."""
    axes = (np.bincount(pairs[:, 0], pull[:, axis], n) - np.bincount(pairs[:, 1], pull[:, axis], n) for axis in (0, 1))
    return np.column_stack(tuple(axes))


def _beside(at: Floats, ends: Ints, is_placed: NDArray[np.bool_]) -> Floats:
    """New nodes on arcs round what they are linked to, outwards; those that are linked to nothing below all."""
    at, is_placed = at.copy(), is_placed.copy()
    middle = at[is_placed].mean(axis=0)
    near: list[list[int]] = [[] for _ in range(len(at))]
    for a, b in ends.tolist():
        near[a].append(b)
        near[b].append(a)
    edge = np.flatnonzero(is_placed).tolist()
    while edge:
        following: list[int] = []
        for parent in edge:
            children = sorted({one for one in near[parent] if not is_placed[one]})
            at[children] = _arcs(at[parent], at[parent] - middle, len(children))
            is_placed[children] = True
            following += children
        edge = following
    left = np.flatnonzero(~is_placed)
    low = at[is_placed]
    columns = max(1, int(np.ceil(np.sqrt(len(left)))))
    at[left] = np.column_stack(
        [low[:, 0].min() + np.arange(len(left)) % columns, low[:, 1].max() + 1 + np.arange(len(left)) // columns]
    )
    return at


def _arcs(parent: Floats, outwards: Floats, n: int) -> Floats:
    """n places on arcs round a parent, the first arc one link away, opening outwards."""
    places: list[tuple[float, float]] = []
    ahead = float(np.arctan2(outwards[1], outwards[0]))
    radius = 1.0
    while len(places) < n:
        room = max(1, int(_FAN * radius / LEAST_APART))
        some = min(room, n - len(places))
        angles = ahead + (np.arange(some) - (some - 1) / 2) * min(_FAN / some, 0.9)
        places += [(radius * np.cos(angle), radius * np.sin(angle)) for angle in angles]
        radius += LEAST_APART
    return np.asarray(parent + np.array(places).reshape(-1, 2))


def _in_rows(at: Floats, part: NDArray[np.int32], sizes: Ints) -> Floats:
    order = np.argsort(-sizes, kind="stable")
    low, high = np.full((len(sizes), 2), np.inf), np.full((len(sizes), 2), -np.inf)
    np.minimum.at(low, part, at)
    np.maximum.at(high, part, at)
    extent = high - low + _GAP
    widest = max(float(extent[:, 0].max()), float(np.sqrt(extent.prod(axis=1).sum() * 1.6)))
    shift = np.zeros_like(low)
    x = y = tallest = 0.0
    for one in order.tolist():
        width, height = extent[one]
        if x and x + width > widest:
            x, y, tallest = 0.0, y + tallest, 0.0
        shift[one] = (x, y) - low[one]
        x, tallest = x + float(width), max(tallest, float(height))
    return np.asarray(at + shift[part])


def _matrix(n: int, ends: Ints) -> csr_matrix:
    return csr_matrix((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(n, n))
