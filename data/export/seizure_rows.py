"""Single seizures and single overdoses for a file."""

from collections.abc import Mapping

import polars as pl

from watchfloor.data.export.dressing import gradings, hexagons, moments, place_words, positions, provenances
from watchfloor.data.questions.provenance import Writing

type Types = Mapping[str, type[pl.DataType]]

_MILLIGRAM = 6

_PLACED: Types = {
    "place_name": pl.String, "place_precision": pl.Int16, "lon": pl.Float64, "lat": pl.Float64,
    "uncertainty_m": pl.Float64, "cell": pl.Int64,
}  # fmt: skip
_GRADED: Types = {
    "reliability": pl.Int16, "validity": pl.Int16, "label_id": pl.Int16, "run_id": pl.Int32, "recorded": pl.Int64,
    "attributes": pl.String,
}  # fmt: skip
SEIZURE_TYPES: Types = {
    "id": pl.String, "title": pl.String, "starts": pl.Int64, "ends": pl.Int64, "time_precision": pl.Int16, **_PLACED,
    "substances": pl.String, "kilograms": pl.Float64, **_GRADED,
}  # fmt: skip
OVERDOSE_TYPES: Types = {
    "id": pl.String, "day": pl.Int32, "time_precision": pl.Int16, **_PLACED, "substances": pl.String,
    "is_fatal": pl.Int8, **_GRADED,
}  # fmt: skip


def seizure_rows(rows: pl.DataFrame, written: Writing) -> pl.DataFrame:
    """Seizures as they are handed on."""
    starts, ends = (_moment(rows[name], "s") for name in ("starts", "ends"))
    return pl.DataFrame(
        [
            *rows.select("id", "title").get_columns(),
            *moments(starts, ends, rows["time_precision"]),
            *_placed(rows),
            rows["substances"],
            # to the milligram: what lies behind is the noise of turning pounds into kilograms
            rows["kilograms"].round(_MILLIGRAM),
            *_graded(rows, written),
        ]
    )


def overdose_rows(rows: pl.DataFrame, written: Writing) -> pl.DataFrame:
    """Overdoses as they are handed on, to who holds the health right."""
    day = rows["day"].cast(pl.Date).cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
    return pl.DataFrame(
        [
            rows["id"],
            *moments(day, None, rows["time_precision"]),
            *_placed(rows),
            (rows["is_fatal"] == 1).alias("fatal"),
            rows["substances"],
            *_graded(rows, written),
        ]
    )


def _moment(seconds: pl.Series, unit: str) -> pl.Series:
    scale = 1_000_000 if unit == "s" else 1
    return (seconds * scale).cast(pl.Datetime("us", "UTC"))


def _placed(rows: pl.DataFrame) -> list[pl.Series]:
    return [
        rows["place_name"].alias("place"),
        place_words(rows["place_precision"]),
        *positions(rows["lon"], rows["lat"], rows["uncertainty_m"]),
        hexagons(rows["cell"]),
    ]


def _graded(rows: pl.DataFrame, written: Writing) -> list[pl.Series]:
    return [
        *gradings(rows["reliability"], rows["validity"]),
        *provenances(rows["label_id"], rows["run_id"], written),
        _moment(rows["recorded"], "us").alias("recorded_utc"),
        rows["attributes"],
    ]
