"""Every real table drafts a mapping that loads, and the command says what it drafted."""

import json
from pathlib import Path

import pytest

from watchfloor.data.ingest.catalogue import configured_format
from watchfloor.data.ingest.pipeline import Order, ingest
from watchfloor.data.ingest.suggest import suggest
from watchfloor.data.registry import PUBLIC
from watchfloor.geo.errors import BadFile

from .command_line import watchfloor

# what each becomes; words that are no substance are kept aside and asked for
REAL = {
    "seizures/cbp_nationwide-drugs-fy19-fy22.csv.gz": ("reported", 1.0),
    "seizures/cbp_nationwide-drugs-fy20-fy23.csv.gz": ("reported", 1.0),
    "overdose/ct_accidental_drug_deaths_2012_2022.csv.gz": ("overdoses", 0.99),
    "overdose/cdc_vsrr_state_overdose_counts_2015_2018.csv.gz": ("reported", 0.2),
    "ports/nga_world_port_index_pub150.csv.gz": ("places", 0.99),
    "ports/us_principal_ports_ais_monthly_visits_2022.csv.gz": ("reported", 0.99),
    "ports/usace_principal_ports.csv.gz": ("places", 0.99),
    "tracks/ais_global_sample_2019_07_01.csv.gz": ("fixes", 0.9),
    "tracks/ais_marinecadastre_2017_01_zone01.csv.gz": ("fixes", 0.9),
}
# what the draft says of each, by path
FACTS = {
    "seizures/cbp_nationwide-drugs-fy19-fy22.csv.gz": {
        "time.columns": ["Month (abbv)", "FY"], "time.fiscal_start": 10, "value.place_kind": "aor",
        "value.place_name": "Area of Responsibility", "value.column": "Count of Event", "quantity.unit": "lbs",
    },
    "overdose/ct_accidental_drug_deaths_2012_2022.csv.gz": {
        "time.format": "%m/%d/%Y", "place.point": "InjuryCityGeo", "place.order": "lat lon", "place.precision": "town",
    },
    "overdose/cdc_vsrr_state_overdose_counts_2015_2018.csv.gz": {
        "time.columns": ["Month", "Year"], "value.place_code": "US-{State}", "value.period": "12 months",
    },
    "ports/nga_world_port_index_pub150.csv.gz": {"place.lon": "Longitude", "named_place.kind": "port"},
    "ports/us_principal_ports_ais_monthly_visits_2022.csv.gz": {
        "time.format": "%Y-%m", "value.column": "Visit_Count", "value.measure": "vessel_calls",
    },
    "ports/usace_principal_ports.csv.gz": {"place.lat": "LATITUDE1", "record.key": ["OBJECTID"]},
    "sanctions/ofac_sdn_narcotics_addresses.csv.gz": {"place.gazetteer": ["city"], "table.blank": {"*": ["-0-"]}},
    "tracks/ais_global_sample_2019_07_01.csv.gz": {"craft.identifier": "mmsi", "time.precision": "second"},
    "tracks/ais_marinecadastre_2017_01_zone01.csv.gz": {
        "craft.identifier": "MMSI", "craft.course": "COG", "table.blank": {"Heading": ["511.0"]},
    },
}  # fmt: skip
CSV = "id,date,lat,lon,drug,kg\n1,2024-03-15,32.55,-117.04,Cocaine,1.5\n2,2024-03-16,31.33,-110.94,Heroin,2\n"


@pytest.mark.real
@pytest.mark.parametrize("name", REAL)
def test_a_real_table_drafts_what_loads(store, real_data, tmp_path, name: str) -> None:
    target, share = REAL[name]
    draft = suggest(real_data / name)
    (tmp_path / "map.toml").write_text(draft.toml)
    form, options = configured_format("csv", tmp_path / "map.toml")
    told = ingest(store, Order(form, PUBLIC, "tests", options), [real_data / name]).totals()
    assert draft.mapping["target"] == target
    assert told["loaded"] >= share * told["read"]


@pytest.mark.real
@pytest.mark.parametrize("name", FACTS)
def test_a_real_table_is_drafted_as_it_is(real_data, name: str) -> None:
    mapping = suggest(real_data / name).mapping
    found = {path: mapping.get(path.split(".")[0], {}).get(path.split(".")[1]) for path in FACTS[name]}
    assert found == FACTS[name]


@pytest.mark.real
def test_a_list_without_places_and_times_is_refused_with_what_to_name(real_data) -> None:
    with pytest.raises(BadFile, match=r"no column says where: name place\.lat"):
        suggest(real_data / "sanctions/ofac_sdn_narcotics_sample.csv.gz")


def test_the_command_writes_the_draft_and_its_open_questions(tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_text(CSV)
    command = ["ingest", "csv", str(tmp_path / "table.csv"), "--suggest", "--json", "--out", str(tmp_path / "map.toml")]
    said = json.loads(watchfloor(None, *command, "--answer", "place.precision=exact").stdout)
    assert said["mapping"]["place"]["precision"] == "exact"
    assert "place.precision" not in {question["key"] for question in said["questions"]}
    assert [row["lat"] for row in said["rows"]] == [32.55, 31.33]
    assert (tmp_path / "map.toml").read_text() == said["toml"]


def test_an_answer_that_makes_no_mapping_is_refused(tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_text(CSV)
    command = ["ingest", "csv", str(tmp_path / "table.csv"), "--suggest", "--answer", "place.precision=nearby"]
    ended = watchfloor(None, *command)
    assert ended.exit_code != 0
