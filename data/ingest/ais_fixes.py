"""What all AIS sources share: which positions can be none, what "not available" is, what is doubtful and kept.

Frames here have MMSI (text), at (UTC), lon, lat, speed, course, heading (as sent, Float64). Speed and course of some
older files had been kept in signed numbers: what is below 0 overflowed, and is mended. The numbers that AIS has for
"not available" become null. An MMSI is text: a lost zero is not put back, for nobody knows which digits were lost.
Source of the numbers: ITU-R M.1371-5.
"""

import polars as pl

from watchfloor.data.ingest.ais_vessels import called, vessels
from watchfloor.data.ingest.csv_rows import Rows
from watchfloor.data.ingest.format import Check, sift
from watchfloor.data.ingest.frames import Batch
from watchfloor.geo.fix_flags import FixFlag

SPEED_STEP, SPEED_UNKNOWN, SPEED_DOUBTFUL = 102.4, 102.3, 60.0
COURSE_STEP, COURSE_UNKNOWN = 409.6, 360.0
HEADING_UNKNOWN = 511.0
CHECKS = (
    Check("MMSI", ~pl.col("MMSI").str.contains(r"^[0-9]{1,10}$"), "is not a number of up to ten digits"),
    Check("BaseDateTime", pl.col("at").is_null(), "is not a moment as 2017-01-31T23:59:59"),
    Check("BaseDateTime", ~pl.col("at").dt.year().is_between(1990, 2100), "is of a year in which there is no AIS"),
    Check("LAT", ~pl.col("lat").is_between(-90, 90), "is not a latitude; 91 stands for no position"),
    Check("LON", ~pl.col("lon").is_between(-180, 180), "is not a longitude; 181 stands for no position"),
    Check("LAT", (pl.col("lat") == 0) & (pl.col("lon") == 0), "is 0, 0, which stands for no position"),
)
_NOTED = {
    FixFlag.IDENTIFIER_MALFORMED: "MMSI without nine digits",
    FixFlag.NOT_A_VESSEL: "MMSI of a station, buoy, aircraft or beacon",
    FixFlag.SPEED_UNKNOWN: "speed not available",
    FixFlag.SPEED_MENDED: "speed overflowed and was mended",
    FixFlag.SPEED_IMPLAUSIBLE: "speed over 60 kn",
    FixFlag.COURSE_UNKNOWN: "course not available",
    FixFlag.COURSE_MENDED: "course overflowed and was mended",
    FixFlag.HEADING_IMPOSSIBLE: "heading that cannot be one",
}


def batch_of(rows: Rows, at: pl.Expr) -> Batch:
    """Vessels and positions of rows that have MarineCadastre's columns; `at` makes moments of `BaseDateTime`."""
    good, rejects = sift(_numbers(rows.frame).with_columns(at.alias("at")), CHECKS)
    flagged = cleaned(good)
    frames = {"crafts": vessels(flagged), "craft_identities": called(flagged), "fixes": fixes_of(flagged)}
    return Batch(rows.read, frames, pl.concat([rows.rejects, rejects]), notes_of(flagged))


def fixes_of(flagged: pl.DataFrame) -> pl.DataFrame:
    """A fixes frame from what `cleaned` gave."""
    return flagged.select(
        pl.lit("vessel").alias("craft_kind"),
        pl.col("MMSI").alias("identifier"),
        *("at", "lon", "lat", "speed_kn", "course_deg", "heading_deg", "flags", "line"),
    )


def notes_of(flagged: pl.DataFrame) -> dict[str, int]:
    """How often cleaning found what."""
    notes = {word: int((flagged["flags"] & int(flag) > 0).sum()) for flag, word in _NOTED.items()}
    notes["heading not available"] = int((flagged["heading"] == HEADING_UNKNOWN).sum())
    return notes


def cleaned(good: pl.DataFrame) -> pl.DataFrame:
    """The frame with speed_kn, course_deg, heading_deg and flags."""
    speed = pl.when(pl.col("speed") < 0).then(pl.col("speed") + SPEED_STEP).otherwise("speed")
    course = pl.when(pl.col("course") < 0).then(pl.col("course") + COURSE_STEP).otherwise("course")
    mended = good.with_columns(speed.round(1).alias("speed_kn"), course.round(1).alias("course_deg"))
    speed_known = pl.col("speed_kn").is_between(0, SPEED_UNKNOWN, closed="left").fill_null(False)
    course_known = pl.col("course_deg").is_between(0, COURSE_UNKNOWN, closed="left").fill_null(False)
    heading_known = pl.col("heading").is_between(0, 359).fill_null(False)
    heading_silent = (pl.col("heading") == HEADING_UNKNOWN).fill_null(True)
    has_nine = pl.col("MMSI").str.len_bytes() == 9
    flags = {
        FixFlag.IDENTIFIER_MALFORMED: ~has_nine,
        FixFlag.NOT_A_VESSEL: pl.col("MMSI").str.contains(r"^(00|111|970|972|974|98|99)") & has_nine,
        FixFlag.SPEED_UNKNOWN: ~speed_known,
        FixFlag.SPEED_MENDED: (pl.col("speed") < 0) & speed_known,
        FixFlag.SPEED_IMPLAUSIBLE: (pl.col("speed_kn") > SPEED_DOUBTFUL) & speed_known,
        FixFlag.COURSE_UNKNOWN: ~course_known,
        FixFlag.COURSE_MENDED: (pl.col("course") < 0) & course_known,
        FixFlag.HEADING_IMPOSSIBLE: ~heading_known & ~heading_silent,
    }
    return mended.with_columns(
        pl.when(speed_known).then("speed_kn").cast(pl.Float32),
        pl.when(course_known).then("course_deg").cast(pl.Float32),
        pl.when(heading_known).then("heading").cast(pl.Float32).alias("heading_deg"),
        pl.sum_horizontal(
            pl.when(found).then(pl.lit(int(flag), pl.Int16)).otherwise(pl.lit(0, pl.Int16))
            for flag, found in flags.items()
        )
        .cast(pl.Int16)
        .alias("flags"),
    )


def _numbers(frame: pl.DataFrame) -> pl.DataFrame:
    written = {"lat": "LAT", "lon": "LON", "speed": "SOG", "course": "COG", "heading": "Heading"}
    return frame.with_columns(
        pl.col(column).cast(pl.Float64, strict=False).alias(name) for name, column in written.items()
    )
