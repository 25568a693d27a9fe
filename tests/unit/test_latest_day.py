"""Presets count back from the last day of the layers that are on."""

from datetime import date
from typing import Any, cast

import numpy as np

from watchfloor.dashboards.latest_day import latest_day
from watchfloor.data.repository import Asker, Repository
from watchfloor.geo.answers import Trend
from watchfloor.geo.query import Layer, Query

ASKER = cast("Asker", None)


def trend(starts: list[date], grain: str) -> Trend:
    return Trend(starts, np.ones(len(starts), np.int64), np.zeros(len(starts)), grain)


class Store:
    """Seizures until 19 November, positions until 22 November, by month where more than a month is asked of."""

    def seizure_trend(self, _: Asker, query: Query) -> Trend:
        return self._told(query, date(2026, 11, 19))

    def track_trend(self, _: Asker, query: Query) -> Trend:
        return self._told(query, date(2026, 11, 22))

    def overdose_trend(self, _: Asker, __: Query) -> Trend:
        return trend([], "m")

    def _told(self, query: Query, last: date) -> Trend:
        return trend([date(2026, 10, 1), date(2026, 11, 1)], "m") if query.period.days > 92 else trend([last], "d")


STORE = cast("Repository", cast("Any", Store()))


def test_the_last_day_is_that_of_the_layers_that_are_asked_about() -> None:
    assert latest_day(STORE, ASKER, [Layer.SEIZURES]) == date(2026, 11, 19)
    assert latest_day(STORE, ASKER, [Layer.SEIZURES, Layer.TRACKS]) == date(2026, 11, 22)


def test_layers_that_know_nothing_say_no_day() -> None:
    assert latest_day(STORE, ASKER, [Layer.OVERDOSES]) is None
    assert latest_day(STORE, ASKER, [Layer.OVERDOSES, Layer.SEIZURES]) == date(2026, 11, 19)
