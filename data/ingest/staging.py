"""Staging: the frames of a run in temporary tables of its own connection, by binary COPY.

A run that dies takes its staging with it: temporary tables end with their connection. Reported values
are staged in two tables: the series that a batch names, numbered, and the values with that number, so
that names are written once a batch and not once a row.
"""

from collections.abc import Mapping

import numpy as np
import polars as pl
import psycopg
import pyarrow as pa
from pgpq import ArrowToPostgresBinaryEncoder
from psycopg import sql

from watchfloor.data.ingest.digests import record_ids, row_digests
from watchfloor.data.ingest.fact_tables import FACTS
from watchfloor.data.ingest.frames import REJECTS, SHAPES, Batch, conform
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
_NAMED = {"id": "uuid", "own": "uuid"}
REJECTED = "rejected"
SERIES = "series"
_SERIES_NAMES = ("measure", "place_kind", "place_code", "substance_id", "dimensions")
_STAGED: dict[str, Mapping[str, pl.DataType | type[pl.DataType]]] = {
    REJECTED: REJECTS,
    SERIES: {"number": pl.Int64} | {name: SHAPES["reported"][name] for name in _SERIES_NAMES},
    "reported": {"number": pl.Int64} | {c: t for c, t in SHAPES["reported"].items() if c not in _SERIES_NAMES},
}


def stage_table(name: str) -> sql.Identifier:
    """The temporary table of one kind of frame."""
    return sql.Identifier("pg_temp", f"stage_{name}")


def columns_of(name: str) -> dict[str, str]:
    """Columns and SQL types of a stage table."""
    shape = _STAGED[name] if name in _STAGED else SHAPES[name] | (_CELL if "lon" in SHAPES[name] else {})
    columns = {"file": "smallint"} | {c: _TYPES[t.base_type()] for c, t in shape.items()}
    return columns | (_NAMED if name in _KEYS else {})


class Staging:
    """Temporary tables of one run; made when first needed. `namespace` keeps keys of sources apart."""

    def __init__(self, connection: psycopg.Connection, namespace: str) -> None:
        self._connection = connection
        self._namespace = namespace
        self._named = 0
        self.made: set[str] = set()

    def add(self, batch: Batch, file: int) -> None:
        """Put a batch's frames and rejects aside for publication."""
        for name, frame in batch.frames.items():
            if frame.height == 0:
                continue
            whole = conform(name, frame)
            if name == "reported":
                whole = self._name_series(whole, file)
            self._copy(name, self._with_digests(name, _with_cells(whole), whole), file)
        if batch.rejects.height:
            self._copy(REJECTED, batch.rejects.select(*REJECTS), file)

    def ready(self) -> None:
        """Tell the planner what was staged."""
        for name in self.made:
            self._connection.execute(sql.SQL("ANALYZE {}").format(stage_table(name)))

    def _name_series(self, values: pl.DataFrame, file: int) -> pl.DataFrame:
        distinct = values.select(_SERIES_NAMES).unique(maintain_order=True).with_row_index("number", self._named)
        self._named += distinct.height
        series = distinct.with_columns(pl.col("number").cast(pl.Int64))
        self._copy(SERIES, series, file)
        numbered = values.join(series, on=_SERIES_NAMES, nulls_equal=True, maintain_order="left")
        return numbered.select(*_STAGED["reported"])

    def _with_digests(self, name: str, frame: pl.DataFrame, whole: pl.DataFrame) -> pl.DataFrame:
        if name not in _KEYS:
            return frame
        own = row_digests(whole.select(pl.exclude(_KEYS[name], "line")))
        return frame.with_columns(record_ids(whole[_KEYS[name]], self._namespace), own)

    def _copy(self, name: str, frame: pl.DataFrame, file: int) -> None:
        if name not in self.made:
            self._make(name)
        table = frame.select(pl.lit(file, pl.Int16).alias("file"), pl.all()).to_arrow(
            compat_level=pl.CompatLevel.oldest()
        )
        plain = _plain(table)
        encoder = ArrowToPostgresBinaryEncoder(plain.schema)
        target = sql.SQL("COPY {} ({}) FROM STDIN WITH (FORMAT BINARY)").format(
            stage_table(name), sql.SQL(", ").join(sql.Identifier(c) for c in columns_of(name))
        )
        with self._connection.cursor() as cursor, cursor.copy(target) as copy:
            copy.write(encoder.write_header())
            for part in plain.to_batches(max_chunksize=20_000):
                copy.write(encoder.write_batch(part))
            copy.write(encoder.finish())

    def _make(self, name: str) -> None:
        columns = sql.SQL(", ").join(
            sql.SQL("{} {}").format(sql.Identifier(column), sql.SQL(kind)) for column, kind in columns_of(name).items()
        )
        self._connection.execute(sql.SQL("CREATE TEMPORARY TABLE {} ({})").format(stage_table(name), columns))
        self.made.add(name)


def _plain(table: pa.Table) -> pa.Table:
    """Arrow types that the encoder knows: no large strings, no zone on timestamps."""
    fields = []
    for field in table.schema:
        kind = field.type
        if pa.types.is_large_string(kind):
            kind = pa.string()
        elif pa.types.is_large_binary(kind):
            kind = pa.binary()
        elif pa.types.is_timestamp(kind):
            kind = pa.timestamp("us")
        elif pa.types.is_large_list(kind):
            kind = pa.list_(kind.value_type)
        fields.append(pa.field(field.name, kind))
    return table.cast(pa.schema(fields))


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
