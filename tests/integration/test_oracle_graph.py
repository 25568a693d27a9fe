"""Links against a brute-force oracle: neighbours, ways and numbers are what the asker may see, and nothing else."""

import uuid
from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import numpy as np
import polars as pl
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from watchfloor.data.address import Role
from watchfloor.data.ingest.frames import OPTIONAL, SHAPES
from watchfloor.geo.link_graph import Certainty, LinkChoice

from .oracle_world import ORIGIN, SPECS, World, entity_names, ingest

N_LINKS, N_CASES, MOST_LINKS = 150, 10, 6


def framed(name: str, rows: list[dict[str, object]]) -> pl.DataFrame:
    kinds = {column: kind for column, kind in SHAPES[name].items() if column in rows[0] or column not in OPTIONAL}
    return pl.DataFrame([{column: row.get(column) for column in kinds} for row in rows], schema=kinds)


def tied(numbers: list[int]) -> dict[str, pl.DataFrame]:
    """Links, cases and shared telephones, each row under a label drawn by itself."""
    rng = np.random.default_rng(5)
    names = [name for _, name in entity_names()]
    label = lambda: numbers[int(rng.integers(0, len(SPECS)))]  # noqa: E731
    graded = lambda: {"reliability": int(rng.integers(1, 5)), "validity": int(rng.integers(1, 5)), "label": label()}  # noqa: E731
    links = []
    for i in range(N_LINKS):
        a, b = rng.choice([*names, *(f"11-{n}" for n in range(12))], 2, replace=False)
        starts = ORIGIN + timedelta(days=int(rng.integers(0, 900)))
        links.append({"key": f"l{i}", "from_key": str(a), "to_key": str(b), "kind": str(rng.choice(["calls", "owns"])),
                      "starts": starts, "ends": starts + timedelta(days=60), **graded()})  # fmt: skip
    cases = [
        {"key": f"c{i}", "number": f"C-{i}", "title": "t", "agency": "A", "status": "open", "opened": ORIGIN,
         "summary": "", **graded()}
        for i in range(N_CASES)
    ]  # fmt: skip
    held = [
        {"case_key": f"c{i}", "record_key": str(name), "role": "subject", "label": label()}
        for i in range(N_CASES)
        for name in rng.choice(names, 3, replace=False)
    ]
    phones = [
        {"entity_key": str(name), "scheme": "phone", "value": f"+1202555010{i}", "label": label()}
        for i in range(4)
        for name in rng.choice(names, 2, replace=False)
    ]
    given_rows = {"links": links, "cases": cases, "case_records": held, "identifiers": phones}
    return {name: framed(name, rows) for name, rows in given_rows.items()}


@dataclass
class Tied:
    """The world with its links as rows of every label, for a search by hand."""

    world: World
    nodes: dict[UUID, int]
    pairs: list[tuple[UUID, UUID, str, int, tuple[int, ...]]]

    def near(self, asker: int, choice: LinkChoice) -> dict[UUID, dict[UUID, int]]:
        """Who is linked to whom for that asker, with the doubt of the most certain link."""
        seen = {self.world.numbers[spec] for spec in self.world.sees(asker)}
        found: dict[UUID, dict[UUID, int]] = defaultdict(dict)
        for a, b, kind, doubt, labels in self.pairs:
            may = {*labels, self.nodes[a], self.nodes[b]} <= seen
            if may and doubt <= choice.most_doubt and (not choice.kinds or kind in choice.kinds):
                for one, other in ((a, b), (b, a)):
                    found[one][other] = min(doubt, found[one].get(other, 9))
        return found

    @property
    def cases(self) -> set[UUID]:
        """Case files that hold something."""
        return {b for _, b, kind, *_ in self.pairs if kind == "in_case"}

    @property
    def tied(self) -> list[UUID]:
        """Records that somebody may see a link of."""
        return sorted({end for a, b, *_ in self.pairs for end in (a, b)})

    def visible(self, asker: int) -> list[UUID]:
        seen = {self.world.numbers[spec] for spec in self.world.sees(asker)}
        return sorted(node for node, label in self.nodes.items() if label in seen)


def doubt_of(reliability: int, validity: int) -> int:
    if 3 in (reliability, validity):
        return 2
    return 1 if 4 in (reliability, validity) else 0


@pytest.fixture
def tied_world(world: World) -> Tied:
    ingest(world.address, tied(world.numbers))
    with psycopg.connect(world.address.conninfo(Role.OWNER)) as owner:
        return Tied(world, *rows_of(owner))


