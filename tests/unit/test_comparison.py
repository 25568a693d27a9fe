from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, binomtest, false_discovery_control

from watchfloor.geo.answers import CellCounts
from watchfloor.geo.comparison import (
    Q,
    change_p,
    compared,
    dispersion_of,
    false_discovery,
    is_testable,
    period_before,
    pooled_dispersion,
    ratio_interval,
    refuse_overlap,
    strongest,
    year_before,
)
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.period import Period

CELLS = np.array([0x8344D5FFFFFFFFF, 0x8344C1FFFFFFFFF, 0x8344C4FFFFFFFFF], np.uint64)
A = Period(date(2024, 1, 1), date(2025, 1, 1))
B = Period(date(2023, 1, 1), date(2024, 1, 1))


def counts(cells: np.ndarray, n: list[int], **more: object) -> CellCounts:
    order = np.argsort(cells)
    return CellCounts(cells[order], np.array(n)[order], np.array(n, float)[order] * 2, 3, **more)


@given(st.integers(0, 60), st.integers(0, 60), st.floats(0.05, 0.95))
def test_the_p_of_two_counts_is_twice_the_smaller_binomial_tail(n_a: int, n_b: int, share: float) -> None:
    tails = [binomtest(n_a, n_a + n_b, share, way).pvalue for way in ("greater", "less")] if n_a + n_b else [1.0]

    found = change_p(np.array([n_a]), np.array([n_b]), share)[0]

    assert found == pytest.approx(min(1.0, 2 * min(tails)), rel=1e-9)


@given(st.integers(1, 60), st.integers(1, 60))
def test_the_interval_of_the_ratio_is_that_of_clopper_and_pearson(n_a: int, n_b: int) -> None:
    share = binomtest(n_a, n_a + n_b).proportion_ci(method="exact")

    ratio, low, high = ratio_interval(n_a, n_b, 365, 730)

    assert ratio == pytest.approx(n_a / n_b * 2)
    assert [low, high] == pytest.approx([2 * share.low / (1 - share.low), 2 * share.high / (1 - share.high)], rel=1e-9)


def test_the_interval_of_a_ratio_without_one_side_is_open_there() -> None:
    assert ratio_interval(0, 5, 10, 10)[1] == 0 < ratio_interval(0, 5, 10, 10)[2] < float("inf")
    assert ratio_interval(5, 0, 10, 10)[2] == float("inf")
    assert ratio_interval(5, 0, 10, 10)[1] > 0


@settings(max_examples=40)
@given(st.integers(1, 200), st.floats(0.1, 0.9), st.floats(0.001, 0.2))
def test_without_a_change_a_p_is_never_small_more_often_than_it_says(total: int, share: float, level: float) -> None:
    n_a = np.arange(total + 1)
    p = change_p(n_a, total - n_a, share)

    assert binom.pmf(n_a, total, share)[p <= level].sum() <= level + 1e-12


def test_without_a_change_the_p_of_large_counts_is_spread_evenly() -> None:
    rng = np.random.default_rng(3)
    n_a, n_b = rng.poisson(900, 20_000), rng.poisson(300, 20_000)

    p = change_p(n_a, n_b, 0.75)

    # the last tenth holds the p of 1 that no split can go beyond
    assert np.histogram(p, 10, (0, 1))[0][:9] == pytest.approx(2_000, abs=160)


@given(st.lists(st.one_of(st.floats(1e-9, 1), st.just(float("nan"))), min_size=1, max_size=60))
def test_the_false_discovery_rate_is_that_of_scipy_over_what_was_tested(p: list[float]) -> None:
    given_p = np.array(p)
    tested = np.isfinite(given_p)

    q = false_discovery(given_p)

    assert np.isnan(q[~tested]).all()
    if tested.any():
        assert q[tested] == pytest.approx(false_discovery_control(given_p[tested]))


def test_a_total_is_testable_when_some_split_of_it_is_significant() -> None:
    totals = np.arange(30)
    best = [change_p(np.arange(n + 1), n - np.arange(n + 1), 0.5).min() for n in totals]

    assert is_testable(totals, 0.5).tolist() == [p <= Q for p in best]


