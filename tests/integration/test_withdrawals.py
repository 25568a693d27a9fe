"""What a source withdraws ends in the store and stays in recorded time: revoked objects, rows that say so."""

import json
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from watchfloor.data.address import Role
from watchfloor.data.ingest import stix
from watchfloor.data.ingest.catalogue import configured_format
from watchfloor.data.ingest.pipeline import Order, RunReport, ingest
from watchfloor.data.ingest.undo import undo_run
from watchfloor.data.registry import PUBLIC
from watchfloor.geo.errors import BadFile

COMMON = {"spec_version": "2.1", "created": "2024-03-01T00:00:00.000Z", "modified": "2024-03-02T00:00:00.000Z"}
NUMBER = "00000000-0000-4000-8000-00000000000"
PORT = COMMON | {"type": "location", "id": f"location--{NUMBER}1", "country": "US", "name": "Quay 7"}
SHIP = COMMON | {
    "type": "infrastructure",
    "id": f"infrastructure--{NUMBER}2",
    "name": "The Nine",
    "external_references": [
        {"source_name": "IMO", "external_id": "9074729"},
        {"source_name": "imo", "external_id": "9074728"},
        {"source_name": "capec", "external_id": "CAPEC-1"},
    ],
}
SEEN = COMMON | {
    "type": "sighting",
    "id": f"sighting--{NUMBER}4",
    "sighting_of_ref": SHIP["id"],
    "where_sighted_refs": [PORT["id"]],
    "first_seen": "2024-03-05T23:10:00Z",
}
MAP = """
target = "seizures"
[source]
code = "lab"
title = "Laboratory"
publisher = "Lab"
licence = "none"
[record]
key = ["Number"]
withdrawn = { column = "Status", words = ["void", "withdrawn"] }
[time]
columns = ["Day"]
format = "%Y-%m-%d"
precision = "day"
[substances]
column = "Drug"
[quantity]
column = "Amount"
unit = "kg"
"""
HEAD = "Number,Day,Drug,Amount,Status\n"
FIRST, SECOND = "1,2024-01-02,Cocaine,1.5,\n", "2,2024-01-03,Heroin,2.5,final\n"


@pytest.fixture
def bundle(store, tmp_path) -> Callable[..., RunReport]:
    def load(*objects: dict[str, object]) -> RunReport:
        (tmp_path / "bundle.json").write_text(json.dumps({"type": "bundle", "objects": objects}))
        return ingest(store, Order(stix.FORMAT, PUBLIC, "tests"), [tmp_path / "bundle.json"])

    return load


@pytest.fixture
def table(store, tmp_path) -> Callable[[str], RunReport]:
    (tmp_path / "map.toml").write_text(MAP)

    def load(text: str) -> RunReport:
        (tmp_path / "table.csv").write_text(HEAD + text)
        form, options = configured_format("csv", tmp_path / "map.toml")
        return ingest(store, Order(form, PUBLIC, "tests", options), [tmp_path / "table.csv"])

    return load


def count(store, table: str, which: str = "=") -> int:
    with psycopg.connect(store.conninfo(Role.INTAKE)) as connection:
        question = f"SELECT count(*) FROM watchfloor.{table} WHERE recorded_to {which} 'infinity'"
        row = connection.execute(question.encode()).fetchone()
    assert row is not None
    return int(row[0])


def test_a_revoked_object_ends_with_what_was_made_of_it(store, bundle) -> None:
    bundle(PORT, SHIP, SEEN)
    assert (count(store, "event"), count(store, "link"), count(store, "entity")) == (1, 2, 2)
    report = bundle(PORT, SHIP, SEEN | {"revoked": True, "modified": "2024-04-01T00:00:00.000Z"})
    assert report.totals() == {"read": 5, "loaded": 0, "unchanged": 2, "superseded": 3, "quarantined": 0}
    assert (count(store, "event"), count(store, "link"), count(store, "entity")) == (0, 0, 2)
    assert (count(store, "event", "<"), count(store, "link", "<")) == (1, 2)


def test_a_revocation_that_comes_again_ends_nothing_more(store, bundle) -> None:
    bundle(PORT)
    gone = PORT | {"revoked": True}
    first, again = (bundle(gone).totals() for _ in range(2))
    assert (first["superseded"], first["unchanged"]) == (1, 0)
    assert (again["superseded"], again["unchanged"]) == (0, 1)
    bundle(PORT)
    assert (count(store, "entity"), count(store, "entity", "<")) == (1, 1)


