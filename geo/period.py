"""A span of days, and of hours within few of them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Self

from watchfloor.geo.errors import BadQuestion

# nothing here is known of years before or after; days beyond them cannot be counted on from everywhere
EARLIEST: Final = date(1900, 1, 1)
LATEST: Final = date(2200, 1, 1)
# hours are chosen within so many days at the most: a night, a weekend
MOST_DAYS_WITH_HOURS: Final = 3
_DAY_H: Final = 24
_EPOCH: Final = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Hours:
    """Whole hours, UTC: from `first` o'clock of a period's first day until before `until` o'clock of its last."""

    first: int
    until: int

    def __post_init__(self) -> None:
        if not (0 <= self.first < _DAY_H and 0 < self.until <= _DAY_H):
            raise BadQuestion("hours begin between 0 and 23 o'clock and end between 1 and 24")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Hours as an address writes them: 02-05. Raises BadQuestion."""
        parts = text.split("-")
        if len(parts) != 2 or not all(part.isascii() and part.isdecimal() and len(part) <= 2 for part in parts):
            raise BadQuestion(f"hours are written as 02-05, not {text[:20]!r}")
        return cls(*map(int, parts))

    def __str__(self) -> str:
        return f"{self.first:02d}-{self.until:02d}"


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `since` until before `until`, UTC.

    hours: those of the first and the last day between which the period lies; None for whole days. They belong to
    questions about positions: all else is known by days (`whole`).
    """

    since: date
    until: date
    hours: Hours | None = None

    def __post_init__(self) -> None:
        if self.since >= self.until:
            raise BadQuestion(f"the period ends ({self.until}) before it begins ({self.since})")
        if self.since < EARLIEST or self.until > LATEST:
            raise BadQuestion(f"periods lie between {EARLIEST} and {LATEST}, not from {self.since} until {self.until}")
        if self.hours is None:
            return
        if self.days > MOST_DAYS_WITH_HOURS:
            raise BadQuestion(f"hours are chosen within at most {MOST_DAYS_WITH_HOURS} days, not {self.days:,}")
        if self.days == 1 and self.hours.first >= self.hours.until:
            raise BadQuestion("the hours of a day end before they begin")
        if self.hours == Hours(0, _DAY_H):
            object.__setattr__(self, "hours", None)

    @classmethod
    def parse(cls, since: str, until: str, hours: str = "") -> Self:
        """Two dates as YYYY-MM-DD; the second is the day after the last. hours: as 02-05, empty for whole days.

        Raises BadQuestion.
        """
        try:
            days = date.fromisoformat(since), date.fromisoformat(until)
        except ValueError as error:
            raise BadQuestion(f"dates are written YYYY-MM-DD, not {since[:20]!r} and {until[:20]!r}") from error
        return cls(*days, Hours.parse(hours) if hours else None)

    @classmethod
    def between(cls, since_h: int, until_h: int) -> Self:
        """From an hour until before another, both counted from 1970-01-01 00:00 UTC. Raises BadQuestion."""
        try:
            since, until = (_EPOCH + timedelta(days=hour // _DAY_H) for hour in (since_h, until_h - 1))
            last = until + timedelta(days=1)
        except OverflowError as error:
            raise BadQuestion("those hours are too far off") from error
        first, end = since_h % _DAY_H, (until_h - 1) % _DAY_H + 1
        return cls(since, last, Hours(first, end) if (first, end) != (0, _DAY_H) else None)

    @property
    def days(self) -> int:
        """Number of days that it touches."""
        return (self.until - self.since).days

    @property
    def last(self) -> date:
        """The last day."""
        return self.until - timedelta(days=1)

    @property
    def whole(self) -> "Period":
        """The same days without hours."""
        return self if self.hours is None else Period(self.since, self.until)

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """The first moment, and the first after it, UTC."""
        if self.hours is None:
            return dawn(self.since), dawn(self.until)
        return (
            dawn(self.since) + timedelta(hours=self.hours.first),
            dawn(self.last) + timedelta(hours=self.hours.until),
        )

    @property
    def hours_since_1970(self) -> tuple[int, int]:
        """Both ends as hours from 1970-01-01 00:00 UTC; `between` leads back."""
        since, until = ((at - dawn(_EPOCH)) // timedelta(hours=1) for at in self.moments)
        return since, until

    @property
    def whole_years(self) -> range:
        """The calendar years that lie inside, possibly none."""
        first = self.since.year + (self.since != date(self.since.year, 1, 1))
        return range(first, max(first, self.until.year))

    def __str__(self) -> str:
        if self.hours is None:
            return f"{self.since.isoformat()} to {self.last.isoformat()}"
        end = f"{self.hours.until:02d}:00" if self.days == 1 else f"{self.last.isoformat()} {self.hours.until:02d}:00"
        return f"{self.since.isoformat()} {self.hours.first:02d}:00 to {end}"


def dawn(day: date) -> datetime:
    """The day's first moment, UTC."""
    return datetime.combine(day, time(), UTC)
