"""Trends: counts per day, month or year, for a timeline or for what stands behind a mark."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import polars as pl
import psycopg
from numpy.typing import NDArray
from psycopg.rows import TupleRow

from watchfloor.data.questions.cells import WORLD, is_wide, ranges
from watchfloor.data.questions.rolled_up import BY_DAY, Entries, entries, is_counted
from watchfloor.data.questions.seized import seized
from watchfloor.data.statements import asked, filters_of
from watchfloor.geo.answers import Trend
from watchfloor.geo.cells import parent
from watchfloor.geo.coverings import overlapping
from watchfloor.geo.facts import FactKind
from watchfloor.geo.period import Period
from watchfloor.geo.query import Query

DAILY_UP_TO = 92
_DAY_US = 86_400_000_000
# the database counts from 2000-01-01, we from 1970-01-01
_FIRST_DAY = 10_957

type Connection = psycopg.Connection[TupleRow]


def grain_of(period: Period) -> str:
    """Grain that a chart of this period can show: days up to a quarter, else months."""
    return "d" if period.days <= DAILY_UP_TO else "m"


def seizure_trend(connection: Connection, query: Query) -> Trend:
    """Seizures per day or month in the question's box; whole months even where the period cuts one."""
    if query.fact is FactKind.REPORTED:
        given = {"measure": "seizures_reported"} | filters_of(query)
        rows = connection.execute(asked("trend_reported", given), given).fetchall()
        return _trend([(s, n, kg) for s, n, kg in rows], "m", query.fact)
    grain = grain_of(query.period)
    whole = query if grain == "d" else replace(query, period=_whole_months(query.period))
    by_day = entries(connection, whole) if is_counted(query) else _of_events(connection, whole)
    if query.bbox != WORLD:
        known, place = np.unique(by_day.cell, return_inverse=True)
        by_day = by_day.chosen(overlapping(known, query.bbox)[place])
    unit = "datetime64[D]" if grain == "d" else "datetime64[M]"
    starts, place = np.unique(by_day.day.astype("datetime64[D]").astype(unit), return_inverse=True)
    return Trend(
        starts.astype("datetime64[D]").tolist(),
        np.bincount(place, by_day.n, starts.size).astype(np.int64),
        np.bincount(place, by_day.kilograms, starts.size),
        grain,
        query.fact,
    )


def _whole_months(period: Period) -> Period:
    until = period.last.replace(day=28) + timedelta(days=4)
    return Period(period.since.replace(day=1), until.replace(day=1))


def _of_events(connection: Connection, query: Query) -> Entries:
    given = {"kind": "seizure", **filters_of(query), **ranges(query.bbox, BY_DAY)}
    found = seized(connection, "trend_everywhere" if is_wide(query.bbox) else "trend_of_events", given)
    cell = parent(found["cell"].to_numpy().astype(np.uint64), BY_DAY)
    # without a box nobody asks for the cells
    summed = (
        found.with_columns(
            day=pl.Series(found["starts"].to_numpy() // _DAY_US + _FIRST_DAY).cast(pl.Int32),
            cell=pl.lit(0, pl.UInt64) if query.bbox == WORLD else pl.Series(cell),
        )
        .group_by("day", "cell")
        .agg(pl.len().cast(pl.Int64).alias("n"), pl.col("kilograms").sum())
    )
    return Entries(*(summed[name].to_numpy() for name in ("day", "cell", "n", "kilograms")))


def trend_of_days(
    period: Period,
    days: list[date],
    kilograms: NDArray[np.float64],
    n: NDArray[np.int64] | None = None,
    *,
    grain: str | None = None,
) -> Trend:
    """Trend of single days with their weights, and counts if they are not one each."""
    grain = grain or grain_of(period)
    starts = [day if grain == "d" else day.replace(day=1) for day in days]
    counts = np.ones(len(days), np.int64) if n is None else n
    return _trend(list(zip(starts, counts.tolist(), kilograms.tolist(), strict=True)), grain, FactKind.EVENTS)


def _trend(rows: list[TupleRow], grain: str, fact: FactKind) -> Trend:
    starts = sorted({row[0] for row in rows})
    place = {start: index for index, start in enumerate(starts)}
    n, kilograms = np.zeros(len(starts), np.int64), np.zeros(len(starts))
    for start, count, weight in rows:
        n[place[start]] += int(count)
        kilograms[place[start]] += float(weight or 0)
    return Trend(starts, n, kilograms, grain, fact)
