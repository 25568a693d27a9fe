"""Two periods compared, hexagon by hexagon: how rates changed, and how easily chance alone makes such a change.

The test. Given how many events a hexagon has in both periods together, the number in the first is binomial under "the
rate did not change", with the first period's share of all days as probability: the exact conditional test of two
Poisson rates (Przyborowski & Wilenski 1940). The p is twice the smaller tail, so that it agrees with the
Clopper-Pearson interval of the same share, from which the interval of the ratio of rates comes.

Events come in bursts (one operation, ten seizures), and the test would take a burst for a change. So the dispersion,
how many times more weekly counts vary than chance makes single events vary, is found from the two periods themselves,
and counts go into the test divided by it (Rao & Scott 1992, doi:10.2307/2532311). The tails are those of the beta
function, which needs no whole numbers.

Many hexagons are tested at once: q is Benjamini & Hochberg's false discovery rate (1995) over all that have enough
events for any split of them to be significant; of those with q up to Q, one in twenty is expected to be chance.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, betaincinv

from watchfloor.geo.answers import CellCounts
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.period import Period

type FloatArray = NDArray[np.float64]
type IntArray = NDArray[np.int64]

Q: Final = 0.05
LEVEL: Final = 0.95
# fewer events than this in a period tell nothing of how they vary from week to week
LEAST_FOR_DISPERSION: Final = 10
LEAST_WEEKS: Final = 4


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two periods: what of it was compared, and what was not.

    days: that count as exposure; of answers by whole months, the days of those. n_wider: persons of suppressed
    releases known only beyond the period.
    """

    period: Period
    days: int
    n: int
    kilograms: float
    n_unplaced: int = 0
    n_wider: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """The first period (a) against the second (b), per cell; shape (n,) each.

    p, q: NaN where nothing was tested. untested: why no cell was, or empty. dispersion: 1 is chance alone.
    n_one_sided: cells left out because suppressed counts of one period only are released there.
    """

    cells: NDArray[np.uint64]
    n_a: IntArray
    n_b: IntArray
    kilograms_a: FloatArray
    kilograms_b: FloatArray
    p: FloatArray
    q: FloatArray
    a: Side
    b: Side
    resolution: int
    dispersion: float = 1.0
    untested: str = ""
    is_suppressed: bool = False
    n_one_sided: int = 0

    @property
    def is_marked(self) -> NDArray[np.bool_]:
        """Which cells changed more than chance alone makes them."""
        return np.nan_to_num(self.q, nan=1.0) <= Q

    @property
    def n_tested(self) -> int:
        """How many cells were tested."""
        return int(np.isfinite(self.p).sum())

    @property
    def is_coarse(self) -> NDArray[np.bool_]:
        """Which cells are coarser than asked for: their records are known less finely."""
        return ((self.cells >> np.uint64(52)) & np.uint64(15)).astype(np.int64) < self.resolution

    def interval(self, index: int) -> tuple[float, float, float]:
        """Ratio of rates of one cell and its 95 % interval: between 0 and infinity."""
        return ratio_interval(int(self.n_a[index]), int(self.n_b[index]), self.a.days, self.b.days, self.dispersion)


def period_before(period: Period) -> Period:
    """As many days, right before; of whole months as many months, so that a quarter follows on the quarter before.

    Their days may differ by a few: rates are compared, by the days of each.
    """
    if period.since.day == period.until.day == 1 and period.hours is None:
        months = 12 * (period.until.year - period.since.year) + period.until.month - period.since.month
        year, month = divmod(12 * period.since.year + period.since.month - 1 - months, 12)
        return Period(date(year, month + 1, 1), period.since)
    return Period(period.since - timedelta(days=period.days), period.since)


def year_before(period: Period) -> Period:
    """The same days a year earlier; 29 February becomes the 28th."""
    return Period(_earlier(period.since), _earlier(period.until))


def _earlier(day: date) -> date:
    return day.replace(year=day.year - 1, day=28) if (day.month, day.day) == (2, 29) else day.replace(year=day.year - 1)


def share_days(a: Period, b: Period) -> bool:
    """Whether two periods have a day in common."""
    return a.since < b.until and b.since < a.until


def refuse_overlap(a: Period, b: Period) -> None:
    """Raises BadQuestion if the periods share a day: the same event would stand on both sides."""
    if share_days(a, b):
        raise BadQuestion(f"the periods {a} and {b} overlap: choose two that share no day")


def compared(
    a: CellCounts,
    b: CellCounts,
    periods: tuple[Period, Period],
    *,
    days: tuple[int, int] | None = None,
    dispersion: float = 1.0,
    untested: str = "",
) -> Change:
    """Cells of both answers side by side, tested unless `untested` says why not.

    a, b: answers to the same question of two periods that share no day. Suppressed counts are compared only where both
    periods have one released for the very cell: elsewhere the missing side is not known to be nothing.
    """
    exposure = days or (periods[0].days, periods[1].days)
    is_suppressed = a.is_suppressed or b.is_suppressed
    union, both = np.union1d(a.cells, b.cells), np.intersect1d(a.cells, b.cells)
    cells = both if is_suppressed else union
    n_a, n_b = (_at(cells, one.cells, one.n).astype(np.int64) for one in (a, b))
    p = np.full(cells.size, np.nan)
    if not untested and min(exposure) > 0:
        share = exposure[0] / sum(exposure)
        able = is_testable(n_a + n_b, share, dispersion)
        p[able] = change_p(n_a[able], n_b[able], share, dispersion)
    return Change(
        cells=cells,
        n_a=n_a,
        n_b=n_b,
        kilograms_a=_at(cells, a.cells, a.kilograms),
        kilograms_b=_at(cells, b.cells, b.kilograms),
        p=p,
        q=false_discovery(p),
        a=_side(a, periods[0], exposure[0]),
        b=_side(b, periods[1], exposure[1]),
        resolution=a.resolution,
        dispersion=dispersion,
        untested=untested,
        is_suppressed=is_suppressed,
        n_one_sided=int(union.size - cells.size),
    )


