"""OFAC's list: what is listed, numbers and other names, links by the very name alone, places no finer than stated."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from watchfloor.data.ingest.format import Options
from watchfloor.data.ingest.frames import Batch, conform
from watchfloor.data.ingest.list_date import with_list_date
from watchfloor.data.ingest.ofac_remarks import read_remarks
from watchfloor.data.ingest.ofac_sdn import FORMAT
from watchfloor.data.ingest.opened import open_file
from watchfloor.data.ingest.stated_places import locate
from watchfloor.data.ingest.world_port_index import FORMAT as PORTS
from watchfloor.geo.errors import BadFile, BadQuestion
from watchfloor.geo.facts import PLACE_CODES
from watchfloor.geo.precision import PlacePrecision

HEAD = "ent_num,SDN_Name,SDN_Type,Program,Title,Call_Sign,Vess_type,Tonnage,GRT,Vess_flag,Vess_owner,Remarks\n"
FIRM = '101,"EXAMPLE, S.A.",-0-,SDNTK] [SDGT,-0-,-0-,-0-,-0-,-0-,-0-,-0-,NIT # 890115794-3 (Colombia).\n'
PERSON = (
    '102,"DOE EXAMPLE, Jane",individual,SDNTK,-0-,-0-,-0-,-0-,-0-,-0-,-0-,"citizen Mexico; Linked To: EXAMPLE, S.A."\n'
)
SHIP = (
    "103,EXAMPLE STAR,vessel,SDNT,-0-,ABCD,Tanker,1000,900,Panama,Nobody,"
    '"Vessel Registration Identification IMO 9187629; MMSI 356123000."\n'
)
ADDRESSES = "ent_num,Add_num,Address,City_State_Postal,Country,Add_Remarks\n"
AS_OF = Options({"as_of": date(2023, 1, 5)})


def read(folder: Path, text: str, *, name: str = "list.csv", options: Options = AS_OF) -> Batch:
    (folder / name).write_text(text)
    (batch,) = FORMAT.read(open_file(folder / name), options)
    return batch


def rows(batch: Batch, name: str) -> list[dict[str, Any]]:
    return conform(name, batch.frames[name]).rows(named=True)


def test_an_entry_is_listed_and_no_more_is_said_of_it(tmp_path) -> None:
    firm, person, ship = rows(read(tmp_path, HEAD + FIRM + PERSON + SHIP), "entities")
    assert [(one["pole"], one["kind"]) for one in (firm, person, ship)] == [
        ("person", "organisation"),
        ("person", "person"),
        ("object", "vessel"),
    ]
    assert json.loads(firm["attributes"]) == {
        "list_entry": "101",
        "listing": "listed by OFAC as of 2023-01-05",
        "programmes": "SDNTK, SDGT",
    }
    assert "suspect" not in "".join(one["attributes"] for one in (firm, person, ship)).lower()
    assert json.loads(ship["attributes"])["flag"] == "Panama"


def test_numbers_become_identifiers_under_their_kind_and_country(tmp_path) -> None:
    found = rows(read(tmp_path, HEAD + FIRM + SHIP), "identifiers")
    assert [(one["entity_key"], one["scheme"], one["value"]) for one in found] == [
        ("entry:101", "nit (Colombia)", "890115794-3"),
        ("entry:103", "imo", "9187629"),
        ("entry:103", "mmsi", "356123000"),
        ("entry:103", "call sign", "ABCD"),
    ]


def test_linked_to_is_a_link_to_the_entry_of_that_very_name(tmp_path) -> None:
    (link,) = rows(read(tmp_path, HEAD + FIRM + PERSON), "links")
    assert (link["from_key"], link["to_key"], link["kind"]) == ("entry:102", "entry:101", "linked_to")


@pytest.mark.parametrize(
    "others",
    [
        FIRM.replace("EXAMPLE, S.A.", "EXAMPLE S.A."),
        FIRM.replace("EXAMPLE, S.A.", "Example, S.A."),
        FIRM + FIRM.replace("101", "104"),
        "",
    ],
    ids=["other writing", "other case", "two of that name", "none"],
)
def test_no_link_is_guessed(tmp_path, others: str) -> None:
    batch = read(tmp_path, HEAD + others + PERSON)
    assert batch.frames["links"].height == 0
    assert json.loads(rows(batch, "entities")[-1]["attributes"])["linked_to_no_entry"] == "EXAMPLE, S.A"


@pytest.mark.parametrize(
    ("written", "identifier"),
    [
        ("a.k.a. 'THE FIRM'.", ("alias", "THE FIRM")),
        ("Passport A1234567 (Iran) expires 06 Jan 2016.", ("passport (Iran)", "A1234567")),
        ("Folio Mercantil No. 343997 (Mexico) issued 14 Dec 2005.", ("folio mercantil (Mexico)", "343997")),
        ("alt. RUC # 425571-1-408392 (Panama).", ("ruc (Panama)", "425571-1-408392")),
        ("Aircraft Tail Number N200VR.", ("tail number", "N200VR")),
        ("Aircraft Manufacturer's Serial Number (MSN) 133.", ("aircraft serial number", "133")),
        ("Aircraft Mode S Transponder Code 39DE4A.", ("icao24", "39de4a")),
        ("Company Number 94593 (Gibraltar).", ("company number (Gibraltar)", "94593")),
        ("US FEIN 55-2197267 (United States).", ("us fein (United States)", "55-2197267")),
    ],
)
def test_remarks_are_taken_apart(written: str, identifier: tuple[str, str]) -> None:
    assert read_remarks(written).identifiers == [identifier]


@pytest.mark.parametrize(
    "written", ["<script>alert(1)</script>", "NIT # Provisional (Colombia)", "=1+1", "'; DROP TABLE"]
)
def test_what_no_rule_knows_is_kept_as_it_stands(written: str) -> None:
    found = read_remarks(written)
    assert (found.identifiers, ";".join(found.facts["remarks"]).replace(";", "; ")) == ([], written)


@pytest.mark.parametrize(
    ("wrong", "column"),
    [(("101,", "x,"), "ent_num"), (('"EXAMPLE, S.A."', "-0-"), "SDN_Name"), ((",-0-,S", ",planet,S"), "SDN_Type")],
)
def test_a_bad_entry_is_kept_aside(tmp_path, wrong: tuple[str, str], column: str) -> None:
    batch = read(tmp_path, HEAD + PERSON + FIRM.replace(*wrong, 1))
    assert batch.rejects.select("line", "column").rows() == [(3, column)]


def test_the_publisher_s_own_file_without_a_header_is_read_with_its_lines(tmp_path) -> None:
    batch = read(tmp_path, FIRM + PERSON.replace("102", "x") + "\x1a\n")
    assert (batch.read, [one["line"] for one in rows(batch, "entities")]) == (2, [1])
    assert batch.rejects["line"].to_list() == [2]


def test_the_day_of_the_list_is_given_or_stands_in_the_name_or_the_file_is_refused(tmp_path) -> None:
    named = read(tmp_path, HEAD + FIRM, name="sdn_2022-12-30.csv", options=Options())
    assert "as of 2022-12-30" in rows(named, "entities")[0]["attributes"]
    with pytest.raises(BadFile, match="--as-of"):
        read(tmp_path, HEAD + FIRM, options=Options())


def test_a_day_is_only_for_lists(tmp_path) -> None:
    assert with_list_date(FORMAT, Options(), datetime(2023, 1, 5, tzinfo=UTC))[1].values == {"as_of": date(2023, 1, 5)}
    with pytest.raises(BadQuestion, match="world-port-index"):
        with_list_date(PORTS, Options(), datetime(2023, 1, 5, tzinfo=UTC))


def test_an_address_with_a_street_is_one_location_for_all_who_are_listed_there(tmp_path) -> None:
    text = ADDRESSES + "101,1,Calle 74,Cali,Colombia,-0-\n102,2,Calle 74,Cali,Colombia,-0-\n"
    batch = read(tmp_path, text)
    assert {one["key"] for one in rows(batch, "entities")} == {"address:Calle 74|Cali|Colombia"}
    assert [(one["from_key"], one["kind"]) for one in rows(batch, "links")] == [
        ("entry:101", "address"),
        ("entry:102", "address"),
    ]


def test_two_who_are_listed_in_one_town_do_not_meet_there(tmp_path) -> None:
    batch = read(tmp_path, ADDRESSES + "101,1,-0-,Cali,Colombia,-0-\n102,2,-0-,Cali,Colombia,-0-\n")
    assert [one["key"] for one in rows(batch, "entities")] == ["address:entry:101:1", "address:entry:102:2"]


def test_an_address_that_says_nothing_is_kept_aside(tmp_path) -> None:
    batch = read(tmp_path, ADDRESSES + "101,1,-0-,-0-,-0-,-0-\n")
    assert batch.rejects.select("line", "column").rows() == [(2, "Country")]


@pytest.mark.parametrize(
    ("town", "country", "precision"),
    [
        ("Bogota", "Colombia", PlacePrecision.TOWN),
        ("Guadalajara, Jalisco C.P. 44630", "Mexico", PlacePrecision.TOWN),
        ("Miami, FL 33139", "United States", PlacePrecision.TOWN),
        ("Reynosa, Tabasco", "Mexico", PlacePrecision.COUNTRY),
        ("Portland, ME", "United States", PlacePrecision.STATE),
        ("Zapopan, Jalisco", "Mexico", PlacePrecision.COUNTRY),
        ("", "Burma", PlacePrecision.COUNTRY),
    ],
)
def test_a_place_is_never_finer_than_it_is_stated(town: str, country: str, precision: PlacePrecision) -> None:
    place = locate(town, country)
    assert place is not None
    assert place.precision == PLACE_CODES[precision]


def test_a_country_that_nobody_knows_has_no_place() -> None:
    assert locate("Cali", "Atlantis") is None


def test_another_table_is_refused(tmp_path) -> None:
    with pytest.raises(BadFile, match="neither the list of OFAC nor its addresses"):
        read(tmp_path, "a,b\n1,2\n")


def test_rejects_are_of_the_shape_that_all_formats_share(tmp_path) -> None:
    schema = read(tmp_path, HEAD + FIRM.replace("101", "x")).rejects.schema
    assert schema == pl.Schema({"line": pl.Int64, "column": pl.String, "value": pl.String, "reason": pl.String})
