"""Two periods side by side: the same question of each, in one transaction, and how counts vary from week to week."""

from dataclasses import replace

import numpy as np
import psycopg
from numpy.typing import NDArray
from psycopg.rows import TupleRow

from watchfloor.data.questions.cells import seizure_cells
from watchfloor.data.questions.daily import overdose_days, seizure_days
from watchfloor.data.questions.overdoses import overdose_cells
from watchfloor.data.questions.rolled_up import Entries
from watchfloor.geo.answers import CellCounts
from watchfloor.geo.comparison import Change, compared, dispersion_of, pooled_dispersion, refuse_overlap
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.facts import FactKind
from watchfloor.geo.overdoses import month_start, whole_months
from watchfloor.geo.period import Period
from watchfloor.geo.query import Layer, Measured, Query

FINEST_CHANGE = 7
KILOGRAMS = "Kilograms are not tested: a few large seizures decide them."
CASES = "Distinct cases are not tested: one case may stand in both periods and in many hexagons."
REPORTED = "Reported aggregates are not tested: they are sums of an area's month, not single events."
SUPPRESSED = "Suppressed counts are not tested: what is under 5 or known only more widely is missing on either side."

type Connection = psycopg.Connection[TupleRow]
_EPOCH = np.datetime64("1970-01-01", "D")


def change(connection: Connection, query: Query, against: Period, *, sees_health: bool) -> Change:
    """The question's period against another one, per cell of its resolution.

    Raises BadQuestion if the periods overlap, if the layer has no cells, or if it is overdoses as they were reported.
    """
    refuse_overlap(query.period, against)
    periods = (query.period, against)
    if query.layer is Layer.OVERDOSES:
        return _of_overdoses(connection, query, periods, sees_health=sees_health)
    if query.layer is not Layer.SEIZURES:
        raise BadQuestion(f"the layer {query.layer} has no hexagons to compare")
    a, b = (seizure_cells(connection, replace(query, period=period)) for period in periods)
    if query.fact is FactKind.REPORTED:
        return compared(a, b, periods, days=_days_of_months(periods), untested=REPORTED)
    if query.measured is not Measured.COUNT:
        return compared(a, b, periods, untested=CASES if query.measured is Measured.CASES else KILOGRAMS)
    days = [seizure_days(connection, replace(query, period=period)) for period in periods]
    return compared(a, b, periods, dispersion=_dispersion(days, periods))


def _of_overdoses(connection: Connection, query: Query, periods: tuple[Period, Period], *, sees_health: bool) -> Change:
    if query.fact is FactKind.REPORTED:
        raise BadQuestion("overdoses as reported are values of twelve months that overlap: no two can be compared")
    a, b = (overdose_cells(connection, replace(query, period=p), sees_health=sees_health) for p in periods)
    if not sees_health:
        return compared(a, b, periods, days=_days_of_months(periods), untested=SUPPRESSED)
    days = [overdose_days(connection, replace(query, period=period), sees_health=True) for period in periods]
    return compared(a, b, periods, dispersion=_dispersion(days, periods))


def _dispersion(days: list[Entries], periods: tuple[Period, Period]) -> float:
    """How many times more weekly counts vary than chance alone makes them, over all cells and both periods."""
    return pooled_dispersion(*(dispersion_of(weekly(one, period)) for one, period in zip(days, periods, strict=True)))


def weekly(found: Entries, period: Period) -> NDArray[np.float64]:
    """Counts per cell and whole week from the period's first day, shape (cells, weeks)."""
    first, n_weeks = int((np.datetime64(period.since) - _EPOCH).astype(int)), period.days // 7
    week = (found.day - first) // 7
    found = found.chosen((week < n_weeks) & (found.cell != 0))
    cells, place = np.unique(found.cell, return_inverse=True)
    at = place * n_weeks + (found.day - first) // 7
    return np.bincount(at, found.n, cells.size * n_weeks).reshape(cells.size, n_weeks)


def _days_of_months(periods: tuple[Period, Period]) -> tuple[int, int]:
    """Days of the whole months in each period: what is known by months tells of no others."""
    first, second = (_span(*whole_months(period)) for period in periods)
    return first, second


def _span(first: int, last: int) -> int:
    return max(0, (month_start(last + 1) - month_start(first)).days)


def counts_of(found: Change) -> CellCounts:
    """The cells of both periods as one frame, for what a tap finds."""
    n, kilograms = found.n_a + found.n_b, found.kilograms_a + found.kilograms_b
    return CellCounts(found.cells, n, kilograms, found.resolution)
