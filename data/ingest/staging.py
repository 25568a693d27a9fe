"""Staging: the frames of a run in temporary tables of its own connection, by binary COPY.

A run that dies takes its staging with it: temporary tables end with their connection. Reported values
are staged in two tables: the series that a batch names, numbered, and the values with that number, so
that names are written once a batch and not once a row. Positions and their craft likewise; positions are put aside by
UTC day first, because a day that the store does not have yet is published without being staged (`publish_days`).
"""

from collections import Counter
from collections.abc import Collection, Mapping

import numpy as np
import polars as pl
import psycopg
from psycopg import sql

from watchfloor.data.ingest.copy_rows import copy_rows
from watchfloor.data.ingest.digests import record_ids, row_digests
from watchfloor.data.ingest.fact_tables import FACTS
from watchfloor.data.ingest.frames import REJECTS, SHAPES, Batch, Whole, conform
from watchfloor.data.ingest.identities import CALLED, IDENTITY, MOST_ROWS, SCHEMES, Called, called_in, with_keys
from watchfloor.data.ingest.spool import Spool
from watchfloor.data.ingest.stage_names import (
    CRAFTS,
    REGIONS,
    SERIES,
    SHAPES_OF_NAMES,
    SPANS,
    Crafts,
    Series,
    Shape,
    regions,
    spans,
)
from watchfloor.data.ingest.whole_records import ONLY_CHILD, WHOLE, Wholeness, contents, is_whole
from watchfloor.geo.cells import cells_at, range_key
from watchfloor.geo.precision import STORED_RESOLUTION, finest_resolution

_TYPES: dict[object, str] = {
    pl.String: "text",
    pl.Float64: "double precision",
    pl.Float32: "real",
    pl.Int16: "smallint",
    pl.Int64: "bigint",
    pl.Boolean: "boolean",
    pl.Binary: "bytea",
    pl.Date: "date",
    pl.Datetime: "timestamp",  # UTC without a zone: what the encoder writes
    pl.List: "smallint[]",
}
_CELL = {"cell": pl.Int64, "cell_key": pl.Int64}
# the record that a row is, or belongs to, by its key; and a digest of what the row says
_KEYS = {fact.frame: "key" for fact in FACTS} | {c.frame: c.parent_key for fact in FACTS for c in fact.children}
_FACTS = {fact.frame for fact in FACTS}
_NAMED = {"id": "uuid", "own": "uuid"}
REJECTED = "rejected"
DAY_US = 86_400_000_000

type Frames = Mapping[str, pl.DataFrame]
type Digested = Mapping[str, tuple[pl.Series, pl.Series]]

_STAGED: dict[str, Shape] = {REJECTED: {**REJECTS}, **SHAPES_OF_NAMES}


def stage_table(name: str) -> sql.Identifier:
    """The temporary table of one kind of frame."""
    return sql.Identifier("pg_temp", f"stage_{name}")


def columns_of(name: str) -> dict[str, str]:
    """Columns and SQL types of a stage table."""
    shape = _STAGED[name] if name in _STAGED else SHAPES[name] | (_CELL if "lon" in SHAPES[name] else {})
    columns = {"file": "smallint"} | {c: _TYPES[t.base_type()] for c, t in shape.items()}
    whole = {WHOLE: "uuid"} if name in ONLY_CHILD else {}
    return columns | (_NAMED if name in _KEYS else {}) | whole | ({IDENTITY: "uuid"} if name in SCHEMES else {})


