"""What was to be expected of a period: which windows, how it stands to them, and when chance is spoken of."""

from datetime import date

import pytest

from watchfloor.geo.expectation import JUST_BEFORE, SAME_DAYS, Windows, earlier_windows, expectation
from watchfloor.geo.period import Period

SPRING = Period(date(2024, 3, 1), date(2024, 6, 1))


def test_the_same_days_of_earlier_years_come_first() -> None:
    windows = earlier_windows(SPRING, date(2021, 3, 1))

    assert windows is not None
    assert windows.method == SAME_DAYS
    assert [one.since.year for one in windows.periods] == [2023, 2022, 2021]


def test_without_two_years_windows_just_before_are_compared() -> None:
    windows = earlier_windows(SPRING, date(2023, 5, 1))

    assert windows is not None
    assert windows.method == JUST_BEFORE
    assert windows.periods[0] == Period(date(2023, 11, 30), date(2024, 3, 1))
    assert all(one.since >= date(2023, 5, 1) for one in windows.periods)


def test_of_a_store_that_has_just_begun_nothing_is_expected() -> None:
    assert earlier_windows(SPRING, date(2024, 1, 1)) is None


def test_windows_of_years_do_not_overlap_the_period() -> None:
    long = Period(date(2022, 1, 1), date(2024, 1, 1))
    windows = earlier_windows(long, date(2010, 1, 1))

    assert windows is not None
    assert all(one.until <= long.since for one in windows.periods)


def test_a_leap_day_is_compared_with_years_that_have_one() -> None:
    windows = earlier_windows(Period(date(2024, 2, 29), date(2024, 3, 31)), date(2010, 1, 1))

    assert windows is not None
    assert all(one.until <= date(2024, 2, 29) for one in windows.periods)


@pytest.mark.parametrize(
    ("n", "counts", "said"),
    [
        (30, (10, 11, 9), "200% more than the median of the same days of earlier years, 10 (9 to 11 in 3 of them)"),
        (30, (10, 11, 9), "More of a difference than chance would give"),
        (11, (10, 11, 9), "No more than chance would give"),
        (10, (10, 11, 9), "As many as the median"),
        (30, (1, 90, 12), "Compare asks another question"),
        (4, (0, 0), "More than the median"),
        (23, (0, 1, 0, 5), "More than the median of the same days of earlier years, 0.5 (0 to 5 in 4 of them)"),
        (0, (0, 0), "chance would give (exact Poisson test against the same days of earlier years, p = 1.00)"),
    ],
)
def test_a_count_is_told_against_earlier_ones(n: int, counts: tuple[int, ...], said: str) -> None:
    assert said in expectation(n, counts, Windows((SPRING,) * len(counts), SAME_DAYS)).words


def test_the_probability_is_that_of_the_exact_test() -> None:
    # R: binom.test(30, 60, 1/4)$p.value
    found = expectation(30, (10, 11, 9), Windows((SPRING,) * 3, SAME_DAYS)).p

    assert found == pytest.approx(3.1e-5, rel=0.1)
