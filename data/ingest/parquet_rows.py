"""Parquet as batches, each row with its number; read in pieces, bounded, text kept as dictionaries."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from watchfloor.data.ingest.opened import MOST_RATIO, Opened
from watchfloor.geo.errors import BadFile

BATCH_ROWS = 100_000
_MOST_HELD = 5_000
# a dictionary may stand for very much text in very few bytes: what a batch would take written out
MOST_TEXT_BYTES = 256 << 20
MOST_CHUNK_BYTES = 1 << 30
# so few rows are no bomb, whatever they take
_ROWS_FROM = 1_000_000
_LIMITS: dict[str, Any] = {"thrift_string_size_limit": 16 << 20, "thrift_container_size_limit": 1 << 20}


# what a column may hold, by names that a person understands
_KINDS: dict[str, Callable[[pa.DataType], bool]] = {
    "text": lambda kind: pa.types.is_string(kind) or pa.types.is_large_string(kind),
    "number": lambda kind: pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal128(kind),
    "moment": pa.types.is_timestamp,
    "day": pa.types.is_date,
    "yes or no": pa.types.is_boolean,
}


def read_parquet(opened: Opened, columns: Mapping[str, str]) -> Iterator[pl.DataFrame]:
    """Batches of these columns and `line`, the row's number from 1; text columns are Categorical or String.

    columns: by name, the kinds that each may be of, such as `number|text`; a column without any value is of every kind.
    Raises BadFile for wrong columns, a damaged file, or one that would grow without measure.
    """
    try:
        _refuse_strange(opened, columns)
        with pq.ParquetFile(opened.path, read_dictionary=list(columns), **_LIMITS) as table:
            line = 1
            for part in _gathered(table.iter_batches(BATCH_ROWS, columns=list(columns))):
                # text that is no UTF-8 would be taken for it by all that follows
                part.validate(full=True)
                _refuse_swollen(part, opened.name)
                frame = pl.DataFrame(part)
                yield frame.select(pl.int_range(line, line + frame.height, dtype=pl.Int64).alias("line"), *columns)
                line += frame.height
                opened.gauge.share = line / max(1, table.metadata.num_rows)
    except (pa.ArrowException, OSError) as error:
        raise BadFile(f"{opened.name}: the Parquet file is cut off or damaged; nothing was loaded") from error


def _gathered(parts: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The same rows in batches of a useful size: a file may have a group for every row."""
    held: list[pa.RecordBatch] = []
    rows = 0
    for part in parts:
        held.append(part)
        rows += part.num_rows
        if rows >= BATCH_ROWS // 2 or len(held) >= _MOST_HELD:
            yield _one(held)
            held, rows = [], 0
    if held:
        yield _one(held)


def _one(parts: list[pa.RecordBatch]) -> pa.RecordBatch:
    if len(parts) == 1 or not any(part.num_rows for part in parts):
        return parts[0]
    table = pa.Table.from_batches(parts).unify_dictionaries().combine_chunks()
    return pa.RecordBatch.from_arrays([column.chunk(0) for column in table.columns], schema=table.schema)


def parquet_columns(opened: Opened) -> list[str]:
    """Names of the columns. Raises BadFile if the file is no Parquet, or a damaged one."""
    try:
        with pq.ParquetFile(opened.path, **_LIMITS) as table:
            return list(table.schema_arrow.names)
    except (pa.ArrowException, OSError) as error:
        raise BadFile(f"{opened.name}: is no Parquet file, or is cut off or damaged; nothing was loaded") from error


def _refuse_strange(opened: Opened, columns: Mapping[str, str]) -> None:
    with pq.ParquetFile(opened.path, **_LIMITS) as table:
        schema, metadata = table.schema_arrow, table.metadata
        groups = [metadata.row_group(number).total_byte_size for number in range(metadata.num_row_groups)]
    missing = [column for column in columns if column not in schema.names]
    if missing:
        shown = [column[:40] for column in schema.names[:20]]
        raise BadFile(f"{opened.name}: is not what it claims to be: missing columns {missing}; it has {shown}")
    nested = [column for column in columns if pa.types.is_nested(schema.field(column).type)]
    if nested or len(set(schema.names)) != len(schema.names):
        raise BadFile(f"{opened.name}: columns are nested or stand twice: {nested}")
    for column, kinds in columns.items():
        _refuse_kind(schema.field(column).type, column, kinds, opened.name)
    if metadata.num_rows > max(_ROWS_FROM, MOST_RATIO * opened.size):
        said = f"{opened.size:,} bytes claim to hold {metadata.num_rows:,} rows: this looks like a decompression bomb"
        raise BadFile(f"{opened.name}: {said}; nothing was loaded")
    if max(groups, default=0) > MOST_CHUNK_BYTES:
        raise BadFile(f"{opened.name}: has a row group of more than {MOST_CHUNK_BYTES:,} bytes: write smaller ones")


def _refuse_kind(kind: pa.DataType, column: str, kinds: str, name: str) -> None:
    plain = kind.value_type if pa.types.is_dictionary(kind) else kind
    if not (pa.types.is_null(plain) or any(_KINDS[one](plain) for one in kinds.split("|"))):
        wanted = kinds.replace("|", " or ")
        raise BadFile(f"{name}: the column {column!r} is of type {str(kind)[:60]}, not {wanted}; nothing was loaded")


def _refuse_swollen(part: pa.RecordBatch, name: str) -> None:
    for column in part.columns:
        if not pa.types.is_dictionary(column.type):
            continue
        words = column.dictionary
        if not (pa.types.is_string(words.type) or pa.types.is_large_string(words.type)):
            continue
        written_out = pc.sum(pc.take(pc.binary_length(words), column.indices)).as_py() or 0
        if written_out > MOST_TEXT_BYTES:
            raise BadFile(
                f"{name}: {part.num_rows:,} rows would take {written_out:,} bytes of text; nothing was loaded"
            )
        if pc.any(pc.match_substring(words, "\0")).as_py():
            raise BadFile(f"{name}: holds a zero byte in its text; nothing was loaded")
