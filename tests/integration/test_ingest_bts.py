"""BTS border crossings in the store: series by port and measure, keys checked, real file counted."""

from datetime import date
from pathlib import Path

import psycopg
import pytest

from watchfloor.data.address import Role
from watchfloor.data.ingest.bts_crossings import FORMAT
from watchfloor.data.ingest.pipeline import Order, RunReport, ingest
from watchfloor.data.registry import PUBLIC

HEAD = "Port Name,State,Port Code,Border,Date,Measure,Value,Location\n"
ROW = 'Eastport,Maine,103,US-Canada Border,03/01/2016 12:00:00 AM,Trucks,12,"POINT (-66.98 44.86)"\n'


def load(store, *paths: Path) -> RunReport:
    return ingest(store, Order(FORMAT, PUBLIC, "tests"), paths)


def load_text(store, folder: Path, text: str) -> RunReport:
    (folder / "crossings.csv").write_text(text)
    return load(store, folder / "crossings.csv")


def rows(store, question: str) -> list[tuple]:
    with psycopg.connect(store.conninfo(Role.INTAKE)) as connection:
        return connection.execute(question).fetchall()


CURRENT = (
    "SELECT p.code, m.code, r.starts, r.value FROM watchfloor.reported AS r "
    "JOIN watchfloor.series AS s ON s.id = r.series_id JOIN watchfloor.place AS p ON p.id = s.place_id "
    "JOIN watchfloor.measure AS m ON m.id = s.measure_id WHERE r.recorded_to = 'infinity' ORDER BY 1, 2, 3"
)


def test_a_value_belongs_to_its_port_measure_and_month(store, tmp_path) -> None:
    assert load_text(store, tmp_path, HEAD + ROW).totals()["loaded"] == 1
    assert rows(store, CURRENT) == [("USPOE-0103", "trucks", date(2016, 3, 1), 12.0)]


def test_places_that_go_with_the_values_are_not_counted(store, tmp_path) -> None:
    report = load_text(store, tmp_path, HEAD + ROW.replace("103", "9998"))
    assert report.totals() == {"read": 1, "loaded": 1, "unchanged": 0, "superseded": 0, "quarantined": 0}
    assert rows(store, "SELECT name FROM watchfloor.place WHERE code = 'USPOE-9998'") == [("Eastport",)]


def test_the_same_row_twice_in_one_file_is_one_and_another_value_is_kept_aside(store, tmp_path) -> None:
    report = load_text(store, tmp_path, HEAD + ROW + ROW + ROW.replace("Trucks,12", "Trucks,13"))
    assert report.totals() == {"read": 3, "loaded": 1, "unchanged": 1, "superseded": 0, "quarantined": 1}
    assert [(r.line, r.column, r.value) for r in report.files[0].rejects] == [(4, "value", "13")]
    assert rows(store, CURRENT)[0][3] == 12.0


def test_a_corrected_value_supersedes_and_the_old_one_stays_known(store, tmp_path) -> None:
    load_text(store, tmp_path, HEAD + ROW)
    report = load_text(store, tmp_path, HEAD + ROW.replace("Trucks,12", "Trucks,13"))
    assert report.totals()["superseded"] == 1
    assert rows(store, CURRENT)[0][3] == 13.0
    assert rows(store, "SELECT value FROM watchfloor.reported WHERE recorded_to < 'infinity'") == [(12.0,)]


def test_a_value_of_another_label_than_its_series_is_refused(store, people, tmp_path) -> None:
    from watchfloor.data.registry import LabelSpec  # noqa: PLC0415
    from watchfloor.geo.scope import Tlp  # noqa: PLC0415

    load_text(store, tmp_path, HEAD + ROW)
    other = people.label(LabelSpec("A", Tlp.RED))
    with psycopg.connect(store.conninfo(Role.INTAKE)) as connection, pytest.raises(psycopg.errors.ForeignKeyViolation):
        connection.execute(
            "INSERT INTO watchfloor.reported (series_id, starts, ends, value, run_id, label_id) "
            "SELECT series_id, starts + 365, ends, value, run_id, %s FROM watchfloor.reported",
            [other],
        )


@pytest.mark.real
def test_the_real_file_is_loaded_whole_and_only_once(store, real_data) -> None:
    path = real_data / "ports/bts_border_crossing_entry_1996_2019.parquet"
    first, second = load(store, path), load(store, path)
    none = {"unchanged": 0, "superseded": 0, "quarantined": 0}
    assert first.totals() == {"read": 346_733, "loaded": 346_733, **none}
    assert second.totals() == {"read": 346_733, "loaded": 0, "unchanged": 346_733, "superseded": 0, "quarantined": 0}
    assert first.files[0].notes == {
        "ports": 117,
        "port with more than one point": 110,
        "zero was reported": 122_387,
    }
    assert rows(store, "SELECT count(*), count(DISTINCT series_id), sum(value) FROM watchfloor.reported") == [
        (346_733, 1_371, 9_773_594_842.0)
    ]
    assert rows(store, "SELECT code, name FROM watchfloor.place WHERE name LIKE 'Eastport%' ORDER BY 1") == [
        ("USPOE-0103", "Eastport, Maine"),
        ("USPOE-3302", "Eastport, Idaho"),
    ]
    # the publisher left zeros out from 2017 on, all but 118
    assert rows(store, "SELECT count(*) FROM watchfloor.reported WHERE value = 0 AND starts >= '2017-01-01'") == [
        (118,)
    ]
