"""AIS positions in whatever table of text they come: columns are found by the names that sources usually give them.

A number, a moment and a position must be there; whatever else is known of AIS is read, anything more is ignored.
Speeds are knots, as AIS sends them. Dates with slashes are those of the Danish Maritime Authority, day first, and are
read under its header alone: elsewhere nobody knows whether the day or the month comes first.
"""

import re
from collections.abc import Iterator

import polars as pl

from watchfloor.data.ingest.ais_fixes import batch_of
from watchfloor.data.ingest.ais_marinecadastre import COLUMNS
from watchfloor.data.ingest.csv_rows import Rows, read_csv
from watchfloor.data.ingest.format import Format, Options, SourceInfo
from watchfloor.data.ingest.frames import Batch
from watchfloor.data.ingest.opened import Opened
from watchfloor.geo.errors import BadFile

NEEDED = ("MMSI", "BaseDateTime", "LAT", "LON")
# names in lower case without anything but letters and digits
WORDS = {
    "MMSI": ("mmsi", "userid", "mmsinumber", "sourcemmsi", "vesselmmsi", "shipmmsi"),
    "BaseDateTime": (
        *("basedatetime", "timestamp", "datetime", "time", "date", "utc", "timestamputc", "datetimeutc", "dateutc"),
        *("dtposutc", "positiontimestamp", "timeutc", "ts", "t", "receivedat", "receivetime", "unixtime", "epoch"),
    ),
    "LAT": ("lat", "latitude", "latdeg", "y", "latitudedegrees"),
    "LON": ("lon", "longitude", "long", "lng", "londeg", "x", "longitudedegrees"),
    "SOG": ("sog", "speed", "speedoverground", "speedkn", "speedknots", "sogkn"),
    "COG": ("cog", "course", "courseoverground", "cogdeg"),
    "Heading": ("heading", "trueheading", "hdg", "headingdeg"),
    "VesselName": ("vesselname", "name", "shipname"),
    "IMO": ("imo", "imonumber"),
    "CallSign": ("callsign",),
    "VesselType": ("vesseltype", "shiptype", "shipandcargotype"),
    "Status": ("status", "navstatus", "navigationalstatus", "navigationstatus"),
    "Length": ("length", "lengthm"),
    "Width": ("width", "beam", "widthm"),
    "Draft": ("draft", "draught"),
    "Cargo": ("cargo", "cargotype"),
}
DMA_MOMENT = "# Timestamp"
_OURS = {word: column for column, words in WORDS.items() for word in words}
# what sources write for nothing
_NOTHING = ("unknown", "undefined", "null", "none", "nan", "n/a", "-")
_EPOCH_S, _EPOCH_MS = r"^\d{9,10}(?:\.\d{1,9})?$", r"^\d{12,13}$"


def read(opened: Opened, _options: Options) -> Iterator[Batch]:
    """Batches of vessels and their positions.

    Raises BadFile if number, moment or position has no column, or more than one.
    """
    found: dict[str, str] | None = None
    for rows in read_csv(opened, None, delimiter=_delimiter(opened)):
        if found is None:
            found = _found(rows.frame.columns, opened.name)
        batch = batch_of(Rows(_named(rows.frame, found), rows.rejects), _moment(has_day_first=DMA_MOMENT in found))
        written = {ours: theirs for theirs, ours in found.items()}
        rejects = batch.rejects.with_columns(pl.col("column").replace(written))
        yield Batch(batch.read, batch.frames, rejects, batch.notes)


def _delimiter(opened: Opened) -> str:
    with opened.plain() as plain:
        head = plain.readline(1 << 16).decode("utf-8", "replace")
    return max(",;\t|", key=head.count)


def _found(header: list[str], name: str) -> dict[str, str]:
    """Which column of the file is which of ours."""
    named = [(column, _OURS.get(re.sub(r"[^a-z0-9]", "", column.lower()))) for column in header if column != "line"]
    several = sorted({ours for _, ours in named if ours and [o for _, o in named].count(ours) > 1})
    missing = [ours for ours in NEEDED if ours not in [o for _, o in named]]
    if missing or several:
        fault = f"no column for {missing}" if missing else f"more than one column for {several}"
        shown = [column[:40] for column in header[:20]]
        raise BadFile(f"{name}: is not a table of AIS positions that can be read: {fault}; it has {shown}")
    return {column: ours for column, ours in named if ours}


def _named(frame: pl.DataFrame, found: dict[str, str]) -> pl.DataFrame:
    # by name alone: a column may be called ^lat$, which an expression takes for a pattern
    kept = frame[["line", *found]].rename(found)
    optional = [column for column in kept.columns if column not in (*NEEDED, "line")]
    silent = [pl.when(~pl.col(c).str.to_lowercase().is_in(_NOTHING)).then(c).alias(c) for c in optional]
    absent = [pl.lit(None, pl.String).alias(column) for column in COLUMNS if column not in kept.columns]
    return kept.with_columns(*silent, *absent)


def _moment(*, has_day_first: bool) -> pl.Expr:
    """UTC moments of ISO 8601, of seconds or milliseconds since 1970, and of the DMA's own writing."""
    text = pl.col("BaseDateTime").str.replace(r"^(\d{4}-\d\d-\d\d)T", "$1 ").str.replace(r"\s*(?:Z|UTC)$", "")
    number = text.cast(pl.Float64, strict=False)
    millis = pl.when(text.str.contains(_EPOCH_S)).then(number * 1_000).when(text.str.contains(_EPOCH_MS)).then(number)
    written = ["%Y-%m-%d %H:%M:%S%.f"] + (["%d/%m/%Y %H:%M:%S"] if has_day_first else [])
    return pl.coalesce(
        *(text.str.to_datetime(form, time_unit="us", time_zone="UTC", strict=False) for form in written),
        text.str.to_datetime("%Y-%m-%d %H:%M:%S%.f%#z", time_unit="us", strict=False).dt.convert_time_zone("UTC"),
        (millis * 1_000).cast(pl.Int64).cast(pl.Datetime("us")).dt.replace_time_zone("UTC"),
    )


FORMAT = Format(
    name="ais-csv",
    title="AIS vessel positions in any csv with the usual names of columns",
    source=SourceInfo(
        code="ais-csv",
        title="AIS vessel positions",
        publisher="whoever recorded them; the file does not say",
        licence="as agreed with the publisher",
    ),
    is_public=False,
    read=read,
    records=frozenset({"fixes"}),
)
