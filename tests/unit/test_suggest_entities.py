"""Lists of things and persons: what is drafted of their numbers, what is asked, and when a table is no list."""

from pathlib import Path

import pytest

from watchfloor.data.ingest.mapping import Mapping, load_mapping
from watchfloor.data.ingest.mapping_draft import amounts_of
from watchfloor.data.ingest.suggest import Draft, suggest

CARS = "Plate,State,VIN,Make,Model,Colour\nABC1234,AZ,1HGCM82633A004352,Honda,Accord,red\nKLM555,CA,,Ford,F150,white\n"
SHIPS = "IMO,MMSI,Vessel Name,Call Sign,Flag\n9074729,366999712,ALPHA,WDA1234,US\n9319466,366999713,BETA,WDA1235,PA\n"
PEOPLE = (
    "First Name,Last Name,DOB,Passport No,Nationality,Phone\n"
    "John,Doe,03/04/1970,G1234567,Mexico,602-555-0100\nJane,Roe,05/06/1980,G1234568,Mexico,602-555-0101\n"
)


def draft(folder: Path, text: str, **answers: str) -> Draft:
    (folder / "table.csv").write_text(text)
    return suggest(folder / "table.csv", "csv", {key.replace("__", "."): value for key, value in answers.items()})


def asked(made: Draft) -> set[str]:
    return {question.key for question in made.questions if not question.key.startswith("source.")}


def test_vehicles_are_known_by_plate_with_state_and_vin(tmp_path) -> None:
    made = draft(tmp_path, CARS)
    assert (made.mapping["target"], made.mapping["entity"]) == (
        "entities",
        {"kind": "vehicle", "name": "{Make} {Model}"},
    )
    assert made.mapping["identifier"] == [
        {"scheme": "vin", "column": "VIN"},
        {"scheme": "plate", "column": "Plate", "area": "US-{State}"},
    ]
    assert made.mapping["record"] == {"key": ["Plate", "State"], "attributes": {"colour": "Colour"}}
    assert (asked(made), made.rejects.height, made.notes) == ({"entity.kind"}, 0, {})


def test_states_of_elsewhere_keep_their_own_writing(tmp_path) -> None:
    more = "".join(f"XX{n},TX,,Kia,Rio,blue\n" for n in range(5))
    made = draft(tmp_path, CARS + more + "VXY123,SON,,Kia,Rio,blue\n")
    assert made.mapping["identifier"][1]["area_words"] == {"US-SON": "SON"}


def test_what_a_vehicle_bears_is_shown_as_it_would_be_read(tmp_path) -> None:
    made = draft(tmp_path, CARS)
    assert list(amounts_of(tmp_path / "table.csv", "csv", made, 10).values()) == [
        "vin 1HGCM82633A004352, plate (US-AZ) ABC1234",
        "plate (US-CA) KLM555",
    ]


def test_vessels_are_known_by_their_numbers(tmp_path) -> None:
    made = draft(tmp_path, SHIPS)
    assert made.mapping["entity"] == {"kind": "vessel", "name": "{Vessel Name}"}
    assert [one["scheme"] for one in made.mapping["identifier"]] == ["imo", "mmsi", "call sign"]


def test_of_persons_the_day_of_birth_is_left_out_and_the_calling_code_asked(tmp_path) -> None:
    made = draft(tmp_path, PEOPLE)
    assert made.mapping["entity"] == {"kind": "person", "name": "{First Name} {Last Name}"}
    assert made.mapping["identifier"][0] == {"scheme": "passport", "column": "Passport No", "area": "{Nationality}"}
    assert "time" not in made.mapping
    assert ("left out", "DOB") in [(guess.key, guess.value) for guess in made.guesses]
    assert asked(made) == {"entity.kind", "identifier.phone.calling_code"}
    answered = draft(tmp_path, PEOPLE, identifier__phone__calling_code="+1", entity__kind="organisation")
    assert (answered.mapping["identifier"][1]["calling_code"], answered.notes) == ("1", {})
    assert (answered.records["kind"].to_list(), asked(answered)) == (["organisation"] * 2, set())


def test_an_area_that_no_column_has_is_asked(tmp_path) -> None:
    text = "Plate,Make\nABC1234,Honda\nKLM555,Ford\n"
    assert "identifier.plate.area" in asked(draft(tmp_path, text))
    made = draft(tmp_path, text, identifier__plate__area="Arizona")
    assert made.mapping["identifier"] == [{"scheme": "plate", "column": "Plate", "area": "Arizona"}]


def test_a_day_since_when_is_kept(tmp_path) -> None:
    made = draft(tmp_path, "Phone,Carrier,Since\n+16025550100,A,2024-03-05\n+16025550101,B,2024-03-25\n")
    assert (made.mapping["target"], made.mapping["time"]["columns"]) == ("entities", ["Since"])


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("Date,Plate,State\n2024-03-05,ABC123,AZ\n2024-03-06,ABC123,AZ\n", "events"),
        ("t,MMSI,lat,lon\n2024-03-05 10:00:00,366999712,32.1,-117\n2024-03-05 10:01:00,366999712,32.1,-117\n", "fixes"),
        ("Name,Phone,lat,lon\nPort A,+16025550100,32.1,-117.2\nPort B,+16025550101,33.1,-117.3\n", "places"),
    ],
    ids=["what happened to them", "where they were", "places with a telephone"],
)  # fmt: skip
def test_a_table_that_tells_more_is_no_list(tmp_path, text: str, target: str) -> None:
    assert draft(tmp_path, text).mapping["target"] == target


@pytest.mark.parametrize("text", [CARS, SHIPS, PEOPLE])
def test_a_draft_of_a_list_is_a_mapping_that_loads(tmp_path, text: str) -> None:
    made = draft(tmp_path, text)
    (tmp_path / "map.toml").write_text(made.toml)
    assert load_mapping(tmp_path / "map.toml") == Mapping.model_validate(made.mapping)
