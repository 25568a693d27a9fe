"""Two periods compared, and a period day by day, against a count by hand: random principals, no difference allowed."""

from collections import Counter
from dataclasses import replace

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from watchfloor.geo.bbox import BBox
from watchfloor.geo.comparison import period_before
from watchfloor.geo.query import Measured

from .oracle_world import QUERIES, World


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_both_sides_of_a_change_are_what_the_asker_may_see(world: World, data: st.DataObject) -> None:
    asker = data.draw(st.integers(0, len(world.who) - 1))
    query = replace(data.draw(QUERIES), measured=Measured.COUNT, bbox=BBox.world())
    query = replace(query, resolution=min(query.resolution, 7))
    other = period_before(query.period)

    change = world.repository.change(world.askers[asker], query, other)

    for period, found, side in ((query.period, change.n_a, change.a), (other, change.n_b, change.b)):
        n, _, unplaced = world.expected(asker, replace(query, period=period))
        counted = {cell: count for cell, count in zip(change.cells.tolist(), found.tolist(), strict=True) if count}
        assert counted == dict(n)
        assert (side.n, side.n_unplaced) == (sum(n.values()), unplaced)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_the_days_that_are_played_add_up_to_what_the_asker_may_see(world: World, data: st.DataObject) -> None:
    asker = data.draw(st.integers(0, len(world.who) - 1))
    query = replace(data.draw(QUERIES), measured=Measured.COUNT, bbox=BBox.world())
    query = replace(query, resolution=min(query.resolution, 7))

    days = world.repository.days(world.askers[asker], query)

    n, _, unplaced = world.expected(asker, query)
    counted: Counter[int] = Counter()
    for cell, count in zip(days.cell.tolist(), days.n.tolist(), strict=True):
        counted[cell] += count
    assert counted.pop(0, 0) == unplaced
    assert counted == n
    since = (query.period.since - np.datetime64("1970-01-01").astype(object)).days
    assert ((days.day >= since) & (days.day < since + query.period.days)).all()
