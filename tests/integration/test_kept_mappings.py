"""Kept mappings: versions that stay, under the label's policy, found by name; and the run that says which it used."""

import psycopg
import pytest

from watchfloor.data.address import Role
from watchfloor.data.door import Asked, Door
from watchfloor.data.ingest.catalogue import configured_format
from watchfloor.data.ingest.mapping_text import MappingText
from watchfloor.data.ingest.pipeline import Order, ingest
from watchfloor.data.ingest.run_rows import intake_connection
from watchfloor.data.mappings import find_version, list_mappings, newest, resolve
from watchfloor.data.mappings_fit import fitting
from watchfloor.data.mappings_save import NewMapping, retire_mappings, save_mapping
from watchfloor.data.questions.provenance import writing
from watchfloor.data.registry import PUBLIC, LabelSpec
from watchfloor.data.runs import find_run
from watchfloor.geo.errors import BadFile, BadInput, BadQuestion
from watchfloor.geo.scope import Tlp

TOML = """target = "seizures"
[source]
code = "lab"
title = "Lab"
publisher = "Lab"
licence = "none"
[record]
key = ["id"]
[time]
columns = ["day"]
format = "%Y-%m-%d"
precision = "day"
"""
OWN = LabelSpec("NTF", Tlp.AMBER)


@pytest.fixture
def kept(store, people):
    """Keeps a mapping in this test's store, and gives the version."""
    people.account("ana", "NTF")
    people.account("bob", "CGD")

    def keep(name: str = "state lab", toml: str = TOML, label: LabelSpec = OWN, header: tuple[str, ...] = ()):
        return save_mapping(store, NewMapping(name, toml, label, "ana", header))

    return keep


@pytest.fixture
def seen(store, people):
    """What a question about mappings answers to an account."""

    def ask(name, question, *given):
        token = people.token(name)
        with Door(store, most=1) as door, door.open(token, Asked("record")) as (connection, scope):
            return question(connection, *given, scope.agency)

    return ask


def test_a_change_under_the_same_name_is_a_new_version_and_the_old_one_stays(kept, store) -> None:
    assert kept().kept.version == 1
    again = kept()
    assert (again.kept.version, again.is_new) == (1, False)
    assert kept(toml=TOML.replace("none", "open")).kept.version == 2

    with intake_connection(store) as connection:
        assert find_version(connection, "state lab@1").toml == TOML
        assert 'licence = "open"' in find_version(connection, "state  lab").toml
        assert [k.version for k in newest(list_mappings(connection))] == [2]


def test_a_version_cannot_be_changed_or_deleted_by_who_loads(kept, store) -> None:
    kept()
    for statement in ("UPDATE watchfloor.mapping SET toml = ''", "DELETE FROM watchfloor.mapping"):
        with intake_connection(store) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement)


def test_a_mapping_that_an_account_may_not_see_looks_absent_and_its_name_is_free(kept, seen) -> None:
    kept()
    assert seen("ana", resolve, "state lab").toml == TOML
    with pytest.raises(BadQuestion, match="no mapping 'state lab'"):
        seen("bob", resolve, "state lab")
    assert kept(label=LabelSpec("CGD", Tlp.GREEN)).kept.version == 1


def test_the_own_agencys_mapping_goes_before_anothers_of_that_name(kept, seen) -> None:
    kept(label=LabelSpec("NTF", Tlp.GREEN))
    other = kept(label=LabelSpec("CGD", Tlp.GREEN)).kept
    assert seen("bob", resolve, "state lab").number == other.id
    assert seen("ana", resolve, "CGD/state lab").number == other.id
    assert seen("ana", find_version, "state lab").owner == "NTF"


def test_a_name_that_two_other_agencies_use_is_asked_back(kept, store) -> None:
    kept(label=LabelSpec("NTF", Tlp.GREEN))
    kept(label=LabelSpec("CGD", Tlp.GREEN))
    with intake_connection(store) as connection, pytest.raises(BadQuestion, match="'CGD/state lab', 'NTF/state lab'"):
        resolve(connection, "state lab")


