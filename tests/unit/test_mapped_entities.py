"""Things and persons of a mapped table: what they are called, what they bear, and what is kept aside."""

import json
from pathlib import Path

import pytest

from watchfloor.data.ingest.catalogue import configured_format
from watchfloor.data.ingest.frames import Batch
from watchfloor.data.ingest.identities import with_keys
from watchfloor.data.ingest.mapping import Mapping, load_mapping
from watchfloor.data.ingest.mapping_text import MappingText
from watchfloor.data.ingest.opened import open_file
from watchfloor.geo.errors import BadFile

SOURCE = 'target = "entities"\n[source]\ncode = "t"\ntitle = "T"\npublisher = "T"\nlicence = "T"\n'
VEHICLE = '[record]\nkey = ["no"]\n[entity]\nkind = "vehicle"\nname = "{make} {model}"\n'
PLATE = '[[identifier]]\nscheme = "plate"\ncolumn = "plate"\narea = "US-{state}"\n'
PHONE = '[[identifier]]\nscheme = "phone"\ncolumn = "phone"\nseparator = ";"\ncalling_code = "1"\n'
SHIP = (
    '[record]\nkey = ["no"]\n[entity]\nkind = "vessel"\nname = "{name}"\n'
    '[[identifier]]\nscheme = "imo"\ncolumn = "imo"\n[[identifier]]\nscheme = "mmsi"\ncolumn = "mmsi"\n'
)
SPAN = '[time]\ncolumns = ["from"]\nuntil_columns = ["to"]\nformat = "%Y-%m-%d"\nprecision = "day"\n'


def mapping(toml: str) -> Mapping:
    return load_mapping(MappingText("map.toml", toml))


def read(folder: Path, toml: str, *lines: str) -> Batch:
    (folder / "map.toml").write_text(SOURCE + toml)
    (folder / "table.csv").write_text("\n".join(lines) + "\n")
    form, options = configured_format("csv", folder / "map.toml")
    (batch,) = form.read(open_file(folder / "table.csv"), options)
    return batch


def borne(batch: Batch) -> list[tuple[str, str]]:
    return batch.frames["identifiers"].select("scheme", "value").rows()


def reasons(batch: Batch) -> list[tuple[int, str, str]]:
    return batch.rejects.select("line", "column", "reason").sort("line").rows()


def as_text(batch: Batch) -> dict[str, int]:
    return {note.split(":")[0]: n for note, n in batch.notes.items() if n and "kept as text" in note}


def test_a_plate_stands_under_its_state(tmp_path) -> None:
    batch = read(tmp_path, VEHICLE + PLATE, "no,make,model,plate,state", "1,Honda,Accord,ABC 123,AZ")
    (entity,) = batch.frames["entities"].select("key", "pole", "kind", "name").rows()
    assert entity == ('entity:["1"]', "object", "vehicle", "Honda Accord")
    assert borne(batch) == [("plate (US-AZ)", "ABC 123")]
    assert as_text(batch) == {}


def test_words_for_areas_stand_for_the_source_s_own(tmp_path) -> None:
    words = PLATE + 'area_words = { us-son = "Sonora" }\n'
    batch = read(tmp_path, VEHICLE + words, "no,make,model,plate,state", "1,Ford,,VXY123,SON")
    assert borne(batch) == [("plate (Sonora)", "VXY123")]


@pytest.mark.parametrize("state", ["", "unknown", "N/A", "xx"])
def test_plates_of_nobody_knows_where_are_not_one_plate(tmp_path, state: str) -> None:
    batch = read(tmp_path, VEHICLE + PLATE, "no,make,model,plate,state", f"1,Ford,,ABC123,{state}")
    assert borne(batch) == [("plate", "ABC123")]
    assert as_text(batch) == {"plate without the area within which it is unique": 1}
    assert with_keys("identifiers", batch.frames["identifiers"], "csv:t")["identity"].to_list() == [None]


def test_malformed_numbers_are_kept_as_text_and_counted(tmp_path) -> None:
    rows = ("1,Right,9074729,366999712", "2,Wrong digit,9074728,366999712", "3,Short,IMO 9074729,36699971")
    batch = read(tmp_path, SHIP, "no,name,imo,mmsi", *rows)
    assert borne(batch)[2:] == [("imo", "9074728"), ("mmsi", "366999712"), ("imo", "IMO 9074729"), ("mmsi", "36699971")]
    keyed = with_keys("identifiers", batch.frames["identifiers"], "csv:t")["identity"].is_null().to_list()
    assert keyed == [False, False, True, False, False, True]
    assert as_text(batch) == {"imo not written as one must be": 1, "mmsi not written as one must be": 1}


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("(602) 555-0100", ["+16025550100"]),
        ("1 602 555 0100", ["+16025550100"]),
        ("+52 55 1234 5678; 602.555.0101", ["+52 55 1234 5678", "+16025550101"]),
        ("555-0100", ["555-0100"]),
        ("602 555 0100 ext 7", ["602 555 0100 ext 7"]),
        (" ; ", []),
    ],
)
def test_a_national_telephone_number_gets_its_calling_code(tmp_path, written: str, kept: list[str]) -> None:
    toml = VEHICLE.replace("vehicle", "phone").replace("{make} {model}", "{no}") + PHONE
    batch = read(tmp_path, toml, "no,phone", f"1,{written}")
    assert [value for _, value in borne(batch)] == kept


