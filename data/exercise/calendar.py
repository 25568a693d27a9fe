"""When things happen: growth over the years, seasons, weekdays, and how finely a time is told."""

import numpy as np
from numpy.typing import NDArray

from watchfloor.data.exercise.places import FloatArray
from watchfloor.data.exercise.plan import Moments, Plan
from watchfloor.geo.precision import TimePrecision

_YEAR_DAYS = 365.25
_COARSE = (0.10, 0.32, 0.50, 0.08)
_FINE = (0.20, 0.60, 0.20, 0.0)


def day_weights(
    plan: Plan, *, growth: float = 0.0, peak_month: int = 7, swing: float = 0.25, weekend: float = 1.0
) -> FloatArray:
    """Weights of the days of the world, shape (plan.days,), sum 1.

    growth: share by which the rate grows in a year. swing: how far the season lifts and lowers the rate.
    weekend: rate on Saturdays and Sundays against other days.
    """
    day = np.arange(plan.days)
    first = plan.first.astype("datetime64[D]")
    dates = first + day.astype("timedelta64[D]")
    of_year = (dates - dates.astype("datetime64[Y]").astype("datetime64[D]")).astype(np.int64)
    season = 1 + swing * np.cos(2 * np.pi * (of_year / _YEAR_DAYS - (peak_month - 0.5) / 12))
    # 1970-01-01 was a Thursday
    is_weekend = (dates.astype(np.int64) + 3) % 7 >= 5
    weights = np.exp(np.log1p(growth) * day / _YEAR_DAYS) * season * np.where(is_weekend, weekend, 1.0)
    return np.asarray(weights / weights.sum())


def between(weights: FloatArray, first_day: int, last_day: int) -> FloatArray:
    """The weights with nothing outside [first_day, last_day), sum 1."""
    day = np.arange(len(weights))
    kept = np.where((day >= first_day) & (day < last_day), weights, 0.0)
    return np.asarray(kept / kept.sum())


def draw_days(rng: np.random.Generator, weights: FloatArray, n: int) -> FloatArray:
    """n fractional days since the first, more of them in working hours than at night."""
    hours = np.where(rng.random(n) < 0.7, rng.normal(13, 4, n) % 24, rng.uniform(0, 24, n))
    return rng.choice(len(weights), size=n, p=weights) + hours / 24


def tell_moments(
    rng: np.random.Generator, moments: Moments, *, coarse: bool = True
) -> tuple[Moments, NDArray[np.int16]]:
    """Moments as finely as they are told, and the code of that precision: the start of the second, minute, day, month.

    coarse: whether some are told by the month, which may begin before the world does.
    """
    kinds = [TimePrecision.SECOND, TimePrecision.MINUTE, TimePrecision.DAY, TimePrecision.MONTH]
    precision = rng.choice([int(k) for k in kinds], size=len(moments), p=_COARSE if coarse else _FINE)
    told = moments.astype("datetime64[s]").astype("datetime64[us]")
    for kind, unit in ((TimePrecision.MINUTE, "m"), (TimePrecision.DAY, "D"), (TimePrecision.MONTH, "M")):
        cut = moments.astype(f"datetime64[{unit}]").astype("datetime64[us]")
        told = np.where(precision == int(kind), cut, told)
    return told, precision.astype(np.int16)
