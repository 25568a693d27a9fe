"""What was to be expected of a period, by the same place and filters earlier; and whether more is more than chance.

The earlier windows are the same days of earlier years, or, where the store does not reach back so far, the windows of
equal length just before. The test is the exact one for two Poisson counts: if nothing changed, those of now are a
binomial part of all. It holds only if the earlier windows do not differ from one another more than chance lets them,
which Fisher's index of dispersion tells; if they do, nothing is claimed.
Source: Przyborowski and Wilenski 1940, doi:10.1093/biomet/31.3-4.313; Fisher 1950, doi:10.2307/3001633.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from scipy import stats

from watchfloor.geo.period import Period

MOST_WINDOWS: Final = 5
LEAST_WINDOWS: Final = 2
LEVEL: Final = 0.05
# a percentage of fewer would sound like more than it is
LEAST_FOR_A_SHARE: Final = 5
SAME_DAYS: Final = "the same days of earlier years"
JUST_BEFORE: Final = "windows of equal length just before"
BRIEF_TESTS: Final = "the period before and the same days a year earlier"
"""What a brief tests the same number against, each by itself."""
PICKED: Final = (
    "Hexagons that are picked on the map because they stand out are picked by the data: then no p of this place alone "
    "counts as a test. Compare tells the one that allows for all hexagons."
)
"""What is said wherever such a place is tested by itself, or handed on."""


@dataclass(frozen=True, slots=True)
class Windows:
    """Earlier windows to compare with, the latest first, and by what they were chosen: SAME_DAYS or JUST_BEFORE."""

    periods: tuple[Period, ...]
    method: str


@dataclass(frozen=True, slots=True)
class Expectation:
    """Counts of earlier windows, and how that of now stands to them.

    p: probability of a difference as great as this by chance alone, None where the windows differ too much for a test.
    """

    counts: tuple[int, ...]
    windows: Windows
    n: int
    p: float | None

    @property
    def median(self) -> float:
        """The middle of the earlier counts."""
        return float(np.median(self.counts))

    @property
    def words(self) -> str:
        """More, fewer or as many, against what; and what a test says."""
        low, high = min(self.counts), max(self.counts)
        spread = f"{low:,} to {high:,} in {len(self.counts)} of them"
        return f"{self._against} median of {self.windows.method}, {_plain(self.median)} ({spread}). {self._said}"

    @property
    def _against(self) -> str:
        if self.n == self.median:
            return "As many as the"
        share = abs(self.n / self.median - 1) if self.median >= LEAST_FOR_A_SHARE else 0.0
        more = "more" if self.n > self.median else "fewer"
        return f"{share:.0%} {more} than the" if share else f"{more.title()} than the"

    @property
    def _said(self) -> str:
        if self.p is None:
            return (
                "Those differ too much from one another to test this count against all of them together. "
                "Compare asks another question: against one period that you choose."
            )
        test = f"exact Poisson test against {self.windows.method}"
        if self.p >= LEVEL:
            return f"No more than chance would give ({test}, p = {self.p:.2f})."
        return f"More of a difference than chance would give ({test}, p {_written(self.p)})."


def _plain(number: float) -> str:
    return f"{number:,.1f}".removesuffix(".0")


def earlier_windows(period: Period, known_since: date) -> Windows | None:
    """The windows to compare a period with, none of which begins before the store knows anything; None if too few."""
    years = tuple(filter(None, (_years_before(period, n) for n in range(1, MOST_WINDOWS + 1))))
    of_years = tuple(one for one in years if one.since >= known_since and one.until <= period.since)
    if len(of_years) >= LEAST_WINDOWS:
        return Windows(of_years, SAME_DAYS)
    length = period.until - period.since
    before = tuple(Period(period.since - n * length, period.until - n * length) for n in range(1, MOST_WINDOWS + 1)
                   if (period.since - known_since).days >= n * period.days)  # fmt: skip
    return Windows(before, JUST_BEFORE) if len(before) >= LEAST_WINDOWS else None


def expectation(n: int, counts: tuple[int, ...], windows: Windows) -> Expectation:
    """How a count stands to those of earlier windows of equal length; counts: in the order of the windows."""
    return Expectation(counts, windows, n, _probability(n, np.array(counts, np.int64)))


def _probability(n: int, earlier: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> float | None:
    mean, k = earlier.mean(), len(earlier)
    if mean > 0:
        dispersion = float(((earlier - mean) ** 2).sum() / mean)
        if stats.chi2.sf(dispersion, k - 1) < LEVEL:
            return None
    whole = n + int(earlier.sum())
    return 1.0 if whole == 0 else float(stats.binomtest(n, whole, 1 / (k + 1)).pvalue)


def _years_before(period: Period, years: int) -> Period | None:
    try:
        since = period.since.replace(year=period.since.year - years)
        until = period.until.replace(year=period.until.year - years)
    except ValueError:
        # the 29th of February
        return None
    return Period(since, until)


def _written(p: float) -> str:
    return "< 0.001" if p < 0.001 else f"= {p:.3f}"
