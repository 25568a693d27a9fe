"""ADS-B positions of aircraft in Parquet: state vectors of the OpenSky Network, or files of the traffic library.

The library writes feet and knots, OpenSky metres and metres per second: both become metres and knots. An aircraft is
its 24-bit ICAO address; a call sign belongs to a flight, and an aircraft may have several. Altitudes are barometric
(of the standard atmosphere), and geometric only where no other is given.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from watchfloor.data.ingest.format import Check, Format, Options, SourceInfo, sift
from watchfloor.data.ingest.frames import Batch
from watchfloor.data.ingest.identities import heard
from watchfloor.data.ingest.opened import Opened
from watchfloor.data.ingest.parquet_rows import parquet_columns, read_parquet
from watchfloor.geo.errors import BadFile
from watchfloor.geo.fix_flags import FixFlag
from watchfloor.geo.grading import Reliability, Validity

METRES_PER_FOOT = 0.3048
KNOTS_PER_METRE_A_SECOND = 3_600 / 1_852
LOWEST_M, HIGHEST_M, FASTEST_KN = -1_500 * METRES_PER_FOOT, 60_000 * METRES_PER_FOOT, 2_000.0
_ADDRESS = r"^[0-9a-f]{1,6}$"
MOST_AIRCRAFT = 1_000_000
MOST_CALL_SIGNS = 50


@dataclass(frozen=True, slots=True)
class _Layout:
    """Names of the columns, the first that is there counts; factors make metres and knots."""

    time: str
    lat: str
    lon: str
    altitude: tuple[str, ...]
    altitude_m: float
    speed: str
    speed_kn: float
    track: str

    @property
    def needed(self) -> tuple[str, ...]:
        return ("icao24", self.time, self.lat, self.lon)

    @property
    def all(self) -> tuple[str, ...]:
        return (*self.needed, "callsign", "onground", *self.altitude, self.speed, self.track)


LAYOUTS = (
    _Layout("timestamp", "latitude", "longitude", ("altitude",), METRES_PER_FOOT, "groundspeed", 1.0, "track"),
    _Layout(
        "time", "lat", "lon", ("baroaltitude", "geoaltitude"), 1.0, "velocity", KNOTS_PER_METRE_A_SECOND, "heading"
    ),
)
# which kinds a column of Parquet may be of; all others are numbers
_KINDS = {
    "icao24": "text",
    "callsign": "text",
    "onground": "yes or no|number|text",
    "timestamp": "moment|number",
    "time": "moment|number",
}
_NOTED = {
    FixFlag.IDENTIFIER_MALFORMED: "address that no aircraft has",
    FixFlag.SPEED_UNKNOWN: "speed not available",
    FixFlag.COURSE_UNKNOWN: "course not available",
    FixFlag.ON_GROUND: "on the ground",
    FixFlag.ALTITUDE_IMPOSSIBLE: "altitude that cannot be one",
}


def read(opened: Opened, _options: Options) -> Iterator[Batch]:
    """One batch with the aircraft, found in a first pass, then batches of their positions."""
    names = parquet_columns(opened)
    layout = next((one for one in LAYOUTS if set(one.needed) <= set(names)), None)
    if layout is None:
        shown = [name[:40] for name in names[:20]]
        raise BadFile(f"{opened.name}: is neither of the layouts that are known: it has {shown}")
    yield Batch(0, {"crafts": _aircraft(opened, names)})
    kinds = {column: _KINDS.get(column, "number|text") for column in layout.all if column in names}
    for frame in read_parquet(opened, kinds):
        yield _batch(frame, layout)


def _batch(frame: pl.DataFrame, layout: _Layout) -> Batch:
    good, rejects = sift(_numbers(frame, layout), _checks(layout))
    flagged = _flagged(good)
    fixes = flagged.select(
        pl.lit("aircraft").alias("craft_kind"),
        *("identifier", "at", "lon", "lat", "speed_kn", "course_deg", "altitude_m", "flags", "line"),
    )
    notes = {word: int((flagged["flags"] & int(flag) > 0).sum()) for flag, word in _NOTED.items()}
    notes["altitude not available"] = good["altitude"].null_count()
    return Batch(frame.height, {"craft_identities": _called(flagged), "fixes": fixes}, rejects, notes)


def _called(flagged: pl.DataFrame) -> pl.DataFrame:
    """What the aircraft of a batch are called: by their address, and for a flight by its call sign."""
    sign = _text("callsign") if "callsign" in flagged.columns else pl.lit("")
    said = flagged.select("identifier", "at", pl.when(sign != "").then(sign.str.slice(0, 16)).alias("sign"))
    return heard(said, "aircraft", {"sign": "call sign"})


def _checks(layout: _Layout) -> tuple[Check, ...]:
    return (
        Check("icao24", ~pl.col("identifier").str.contains(_ADDRESS), "is no 24-bit address in hexadecimal"),
        Check(layout.time, ~pl.col("at").dt.year().is_between(1990, 2100), "is not a moment"),
        Check(layout.lat, ~pl.col("lat").is_between(-90, 90), "is not a latitude"),
        Check(layout.lon, ~pl.col("lon").is_between(-180, 180), "is not a longitude"),
        Check(layout.lat, (pl.col("lat") == 0) & (pl.col("lon") == 0), "is 0, 0, which stands for no position"),
    )


def _aircraft(opened: Opened, names: list[str]) -> pl.DataFrame:
    """Every aircraft of the file with its call signs; the one that most rows have is its name."""
    wanted: dict[str, str] = {column: _KINDS[column] for column in ("icao24", "callsign") if column in names}
    counted = pl.DataFrame(schema={"identifier": pl.String, "callsign": pl.String, "n": pl.UInt32})
    for frame in read_parquet(opened, wanted):
        callsign = _text("callsign") if len(wanted) > 1 else pl.lit(None, pl.String)
        said = frame.select(_identifier(), pl.when(callsign != "").then(callsign).alias("callsign"))
        usable = said.filter(pl.col("identifier").str.contains(_ADDRESS))
        fresh = usable.group_by("identifier", "callsign").agg(pl.len().cast(pl.UInt32).alias("n"))
        counted = pl.concat([counted, fresh]).group_by("identifier", "callsign").agg(pl.col("n").sum())
        if counted.height > MOST_AIRCRAFT:
            raise BadFile(f"{opened.name}: has more than {MOST_AIRCRAFT:,} aircraft and call signs; split it")
    ordered = counted.sort("identifier", "n", "callsign", descending=[False, True, False], nulls_last=True)
    signs = ordered.group_by("identifier", maintain_order=True).agg(pl.col("callsign").drop_nulls())
    rows = [(identifier, *_said(found)) for identifier, found in signs.iter_rows()]
    frame = pl.DataFrame(rows, schema=dict.fromkeys(("identifier", "name", "attributes"), pl.String), orient="row")
    return frame.select(pl.lit("aircraft").alias("kind"), "*", pl.lit("aircraft").alias("category"))


def _said(signs: list[str]) -> tuple[str | None, str]:
    kept = sorted(sign[:16] for sign in signs[:MOST_CALL_SIGNS])
    return (signs[0][:16] if signs else None), json.dumps({"call_signs": kept} if kept else {})


def _text(column: str) -> pl.Expr:
    return pl.col(column).cast(pl.String).str.strip_chars()


def _identifier() -> pl.Expr:
    return _text("icao24").str.to_lowercase().alias("identifier")


def _numbers(frame: pl.DataFrame, layout: _Layout) -> pl.DataFrame:
    # a category cast to a number would be its place in the dictionary
    plain = frame.with_columns(pl.col(pl.Categorical).cast(pl.String))

    def number(*columns: str) -> pl.Expr:
        there = [pl.col(column).cast(pl.Float64, strict=False) for column in columns if column in plain.columns]
        return pl.coalesce(*there) if there else pl.lit(None, pl.Float64)

    grounded = pl.col("onground").cast(pl.String).str.to_lowercase() if "onground" in plain.columns else pl.lit("")
    return plain.with_columns(
        _identifier(),
        _moment(plain.schema[layout.time], layout.time).alias("at"),
        number(layout.lat).alias("lat"),
        number(layout.lon).alias("lon"),
        (number(*layout.altitude) * layout.altitude_m).fill_nan(None).alias("altitude"),
        (number(layout.speed) * layout.speed_kn).alias("speed"),
        number(layout.track).alias("course"),
        grounded.is_in(["true", "1"]).fill_null(False).alias("grounded"),
    )


def _moment(kind: pl.DataType, column: str) -> pl.Expr:
    """UTC: of moments with or without a zone, or of seconds since 1970."""
    if isinstance(kind, pl.Datetime):
        moment = pl.col(column).cast(pl.Datetime("us", kind.time_zone))
        return moment.dt.convert_time_zone("UTC") if kind.time_zone else moment.dt.replace_time_zone("UTC")
    seconds = pl.col(column).cast(pl.Float64, strict=False)
    usual = pl.when(seconds.is_between(0, 1e11)).then(seconds)
    return (usual * 1e6).cast(pl.Int64).cast(pl.Datetime("us")).dt.replace_time_zone("UTC")


def _flagged(good: pl.DataFrame) -> pl.DataFrame:
    speed_known = pl.col("speed").is_between(0, FASTEST_KN).fill_null(False)
    course = pl.when(pl.col("course") == 360).then(0.0).otherwise("course")
    course_known = pl.col("course").is_between(0, 360).fill_null(False)
    altitude_known = pl.col("altitude").is_between(LOWEST_M, HIGHEST_M).fill_null(False)
    flags = {
        FixFlag.IDENTIFIER_MALFORMED: (pl.col("identifier").str.len_bytes() != 6)
        | pl.col("identifier").is_in(["000000", "ffffff"]),
        FixFlag.SPEED_UNKNOWN: ~speed_known,
        FixFlag.COURSE_UNKNOWN: ~course_known,
        FixFlag.ON_GROUND: pl.col("grounded"),
        FixFlag.ALTITUDE_IMPOSSIBLE: ~altitude_known & pl.col("altitude").is_not_null(),
    }
    bits = (pl.when(found).then(int(flag)).otherwise(0) for flag, found in flags.items())
    return good.with_columns(
        pl.when(speed_known).then("speed").cast(pl.Float32).alias("speed_kn"),
        pl.when(course_known).then(course).cast(pl.Float32).alias("course_deg"),
        pl.when(altitude_known).then("altitude").cast(pl.Float32).alias("altitude_m"),
        pl.sum_horizontal(*bits).cast(pl.Int16).alias("flags"),
    )


FORMAT = Format(
    name="adsb-parquet",
    title="ADS-B positions of aircraft: OpenSky state vectors, traffic library",
    source=SourceInfo(
        code="adsb-parquet",
        title="ADS-B positions",
        publisher="OpenSky Network",
        licence="research and other non-commercial use, with attribution",
        reliability=Reliability.USUALLY_RELIABLE,
        validity=Validity.CANNOT_BE_JUDGED,
    ),
    is_public=False,
    read=read,
    records=frozenset({"fixes"}),
)
