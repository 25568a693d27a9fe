"""Rows of a mapped table that are none, and texts that mean nothing: left out before anything is understood."""

from collections import Counter

import polars as pl

from watchfloor.data.ingest.mapped_columns import FILE, written
from watchfloor.data.ingest.mapping import Mapping
from watchfloor.data.ingest.mapping_sections import EVERY


def passed_over(frame: pl.DataFrame, mapping: Mapping) -> tuple[pl.DataFrame, Counter[str]]:
    """The rows that the mapping wants, blank where it says that a text means nothing; what was left out, counted."""
    notes: Counter[str] = Counter()

    def kept(rows: pl.DataFrame, wanted: list[pl.Expr], note: str) -> pl.DataFrame:
        left = rows.filter(*wanted)
        notes[note] += rows.height - left.height
        return left

    table = mapping.table
    named = [column for column in mapping.columns() if frame.schema.get(FILE + column) == pl.String]
    is_header = pl.all_horizontal(written(column) == column for column in named) if named else pl.lit(False)
    rows = kept(frame, [~is_header.fill_null(False)], "header that stands there again")
    totals = [~_is_one_of(column, texts) for column, texts in table.without.items()]
    rows = kept(rows, totals, "row passed over by table.without")
    rows = kept(
        rows, [written(column).is_in(texts) for column, texts in table.only.items()], "row passed over by table.only"
    )
    blanked = rows.with_columns(_blanked(rows, table.blank)) if table.blank else rows
    notes["text that means nothing by table.blank"] += _nulls(blanked) - _nulls(rows)
    return blanked, notes


def _blanked(rows: pl.DataFrame, blank: dict[str, list[str]]) -> list[pl.Expr]:
    texts = {column.removeprefix(FILE) for column in rows.columns if rows.schema[column] == pl.String}
    everywhere = blank.get(EVERY, [])
    wanted = {column: [*everywhere, *blank.get(column, [])] for column in texts}
    return [
        pl.when(~_is_one_of(column, words)).then(written(column)).alias(FILE + column)
        for column, words in wanted.items()
        if words
    ]


def _is_one_of(column: str, texts: list[str]) -> pl.Expr:
    folded = [text.strip().casefold() for text in texts]
    return written(column).str.to_lowercase().is_in(folded).fill_null(False)


def _nulls(rows: pl.DataFrame) -> int:
    return sum(rows[column].null_count() for column in rows.columns)
