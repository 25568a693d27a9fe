"""CDC provisional overdose counts: twelve months ending, never to be added up, suppressed is no zero."""

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from watchfloor.data.ingest.cdc_vsrr import FORMAT, INDICATORS
from watchfloor.data.ingest.format import Options
from watchfloor.data.ingest.frames import Batch, conform
from watchfloor.data.ingest.opened import open_file
from watchfloor.geo.errors import BadFile
from watchfloor.geo.measures import BY_CODE

HEAD = (
    "State,State Name,Year,Month,Indicator,Data Value,Predicted Value,"
    "Percent Complete,Percent Pending Investigation,Footnote\n"
)
HEROIN = "CT,CT,2017,June,Heroin (T40.1),474,473,100,0.5,Underreported due to incomplete data\n"
DEATHS = "CT,CT,2017,June,Number of Deaths,31250,,100,0.5,\n"


def read(folder: Path, text: str) -> Batch:
    (folder / "vsrr.csv").write_text(text)
    _, batch = FORMAT.read(open_file(folder / "vsrr.csv"), Options())
    return batch


def reported(folder: Path, text: str) -> list[dict[str, Any]]:
    return conform("reported", read(folder, HEAD + text).frames["reported"]).rows(named=True)


def test_no_measure_of_the_format_may_be_added_up() -> None:
    codes = {measure for measure, _ in INDICATORS.values()} | {"deaths_pending_percent_12m"}
    assert [BY_CODE[code].is_additive for code in sorted(codes)] == [False] * 4


def test_a_value_covers_the_twelve_months_that_end_with_its_month(tmp_path) -> None:
    row = reported(tmp_path, HEROIN)[0]
    assert (str(row["starts"]), str(row["ends"]), row["value"]) == ("2016-07-01", "2017-07-01", 474)
    assert (row["place_kind"], row["place_code"], row["substance_id"]) == ("state", "US-CT", 2)


def test_predicted_and_reported_counts_are_two_series(tmp_path) -> None:
    rows = reported(tmp_path, HEROIN)
    assert [(json.loads(row["dimensions"])["basis"], row["value"]) for row in rows] == [
        ("reported", 474),
        ("predicted", 473),
    ]


def test_a_footnote_stays_with_the_values_of_its_row_and_with_no_other(tmp_path) -> None:
    rows = reported(tmp_path, DEATHS + HEROIN)
    assert [(row["measure"], row["footnote"]) for row in rows] == [
        ("deaths_12m", None),
        ("overdose_deaths_12m", "Underreported due to incomplete data"),
        ("overdose_deaths_12m", "Underreported due to incomplete data"),
        ("deaths_pending_percent_12m", None),
    ]


def test_the_symbol_of_a_footnote_is_kept_and_a_long_one_is_cut(tmp_path) -> None:
    head = HEAD.replace("Footnote\n", "Footnote,Footnote Symbol\n")
    row = "CT,CT,2017,June,Heroin (T40.1),474,,100,0.5,{},**\n"
    text = read(tmp_path, head + row.format("x" * 9_000)).frames["reported"]["footnote"][0]
    assert (text[:4], len(text)) == ("** x", 500)


def test_a_class_of_several_drugs_names_no_substance(tmp_path) -> None:
    rows = reported(tmp_path, HEROIN.replace("Heroin (T40.1)", '"Opioids (T40.0-T40.4,T40.6)"'))
    assert [row["substance_id"] for row in rows] == [None, None]


def test_the_share_pending_is_told_once_for_each_month(tmp_path) -> None:
    rows = reported(tmp_path, DEATHS + HEROIN)
    pending = [(row["value"], row["line"]) for row in rows if row["measure"] == "deaths_pending_percent_12m"]
    assert pending == [(0.5, 2)]


def test_a_suppressed_count_is_left_out_and_is_no_zero(tmp_path) -> None:
    batch = read(tmp_path, HEAD + HEROIN.replace("474,473", ",") + HEROIN)
    assert (batch.read, batch.frames["reported"].height, batch.rejects.height) == (2, 2, 0)
    assert batch.notes["suppressed by the publisher: left out, and no zero"] == 1


def test_new_york_is_told_apart_from_its_city_and_the_nation(tmp_path) -> None:
    rows = reported(tmp_path, "".join(DEATHS.replace("CT,CT", f"{code},{code}") for code in ("NY", "YC", "US")))
    counts = [row for row in rows if row["measure"] == "deaths_12m"]
    assert [(row["place_kind"], row["place_code"]) for row in counts] == [
        ("state", "US-NY"),
        ("city", "US-NEW-YORK"),
        ("country", "840"),
    ]
    assert ["area" in json.loads(row["dimensions"]) for row in counts] == [True, False, False]


def test_thousands_separators_are_understood(tmp_path) -> None:
    assert reported(tmp_path, DEATHS.replace("31250", '"31,250"'))[0]["value"] == 31_250


@pytest.mark.parametrize(
    ("wrong", "column"),
    [
        (("CT,CT", "ZZ,ZZ"), "State"),
        (("2017", "1800"), "Year"),
        (("June", "Juno"), "Month"),
        (("Number of Deaths", "Number of <b>Camels</b>"), "Indicator"),
        (("31250", "-1"), "Data Value"),
        (("31250", "nan"), "Data Value"),
        (("31250", "=1+1"), "Data Value"),
    ],
)
def test_what_cannot_be_used_is_kept_aside(tmp_path, wrong: tuple[str, str], column: str) -> None:
    batch = read(tmp_path, HEAD + HEROIN + DEATHS.replace(*wrong).replace("100,0.5", "100,"))
    assert batch.rejects.select("line", "column").rows() == [(3, column)]
    assert (batch.read, batch.frames["reported"].height) == (3, 2)


def test_a_share_over_100_is_kept_aside(tmp_path) -> None:
    row = DEATHS.replace("Number of Deaths", "Percent with drugs specified").replace("31250", "101")
    assert read(tmp_path, HEAD + row).rejects["column"].to_list() == ["Data Value"]


def test_another_table_is_refused(tmp_path) -> None:
    with pytest.raises(BadFile, match="missing columns"):
        read(tmp_path, "State,Year\nCT,2017\n")


def test_rejects_are_of_the_shape_that_all_formats_share(tmp_path) -> None:
    schema = read(tmp_path, HEAD + DEATHS.replace("June", "Juno")).rejects.schema
    assert schema == pl.Schema({"line": pl.Int64, "column": pl.String, "value": pl.String, "reason": pl.String})
