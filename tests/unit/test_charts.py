"""The chart of a trend, drawn again and again in one open page."""

from datetime import date

import numpy as np
import pytest

from watchfloor.dashboards.charts import TrendChart, bars_of, count_ticks, filled, time_ticks
from watchfloor.geo.answers import Trend
from watchfloor.geo.period import Period


def trend(starts: list[date], n: list[int], grain: str = "m") -> Trend:
    return Trend(starts, np.array(n), np.zeros(len(n)), grain)


TREND = trend([date(2026, 1, 1), date(2026, 6, 1)], [3, 2])


def test_a_chart_in_an_open_page_gives_way_and_comes_back() -> None:
    chart = TrendChart()
    root = chart.__panel__().get_root()
    for shown, is_seen in ((TREND, True), (None, False), (TREND, True)):
        chart.draw(shown)
        assert root.visible is is_seen


def test_a_single_period_is_no_trend() -> None:
    chart = TrendChart()
    chart.draw(trend([date(2026, 1, 1)], [9]))
    assert chart.__panel__().get_root().visible is False


def test_a_bar_tells_its_period_and_its_count() -> None:
    bars = bars_of(filled(TREND))
    assert [bar.words for bar in bars] == ["Jan 2026: 3", "Jun 2026: 2"]
    # six months stand side by side, four of them empty
    assert bars[1].left == pytest.approx(100 * 5 / 6)
    assert bars[0].height > bars[1].height


def test_an_axis_spans_all_days_that_were_asked_about_whoever_asks() -> None:
    quarter = Period(date(2026, 7, 1), date(2026, 10, 1))
    for starts in ([date(2026, 7, 16)], [date(2026, 7, 5), date(2026, 9, 28)]):
        whole = filled(trend(starts, [2] * len(starts), "d"), quarter)
        assert (whole.starts[0], whole.starts[-1], len(whole.starts)) == (quarter.since, quarter.last, 92)
        assert int(whole.n.sum()) == 2 * len(starts)
    months = filled(TREND, Period(date(2025, 12, 15), date(2026, 8, 2))).starts
    assert (months[0], months[-1]) == (date(2025, 12, 1), date(2026, 8, 1))


def test_a_period_of_centuries_leaves_the_axis_to_its_records() -> None:
    assert filled(TREND, Period(date(1900, 1, 1), date(2200, 1, 1))).starts == filled(TREND).starts


def test_counts_are_told_at_round_numbers() -> None:
    assert [tick.text for tick in count_ticks(trend([date(2026, 1, 1)] * 2, [3700, 2]))] == ["0", "2,000"]
    assert [tick.text for tick in count_ticks(trend([date(2026, 1, 1)] * 2, [2, 1]))] == ["0", "1", "2"]
    assert [tick.text for tick in count_ticks(trend([date(2026, 1, 1)] * 2, [0, 0]))] == ["0"]


def test_ten_years_of_months_are_marked_at_few_januaries() -> None:
    months = [date(year, month, 1) for year in range(2016, 2026) for month in range(1, 13)]
    assert [tick.text for tick in time_ticks(trend(months, [1] * 120))] == [f"Jan {y}" for y in range(2016, 2026, 2)]


def test_days_of_a_fortnight_are_marked() -> None:
    days = [date(2026, 3, day) for day in range(1, 15)]
    assert [tick.text for tick in time_ticks(trend(days, [1] * 14, "d"))] == ["01 Mar", "08 Mar"]


def test_a_year_before_stands_outlined_over_its_periods() -> None:
    bars = bars_of(trend([date(2026, 1, 1), date(2026, 2, 1)], [3, 2]), np.array([6, 0]))
    assert [(bar.words, bar.is_before) for bar in bars] == [
        ("Jan 2026: 3", False),
        ("Feb 2026: 2", False),
        ("Jan 2025: 6", True),
    ]
    assert bars[2].height == pytest.approx(2 * bars[0].height)
