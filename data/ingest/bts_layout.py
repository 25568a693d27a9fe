"""The two layouts of the BTS border crossing table: Parquet with lon and lat, and the publisher's csv.

The csv has its place as text, `POINT (lon lat)`, in `Location` or `Point`, or as `Latitude` and `Longitude`;
its date as `03/01/2019 12:00:00 AM` until 2019 and as `Mar 2019` since.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from watchfloor.data.ingest.csv_rows import read_csv
from watchfloor.data.ingest.frames import REJECTS
from watchfloor.data.ingest.opened import Opened
from watchfloor.data.ingest.parquet_rows import read_parquet

_NAMED = ("Port Name", "State", "Port Code", "Border")
_COUNTED = ("Port Code", "Date", "Measure", "Value")
# of Parquet: which kinds each column may be of
_POINTS = dict.fromkeys(_NAMED, "text") | {"Port Code": "number|text", "lon": "number", "lat": "number"}
_COUNTS = {"Port Code": "number|text", "Date": "day|moment", "Measure": "text", "Value": "number"}
_POINT = r"^POINT\s*\((-?[\d.]+)\s+(-?[\d.]+)\)$"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some rows: `port` Int64 beside the file's own columns, `starts`, `value`, `lon` and `lat` where asked for."""

    frame: pl.DataFrame
    rejects: pl.DataFrame
    read: int


def parquet_pieces(opened: Opened, *, points_only: bool) -> Iterator[Piece]:
    """Pieces of the Parquet file.

    points_only: the columns that say where ports are; else those that say what was counted.
    """
    for frame in read_parquet(opened, _POINTS if points_only else _COUNTS):
        # a category cast to a number would be its place in the dictionary
        port = pl.col("Port Code").cast(pl.String).cast(pl.Int64, strict=False).alias("port")
        if points_only:
            added = [port, pl.col("lon", "lat").cast(pl.Float64)]
        else:
            added = [
                port,
                pl.col("Date").cast(pl.Date).alias("starts"),
                pl.col("Value").cast(pl.Float64).alias("value"),
            ]
        yield Piece(frame.with_columns(added), pl.DataFrame(schema=REJECTS), frame.height)


def csv_pieces(opened: Opened, *, points_only: bool) -> Iterator[Piece]:
    """Pieces of the csv file; arguments as above."""
    for rows in read_csv(opened, sorted({*_NAMED, *_COUNTED})):
        added = [
            pl.col("Port Code").cast(pl.Int64, strict=False).alias("port"),
            *(_point(rows.frame.columns) if points_only else (_month(), _number("Value").alias("value"))),
        ]
        yield Piece(rows.frame.with_columns(added), rows.rejects, rows.read)


def _month() -> pl.Expr:
    written = pl.col("Date")
    return pl.coalesce(
        written.str.slice(0, 10).str.to_date("%m/%d/%Y", strict=False),
        written.str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False),
        ("1 " + written).str.to_date("%d %b %Y", strict=False),
    ).alias("starts")


def _number(column: str) -> pl.Expr:
    return pl.col(column).str.replace_all(",", "", literal=True).cast(pl.Float64, strict=False)


def _point(columns: list[str]) -> tuple[pl.Expr, pl.Expr]:
    if {"Longitude", "Latitude"} <= set(columns):
        return _number("Longitude").alias("lon"), _number("Latitude").alias("lat")
    written = pl.col(next((column for column in ("Location", "Point") if column in columns), "Port Name"))
    return (
        written.str.extract(_POINT, 1).cast(pl.Float64, strict=False).alias("lon"),
        written.str.extract(_POINT, 2).cast(pl.Float64, strict=False).alias("lat"),
    )
