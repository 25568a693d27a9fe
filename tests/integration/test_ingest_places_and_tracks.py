"""Ports and vessel tracks in the store: whole, only once, conflicts kept aside, two sources at peace."""

from pathlib import Path

import psycopg
import pytest

from watchfloor.data import gazetteer
from watchfloor.data.address import Role
from watchfloor.data.ingest import ais_marinecadastre, boundaries, world_port_index
from watchfloor.data.ingest.format import Format
from watchfloor.data.ingest.pipeline import Order, RunReport, ingest, ingest_batches
from watchfloor.data.registry import PUBLIC

FIX = "366940480,2017-01-04T11:39:36,52.4873,-174.02316,10.0,140.7,267.0,EARLY DAWN,,,1001,,,,,\n"


def load(store, form: Format, *paths: Path) -> RunReport:
    return ingest(store, Order(form, PUBLIC, "tests"), paths)


def load_fixes(store, folder: Path, *rows: str) -> RunReport:
    (folder / "ais.csv").write_text(",".join(ais_marinecadastre.COLUMNS) + "\n" + "".join(rows))
    return load(store, ais_marinecadastre.FORMAT, folder / "ais.csv")


def load_gazetteer(store) -> RunReport:
    return ingest_batches(
        store, Order(gazetteer.FORMAT, PUBLIC, "tests"), "gazetteer", gazetteer.FORMAT.read(None, None)
    )


def rows(store, question: str) -> list[tuple]:
    with psycopg.connect(store.conninfo(Role.INTAKE)) as connection:
        return connection.execute(question).fetchall()


def test_a_craft_is_at_one_place_at_a_time(store, tmp_path) -> None:
    moved = FIX.replace("52.4873", "53.4873")
    report = load_fixes(store, tmp_path, FIX, FIX, moved)
    assert report.totals() == {"read": 3, "loaded": 1, "unchanged": 1, "superseded": 0, "quarantined": 1}
    assert [(r.line, r.column) for r in report.files[0].rejects] == [(4, "at")]
    again = load_fixes(store, tmp_path, moved, FIX)
    assert again.totals() == {"read": 2, "loaded": 0, "unchanged": 1, "superseded": 0, "quarantined": 1}
    assert rows(store, "SELECT lat FROM watchfloor.fix") == [(52.4873,)]


def test_a_name_that_was_unknown_is_filled_in(store, tmp_path) -> None:
    load_fixes(store, tmp_path, FIX.replace("EARLY DAWN", "").replace("1001", ""))
    load_fixes(store, tmp_path, FIX)
    load_fixes(store, tmp_path, FIX.replace("EARLY DAWN", "").replace("1001", ""))
    assert rows(store, "SELECT name, category FROM watchfloor.craft") == [("EARLY DAWN", "fishing")]


@pytest.mark.real
def test_the_real_track_file_is_loaded_whole_and_only_once(store, real_data) -> None:
    path = real_data / "tracks/ais_marinecadastre_2017_01_zone01.csv.gz"
    first, second = (load(store, ais_marinecadastre.FORMAT, path) for _ in range(2))
    zero = {"unchanged": 0, "superseded": 0, "quarantined": 0}
    assert first.totals() == {"read": 10_224, "loaded": 10_224, **zero}
    assert second.totals() == {"read": 10_224, "loaded": 0, **zero, "unchanged": 10_224}
    assert first.files[0].notes == {
        "MMSI without nine digits": 2,
        "course overflowed and was mended": 6_088,
        "heading not available": 2_852,
        "heading that cannot be one": 3,
        "speed over 60 kn": 1,
        "speed overflowed and was mended": 2,
    }
    assert rows(store, "SELECT count(*), count(DISTINCT craft_id) FROM watchfloor.fix") == [(10_224, 58)]
    assert rows(store, "SELECT min(course_deg) >= 0, max(course_deg) < 360, max(heading_deg) FROM watchfloor.fix") == [
        (True, True, 359.0)
    ]
    # a mended course agrees with the heading: their difference, on the circle, is small for most rows
    agree = (
        "SELECT count(*) FILTER (WHERE abs((course_deg - heading_deg + 540)::numeric %% 360 - 180) < 15)::float "
        "/ count(*) > 0.8 FROM watchfloor.fix WHERE flags & 64 > 0 AND heading_deg IS NOT NULL AND speed_kn > 3"
    ).replace("%%", "%")
    assert rows(store, agree) == [(True,)]


