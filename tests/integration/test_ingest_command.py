"""The commands ingest and formats, as a person and as a script meet them."""

import io
import json
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
import structlog

from watchfloor.app.__main__ import main
from watchfloor.data.address import Role
from watchfloor.data.ingest import cbp_drugs
from watchfloor.data.ingest.catalogue import FORMATS
from watchfloor.geo.scope import PrincipalKind, Right

HEAD = ",".join(cbp_drugs.COLUMNS) + "\n"
ROW = "2020,OCT,Office of Field Operations,Coastal/Interior,Other,ATLANTA FIELD OFFICE,Cocaine,2,10.5\n"
MAPPING = """
target = "seizures"
[source]
code = "own"
title = "Own"
publisher = "Own"
licence = "none"
[record]
key = ["id"]
[time]
columns = ["day"]
format = "%Y-%m-%d"
precision = "day"
"""


@dataclass(frozen=True, slots=True)
class Done:
    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def command(store, tmp_path, monkeypatch):
    """Runs the program in this process over this test's store."""
    url = f"postgresql://watchfloor_owner@/{store.database}?host={store.socket_dir}&port={store.port}"
    monkeypatch.setenv("WATCHFLOOR_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("WATCHFLOOR_DATABASE_URL", url)
    monkeypatch.delenv("WATCHFLOOR_AS", raising=False)
    (tmp_path / "good.csv").write_text(HEAD + ROW)
    (tmp_path / "dirty.csv").write_text(HEAD + ROW.replace("2020", "2021") + ROW.replace("OCT", "\x1b[31mX"))
    (tmp_path / "own.csv").write_text("id,day\n1,2024-01-01\n")
    (tmp_path / "own.toml").write_text(MAPPING)

    def run(*arguments: str) -> Done:
        out, err = io.StringIO(), io.StringIO()
        monkeypatch.setattr(sys, "argv", ["watchfloor", *arguments])
        wiring = structlog.get_config()
        with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as end:
            main()
        structlog.configure(**wiring)
        return Done(int(end.value.code or 0), out.getvalue(), err.getvalue())

    return run


def rows(store, question: str) -> list[tuple]:
    with psycopg.connect(store.conninfo(Role.OWNER)) as connection:
        connection.execute("SET ROLE watchfloor_intake")
        return connection.execute(question).fetchall()


LAST_LABEL = (
    "SELECT a.code, l.tlp, l.compartment, r.started_by FROM watchfloor.run AS r JOIN watchfloor.label AS l "
    "ON l.id = r.label_id JOIN watchfloor.agency AS a ON a.id = l.owner_id ORDER BY r.id DESC LIMIT 1"
)


def test_a_run_ends_with_one_json_object_for_a_script(command, tmp_path) -> None:
    done = command("ingest", "cbp-drugs", str(tmp_path / "good.csv"), str(tmp_path / "dirty.csv"), "--json")
    assert (done.returncode, done.stderr) == (0, "")
    said = json.loads(done.stdout)
    counts = {"read": 3, "loaded": 2, "unchanged": 0, "superseded": 0, "quarantined": 1}
    assert {key: said[key] for key in counts} == counts
    assert isinstance(said["run"], int)
    assert [(file["name"], file["read"], file["quarantined"]) for file in said["files"]] == [
        ("good.csv", 1, 0),
        ("dirty.csv", 2, 1),
    ]


def test_a_run_ends_with_a_table_for_a_person_and_no_order_for_the_terminal(command, tmp_path) -> None:
    done = command("ingest", "cbp-drugs", str(tmp_path / "dirty.csv"))
    assert done.returncode == 0
    assert "dirty.csv, line 3, Month (abbv) '�[31mX': is not a month as three letters" in done.stdout
    assert "\x1b" not in done.stdout
    assert "2 rows in" in done.stdout


def test_strict_exits_3_and_loads_nothing(command, store, tmp_path) -> None:
    done = command("ingest", "cbp-drugs", str(tmp_path / "dirty.csv"), "--strict", "--json")
    said = json.loads(done.stdout)
    assert (done.returncode, said["published"], said["loaded"], said["quarantined"]) == (3, False, 0, 1)
    assert rows(store, "SELECT count(*) FROM watchfloor.reported") == [(0,)]
    assert command("ingest", "cbp-drugs", str(tmp_path / "good.csv"), "--strict").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("cbp-drugs", "none.csv"), "none.csv: cannot be opened"),
        (("cbp-drugs", "own.csv"), "own.csv: is not what it claims to be"),
        (("nonsense", "good.csv"), "there is no format 'nonsense'"),
        (("csv", "own.csv", "--map", "own.toml"), "are not public by nature: give --label"),
        (("csv", "own.csv", "--label", "public"), "needs --map"),
        (("cbp-drugs", "good.csv", "--map", "own.toml"), "--map is for csv"),
        (("cbp-drugs", "good.csv", "--label", "DEA/PINK"), "no TLP marking"),
        (("cbp-drugs", "good.csv", "--label", "NOBODY/RED"), "knows no agency NOBODY"),
        (("cbp-drugs", "good.csv", "--as", "nobody"), "no active account 'nobody'"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_exit_2(command, tmp_path, *, arguments, said) -> None:
    paths = (str(tmp_path / word) if word.endswith((".csv", ".toml")) else word for word in arguments)
    done = command("ingest", *paths)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("watchfloor: ")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_data_with_a_label_are_loaded_under_it(command, store, people, tmp_path) -> None:
    people.agency("DEA")
    arguments = ("ingest", "csv", str(tmp_path / "own.csv"), "--map", str(tmp_path / "own.toml"))
    assert command(*arguments, "--label", "AMBER+STRICT/LANTERN", "--owner", "DEA").returncode == 0
    ((owner, tlp, compartment, started_by),) = rows(store, LAST_LABEL)
    assert (owner, tlp, compartment) == ("DEA", 3, "LANTERN")
    assert started_by.startswith("operator ")


def test_an_account_loads_what_its_agency_owns_and_what_is_public(command, store, people, tmp_path) -> None:
    people.account("ana", "DEA")
    people.account("wall", "DEA", kind=PrincipalKind.WALL)
    people.account("ops", "CBP", (Right.OPERATE, "yes"))
    own = ("ingest", "cbp-drugs", str(tmp_path / "good.csv"), "--label", "DEA/GREEN")
    public = ("ingest", "cbp-drugs", str(tmp_path / "good.csv"))
    assert command(*own, "--as", "ana").returncode == 0
    assert rows(store, LAST_LABEL) == [("DEA", 1, None, "ana")]
    assert command(*public, "--as", "ana").returncode == 0
    people.agency("HSI")
    assert command(*public, "--label", "HSI/GREEN", "--as", "ana").returncode == 2
    assert command(*public, "--label", "HSI/GREEN", "--as", "ops").returncode == 0
    assert command(*public, "--as", "wall").returncode == 2


def test_formats_lists_them_all(command) -> None:
    listed = json.loads(command("formats", "--json").stdout)["formats"]
    assert [form["name"] for form in listed] == list(FORMATS)
    assert all(form["licence"] for form in listed if form["is_public"])
    shown = command("formats").stdout
    assert all(name in shown for name in FORMATS)


def test_a_path_is_kept_to_its_last_part(command, store, tmp_path) -> None:
    command("ingest", "cbp-drugs", str(Path(tmp_path / "good.csv")))
    assert rows(store, "SELECT name FROM watchfloor.run_file ORDER BY run_id DESC LIMIT 1") == [("good.csv",)]
