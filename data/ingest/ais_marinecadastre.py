"""AIS positions as MarineCadastre publishes them: one row per vessel and moment, UTC.

Rows are in no order, and nothing here asks for one; `ais_fixes` says what is mended and what becomes null.
"""

from collections.abc import Iterator

import polars as pl

from watchfloor.data.ingest.ais_fixes import batch_of
from watchfloor.data.ingest.csv_rows import Rows, read_csv
from watchfloor.data.ingest.format import Format, Options, SourceInfo
from watchfloor.data.ingest.frames import Batch
from watchfloor.data.ingest.opened import Opened
from watchfloor.geo.errors import BadFile
from watchfloor.geo.grading import Reliability, Validity

COLUMNS = (
    *("MMSI", "BaseDateTime", "LAT", "LON", "SOG", "COG", "Heading", "VesselName"),
    *("IMO", "CallSign", "VesselType", "Status", "Length", "Width", "Draft", "Cargo"),
)
# the layout of 2025 has other words for some
_OTHER_WORDS = {"longitude": "LON", "latitude": "LAT"}
_MOMENT = pl.col("BaseDateTime").str.replace("T", " ", literal=True).str.strip_suffix("Z")


def read(opened: Opened, _options: Options) -> Iterator[Batch]:
    """Batches of vessels and their positions."""
    renamed: dict[str, str] | None = None
    for rows in read_csv(opened, None):
        if renamed is None:
            renamed = _renamed(rows.frame.columns, opened.name)
        moments = _MOMENT.str.to_datetime("%Y-%m-%d %H:%M:%S", time_unit="us", time_zone="UTC", strict=False)
        yield batch_of(Rows(rows.frame.rename(renamed, strict=False), rows.rejects), moments)


def _renamed(header: list[str], name: str) -> dict[str, str]:
    ours = {column.lower(): column for column in COLUMNS} | _OTHER_WORDS
    found = {column: ours[word] for column in header if (word := column.lower().replace("_", "")) in ours}
    missing = sorted(set(COLUMNS) - set(found.values()))
    if missing or len(set(found.values())) != len(found):
        shown = [column[:40] for column in header[:20]]
        raise BadFile(f"{name}: is not what it claims to be: missing columns {missing}; it has {shown}")
    return found


FORMAT = Format(
    name="ais-marinecadastre",
    title="MarineCadastre AIS vessel positions",
    source=SourceInfo(
        code="ais-marinecadastre",
        title="AIS vessel positions (MarineCadastre.gov)",
        publisher="NOAA Office for Coastal Management, BOEM and US Coast Guard",
        licence="US Government work, public domain (CC0)",
        reliability=Reliability.USUALLY_RELIABLE,
        validity=Validity.CANNOT_BE_JUDGED,
    ),
    is_public=True,
    read=read,
    records=frozenset({"fixes"}),
)
