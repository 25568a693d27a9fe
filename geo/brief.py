"""What a brief tells of a place: its records by what was taken, where and by whom; and what two periods came to."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from watchfloor.geo.answers import Trend
from watchfloor.geo.comparison import dispersion_of, pooled_dispersion
from watchfloor.geo.comparison_places import Held, PlaceChange, two_totals
from watchfloor.geo.period import Period
from watchfloor.geo.scope import Label


@dataclass(frozen=True, slots=True)
class Share:
    """One of the parts into which records fall: its name, how many there are, and their weight."""

    name: str
    n: int
    kilograms: float


@dataclass(frozen=True, slots=True)
class Source:
    """Who told of records: how many, and how source and content are graded, the most frequent first.

    publisher, licence: empty where they are not told.
    """

    name: str
    publisher: str
    licence: str
    n: int
    gradings: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Parts:
    """The records that lie in a place, by their parts. n_told: of how many, the newest, all of it is told.

    n_nameless: records whose place has no name. precisions: records by how well their place is known.
    """

    n_told: int
    substances: tuple[Share, ...]
    places: tuple[Share, ...]
    n_nameless: int
    precisions: tuple[tuple[str, int], ...]
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """What a place holds in one period. labels: of what lies in it, with how many; may: of what may, the same."""

    period: Period
    held: Held
    days: tuple[date, ...]
    trend: Trend
    labels: tuple[tuple[Label, int], ...]
    may: tuple[tuple[Label, int], ...] = ()

    def beside(self, counts: Callable[[Label], bool]) -> "Tally":
        """The same, with those alone among what may lie there whose labels count; see `counted_beside`."""
        may = tuple((label, n) for label, n in self.may if counts(label))
        return replace(self, may=may, held=replace(self.held, n_may=sum(n for _, n in may)))


def against(now: Tally, before: Tally) -> PlaceChange:
    """The totals of one place in two periods, tested with allowance for the bursts of this very place.

    Nothing from outside of the place is used: so its labels are all that mark the answer.
    """
    parts = (dispersion_of(weekly(one)) for one in (now, before))
    days = (now.period.days, before.period.days)
    return two_totals(now.held, before.held, days, pooled_dispersion(*parts))


def weekly(tally: Tally) -> NDArray[np.float64]:
    """Counts per whole week from the period's first day, shape (1, weeks)."""
    n_weeks = tally.period.days // 7
    week = np.array([(day - tally.period.since).days // 7 for day in tally.days], np.int64)
    return np.bincount(week[week < n_weeks], minlength=n_weeks).astype(np.float64).reshape(1, n_weeks)