def rows_of(owner: psycopg.Connection) -> tuple[dict[UUID, int], list]:
    tables = ("entity", "event", "case_file")
    nodes = dict(row for t in tables for row in owner.execute(f"SELECT id, label_id FROM watchfloor.{t}").fetchall())
    links = owner.execute(
        "SELECT from_id, to_id, kind, reliability, validity, label_id FROM watchfloor.link"
    ).fetchall()
    pairs = [(a, b, kind, doubt_of(r, v), (label,)) for a, b, kind, r, v, label in links]
    held = owner.execute(
        "SELECT r.record_id, r.case_id, f.reliability, f.validity, r.label_id FROM watchfloor.case_record AS r "
        "JOIN watchfloor.case_file AS f ON f.id = r.case_id"
    ).fetchall()
    pairs += [(a, b, "in_case", doubt_of(r, v), (label,)) for a, b, r, v, label in held]
    borne = owner.execute("SELECT value, entity_id, label_id FROM watchfloor.identifier").fetchall()
    graded = dict(owner.execute("SELECT id, ARRAY[reliability, validity] FROM watchfloor.entity").fetchall())
    for value, a, first in borne:
        for other, b, second in borne:
            if value == other and a < b:
                worst = [max(pair) for pair in zip(graded[a], graded[b], strict=True)]
                pairs.append((a, b, "same_identifier", doubt_of(*worst), (first, second)))
    return nodes, pairs


def shortest(near: dict[UUID, dict[UUID, int]], ends: list[UUID], cases: set[UUID]) -> tuple[int, int, int, int] | None:
    """Links, case files between, and doubt of the best way, and how many are as short, by trying all level by level."""
    start, end = ends
    level = {start: (0, 0)}
    ways = {start: 1}
    reached = {start}
    for step in range(MOST_LINKS + 1):
        if end in level:
            return step, *level[end], ways[end]
        following: dict[UUID, tuple[int, int]] = {}
        more: dict[UUID, int] = {}
        for one, (between, cost) in level.items():
            for other, doubt in near.get(one, {}).items():
                if other not in reached:
                    way = (between + (other in cases and other != end), cost + doubt)
                    following[other] = min(way, following.get(other, (99, 99)))
                    more[other] = more.get(other, 0) + ways[one]
        reached |= following.keys()
        level, ways = following, more
    return None


CHOICES = st.builds(
    LinkChoice,
    kinds=st.sampled_from([frozenset(), frozenset({"calls"}), frozenset({"in_case", "same_identifier"})]),
    most_doubt=st.sampled_from(Certainty),
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_neighbours_and_their_numbers_are_what_the_asker_may_see(tied_world: Tied, data: st.DataObject) -> None:
    asker, choice = data.draw(st.integers(0, len(tied_world.world.who) - 1)), data.draw(CHOICES)
    records = data.draw(st.lists(st.sampled_from(tied_world.tied), min_size=1, max_size=3, unique=True))
    at_most = data.draw(st.sampled_from([2, 1000]))
    near, visible = tied_world.near(asker, choice), set(tied_world.visible(asker))
    found = tied_world.world.repository.graph_around(tied_world.world.askers[asker], records, choice, at_most=at_most)
    start = set(records) & visible
    expected = {other for one in start for other in near.get(one, ())} - start
    assert found.total == len(expected)
    assert found.shown == min(at_most, len(expected))
    assert start <= found.by_id.keys() <= start | expected
    assert {node.id: node.n_linked for node in found.nodes} == {one: len(near.get(one, ())) for one in found.by_id}
    linked = {frozenset((link.start, link.end)) for link in found.links}
    drawn = found.by_id.keys()
    assert linked == {frozenset((a, b)) for a in drawn for b in near.get(a, ()) if b in drawn}
    again = tied_world.world.repository.graph_among(tied_world.world.askers[asker], sorted(drawn), choice)
    assert set(again.links) == set(found.links)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_way_is_as_short_and_as_sure_as_the_asker_may_know(tied_world: Tied, data: st.DataObject) -> None:
    asker, choice = data.draw(st.integers(0, len(tied_world.world.who) - 1)), data.draw(CHOICES)
    ends = data.draw(st.lists(st.sampled_from(tied_world.tied), min_size=2, max_size=2, unique=True))
    near, visible = tied_world.near(asker, choice), set(tied_world.visible(asker))
    found = tied_world.world.repository.graph_path(tied_world.world.askers[asker], (ends[0], ends[1]), choice)
    expected = shortest(near, ends, tied_world.cases) if set(ends) <= visible else None
    if expected is None:
        assert found.path == ()
        assert found.by_id.keys() == set(ends) & visible
        return
    assert (found.path[0], found.path[-1]) == tuple(ends)
    doubt = sum(near[a][b] for a, b in zip(found.path, found.path[1:], strict=False))
    between = len(tied_world.cases & set(found.path[1:-1]))
    assert (len(found.path) - 1, between, doubt, found.n_others + 1) == expected


def test_ways_differ_between_principals_so_that_the_comparison_says_something(tied_world: Tied) -> None:
    seen = {frozenset(tied_world.near(asker, LinkChoice())) for asker in range(len(tied_world.world.who))}
    assert len(seen) >= 6


def test_a_record_that_is_not_there_and_one_that_may_not_be_seen_look_alike(tied_world: Tied) -> None:
    world = tied_world.world
    hidden = next(iter(set(tied_world.nodes) - set(tied_world.visible(0))))
    answers = [world.repository.graph_around(world.askers[0], [one]) for one in (hidden, uuid.uuid4())]
    assert answers[0] == answers[1]
    assert answers[0].nodes == ()
