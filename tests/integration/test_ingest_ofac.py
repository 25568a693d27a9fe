"""OFAC's list in the store: whole, only once, new versions for what changed, no ties to any other source."""

from datetime import date
from pathlib import Path
from uuid import uuid4

import polars as pl
import psycopg
import pytest

from watchfloor.data.address import Role
from watchfloor.data.ingest.format import Format, Options, SourceInfo
from watchfloor.data.ingest.frames import Batch
from watchfloor.data.ingest.ofac_sdn import FORMAT
from watchfloor.data.ingest.pipeline import Order, RunReport, ingest, ingest_batches
from watchfloor.data.ingest.undo import undo_run
from watchfloor.data.registry import PUBLIC
from watchfloor.data.repository import Asker, Repository
from watchfloor.geo.errors import BadFile

HEAD = "ent_num,SDN_Name,SDN_Type,Program,Title,Call_Sign,Vess_type,Tonnage,GRT,Vess_flag,Vess_owner,Remarks\n"
FIRM = "101,EXAMPLE LTDA.,-0-,SDNTK,-0-,-0-,-0-,-0-,-0-,-0-,-0-,NIT # 8901-3 (Colombia).\n"
PERSON = '102,"DOE EXAMPLE, Jane",individual,SDNTK,-0-,-0-,-0-,-0-,-0-,-0-,-0-,Linked To: EXAMPLE LTDA..\n'
NEW_YEAR = date(2023, 1, 1)


def load(store, *paths: Path, as_of: date = NEW_YEAR) -> RunReport:
    return ingest(store, Order(FORMAT, PUBLIC, "tests", Options({"as_of": as_of})), paths)


def load_text(store, folder: Path, text: str, as_of: date = NEW_YEAR) -> RunReport:
    (folder / "list.csv").write_text(HEAD + text)
    return load(store, folder / "list.csv", as_of=as_of)


def rows(store, question: str) -> list[tuple]:
    with psycopg.connect(store.conninfo(Role.INTAKE)) as connection:
        return connection.execute(question).fetchall()


def test_a_changed_entry_is_a_new_version_and_takes_its_numbers_with_it(store, tmp_path) -> None:
    load_text(store, tmp_path, FIRM + PERSON)
    report = load_text(store, tmp_path, FIRM.replace("8901-3", "8901-4") + PERSON)
    assert report.totals() == {"read": 2, "loaded": 0, "unchanged": 1, "superseded": 1, "quarantined": 0}
    assert rows(store, "SELECT value FROM watchfloor.identifier WHERE recorded_to = 'infinity'") == [("8901-4",)]
    assert rows(store, "SELECT value FROM watchfloor.identifier WHERE recorded_to < 'infinity'") == [("8901-3",)]


def test_an_entry_that_left_the_list_is_withdrawn_and_stays_known_as_of_the_last_list_that_had_it(
    store, tmp_path
) -> None:
    load_text(store, tmp_path, FIRM + PERSON)
    report = load_text(store, tmp_path, FIRM, as_of=date(2023, 2, 1))
    listed = "SELECT name, attributes->>'listing' FROM watchfloor.entity WHERE recorded_to {} 'infinity' ORDER BY 1, 2"
    assert rows(store, listed.format("=")) == [("EXAMPLE LTDA.", "listed by OFAC as of 2023-02-01")]
    gone = ("DOE EXAMPLE, Jane", "listed by OFAC as of 2023-01-01")
    assert gone in rows(store, listed.format("<"))
    # and what it was linked to
    assert report.files[0].notes["withdrawn: no longer on the list"] == 2


def test_a_list_without_any_link_withdraws_those_that_the_one_before_had(store, tmp_path) -> None:
    load_text(store, tmp_path, FIRM + PERSON)
    alone = PERSON.replace("Linked To: EXAMPLE LTDA..", "-0-")
    report = load_text(store, tmp_path, FIRM + alone, as_of=date(2023, 2, 1))
    links = "SELECT kind FROM watchfloor.link WHERE recorded_to {} 'infinity'"
    assert (rows(store, links.format("=")), rows(store, links.format("<"))) == ([], [("linked_to",)])
    assert report.files[0].notes["withdrawn: no longer on the list"] == 1
    undo_run(store, report.run, by="tests")
    assert rows(store, links.format("=")) == [("linked_to",)]


