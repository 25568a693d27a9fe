"""The store against a brute-force oracle: random principals, labels and questions, no difference allowed."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from watchfloor.geo.query import Query
from watchfloor.geo.spot import Spot, SpotKind

from .oracle_world import QUERIES, World


def drawn(world: World, data: st.DataObject) -> tuple[int, Query]:
    return data.draw(st.integers(0, len(world.who) - 1)), data.draw(QUERIES)


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_cells_are_what_the_asker_may_see_and_nothing_else(world: World, data: st.DataObject) -> None:
    asker, query = drawn(world, data)
    found = world.repository.seizure_cells(world.askers[asker], query)
    n, kilograms, unplaced = world.expected(asker, query)
    assert dict(zip(found.cells.tolist(), found.n.tolist(), strict=True)) == dict(n)
    assert found.n_unplaced == unplaced
    weights = dict(zip(found.cells.tolist(), found.kilograms.round().astype(int).tolist(), strict=True))
    assert weights == dict(kilograms)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_the_records_behind_a_cell_are_as_many_as_the_map_says(world: World, data: st.DataObject) -> None:
    asker, query = drawn(world, data)
    found = world.repository.seizure_cells(world.askers[asker], query)
    for cell, n in list(zip(found.cells.tolist(), found.n.tolist(), strict=True))[:4]:
        behind = world.repository.behind(world.askers[asker], query, Spot(SpotKind.CELL, f"{cell:x}"))
        assert behind.n == n == behind.records.total


def test_every_principal_of_the_oracle_sees_something_else_than_the_others(world: World) -> None:
    seen = {world.sees(asker) for asker in range(len(world.who))}
    assert len(seen) >= 8, "the world is too plain to prove anything"
