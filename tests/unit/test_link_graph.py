"""Links: certainty, choices, the shortest way, and what collapses with what."""

from datetime import UTC, date, datetime
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchfloor.dashboards.link_graph import read_choice
from watchfloor.dashboards.link_growth import Drawn, hanging
from watchfloor.dashboards.link_rows import graph_rows, kinds_of, line_looks, lines_of, way_sentence
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.link_graph import (
    Certainty,
    GraphLink,
    GraphNode,
    LinkChoice,
    LinkGraph,
    certainty,
    n_shortest,
    shortest_path,
    shortest_ways,
)
from watchfloor.geo.period import Period

HOSTILE = "<img src=x onerror=alert(1)>"


def name(i: int) -> UUID:
    return UUID(int=i)


def link(a: int, b: int, sure: Certainty = Certainty.FIRM, kind: str = "calls", **more: object) -> GraphLink:
    return GraphLink(kind, name(a), name(b), sure, "TLP:GREEN", "Tests", **more)  # type: ignore[arg-type]


def node(i: int, **more: object) -> GraphNode:
    return GraphNode(name(i), "person", "person", f"P{i}", "TLP:GREEN · OPEN", Certainty.FIRM, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("reliability", "validity", "expected"),
    [
        (1, 1, Certainty.FIRM),
        (2, 2, Certainty.FIRM),
        (4, 1, Certainty.UNJUDGED),
        (1, 4, Certainty.UNJUDGED),
        (3, 1, Certainty.DOUBTFUL),
        (1, 3, Certainty.DOUBTFUL),
        (3, 4, Certainty.DOUBTFUL),
    ],
)
def test_either_axis_of_a_grading_makes_a_link_doubtful(reliability: int, validity: int, expected: Certainty) -> None:
    assert certainty(reliability, validity) is expected


def test_fewer_links_win_over_more_certain_ones() -> None:
    links = [link(1, 2, Certainty.DOUBTFUL), link(2, 5, Certainty.DOUBTFUL), link(1, 3), link(3, 4), link(4, 5)]
    assert shortest_path(links, name(1), name(5)) == (name(1), name(2), name(5))


def test_of_ways_with_as_many_links_the_least_doubtful_is_told() -> None:
    links = [link(1, 2, Certainty.DOUBTFUL), link(2, 4), link(1, 3, Certainty.UNJUDGED), link(3, 4)]
    assert shortest_path(links, name(1), name(4)) == (name(1), name(3), name(4))


def test_of_parallel_links_the_most_certain_counts() -> None:
    links = [
        link(1, 2, Certainty.DOUBTFUL),
        link(2, 1, Certainty.FIRM),
        link(2, 4),
        link(1, 3, Certainty.UNJUDGED),
        link(3, 4),
    ]
    assert shortest_path(links, name(1), name(4)) == (name(1), name(2), name(4))


def test_of_ways_as_short_one_round_a_case_file_is_told_however_doubtful() -> None:
    through_case = [link(1, 2), link(2, 4)]
    by_people = [link(1, 3, Certainty.DOUBTFUL), link(3, 4, Certainty.DOUBTFUL)]
    both = [*through_case, *by_people]
    assert shortest_path(both, name(1), name(4), last={name(2)}) == (name(1), name(3), name(4))
    assert shortest_path(through_case, name(1), name(4), last={name(2)}) == (name(1), name(2), name(4))
    longer = [*through_case, link(1, 5), link(5, 6), link(6, 4)]
    assert shortest_path(longer, name(1), name(4), last={name(2)}) == (name(1), name(2), name(4))


def test_ways_as_short_are_counted_and_longer_ones_are_not() -> None:
    square = [link(1, 2), link(2, 4), link(1, 3), link(3, 4), link(3, 4), link(1, 5), link(5, 6), link(6, 4)]
    assert n_shortest(square, name(1), name(4)) == 2
    assert n_shortest(square, name(1), name(2)) == 1
    assert n_shortest([link(1, 2), link(3, 4)], name(1), name(4)) == 0


def test_a_way_tells_the_kind_of_each_link_its_day_and_where_it_points() -> None:
    day = datetime(2026, 8, 11, tzinfo=UTC)
    links = (
        link(1, 2, kind="taken_from", starts=day, ends=day),
        link(3, 2, kind="calls"),
        link(3, 4, kind="in_case", starts=day),
        link(3, 2, Certainty.DOUBTFUL, kind="owns"),
    )
    graph = LinkGraph(tuple(node(i) for i in range(1, 5)), links, path=tuple(name(i) for i in range(1, 5)), n_others=2)
    assert way_sentence(graph) == (
        "3 links: P1 – (taken from 2026-08-11 →) – P2 – (← calls and 1 more) – P3 – (in case) – P4; "
        "and 2 other ways as short"
    )


