"""BTS border crossings: what the reader makes of each kind of row."""

import gzip
from pathlib import Path

import polars as pl
import pytest

from watchfloor.data.ingest.bts_crossings import FORMAT
from watchfloor.data.ingest.format import Options
from watchfloor.data.ingest.frames import Batch, conform
from watchfloor.data.ingest.opened import open_file
from watchfloor.geo.errors import BadFile
from watchfloor.geo.measures import BY_CODE

OLD = "Port Name,State,Port Code,Border,Date,Measure,Value,Location\n"
EASTPORT = 'Eastport,Maine,103,US-Canada Border,03/01/2016 12:00:00 AM,Trucks,12,"POINT (-66.98 44.86)"\n'


def read(path: Path) -> list[Batch]:
    return list(FORMAT.read(open_file(path), Options()))


def read_text(folder: Path, text: str) -> list[Batch]:
    (folder / "crossings.csv").write_text(text)
    return read(folder / "crossings.csv")


def only(batches: list[Batch], name: str) -> pl.DataFrame:
    return pl.concat([conform(name, batch.frames[name]) for batch in batches if name in batch.frames])


def test_a_row_is_a_value_for_a_month_at_a_port(tmp_path) -> None:
    reported = only(read_text(tmp_path, OLD + EASTPORT), "reported")
    row = reported.row(0, named=True)
    assert (row["measure"], row["place_kind"], row["place_code"]) == ("trucks", "crossing", "USPOE-0103")
    assert (str(row["starts"]), str(row["ends"]), row["value"], row["line"]) == ("2016-03-01", "2016-04-01", 12, 2)


def test_a_zero_is_reported(tmp_path) -> None:
    batches = read_text(tmp_path, OLD + EASTPORT.replace("Trucks,12", "Trucks,0"))
    assert only(batches, "reported")["value"].to_list() == [0]
    assert sum(batch.notes.get("zero was reported", 0) for batch in batches) == 1


def test_two_ports_of_one_name_stay_two(tmp_path) -> None:
    idaho = EASTPORT.replace("Maine,103", "Idaho,3302").replace("-66.98 44.86", "-116.18 49.0")
    batches = read_text(tmp_path, OLD + EASTPORT + idaho)
    assert only(batches, "places")["name"].to_list() == ["Eastport, Maine", "Eastport, Idaho"]
    assert only(batches, "reported")["place_code"].to_list() == ["USPOE-0103", "USPOE-3302"]


def test_a_port_that_the_gazetteer_knows_stands_where_the_gazetteer_has_it(tmp_path) -> None:
    far = EASTPORT.replace("-66.98 44.86", "-10 10")
    place = only(read_text(tmp_path, OLD + far), "places").row(0, named=True)
    assert (round(place["lon"]), round(place["lat"])) == (-67, 45)


def test_an_unknown_port_stands_on_its_most_reported_point_and_its_radius_covers_the_others(tmp_path) -> None:
    new = EASTPORT.replace("Eastport,Maine,103", "Nowhere,Maine,9998")
    moved = new.replace("44.86", "45.86")
    place = only(read_text(tmp_path, OLD + new + new + moved), "places").row(0, named=True)
    assert (place["name"], place["lon"], place["lat"]) == ("Nowhere", -66.98, 44.86)
    # one degree of latitude is 111.2 km
    assert 111_000 < place["uncertainty_m"] < 113_000


def test_a_port_without_a_usable_point_has_no_place(tmp_path) -> None:
    lost = EASTPORT.replace("103", "9998")
    rows = lost.replace("POINT (-66.98 44.86)", "") + lost.replace("-66.98 44.86", "0 0").replace("03/01", "04/01")
    batches = read_text(tmp_path, OLD + rows)
    assert only(batches, "places").select("lon", "lat", "uncertainty_m").row(0) == (None, None, None)
    assert batches[0].notes["row without a usable point"] == 2


def test_the_newer_layout_is_read_too(tmp_path) -> None:
    text = (
        "Port Name,State,Port Code,Border,Date,Measure,Value,Latitude,Longitude,Point\n"
        'Eastport,Maine,0103,US-Canada Border,Mar 2024,Truck Containers Loaded,"1,012",44.86,-66.98,\n'
    )
    row = only(read_text(tmp_path, text), "reported").row(0, named=True)
    assert (row["measure"], str(row["starts"]), row["value"]) == ("truck_containers_full", "2024-03-01", 1012)