class Staging:
    """Temporary tables of one run; made when first needed. `namespace` keeps keys of sources apart.

    days: positions that are put aside, by UTC day since 1970. staged_days: how many of each day were staged. bulk: how
    many of each file went straight into tables of new days. has_crafts: whether craft are published already.
    """

    def __init__(self, connection: psycopg.Connection, namespace: str) -> None:
        self._connection = connection
        self._namespace = namespace
        self._series, self._crafts = Series(), Crafts()
        self.wholeness = Wholeness()
        self._called = Called()
        self.days = Spool()
        self.staged_days: Counter[int] = Counter()
        self.bulk: Counter[int] = Counter()
        self.has_crafts = False
        self.made: set[str] = set()
        self._filed: set[tuple[str, int]] = set()
        self.ready_frames: set[str] = set()
        self.touched: set[str] = set()
        self.wholes: dict[int, Whole] = {}

    def add(self, batch: Batch, file: int) -> None:
        """Put a batch's frames and rejects aside for publication."""
        self._call(batch, file)
        if batch.whole is not None:
            self.wholes[file] = batch.whole.joined(self.wholes.get(file, batch.whole))
        wholes = {name: conform(name, frame) for name, frame in batch.frames.items() if frame.height and name != CALLED}
        digests = {name: self._digests(name, whole) for name, whole in wholes.items() if name in _KEYS}
        for name, whole in wholes.items():
            if name == "fixes":
                self._put_aside(whole, file)
                continue
            staged = self._staged(name, whole, file).with_columns(digests.get(name, ()))
            if name in _FACTS:
                staged = staged.with_columns(self._content(name, wholes, digests, file))
            self._copy(name, staged, file)
        for parent, child in ONLY_CHILD.items():
            if child.frame in wholes and parent not in wholes:
                self.wholeness.give_up(parent)
        if batch.rejects.height:
            self._copy(REJECTED, batch.rejects.select(*REJECTS), file)

    def holds(self, name: str, file: int) -> bool:
        """Whether anything of that kind was staged of a file."""
        return (name, file) in self._filed

    def ready(self, left: Collection[int] = ()) -> None:
        """Stage what was put aside, and tell the planner what was staged.

        left: UTC days since 1970 whose positions stay put aside.
        """
        self._copy_called()
        for day in self.days.keys:
            for part in self.days.take(day) if day not in left else ():
                self.stage_fixes(day, part)
        self.ready_frames = set(self.made)
        for name in self.made:
            self._connection.execute(sql.SQL("ANALYZE {}").format(stage_table(name)))

    def _staged(self, name: str, whole: pl.DataFrame, file: int) -> pl.DataFrame:
        if name == "reported":
            series, values = self._series.number(whole)
            self._copy(SERIES, series, file)
            return values
        return _with_cells(whole)

    def _put_aside(self, whole: pl.DataFrame, file: int) -> None:
        crafts, fixes = self._crafts.number(_with_cells(whole))
        self._copy(CRAFTS, crafts, file)
        for day, part in by_day(fixes.with_columns(pl.lit(file, pl.Int16).alias("file"))):
            self.days.add(day, part)

    def stage_fixes(self, day: int, part: pl.DataFrame) -> None:
        """Stage numbered positions of one day, each with its `file`."""
        self.staged_days[day] += part.height
        for (file,), frame in part.partition_by("file", as_dict=True, include_key=False).items():
            for name, staged in (("fixes", frame), (SPANS, spans(frame)), (REGIONS, regions(frame))):
                self._copy(name, staged, int(file))

    def _call(self, batch: Batch, file: int) -> None:
        """Gather what the batch's craft say who they are."""
        called = called_in(batch)
        if called is not None and called.height:
            self._called.add(called, file)
        if self._called.height > MOST_ROWS:
            self._copy_called()

    def _copy_called(self) -> None:
        for file, frame in self._called.take():
            self._copy(CALLED, frame, file)

    def _digests(self, name: str, whole: pl.DataFrame) -> tuple[pl.Series, pl.Series]:
        """The id of each row's record, and the digest of the row."""
        own = row_digests(whole.select(pl.exclude(_KEYS[name], "line")))
        return record_ids(whole[_KEYS[name]], self._namespace), own

    def _content(self, name: str, wholes: Frames, digests: Digested, file: int) -> list[pl.Series]:
        """The digest of each record with what belongs to it; notes whether that can be relied on."""
        ids, owns = (digest.to_list() for digest in digests[name])
        self.wholeness.note(name, ids, file)
        child = ONLY_CHILD.get(name)
        if child is None:
            return []
        child_ids, child_owns = (d.to_list() for d in digests[child.frame]) if child.frame in digests else ([], [])
        if child_ids and not is_whole(ids, child_ids, child, wholes[child.frame]):
            self.wholeness.give_up(name)
        return [contents(ids, owns, child_ids, child_owns)]

    def _copy(self, name: str, frame: pl.DataFrame, file: int) -> None:
        if name not in self.made:
            self._make(name)
        self._filed.add((name, file))
        if name in SCHEMES:
            frame = with_keys(name, frame, self._namespace)
        filed = frame.select(pl.lit(file, pl.Int16).alias("file"), pl.all())
        copy_rows(self._connection, stage_table(name), list(columns_of(name)), [filed])

    def _make(self, name: str) -> None:
        columns = sql.SQL(", ").join(
            sql.SQL("{} {}").format(sql.Identifier(column), sql.SQL(kind)) for column, kind in columns_of(name).items()
        )
        self._connection.execute(sql.SQL("CREATE TEMPORARY TABLE {} ({})").format(stage_table(name), columns))
        self.made.add(name)


def by_day(fixes: pl.DataFrame) -> list[tuple[int, pl.DataFrame]]:
    """Positions by UTC day since 1970."""
    days = (fixes["at"].dt.epoch("us") // DAY_US).alias("day")
    if days.min() == days.max():
        return [(int(day), fixes) for day in days.head(1).to_list()]
    parts = fixes.with_columns(days).partition_by("day", as_dict=True, include_key=False)
    return [(int(day), part) for (day,), part in parts.items()]


def _with_cells(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with its cell at the finest admissible resolution, 0 where there is no place."""
    if "lon" not in frame.columns:
        return frame
    lon, lat = frame["lon"].fill_null(np.nan).to_numpy(), frame["lat"].fill_null(np.nan).to_numpy()
    if "uncertainty_m" in frame.columns:
        resolution = finest_resolution(frame["uncertainty_m"].fill_null(np.nan).to_numpy())
    else:
        resolution = np.full(len(lon), STORED_RESOLUTION, np.int64)
    known = (resolution >= 0) & np.isfinite(lon) & np.isfinite(lat)
    cells = np.zeros(len(lon), np.uint64)
    cells[known] = cells_at(lon[known], lat[known], resolution[known])
    keys = np.zeros(len(lon), np.int64)
    keys[known] = range_key(cells[known])
    return frame.with_columns(
        pl.Series("cell", cells.astype(np.int64)),
        pl.Series("cell_key", keys),
    )
