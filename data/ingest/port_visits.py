"""Vessel visits per US principal port and month, counted from AIS.

A port is named as the list of the Corps of Engineers names it (`principal_ports`), and has a point of its own here, so
that either file can be loaded without the other. A month without a row is no zero: nobody counted one.
"""

from collections.abc import Iterator

import polars as pl

from watchfloor.data.ingest.csv_rows import read_csv
from watchfloor.data.ingest.format import Check, Format, Options, SourceInfo, sift
from watchfloor.data.ingest.frames import Batch
from watchfloor.data.ingest.opened import Opened
from watchfloor.data.ingest.port_points import PortPoints
from watchfloor.data.ingest.principal_ports import KIND, NAME, NAMED, UNCERTAINTY_M, port_code
from watchfloor.geo.grading import Reliability, Validity

MONTH, COUNT, POINT = "Month", "Visit_Count", "port_geography"
_WKT = r"^POINT\s*\(\s*(-?[\d.]+)\s+(-?[\d.]+)\s*\)$"
_COUNTED = (
    *NAMED,
    Check(MONTH, pl.col("starts").is_null() | ~pl.col("starts").dt.year().is_between(1990, 2100), "is not a month"),
    Check(COUNT, ~(pl.col("value").is_between(0, 1e6) & (pl.col("value") % 1 == 0)), "is not a count"),
)


def read(opened: Opened, _options: Options) -> Iterator[Batch]:
    """One batch with the ports, found in a first pass, then batches of reported counts."""
    ports = PortPoints(KIND, "US", opened.name)
    for rows in read_csv(opened, (NAME, MONTH, COUNT, POINT)):
        named, _ = sift(rows.frame.with_columns(port_code()), NAMED)
        ports.add(named.select("code", *_points()))
    places, notes = ports.places()
    yield Batch(0, {"places": places.with_columns(pl.col("uncertainty_m").clip(UNCERTAINTY_M))}, notes=notes)
    for rows in read_csv(opened, (NAME, MONTH, COUNT, POINT)):
        good, rejects = sift(rows.frame.with_columns(port_code(), *_counted()), _COUNTED)
        yield Batch(rows.read, {"reported": _reported(good)}, pl.concat([rows.rejects, rejects]))


def _points() -> tuple[pl.Expr, ...]:
    return (
        pl.col(NAME).alias("Port Name"),
        pl.lit(None, pl.String).alias("State"),
        pl.lit(None, pl.String).alias("Border"),
        pl.col(POINT).str.extract(_WKT, 1).cast(pl.Float64, strict=False).alias("lon"),
        pl.col(POINT).str.extract(_WKT, 2).cast(pl.Float64, strict=False).alias("lat"),
    )


def _counted() -> tuple[pl.Expr, ...]:
    return (
        (pl.col(MONTH) + "-01").str.to_date("%Y-%m-%d", strict=False).alias("starts"),
        pl.col(COUNT).str.replace_all(",", "", literal=True).cast(pl.Float64, strict=False).alias("value"),
    )


def _reported(good: pl.DataFrame) -> pl.DataFrame:
    return good.select(
        pl.lit("vessel_calls").alias("measure"),
        pl.lit(KIND).alias("place_kind"),
        pl.col("code").alias("place_code"),
        "starts",
        pl.col("starts").dt.offset_by("1mo").alias("ends"),
        *("value", "line"),
    )


FORMAT = Format(
    name="port-visits",
    title="Vessel visits per US principal port and month, counted from AIS",
    source=SourceInfo(
        code="port-visits",
        title="Monthly vessel visits at US principal ports, from AIS",
        publisher="Jordan Bell, from USCG/NOAA NAIS data and the USACE port list",
        licence="MIT; sources are US Government works, public domain",
        reliability=Reliability.USUALLY_RELIABLE,
        validity=Validity.PROBABLE,
    ),
    is_public=True,
    read=read,
    records=frozenset({"reported"}),
)
