"""Small charts: a trend as bars, a drawing in the page's own colours that no script has to lay out."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from math import ceil, log10

import numpy as np
import pandas as pd
import panel as pn
from numpy.typing import NDArray
from panel.viewable import Viewer

from watchfloor.dashboards.coming_words import Words
from watchfloor.dashboards.templates import rendered
from watchfloor.geo.answers import Counts, Trend
from watchfloor.geo.period import Period

_OFFSETS = {"d": pd.DateOffset(days=1), "m": pd.DateOffset(months=1), "y": pd.DateOffset(years=1)}
GRAINS = {"h": "hour", "d": "day", "m": "month", "y": "year"}
# how a period is written whole, and beside the axis
_WRITTEN = {"d": "%d %b %Y", "m": "%b %Y", "y": "%Y"}
_AXIS = {"d": "%d %b", "m": "%b %Y", "y": "%Y"}
# periods from one tick to the next: the first that leaves few enough
_STEPS = {"d": (1, 2, 7, 14, 28, 91), "m": (1, 2, 3, 6, 12, 24, 36, 60, 120), "y": (1, 2, 5, 10, 20, 50)}
_TICKS = 5
# how the bar begins in which a day lies
_BEGINS: dict[str, dict[str, int]] = {"d": {}, "m": {"day": 1}, "y": {"month": 1, "day": 1}}
_MOST_BARS = 130
_HEADROOM = 1.08


def edges_of(trend: Trend) -> NDArray[np.datetime64]:
    """Starts of the periods and the end of the last one, shape (n + 1,)."""
    last = pd.Timestamp(trend.starts[-1]) + _OFFSETS[trend.grain]
    return np.array([np.datetime64(day, "D") for day in trend.starts] + [np.datetime64(last.date(), "D")])


def filled(trend: Trend, period: Period | None = None) -> Trend:
    """The same trend with zeros for what nothing is known of between its first and last, or in all of a period.

    period: days that were asked about. One of more bars than can be told apart adds none.
    """
    if not trend.starts:
        return trend
    first, last = trend.starts[0], trend.starts[-1]
    every = pd.date_range(first, last, freq=_OFFSETS[trend.grain])
    if period is not None:
        begin = period.since.replace(**_BEGINS[trend.grain])
        whole = pd.date_range(min(first, begin), max(last, period.last), freq=_OFFSETS[trend.grain])
        every = whole if len(whole) <= _MOST_BARS else every
    at = {day: index for index, day in enumerate(trend.starts)}
    picked = np.array([at.get(moment.date(), -1) for moment in every])
    n = np.where(picked >= 0, trend.n[picked], 0)
    kilograms = np.where(picked >= 0, trend.kilograms[picked], 0.0)
    return Trend([moment.date() for moment in every], n, kilograms, trend.grain, trend.fact)


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar in parts of a hundred of the plot's width and height, and what it tells."""

    left: float
    width: float
    height: float
    words: str
    is_before: bool = False


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark of an axis: where, in parts of a hundred, and what stands beside it."""

    at: float
    text: str


def bars_of(trend: Trend, before: Counts | None = None) -> list[Bar]:
    """The bars of a trend without gaps, left to right; what is nought has none. before: to its periods, of earlier."""
    top, width, written = _top(trend, before), 100 / len(trend.starts), _WRITTEN[trend.grain]
    shown = [(trend.n, False)] if before is None else [(trend.n, False), (before, True)]
    return [
        Bar(index * width, width, 100 * n / top, f"{_earlier(day) if is_before else day:{written}}: {n:,}", is_before)
        for counts, is_before in shown
        for index, (day, n) in enumerate(zip(trend.starts, counts.tolist(), strict=True))
        if n
    ]


def _earlier(day: date) -> date:
    return day.replace(year=day.year - 1, day=min(day.day, 28))


def count_ticks(trend: Trend, before: Counts | None = None) -> list[Tick]:
    """Nought and up to three counts over it, at round numbers."""
    most, top = int(_most(trend, before)), _top(trend, before)
    return [Tick(100 * count / top, f"{count:,}") for count in range(0, most + 1, _round_up(most / 3))]


def time_ticks(trend: Trend) -> list[Tick]:
    """The starts of some periods, at months and years that a reader counts by."""
    starts, grain = trend.starts, trend.grain
    step = next((one for one in _STEPS[grain] if len(starts) / one <= _TICKS), _STEPS[grain][-1])
    return [
        Tick(100 * (index + 0.5) / len(starts), f"{day:{_AXIS[grain]}}") for index, day in _each(starts, grain, step)
    ]


def _each(starts: list[date], grain: str, step: int) -> Iterator[tuple[int, date]]:
    for index, day in enumerate(starts):
        number = {"d": index, "m": day.year * 12 + day.month - 1, "y": day.year}[grain]
        if number % step == 0:
            yield index, day


def _most(trend: Trend, before: Counts | None) -> float:
    return float(max(trend.n.max(), 0 if before is None else before.max()))


def _top(trend: Trend, before: Counts | None) -> float:
    return max(_most(trend, before) * _HEADROOM, 1.0)


def _round_up(value: float) -> int:
    """The least of 1, 2, 5, 10, 20 … that is not under the value."""
    if value <= 1:
        return 1
    power: int = 10 ** int(log10(value))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= ceil(value))


class TrendChart(Viewer):
    """Counts per period as bars; made once, drawn again when it is given another trend. height: in pixels."""

    def __init__(self, *, height: int = 110) -> None:
        super().__init__()
        self._height = height
        self._place = Words(sizing_mode="stretch_width")

    def draw(self, trend: Trend | None, before: Counts | None = None, *, period: Period | None = None) -> None:
        """Draw this trend; none, or one of a single bar, draws nothing.

        before: counts a year before each of its bars, if it has no gaps; they stand outlined behind. period: the days
        that were asked about, all of which the axis then spans.
        """
        self._place.say(drawn_trend(trend, before, height=self._height, period=period))

    def __panel__(self) -> pn.viewable.Viewable:
        return self._place


def drawn_trend(trend: Trend | None, before: Counts | None = None, *, height: int, period: Period | None = None) -> str:
    """A trend as markup; nothing for none, or one of a single bar. before, period: as `TrendChart.draw` takes them."""
    whole = None if trend is None else filled(trend, period)
    if whole is None or len(whole.starts) < 2:
        return ""
    before = before if before is not None and len(before) == len(whole.starts) else None
    first, last = (f"{day:{_WRITTEN[whole.grain]}}" for day in (whole.starts[0], whole.starts[-1]))
    return rendered(
        "trend.html", height=height, bars=bars_of(whole, before), counts=count_ticks(whole, before),
        times=time_ticks(whole), has_before=before is not None,
        words=f"{int(whole.n.sum()):,} by {GRAINS[whole.grain]}, {first} to {last}",
    )  # fmt: skip