def bursts(rng: np.random.Generator, mean: np.ndarray, weeks: int, size: float) -> np.ndarray:
    """Weekly counts of operations that each make `size` events on average (geometric); shape (cells, weeks)."""
    operations = rng.poisson(mean[:, None] / size, (mean.size, weeks))
    # the sum of k geometric numbers is k and a negative binomial one
    return operations + np.where(operations > 0, rng.negative_binomial(np.maximum(operations, 1), 1 / size), 0)


def test_bursts_without_a_change_mark_nothing_once_they_are_allowed_for() -> None:
    rng = np.random.default_rng(5)
    mean = rng.gamma(0.5, 4, 400)
    naive = marked = 0
    for _ in range(20):
        a, b = (bursts(rng, mean, 26, 2.5) for _ in range(2))
        dispersion = pooled_dispersion(dispersion_of(a), dispersion_of(b))
        n_a, n_b = a.sum(axis=1), b.sum(axis=1)
        naive += (false_discovery(change_p(n_a, n_b, 0.5)) <= Q).sum()
        marked += (false_discovery(change_p(n_a, n_b, 0.5, dispersion)) <= Q).any()

    assert naive > 20 * 20
    assert marked <= 2


def test_events_that_come_singly_are_not_held_for_bursts() -> None:
    weekly = np.random.default_rng(7).poisson(3, (300, 26)).astype(float)

    assert pooled_dispersion(dispersion_of(weekly)) == pytest.approx(1, abs=0.06)


def test_of_few_weeks_or_few_events_nothing_is_said_about_bursts() -> None:
    assert dispersion_of(np.full((5, 3), 100.0)) == (0.0, 0)
    assert pooled_dispersion(dispersion_of(np.ones((5, 8)))) == 1.0


def test_a_planted_change_is_marked_and_found_as_the_strongest() -> None:
    a, b = counts(CELLS, [60, 20, 1]), counts(CELLS[:2], [12, 21])

    change = compared(a, b, (A, B))

    grown = int(np.flatnonzero(change.cells == CELLS[0])[0])
    assert change.is_marked.tolist() == (change.cells == CELLS[0]).tolist()
    assert strongest(change) == grown
    assert (int(change.n_a[grown]), int(change.n_b[grown])) == (60, 12)
    assert change.n_tested == 2


def test_longer_periods_are_allowed_for() -> None:
    long = Period(date(2021, 1, 1), date(2024, 1, 1))

    change = compared(counts(CELLS[:1], [30]), counts(CELLS[:1], [90]), (A, long))

    assert change.p[0] > 0.9
    assert change.interval(0)[0] == pytest.approx(1, abs=0.01)


def test_suppressed_counts_are_compared_only_where_both_periods_have_one() -> None:
    a, b = (counts(CELLS[at], [9, 7], is_suppressed=True) for at in ([0, 1], [1, 2]))

    change = compared(a, b, (A, B), untested="why")

    assert change.cells.tolist() == [CELLS[1]]
    assert change.n_one_sided == 2
    assert not change.is_marked.any()
    assert strongest(change) is None


def test_periods_that_share_a_day_are_refused() -> None:
    refuse_overlap(A, B)
    with pytest.raises(BadQuestion, match="overlap"):
        refuse_overlap(A, Period(date(2024, 12, 31), date(2025, 6, 1)))


def test_the_period_before_ends_where_the_period_begins() -> None:
    assert period_before(Period(date(2024, 3, 1), date(2024, 3, 31))) == Period(date(2024, 1, 31), date(2024, 3, 1))


def test_before_a_quarter_comes_the_quarter_before() -> None:
    assert period_before(Period(date(2026, 7, 1), date(2026, 10, 1))) == Period(date(2026, 4, 1), date(2026, 7, 1))
    assert period_before(Period(date(2026, 1, 1), date(2026, 3, 1))) == Period(date(2025, 11, 1), date(2026, 1, 1))


def test_a_year_before_a_leap_day_is_the_last_of_february() -> None:
    assert year_before(Period(date(2024, 2, 29), date(2024, 3, 31))) == Period(date(2023, 2, 28), date(2023, 3, 31))
