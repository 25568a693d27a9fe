"""Mapping files: every fault is named by its key, before a row is read."""

from pathlib import Path

import pytest

from watchfloor.data.ingest.catalogue import FEATURES, FORMATS, TABLES, configured_format
from watchfloor.data.ingest.format import Options
from watchfloor.data.ingest.mapping import Mapping, load_mapping
from watchfloor.data.ingest.opened import open_file
from watchfloor.geo.errors import BadFile, BadQuestion

SEIZURES = """
target = "seizures"
[source]
code = "lab"
title = "Register"
publisher = "Laboratory"
licence = "none"
[record]
key = ["id"]
title = "Case {id}"
[time]
columns = ["when"]
format = "%d/%m/%Y %H:%M"
zone = "America/New_York"
precision = "minute"
[place]
lon = "x"
lat = "y"
precision = "street"
[substances]
column = "drug"
[quantity]
column = "amount"
unit = "g"
"""


def mapping(folder: Path, text: str) -> Mapping:
    (folder / "map.toml").write_text(text)
    return load_mapping(folder / "map.toml")


def test_a_sound_mapping_names_its_columns_by_key(tmp_path) -> None:
    assert mapping(tmp_path, SEIZURES).columns() == {
        "id": "record.key",
        "when": "time.columns",
        "x": "place.lon",
        "y": "place.lat",
        "drug": "substances.column",
        "amount": "quantity.column",
    }


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('target = "seizures"', 'target = "raids"'), "target: "),
        (('target = "seizures"', ""), "target: Field required"),
        (('code = "lab"', 'code = "Lab; DROP"'), "source.code: "),
        (('code = "lab"', 'code = "lab"\nauthor = "me"'), "source.author: Extra inputs"),
        (('title = "Register"', ""), "source.title: Field required"),
        (('key = ["id"]', "key = []"), "record.key: "),
        (("America/New_York", "New York"), "time.zone: 'New York' is no IANA time zone"),
        (('zone = "America/New_York"', ""), "time: zone is missing"),
        (("%H:%M", "%H:%M %z"), "time: zone says what the text says already"),
        (('precision = "minute"', 'precision = "decade"'), "time.precision: "),
        (('lat = "y"', ""), "place: give lon and lat, or point"),
        (('precision = "street"', ""), "place: give precision or precision_column"),
        (('precision = "street"', 'precision = "street"\nuncertainty_m = -5'), "place.uncertainty_m: "),
        (('precision = "street"', 'precision = "street"\ncrs = "EPSG:1"'), "place.crs: 'EPSG:1' is not a coordinate"),
        (('precision = "street"', 'precision = "street"\ncrs = "EPSG:5703"'), "place.crs: .* no system of places"),
        (('column = "drug"', 'fixed = ["snow"]'), "substances.fixed.0: 'snow' is no substance"),
        (('column = "drug"', 'column = "drug"\nfixed = ["cocaine"]'), "substances: give column or fixed"),
        (('unit = "g"', 'unit = "stone"'), "quantity.unit: 'stone' is no unit"),
        (('unit = "g"', ""), "quantity: give unit or unit_column"),
        (("[quantity]", '[[wide]]\ncolumn = "w"\nmeasure = "trucks"\n[quantity]'), "wide.0: "),
        (("[quantity]", '[craft]\nidentifier = "i"\n[quantity]'), "has no use for craft"),
        (("[record]", "[unknown]"), "unknown: Extra inputs"),
        (("[source]", "[source"), "is not TOML"),
    ],
)
def test_a_fault_is_named_by_its_key(tmp_path, change: tuple[str, str], said: str) -> None:
    assert change[0] in SEIZURES
    with pytest.raises(BadFile, match=r"^map\.toml: ") as refusal:
        mapping(tmp_path, SEIZURES.replace(*change))
    assert refusal.match(said)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("target", ["overdoses", "reported", "places", "fixes"])
def test_a_target_without_its_sections_says_which(tmp_path, target: str) -> None:
    with pytest.raises(BadFile, match=f"the target {target} (needs|has no use for)"):
        mapping(tmp_path, SEIZURES.replace('"seizures"', f'"{target}"'))


def test_a_column_that_the_file_has_not_is_named_with_its_key(tmp_path) -> None:
    (tmp_path / "map.toml").write_text(SEIZURES)
    (tmp_path / "table.csv").write_text("id,when,x,y,amount\n")
    form, options = configured_format("csv", tmp_path / "map.toml")
    with pytest.raises(BadFile, match=r"has no column 'drug' \(named by substances\.column\)"):
        list(form.read(open_file(tmp_path / "table.csv"), options))


def test_a_column_named_like_one_of_ours_is_the_files(tmp_path) -> None:
    text = SEIZURES.replace('"drug"', '"key"').replace('"amount"', '"lat"').replace('lat = "y"', 'lat = "unit"')
    (tmp_path / "map.toml").write_text(text)
    (tmp_path / "table.csv").write_text("id,when,x,unit,key,lat\n1,01/02/2024 10:00,-80,25,cocaine,7\n")
    form, options = configured_format("csv", tmp_path / "map.toml")
    (batch,) = form.read(open_file(tmp_path / "table.csv"), options)
    assert batch.rejects.height == 0
    assert batch.frames["events"].select("lon", "lat", "title").row(0) == (-80.0, 25.0, "Case 1")
    assert batch.frames["seizure_items"]["original"].to_list() == ["7 g"]


@pytest.mark.parametrize("name", ["cbp-drugs", "nonsense"])
def test_a_mapping_goes_with_the_format_csv_alone(tmp_path, name: str) -> None:
    (tmp_path / "map.toml").write_text(SEIZURES)
    with pytest.raises(BadQuestion):
        configured_format(name, tmp_path / "map.toml")


