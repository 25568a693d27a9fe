"""World Port Index: codes, blanks, and what is not recorded."""

import json
from pathlib import Path
from typing import Any

import pytest

from watchfloor.data.ingest.format import Options
from watchfloor.data.ingest.frames import Batch, conform
from watchfloor.data.ingest.opened import open_file
from watchfloor.data.ingest.world_port_index import COLUMNS, FORMAT

HEADER = (*COLUMNS, "Alternate Port Name", "Channel Depth (m)", "Port Security", "Pilotage - Compulsory")
PORT = {
    "World Port Index Number": "31320",
    "Main Port Name": "Rotterdam",
    "UN/LOCODE": "NL RTM",
    "Country Code": "Netherlands",
    "Harbor Size": "Large",
    "Latitude": "51.9",
    "Longitude": "4.483333",
    "Alternate Port Name": " ",
    "Channel Depth (m)": "0",
    "Port Security": "Unknown",
    "Pilotage - Compulsory": "Yes",
}


def read(folder: Path, *ports: dict[str, str]) -> list[Batch]:
    rows = [",".join(port[column] for column in HEADER) for port in ports]
    (folder / "ports.csv").write_text("\n".join([",".join(HEADER), *rows]) + "\n")
    return list(FORMAT.read(open_file(folder / "ports.csv"), Options()))


def places(folder: Path, *ports: dict[str, str]) -> list[dict[str, Any]]:
    return conform("places", read(folder, *ports)[1].frames["places"]).rows(named=True)


def test_a_port_is_known_by_its_locode_without_the_space(tmp_path) -> None:
    (port,) = places(tmp_path, PORT)
    assert (port["kind"], port["code"], port["name"], port["country"]) == ("port", "NLRTM", "Rotterdam", "NL")
    assert (port["lon"], port["lat"], port["uncertainty_m"]) == (4.483333, 51.9, 5_000)


@pytest.mark.parametrize("locode", [" ", 'GB ME""""', "NL"])
def test_a_port_without_a_locode_is_known_by_its_number(tmp_path, locode: str) -> None:
    (port,) = places(tmp_path, PORT | {"UN/LOCODE": f'"{locode}"'})
    assert port["code"] == "WPI-31320"


def test_what_is_blank_unknown_or_0_is_not_there(tmp_path) -> None:
    (port,) = places(tmp_path, PORT)
    assert json.loads(port["attributes"]) == {
        "wpi_number": "31320",
        "un_locode": "NL RTM",
        "country_name": "Netherlands",
        "harbor_size": "Large",
        "pilotage_compulsory": True,
    }


def test_of_two_ports_with_one_locode_that_of_the_right_country_keeps_it(tmp_path) -> None:
    dutch = PORT | {"World Port Index Number": "1", "UN/LOCODE": "NLAMS"}
    bahamas = PORT | {"World Port Index Number": "2", "UN/LOCODE": "BS CBT", "Country Code": "The Bahamas"}
    wrong = PORT | {"World Port Index Number": "3", "UN/LOCODE": "BSCBT"}
    assert [port["code"] for port in places(tmp_path, PORT, dutch, wrong, bahamas)] == [
        *("NLRTM", "NLAMS", "WPI-3", "BSCBT")
    ]


def test_of_two_ports_of_one_country_with_one_locode_the_larger_keeps_it(tmp_path) -> None:
    small = PORT | {"World Port Index Number": "1", "Harbor Size": "Very Small"}
    assert [port["code"] for port in places(tmp_path, small, PORT)] == ["WPI-1", "NLRTM"]


def test_a_number_that_stands_twice_is_one_port(tmp_path) -> None:
    assert [port["code"] for port in places(tmp_path, PORT, PORT | {"UN/LOCODE": " "})] == ["NLRTM", "NLRTM"]


@pytest.mark.parametrize(
    ("column", "value"), [("Latitude", "north"), ("Latitude", "nan"), ("Longitude", "181"), ("Main Port Name", " ")]
)
def test_a_port_without_name_or_position_is_kept_aside(tmp_path, column: str, value: str) -> None:
    batch = read(tmp_path, PORT, PORT | {column: value})[1]
    assert batch.rejects.select("line", "column").rows() == [(3, column)]


def test_a_depth_that_is_no_number_does_not_break_the_record(tmp_path) -> None:
    said = [
        json.loads(port["attributes"]).get("channel_depth_m")
        for port in places(tmp_path, *(PORT | {"Channel Depth (m)": depth} for depth in ("nan", "deep", "7.5")))
    ]
    assert said == [None, "deep", 7.5]
