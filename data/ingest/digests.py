"""Ids and digests of records, worked out before they are staged: eight times as quick as in the database.

The id of a record is the digest of its source's namespace and key, as `ticket.record_id` writes it in SQL. The digest
of a row is that of what it says, in bytes of fixed layout: it must not change with a version of a library, or every
record would look corrected.
"""

from collections.abc import Sequence
from hashlib import md5

import numpy as np
import polars as pl

_FIXED: dict[object, str] = {
    pl.Float64: "<f8",
    pl.Float32: "<f4",
    pl.Int64: "<i8",
    pl.Int16: "<i2",
    pl.Boolean: "<u1",
    pl.Date: "<i4",
    pl.Datetime: "<i8",
}


def record_ids(keys: pl.Series, namespace: str) -> pl.Series:
    """The store's id of each key, 16 bytes; null where the key is."""
    start = f"{namespace}|".encode()
    texts = keys.cast(pl.Binary).to_list()
    ids = [None if text is None else md5(start + text, usedforsecurity=False).digest() for text in texts]
    return pl.Series("id", ids, pl.Binary)


def row_digests(frame: pl.DataFrame) -> pl.Series:
    """The digest of each row, 16 bytes: of all columns, nulls told from zeros and from empty texts."""
    texts = [c for c, t in frame.schema.items() if t.base_type() not in _FIXED]
    # beside the frame's own columns: alone, a literal would be one row
    whole = pl.concat_str([pl.lit(""), *(_written(frame, c) for c in texts)])
    said = frame.with_columns(whole.alias("")).get_column("")
    rows = zip(_fixed_bytes(frame, texts), said.cast(pl.Binary).to_list(), strict=True)
    return pl.Series("own", [md5(row + text, usedforsecurity=False).digest() for row, text in rows], pl.Binary)


def _fixed_bytes(frame: pl.DataFrame, texts: Sequence[str]) -> Sequence[bytes]:
    """Numbers, moments and booleans of each row, one after the other, each with whether it is null."""
    columns = [column for column in frame if column.name not in texts]
    kinds = [_FIXED[column.dtype.base_type()] for column in columns]
    layout = [part for i, kind in enumerate(kinds) for part in ((f"v{i}", kind), (f"n{i}", "u1"))]
    rows = np.zeros(frame.height, layout)
    for i, column in enumerate(columns):
        if column.null_count() < frame.height:
            plain = column.to_physical()
            rows[f"v{i}"] = plain.fill_null(False if plain.dtype == pl.Boolean else 0).to_numpy()
        rows[f"n{i}"] = column.is_null().to_numpy()
    size, whole = rows.dtype.itemsize, rows.tobytes()
    return [whole[at : at + size] for at in range(0, len(whole), size)] if size else [b""] * frame.height


def _written(frame: pl.DataFrame, name: str) -> pl.Expr:
    """A text with its length before it, so that no two rows are written alike."""
    column = pl.col(name)
    if isinstance(frame.schema[name], pl.List):
        column = column.cast(pl.List(pl.String)).list.join(",", ignore_nulls=True)
    if frame[name].null_count() == frame.height:
        return pl.lit("-")
    return pl.concat_str(column.str.len_bytes().cast(pl.String), pl.lit(":"), column).fill_null("-")
