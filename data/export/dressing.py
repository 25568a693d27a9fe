"""Rows as a reader of a file takes them: times and places no finer than they are known, labels and sources in words.

Words of which there are few are columns of pl.Enum: forms that keep a dictionary write each word once.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np
import polars as pl
import pyarrow as pa

from watchfloor.data.questions.provenance import WITHHELD, Writing
from watchfloor.geo.facts import PLACE_PRECISIONS
from watchfloor.geo.fix_flags import written_flags
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
_PLACED = ("lon", "lat", "known_within_m", "point_within_m")
_UNPLACED = PlacePrecision.NONE.value
_SIGNS: Final = np.frombuffer(b"".join(b"%02x" % byte for byte in range(256)), np.uint16)
"""Both hexadecimal digits of a byte."""
_CELL_DIGITS: Final = 15
_REPEATED: Final = 4
"""What comes so often on average is put into words once."""


def moments(starts: pl.Series, ends: pl.Series | None, precision: pl.Series) -> list[pl.Series]:
    """when (text as far as it is known), from_utc and before_utc: the span in which it lies or which it lasted.

    starts, ends: moments in UTC; precision: codes of TimePrecision.
    """
    frame = pl.DataFrame({"at": starts, "unit": precision, "ends": ends if ends is not None else starts})
    at = pl.col("at")
    when, before = pl.lit(None, pl.String), at
    codes = frame["unit"].unique().to_list()
    for code in codes:
        unit, written = _UNITS[TimePrecision(code)]
        is_so = pl.col("unit") == code
        when = pl.when(is_so).then(_text(starts, unit, written)).otherwise(when)
        before = pl.when(is_so).then(_after(unit)).otherwise(before)
    told = frame.select(when.alias("when"), at.alias("from_utc"), pl.max_horizontal(before, "ends").alias("before_utc"))
    return told.get_columns()


def _text(starts: pl.Series, unit: str, written: str) -> pl.Series:
    """Moments as text, each that is the same once; unit: of which the text tells no more."""
    known = starts if unit == "1s" else starts.dt.truncate(unit)
    distinct = known.unique()
    if len(distinct) * _REPEATED > len(known):
        return known.dt.strftime(written)
    return known.replace_strict(distinct, distinct.dt.strftime(written), return_dtype=pl.String)


def _after(unit: str) -> pl.Expr:
    """The end of the unit that begins at a moment."""
    fixed = {"1s": pl.duration(seconds=1), "1m": pl.duration(minutes=1), "1d": pl.duration(days=1)}
    return pl.col("at") + fixed[unit] if unit in fixed else pl.col("at").dt.offset_by(unit)


def positions(lon: pl.Series, lat: pl.Series, uncertainty_m: pl.Series) -> list[pl.Series]:
    """lon, lat, known_within_m and point_within_m: where, as coarsely as it is known; null where unknown.

    known_within_m is the record's own, as the page tells it; point_within_m counts from lon, lat as they are rounded.
    """
    known_m = uncertainty_m.cast(pl.Float64)
    told_lon, told_lat, off_m = known_position(lon.cast(pl.Float64).to_numpy(), lat.cast(pl.Float64).to_numpy(),
                                               known_m.to_numpy())  # fmt: skip
    columns = (told_lon, told_lat, np.where(np.isnan(off_m), np.nan, known_m.to_numpy()), off_m)
    return [pl.Series(name, column).fill_nan(None) for name, column in zip(_PLACED, columns, strict=True)]


def hexagons(cells: pl.Series) -> pl.Series:
    """H3 cells as they are written: 15 hexadecimal digits; null where there is none."""
    n = len(cells)
    signs = _SIGNS[np.ascontiguousarray(cells.fill_null(0).to_numpy(), ">i8").view(np.uint8)].view(np.uint8)
    digits = np.ascontiguousarray(signs.reshape(n, 16)[:, -_CELL_DIGITS:])
    ends = np.arange(0, (n + 1) * _CELL_DIGITS, _CELL_DIGITS, dtype=np.int64)
    told = pa.LargeStringArray.from_buffers(n, pa.py_buffer(ends), pa.py_buffer(digits))
    written = pl.Series("hexagon", told, pl.String)
    return written.set(cells.is_null() | (cells == 0), None)


def place_words(precision: pl.Series) -> pl.Series:
    """To what a place is known: exact, street, town, …, none."""
    return _words(precision, _PRECISIONS, _UNPLACED).alias("known_to")


def gradings(reliability: pl.Series, validity: pl.Series) -> list[pl.Series]:
    """Both axes of a grading in words."""
    words = {grade.value: grade.title for grade in Reliability}, {grade.value: grade.title for grade in Validity}
    return [
        _words(column, known, None).alias(name)
        for column, known, name in zip((reliability, validity), words, ("reliability", "validity"), strict=True)
    ]


def findings(flags: pl.Series) -> pl.Series:
    """flags: what cleaning found about the values of a row, in words; null where it found nothing."""
    return _words(flags, {code: written_flags(code) for code in flags.unique().to_list() if code}, None).alias("flags")


def provenances(labels: pl.Series, runs: pl.Series, written: Writing) -> list[pl.Series]:
    """label, source, publisher and licence in words; of a run that is not the reader's to see that it is withheld."""
    known = {run: written.provenance(run) for run in runs.unique().to_list()}
    told = {run: one for run, one in known.items() if one is not None}

    def of(name: str, otherwise: str) -> pl.Series:
        return _words(runs, {run: str(getattr(one, name)) for run, one in told.items()}, otherwise).alias(name)

    titles = {label: written.titles[label] for label in labels.unique().to_list()}
    return [_words(labels, titles, None).alias("label"), of("source", WITHHELD), of("publisher", ""), of("licence", "")]


def _words(codes: pl.Series, known: Mapping[int, str], otherwise: str | None) -> pl.Series:
    """A word for each code; `otherwise` where none is known."""
    found = [code for code in codes.unique().to_list() if otherwise is not None or code in known]
    said = {code: known.get(code, otherwise) for code in found}
    # only words of these very rows: a dictionary goes into a file whole
    kind = pl.Enum(list(dict.fromkeys(word for word in said.values() if word is not None)))
    words = pl.Series(list(said.values()), dtype=kind)
    return codes.replace_strict(pl.Series(found, dtype=codes.dtype), words, default=None)
