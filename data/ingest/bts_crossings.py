"""BTS border crossings: one row per month, land port of entry and measure, a reported monthly count.

The publisher's coordinates of one port vary between rows, by up to hundreds of kilometres, and two ports
have the same name: ports are told apart by their code alone, and `port_points` gives each one place. A zero
is a reported zero; a month without a row is not one.
"""

from collections.abc import Callable, Iterator

import polars as pl

from watchfloor.data.ingest.bts_layout import csv_pieces, parquet_pieces
from watchfloor.data.ingest.format import Check, Format, Options, SourceInfo, sift
from watchfloor.data.ingest.frames import Batch
from watchfloor.data.ingest.opened import Opened
from watchfloor.data.ingest.port_points import PortPoints
from watchfloor.geo.grading import Reliability, Validity
from watchfloor.geo.measures import MEASURES

KIND = "crossing"
# the publisher has written "loaded" for "full" since 2020
_MEASURES = {m.title.replace(",", "").lower(): m.code for m in MEASURES if m.layer == "ports"} | {
    "truck containers loaded": "truck_containers_full",
    "rail containers loaded": "rail_containers_full",
}
_CHECKS = (
    Check("Port Code", ~pl.col("port").is_between(1, 9999), "is not a port code of up to four digits"),
    Check("Date", pl.col("starts").is_null() | (pl.col("starts").dt.day() != 1), "is not the first day of a month"),
    Check("Date", ~pl.col("starts").dt.year().is_between(1990, 2100), "is of a year outside of 1990 to 2100"),
    Check("Measure", pl.col("measure").is_null(), "is not one of the twelve measures"),
    Check("Value", ~(pl.col("value").is_finite() & (pl.col("value") >= 0)), "is not a count"),
)


def read(opened: Opened, _options: Options) -> Iterator[Batch]:
    """One batch with the ports, found in a first pass, then batches of reported values."""
    pieces = parquet_pieces if opened.is_parquet else csv_pieces
    places, notes = _ports(opened, pieces).places()
    yield Batch(0, {"places": places}, notes=notes)
    for piece in pieces(opened, points_only=False):
        good, rejects = sift(_measured(piece.frame), _CHECKS)
        yield Batch(
            piece.read,
            {"reported": _reported(good)},
            pl.concat([piece.rejects, rejects]),
            {"zero was reported": good.filter(pl.col("value") == 0).height},
        )


def _ports(opened: Opened, pieces: Callable[..., Iterator]) -> PortPoints:  # type: ignore[type-arg]
    ports = PortPoints(KIND, "US", opened.name)
    for piece in pieces(opened, points_only=True):
        usable = piece.frame.filter(pl.col("port").is_between(1, 9999))
        ports.add(usable.with_columns(_code()))
    return ports


def _code() -> pl.Expr:
    return ("USPOE-" + pl.col("port").cast(pl.String).str.zfill(4)).alias("code")


def _measured(frame: pl.DataFrame) -> pl.DataFrame:
    # few words stand in many rows: they are looked up once each
    words = {w: _MEASURES[w.lower()] for w in frame["Measure"].drop_nulls().unique() if w.lower() in _MEASURES}
    return frame.with_columns(
        pl.col("Measure").cast(pl.String).replace_strict(words, default=None, return_dtype=pl.String).alias("measure")
    )


def _reported(good: pl.DataFrame) -> pl.DataFrame:
    return good.select(
        "measure",
        pl.lit(KIND).alias("place_kind"),
        _code().alias("place_code"),
        "starts",
        pl.col("starts").dt.offset_by("1mo").alias("ends"),
        "value",
        "line",
    )


FORMAT = Format(
    name="bts-crossings",
    title="BTS border crossing entries by month, port of entry and measure",
    source=SourceInfo(
        code="bts-crossings",
        title="Border Crossing/Entry Data",
        publisher="US Bureau of Transportation Statistics",
        licence="US Government work, public domain",
        reliability=Reliability.RELIABLE,
        validity=Validity.CONFIRMED,
    ),
    is_public=True,
    read=read,
    records=frozenset({"reported"}),
)
