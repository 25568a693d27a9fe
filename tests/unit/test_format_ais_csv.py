"""AIS in any csv: columns found by name, moments in their usual writings, nothing guessed."""

from pathlib import Path
from typing import Any

import pytest

from watchfloor.data.ingest.ais_csv import FORMAT
from watchfloor.data.ingest.format import Options
from watchfloor.data.ingest.frames import Batch, conform
from watchfloor.data.ingest.opened import open_file
from watchfloor.geo.errors import BadFile
from watchfloor.geo.fix_flags import FixFlag

DMA = (
    "# Timestamp,Type of mobile,MMSI,Latitude,Longitude,Navigational status,ROT,SOG,COG,Heading,IMO,Callsign,Name,"
    "Ship type,Cargo type,Width,Length,Draught,Destination,ETA\n"
)
DMA_FIX = (
    "01/02/2019 03:04:05,Class A,219000431,55.5,12.5,Under way,0.0,10.4,140.7,511,Unknown,OXAB,EXAMPLE,"
    "Fishing,,5,20,2.5,,\n"
)


def read(folder: Path, text: str) -> Batch:
    (folder / "ais.csv").write_text(text)
    (batch,) = FORMAT.read(open_file(folder / "ais.csv"), Options())
    return batch


def fixes(folder: Path, text: str) -> list[dict[str, Any]]:
    return conform("fixes", read(folder, text).frames["fixes"]).rows(named=True)


@pytest.mark.parametrize(
    "header",
    [
        "mmsi,timestamp,lat,lon",
        "MMSI,BaseDateTime,LAT,LON",
        "MMSI,base_date_time,latitude,longitude",
        "UserID,Date_Time_UTC,Latitude,Longitude",
        "mmsi;t;y;x",
        "MMSI\tTS\tLatitude (degrees)\tLongitude (degrees)",
    ],
)
def test_columns_are_found_by_their_usual_names(tmp_path, header: str) -> None:
    mark = next(mark for mark in ",;\t" if mark in header)
    row = mark.join(("258221500", "2019-07-01 00:00:00", "61.055", "5.5"))
    (fix,) = fixes(tmp_path, f"{header}\n{row}\n")
    assert (fix["identifier"], fix["lat"], fix["lon"], str(fix["at"])) == (
        *("258221500", 61.055, 5.5),
        "2019-07-01 00:00:00+00:00",
    )


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2019-07-01 00:00:01.250", "2019-07-01 00:00:01.250000+00:00"),
        ("2019-07-01T00:00:01Z", "2019-07-01 00:00:01+00:00"),
        ("2019-07-01 00:00:01 UTC", "2019-07-01 00:00:01+00:00"),
        ("2019-07-01T02:00:01+02:00", "2019-07-01 00:00:01+00:00"),
        ("1561939201", "2019-07-01 00:00:01+00:00"),
        ("1561939201000", "2019-07-01 00:00:01+00:00"),
    ],
)
def test_moments_are_understood_in_their_usual_writings(tmp_path, written: str, moment: str) -> None:
    (fix,) = fixes(tmp_path, f"mmsi,timestamp,lat,lon\n258221500,{written},61,5\n")
    assert str(fix["at"]) == moment


@pytest.mark.parametrize("written", ["01/02/2019 03:04:05", "9999-01-01 00:00:00", "1800-01-01 00:00:00", "=NOW()", ""])
def test_a_moment_that_nobody_can_be_sure_of_is_kept_aside_under_the_name_of_its_column(tmp_path, written) -> None:
    batch = read(tmp_path, f"mmsi,timestamp,lat,lon\n258221500,{written},61,5\n")
    assert batch.rejects.select("line", "column").rows() == [(2, "timestamp")]


def test_the_table_of_the_danish_maritime_authority_has_the_day_first(tmp_path) -> None:
    batch = read(tmp_path, DMA + DMA_FIX)
    fix = conform("fixes", batch.frames["fixes"]).row(0, named=True)
    craft = conform("crafts", batch.frames["crafts"]).row(0, named=True)
    assert str(fix["at"]) == "2019-02-01 03:04:05+00:00"
    assert (round(fix["speed_kn"], 1), fix["heading_deg"], fix["flags"]) == (10.4, None, 0)
    assert (craft["name"], craft["category"]) == ("EXAMPLE", "fishing")
    assert "Unknown" not in craft["attributes"]


def test_positions_alone_have_no_speed_and_say_so(tmp_path) -> None:
    (fix,) = fixes(tmp_path, "mmsi,timestamp,lat,lon\n258221500,2019-07-01 00:00:00,61,5\n")
    assert (fix["speed_kn"], fix["course_deg"]) == (None, None)
    assert FixFlag(fix["flags"]) == FixFlag.SPEED_UNKNOWN | FixFlag.COURSE_UNKNOWN


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("258221500,2019-07-01 00:00:00,91,5", "lat"),
        ("258221500,2019-07-01 00:00:00,61,181", "lon"),
        ("258221500,2019-07-01 00:00:00,0,0", "lat"),
        ("<script>,2019-07-01 00:00:00,61,5", "mmsi"),
    ],
)
def test_what_cannot_be_a_position_is_kept_aside(tmp_path, row: str, column: str) -> None:
    assert read(tmp_path, f"mmsi,timestamp,lat,lon\n{row}\n").rejects["column"].to_list() == [column]


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ("mmsi,timestamp,lat", r"no column for \['LON'\]"),
        ("mmsi,timestamp,lat,latitude,lon", r"more than one column for \['LAT'\]"),
        ("name,age", "no column for"),
    ],
)
def test_a_table_that_cannot_be_understood_is_refused(tmp_path, header: str, reason: str) -> None:
    with pytest.raises(BadFile, match=reason):
        read(tmp_path, header + "\n")


def test_a_column_that_is_called_line_does_no_harm(tmp_path) -> None:
    (fix,) = fixes(tmp_path, "line,mmsi,timestamp,lat,lon\n7,258221500,2019-07-01 00:00:00,61,5\n")
    assert fix["line"] == 2
