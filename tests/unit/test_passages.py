"""Stays in a place and meetings of craft, against a slow and plain count."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchfloor.geo import passages
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.passages import ABSENCE_S, Heard, Nearness, apart_m, meetings, visits
from watchfloor.geo.sphere import distance_m, vectors


def heard(seed: int, n: int, crafts: int = 4, lon: float = 179.99) -> Heard:
    """Fixes of some craft within a few kilometres and two days, over the antimeridian, in order."""
    rng = np.random.default_rng(seed)
    return Heard(
        rng.integers(1, crafts + 1, n),
        rng.integers(0, 48 * 3600, n),
        (lon + rng.uniform(0, 0.03, n) + 180) % 360 - 180,
        rng.uniform(10.0, 10.02, n),
    ).in_order()


@given(st.integers(0, 500), st.integers(0, 60))
def test_a_stay_ends_where_a_craft_was_away_for_more_than_an_hour(seed: int, n: int) -> None:
    some = heard(seed, n)
    found = visits(some)

    plain = []
    for craft in sorted(set(some.craft.tolist())):
        times = some.at_s[some.craft == craft].tolist()
        breaks = [0, *(i + 1 for i, (a, b) in enumerate(pairwise(times)) if b - a > ABSENCE_S), len(times)]
        plain += [(craft, times[a], times[b - 1], b - a) for a, b in pairwise(breaks)]
    assert list(zip(found.craft, found.first_s, found.last_s, found.n, strict=True)) == plain


@pytest.mark.parametrize("pairs_at_once", [3, 2_000_000])
def test_distances_to_what_was_near_in_time_agree_with_a_plain_count(monkeypatch, pairs_at_once: int) -> None:
    monkeypatch.setattr(passages, "_PAIRS_AT_ONCE", pairs_at_once)
    own, others, seconds = heard(1, 40, crafts=1), heard(2, 80), 1800.0
    found = apart_m(own, others, seconds)

    for i in range(len(others)):
        near = np.abs(own.at_s - others.at_s[i]) <= seconds
        metres = distance_m(vectors(own.lon[near], own.lat[near]), vectors(others.lon[i], others.lat[i]))
        assert found[i] == pytest.approx(metres.min() if near.any() else np.inf)


def test_meetings_are_counted_once_for_each_time_that_two_come_together() -> None:
    own = Heard(np.full(6, 1), np.arange(6) * 1800, np.full(6, 179.999), np.zeros(6))
    # within 300 m at the start, far away for hours, near again at the end; the other never comes near
    at_s, lon = np.array([60, 1860, 3600, 9000, 0, 9000]), np.array([-179.999, -179.999, 170.0, -179.999, 179.9, 179.9])
    others = Heard(np.array([2, 2, 2, 2, 3, 3]), at_s, lon, np.zeros(6))
    found = meetings(own, others, Nearness(distance_m=500.0, minutes=10.0))

    assert found.craft.tolist() == [2, 2]
    assert found.n.tolist() == [2, 1]
    assert (found.first_s.tolist(), found.last_s.tolist()) == ([60, 9000], [1860, 9000])
    assert found.nearest_m.max() < 300


def test_nobody_is_beside_a_craft_that_was_not_heard() -> None:
    nobody = heard(0, 0)

    assert len(meetings(nobody, heard(1, 5), Nearness()).craft) == 0
    assert len(meetings(heard(1, 5), nobody, Nearness()).craft) == 0


@pytest.mark.parametrize("given", [(0.0, 10.0), (1e6, 10.0), (500.0, 0.0), (500.0, 1e4), (float("nan"), 1.0)])
def test_a_nearness_that_would_read_the_world_is_refused(given: tuple[float, float]) -> None:
    with pytest.raises(BadQuestion, match="beside means"):
        Nearness(*given)
