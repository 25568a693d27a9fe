"""The command mapping, and `ingest` by kept mappings: as a person and as a script meet them."""

import json

import pytest

from watchfloor.data.registry import LabelSpec
from watchfloor.geo.scope import Right, Tlp

from .command_line import over_main

HEAD = "Case,Date,Lat,Lon,Drug,kg\n"
TABLE = HEAD + "1,2024-03-14,32.5521,-117.0431,Cocaine,12.5\n2,2024-05-26,31.3340,-110.9401,Heroin,3\n"
NEXT = HEAD + "7,2024-06-14,32.5521,-117.0431,moon dust,12.5\n"
ANSWERS = ("--answer", "place.precision=street")


@pytest.fixture
def command(store, people, tmp_path, monkeypatch):
    """Runs the program in this process over this test's store: what it printed, on stdout and on stderr."""
    url = f"postgresql://watchfloor_owner@/{store.database}?host={store.socket_dir}&port={store.port}"
    monkeypatch.setenv("WATCHFLOOR_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("WATCHFLOOR_DATABASE_URL", url)
    monkeypatch.delenv("WATCHFLOOR_AS", raising=False)
    monkeypatch.chdir(tmp_path)
    people.account("ada", "NTF", (Right.OPERATE, ""))
    people.account("ana", "NTF")
    people.account("bob", "CGD")
    people.label(LabelSpec("NTF", Tlp.AMBER))
    (tmp_path / "march.csv").write_text(TABLE)
    (tmp_path / "june.csv").write_text(NEXT)

    return over_main(monkeypatch)


def kept(command, *more: str, by: str = "ana") -> None:
    command(
        "ingest", "csv", "march.csv", "--suggest", *ANSWERS, "--save", "state lab", "--label", "NTF/AMBER", "--as", by,
        "--out", "lab.toml", *more,
    )  # fmt: skip


def told(command, *arguments: str) -> dict:
    return json.loads(command(*arguments, "--json")[0])


def test_a_draft_is_kept_used_by_name_and_told_by_the_run(command) -> None:
    kept(command)
    loaded = told(command, "ingest", "csv", "march.csv", "--map", "state lab", "--label", "NTF/AMBER", "--as", "ana")
    assert loaded["loaded"] == 2
    shown = command("run", "show", str(loaded["run"]), "--as", "ana")[0]
    assert "mapping      state lab version 1" in shown
    again = told(command, "ingest", "csv", "march.csv", "--map", "state lab@1", "--label", "NTF/AMBER", "--as", "ana")
    assert again["unchanged"] == 2


def test_a_table_without_a_mapping_is_told_which_kept_one_fits_and_to_no_other_agency(command) -> None:
    kept(command)
    said = command("ingest", "csv", "june.csv", "--label", "NTF/AMBER", "--as", "ana", code=2)[1]
    assert "mapping 'state lab' version 1 fits these columns: use --map 'state lab'" in said
    said = command("ingest", "csv", "june.csv", "--label", "CGD/AMBER", "--as", "bob", code=2)[1]
    assert "state lab" not in said
    assert "needs --map" in said


def test_a_draft_begins_with_the_kept_mapping_that_fits_and_says_so(command) -> None:
    kept(command)
    said = command("ingest", "csv", "june.csv", "--suggest", "--as", "ana")[0]
    assert "Begun from mapping 'state lab' version 1, which fits these columns" in said
    draft = told(command, "ingest", "csv", "june.csv", "--suggest", "--as", "ana")
    assert draft["begun_from"] == "mapping 'state lab' version 1"
    assert [question["key"] for question in draft["questions"]] == ["substances.words.moon dust"]
    answered = told(
        command, "ingest", "csv", "june.csv", "--suggest", "--as", "ana",
        "--answer", "substances.words.moon dust=ketamine", "--save", "state lab",
    )  # fmt: skip
    assert (answered["kept"], answered["sample"]["kept_aside"]) == ("mapping 'state lab' version 2", 0)
    assert told(command, "ingest", "csv", "june.csv", "--suggest", "--as", "ana", "--anew")["begun_from"] is None
    assert told(command, "ingest", "csv", "june.csv", "--suggest", "--as", "bob")["begun_from"] is None


def test_versions_are_listed_shown_compared_exported_and_retired(command, tmp_path) -> None:
    kept(command)
    changed = (tmp_path / "lab.toml").read_text().replace('precision = "street"', 'precision = "town"')
    (tmp_path / "changed.toml").write_text(changed)
    saved = told(command, "mapping", "save", "state lab", "changed.toml", "--for", "march.csv", "--as", "ana")
    assert (saved["version"], saved["is_new"]) == (2, True)
    assert told(command, "mapping", "save", "state lab", "changed.toml", "--as", "ana")["is_new"] is False

    listed = told(command, "mapping", "list", "--all", "--as", "ana")["mappings"]
    assert [(m["name"], m["version"], m["label"][:9]) for m in listed] == [
        ("state lab", 2, "TLP:AMBER"),
        ("state lab", 1, "TLP:AMBER"),
    ]
    assert "state lab" in command("mapping", "list", "--as", "ana")[0]
    assert told(command, "mapping", "list")["mappings"] == []
    assert 'precision = "street"' in command("mapping", "show", "state lab@1", "--as", "ana")[0]
    lines = told(command, "mapping", "diff", "state lab@1", "state lab", "--as", "ana")["lines"]
    assert [line for line in lines if line[:1] in "+-" and line[:3] not in ("+++", "---")] == [
        '-precision = "street"',
        '+precision = "town"',
    ]
    command("mapping", "export", "state lab@2", "--to", "out.toml", "--as", "ana")
    assert (tmp_path / "out.toml").read_text() == changed

    assert "Retired: 2 versions" in command("mapping", "retire", "state lab", "--as", "ana")[0]
    assert "was retired on" in command(
        "ingest", "csv", "march.csv", "--map", "state lab", "--label", "NTF/AMBER", "--as", "ana", code=2
    )[1]  # fmt: skip
    assert command("mapping", "list", "--as", "ana")[0].count("state lab") == 0


def test_only_the_owners_accounts_and_operators_keep_and_retire(command) -> None:
    kept(command)
    said = command("mapping", "save", "their lab", "lab.toml", "--label", "NTF/GREEN", "--as", "bob", code=2)[1]
    assert "bob may load what its own agency owns" in said
    said = command("mapping", "save", "all labs", "lab.toml", "--label", "public", "--as", "bob", code=2)[1]
    assert "bob may keep mappings of its own agency" in said
    command("mapping", "save", "shared", "lab.toml", "--label", "NTF/GREEN", "--as", "ana")
    assert "may load what its own agency owns" in command("mapping", "retire", "shared", "--as", "bob", code=2)[1]
    assert told(command, "mapping", "retire", "shared", "--as", "ada")["retired"] == 1


def test_a_new_name_without_a_label_is_asked_back(command) -> None:
    kept(command)
    said = command("mapping", "save", "another", "lab.toml", "--as", "ana", code=2)[1]
    assert "give --label OWNER/TLP" in said


def test_a_hostile_name_is_text_and_orders_nothing(command) -> None:
    kept(command)
    command("mapping", "save", "=1<b>[red]", "lab.toml", "--label", "NTF/AMBER", "--as", "ana")
    assert "=1<b>[red]" in command("mapping", "list", "--as", "ana")[0]
    assert "\x1b" not in command("mapping", "show", "=1<b>[red]", "--as", "ana")[0]
    assert "is no name of a mapping" in command("mapping", "save", "\x1b[31m", "lab.toml", code=2)[1]
