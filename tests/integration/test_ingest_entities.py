"""A table of vehicles by a mapping: loaded once, joined by exact plates to who may see both, taken back."""

import re
import uuid
from pathlib import Path

import psycopg
import pytest

from watchfloor.data.address import Role
from watchfloor.data.gate import Gate, Terms
from watchfloor.data.ingest.catalogue import configured_format
from watchfloor.data.ingest.pipeline import Order, RunReport, ingest
from watchfloor.data.ingest.undo import undo_run
from watchfloor.data.registry import PUBLIC, LabelSpec
from watchfloor.data.repository import Asker, Repository
from watchfloor.geo.answers import EntityPage
from watchfloor.geo.scope import Tlp

HIDDEN = LabelSpec("B", Tlp.AMBER_STRICT)
PAGE = Path(__file__).parents[2] / "docs/csv-mapping.md"
_EXAMPLE = re.search(r"### Vehicles with their plates\n\n```toml\n(.*?)```\n\n```csv\n(.*?)```", PAGE.read_text(), re.S)
assert _EXAMPLE is not None
TOML, CSV = _EXAMPLE.groups()
LAB = """
target = "entities"
[source]
code = "lab-cars"
title = "Vehicles searched"
publisher = "Laboratory"
licence = "for the task force"
[record]
key = ["Ref"]
[entity]
kind = "vehicle"
name = "{Ref}"
[[identifier]]
scheme = "plate"
column = "Tag"
area = "Arizona"
"""


@pytest.fixture
def people_of_two(people) -> None:
    people.label(HIDDEN)
    people.account("ana", "A")
    people.account("ben", "B")


def load(store, folder: Path, text: str = CSV, toml: str = TOML, label: LabelSpec = PUBLIC) -> RunReport:
    (folder / "map.toml").write_text(toml)
    (folder / "table.csv").write_text(text)
    form, options = configured_format("csv", folder / "map.toml")
    return ingest(store, Order(form, label, "tests", options), [folder / "table.csv"])


def rows(store, question: str) -> list[tuple]:
    with psycopg.connect(store.conninfo(Role.INTAKE)) as connection:
        connection.execute("SET timezone = 'UTC'")
        return connection.execute(question.encode()).fetchall()


def page(store, name: str, asker: str) -> EntityPage:
    who = Asker(Gate(store).issue(asker, Terms()), uuid.uuid4())
    ((entity,),) = rows(store, f"SELECT id FROM watchfloor.entity WHERE name = '{name}' AND recorded_to = 'infinity'")
    with Repository(store) as repository:
        found = repository.entity(who, entity)
    assert found is not None
    return found


def identifiers(store) -> list[tuple]:
    question = (
        "SELECT e.name, i.scheme, i.value, i.identity IS NOT NULL FROM watchfloor.identifier AS i JOIN "
        "watchfloor.entity AS e ON e.id = i.entity_id AND e.recorded_to = 'infinity' WHERE i.recorded_to = 'infinity' "
        "ORDER BY 1, 2, 3"
    )
    return rows(store, question)


def test_vehicles_stand_in_the_store_with_what_they_bear(store, tmp_path) -> None:
    report = load(store, tmp_path)
    found = rows(store, "SELECT kind, pole, name, valid_from::date::text, attributes FROM watchfloor.entity ORDER BY 3")
    assert found == [
        ("vehicle", "object", "Ford", None, {"colour": "white", "role": "scout"}),
        ("vehicle", "object", "Honda Accord", "2024-03-05", {"colour": "red", "role": "load vehicle"}),
        ("vehicle", "object", "Kia Rio", "2024-03-06", {}),
        ("vehicle", "object", "plate XYZ 987", "2024-03-06", {}),
    ]
    assert identifiers(store) == [
        ("Ford", "plate (Sonora)", "VXY-12-34", True),
        ("Honda Accord", "plate (US-AZ)", "ABC 1234", True),
        ("Honda Accord", "vin", "1HGCM82633A004352", True),
        ("Kia Rio", "plate (US-AZ)", "KLM 555", True),
        ("Kia Rio", "vin", "too short", False),
        ("plate XYZ 987", "plate", "XYZ 987", False),
    ]
    assert {note.split(":")[0]: n for note, n in report.files[0].notes.items()} == {
        "plate without the area within which it is unique": 1,
        "vin not written as one must be": 1,
    }


