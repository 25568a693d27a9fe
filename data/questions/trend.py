"""Trends: counts per day, month or year, for a timeline or for what stands behind a mark."""

from datetime import date

import numpy as np
import psycopg
from numpy.typing import NDArray
from psycopg.rows import TupleRow

from watchfloor.data.questions.cells import ROLLED_UP, WORLD, ranges
from watchfloor.data.statements import statement
from watchfloor.geo.answers import Trend
from watchfloor.geo.coverings import overlapping
from watchfloor.geo.facts import FactKind
from watchfloor.geo.period import Period
from watchfloor.geo.query import Query
from watchfloor.geo.substances import ANY

DAILY_UP_TO = 92

type Connection = psycopg.Connection[TupleRow]


def grain_of(period: Period) -> str:
    """Grain that a chart of this period can show: days up to a quarter, else months."""
    return "d" if period.days <= DAILY_UP_TO else "m"


def seizure_trend(connection: Connection, query: Query) -> Trend:
    """Seizures per day or month in the question's box; whole months even where the period cuts one."""
    if query.fact is FactKind.REPORTED:
        rows = connection.execute(
            statement("trend_reported"), {"measure": "seizures_reported"} | _when(query)
        ).fetchall()
        return _trend([(s, n, kg) for s, n, kg in rows], "m", query.fact)
    grain = grain_of(query.period)
    given = _when(query) | {
        "kind": "seizure",
        "substance": query.substance_ids[0] if len(query.substance_ids) == 1 else ANY,
        "level": ROLLED_UP if grain == "d" or query.bbox != WORLD else 3,
        "grain": grain,
    }
    if grain == "m":
        given["since"] = query.period.since.replace(day=1)
    if query.bbox == WORLD:
        return _trend(connection.execute(statement("trend_everywhere"), given).fetchall(), grain, query.fact)
    rows = connection.execute(statement("trend"), given | ranges(query.bbox, ROLLED_UP)).fetchall()
    cells = np.array([row[1] for row in rows], np.int64).astype(np.uint64)
    inside = overlapping(cells, query.bbox) if rows else np.zeros(0, bool)
    kept = [(row[0], row[2], row[3]) for row, ok in zip(rows, inside, strict=True) if ok]
    return _trend(kept, grain, query.fact)


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


def _when(query: Query) -> dict[str, object]:
    return {"substances": list(query.substance_ids), "since": query.period.since, "until": query.period.until}
