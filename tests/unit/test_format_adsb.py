"""ADS-B in Parquet: two layouts, one pair of units; addresses, call signs, ground and impossible altitudes."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from watchfloor.data.ingest.adsb_parquet import FORMAT
from watchfloor.data.ingest.format import Options
from watchfloor.data.ingest.frames import Batch, conform
from watchfloor.data.ingest.opened import open_file
from watchfloor.geo.errors import BadFile
from watchfloor.geo.fix_flags import FixFlag

NOON = datetime(2021, 10, 7, 12, tzinfo=UTC)
TRAFFIC = {
    "timestamp": NOON,
    "icao24": "39de4a",
    "callsign": "TVF12",
    "latitude": 48.5,
    "longitude": 2.5,
    "altitude": 10_000.0,
    "groundspeed": 325.0,
    "track": 90.0,
    "onground": False,
}
OPENSKY = {
    "time": int(NOON.timestamp()),
    "icao24": "39de4a",
    "callsign": "TVF12   ",
    "lat": 48.5,
    "lon": 2.5,
    "baroaltitude": 3_048.0,
    "geoaltitude": 3_100.0,
    "velocity": 100.0,
    "heading": 90.0,
    "onground": False,
}


def read(folder: Path, *rows: dict[str, Any]) -> tuple[Batch, Batch]:
    pl.DataFrame(list(rows)).write_parquet(folder / "adsb.parquet")
    first, second = FORMAT.read(open_file(folder / "adsb.parquet"), Options())
    return first, second


def fix(folder: Path, row: dict[str, Any]) -> dict[str, Any]:
    return conform("fixes", read(folder, row)[1].frames["fixes"]).row(0, named=True)


def craft(folder: Path, *rows: dict[str, Any]) -> dict[str, Any]:
    return conform("crafts", read(folder, *rows)[0].frames["crafts"]).row(0, named=True)


def test_feet_become_metres_and_knots_stay(tmp_path) -> None:
    row = fix(tmp_path, TRAFFIC)
    assert (row["craft_kind"], row["identifier"], row["lon"], row["lat"]) == ("aircraft", "39de4a", 2.5, 48.5)
    assert (round(row["altitude_m"]), row["speed_kn"], row["course_deg"], row["flags"]) == (3_048, 325, 90, 0)
    assert str(row["at"]) == "2021-10-07 12:00:00+00:00"


def test_metres_a_second_become_knots_and_metres_stay(tmp_path) -> None:
    row = fix(tmp_path, OPENSKY)
    assert (round(row["altitude_m"]), round(row["speed_kn"], 1)) == (3_048, 194.4)
    assert str(row["at"]) == "2021-10-07 12:00:00+00:00"


def test_a_geometric_altitude_stands_in_for_a_barometric_one(tmp_path) -> None:
    assert round(fix(tmp_path, OPENSKY | {"baroaltitude": None})["altitude_m"]) == 3_100


def test_an_aircraft_has_all_its_call_signs_and_the_most_used_for_its_name(tmp_path) -> None:
    later = TRAFFIC | {"callsign": "TVF99"}
    found = craft(
        tmp_path, TRAFFIC | {"callsign": "TVF12 "}, later, later | {"icao24": "39DE4A"}, TRAFFIC | {"callsign": None}
    )
    assert (found["kind"], found["name"], found["category"]) == ("aircraft", "TVF99", "aircraft")
    assert json.loads(found["attributes"]) == {"call_signs": ["TVF12", "TVF99"]}


@pytest.mark.parametrize(
    ("changed", "field", "value", "flag"),
    [
        ({"altitude": 123_100.0}, "altitude_m", None, FixFlag.ALTITUDE_IMPOSSIBLE),
        ({"altitude": -9_000.0}, "altitude_m", None, FixFlag.ALTITUDE_IMPOSSIBLE),
        ({"altitude": float("nan")}, "altitude_m", None, FixFlag(0)),
        ({"altitude": None}, "altitude_m", None, FixFlag(0)),
        ({"groundspeed": None}, "speed_kn", None, FixFlag.SPEED_UNKNOWN),
        ({"groundspeed": -5.0}, "speed_kn", None, FixFlag.SPEED_UNKNOWN),
        ({"track": None}, "course_deg", None, FixFlag.COURSE_UNKNOWN),
        ({"track": 360.0}, "course_deg", 0.0, FixFlag(0)),
        ({"onground": True}, "speed_kn", 325.0, FixFlag.ON_GROUND),
        ({"icao24": "9de4a"}, "identifier", "9de4a", FixFlag.IDENTIFIER_MALFORMED),
        ({"icao24": "000000"}, "identifier", "000000", FixFlag.IDENTIFIER_MALFORMED),
    ],
)
def test_a_doubtful_value_is_null_or_flagged(tmp_path, *, changed, field, value, flag) -> None:
    row = fix(tmp_path, TRAFFIC | changed)
    assert (row[field], FixFlag(row["flags"])) == (value, flag)


@pytest.mark.parametrize(
    ("changed", "column"),
    [
        ({"icao24": "<script>"}, "icao24"),
        ({"icao24": None}, "icao24"),
        ({"latitude": 91.0}, "latitude"),
        ({"latitude": None}, "latitude"),
        ({"longitude": float("nan")}, "longitude"),
        ({"latitude": 0.0, "longitude": 0.0}, "latitude"),
        ({"timestamp": datetime(1, 1, 1, tzinfo=UTC)}, "timestamp"),
    ],
)
def test_what_cannot_be_a_position_is_kept_aside(tmp_path, changed: dict[str, Any], column: str) -> None:
    _, batch = read(tmp_path, TRAFFIC, TRAFFIC | changed)
    assert batch.rejects.select("line", "column").rows() == [(2, column)]
    assert batch.frames["fixes"].height == 1


def test_numbers_written_as_text_are_numbers(tmp_path) -> None:
    row = fix(tmp_path, TRAFFIC | {"latitude": "48.5", "longitude": "2.5", "altitude": "10000"})
    assert (row["lat"], row["lon"], round(row["altitude_m"])) == (48.5, 2.5, 3_048)


def test_a_moment_without_a_zone_is_utc_and_one_with_a_zone_becomes_it(tmp_path) -> None:
    naive = fix(tmp_path, TRAFFIC | {"timestamp": NOON.replace(tzinfo=None)})
    paris = pl.Series([NOON]).dt.convert_time_zone("Europe/Paris")
    pl.DataFrame([TRAFFIC]).with_columns(paris.alias("timestamp")).write_parquet(tmp_path / "paris.parquet")
    _, zoned = FORMAT.read(open_file(tmp_path / "paris.parquet"), Options())
    assert [naive["at"], zoned.frames["fixes"]["at"][0]] == [NOON, NOON]


def test_other_tables_and_other_files_are_refused(tmp_path) -> None:
    pl.DataFrame({"icao24": ["39de4a"]}).write_parquet(tmp_path / "other.parquet")
    (tmp_path / "text.parquet").write_text("icao24,lat,lon\n")
    for name, reason in (("other.parquet", "neither of the layouts"), ("text.parquet", "is no Parquet file")):
        with pytest.raises(BadFile, match=reason):
            list(FORMAT.read(open_file(tmp_path / name), Options()))
