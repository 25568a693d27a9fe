"""The command run: who sees which runs, and rows kept aside that are mended and given back."""

import json

import psycopg
import pytest

from watchfloor.data.address import Role
from watchfloor.data.ingest import cbp_drugs
from watchfloor.geo.scope import Right

from .command_line import over_store

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


@pytest.fixture
def command(store, people, tmp_path, monkeypatch):
    """Runs the program in this process over this test's store: exit code and what it printed."""
    people.account("ada", "NTF", (Right.OPERATE, ""))
    people.account("bob", "CGD")

    return over_store(store, tmp_path / "home", monkeypatch)


def loaded(command, *arguments: str) -> int:
    return json.loads(command("ingest", *arguments, "--json")[0])["run"]


def test_a_run_tells_its_file_digest_counts_and_who_loaded_it(command, tmp_path) -> None:
    (tmp_path / "good.csv").write_text(HEAD + ROW)
    number = loaded(command, "cbp-drugs", str(tmp_path / "good.csv"), "--as", "ada")

    found = json.loads(command("run", "show", str(number), "--json")[0])
    assert (found["started_by"], found["loaded"], found["files"][0]["name"]) == ("ada", 1, "good.csv")
    assert len(found["files"][0]["sha256"]) == 64
    assert "good.csv" in command("run", "show", str(number))[0]


def test_a_run_under_a_label_that_the_account_may_not_see_looks_absent(command, tmp_path) -> None:
    (tmp_path / "own.csv").write_text("id,day\n1,2024-01-01\n")
    (tmp_path / "own.toml").write_text(MAPPING)
    own = ["csv", str(tmp_path / "own.csv"), "--map", str(tmp_path / "own.toml"), "--label", "NTF/AMBER"]
    number = loaded(command, *own)

    listed = {
        name: {run["id"] for run in json.loads(command("run", "list", "--as", name, "--json")[0])["runs"]}
        for name in ("ada", "bob", "public")
    }
    assert number in listed["ada"]
    assert number not in listed["bob"] | listed["public"]
    assert f"there is no run {number}" in command("run", "show", str(number), "--as", "bob", code=2)[1]
    assert f"there is no run {number}" in command("run", "report", str(number), "--as", "bob", code=2)[1]


def test_looking_at_runs_is_audited(command, store, tmp_path) -> None:
    (tmp_path / "dirty.csv").write_text(HEAD + ROW.replace("OCT", "XXX"))
    number = loaded(command, "cbp-drugs", str(tmp_path / "dirty.csv"))
    command("run", "list", "--as", "ada")
    command("run", "show", str(number), "--as", "ada")
    command("run", "report", str(number), "--as", "ada")
    command("run", "undo", str(number), "--yes", "--as", "ada")

    with psycopg.connect(store.conninfo(Role.OWNER)) as owner:
        actions = owner.execute("SELECT action FROM sealed.audit ORDER BY id").fetchall()
    assert [action for (action,) in actions] == ["admin", "page", "record", "export", "admin"]


def test_rows_kept_aside_are_mended_and_given_back(command, store, tmp_path) -> None:
    bad = ROW.replace("OCT", "XXX"), ROW.replace("2020,OCT", '2021,"O\nCT"'), "2020,OCT\n"
    (tmp_path / "dirty.csv").write_bytes(b"\xef\xbb\xbf" + (HEAD + "".join(bad) + ROW).encode())
    number = loaded(command, "cbp-drugs", str(tmp_path / "dirty.csv"))
    command("run", "report", str(number), "--to", str(tmp_path / "report.csv"))

    written = (tmp_path / "report.csv").read_text()
    assert written.splitlines()[0] == "why kept aside,column,line," + HEAD.strip()
    assert all(row.strip() in written for row in bad)
    mended = (
        written.replace("XXX", "NOV")
        .replace('"O\nCT"', "DEC")
        .replace(",2020,OCT\n", "," + ROW.replace("2020", "2022"))
    )
    (tmp_path / "mended.csv").write_text(mended)
    report = json.loads(command("ingest", "cbp-drugs", str(tmp_path / "mended.csv"), "--json")[0])
    assert (report["read"], report["loaded"], report["quarantined"]) == (3, 3, 0)


def test_a_row_that_is_too_long_to_keep_is_cut_and_says_so(command, tmp_path) -> None:
    (tmp_path / "long.csv").write_text(HEAD + ROW.replace("OCT", "X" * 70_000))
    number = loaded(command, "cbp-drugs", str(tmp_path / "long.csv"))
    written, _ = command("run", "report", str(number))
    assert "cut: it was longer than is kept" in written
    assert 64 * 1024 < len(written) < 67_000


def test_nothing_of_health_rows_is_kept_but_where_they_stood_and_why(command, tmp_path) -> None:
    (tmp_path / "own.csv").write_text("id,day,drug\n1,someday,heroin\n")
    (tmp_path / "own.toml").write_text(MAPPING.replace("seizures", "overdoses"))
    own = ["csv", str(tmp_path / "own.csv"), "--map", str(tmp_path / "own.toml"), "--label", "NTF/AMBER"]
    number = loaded(command, *own)

    written, told = command("run", "report", str(number), "--as", "ada")
    assert "someday" not in written
    assert "heroin" not in written
    assert "own.csv,2,day" in written
    assert "not kept as they stood" in told


def test_only_an_operator_takes_a_run_back_and_says_yes(command, tmp_path) -> None:
    (tmp_path / "good.csv").write_text(HEAD + ROW)
    number = str(loaded(command, "cbp-drugs", str(tmp_path / "good.csv")))
    assert "needs the right `operate`" in command("run", "undo", number, "--yes", "--as", "bob", code=2)[1]
    assert "say who you are" in command("run", "undo", number, "--yes", code=2)[1]
    assert "give --yes" in command("run", "undo", number, "--as", "ada", code=2)[1]

    assert "is taken back by run" in command("run", "undo", number, "--yes", "--as", "ada")[0]
    assert "already" in command("run", "undo", number, "--yes", "--as", "ada")[0]
    assert json.loads(command("run", "show", number, "--json")[0])["status"] == "undone"
