"""Columns of seizures kept year by year, so that another period or condition is counted without reading them anew.

Kept by visible labels and by the version of each year: what comes today lets only this year be read again.
"""

import threading
from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from datetime import date
from functools import partial

from watchfloor.data.cache import AnswerCache
from watchfloor.data.questions.facet_columns import FacetColumns, joined
from watchfloor.data.questions.facet_reading import microseconds
from watchfloor.data.questions.facet_texts import FacetTexts
from watchfloor.data.versions import Versions
from watchfloor.geo.period import Period
from watchfloor.geo.query import Query

# a million seizures take some 75 MB by years, and as much for each period that was cut from them
SHELF_BYTES = 320 * 2**20
# longer periods are read as they are asked
MOST_YEARS = 100

type Read = Callable[[Query], FacetColumns]


class FacetShelf:
    """The columns of one process."""

    def __init__(self) -> None:
        self._kept = AnswerCache(SHELF_BYTES)
        self._reading = threading.Lock()

    def columns(self, scope: Hashable, versions: Versions, query: Query, read: Read) -> FacetColumns:
        """Seizures of a question's period, of now: `read` reads those of a period that are not at hand."""
        period, stamps = query.period, _stamps(versions, query)
        if not stamps:
            return read(query)

        def cut() -> FacetColumns:
            # whoever waits finds what the one before has read
            with self._reading:
                parts = self._years(scope, stamps, query, read)
            # only the years at both ends are cut: the others stay as they are kept
            return joined([part.between(microseconds(period.since), microseconds(period.until)) for part in parts])

        return self._kept.get(scope, (period, tuple(stamps.values())), cut)

    def texts(
        self, scope: Hashable, versions: Versions, query: Query, read: Callable[[Query], FacetTexts]
    ) -> list[FacetTexts] | None:
        """Texts of the seizures of the years that the period touches, year by year; None for what is read anew."""
        return [
            self._kept.get(scope, ("texts", year, stamp), partial(read, replace(query, period=_year(year))))
            for year, stamp in _stamps(versions, query).items()
        ] or None

    def _years(self, scope: Hashable, stamps: dict[int, int], query: Query, read: Read) -> list[FacetColumns]:
        kept = {year: self._kept.at_hand(scope, (year, stamp)) for year, stamp in stamps.items()}
        found = {year: columns for year, columns in kept.items() if isinstance(columns, FacetColumns)}
        for first, last in _stretches([year for year in stamps if year not in found]):
            whole = read(replace(query, period=Period(date(first, 1, 1), date(last + 1, 1, 1))))
            for year in range(first, last + 1):
                own = _year(year)
                part = whole.between(microseconds(own.since), microseconds(own.until)).alone()
                found[year] = self._kept.get(scope, (year, stamps[year]), partial(_same, part))
        return [found[year] for year in stamps]


def _stretches(years: Sequence[int]) -> list[tuple[int, int]]:
    """First and last of the years that follow one another without a gap; the years are sorted."""
    starts = [year for year in years if year - 1 not in years]
    ends = [year for year in years if year + 1 not in years]
    return list(zip(starts, ends, strict=True))


def _stamps(versions: Versions, query: Query) -> dict[int, int]:
    """The version of each year that the period touches; none where nothing is kept."""
    years = range(query.period.since.year, query.period.last.year + 1)
    if query.known_at is not None or len(years) > MOST_YEARS:
        return {}
    return {year: versions.of(query.layer.value, _within_year(year)) for year in years}


def _year(year: int) -> Period:
    return Period(date(year, 1, 1), date(year + 1, 1, 1))


def _within_year(year: int) -> Period:
    # the last day is left out: a period that ends with it would touch the next year's version
    return Period(date(year, 1, 1), date(year, 12, 31))


def _same(columns: FacetColumns) -> FacetColumns:
    return columns
