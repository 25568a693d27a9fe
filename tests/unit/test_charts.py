"""The chart of a trend, drawn again and again in one open page."""

from datetime import date

import numpy as np

from watchfloor.dashboards.charts import TrendChart
from watchfloor.geo.answers import Trend

TREND = Trend([date(2026, 1, 1), date(2026, 6, 1)], np.array([3, 2]), np.zeros(2), "m")


def test_a_chart_in_an_open_page_gives_way_and_comes_back() -> None:
    chart = TrendChart()
    shown = chart.__panel__()
    root = shown.get_root()
    for trend, is_seen in ((TREND, True), (None, False), (TREND, True)):
        chart.draw(trend)
        assert root.visible is is_seen