def test_a_list_that_lost_all_of_many_links_looks_cut_off(store, tmp_path) -> None:
    some = [PERSON.replace("102", str(1000 + n)) for n in range(60)]
    load_text(store, tmp_path, FIRM + "".join(some))
    alone = "".join(some).replace("Linked To: EXAMPLE LTDA..", "-0-")
    with pytest.raises(BadFile, match="lacks 60 of the 60 records"):
        load_text(store, tmp_path, FIRM + alone, as_of=date(2023, 2, 1))
    assert rows(store, "SELECT count(*) FROM watchfloor.link WHERE recorded_to = 'infinity'") == [(60,)]


def test_an_older_list_is_refused_after_a_newer_one(store, tmp_path) -> None:
    newer = load_text(store, tmp_path, FIRM, as_of=date(2023, 2, 1))
    with pytest.raises(BadFile, match=f"older than that of 2023-02-01, which run {newer.run} loaded"):
        load_text(store, tmp_path, FIRM + PERSON)
    undo_run(store, newer.run, by="tests")
    assert load_text(store, tmp_path, FIRM + PERSON).totals()["loaded"] == 2


def test_a_list_that_was_cut_off_withdraws_nothing(store, tmp_path) -> None:
    many = "".join(FIRM.replace("101", str(1000 + n)) for n in range(100))
    load_text(store, tmp_path, many)
    with pytest.raises(BadFile, match="lacks 60 of the 100 records"):
        load_text(store, tmp_path, "".join(many.splitlines(True)[:40]), as_of=date(2023, 2, 1))
    assert rows(store, "SELECT count(*) FROM watchfloor.entity WHERE recorded_to = 'infinity'") == [(100,)]


def test_an_entry_that_stands_on_the_list_and_cannot_be_read_is_not_withdrawn(store, tmp_path) -> None:
    load_text(store, tmp_path, FIRM + PERSON)
    load_text(store, tmp_path, FIRM + PERSON.replace("individual", "ghost"), as_of=date(2023, 2, 1))
    assert rows(store, "SELECT count(*) FROM watchfloor.entity WHERE recorded_to = 'infinity'") == [(2,)]


def test_another_source_keeps_what_a_list_no_longer_has(store, tmp_path) -> None:
    load_text(store, tmp_path, FIRM)
    nowhere = {"lon": None, "lat": None, "uncertainty_m": None, "place_precision": 7}
    entity = pl.DataFrame([{"key": "x", "pole": "person", "kind": "organisation", "name": "Other"} | nowhere])
    other = Format("planted", "", SourceInfo("planted", "planted", "tests", "none"), True, lambda _o, _p: iter(()))
    ingest_batches(store, Order(other, PUBLIC, "tests"), "planted", iter([Batch(1, {"entities": entity})]))
    load_text(store, tmp_path, FIRM, as_of=date(2023, 2, 1))
    assert rows(store, "SELECT count(*) FROM watchfloor.entity WHERE recorded_to = 'infinity'") == [(2,)]


def test_other_names_are_read_with_the_list_and_refused_alone(store, tmp_path) -> None:
    (tmp_path / "sdn.csv").write_text(HEAD + FIRM)
    (tmp_path / "alt.csv").write_text('101,11,"aka","SAMPLE LIMITED","-0- "\n101,12,"fka","EXAMPLE HOLDING",-0-\n')
    report = load(store, tmp_path / "sdn.csv", tmp_path / "alt.csv")
    names = "SELECT value FROM watchfloor.identifier WHERE scheme = 'alias' AND recorded_to = 'infinity' ORDER BY 1"
    assert rows(store, names) == [("EXAMPLE HOLDING",), ("SAMPLE LIMITED",)]
    assert report.totals()["read"] == 1
    assert rows(store, "SELECT count(identity) FROM watchfloor.identifier") == [(0,)]
    with pytest.raises(BadFile, match="load it in one run with the list itself"):
        load(store, tmp_path / "alt.csv")


