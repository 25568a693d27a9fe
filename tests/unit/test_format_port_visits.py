"""Visits at US principal ports, and the list of those ports: two files that mean one place."""

import json
from pathlib import Path

import polars as pl
import pytest

from watchfloor.data.ingest import port_visits, principal_ports
from watchfloor.data.ingest.format import Format, Options
from watchfloor.data.ingest.frames import Batch, conform
from watchfloor.data.ingest.opened import open_file
from watchfloor.geo.errors import BadFile

VISITS = "PORT_NAME,Month,Visit_Count,Main_Port_Name,port_geography\n"
ALBANY = '"Albany Port District, NY",2022-01,6,"Albany Port District, NY",POINT(-73.74816 42.64271)\n'
LIST = "X,Y,PORT_NAME,IMPORTS,PORT,TYPE,LATITUDE1,LONGITUDE1,RANK,FOREIGN_\n"
LISTED = '-73.7,42.6,"Albany Port District, NY",12,505,C,42.64271,-73.74816,98,12\n'


def read(form: Format, folder: Path, text: str) -> list[Batch]:
    (folder / "ports.csv").write_text(text)
    return list(form.read(open_file(folder / "ports.csv"), Options()))


def only(batches: list[Batch], name: str) -> pl.DataFrame:
    return pl.concat([conform(name, batch.frames[name]) for batch in batches if name in batch.frames])


def test_a_row_is_a_count_for_a_month_at_a_port(tmp_path) -> None:
    row = only(read(port_visits.FORMAT, tmp_path, VISITS + ALBANY), "reported").row(0, named=True)
    assert (row["measure"], row["place_code"]) == ("vessel_calls", "USACE-ALBANY-PORT-DISTRICT-NY")
    assert (str(row["starts"]), str(row["ends"]), row["value"], row["line"]) == ("2022-01-01", "2022-02-01", 6, 2)


def test_both_files_mean_one_place_and_none_is_closer_than_a_district(tmp_path) -> None:
    visits = only(read(port_visits.FORMAT, tmp_path, VISITS + ALBANY), "places").row(0, named=True)
    listed = only(read(principal_ports.FORMAT, tmp_path, LIST + LISTED), "places").row(0, named=True)
    same = ("kind", "code", "name", "country", "lon", "lat", "uncertainty_m")
    assert [visits[column] for column in same] == [listed[column] for column in same]
    assert listed["uncertainty_m"] == 10_000


def test_the_list_keeps_rank_and_tons(tmp_path) -> None:
    place = only(read(principal_ports.FORMAT, tmp_path, LIST + LISTED), "places").row(0, named=True)
    assert json.loads(place["attributes"]) == {
        "usace_port": "505",
        "usace_type": "C",
        "usace_imports": "12",
        "usace_foreign": "12",
        "usace_rank": "98",
    }


def test_a_port_without_a_usable_point_has_no_place(tmp_path) -> None:
    batches = read(port_visits.FORMAT, tmp_path, VISITS + ALBANY.replace("POINT(-73.74816 42.64271)", "POINT EMPTY"))
    assert only(batches, "places").select("lon", "lat").row(0) == (None, None)
    assert only(batches, "reported").height == 1


@pytest.mark.parametrize(
    ("wrong", "column"),
    [
        (('"Albany Port District, NY",2022', ",2022"), "PORT_NAME"),
        (('"Albany Port District, NY",2022', "...,2022"), "PORT_NAME"),
        (('"Albany Port District, NY",2022', "x" * 300 + ",2022"), "PORT_NAME"),
        (("2022-01", "2022-13"), "Month"),
        (("2022-01", "1800-01"), "Month"),
        (("2022-01", "Jan 2022"), "Month"),
        ((",6,", ",,"), "Visit_Count"),
        ((",6,", ",-6,"), "Visit_Count"),
        ((",6,", ",6.5,"), "Visit_Count"),
        ((",6,", ",inf,"), "Visit_Count"),
    ],
)
def test_a_bad_row_is_kept_aside_with_its_line_and_column(tmp_path, wrong: tuple[str, str], column: str) -> None:
    batch = read(port_visits.FORMAT, tmp_path, VISITS + ALBANY + ALBANY.replace(*wrong, 1))[1]
    assert batch.rejects.select("line", "column").rows() == [(3, column)]
    assert batch.frames["reported"].height == 1


@pytest.mark.parametrize(
    ("wrong", "column"),
    [
        (("42.64271", "94"), "LATITUDE1"),
        (("-73.74816", "-190"), "LONGITUDE1"),
        (("42.64271,-73.74816", "0,0"), "LATITUDE1"),
        (('"Albany Port District, NY"', ""), "PORT_NAME"),
    ],
)
def test_a_bad_port_is_kept_aside(tmp_path, wrong: tuple[str, str], column: str) -> None:
    (batch,) = read(principal_ports.FORMAT, tmp_path, LIST + LISTED.replace(*wrong))
    assert batch.rejects.select("line", "column").rows() == [(2, column)]


@pytest.mark.parametrize("form", [port_visits.FORMAT, principal_ports.FORMAT], ids=["visits", "list"])
def test_another_table_is_refused(tmp_path, form: Format) -> None:
    with pytest.raises(BadFile, match="missing columns"):
        read(form, tmp_path, "PORT_NAME\nAlbany\n")