def test_the_format_csv_needs_a_mapping() -> None:
    with pytest.raises(BadQuestion, match="--map"):
        configured_format("csv", None)


def test_a_mapping_that_is_not_there_is_said_so(tmp_path) -> None:
    with pytest.raises(BadFile, match="cannot be read"):
        load_mapping(tmp_path / "none.toml")


def test_what_a_mapping_tells_is_never_public_by_nature() -> None:
    assert [name for name in TABLES | FEATURES if FORMATS[name].is_public] == []


@pytest.mark.parametrize(
    ("form", "zone", "written", "moment"),
    [
        ("%Y-%m-%d %H:%M", "America/New_York", "2024-11-03 01:30", "2024-11-03 05:30:00+00:00"),
        ("%Y-%m-%d %H:%M", "America/New_York", "2024-03-10 02:30", None),
        ("%Y-%m-%d %H:%M", "Europe/Paris", "2024-07-01 00:30", "2024-06-30 22:30:00+00:00"),
        ("%Y-%m-%dT%H:%M%z", "", "2024-07-01T00:30+0200", "2024-06-30 22:30:00+00:00"),
        ("%m/%d/%Y", "", "7/1/2024", "2024-07-01 00:00:00+00:00"),
        ("%b %Y", "", "Jul 2024", "2024-07-01 00:00:00+00:00"),
        ("%Y", "", "2024", "2024-01-01 00:00:00+00:00"),
        ("unix", "", "1633608000", "2021-10-07 12:00:00+00:00"),
        ("unix_ms", "", "1633608000500", "2021-10-07 12:00:00+00:00"),
        ("unix", "", "1e300", None),
        ("%m/%d/%Y", "", "13/40/2024", None),
    ],
)
def test_times_are_understood(tmp_path, *, form, zone, written, moment) -> None:
    text = SEIZURES.replace("%d/%m/%Y %H:%M", form).replace(
        'zone = "America/New_York"', f'zone = "{zone}"' if zone else ""
    )
    read = mapping(tmp_path, text)
    (tmp_path / "table.csv").write_text(f"id,when,x,y,drug,amount\n1,{written},-80,25,cocaine,7\n")
    (batch,) = FORMATS["csv"].read(open_file(tmp_path / "table.csv"), Options({"map": read}))
    assert [str(at) for at in batch.frames["events"]["starts"]] == ([moment] if moment else [])
    assert batch.rejects["column"].to_list() == ([] if moment else ["when"])


@pytest.mark.parametrize(
    ("place", "row", "lon", "lat"),
    [
        ('lon = "x"\nlat = "y"', "-80.2,25.8", -80.2, 25.8),
        ('lon = "x"\nlat = "y"\nswapped = true', "25.8,-80.2", -80.2, 25.8),
        ('point = "x"', '"POINT (-80.2 25.8)",', -80.2, 25.8),
        ('point = "x"\norder = "lat lon"', '"(25.8, -80.2)",', -80.2, 25.8),
        ('lon = "x"\nlat = "y"\ncrs = "EPSG:32617"', "580200,2853900", -80.2, 25.8),
        ('lon = "x"\nlat = "y"\ncrs = "EPSG:3857"', "-8927823,2973908", -80.2, 25.8),
        ('lon = "x"\nlat = "y"', ",", None, None),
    ],
)
def test_places_are_understood(tmp_path, *, place, row, lon, lat) -> None:
    read = mapping(tmp_path, SEIZURES.replace('lon = "x"\nlat = "y"', place))
    (tmp_path / "table.csv").write_text(f"id,when,x,y,drug,amount\n1,01/02/2024 10:00,{row},cocaine,7\n")
    (batch,) = FORMATS["csv"].read(open_file(tmp_path / "table.csv"), Options({"map": read}))
    event = batch.frames["events"].row(0, named=True)
    found = (event["lon"] and round(event["lon"], 2), event["lat"] and round(event["lat"], 2))
    assert found == (lon, lat)
    assert event["uncertainty_m"] == (None if lon is None else 150.0)


@pytest.mark.parametrize("row", ["181,25", "-80,91", "0,0", "east,25", "-80,", "inf,5", "1e308,1e308"])
def test_what_is_no_place_keeps_the_row_aside(tmp_path, row: str) -> None:
    read = mapping(tmp_path, SEIZURES)
    (tmp_path / "table.csv").write_text(f"id,when,x,y,drug,amount\n1,01/02/2024 10:00,{row},cocaine,7\n")
    (batch,) = FORMATS["csv"].read(open_file(tmp_path / "table.csv"), Options({"map": read}))
    assert batch.rejects.select("line", "column", "value").rows() == [(2, "x", row.split(",", maxsplit=1)[0])]


def test_keys_and_rejects_of_health_data_tell_nothing_of_the_person(tmp_path) -> None:
    text = SEIZURES.replace('"seizures"', '"overdoses"').replace('title = "Case {id}"', "")
    read = mapping(tmp_path, text[: text.index("[quantity]")])
    rows = "id,when,x,y,drug\nDoe,01/02/2024 10:00,-80,25,heroin\nRoe,01/02/2024 10:00,-80,25,Roe's\nPoe,x\n"
    (tmp_path / "table.csv").write_text(rows)
    (batch,) = FORMATS["csv"].read(open_file(tmp_path / "table.csv"), Options({"map": read}))
    assert batch.rejects.select("line", "column", "value").rows() == [(4, "", ""), (3, "drug", "")]
    assert "Doe" not in batch.frames["overdoses"]["key"][0]
