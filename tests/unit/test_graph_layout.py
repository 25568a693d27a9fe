"""Layouts of graphs: the same each time, nobody on another, and what stands stays."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchfloor.geo.graph_layout import LEAST_APART, MOST_BY_SPRINGS, layout


def tied(n: int, seed: int) -> list[tuple[int, int]]:
    rng = np.random.default_rng(seed)
    return [(i, int(rng.integers(max(0, i - 40), i))) for i in range(1, n)]


def least_distance(at: dict[int, tuple[float, float]]) -> float:
    places = np.array(list(at.values()))
    apart = np.hypot(*(places[:, None] - places[None]).T)
    return float(apart[np.triu_indices(len(places), 1)].min())


@pytest.mark.parametrize("n", [2, 40, MOST_BY_SPRINGS + 100])
def test_the_same_graph_is_laid_out_alike_and_nobody_stands_on_another(n: int) -> None:
    pairs = tied(n, 1)
    at = layout(range(n), pairs)
    assert at == layout(range(n), pairs)
    assert least_distance(at) > LEAST_APART / 3
    lengths = [math.dist(at[a], at[b]) for a, b in pairs]
    assert 0.5 < np.median(lengths) < 3


def test_a_graph_of_nobody_and_of_one_has_a_layout() -> None:
    assert layout([], []) == {}
    assert layout(["a"], [("a", "a")]).keys() == {"a"}


def test_parts_that_are_not_linked_stand_beside_each_other() -> None:
    at = layout(range(6), [(0, 1), (1, 2), (3, 4), (4, 5)])
    assert least_distance(at) > LEAST_APART / 2


@settings(max_examples=40)
@given(st.integers(2, 30), st.integers(1, 60), st.integers(0, 1000))
def test_what_stands_stays_when_more_comes(old: int, new: int, seed: int) -> None:
    before = tied(old, seed)
    known = layout(range(old), before)
    rng = np.random.default_rng(seed)
    more = [(old + i, int(rng.integers(0, old))) for i in range(new) if rng.random() < 0.9]
    at = layout(range(old + new), before + more, known)
    assert {i: at[i] for i in range(old)} == known
    assert all(math.isfinite(value) for place in at.values() for value in place)


def test_new_nodes_stand_beside_what_they_are_linked_to() -> None:
    known = {0: (0.0, 0.0), 1: (10.0, 0.0)}
    at = layout([0, 1, 2, 3, 4], [(0, 1), (1, 2), (1, 3), (3, 4)], known)
    assert math.dist(at[2], at[1]) < 2
    assert math.dist(at[4], at[3]) < 2
    assert at[2][0] > 10
