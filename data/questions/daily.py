"""Events per day and cell of the whole world, for what needs days: playing a period, and how counts vary by week."""

from dataclasses import replace

import numpy as np
import polars as pl
import psycopg
from psycopg.rows import TupleRow

from watchfloor.data.questions.cells import ranges
from watchfloor.data.questions.overdoses import read_atoms, released_position
from watchfloor.data.questions.rolled_up import BY_DAY, Entries, entries, is_rolled_up
from watchfloor.data.questions.seized import seized
from watchfloor.data.statements import asked, filters_of
from watchfloor.geo.bbox import BBox
from watchfloor.geo.cells import parent
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.facts import FactKind
from watchfloor.geo.overdoses import month_start, whole_months
from watchfloor.geo.query import Query

_DAY_US = 86_400_000_000
# the database counts from 2000-01-01, we from 1970-01-01
_FIRST_DAY = 10_957
_EPOCH = np.datetime64("1970-01-01", "D")

type Connection = psycopg.Connection[TupleRow]


def seizure_days(connection: Connection, query: Query) -> Entries:
    """Seizures per day and cell at the question's resolution, 7 at the finest; those without a place in cell 0.

    Raises BadQuestion for reported aggregates: they are of months.
    """
    if query.fact is FactKind.REPORTED:
        raise BadQuestion("reported aggregates are values of months: there are no days to show")
    query = replace(query.everywhere(), resolution=min(query.resolution, BY_DAY))
    by_day = entries(connection, query) if is_rolled_up(query) else _seized(connection, query)
    return _summed(by_day, query.resolution)


def overdose_days(connection: Connection, query: Query, *, sees_health: bool) -> Entries:
    """Overdoses per day and cell; without the health right those released for one month, at its first day."""
    if sees_health:
        given = filters_of(query) | ranges(BBox.world())
        rows = connection.execute(asked("overdose_days", given), given, binary=True).fetchall()
        day, cell, n = zip(*rows, strict=True) if rows else ((),) * 3
        days = (np.array(day, "datetime64[D]") - _EPOCH).astype(np.int32)
        found = Entries(days, np.array(cell, np.int64).astype(np.uint64), np.array(n, np.int64), np.zeros(len(rows)))
        return _summed(found, query.resolution)
    return _summed(_released(connection, query), query.resolution)


def _released(connection: Connection, query: Query) -> Entries:
    atoms, position = read_atoms(connection, query.known_at), released_position(query)
    first, last = whole_months(query.period)
    wanted = (atoms.n_months == 1) & (atoms.first_month >= first) & (atoms.first_month <= last)
    if position is not None:
        bit = 1 << position
        wanted &= ((atoms.known & bit) != 0) & ((atoms.value & bit) != 0)
    months = [month_start(int(number)) for number in atoms.first_month[wanted]]
    days = (np.array(months, "datetime64[D]") - _EPOCH).astype(np.int32)
    return Entries(days, atoms.cell[wanted], atoms.n[wanted], np.zeros(days.size))


def _seized(connection: Connection, query: Query) -> Entries:
    found = seized(connection, "trend_everywhere", {"kind": "seizure", **filters_of(query)})
    days = found["starts"].to_numpy() // _DAY_US + _FIRST_DAY
    return Entries(
        days.astype(np.int32),
        found["cell"].to_numpy().astype(np.uint64),
        np.ones(found.height, np.int64),
        found["kilograms"].to_numpy().astype(np.float64),
    )


def _summed(found: Entries, resolution: int) -> Entries:
    """One entry for each day and cell of the resolution, in their order."""
    columns = {
        "day": found.day,
        "cell": parent(found.cell, resolution),
        "n": found.n,
        "kg": found.kilograms,
    }
    summed = pl.DataFrame(columns).group_by("day", "cell").agg(pl.col("n").sum(), pl.col("kg").sum())
    summed = summed.sort("day", "cell")
    return Entries(*(summed[name].to_numpy() for name in ("day", "cell", "n", "kg")))