def test_a_version_older_than_the_one_that_is_held_changes_nothing(store, bundle) -> None:
    newer = {"modified": "2024-05-01T00:00:00.000Z"}
    first = bundle(PORT | newer, SHIP | newer, SEEN | newer | {"where_sighted_refs": []})
    report = bundle(PORT | {"name": "Quay 6"}, SHIP | {"name": "The Eight"}, SEEN)
    # the sighting is an event and two links, of which one was new
    assert report.totals() == {"read": 5, "loaded": 0, "unchanged": 5, "superseded": 0, "quarantined": 0}
    assert report.files[0].notes["older version than the one that is held: left alone"] == 5
    assert (count(store, "entity", "<"), count(store, "event", "<"), count(store, "link")) == (0, 0, 1)
    undo_run(store, report.run, by="tests")
    undo_run(store, first.run, by="tests")
    assert count(store, "entity") == 0
    assert bundle(PORT, SHIP, SEEN).totals()["loaded"] == 5


def test_a_revocation_older_than_the_version_that_is_held_ends_nothing(store, bundle) -> None:
    bundle(PORT | {"modified": "2024-05-01T00:00:00.000Z"})
    report = bundle(PORT | {"revoked": True})
    assert report.totals() == {"read": 1, "loaded": 0, "unchanged": 1, "superseded": 0, "quarantined": 0}
    assert count(store, "entity") == 1


def test_of_two_bundles_in_one_run_the_newer_version_holds_whatever_their_order(store, tmp_path) -> None:
    newer = PORT | {"modified": "2024-05-01T00:00:00.000Z", "name": "Quay 8"}
    for name, found in (("a.json", newer), ("b.json", PORT)):
        (tmp_path / name).write_text(json.dumps({"type": "bundle", "objects": [found]}))
    report = ingest(store, Order(stix.FORMAT, PUBLIC, "tests"), [tmp_path / "a.json", tmp_path / "b.json"])
    assert report.totals() == {"read": 2, "loaded": 1, "unchanged": 1, "superseded": 0, "quarantined": 0}
    with psycopg.connect(store.conninfo(Role.INTAKE)) as connection:
        assert connection.execute("SELECT name FROM watchfloor.entity").fetchall() == [("Quay 8",)]


def test_exact_identifiers_of_a_bundle_get_their_key_and_others_are_none(store, bundle) -> None:
    bundle(SHIP)
    with psycopg.connect(store.conninfo(Role.INTAKE)) as connection:
        found = connection.execute("SELECT scheme, value, identity IS NULL FROM watchfloor.identifier").fetchall()
    assert found == [("imo", "9074729", False)]


def test_a_row_that_says_so_withdraws_the_record_of_its_key(store, table) -> None:
    table(FIRST + SECOND)
    report = table("1,,,,VOID\n" + SECOND)
    assert report.totals() == {"read": 2, "loaded": 0, "unchanged": 1, "superseded": 1, "quarantined": 0}
    assert (count(store, "event"), count(store, "seizure_item")) == (1, 1)
    assert (count(store, "event", "<"), count(store, "seizure_item", "<")) == (1, 1)


def test_counts_and_pictures_follow_a_withdrawal(store, table) -> None:
    table(FIRST + SECOND)
    report = table("1,,,,void\n")
    with psycopg.connect(store.conninfo(Role.INTAKE)) as connection:
        total = connection.execute(
            "SELECT sum(total) FROM watchfloor.event_rollup WHERE level = 7 AND substance_id = 0"
        ).fetchone()
        versions = connection.execute(
            "SELECT count(*) FROM watchfloor.data_version WHERE layer = 'seizures' AND version = %s", [report.run]
        ).fetchone()
    assert total == (1,)
    assert versions is not None
    assert versions[0] >= 1


def test_a_row_that_withdraws_nobody_knows_what_is_kept_aside(table) -> None:
    report = table(",,,,void\n")
    assert report.totals()["quarantined"] == 1
    assert report.files[0].rejects[0].reason == "is blank and belongs to record.key"


def test_withdrawing_by_a_key_that_repeats_is_refused(tmp_path) -> None:
    (tmp_path / "map.toml").write_text(MAP.replace('key = ["Number"]', 'key = ["Number"]\nkey_repeats = true'))
    with pytest.raises(BadFile, match="not with key_repeats"):
        configured_format("csv", Path(tmp_path / "map.toml"))