@pytest.mark.parametrize(
    ("wrong", "column"),
    [
        (("103", "eastport"), "Port Code"),
        (("103", "10300"), "Port Code"),
        (("03/01/2016", "03/02/2016"), "Date"),
        (("03/01/2016", "yesterday"), "Date"),
        (("Trucks", "Camels"), "Measure"),
        (("Trucks,12", "Trucks,-1"), "Value"),
        (("Trucks,12", "Trucks,nan"), "Value"),
        (("Trucks,12", "Trucks,"), "Value"),
    ],
)
def test_a_bad_row_is_kept_aside_with_its_line_and_column(tmp_path, wrong: tuple[str, str], column: str) -> None:
    batch = read_text(tmp_path, OLD + EASTPORT + EASTPORT.replace(*wrong))[1]
    assert batch.frames["reported"].height == 1
    assert batch.rejects.select("line", "column").rows() == [(3, column)]


def test_every_measure_of_the_file_is_of_the_ports_layer(tmp_path) -> None:
    written = ["Trucks", "Trains", "Buses", "Pedestrians", "Bus Passengers", "Train Passengers", "Personal Vehicles"]
    written += ["Personal Vehicle Passengers", "Truck Containers Full", "Truck Containers Empty"]
    written += ["Rail Containers Full", "Rail Containers Empty"]
    text = OLD + "".join(EASTPORT.replace("Trucks", word) for word in written)
    measures = only(read_text(tmp_path, text), "reported")["measure"].to_list()
    assert [BY_CODE[measure].layer for measure in measures] == ["ports"] * 12


def test_parquet_and_csv_of_the_same_row_give_the_same_record(tmp_path) -> None:
    table = pl.DataFrame(
        {
            "Port Name": ["Eastport"],
            "State": ["Maine"],
            "Port Code": [103],
            "Border": ["US-Canada Border"],
            "Date": ["2016-03-01"],
            "Measure": ["Trucks"],
            "Value": [12],
            "lon": [-66.98],
            "lat": [44.86],
        },
        schema_overrides={"Port Name": pl.Categorical, "Measure": pl.Categorical},
    ).with_columns(pl.col("Date").str.to_datetime())
    table.write_parquet(tmp_path / "crossings.parquet")
    parquet, text = read(tmp_path / "crossings.parquet"), read_text(tmp_path, OLD + EASTPORT)
    assert only(parquet, "places").equals(only(text, "places"))
    assert only(parquet, "reported").drop("line").equals(only(text, "reported").drop("line"))


def test_a_cut_off_parquet_file_is_refused(tmp_path) -> None:
    pl.DataFrame({"Port Code": [1]}).write_parquet(tmp_path / "whole.parquet")
    whole = (tmp_path / "whole.parquet").read_bytes()
    (tmp_path / "cut.parquet").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(BadFile, match=r"cut\.parquet: the Parquet file is cut off or damaged"):
        read(tmp_path / "cut.parquet")


def test_parquet_with_other_columns_is_refused(tmp_path) -> None:
    pl.DataFrame({"Port Code": [1]}).write_parquet(tmp_path / "other.parquet")
    with pytest.raises(BadFile, match="missing columns"):
        read(tmp_path / "other.parquet")


def test_a_small_parquet_file_that_stands_for_very_much_text_is_refused(tmp_path) -> None:
    rows = 100_000
    columns = {name: [1] * rows for name in ("Port Code", "lon", "lat")}
    text = {name: pl.Series(["x" * 10_000] * rows, dtype=pl.Categorical) for name in ("Port Name", "State", "Border")}
    pl.DataFrame(columns | text).write_parquet(tmp_path / "swollen.parquet")
    assert (tmp_path / "swollen.parquet").stat().st_size < 100_000
    with pytest.raises(BadFile, match="bytes of text"):
        read(tmp_path / "swollen.parquet")


def test_gzip_is_known_by_its_content_and_not_by_its_name(tmp_path) -> None:
    (tmp_path / "crossings.csv").write_bytes(gzip.compress((OLD + EASTPORT).encode()))
    assert only(read(tmp_path / "crossings.csv"), "reported").height == 1