@pytest.mark.real
def test_the_real_port_index_is_loaded_but_for_two_ports_that_stand_twice(store, real_data) -> None:
    path = real_data / "ports/nga_world_port_index_pub150.csv.gz"
    first, second = (load(store, world_port_index.FORMAT, path) for _ in range(2))
    # 148 of the gazetteer's ports are in the index too, which adds to them and knows 133 of them more closely
    assert first.totals() == {"read": 3_768, "loaded": 3_618, "unchanged": 0, "superseded": 148, "quarantined": 2}
    assert second.totals() == {"read": 3_768, "loaded": 0, "unchanged": 3_766, "superseded": 0, "quarantined": 2}
    assert [reject.value for reject in first.files[0].rejects] == [
        "port WPI-49460 Machilipatnam",
        "port ISSEY Seydisfjordur",
    ]
    assert first.files[0].notes == {
        "UN/LOCODE that another port has the better claim to": 24,
        "UN/LOCODE that cannot be one": 1,
        "port without UN/LOCODE": 430,
    }
    ours = "FROM watchfloor.place AS p JOIN watchfloor.run AS r ON r.id = p.run_id WHERE r.format = 'world-port-index'"
    assert rows(store, f"SELECT count(*) FILTER (WHERE code LIKE 'WPI-%'), count(*) {ours}") == [(454, 3_751)]


@pytest.mark.real
def test_gazetteer_and_port_index_settle_however_often_they_are_loaded(store, real_data) -> None:
    path = real_data / "ports/nga_world_port_index_pub150.csv.gz"
    placed = "SELECT code, name, lon, lat, uncertainty_m FROM watchfloor.place WHERE kind = 'port' ORDER BY code"
    load(store, world_port_index.FORMAT, path)
    settled = rows(store, placed)
    assert load_gazetteer(store).totals()["superseded"] == 0
    assert load(store, world_port_index.FORMAT, path).totals()["superseded"] == 0
    assert rows(store, placed) == settled


@pytest.mark.real
def test_the_real_boundaries_are_loaded_whole_and_only_once(store, real_data) -> None:
    names = (
        *("natural_earth_countries_110m.topo.json", "natural_earth_countries_50m.topo.json.gz"),
        *("natural_earth_land_50m.topo.json.gz", "mexico_states_natural_earth.topo.json.gz"),
        *("us_census_counties_10m.topo.json.gz", "us_census_states_10m.topo.json"),
    )
    paths = [real_data / "boundaries" / name for name in names]
    first, second = (load(store, boundaries.FORMAT, *paths) for _ in range(2))
    assert [tuple(file.counts().values()) for file in first.files] == [
        # read, loaded, unchanged, superseded, quarantined
        (177, 177, 0, 0, 0),
        (241, 64, 0, 177, 0),
        (0, 0, 0, 0, 0),
        (33, 32, 0, 0, 1),
        (3_287, 3_234, 0, 52, 1),
        (56, 0, 55, 1, 0),
    ]
    assert second.totals() == {"read": 3_794, "loaded": 0, "unchanged": 3_792, "superseded": 0, "quarantined": 2}
    assert [(r.value, r.reason) for file in first.files for r in file.rejects] == [
        ("-99", "is an area without a name"),
        ("Falls Church", "has no area"),
    ]
    assert rows(
        store,
        "SELECT kind, count(*), bool_and(ST_IsValid(geom)) FROM watchfloor.place WHERE geom IS NOT NULL "
        "GROUP BY kind ORDER BY kind",
    ) == [("country", 241, True), ("county", 3_230, True), ("state", 88, True)]
    assert rows(
        store,
        "SELECT p.name FROM watchfloor.place AS p WHERE p.kind = 'country' "
        "AND ST_Contains(p.geom, ST_SetSRID(ST_MakePoint(179.4, -16.6), 4326))",
    ) == [("Fiji",)]
