"""Texts and numbers of a mapped table's columns, as they are written."""

import re

import polars as pl

from watchfloor.data.ingest.mapping_sections import Marks

FILE = "file:"
# blanks and apostrophes that people and programs put between thousands
_BETWEEN = {" ": "[ \u00a0\u2009\u202f]", "'": "['\u2019]"}
_BRACES = re.compile(r"\{([^{}]+)\}")


def written(column: str) -> pl.Expr:
    """A column of the file, as text; they are kept apart from those that are worked out here."""
    return pl.col(FILE + column)


def text_of(template: str) -> pl.Expr:
    """Text with the values of columns in it; null if one of them is blank."""
    parts = _BRACES.split(template)
    return pl.concat_str([written(part) if at % 2 else pl.lit(part) for at, part in enumerate(parts) if at % 2 or part])


def number_of(column: str, marks: Marks) -> pl.Expr:
    """A number as it is written; null if it is none, not finite, or its thousands are not groups of three."""
    text = written(column)
    if marks.thousands:
        between = _BETWEEN.get(marks.thousands, re.escape(marks.thousands))
        grouped = text.str.contains(rf"^[+-]?\d{{1,3}}(?:{between}\d{{3}})+(?:{re.escape(marks.decimal)}\d*)?$")
        text = pl.when(grouped).then(text.str.replace_all(between, "")).otherwise(text)
    if marks.decimal == ",":
        # a point that does not part thousands is no writing of this table: 12.50 is not 1250
        text = pl.when(~text.str.contains(".", literal=True)).then(text.str.replace(",", ".", literal=True))
    number = text.cast(pl.Float64, strict=False)
    return pl.when(number.is_finite()).then(number)
