"""The same months of two years of a port, as a sentence."""

from datetime import date

from watchfloor.data.questions.ports import by_month, written_against

JAN, FEB, MAR = (date(2026, month, 1) for month in (1, 2, 3))


def test_only_months_known_of_both_years_are_compared() -> None:
    (said,) = written_against({JAN: 90, FEB: 110, MAR: 999}, {JAN: 100, FEB: 150})
    assert said == (
        "200 against 250 in the same 2 months a year before, -20.0%. Both are counts as reported, not samples."
    )


def test_without_a_month_in_common_nothing_is_said() -> None:
    assert written_against({JAN: 90}, {FEB: 100}) == ()


def test_from_nothing_no_percentage_is_made() -> None:
    (said,) = written_against({JAN: 90}, {JAN: 0})
    assert said.startswith("90 against 0 in the same month a year before. ")


def test_series_and_days_of_a_month_are_added_up() -> None:
    assert by_month([(JAN, 100), (JAN, 40), (date(2026, 1, 9), 2), (FEB, 1)]) == {JAN: 142, FEB: 1}


def test_a_leap_day_counts_in_february_of_the_next_year() -> None:
    assert by_month([(date(2024, 2, 29), 5)], years_later=1) == {date(2025, 2, 1): 5}