def test_an_entity_of_the_same_name_and_number_in_another_source_stays_another(store, tmp_path) -> None:
    nowhere = {"lon": None, "lat": None, "uncertainty_m": None, "place_precision": 7}
    entity = {"key": "entry:101", "pole": "person", "kind": "organisation", "name": "EXAMPLE LTDA."} | nowhere
    number = {"entity_key": "entry:101", "scheme": "nit (Colombia)", "value": "8901-3"}
    batch = Batch(1, {"entities": pl.DataFrame([entity]), "identifiers": pl.DataFrame([number])})
    other = Format("planted", "", SourceInfo("planted", "planted", "tests", "none"), True, lambda _o, _p: iter(()))
    ingest_batches(store, Order(other, PUBLIC, "tests"), "planted", iter([batch]))
    load_text(store, tmp_path, FIRM + PERSON)
    assert rows(store, "SELECT count(*) FROM watchfloor.entity WHERE recorded_to = 'infinity'") == [(3,)]
    assert rows(
        store,
        "SELECT count(*) FROM watchfloor.link AS l JOIN watchfloor.entity AS e ON e.id IN (l.from_id, l.to_id) "
        "JOIN watchfloor.run AS r ON r.id = e.run_id WHERE r.format = 'planted'",
    ) == [(0,)]


def test_the_public_finds_an_entry_by_name_and_by_number_and_reads_that_it_is_listed(store, tmp_path, people) -> None:
    load_text(store, tmp_path, FIRM + PERSON)
    asker = Asker(people.token("public"), uuid4())
    with Repository(store) as repository:
        found = [repository.search(asker, text) for text in ("doe example", "8901-3")]
        page = repository.entity(asker, found[1][0].id)
    assert [[one.name for one in some] for some in found] == [["DOE EXAMPLE, Jane"], ["EXAMPLE LTDA."]]
    assert ("listing", "listed by OFAC as of 2023-01-01") in page.facts
    assert [one.name for one in page.linked] == ["DOE EXAMPLE, Jane"]


@pytest.mark.real
def test_the_real_list_and_its_addresses_are_loaded_whole_and_only_once(store, real_data) -> None:
    paths = [real_data / f"sanctions/ofac_sdn_narcotics_{name}.csv.gz" for name in ("sample", "addresses")]
    first, second = (load(store, *paths) for _ in range(2))
    assert [tuple(file.counts().values()) for file in first.files] == [
        # read, loaded, unchanged, superseded, quarantined
        (1_168, 1_168, 0, 0, 0),
        (1_898, 1_684, 148, 0, 66),
    ]
    assert second.totals() == {"read": 3_066, "loaded": 0, "unchanged": 3_000, "superseded": 0, "quarantined": 66}
    assert first.files[0].notes == {
        "linked to": 545,
        "linked to a name that is no entry of this file, or of several": 24,
        "part of the remarks that is kept as it stands": 6,
    }
    assert first.files[1].notes == {
        "address known to the town": 857,
        "address known to the state": 5,
        "address known to the country": 970,
    }
    assert rows(store, "SELECT pole, kind, count(*) FROM watchfloor.entity GROUP BY 1, 2 ORDER BY 1, 2") == [
        ("location", "address", 1_684),
        ("object", "aircraft", 1),
        ("person", "organisation", 957),
        ("person", "person", 210),
    ]
    assert rows(store, "SELECT kind, count(*) FROM watchfloor.link GROUP BY 1 ORDER BY 1") == [
        ("address", 1_832),
        ("linked_to", 545),
    ]
    assert rows(store, "SELECT count(*) FROM watchfloor.identifier") == [(938,)]
    lost = (
        "SELECT count(*) FROM watchfloor.link AS l WHERE NOT EXISTS (SELECT 1 FROM watchfloor.entity AS e WHERE e.id = "
        "l.from_id) OR NOT EXISTS (SELECT 1 FROM watchfloor.entity AS e WHERE e.id = l.to_id)"
    )
    assert rows(store, lost) == [(0,)]