@pytest.mark.usefixtures("people_of_two")
def test_a_plate_joins_records_of_two_labels_for_who_may_see_both(store, tmp_path) -> None:
    load(store, tmp_path)
    load(store, tmp_path, "Ref,Tag\nL-7,abc-1234\nL-8,XYZ987\n", LAB, HIDDEN)
    assert page(store, "Honda Accord", "ana").same == ()
    assert [one.name for one in page(store, "Honda Accord", "ben").same] == ["L-7"]
    assert [one.name for one in page(store, "L-7", "ben").same] == ["Honda Accord"]
    assert page(store, "L-8", "ben").same == ()


def test_a_changed_row_is_a_new_version_with_its_identifiers(store, tmp_path) -> None:
    load(store, tmp_path)
    changed = CSV.replace("ABC 1234,AZ", "ABC 9999,AZ")
    again, after = load(store, tmp_path, changed).totals(), load(store, tmp_path, changed).totals()
    assert (again["superseded"], again["unchanged"], after["superseded"], after["unchanged"]) == (1, 3, 0, 4)
    assert [row[2] for row in identifiers(store) if row[0] == "Honda Accord"] == ["ABC 9999", "1HGCM82633A004352"]


@pytest.mark.usefixtures("people_of_two")
def test_a_run_taken_back_leaves_nothing_and_joins_nothing(store, tmp_path) -> None:
    load(store, tmp_path)
    before = identifiers(store)
    run = load(store, tmp_path, "Ref,Tag\nL-7,ABC1234\n", LAB).run
    assert [one.name for one in page(store, "Honda Accord", "ana").same] == ["L-7"]
    undo_run(store, run, by="tests")
    assert page(store, "Honda Accord", "ana").same == ()
    assert identifiers(store) == before


def test_rows_of_one_key_that_agree_bear_all_identifiers(store, tmp_path) -> None:
    report = load(store, tmp_path, "Ref,Tag\nL-7,AAA111\nL-7,BBB222\n", LAB)
    assert (report.totals()["loaded"], report.totals()["quarantined"]) == (1, 0)
    assert [value for _, _, value, _ in identifiers(store)] == ["AAA111", "BBB222"]


def test_what_a_contradicting_row_bears_is_kept_aside_with_it(store, tmp_path) -> None:
    toml = LAB.replace("{Ref}", "{Who}")
    report = load(store, tmp_path, "Ref,Who,Tag\nL-7,One,AAA111\nL-7,Two,BBB222\n", toml)
    assert (report.totals()["loaded"], report.totals()["quarantined"]) == (1, 1)
    assert identifiers(store) == [("One", "plate (Arizona)", "AAA111", True)]


def test_a_row_may_withdraw_a_vehicle(store, tmp_path) -> None:
    toml = LAB.replace('key = ["Ref"]', 'key = ["Ref"]\nwithdrawn = { column = "State", words = ["void"] }')
    load(store, tmp_path, "Ref,Tag,State\nL-7,AAA111,\nL-8,BBB222,\n", toml)
    load(store, tmp_path, "Ref,Tag,State\nL-7,,void\n", toml)
    assert [value for _, _, value, _ in identifiers(store)] == ["BBB222"]


def test_hostile_text_is_stored_as_text(store, tmp_path) -> None:
    hostile = '=HYPERLINK(""http://x"")<script>\'; DROP TABLE entity;--'
    load(store, tmp_path, f'Ref,Tag\n"{hostile}","{hostile}"\n', LAB)
    ((name, scheme, value, is_exact),) = identifiers(store)
    assert (name, value) == (hostile.replace('""', '"'),) * 2
    assert (scheme, is_exact) == ("plate (Arizona)", False)
