"""Frames written into a table by binary COPY."""

from collections.abc import Iterable, Sequence

import polars as pl
import psycopg
import pyarrow as pa
from pgpq import ArrowToPostgresBinaryEncoder
from psycopg import sql

_ROWS_AT_ONCE = 20_000


def copy_rows(
    connection: psycopg.Connection, table: sql.Identifier, columns: Sequence[str], frames: Iterable[pl.DataFrame]
) -> None:
    """Write frames of one shape into these columns of a table, in their order; none of them writes nothing."""
    rows = iter(frames)
    plain = next((_plain(frame) for frame in rows), None)
    if plain is None:
        return
    encoder = ArrowToPostgresBinaryEncoder(plain.schema)
    target = sql.SQL("COPY {} ({}) FROM STDIN WITH (FORMAT BINARY)").format(
        table, sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with connection.cursor() as cursor, cursor.copy(target) as copy:
        copy.write(encoder.write_header())
        while plain is not None:
            for part in plain.to_batches(max_chunksize=_ROWS_AT_ONCE):
                copy.write(encoder.write_batch(part))
            plain = next((_plain(frame) for frame in rows), None)
        copy.write(encoder.finish())


def _plain(frame: pl.DataFrame) -> pa.Table:
    """Arrow types that the encoder knows: no large strings, no zone on timestamps."""
    table = frame.to_arrow(compat_level=pl.CompatLevel.oldest())
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
