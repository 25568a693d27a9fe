"""A span of days, and how it is put together from years, months and days of a roll-up."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from watchfloor.geo.errors import BadQuestion


@dataclass(frozen=True, slots=True)
class Piece:
    """Consecutive periods of one grain ('y', 'm' or 'd'), from `since` until before `until`."""

    grain: str
    since: date
    until: date


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `since` until before `until`, UTC."""

    since: date
    until: date

    def __post_init__(self) -> None:
        if self.since >= self.until:
            raise BadQuestion(f"the period ends ({self.until}) before it begins ({self.since})")

    @classmethod
    def parse(cls, since: str, until: str) -> Self:
        """Two dates as YYYY-MM-DD; the second is the day after the last.

        Raises BadQuestion.
        """
        try:
            return cls(date.fromisoformat(since), date.fromisoformat(until))
        except ValueError as error:
            raise BadQuestion(f"dates are written YYYY-MM-DD, not {since[:20]!r} and {until[:20]!r}") from error

    @property
    def days(self) -> int:
        """Number of days."""
        return (self.until - self.since).days

    def pieces(self, *, yearly: bool = True) -> tuple[Piece, ...]:
        """The period as whole years, whole months and single days, disjoint and complete."""
        if yearly:
            first, last = _next_year(self.since), date(self.until.year, 1, 1)
            if first < last:
                return (*_months(self.since, first), Piece("y", first, last), *_months(last, self.until))
        return _months(self.since, self.until)

    def __str__(self) -> str:
        return f"{self.since.isoformat()} to {(self.until - timedelta(days=1)).isoformat()}"


def _next_year(day: date) -> date:
    return day if (day.month, day.day) == (1, 1) else date(day.year + 1, 1, 1)


def _next_month(day: date) -> date:
    if day.day == 1:
        return day
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def _months(since: date, until: date) -> tuple[Piece, ...]:
    first, last = _next_month(since), until.replace(day=1)
    if first >= last:
        return (Piece("d", since, until),) if since < until else ()
    parts = (Piece("d", since, first), Piece("m", first, last), Piece("d", last, until))
    return tuple(part for part in parts if part.since < part.until)
