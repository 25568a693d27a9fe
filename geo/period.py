"""A span of days."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from watchfloor.geo.errors import BadQuestion


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

    @property
    def last(self) -> date:
        """The last day."""
        return self.until - timedelta(days=1)

    @property
    def whole_years(self) -> range:
        """The calendar years that lie inside, possibly none."""
        first = self.since.year + (self.since != date(self.since.year, 1, 1))
        return range(first, max(first, self.until.year))

    def __str__(self) -> str:
        return f"{self.since.isoformat()} to {self.last.isoformat()}"
