"""What a source format is: a name, a source to cite, and a reader from file to batches."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from watchfloor.data.ingest.frames import REJECTS, Batch
from watchfloor.data.ingest.opened import Opened
from watchfloor.data.ingest.row_labels import RowLabels
from watchfloor.geo.grading import Reliability, Validity

# frames whose rows are the records that a run counts; items, identifiers, crafts and the like belong to one of them
RECORDS = frozenset(
    {"events", "overdoses", "reported", "places", "fixes", "entities", "links", "cases", "operations", "deconflictions"}
    | {"withdrawals"}
)


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """A publisher's data set, and the grading that its records get unless they say otherwise."""

    code: str
    title: str
    publisher: str
    licence: str
    reliability: Reliability = Reliability.UNKNOWN
    validity: Validity = Validity.CANNOT_BE_JUDGED


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line gave beside the files, for formats that need it.

    labels: of rows that are marked more strictly than the run; the pipeline gives them. mapping: number of the
    version that the store keeps, if it is one. beside: all files of the run, for formats of which one explains another.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    labels: RowLabels | None = None
    mapping: int | None = None
    beside: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Format:
    """One source format; adding one is one module with a `FORMAT` and one line in `catalogue.py`.

    read: yields batches of one opened file; raises BadFile if the file is not what it claims.
    is_public: whether the data are public by nature, so that the label defaults to the public one.
    records: frames that hold the rows of the file; other frames go with them and are not counted.
    version_by: the attribute of a record that holds the moment of its version, by which an older one changes nothing.
    """

    name: str
    title: str
    source: SourceInfo
    is_public: bool
    read: Callable[[Opened, Options], Iterator[Batch]]
    records: frozenset[str] = RECORDS
    version_by: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """What makes a row unusable: `bad` holds, or cannot be told; `column` and `reason` go into the quarantine."""

    column: str
    bad: pl.Expr
    reason: str


def sift(frame: pl.DataFrame, checks: Sequence[Check]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows that pass every check, and rejects for the others, each by the first check that it fails."""
    failed = frame.select(
        pl.coalesce(
            pl.when(check.bad.fill_null(True)).then(pl.lit(number, pl.Int16)) for number, check in enumerate(checks)
        ).alias("failed")
    )["failed"]
    if failed.null_count() == frame.height:
        return frame, pl.DataFrame(schema=REJECTS)
    rejects = [
        rejects_where(frame, pl.lit(failed) == number, column=checks[number].column, reason=checks[number].reason)
        for number in failed.drop_nulls().unique().sort()
    ]
    return frame.filter(failed.is_null()), pl.concat(rejects)


def rejects_where(frame: pl.DataFrame, bad: pl.Expr, *, column: str, reason: str) -> pl.DataFrame:
    """Rejects for the rows of a string frame where `bad` holds, with the value as it was written."""
    value = pl.col(column) if column in frame.columns else pl.lit("")
    return (
        frame.filter(bad.fill_null(False))
        .select(
            pl.col("line").cast(pl.Int64),
            pl.lit(column).alias("column"),
            value.cast(pl.String).fill_null("").str.slice(0, 500).alias("value"),
            pl.lit(reason).alias("reason"),
        )
        .cast(dict(REJECTS.items()))
    )


def without_values(rejects: pl.DataFrame) -> pl.DataFrame:
    """Rejects that tell where and why, not what stood there: a label alone does not guard health data."""
    return rejects.with_columns(pl.lit("").alias("value"))
