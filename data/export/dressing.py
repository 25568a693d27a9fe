"""Rows as a reader of a file takes them: times and places no finer than they are known, labels and sources in words."""

import polars as pl

from watchfloor.data.questions.provenance import WITHHELD, Writing
from watchfloor.geo.facts import PLACE_PRECISIONS
from watchfloor.geo.grading import Reliability, Validity
from watchfloor.geo.known_position import known_position
from watchfloor.geo.precision import PlacePrecision, TimePrecision

# the unit that a time is known to, and ISO 8601 as far as that
_UNITS = {
    TimePrecision.SECOND: ("1s", "%Y-%m-%dT%H:%M:%SZ"),
    TimePrecision.MINUTE: ("1m", "%Y-%m-%dT%H:%MZ"),
    TimePrecision.DAY: ("1d", "%Y-%m-%d"),
    TimePrecision.MONTH: ("1mo", "%Y-%m"),
    TimePrecision.YEAR: ("1y", "%Y"),
}
_PRECISIONS = {code: precision.value for code, precision in PLACE_PRECISIONS.items()}
_UNPLACED = PlacePrecision.NONE.value


def moments(starts: pl.Series, ends: pl.Series | None, precision: pl.Series) -> list[pl.Series]:
    """when (text as far as it is known), from_utc and before_utc: the span in which it lies or which it lasted.

    starts, ends: moments in UTC; precision: codes of TimePrecision.
    """
    frame = pl.DataFrame({"at": starts, "unit": precision, "ends": ends if ends is not None else starts})
    at = pl.col("at")
    when, before = pl.lit(None, pl.String), at
    for code in frame["unit"].unique().to_list():
        unit, written = _UNITS[TimePrecision(code)]
        is_so = pl.col("unit") == code
        when = pl.when(is_so).then(at.dt.strftime(written)).otherwise(when)
        before = pl.when(is_so).then(at.dt.offset_by(unit)).otherwise(before)
    told = frame.select(when.alias("when"), at.alias("from_utc"), pl.max_horizontal(before, "ends").alias("before_utc"))
    return told.get_columns()


def positions(lon: pl.Series, lat: pl.Series, uncertainty_m: pl.Series) -> list[pl.Series]:
    """lon, lat and within_m: where, as coarsely as it is known, and how far off it may be; null where unknown."""
    columns = known_position(*(one.cast(pl.Float64).to_numpy() for one in (lon, lat, uncertainty_m)))
    names = ("lon", "lat", "within_m")
    return [pl.Series(name, column).fill_nan(None) for name, column in zip(names, columns, strict=True)]


def hexagons(cells: pl.Series) -> pl.Series:
    """H3 cells as they are written: 15 hexadecimal digits; null where there is none."""
    written = [f"{cell:x}" if cell else None for cell in cells.to_list()]
    return pl.Series("hexagon", written, pl.String)


def place_words(precision: pl.Series) -> pl.Series:
    """To what a place is known: exact, street, town, …, none."""
    return precision.replace_strict(_PRECISIONS, default=_UNPLACED, return_dtype=pl.String).alias("known_to")


def gradings(reliability: pl.Series, validity: pl.Series) -> list[pl.Series]:
    """Both axes of a grading in words."""
    words = {grade.value: grade.title for grade in Reliability}, {grade.value: grade.title for grade in Validity}
    return [
        column.replace_strict(known, default=None, return_dtype=pl.String).alias(name)
        for column, known, name in zip((reliability, validity), words, ("reliability", "validity"), strict=True)
    ]


def provenances(labels: pl.Series, runs: pl.Series, written: Writing) -> list[pl.Series]:
    """label, source, publisher and licence in words; of a run that is not the reader's to see that it is withheld."""
    known = {run: written.provenance(run) for run in runs.unique().to_list()}
    told = {run: one for run, one in known.items() if one is not None}

    def of(name: str, otherwise: str) -> pl.Series:
        words = {run: str(getattr(one, name)) for run, one in told.items()}
        return runs.replace_strict(words, default=otherwise, return_dtype=pl.String).alias(name)

    label = labels.replace_strict(written.titles, return_dtype=pl.String).alias("label")
    return [label, of("source", WITHHELD), of("publisher", ""), of("licence", "")]
