"""Overdoses: the substances that a suppressed release is broken down by, and months as numbers."""

from datetime import date
from typing import Final

from watchfloor.geo.period import Period

# position in this tuple is the bit of the release's classes: the substances that readers ask for first
MAIN: Final = (3, 1, 2, 22, 19, 5, 20)
K: Final = 5


def month_number(day: date) -> int:
    """Months since January 1970."""
    return (day.year - 1970) * 12 + day.month - 1


def whole_months(period: Period) -> tuple[int, int]:
    """First and last month that lie wholly in the period; the last before the first if none does."""
    first = month_number(period.since) + (period.since.day > 1)
    return first, month_number(period.until) - 1


def month_start(number: int) -> date:
    """First day of a month counted from January 1970."""
    return date(1970 + number // 12, number % 12 + 1, 1)
