"""Two periods of monthly totals, month beside month: what a season cannot explain."""

from dataclasses import dataclass
from itertools import product
from typing import Final

import numpy as np
from numpy.typing import NDArray

from watchfloor.geo.answers import Trend

LEAST_PAIRS: Final = 6
MOST_EXACT: Final = 12
_DRAWS: Final = 9_999


@dataclass(frozen=True, slots=True)
class MonthPairs:
    """Calendar months that two periods share. typical_ratio: the median of first to second.

    p: exact sign-flip test of the mean logarithm of the ratios, two-sided; above twelve pairs by 9,999 draws. None for
    fewer than six pairs: no p of theirs could be small.
    """

    n: int
    n_higher: int
    typical_ratio: float
    p: float | None


def month_pairs(a: Trend, b: Trend) -> MonthPairs:
    """Months of both trends paired by calendar month; where one has several of it, their mean. Zeros are left out."""
    means_a, means_b = _by_month(a), _by_month(b)
    both = sorted(means_a.keys() & means_b.keys())
    logs = np.log([means_a[month] / means_b[month] for month in both])
    if not logs.size:
        return MonthPairs(0, 0, float("nan"), None)
    p = sign_flip_p(logs) if logs.size >= LEAST_PAIRS else None
    return MonthPairs(logs.size, int((logs > 0).sum()), float(np.exp(np.median(logs))), p)


def sign_flip_p(differences: NDArray[np.float64]) -> float:
    """How often the mean of differences with random signs is as far from zero as theirs; shape (n,).

    Source: Fisher's randomisation of pairs (1935). Exact up to twelve, then (r + 1) / (draws + 1) with a fixed seed.
    """
    n = differences.size
    if n <= MOST_EXACT:
        signs = np.array(list(product((-1, 1), repeat=n)), np.float64)
        return float((np.abs(signs @ differences) >= abs(differences.sum()) - 1e-12).mean())
    signs = np.random.default_rng(0).choice((-1.0, 1.0), (_DRAWS, n))
    as_far = int((np.abs(signs @ differences) >= abs(differences.sum()) - 1e-12).sum())
    return (as_far + 1) / (_DRAWS + 1)


def _by_month(trend: Trend) -> dict[int, float]:
    months: dict[int, list[int]] = {}
    for start, n in zip(trend.starts, trend.n.tolist(), strict=True):
        if n > 0:
            months.setdefault(start.month, []).append(n)
    return {month: sum(values) / len(values) for month, values in months.items()}