def test_a_file_and_a_kept_mapping_of_one_name_are_told_apart(kept, store, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    kept("lab")
    (tmp_path / "lab").write_text("in a file")
    (tmp_path / "other.toml").write_text("another")
    with intake_connection(store) as connection:
        with pytest.raises(BadQuestion, match=r"'\./lab' for the file, or 'lab@1' for the kept one"):
            resolve(connection, "lab")
        assert resolve(connection, "./lab").toml == "in a file"
        assert resolve(connection, "lab@1").toml == TOML
        assert resolve(connection, str(tmp_path / "other.toml")) == MappingText("other.toml", "another")
        with pytest.raises(BadQuestion, match="and no file of that name"):
            resolve(connection, "<b>nobody")


def test_a_retired_mapping_is_refused_and_the_next_version_of_its_name_lives(kept, store) -> None:
    version = kept().kept
    assert retire_mappings(store, [version], "ana") == 1
    with intake_connection(store) as connection:
        with pytest.raises(BadQuestion, match=r"was retired on .* by ana"):
            resolve(connection, "state lab")
        assert find_version(connection, "state lab", with_retired=True).id == version.id
    assert kept().kept.version == 2


@pytest.mark.parametrize("name", ["", "  ", "a@2", "a/b", "lab.toml", "-x", ".x", "a\x1bb", "x" * 81])
def test_what_cannot_be_told_from_a_path_or_a_version_is_no_name(kept, name: str) -> None:
    with pytest.raises(BadInput, match="is no name of a mapping"):
        kept(name)


def test_what_is_no_mapping_is_not_kept(kept, store) -> None:
    with pytest.raises(BadFile, match="the target seizures needs"):
        kept(toml='target = "seizures"\n[source]\ncode="a"\ntitle=""\npublisher=""\nlicence=""\n')
    with intake_connection(store) as connection:
        assert list_mappings(connection) == []


def test_what_fits_is_what_names_only_columns_that_are_there_the_very_header_first(kept, seen) -> None:
    kept("wide", header=("id", "day", "x"))
    kept("same", header=("day", "id", "y"))
    kept("strange", toml=TOML.replace('"day"]', '"date"]'))
    fits = seen("ana", fitting, ("id", "day", "y"))
    assert [(fit.kept.name, fit.is_same) for fit in fits] == [("same", True), ("wide", False)]
    assert fits[0].sentence("NTF") == "mapping 'same' version 1 fits these columns: use --map 'same'"
    assert fits[1].sentence(None) == "mapping 'wide' version 1 names 2 of the 3 columns: use --map 'NTF/wide'"
    assert seen("bob", fitting, ("id", "day", "y")) == []


def test_a_run_and_its_records_tell_the_mapping_and_version_to_those_who_may_see_it(
    kept, store, people, tmp_path
) -> None:
    kept()
    number = kept(toml=TOML.replace("none", "open")).kept.id
    (tmp_path / "a.csv").write_text("id,day\n1,2024-01-01\n")
    with intake_connection(store) as connection:
        form, options = configured_format("csv", resolve(connection, "state lab"))
    run = ingest(store, Order(form, PUBLIC, "tests", options), [tmp_path / "a.csv"]).run

    def told(name: str) -> tuple[str | None, str | None]:
        with Door(store, most=1) as door, door.open(people.token(name), Asked("record")) as (connection, _):
            provenance = writing(connection, [run]).provenance(run)
            return find_run(connection, run).mapping, provenance.mapping if provenance else None

    assert told("ana") == ("state lab version 2", "state lab version 2")
    assert told("bob") == (None, None)
    with psycopg.connect(store.conninfo(Role.OWNER)) as owner:
        assert owner.execute("SELECT mapping_id FROM watchfloor.run WHERE id = %s", [run]).fetchone() == (number,)


def test_a_run_by_a_file_tells_its_name_and_digest(store, people, tmp_path) -> None:
    people.account("ana", "NTF")
    (tmp_path / "a.csv").write_text("id,day\n1,2024-01-01\n")
    (tmp_path / "lab.toml").write_text(TOML)
    form, options = configured_format("csv", tmp_path / "lab.toml")
    run = ingest(store, Order(form, PUBLIC, "tests", options), [tmp_path / "a.csv"]).run
    with Door(store, most=1) as door, door.open(people.token("ana"), Asked("record")) as (connection, _):
        assert find_run(connection, run).options["mapping"] == f"lab.toml, SHA-256 {MappingText('', TOML).sha256}"
