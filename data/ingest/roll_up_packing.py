"""Chunks of the roll-up packed in memory, some at a time: half as long as the same sorting and joining in SQL takes."""

from collections.abc import Iterator

import numpy as np
import polars as pl
import psycopg
import pyarrow as pa
from psycopg import sql

from watchfloor.data.ingest.copy_rows import copy_rows
from watchfloor.data.statements import statement
from watchfloor.geo.cells import parent

MOST_EVENTS = 250_000
"""So many are in memory at once; a chunk of more of them is packed by the database."""

FINE, COARSE = 7, 3
_EVENTS = {"chunk": ">i4", "day": ">i4", "cell": ">i8"}
_ITEMS = {**_EVENTS, "substance_id": ">i2", "kilograms": ">f8"}
_PACKED = {"days": ("day", ">i4"), "cells": ("cell", ">i8"), "n": ("n", ">i4"), "kilograms": ("kilograms", ">f8")}
_TABLE = sql.Identifier("pg_temp", "packed_chunks")
_MADE = sql.SQL(
    "CREATE TEMPORARY TABLE {} (chunk integer, level smallint, substance_id smallint, entries integer, total bigint, "
    "days bytea, cells bytea, n bytea, kilograms bytea) ON COMMIT DROP"
).format(_TABLE)
_COLUMNS = ("chunk", "level", "substance_id", "entries", "total", "days", "cells", "n", "kilograms")
_KEY = ("chunk", "substance_id")
_SUMS = pl.col("n", "kilograms").sum()


def pack_chunks(connection: psycopg.Connection) -> bool:
    """Pack all chunks of the temporary table chunk_events into the temporary table packed_chunks.

    Whether it was done: not if there is a chunk that is too large for memory.
    """
    sizes = np.array(
        connection.execute("SELECT chunk, count(*) FROM pg_temp.chunk_events GROUP BY chunk ORDER BY chunk").fetchall(),
        np.int64,
    ).reshape(-1, 2)
    if sizes[:, 1].max(initial=0) > MOST_EVENTS:
        return False
    connection.execute(_MADE)
    blocks = list(_blocks(sizes))
    if len(blocks) > 1:
        connection.execute("CREATE INDEX ON pg_temp.chunk_events (chunk)")
    for block in blocks:
        # read whole before it is written: one connection does one of both at a time
        copy_rows(connection, _TABLE, _COLUMNS, _packed(connection, block))
    return True


def _packed(connection: psycopg.Connection, block: tuple[int, int]) -> list[pl.DataFrame]:
    """The chunks of one block, by day and by year."""
    by_day = _added_up(
        _read(connection, "rolled_events", _EVENTS, block), _read(connection, "rolled_items", _ITEMS, block)
    )
    coarse = pl.Series("cell", parent(by_day["cell"].to_numpy().view(np.uint64), COARSE).view(np.int64))
    by_year = by_day.with_columns(coarse).group_by(*_KEY, "cell", maintain_order=True).agg(_SUMS)
    return [_pack(by_day, FINE), _pack(by_year, COARSE)]


def _read(connection: psycopg.Connection, name: str, columns: dict[str, str], block: tuple[int, int]) -> pl.DataFrame:
    with connection.cursor(binary=True) as cursor:
        row = cursor.execute(statement(name), {"first": block[0], "last": block[1]}).fetchone()
    assert row is not None
    read = (np.frombuffer(column or b"", kind) for column, kind in zip(row, columns.values(), strict=True))
    return pl.DataFrame(
        {name: one.astype(one.dtype.newbyteorder("=")) for name, one in zip(columns, read, strict=True)}
    )


def _added_up(events: pl.DataFrame, items: pl.DataFrame) -> pl.DataFrame:
    """Numbers and weights by chunk, substance, day and cell; substance 0 has every event once, and all taken at it."""
    some, none = pl.lit(1, pl.Int32).alias("n"), pl.lit(0, pl.Int32).alias("n")
    any_substance, no_weight = pl.lit(0, pl.Int16).alias("substance_id"), pl.lit(0.0).alias("kilograms")
    shape = (*_EVENTS, "substance_id", "n", "kilograms")
    # the same weights add up to the same bits in whatever order the database told them
    items = items.sort("kilograms")
    said = pl.concat(
        [
            events.with_columns(any_substance, some, no_weight).select(shape),
            items.with_columns(any_substance, none).select(shape),
            items.with_columns(some).select(shape),
        ]
    )
    added = said.group_by(*_KEY, "day", "cell", maintain_order=True).agg(_SUMS)
    return added.sort(*_KEY, "day", "cell")


def _pack(entries: pl.DataFrame, level: int) -> pl.DataFrame:
    """One row for each chunk and substance, its entries in columns of bytes."""
    ordered = entries.sort(*_KEY, "cell") if level == COARSE else entries
    packed = ordered.group_by(*_KEY, maintain_order=True).agg(
        pl.len().cast(pl.Int32).alias("entries"), pl.col("n").sum().cast(pl.Int64).alias("total")
    )
    ends = np.concatenate([[0], np.cumsum(packed["entries"].to_numpy())])
    columns = [
        _bytes(ordered[of].to_numpy(), kind, ends).alias(name)
        if of in ordered.columns
        else pl.Series(name, [b""] * packed.height, pl.Binary)
        for name, (of, kind) in _PACKED.items()
    ]
    return packed.with_columns(pl.lit(level, pl.Int16).alias("level"), *columns).select(_COLUMNS)


def _bytes(values: np.ndarray, kind: str, ends: np.ndarray) -> pl.Series:
    """Values from one end to the next, big-endian."""
    written = values.astype(kind)
    places = (ends * written.itemsize).astype(np.int64)
    parts = pa.LargeBinaryArray.from_buffers(
        pa.large_binary(), len(ends) - 1, [None, pa.py_buffer(places), pa.py_buffer(written)]
    )
    return pl.Series("", parts, pl.Binary)


def _blocks(sizes: np.ndarray) -> Iterator[tuple[int, int]]:
    """First and last chunk of as many as are read at once."""
    if not len(sizes):
        return
    before, first = 0, 0
    ends = np.cumsum(sizes[:, 1])
    while first < len(sizes):
        after = int(np.searchsorted(ends, before + MOST_EVENTS, "right"))
        yield int(sizes[first, 0]), int(sizes[after - 1, 0])
        before, first = int(ends[after - 1]), after
