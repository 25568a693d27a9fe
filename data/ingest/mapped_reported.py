"""Reported values of a mapped table: one row for each, its measure, its span of time, its dimensions."""

import json

import polars as pl

from watchfloor.data.ingest.format import Check
from watchfloor.data.ingest.mapped_numbers import FILE, number_of, text_of, written
from watchfloor.data.ingest.mapped_whereabouts import codes_of, folded_name
from watchfloor.data.ingest.mapping import Mapping
from watchfloor.data.ingest.mapping_sections import Value

_MONTHS = {"month": 1, "quarter": 3, "year": 12, "12 months": 1}


def melted(frame: pl.DataFrame, mapping: Mapping) -> tuple[pl.DataFrame, int]:
    """One row for each value, read as `number`; how many blank cells of a wide table were passed over."""
    assert mapping.value is not None
    marks = mapping.table.marks
    if not mapping.wide:
        return frame.with_columns(number_of(mapping.value.column or "", marks).alias("number")), 0
    parts = []
    for wide in mapping.wide:
        told = frame.filter(written(wide.column).is_not_null())
        parts.append(
            told.with_columns(
                pl.lit(wide.measure).alias("wide_measure"),
                pl.lit(wide.column).alias("wide_column"),
                number_of(wide.column, marks).alias("number"),
            )
        )
    long = pl.concat(parts)
    return long, frame.height * len(mapping.wide) - long.height


def measure_of_reported(value: Value, *, is_wide: bool) -> pl.Expr:
    """The measure of each row."""
    if is_wide:
        return pl.col("wide_measure").alias("measure")
    if value.measure_column is None:
        return pl.lit(value.measure).alias("measure")
    words = {word.lower(): measure for word, measure in value.measure_words.items()}
    return (
        written(value.measure_column)
        .str.to_lowercase()
        .replace_strict(words, default=None, return_dtype=pl.String)
        .alias("measure")
    )


def place_of_reported(value: Value) -> pl.Expr:
    """The code of the place of each row: put together from columns, or looked up by its name in the gazetteer."""
    if value.place_name is None:
        code = text_of(value.place_code) if value.place_code else pl.lit(None, pl.String)
        return code.alias("place_code")
    known = codes_of(value.place_kind or "")
    name = written(value.place_name)
    return name.map_batches(
        lambda texts: texts.replace_strict(
            {text: known.get(folded_name(text)) for text in texts.drop_nulls().unique()},
            default=None,
            return_dtype=pl.String,
        ),
        return_dtype=pl.String,
    ).alias("place_code")


def reported_checks(value: Value, mapping: Mapping) -> list[Check]:
    """What a reported value must be: a number, of one substance and a known measure, somewhere."""
    checks = []
    for column in [value.column] if value.column else [wide.column for wide in mapping.wide]:
        wrong = pl.col("number").is_null()
        if mapping.wide:
            wrong &= pl.col("wide_column") == column
        checks.append(Check(FILE + column, wrong, "is no number"))
    if mapping.substances and mapping.substances.column:
        several = pl.col("substances").list.len() > 1
        checks.append(Check(FILE + mapping.substances.column, several, "names several substances for one value"))
    if value.measure_column:
        reason = "is no measure: add it to value.measure_words"
        checks.append(Check(FILE + value.measure_column, pl.col("measure").is_null(), reason))
    if value.place_name:
        unknown = f"is no place of the kind {value.place_kind} in the gazetteer, or several have that name"
        checks.append(Check(FILE + value.place_name, pl.col("place_code").is_null(), unknown))
    if value.place_code:
        checks.append(Check("place_code", pl.col("place_code").is_null(), "is blank: where was it counted?"))
    return checks


def span_of_reported(value: Value) -> tuple[pl.Expr, pl.Expr]:
    """First day and the day after the last; twelve months are named by their last."""
    starts = pl.col("starts")
    if value.period in ("day", "week"):
        return starts, starts.dt.offset_by("1d" if value.period == "day" else "1w").alias("ends")
    ends = starts.dt.offset_by(f"{_MONTHS[value.period]}mo").alias("ends")
    return (starts.dt.offset_by("-11mo") if value.period == "12 months" else starts), ends


def dimensions_of_reported(good: pl.DataFrame, value: Value) -> pl.Series:
    """What else a value is broken down by, as JSON text."""
    names, columns = list(value.dimensions), list(value.dimensions.values())
    if not names:
        return pl.Series("dimensions", [None] * good.height, dtype=pl.String)
    values = good.select(written(column).alias(f"{at}") for at, column in enumerate(columns))
    texts = [json.dumps(dict(zip(names, row, strict=True)), sort_keys=True) for row in values.iter_rows()]
    return pl.Series("dimensions", texts, dtype=pl.String)
