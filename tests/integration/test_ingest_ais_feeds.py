"""AIS of other kinds in the store: any csv, and sentences as received; whole, only once, at peace with each other."""

from pathlib import Path

import psycopg
import pytest

from watchfloor.data.address import Role
from watchfloor.data.ingest import ais_csv, ais_marinecadastre, ais_nmea
from watchfloor.data.ingest.format import Format
from watchfloor.data.ingest.pipeline import Order, RunReport, ingest
from watchfloor.data.registry import PUBLIC

HEAD = "mmsi,timestamp,lat,lon\n"
FIX = "258221500,2019-07-01 00:00:00,61.055,5.5\n"


def load(store, form: Format, *paths: Path) -> RunReport:
    return ingest(store, Order(form, PUBLIC, "tests"), paths)


def rows(store, question: str) -> list[tuple]:
    with psycopg.connect(store.conninfo(Role.INTAKE)) as connection:
        return connection.execute(question).fetchall()


def test_a_second_place_at_one_moment_is_kept_aside(store, tmp_path) -> None:
    (tmp_path / "ais.csv").write_text(HEAD + FIX + FIX + FIX.replace("61.055", "62"))
    report = load(store, ais_csv.FORMAT, tmp_path / "ais.csv")
    assert report.totals() == {"read": 3, "loaded": 1, "unchanged": 1, "superseded": 0, "quarantined": 1}


@pytest.mark.real
def test_the_real_global_snapshot_is_loaded_whole_and_only_once(store, real_data) -> None:
    path = real_data / "tracks/ais_global_sample_2019_07_01.csv.gz"
    first, second = (load(store, ais_csv.FORMAT, path) for _ in range(2))
    assert first.totals() == {"read": 42_625, "loaded": 42_621, "unchanged": 0, "superseded": 0, "quarantined": 4}
    # four vessels are at two places, a hundred metres apart, in one second: the first is kept
    assert second.totals() == {"read": 42_625, "loaded": 0, "unchanged": 42_621, "superseded": 0, "quarantined": 4}
    assert first.files[0].notes == {
        "MMSI without nine digits": 112,
        "MMSI of a station, buoy, aircraft or beacon": 27,
        "speed not available": 42_625,
        "course not available": 42_625,
    }
    assert rows(store, "SELECT count(*) FROM watchfloor.craft") == [(18_275,)]


@pytest.mark.real
def test_a_file_of_one_publisher_says_the_same_when_it_is_read_as_any_csv(store, real_data) -> None:
    path = real_data / "tracks/ais_marinecadastre_2017_01_zone01.csv.gz"
    first, second = load(store, ais_marinecadastre.FORMAT, path), load(store, ais_csv.FORMAT, path)
    assert first.totals()["loaded"] == second.totals()["unchanged"] == 10_224
    assert first.files[0].notes == second.files[0].notes


@pytest.mark.real
def test_the_real_sentences_are_loaded_whole_and_only_once(store, real_data) -> None:
    path = real_data / "tracks/ais_dma_raw_nmea_2013_11_12.txt.gz"
    first, second = (load(store, ais_nmea.FORMAT, path) for _ in range(2))
    # 26,077 messages: 24,688 positions of craft, 1,259 of stations and buoys, 130 that say what a vessel is
    assert first.totals() == {"read": 24_688, "loaded": 24_688, "unchanged": 0, "superseded": 0, "quarantined": 0}
    assert second.totals() == {"read": 24_688, "loaded": 0, "unchanged": 24_688, "superseded": 0, "quarantined": 0}
    assert first.files[0].notes == {
        "report of a base station, which is no craft": 1_234,
        "report of an aid to navigation, which is no craft": 25,
        "static message: name, kind or size": 130,
        "sentence that is no AIS": 973,
        "MMSI of a station, buoy, aircraft or beacon": 30,
        "speed not available": 65,
        "course not available": 125,
        "heading not available": 3_695,
    }
    assert rows(store, "SELECT min(at)::text, max(at)::text FROM watchfloor.fix") == [
        ("2013-11-12 12:00:00.011+00", "2013-11-12 12:04:59.979+00")
    ]
    assert rows(
        store, "SELECT count(*), count(name), count(*) FILTER (WHERE category <> 'other') FROM watchfloor.craft"
    ) == [(1_443, 98, 76)]
