"""CBP nationwide drug seizures: one row per fiscal year, month, component, region, land filter, area and drug.

Each row is a reported aggregate: a number of events and a weight in pounds. Months are written for the
US fiscal year (OCT of FY 2020 is October 2019). Areas of responsibility are found in the gazetteer by
name; an area known to have no place is kept without one.
"""

import json
from collections.abc import Iterator

import polars as pl

from watchfloor.data.gazetteer import entries_of
from watchfloor.data.ingest.csv_rows import Rows, read_csv
from watchfloor.data.ingest.format import Format, Options, SourceInfo, rejects_where
from watchfloor.data.ingest.frames import Batch
from watchfloor.data.ingest.opened import Opened
from watchfloor.geo.grading import Reliability, Validity
from watchfloor.geo.quantities import find_unit
from watchfloor.geo.substances import find_substance

COLUMNS = (
    "FY",
    "Month (abbv)",
    "Component",
    "Region",
    "Land Filter",
    "Area of Responsibility",
    "Drug Type",
    "Count of Event",
    "Sum Qty (lbs)",
)
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")


def read(opened: Opened, _options: Options) -> Iterator[Batch]:
    """Batches of reported aggregates."""
    areas = {name: entry.code for name, entry in entries_of("aor").items()}
    for rows in read_csv(opened, COLUMNS):
        yield _batch(rows, areas)


def _batch(rows: Rows, areas: dict[str, str]) -> Batch:
    frame = _parsed(rows.frame, areas)
    checks = (
        ("FY", pl.col("fy").is_null() | ~pl.col("fy").is_between(1990, 2100), "is not a fiscal year"),
        ("Month (abbv)", pl.col("month").is_null(), "is not a month as three letters"),
        ("Area of Responsibility", pl.col("place_code").is_null(), "is not an area that the gazetteer knows: add it"),
        ("Drug Type", pl.col("substance_id").is_null(), "is not a substance of the vocabulary: add a synonym"),
        ("Count of Event", ~(pl.col("value").is_finite() & (pl.col("value") >= 0)), "is not a count"),
        ("Sum Qty (lbs)", ~pl.col("original").is_between(0, 1e12), "is not a weight"),
    )
    rejects, good = rows.rejects, frame
    for column, bad, reason in checks:
        rejects = pl.concat([rejects, rejects_where(good, bad.fill_null(True), column=column, reason=reason)])
        good = good.filter(~bad.fill_null(True))
    notes = {
        "quantity is zero": good.filter(pl.col("original") == 0).height,
        "area without a place": good.filter(pl.col("place_code") == areas.get("PRECLEARANCE FIELD OFFICE")).height,
    }
    return Batch(rows.read, {"reported": _reported(good)}, rejects, notes)


def _parsed(frame: pl.DataFrame, areas: dict[str, str]) -> pl.DataFrame:
    drugs = {word: s.id for word in frame["Drug Type"].drop_nulls().unique() if (s := find_substance(word))}
    return frame.with_columns(
        pl.col("FY").cast(pl.Int32, strict=False).alias("fy"),
        pl.col("Month (abbv)")
        .str.to_uppercase()
        .replace_strict({m: i + 1 for i, m in enumerate(MONTHS)}, default=None, return_dtype=pl.Int32)
        .alias("month"),
        pl.col("Area of Responsibility")
        .replace_strict(areas, default=None, return_dtype=pl.String)
        .alias("place_code"),
        pl.col("Drug Type").replace_strict(drugs, default=None, return_dtype=pl.Int16).alias("substance_id"),
        pl.col("Count of Event").cast(pl.Float64, strict=False).alias("value"),
        pl.col("Sum Qty (lbs)").cast(pl.Float64, strict=False).alias("original"),
    )


def _reported(good: pl.DataFrame) -> pl.DataFrame:
    pounds = find_unit("lbs")
    assert pounds is not None
    # fiscal year N runs from October of N-1 to September of N
    starts = pl.date(pl.col("fy") - (pl.col("month") >= 10).cast(pl.Int32), pl.col("month"), 1)
    dimensions = ("Component", "Region", "Land Filter")
    distinct = good.select(dimensions).unique()
    texts = [json.dumps(dict(zip(dimensions, row, strict=True)), sort_keys=True) for row in distinct.iter_rows()]
    named = good.join(distinct.with_columns(pl.Series("dimensions", texts)), on=dimensions, nulls_equal=True)
    return named.select(
        pl.lit("seizures_reported").alias("measure"),
        pl.lit("aor").alias("place_kind"),
        "place_code",
        "substance_id",
        "dimensions",
        starts.alias("starts"),
        starts.dt.offset_by("1mo").alias("ends"),
        "value",
        (pl.col("original") * pounds.factor).alias("amount"),
        "original",
        "line",
    )


FORMAT = Format(
    name="cbp-drugs",
    title="CBP nationwide drug seizures by month, area and drug",
    source=SourceInfo(
        code="cbp-drugs",
        title="Nationwide drug seizures",
        publisher="US Customs and Border Protection",
        licence="US Government work, public domain",
        reliability=Reliability.RELIABLE,
        validity=Validity.PROBABLE,
    ),
    is_public=True,
    read=read,
)
