"""The list of US principal ports of the Corps of Engineers: a point, a rank and tons for each.

The list has no code that other tables share, so a port's code is made from its name. A principal port is a
statistical district along miles of water: no point is closer than that.
"""

import json
from collections.abc import Iterator

import polars as pl

from watchfloor.data.ingest.csv_rows import read_csv
from watchfloor.data.ingest.format import Check, Format, Options, SourceInfo, sift
from watchfloor.data.ingest.frames import Batch
from watchfloor.data.ingest.opened import Opened
from watchfloor.geo.grading import Reliability, Validity

KIND = "port"
UNCERTAINTY_M = 10_000.0
NAME = "PORT_NAME"
NAMED = (
    Check(NAME, pl.col("code") == "", "has no name of a port"),
    Check(NAME, pl.col(NAME).str.len_chars() > 200, "is too long for the name of a port"),
)
_LISTED = ("PORT", "TYPE", "IMPORTS", "EXPORTS", "DOMESTIC", "FOREIGN_", "TOTAL", "RANK")
_PLACED = (
    *NAMED,
    Check("LATITUDE1", ~pl.col("lat").is_between(-90, 90), "is not a latitude"),
    Check("LONGITUDE1", ~pl.col("lon").is_between(-180, 180), "is not a longitude"),
    Check("LATITUDE1", (pl.col("lat") == 0) & (pl.col("lon") == 0), "is 0, 0, which stands for no position"),
)


def read(opened: Opened, _options: Options) -> Iterator[Batch]:
    """Batches of ports, each with its tonnage and rank."""
    for rows in read_csv(opened, (NAME, "LATITUDE1", "LONGITUDE1")):
        numbers = rows.frame.with_columns(
            port_code(),
            pl.col("LATITUDE1").cast(pl.Float64, strict=False).alias("lat"),
            pl.col("LONGITUDE1").cast(pl.Float64, strict=False).alias("lon"),
        )
        good, rejects = sift(numbers, _PLACED)
        places = good.select(
            pl.lit(KIND).alias("kind"),
            "code",
            pl.col(NAME).alias("name"),
            pl.lit("US").alias("country"),
            *("lon", "lat"),
            pl.lit(UNCERTAINTY_M).alias("uncertainty_m"),
            _attributes(good),
            "line",
        )
        yield Batch(rows.read, {"places": places}, pl.concat([rows.rejects, rejects]))


def port_code() -> pl.Expr:
    """A principal port's code, from the column of its name; empty where that has no letter."""
    words = pl.col(NAME).fill_null("").str.to_uppercase().str.replace_all(r"[^A-Z0-9]+", "-").str.strip_chars("-")
    return pl.when(words != "").then("USACE-" + words).otherwise(pl.lit("")).alias("code")


def _attributes(good: pl.DataFrame) -> pl.Series:
    kept = [column for column in _LISTED if column in good.columns]
    texts = []
    for row in good.select(kept).iter_rows():
        said = {"usace_" + key.strip("_").lower(): value for key, value in zip(kept, row, strict=True) if value}
        texts.append(json.dumps(said, sort_keys=True))
    return pl.Series("attributes", texts, dtype=pl.String)


FORMAT = Format(
    name="principal-ports",
    title="US principal ports (USACE) with tonnage and rank",
    source=SourceInfo(
        code="principal-ports",
        title="Principal ports of the United States",
        publisher="US Army Corps of Engineers, Waterborne Commerce Statistics Center",
        licence="US Government work, public domain",
        reliability=Reliability.RELIABLE,
        validity=Validity.PROBABLE,
    ),
    is_public=True,
    read=read,
)