def _side(counts: CellCounts, period: Period, days: int) -> Side:
    return Side(period, days, counts.total, float(counts.kilograms.sum()), counts.n_unplaced, counts.n_wider)


def _at(cells: NDArray[np.uint64], known: NDArray[np.uint64], values: NDArray[np.generic]) -> FloatArray:
    """The value of each cell, 0 where there is none."""
    found = np.zeros(cells.size)
    wanted = np.isin(known, cells)
    found[np.searchsorted(cells, known[wanted])] = values[wanted]
    return found


def change_p(n_a: IntArray, n_b: IntArray, share: float, dispersion: float = 1.0) -> FloatArray:
    """Two-sided p of each pair of counts under equal rates; shape (n,). share: of the first period in all days."""
    x, rest = np.asarray(n_a) / dispersion, np.asarray(n_b) / dispersion
    # P(X >= x) and P(X <= x) of a binomial; at the ends they are certain
    upper = np.where(x > 0, betainc(np.maximum(x, 1e-12), rest + 1, share), 1.0)
    lower = np.where(rest > 0, betainc(np.maximum(rest, 1e-12), x + 1, 1 - share), 1.0)
    return np.asarray(np.minimum(1.0, 2 * np.minimum(upper, lower)))


def is_testable(n: IntArray, share: float, dispersion: float = 1.0) -> NDArray[np.bool_]:
    """Which totals are enough for any split of them to be significant by itself (Tarone 1990)."""
    whole = np.asarray(n) / dispersion
    return np.asarray(2 * np.minimum(share**whole, (1 - share) ** whole) <= Q)


def ratio_interval(n_a: int, n_b: int, days_a: int, days_b: int, dispersion: float = 1.0) -> tuple[float, float, float]:
    """Ratio of the first rate to the second, and its interval of 95 % (Clopper-Pearson of the share).

    The ratio is NaN if neither period has an event, infinite if only the first has.
    """
    if n_a + n_b == 0:
        return float("nan"), 0.0, float("inf")
    x, rest, tail, exposure = n_a / dispersion, n_b / dispersion, (1 - LEVEL) / 2, days_b / days_a
    low = float(betaincinv(x, rest + 1, tail)) if x else 0.0
    high = float(betaincinv(x + 1, rest, 1 - tail)) if rest else 1.0
    ratio = n_a / n_b * exposure if n_b else float("inf")
    return ratio, low / (1 - low) * exposure, high / (1 - high) * exposure if high < 1 else float("inf")


def false_discovery(p: FloatArray) -> FloatArray:
    """Benjamini and Hochberg's q of each p, shape (n,); NaN where p is."""
    q = np.full(p.shape, np.nan)
    tested = np.flatnonzero(np.isfinite(p))
    order = tested[np.argsort(p[tested])]
    scaled = p[order] * order.size / np.arange(1, order.size + 1)
    q[order] = np.minimum(1.0, np.minimum.accumulate(scaled[::-1])[::-1])
    return q


def dispersion_of(weekly: FloatArray) -> tuple[float, int]:
    """Pearson's chi-square of weekly counts about their cell's mean, and its degrees of freedom.

    weekly: shape (cells, weeks) of one period. Cells with few events are left out, and so are periods of few weeks.
    """
    n_weeks = weekly.shape[1]
    if n_weeks < LEAST_WEEKS:
        return 0.0, 0
    weekly = weekly[weekly.sum(axis=1) >= LEAST_FOR_DISPERSION]
    mean = weekly.mean(axis=1, keepdims=True)
    return float(((weekly - mean) ** 2 / mean).sum()), weekly.shape[0] * (n_weeks - 1)


def pooled_dispersion(*parts: tuple[float, int]) -> float:
    """One number for all: 1 where counts vary as chance makes them, or nothing can be told; never less."""
    squares, freedom = sum(one for one, _ in parts), sum(one for _, one in parts)
    return max(1.0, squares / freedom) if freedom else 1.0


def strongest(change: Change) -> int | None:
    """The cell that grew most: of those marked the largest gain in rate, else the least p that grew; None if none."""
    if not change.n_tested:
        return None
    rates = change.n_a / max(change.a.days, 1) - change.n_b / max(change.b.days, 1)
    grew = rates > 0
    marked = np.flatnonzero(change.is_marked & grew)
    if marked.size:
        return int(marked[rates[marked].argmax()])
    able = np.flatnonzero(grew & np.isfinite(change.p))
    return int(able[change.p[able].argmin()]) if able.size else None