def test_a_name_is_what_stands_there_of_it_and_else_the_first_identifier(tmp_path) -> None:
    toml = VEHICLE.replace("{make} {model}", "{make}, {model}") + PLATE
    batch = read(tmp_path, toml, "no,make,model,plate,state", "1,Ford,,,", "2,,Accord,,", "3,,,ABC123,AZ")
    assert batch.frames["entities"]["name"].to_list() == ["Ford", "Accord", "plate (US-AZ) ABC123"]


def test_a_row_without_name_and_identifier_is_kept_aside(tmp_path) -> None:
    batch = read(tmp_path, VEHICLE + PLATE, "no,make,model,plate,state", "1,,,,AZ", "2,Ford,,,")
    assert reasons(batch) == [(2, "name", "has neither a name nor an identifier")]
    assert batch.frames["entities"].height == 1


def test_a_key_may_lack_one_of_its_numbers_but_not_all(tmp_path) -> None:
    toml = VEHICLE.replace('["no"]', '["vin", "plate"]') + PLATE
    batch = read(tmp_path, toml, "vin,make,model,plate,state", ",Ford,,ABC123,AZ", ",Ford,,,AZ")
    assert batch.frames["entities"]["key"].to_list() == ['entity:[null, "ABC123"]']
    assert reasons(batch) == [(3, "vin", "is blank, and so is all of record.key")]


def test_a_kind_may_stand_in_a_column(tmp_path) -> None:
    kinds = 'kind_column = "type"\nkind_words = { Man = "person", firm = "organisation" }'
    toml = VEHICLE.replace('kind = "vehicle"', kinds).replace("{make} {model}", "{who}")
    batch = read(tmp_path, toml, "no,who,type", "1,Doe,man", "2,Acme,FIRM", "3,Van,Vehicle", "4,Boat,yacht", "5,x,")
    assert batch.frames["entities"].select("pole", "kind").rows() == [
        ("person", "person"),
        ("person", "organisation"),
        ("object", "vehicle"),
    ]
    unknown = "is no kind of thing or person: add it to entity.kind_words"
    assert reasons(batch) == [(5, "type", unknown), (6, "type", unknown)]


def test_a_blank_time_is_open_and_a_wrong_one_is_kept_aside(tmp_path) -> None:
    rows = ("1,A,,2024-01-01,", "2,B,,,", "3,C,,2024-01-01,2023-01-01", "4,D,,soon,", "5,E,,,never")
    batch = read(tmp_path, VEHICLE + SPAN, "no,make,model,from,to", *rows)
    spans = batch.frames["entities"].select("valid_from", "valid_to").rows()
    assert [tuple(at and at.isoformat()[:10] for at in span) for span in spans] == [("2024-01-01", None), (None, None)]
    no_time = "is no time as time.format and time.zone say"
    assert reasons(batch) == [(4, "to", "is before the beginning"), (5, "from", no_time), (6, "to", no_time)]


@pytest.mark.parametrize(
    "hostile", ["<script>alert(1)</script>", "=HYPERLINK(1)", "'; DROP TABLE entity; --", "../../x"]
)
def test_hostile_text_stays_text(tmp_path, hostile: str) -> None:
    toml = VEHICLE.replace("[entity]", 'attributes = { role = "model" }\n[entity]') + PLATE
    batch = read(tmp_path, toml, "no,make,model,plate,state", f'1,"{hostile}","{hostile}","{hostile}","{hostile}"')
    (entity,) = batch.frames["entities"].rows(named=True)
    assert (entity["name"], json.loads(entity["attributes"])) == (f"{hostile} {hostile}", {"role": hostile})
    assert borne(batch) == [(f"plate (US-{hostile})", hostile)]
    assert as_text(batch) == {"plate not written as one must be": 1}


def test_texts_past_all_measure_are_kept_aside(tmp_path) -> None:
    toml = VEHICLE.replace("{make} {model}", "{no}") + PLATE + PHONE
    rows = (f"1,{'A' * 201},AZ,", f"2,A1,{'Z' * 61},", "3,A1,AZ," + ";".join(["+16025550100"] * 101))
    batch = read(tmp_path, toml, "no,plate,state,phone", *rows)
    assert [(line, column, reason.split(" ")[0]) for line, column, reason in reasons(batch)] == [
        (2, "plate", "is"),
        (3, "plate", "has"),
        (4, "phone", "holds"),
    ]


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        (VEHICLE.replace('name = "{make} {model}"\n', ""), "entity.name: give it, or [[identifier]]"),
        (VEHICLE.replace('kind = "vehicle"', ""), "entity: give kind or kind_column"),
        (VEHICLE.replace('"vehicle"', '"suspect"'), "entity.kind: "),
        (VEHICLE.replace("[entity]", 'title = "{make}"\n[entity]'), "record.title: an entity has a name"),
        (VEHICLE + PLATE + 'calling_code = "1"\n', "calling_code is for the scheme phone"),
        (VEHICLE + PLATE.replace("plate", "plate (AZ)"), "identifier.0.scheme: "),
        (VEHICLE + '[substances]\nfixed = ["cocaine"]\n', "the target entities has no use for substances"),
    ],
)
def test_a_mapping_that_says_too_little_or_too_much_is_refused(toml: str, said: str) -> None:
    with pytest.raises(BadFile) as refused:
        mapping(SOURCE + toml)
    assert said in str(refused.value)


def test_every_column_that_is_named_must_be_there() -> None:
    named = mapping(SOURCE + VEHICLE + PLATE + PHONE + SPAN).columns()
    assert set(named) == {"no", "make", "model", "plate", "state", "phone", "from", "to"}
    assert (named["plate"], named["state"], named["make"]) == (
        "identifier.0.column",
        "identifier.0.area",
        "entity.name",
    )
