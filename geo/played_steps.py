"""The steps in which positions of a period are played."""

from dataclasses import dataclass
from typing import Final, Self

from watchfloor.geo.period import Period

HOUR_S: Final = 3600
DAY_S: Final = 86_400
# a period of so many days is played hour by hour
MOST_DAYS_BY_HOUR: Final = 2


@dataclass(frozen=True, slots=True)
class PlayedSteps:
    """Steps that follow each other: the first begins at `first_s` (seconds since 1970, UTC), each lasts `step_s`."""

    first_s: int
    step_s: int
    n: int

    @classmethod
    def of(cls, period: Period) -> Self:
        """Hours of a day or two, or of chosen hours; days of a longer period."""
        is_by_hour = period.hours is not None or period.days <= MOST_DAYS_BY_HOUR
        step_s = HOUR_S if is_by_hour else DAY_S
        first_s, end_s = (int(at.timestamp()) for at in period.moments)
        return cls(first_s, step_s, (end_s - first_s) // step_s)

    @property
    def is_by_hour(self) -> bool:
        """Whether a step is an hour."""
        return self.step_s == HOUR_S

    def span(self, number: int) -> tuple[int, int]:
        """Seconds since 1970 from which, and before which, a step lasts; steps are numbered from 0."""
        since = self.first_s + number * self.step_s
        return since, since + self.step_s
