"""Positions of UTC days that the store does not have yet: sorted here, written straight into a new table of the day.

The database then makes the table's indexes of all rows at once and takes it in. Of several positions of one craft and
moment the first goes in; the others are staged, to be met there like any that the store has already.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
import polars as pl
import psycopg
from numpy.typing import NDArray
from psycopg import sql

from watchfloor.data.ingest.copy_rows import copy_rows
from watchfloor.data.ingest.spool import Spool
from watchfloor.data.ingest.stage_names import regions
from watchfloor.data.ingest.staging import Staging
from watchfloor.data.ingest.ticket import Ticket
from watchfloor.geo.errors import BadFile

MOST_DAYS = 4_000
"""Of one run: the times of a file that has more are hardly read rightly."""

PART_ROWS = 250_000
"""So many rows are sorted at once."""

_EPOCH = date(1970, 1, 1)
_KNOWN = (
    "SELECT d.day - date '1970-01-01' FROM unnest(%s::date[]) AS d (day) "
    "WHERE to_regclass('watchfloor.fix_' || to_char(d.day, 'YYYYMMDD')) IS NOT NULL"
)
_OPEN = (
    "SELECT watchfloor.attach_fix_day(d.day) FROM unnest(%s::date[]) AS d (day) WHERE watchfloor.begin_fix_day(d.day)"
)
_CRAFTS = (
    "SELECT k.number, c.id, c.label_id FROM pg_temp.stage_fix_crafts AS k JOIN watchfloor.craft AS c "
    "ON c.kind = k.craft_kind AND c.identifier = k.identifier AND c.label_id = coalesce(k.label, %s)"
)
_COLUMNS = (
    *("craft_id", "at", "lon", "lat", "cell_key", "speed_kn", "course_deg", "heading_deg", "altitude_m", "flags"),
    *("run_id", "label_id"),
)
_ORDER = ("craft_id", "at", "file", "line")


def new_days(connection: psycopg.Connection, staging: Staging) -> list[int]:
    """Days since 1970 that a run put aside and of which the store has no table yet.

    To be asked under the lock of publications. Raises BadFile if the run is of more days than one may be.
    """
    days = staging.days.keys
    if len(days) > MOST_DAYS:
        raise BadFile(
            f"positions of {len(days):,} days, from {_date(days[0])} to {_date(days[-1])}: one run may have "
            f"{MOST_DAYS:,}; see that the times are read rightly, or split the file; nothing was loaded"
        )
    known = {day for (day,) in connection.execute(_KNOWN, [_dates(days)])}
    return [day for day in days if day not in known]


def open_days(connection: psycopg.Connection, days: Iterable[int]) -> None:
    """Make empty tables of those days that the store does not have."""
    connection.execute(_OPEN, [_dates(days)])


def publish_days(
    connection: psycopg.Connection,
    staging: Staging,
    ticket: Ticket,
    days: Collection[int],
    *,
    runs: Mapping[int, int] | None = None,
) -> None:
    """Publish the positions of new days, of all files of the run; their craft must be published.

    runs: of files that are runs of their own, by their numbers. Notes in the staging how many of each file went in,
    stages what did not, and notes what it touched.
    """
    if not days:
        return
    crafts = _Crafts.known(connection, ticket)
    touched: set[tuple[int, int, int]] = set()
    for day in days:
        filled = _Filled(crafts, ticket.run, runs or {})
        connection.execute("SELECT watchfloor.begin_fix_day(%s)", [_date(day)])
        table = sql.Identifier("watchfloor", f"fix_{_date(day):%Y%m%d}")
        copy_rows(connection, table, _COLUMNS, map(filled.take, _parts(staging.days, day, crafts)))
        connection.execute("SELECT watchfloor.attach_fix_day(%s)", [_date(day)])
        for part in filled.repeated:
            staging.stage_fixes(day, part)
        staging.bulk += filled.files
        touched |= filled.touched
    with connection.cursor() as cursor:
        cursor.executemany("INSERT INTO pg_temp.touched VALUES ('tracks', %s, %s, %s)", sorted(touched))
    staging.touched.add("fixes")


@dataclass(frozen=True, slots=True, eq=False)
class _Crafts:
    """Numbers of the store's craft, and of their labels, by the numbers of a run; 0 where there is none."""

    ids: NDArray[np.int32]
    labels: NDArray[np.int16]

    @classmethod
    def known(cls, connection: psycopg.Connection, ticket: Ticket) -> "_Crafts":
        rows = np.array(connection.execute(_CRAFTS, [ticket.label]).fetchall(), np.int64).reshape(-1, 3)
        ids = np.zeros(rows[:, 0].max(initial=-1) + 1, np.int32)
        labels = np.zeros(len(ids), np.int16)
        ids[rows[:, 0]], labels[rows[:, 0]] = rows[:, 1], rows[:, 2]
        return cls(ids, labels)

    def named(self, part: pl.DataFrame) -> pl.DataFrame:
        """Positions with the store's number of their craft, in the order of the store's key."""
        number = part["number"].to_numpy()
        craft = pl.Series("craft_id", self.ids[number])
        label = pl.Series("label_id", self.labels[number])
        return part.with_columns(craft, label).filter(pl.col("craft_id") > 0).sort(_ORDER)


@dataclass(slots=True)
class _Filled:
    """What went into the table of one day: how many of each file, regions and years by label, and what did not."""

    crafts: _Crafts
    run: int
    runs: Mapping[int, int]
    files: Counter[int] = field(default_factory=Counter)
    touched: set[tuple[int, int, int]] = field(default_factory=set)
    repeated: list[pl.DataFrame] = field(default_factory=list)

    def take(self, part: pl.DataFrame) -> pl.DataFrame:
        """A part of the day as it goes into the table."""
        named = self.crafts.named(part)
        first = _first(named)
        if not first.all():
            self.repeated.append(named.filter(~first).select(part.columns))
            named = named.filter(first)
        self.files.update(dict(named.group_by("file").len().iter_rows()))
        self.touched.update(regions(named, by="label_id").iter_rows())
        of_file = pl.col("file").replace_strict(self.runs, default=self.run, return_dtype=pl.Int32)
        run = (of_file if self.runs else pl.lit(self.run, pl.Int32)).alias("run_id")
        return named.with_columns(run, pl.col("flags").fill_null(0)).select(_COLUMNS)


def _first(named: pl.DataFrame) -> pl.Series:
    """Whether a sorted position is the first of its craft and moment."""
    craft, at = named["craft_id"].to_numpy(), named["at"].to_physical().to_numpy()
    first = np.ones(len(craft), bool)
    first[1:] = (craft[1:] != craft[:-1]) | (at[1:] != at[:-1])
    return pl.Series(first)


def _parts(days: Spool, day: int, crafts: _Crafts) -> Iterator[pl.DataFrame]:
    """A day's positions in parts that can be sorted at once; all of one craft are in the same part."""
    n = -(-days.rows(day) // PART_ROWS)
    if n <= 1:
        yield pl.concat(days.take(day))
        return
    split = Spool()
    for frame in days.take(day):
        # two numbers of a run may be one craft of the store: of a label that is named, and of the run's own
        of_craft = pl.Series("part", crafts.ids[frame["number"].to_numpy()] % n)
        for (part,), rows in frame.with_columns(of_craft).partition_by("part", as_dict=True, include_key=False).items():
            split.add(int(part), rows)
    for part in split.keys:
        yield pl.concat(split.take(part))


def _dates(days: Iterable[int]) -> list[date]:
    return [_date(day) for day in days]


def _date(day: int) -> date:
    return _EPOCH + timedelta(days=day)
