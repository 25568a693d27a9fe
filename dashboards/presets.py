"""Periods by name, counted back from the last day that is known."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from watchfloor.dashboards.choices import FIRST_DAY
from watchfloor.geo.period import Period

# the fiscal year of the United States, by the name of the year in which it ends
FISCAL_MONTH: Final = 10
FISCAL_TITLE: Final = "US fiscal year, from 1 October"
_BACK: Final = {"24 h": 1, "7 d": 7, "30 d": 30, "90 d": 90, "1 y": 365, "3 y": 1096}


def presets(known: Period, last: date | None = None) -> Mapping[str, Period]:
    """Presets by title; known: from the first to the last day of which anything is known.

    last: what is counted back from, where that is another day: the last of the layers that are on.
    """
    last = last or known.last
    until = last + timedelta(days=1)
    found = {name: Period(max(FIRST_DAY, until - timedelta(days=days)), until) for name, days in _BACK.items()}
    return found | {
        "Last quarter": last_quarter(last),
        fiscal_title(last): fiscal_year(last),
        "All": known,
    }


def last_quarter(today: date) -> Period:
    """The whole quarter before that of the day."""
    this = date(today.year, 3 * ((today.month - 1) // 3) + 1, 1)
    before = this - timedelta(days=1)
    return Period(date(before.year, before.month - 2, 1), this)


def fiscal_year(today: date) -> Period:
    """The fiscal year of the United States that the day lies in, whole, from 1 October."""
    first = today.year if today.month >= FISCAL_MONTH else today.year - 1
    return Period(date(first, FISCAL_MONTH, 1), date(first + 1, FISCAL_MONTH, 1))


def fiscal_title(today: date) -> str:
    """Its name: FY27 begins on 1 October 2026."""
    return f"FY{fiscal_year(today).until.year % 100:02d}"
