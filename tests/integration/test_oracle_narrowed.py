"""Every question about seizures under conditions against a brute-force oracle: no difference allowed."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from watchfloor.geo.bbox import BBox
from watchfloor.geo.disc import Disc
from watchfloor.geo.narrowing import NOTHING, Narrowing
from watchfloor.geo.period import Period
from watchfloor.geo.query import Layer, Measured, Query
from watchfloor.geo.spot import Spot, SpotKind

from ..copied_store import Original, original
from .narrowed_world import EACH, PORTS, QUERIES, Filled, World, filled, of_world
from .oracle_world import ORIGIN

ANYWAY = settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@pytest.fixture(scope="module")
def narrowed(cluster, template) -> Iterator[Original[Filled]]:
    with original(cluster, template, filled) as made:
        yield made


@pytest.fixture
def world(narrowed: Original[Filled]) -> Iterator[World]:
    with narrowed.copied() as store, narrowed.told.opened(store) as opened:
        yield opened


def drawn(world: World, data: st.DataObject) -> tuple[int, Query]:
    return data.draw(st.integers(0, 14)), of_world(world, data.draw(QUERIES))


@settings(ANYWAY, max_examples=60)
@given(data=st.data())
def test_cells_count_what_meets_the_conditions_and_nothing_else(world: World, data: st.DataObject) -> None:
    asker, query = drawn(world, data)
    found = world.repository.seizure_cells(world.askers[asker], query)
    n, kilograms, unplaced = world.cells(asker, query)
    assert dict(zip(found.cells.tolist(), found.n.tolist(), strict=True)) == dict(n)
    assert found.n_unplaced == unplaced
    weights = dict(zip(found.cells.tolist(), found.kilograms.round().astype(int).tolist(), strict=True))
    assert weights == dict(kilograms)


@ANYWAY
@given(data=st.data())
def test_the_trend_counts_the_same(world: World, data: st.DataObject) -> None:
    asker, query = drawn(world, data)
    query = query.everywhere()
    met = world.met(asker, query)
    found = world.repository.seizure_trend(world.askers[asker], query)
    if found.grain == "m":
        assert int(found.n.sum()) >= len(met)
        return
    days = Counter(ORIGIN.date() + timedelta(days=int(world.facts.day[i])) for i in met)
    assert dict(zip(found.starts, found.n.tolist(), strict=True)) == dict(days)
    assert round(found.kilograms.sum()) == sum(met.values())


@ANYWAY
@given(data=st.data())
def test_places_count_the_same(world: World, data: st.DataObject) -> None:
    asker, query = drawn(world, data)
    met = world.met(asker, query)
    found = world.repository.seizure_places(world.askers[asker], query)
    assert found.total + found.n_unplaced == len(met)
    assert round(found.kilograms.sum()) == sum(w for i, w in met.items() if world.facts.cell[i])


@ANYWAY
@given(data=st.data())
def test_the_records_behind_a_mark_are_as_many_as_the_map_says(world: World, data: st.DataObject) -> None:
    asker, query = drawn(world, data)
    who = world.askers[asker]
    cells = world.repository.seizure_cells(who, query)
    for cell, n in list(zip(cells.cells.tolist(), cells.n.tolist(), strict=True))[:3]:
        behind = world.repository.behind(who, query, Spot(SpotKind.CELL, f"{cell:x}"))
        assert behind.n == n == behind.records.total
    symbols = world.repository.seizure_symbols(who, query, 5)
    for index in range(min(2, len(symbols))):
        behind = world.repository.behind(who, query, Spot(SpotKind.PLACE, str(symbols.name_of(index))))
        assert behind.n == symbols.n[index]
        assert behind.kilograms == pytest.approx(symbols.kilograms[index])


@ANYWAY
@given(data=st.data())
def test_cases_are_those_of_what_meets_the_conditions(world: World, data: st.DataObject) -> None:
    asker, query = drawn(world, data)
    query = replace(query.everywhere(), measured=Measured.CASES)
    met, sees = world.met(asker, query), world.sees[asker]
    cases = {case for i in met for case, under in world.said.held[i].items() if under in sees}
    found = world.repository.seizure_cells(world.askers[asker], query)
    assert found.distinct is not None
    assert found.distinct.known.n == len(cases)


@ANYWAY
@given(data=st.data())
def test_what_is_near_a_point_meets_the_conditions_too(world: World, data: st.DataObject) -> None:
    asker, query = drawn(world, data)
    disc = Disc(*PORTS[data.draw(st.integers(0, 3))][2:], 80_000.0)
    facts = world.facts
    is_there = disc.contains(facts.lon, facts.lat) & (facts.uncertainty <= disc.radius_m)
    assert world.repository.near(world.askers[asker], query, disc).n == sum(
        is_there[i] for i in world.met(asker, query)
    )


def test_the_conditions_of_the_oracle_leave_something_and_not_all(world: World) -> None:
    left = {name: most_left(world, name) for name in EACH}
    assert left.keys() == set(NOTHING.__slots__)
    # all of this world was recorded at one moment, so that everything has arrived since another one, or nothing
    assert left.pop("arrived") == 0
    assert all(left.values()), left


def most_left(world: World, name: str) -> int:
    """The most seizures, short of all, that some draw of this condition alone leaves."""
    asker, most = len(world.askers) - 1, 0
    whole = Query(Layer.SEIZURES, all_days(world), bbox=BBox.world())
    everything = len(world.met(asker, whole))

    @settings(ANYWAY, max_examples=25, derandomize=True, database=None)
    @given(value=EACH[name])
    def collect(value: object) -> None:
        nonlocal most
        n = len(world.met(asker, of_world(world, replace(whole, only=Narrowing(**{name: value})))))
        most = max(most, n if n < everything else 0)

    collect()
    return most


def all_days(world: World) -> Period:
    """All days of the world."""
    return Period(ORIGIN.date(), ORIGIN.date() + timedelta(days=int(world.facts.day.max()) + 1))


@ANYWAY
@given(data=st.data())
def test_what_a_choice_is_said_to_leave_is_what_it_leaves(world: World, data: st.DataObject) -> None:
    asker, query = drawn(world, data)
    query = query.everywhere()
    facets = world.repository.seizure_facets(world.askers[asker], query)

    assert facets.left == len(world.met(asker, query))
    assert facets.total == len(world.met(asker, replace(query, substances=(), only=NOTHING)))
    assert set(facets.without) == names_of(query)
    for name, n in facets.without.items():
        assert n == len(world.met(asker, without(query, name))), name
    for name, choices in facets.choices.items():
        for choice in choices[:4]:
            assert choice.n == len(world.met(asker, choosing(query, name, choice.value))), (name, choice)


def names_of(query: Query) -> set[str]:
    """Conditions in force, as facets name them."""
    names = {"kilograms" if name in {"least_kg", "most_kg"} else name for name in query.only.given}
    return names | ({"substances"} if query.substances else set())


def without(query: Query, name: str) -> Query:
    """The question without one condition."""
    if name == "substances":
        return replace(query, substances=())
    gone = ("least_kg", "most_kg") if name == "kilograms" else (name,)
    return replace(query, only=query.only.without(*gone))


def choosing(query: Query, name: str, value: str) -> Query:
    """The question with one choice in place of what is chosen there."""
    if name == "substances":
        return replace(query, substances=(value,))
    parameters = query.only.without(name).as_parameters()
    one = {"conveyances": "conveyance", "concealments": "concealment", "agencies": "agency", "labels": "label"}
    written = Narrowing(**{name: (value,)}).as_parameters() if name in {"conveyances", "concealments"} else {}
    return replace(query, only=Narrowing.from_parameters(parameters | {one.get(name, name): value} | written))