def test_records_of_one_name_on_a_way_are_told_apart_by_day_and_weight() -> None:
    def seized(i: int, day: int) -> GraphNode:
        at = datetime(2026, 8, day, tzinfo=UTC)
        return GraphNode(name(i), "event", "seizure", "Seized, Lima", "TLP:GREEN", Certainty.FIRM, at, kilograms=13.4)

    graph = LinkGraph(
        (seized(1, 13), node(2), seized(3, 19)), (link(1, 2), link(2, 3)), path=(name(1), name(2), name(3))
    )
    said = way_sentence(graph)
    assert said.startswith("2 links: Seized, Lima 2026-08-13 13.4 kg – ")
    assert said.endswith(" – Seized, Lima 2026-08-19 13.4 kg")


def test_there_is_no_way_between_parts_that_are_not_linked() -> None:
    assert shortest_path([link(1, 2), link(3, 4)], name(1), name(4)) == ()


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.sampled_from(Certainty)), max_size=30))
def test_a_way_is_as_short_as_a_search_of_all_says(rows: list[tuple[int, int, Certainty]]) -> None:
    links = [link(a, b, sure) for a, b, sure in rows if a != b]
    found = shortest_path(links, name(0), name(9))
    near: dict[UUID, set[UUID]] = {}
    for one in links:
        near.setdefault(one.start, set()).add(one.end)
        near.setdefault(one.end, set()).add(one.start)
    reached, steps = {name(0)}, 0
    while name(9) not in reached:
        more = reached | {other for one in reached for other in near.get(one, ())}
        if more == reached:
            assert found == ()
            return
        reached, steps = more, steps + 1
    assert len(found) == steps + 1
    assert all(b in near[a] for a, b in pairwise(found))


def test_a_period_keeps_links_that_touch_it_and_those_whose_time_is_not_told() -> None:
    year = LinkChoice(period=Period(date(2025, 1, 1), date(2026, 1, 1)))

    def lasted(starts: tuple[int, int] | None, ends: tuple[int, int] | None) -> GraphLink:
        at = [datetime(*pair, 1, tzinfo=UTC) if pair else None for pair in (starts, ends)]
        return link(1, 2, starts=at[0], ends=at[1])

    assert year.counts(lasted(None, None))
    assert year.counts(lasted((2024, 1), (2025, 1)))
    assert year.counts(lasted((2025, 6), None))
    assert not year.counts(lasted((2024, 1), (2024, 12)))
    assert not year.counts(lasted((2026, 1), None))


def test_a_choice_of_the_browser_is_read_or_refused() -> None:
    read = read_choice({"kinds": ["calls"], "doubt": 0, "since": "2025-01-01", "until": ""})
    assert read.kinds == {"calls"}
    assert read.most_doubt is Certainty.FIRM
    assert read.period is not None
    assert read.period.since == date(2025, 1, 1)
    with pytest.raises(BadQuestion):
        read_choice({"kinds": [], "doubt": 2, "since": HOSTILE, "until": ""})
    with pytest.raises(ValueError, match="not a valid Certainty"):
        read_choice({"kinds": [], "doubt": 9})


def test_collapsing_takes_what_hangs_on_it_alone_and_never_what_was_asked_for() -> None:
    graph = LinkGraph(tuple(node(i) for i in range(5)), (link(0, 1), link(1, 2), link(2, 3), link(0, 4)))
    brought = {name(1): name(0), name(4): name(0), name(2): name(1), name(3): name(2)}
    drawn = Drawn(graph, seeds=(name(0),), brought_by=brought)
    assert hanging(drawn, [name(1)]) == {name(2), name(3)}
    assert hanging(drawn, [name(0)]) == {name(1), name(2), name(3), name(4)}
    assert hanging(drawn, [name(3)]) == set()


def test_rows_for_the_browser_hold_text_as_text_and_the_strictest_marking() -> None:
    red = GraphNode(name(2), "case", "open", HOSTILE, "TLP:RED · SEALED", Certainty.DOUBTFUL, n_linked=7)
    graph = LinkGraph((node(1), red), (link(1, 2, kind="in_case", how="exhibit"),))
    rows = graph_rows(graph, {name(1): (0.0, 0.0), name(2): (1.0, 0.0)})
    assert rows["tlp"] == "TLP:RED"
    assert HOSTILE in str(rows["nodes"])
    assert rows["nodes"][1][12] == 6  # type: ignore[index]
    assert kinds_of(graph.links, ["owns"]) == [("in_case", 1), ("owns", 0)]


