"""MarineCadastre AIS: what is mended, what becomes null, what is kept aside."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from watchfloor.data.ingest.ais_marinecadastre import COLUMNS, FORMAT
from watchfloor.data.ingest.ais_vessels import category
from watchfloor.data.ingest.format import Options
from watchfloor.data.ingest.frames import Batch, conform
from watchfloor.data.ingest.opened import open_file
from watchfloor.geo.errors import BadFile
from watchfloor.geo.fix_flags import FixFlag

FIX = {
    "MMSI": "366940480",
    "BaseDateTime": "2017-01-04T11:39:36",
    "LAT": "52.48730",
    "LON": "-174.02316",
    "SOG": "10.0",
    "COG": "140.7",
    "Heading": "267.0",
    "VesselName": "EARLY DAWN",
    "IMO": "IMO7821130",
    "VesselType": "1001",
    "Length": "32.95",
}


def read_text(folder: Path, text: str) -> Batch:
    (folder / "ais.csv").write_text(text)
    (batch,) = FORMAT.read(open_file(folder / "ais.csv"), Options())
    return batch


def read(folder: Path, *fixes: dict[str, str], header: tuple[str, ...] = COLUMNS) -> Batch:
    rows = [",".join(fix.get(column, "") for column in COLUMNS) for fix in fixes]
    return read_text(folder, "\n".join([",".join(header), *rows]) + "\n")


def one(folder: Path, **changed: str) -> dict[str, Any]:
    return conform("fixes", read(folder, FIX | changed).frames["fixes"]).row(0, named=True)


def test_a_clean_position_is_kept_as_it_is(tmp_path) -> None:
    fix = one(tmp_path)
    assert (fix["identifier"], fix["lon"], fix["lat"], fix["flags"]) == ("366940480", -174.02316, 52.4873, 0)
    assert str(fix["at"]) == "2017-01-04 11:39:36+00:00"
    assert (fix["speed_kn"], round(fix["course_deg"], 1), fix["heading_deg"]) == (10.0, 140.7, 267.0)


@pytest.mark.parametrize(
    ("column", "written", "field", "value", "flags"),
    [
        ("SOG", "102.3", "speed_kn", None, FixFlag.SPEED_UNKNOWN),
        ("SOG", "", "speed_kn", None, FixFlag.SPEED_UNKNOWN),
        ("SOG", "-51.2", "speed_kn", 51.2, FixFlag.SPEED_MENDED),
        ("SOG", "-0.1", "speed_kn", None, FixFlag.SPEED_UNKNOWN),
        ("SOG", "-28.1", "speed_kn", 74.3, FixFlag.SPEED_MENDED | FixFlag.SPEED_IMPLAUSIBLE),
        ("SOG", "500", "speed_kn", None, FixFlag.SPEED_UNKNOWN),
        ("COG", "-140.7", "course_deg", 268.9, FixFlag.COURSE_MENDED),
        ("COG", "-49.6", "course_deg", None, FixFlag.COURSE_UNKNOWN),
        ("COG", "360.0", "course_deg", None, FixFlag.COURSE_UNKNOWN),
        ("Heading", "511.0", "heading_deg", None, FixFlag(0)),
        ("Heading", "488", "heading_deg", None, FixFlag.HEADING_IMPOSSIBLE),
        ("MMSI", "79598850", "identifier", "79598850", FixFlag.IDENTIFIER_MALFORMED),
        ("MMSI", "1054800843", "identifier", "1054800843", FixFlag.IDENTIFIER_MALFORMED),
        ("MMSI", "003669999", "identifier", "003669999", FixFlag.NOT_A_VESSEL),
        ("MMSI", "993669999", "identifier", "993669999", FixFlag.NOT_A_VESSEL),
    ],
)
def test_a_doubtful_value_is_mended_or_null_and_flagged(tmp_path, *, column, written, field, value, flags) -> None:
    fix = one(tmp_path, **{column: written})
    found = round(fix[field], 1) if isinstance(fix[field], float) else fix[field]
    assert (found, FixFlag(fix["flags"])) == (value, flags)


@pytest.mark.parametrize(
    ("column", "written"),
    [
        ("LAT", "91"),
        ("LON", "181.0"),
        ("LON", "-180.1"),
        ("LAT", ""),
        ("LAT", "nan"),
        ("MMSI", "ABC"),
        ("MMSI", ""),
        ("BaseDateTime", "2017-02-30T00:00:00"),
        ("BaseDateTime", ""),
    ],
)
def test_what_cannot_be_a_position_is_kept_aside(tmp_path, column: str, written: str) -> None:
    batch = read(tmp_path, FIX, FIX | {column: written})
    assert batch.rejects.select("line", "column").rows() == [(3, column)]
    assert batch.frames["fixes"].height == 1


def test_no_position_at_0_0(tmp_path) -> None:
    assert read(tmp_path, FIX | {"LAT": "0", "LON": "0"}).rejects.height == 1


@pytest.mark.parametrize("lon", ["-180", "180", "-179.99999", "179.99999"])
def test_positions_on_both_sides_of_the_antimeridian_are_kept(tmp_path, lon: str) -> None:
    assert one(tmp_path, LON=lon)["lon"] == float(lon)


def test_a_vessel_is_described_once_by_the_last_that_is_said(tmp_path) -> None:
    batch = read(tmp_path, FIX | {"VesselName": "OLD"}, FIX, FIX | {"VesselName": "", "VesselType": ""})
    craft = conform("crafts", batch.frames["crafts"]).row(0, named=True)
    assert batch.frames["crafts"].height == 1
    assert (craft["name"], craft["category"], craft["entity_key"]) == ("EARLY DAWN", "fishing", None)
    assert craft["attributes"] == '{"imo": "7821130", "length_m": 32.95, "vessel_type": "1001"}'


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("30", "fishing"),
        ("70", "cargo"),
        ("89", "tanker"),
        ("52", "tug"),
        ("1024", "tanker"),
        ("", "other"),
        (None, "other"),
        *[("1019", "pleasure"), ("-70", "other"), ("700", "other"), ("x", "other")],
    ],
)
def test_type_codes_are_understood(code: str | None, kind: str) -> None:
    assert category(code) == kind


def test_the_layout_of_2025_is_read_too(tmp_path) -> None:
    words = {"LAT": "latitude", "LON": "longitude", "BaseDateTime": "base_date_time", "CallSign": "call_sign"}
    header = tuple(words.get(column, column.lower()) for column in COLUMNS)
    header = tuple({"vesselname": "vessel_name", "vesseltype": "vessel_type"}.get(word, word) for word in header)
    batch = read(tmp_path, FIX | {"BaseDateTime": "2025-01-04 11:39:36"}, header=header)
    assert batch.frames["fixes"]["lon"].to_list() == [-174.02316]


def test_another_table_is_refused(tmp_path) -> None:
    with pytest.raises(BadFile, match="missing columns"):
        read_text(tmp_path, "MMSI,LAT,LON\n1,2,3\n")


def test_flags_keep_their_numbers() -> None:
    assert [int(flag) for flag in FixFlag] == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512]


def test_rejects_are_of_the_shape_that_all_formats_share(tmp_path) -> None:
    assert read(tmp_path, FIX | {"LAT": "91"}).rejects.schema == pl.Schema(
        {"line": pl.Int64, "column": pl.String, "value": pl.String, "reason": pl.String}
    )
