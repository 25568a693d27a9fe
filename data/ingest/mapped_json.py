"""Rows of text as JSON, as `json.dumps` writes it: whole columns at once where nothing needs an escape.

Keys of records are made of this text, and ids of keys: it must not change by a byte.
"""

import json
from collections.abc import Mapping, Sequence

import polars as pl

# printable ASCII without quotation mark and backslash: what JSON writes as it stands
_PLAIN = r"^[ !#-\[\]-~]*$"


def json_arrays(values: pl.DataFrame) -> pl.Series:
    """Each row as an array; null where a value is."""
    pieces = [_written(column).fill_null("null") for column in values.columns]
    whole = pl.concat_str([pl.lit("["), pl.concat_str(pieces, separator=", "), pl.lit("]")]) if pieces else pl.lit("[]")
    return _told(values, whole, json.dumps)


def json_objects(values: pl.DataFrame, names: Sequence[str], fixed: Mapping[str, object]) -> pl.Series:
    """Each row as an object of these names behind what is fixed; values that are null are left out.

    A name that is fixed, too, keeps its place and takes the row's value.
    """
    fixed = dict(fixed)

    def plainly(row: tuple[object, ...]) -> str:
        return json.dumps(fixed | {name: value for name, value in zip(names, row, strict=True) if value is not None})

    if set(names) & set(fixed):
        return pl.Series([plainly(row) for row in values.iter_rows()], dtype=pl.String)
    pieces = [
        pl.concat_str([pl.lit(f", {json.dumps(name)}: "), _written(column)]).fill_null("")
        for name, column in zip(names, values.columns, strict=True)
    ]
    said = pl.concat_str(pieces)
    head = json.dumps(fixed)[:-1]
    whole = pl.concat_str([pl.lit(head), said if fixed else said.str.slice(2), pl.lit("}")])
    return _told(values, whole, plainly)


def _written(column: str) -> pl.Expr:
    return pl.concat_str([pl.lit('"'), pl.col(column), pl.lit('"')])


def _told(values: pl.DataFrame, whole: pl.Expr, plainly) -> pl.Series:  # type: ignore[no-untyped-def]
    """The expression where every text is plain, and the slow way for the other rows."""
    if any(kind != pl.String for kind in values.dtypes) or not values.width:
        return pl.Series([plainly(row) for row in values.iter_rows()], dtype=pl.String)
    needs_escape = pl.any_horizontal(~pl.col(c).str.contains(_PLAIN) for c in values.columns).fill_null(False)
    found = values.select(whole.alias("whole"), needs_escape.alias("needs_escape"))
    rows = found["needs_escape"].arg_true()
    if not len(rows):
        return found["whole"]
    return found["whole"].scatter(rows, [plainly(row) for row in values[rows].iter_rows()])
