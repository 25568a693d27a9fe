"""Trends of layers that are no cells: a port measure by month, positions of craft by month or day."""

from collections.abc import Collection
from datetime import date

import numpy as np
import psycopg
from psycopg.rows import TupleRow

from watchfloor.data.questions.kept_since import refuse_counts_since
from watchfloor.data.questions.trend import grain_of
from watchfloor.data.statements import asked, filters_of, statement
from watchfloor.geo.answers import Trend
from watchfloor.geo.facts import FactKind
from watchfloor.geo.period import Period
from watchfloor.geo.query import Query

type Connection = psycopg.Connection[TupleRow]


def port_trend(connection: Connection, query: Query) -> Trend:
    """Reported values of the question's measure over all ports, per month."""
    given = filters_of(query) | {"measure": query.measure, "substances": []}
    rows = connection.execute(asked("trend_reported", given), given).fetchall()
    n = np.array([row[1] for row in rows], np.int64)
    return Trend([row[0] for row in rows], n, np.zeros(len(rows)), "m", FactKind.REPORTED)


def reported_spans(connection: Connection) -> dict[str, Period]:
    """From when to when something is reported, by measure."""
    return {code: Period(since, until) for code, since, until in connection.execute(statement("reported_spans"))}


def track_trend(connection: Connection, query: Query, runs: Collection[int]) -> Trend:
    """Positions of craft per month, of a short period per day. runs: those that last changed them.

    Raises BadQuestion for a moment before one of these: positions are counted as of now.
    """
    refuse_counts_since(connection, runs, query.known_at)
    given = {"since": query.period.since, "until": query.period.last}
    rows = connection.execute(statement("track_days"), given).fetchall()
    grain = grain_of(query.period)
    counts: dict[date, int] = {}
    for _, day, _, n in rows:
        start = day if grain == "d" else day.replace(day=1)
        counts[start] = counts.get(start, 0) + int(n)
    starts = sorted(counts)
    return Trend(starts, np.array([counts[start] for start in starts], np.int64), np.zeros(len(starts)), grain)