def test_a_record_is_called_by_what_tells_it_from_its_likes() -> None:
    day, long = datetime(2026, 3, 1, tzinfo=UTC), "Heroin seized, San Ysidro port of entry"

    def seized(kilograms: float | None) -> GraphNode:
        return GraphNode(name(1), "event", "seizure", long, "TLP:GREEN", Certainty.FIRM, when=day, kilograms=kilograms)

    def called(one: GraphNode) -> object:
        return graph_rows(LinkGraph((one,)), {one.id: (0.0, 0.0)})["nodes"][0][6]  # type: ignore[index]

    assert [called(seized(kilograms)) for kilograms in (1234.5, 1.314, 0.0399, None)] == [
        f"2026-03-01 {said}" for said in ("1,234 kg", "1.31 kg", "39.9 g", "Heroin seized,…")
    ]
    held = GraphNode(name(2), "case", "open", "NTF-2 Falcon", "TLP:GREEN", Certainty.FIRM)
    assert (called(held), called(node(3))) == ("NTF-2", "P3")


def test_what_a_graph_began_with_is_marked_and_of_a_selection_its_events_alone() -> None:
    event = GraphNode(name(3), "event", "seizure", "E", "TLP:GREEN", Certainty.FIRM)
    graph = LinkGraph((node(1), node(2), event), (link(1, 2), link(1, 3)))
    at = {name(i): (float(i), 0.0) for i in range(1, 4)}
    marked = lambda seeds: [row[-1] for row in graph_rows(graph, at, seeds)["nodes"]]  # type: ignore[attr-defined]  # noqa: E731
    assert marked([name(1)]) == [True, False, False]
    assert marked([name(1), name(2), name(3)]) == [False, False, True]
    assert marked([name(1), name(2)]) == [True, True, False]
    assert graph_rows(LinkGraph((node(1),)), at, [name(1)])["nodes"][0][-1] is False  # type: ignore[index]


def test_lines_on_the_map_join_known_places_the_short_way_round() -> None:
    placed = [node(1, lon=179.0, lat=0.0), node(2, lon=-179.0, lat=1.0), node(3), node(4, lon=179.0, lat=0.0)]
    drawn = lines_of(LinkGraph(tuple(placed), (link(1, 2, Certainty.DOUBTFUL), link(1, 3), link(1, 4))))
    assert len(drawn) == 1
    assert drawn.lon[0] == [179.0, 181.0]
    assert drawn.columns["alpha"][0] < 0.5


def test_lines_on_the_light_map_are_dark() -> None:
    graph = LinkGraph((node(1, lon=1.0, lat=0.0), node(2, lon=2.0, lat=1.0)), (link(1, 2),))
    dark, light = (lines_of(graph, theme).columns["fill"][0] for theme in ("dark", "light"))
    assert int(str(dark)[1:3], 16) > 200
    assert int(str(light)[1:3], 16) < 120
    assert {colour for _, colour, *_ in line_looks("light")} == {light}


def test_every_way_as_short_is_told_once_the_best_first() -> None:
    square = [link(1, 2), link(2, 4), link(1, 3, Certainty.DOUBTFUL), link(3, 4), link(1, 5), link(5, 6), link(6, 4)]
    ways = shortest_ways(square, name(1), name(4))
    assert ways == [(name(1), name(2), name(4)), (name(1), name(3), name(4))]
    assert ways[0] == shortest_path(square, name(1), name(4))
    assert shortest_ways(square, name(1), name(4), last=[name(2)])[0] == (name(1), name(3), name(4))
    assert shortest_ways([link(1, 2), link(3, 4)], name(1), name(4)) == []


@given(st.lists(st.tuples(st.integers(1, 7), st.integers(1, 7)).filter(lambda pair: pair[0] != pair[1]), max_size=14))
def test_there_are_as_many_ways_as_are_counted(pairs: list[tuple[int, int]]) -> None:
    links = [link(a, b) for a, b in pairs]
    ways = shortest_ways(links, name(1), name(7), at_most=1000)
    assert len(ways) == len(set(ways)) == n_shortest(links, name(1), name(7))
    assert (ways[0] if ways else ()) == shortest_path(links, name(1), name(7))
