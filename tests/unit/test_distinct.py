"""Distinct counts: exact as far as is said, and as far off as is said beyond."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchfloor.geo.answers import CellCounts
from watchfloor.geo.cells import cells_of
from watchfloor.geo.distinct import EXACT_UP_TO, Distinct, DistinctCount, DistinctShown
from watchfloor.geo.period import Period
from watchfloor.geo.query import Layer, Measured, Query
from watchfloor.layers.legends import cells_legend
from watchfloor.layers.palettes import Scale

PAIRS = st.lists(st.tuples(st.integers(0, 3), st.integers(-(2**63), 2**63 - 1)), max_size=60)


@given(st.lists(PAIRS, max_size=4))
def test_small_counts_are_those_of_sets_however_they_are_met(batches: list[list[tuple[int, int]]]) -> None:
    met = Distinct()
    for batch in batches:
        met.add(*np.array(batch, np.int64).reshape(-1, 2).T)
    pairs = [pair for batch in batches for pair in batch]
    for group in range(4):
        assert met.count(group) == exact(len({thing for at, thing in pairs if at == group}))
    assert met.together(range(4)) == exact(len({thing for _, thing in pairs}))


def test_a_count_is_exact_up_to_the_stated_size() -> None:
    met = Distinct().add(np.zeros(EXACT_UP_TO, np.int64), np.arange(EXACT_UP_TO))
    assert met.count(0) == met.together([0]) == exact(EXACT_UP_TO)


@pytest.mark.parametrize("n", [20_000, 300_000])
def test_beyond_it_the_truth_lies_within_the_stated_error(n: int) -> None:
    groups, things = np.arange(2 * n) % 2, np.arange(2 * n) // 3
    met = Distinct().add(groups, things)
    for found, truth in ((met.count(0), things[groups == 0]), (met.together([0, 1]), things)):
        assert not found.is_exact
        assert found.low <= np.unique(truth).size <= found.high
        assert found.error < 0.04


@pytest.mark.parametrize(
    ("count", "written"),
    [
        (DistinctCount(1234, 1234, 1234), "1,234"),
        (DistinctCount(12_345, 12_000, 12_700), "≈ 12,300 (±3 %)"),
        (DistinctCount(0, 0, 0), "0"),
    ],
)
def test_an_estimate_is_written_as_one(count: DistinctCount, written: str) -> None:
    assert count.written == written


def test_the_legend_says_that_hexagons_are_estimated() -> None:
    day = np.datetime64("2024-01-01").item()
    query = Query(Layer.SEIZURES, Period(day, day.replace(year=2025)), measured=Measured.CASES)
    estimate = DistinctCount(12_345, 12_000, 12_700)
    distinct = DistinctShown(estimate, estimate, exact(0), estimated=1, error=estimate.error)
    cells = cells_of(np.array([1.0]), np.array([1.0]), 3)
    shown = CellCounts(cells, np.array([12_345]), np.array([0.0]), 3, distinct=distinct)
    lines = cells_legend(query, shown, Scale.of(shown.n.astype(float)), "dark").lines
    assert "≈ 12,300 (±3 %) of ≈ 12,300 (±3 %) distinct cases shown" in lines
    assert "≈ in 1 of the hexagons: over 4,096 cases are estimated, ±3 %" in lines


def exact(n: int) -> DistinctCount:
    return DistinctCount(n, n, n)
