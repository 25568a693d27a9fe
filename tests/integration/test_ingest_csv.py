"""Tables by a mapping: every example of docs/csv-mapping.md, what it becomes in the store, and real tables."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import psycopg
import pytest

from watchfloor.data.address import Role
from watchfloor.data.ingest.catalogue import configured_format
from watchfloor.data.ingest.pipeline import Order, RunReport, ingest
from watchfloor.data.registry import PUBLIC
from watchfloor.geo.facts import PLACE_PRECISIONS
from watchfloor.geo.precision import PlacePrecision
from watchfloor.geo.substances import BY_ID

PAGE = Path(__file__).parents[2] / "docs/csv-mapping.md"
EXAMPLE = re.compile(
    r"### (?P<title>[^\n]+)\n\n```toml\n(?P<toml>(?:(?!```).)*)```\n\n```csv\n(?P<csv>.*?)```\n\n"
    r"read (?P<read>\d+), loaded (?P<loaded>\d+), unchanged (?P<unchanged>\d+), superseded (?P<superseded>\d+), "
    r"quarantined (?P<quarantined>\d+)",
    re.S,
)
EXAMPLES = {found["title"]: found for found in EXAMPLE.finditer(PAGE.read_text())}
LONG, WIDE, PORTS, COUNTS, SUMS, AIRCRAFT, VEHICLES = EXAMPLES


def load(store, mapping: Path, *files: Path) -> RunReport:
    form, options = configured_format("csv", mapping)
    return ingest(store, Order(form, PUBLIC, "tests", options), files)


def load_example(store, folder: Path, title: str) -> RunReport:
    (folder / "map.toml").write_text(EXAMPLES[title]["toml"])
    (folder / "table.csv").write_text(EXAMPLES[title]["csv"])
    return load(store, folder / "map.toml", folder / "table.csv")


def rows(store, question: str) -> list[tuple]:
    with psycopg.connect(store.conninfo(Role.INTAKE)) as connection:
        connection.execute("SET timezone = 'UTC'")
        return connection.execute(question).fetchall()


def test_the_page_has_an_example_for_every_target() -> None:
    targets = {found["toml"].split('"')[1] for found in EXAMPLES.values()}
    assert targets == {"seizures", "overdoses", "reported", "places", "fixes", "entities"}


@pytest.mark.parametrize("title", EXAMPLES)
def test_an_example_loads_as_the_page_says_and_only_once(store, tmp_path, title: str) -> None:
    if title == COUNTS:
        load_example(store, tmp_path, PORTS)
    first, second = (load_example(store, tmp_path, title).totals() for _ in range(2))
    said = {key: int(EXAMPLES[title][key]) for key in first}
    assert first == said
    assert second == said | {"loaded": 0, "unchanged": said["loaded"] + said["unchanged"]}


def test_a_long_table_of_seizures(store, tmp_path) -> None:
    load_example(store, tmp_path, LONG)
    first, second = rows(
        store,
        "SELECT title, starts, lon, lat, uncertainty_m, place_precision, place_name, attributes, reliability "
        "FROM watchfloor.event ORDER BY title",
    )
    title, starts, lon, lat, uncertainty, precision, name, attributes, reliability = first
    assert (title, name, uncertainty, reliability) == ("Laboratory case 17", "New York", 200.0, 2)
    assert starts == datetime(2024, 3, 6, 4, 10, tzinfo=UTC)
    assert (round(lon, 3), round(lat, 3)) == (-73.986, 40.748)
    assert PLACE_PRECISIONS[precision] is PlacePrecision.STREET
    assert attributes == {"officer_unit": "K9", "laboratory": "north"}
    assert (second[2], PLACE_PRECISIONS[second[5]]) == (None, PlacePrecision.NONE)
    items = rows(store, "SELECT substance_id, amount, unit, original FROM watchfloor.seizure_item ORDER BY 1, 2")
    assert [(BY_ID[s].code, *rest) for s, *rest in items] == [
        ("cocaine", 1.2505, "kg", "1.250,5 g"),
        ("cocaine", 2.0, "kg", "2 kg"),
        ("fentanyl", 30.0, "du", "30 pills"),
    ]


def test_a_wide_table_of_overdoses(store, tmp_path) -> None:
    load_example(store, tmp_path, WIDE)
    found = rows(
        store,
        "SELECT day, is_fatal, lat, place_precision, uncertainty_m, substances "
        "FROM watchfloor.overdose ORDER BY day, place_precision",
    )
    assert [(*row[:3], PLACE_PRECISIONS[row[3]].value, row[4], [BY_ID[s].code for s in row[5]]) for row in found] == [
        (date(2024, 3, 5), False, 41.76, "exact", 20.0, ["opiate_nos"]),
        (date(2024, 3, 5), False, 41.76, "town", 6_000.0, ["ethanol", "opiate_nos"]),
        (date(2024, 3, 7), False, None, "none", None, []),
    ]


def test_a_twelve_month_sum_covers_the_months_that_end_with_the_one_named(store, tmp_path) -> None:
    load_example(store, tmp_path, SUMS)
    assert rows(store, "SELECT DISTINCT starts, ends FROM watchfloor.reported") == [
        (date(2017, 1, 1), date(2018, 1, 1))
    ]


def test_units_of_motion_are_normalised(store, tmp_path) -> None:
    load_example(store, tmp_path, AIRCRAFT)
    ((at, speed, altitude),) = rows(store, "SELECT at, speed_kn, altitude_m FROM watchfloor.fix ORDER BY at LIMIT 1")
    assert at == datetime(2021, 10, 7, 12, 0, tzinfo=UTC)
    assert (round(speed, 1), round(altitude)) == (239.9, 10_668)


def test_a_mapping_cannot_touch_what_another_format_loaded(store, tmp_path) -> None:
    toml = EXAMPLES[SUMS]["toml"].replace('code = "vsrr"', 'code = "cbp-drugs"')
    (tmp_path / "map.toml").write_text(toml)
    form, _ = configured_format("csv", tmp_path / "map.toml")
    assert form.source.code == "csv:cbp-drugs"


def test_keys_that_repeat_are_so_many_records(store, tmp_path) -> None:
    toml = EXAMPLES[WIDE]["toml"].replace('key = ["Run"]', 'key = ["When"]\nkey_repeats = true')
    (tmp_path / "map.toml").write_text(toml)
    (tmp_path / "table.csv").write_text(EXAMPLES[WIDE]["csv"])
    first, second = (load(store, tmp_path / "map.toml", tmp_path / "table.csv").totals() for _ in range(2))
    assert (first["loaded"], second["loaded"], second["unchanged"]) == (3, 0, 3)


AIS = """
target = "fixes"
[source]
code = "vortexa"
title = "Global AIS sample"
publisher = "Vortexa Ltd"
licence = "MIT"
[time]
columns = ["timestamp"]
format = "%Y-%m-%d %H:%M:%S%.f"
zone = "UTC"
precision = "second"
[place]
lon = "lon"
lat = "lat"
[craft]
identifier = "mmsi"
"""
PORT_LIST = """
target = "places"
[source]
code = "visits"
title = "Principal ports"
publisher = "Jordan Bell"
licence = "MIT"
[place]
point = "port_geography"
uncertainty_m = 5000
[named_place]
kind = "port"
code = "{PORT_NAME}"
name = "{PORT_NAME}"
country = "US"
"""
VISITS = """
target = "reported"
[source]
code = "visits"
title = "Monthly vessel visits"
publisher = "Jordan Bell"
licence = "MIT"
[time]
columns = ["Month"]
format = "%Y-%m"
precision = "month"
[value]
column = "Visit_Count"
measure = "vessel_calls"
period = "month"
place_kind = "port"
place_code = "{PORT_NAME}"
"""


@pytest.mark.real
def test_real_tables_load_by_a_mapping(store, real_data, tmp_path) -> None:
    def loaded(mapping: str, name: str) -> dict[str, int]:
        (tmp_path / "map.toml").write_text(mapping)
        return load(store, tmp_path / "map.toml", real_data / name).totals()

    visits = "ports/us_principal_ports_ais_monthly_visits_2022.csv.gz"
    # four vessels are at two places in one second
    assert loaded(AIS, "tracks/ais_global_sample_2019_07_01.csv.gz") == {
        "read": 42_625, "loaded": 42_621, "unchanged": 0, "superseded": 0, "quarantined": 4
    }  # fmt: skip
    assert loaded(PORT_LIST, visits) == {
        "read": 1_162, "loaded": 109, "unchanged": 1_053, "superseded": 0, "quarantined": 0
    }  # fmt: skip
    assert loaded(VISITS, visits) == {
        "read": 1_162, "loaded": 1_162, "unchanged": 0, "superseded": 0, "quarantined": 0
    }  # fmt: skip
