"""What a month usually holds: the same month of the years before, their median and their range."""

import numpy as np

from watchfloor.geo.answers import Trend

LEAST_YEARS = 2
MOST_YEARS = 5

type Usual = tuple[float, float, float]


def usual_months(trend: Trend) -> list[Usual | None]:
    """Least, median and greatest of the same month in up to five years before; None with fewer than two.

    trend: by month, gaps filled with zeros. Only what lies before a month is used: what was to be expected of it then.
    """
    known = {(start.year, start.month): int(n) for start, n in zip(trend.starts, trend.n, strict=True)}
    found: list[Usual | None] = []
    for start in trend.starts:
        before = [known.get((start.year - back, start.month)) for back in range(1, MOST_YEARS + 1)]
        values = np.array([n for n in before if n is not None], np.float64)
        enough = values.size >= LEAST_YEARS
        found.append((float(values.min()), float(np.median(values)), float(values.max())) if enough else None)
    return found
