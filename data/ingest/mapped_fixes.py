"""Positions of craft in a mapped table, and the craft whose they are."""

from collections import Counter

import polars as pl

from watchfloor.data.ingest.format import Check
from watchfloor.data.ingest.mapped_columns import FILE, number_of, written
from watchfloor.data.ingest.mapped_times import moments, time_checks, time_notes
from watchfloor.data.ingest.mapping import Mapping

_TO_KNOTS = {"kn": 1.0, "m/s": 3600 / 1852, "km/h": 1 / 1.852, "mph": 1609.344 / 1852}
_TO_METRES = {"m": 1.0, "ft": 0.3048}


def timed(frame: pl.DataFrame, mapping: Mapping, placed: list[Check]) -> tuple[pl.DataFrame, list[Check], Counter[str]]:
    """The placed frame with `at`, and all that a position must be."""
    craft, time = mapping.craft, mapping.time
    assert craft is not None
    assert time is not None
    whole = frame.with_columns(moments(time, time.columns).alias("at"))
    nobody = Check(FILE + craft.identifier, written(craft.identifier).is_null(), "is blank: whose position is it?")
    nowhere = Check("lon", pl.col("lon").is_null(), "has no position")
    return whole, [nobody, *time_checks(time, "at"), *placed, nowhere], time_notes(whole, time, "at")


def fix_frames(good: pl.DataFrame, mapping: Mapping) -> dict[str, pl.DataFrame]:
    """Craft and positions of the rows that are kept."""
    craft, marks = mapping.craft, mapping.table.marks
    assert craft is not None

    def measured(column: str | None, factor: float = 1.0) -> pl.Expr:
        number = number_of(column, marks) if column else pl.lit(None, pl.Float64)
        return (number * factor).cast(pl.Float32)

    who = written(craft.identifier).alias("identifier")
    fixes = good.select(
        pl.lit(craft.kind).alias("craft_kind"),
        who,
        *("at", "lon", "lat"),
        measured(craft.speed, _TO_KNOTS[craft.speed_unit]).alias("speed_kn"),
        measured(craft.course).alias("course_deg"),
        measured(craft.heading).alias("heading_deg"),
        measured(craft.altitude, _TO_METRES[craft.altitude_unit]).alias("altitude_m"),
        "line",
    )
    name = written(craft.name) if craft.name else pl.lit(None, pl.String)
    crafts = good.select(
        pl.lit(craft.kind).alias("kind"), who, name.alias("name"), pl.lit(craft.category).alias("category")
    ).unique(subset="identifier", keep="last", maintain_order=True)
    return {"crafts": crafts, "fixes": fixes}
