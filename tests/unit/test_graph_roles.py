"""Hints at roles: right on graphs that are known, with a range that tells what they depend on."""

from watchfloor.dashboards.link_rows import hint_sentences
from watchfloor.geo.graph_roles import MOST_NODES, role_hints
from watchfloor.geo.link_graph import LinkGraph

from .test_link_graph import name, node

STAR = [(0, i) for i in range(1, 9)]


def test_the_middle_of_a_star_stands_between_all_others() -> None:
    (first,) = role_hints(list(range(9)), STAR)
    assert first.name == 0
    assert first.degree == 8
    assert first.betweenness == 1.0
    assert first.brokered == 8 * 7 // 2
    assert (first.rank, first.best, first.worst) == (1, 1, 1)


def test_neighbours_that_are_linked_to_each_other_are_not_brokered() -> None:
    (first, *_) = role_hints(list(range(4)), [(0, 1), (0, 2), (1, 2), (0, 3)])
    assert (first.name, first.brokered) == (0, 2)


def test_a_rank_that_hangs_on_single_links_is_told_with_a_wide_range() -> None:
    ring = [(i, (i + 1) % 24) for i in range(24)]
    hints = role_hints(list(range(24)), ring)
    assert all(hint.best <= hint.rank <= hint.worst for hint in hints)
    assert any(not hint.is_stable for hint in hints)
    assert hints == role_hints(list(range(24)), ring)


def test_nobody_stands_between_where_all_are_linked_or_none_or_too_many() -> None:
    assert role_hints([1, 2, 3], [(1, 2), (2, 3), (1, 3)]) == ()
    assert role_hints([1, 2], []) == ()
    many = MOST_NODES + 1
    assert role_hints(list(range(many)), [(i, i + 1) for i in range(many - 1)]) == ()


def test_a_hint_is_worded_with_its_range_and_names_no_role() -> None:
    graph = LinkGraph(tuple(node(i) for i in range(9)))
    (sentence,) = hint_sentences(role_hints([name(i) for i in range(9)], [(name(a), name(b)) for a, b in STAR]), graph)
    assert "P0: rank 1 of 9" in sentence
    assert "1 to 1 if a tenth of the links were not known" in sentence
    assert not {"leader", "key player", "broker"} & set(sentence.lower().split())
