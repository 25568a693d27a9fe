"""The operator's commands as they are typed, in a store of their own."""

import csv
import io
import json
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import Result

from watchfloor.data.cluster import PrivateCluster
from watchfloor.geo.errors import WatchfloorError

from ..temporary_home import temporary_home
from .command_line import watchfloor

PASSWORD = "violet tram under lantern 9"


def refusal(result: Result) -> str:
    assert isinstance(result.exception, WatchfloorError), result.output
    return str(result.exception)


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    with temporary_home() as folder, PrivateCluster(folder, durable=False) as cluster:
        yield folder
        cluster.remove()


@pytest.fixture(scope="module")
def store(home: Path) -> Path:
    """An OPERATIONAL store with its first administrator, ada, and an analyst, bob."""
    made = watchfloor(home, "db", "upgrade", "--administrator", "ada", "--password-stdin", typed=PASSWORD + "\n")
    assert made.exit_code == 0, made.output
    for command in (
        ("agency", "add", "NTF", "--name", "Northern Task Force", "--as", "ada"),
        ("principal", "add", "bob", "--agency", "NTF", "--name", "Bob", "--password-stdin", "--as", "ada"),
    ):
        assert watchfloor(home, *command, typed="some tall grass over 77 hills\n").exit_code == 0
    return home


def principals(store: Path) -> dict[str, dict]:
    listed = watchfloor(store, "principal", "list", "--json", "--as", "ada")
    return {one["name"]: one for one in json.loads(listed.stdout)["principals"]}


def audit(store: Path, *filters: str) -> list[dict]:
    shown = watchfloor(store, "audit", "show", "--json", "--as", "ada", *filters)
    return json.loads(shown.stdout)["rows"]


def test_the_first_administrator_may_operate_and_read_the_audit(store: Path) -> None:
    ada = principals(store)["ada"]

    assert {right["right"] for right in ada["rights"]} == {"audit", "operate"}
    assert ada["has_password"]


def test_a_second_first_administrator_is_refused(store: Path) -> None:
    again = watchfloor(store, "db", "upgrade", "--administrator", "eve", "--password-stdin", typed=PASSWORD)
    alone = watchfloor(store, "principal", "add", "eve", "--administrator", "--password-stdin", typed=PASSWORD)

    assert "has an administrator" in refusal(again)
    assert "say who you are" in refusal(alone)
    assert "eve" not in principals(store)


@pytest.mark.parametrize(
    "command",
    [
        ("principal", "list"),
        ("principal", "grant", "bob", "operate"),
        ("principal", "passwd", "ada", "--password-stdin"),
        ("principal", "close", "ada"),
        ("agency", "add", "EVIL", "--name", "x"),
        ("agency", "labels"),
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("who", ["bob", "public"])
def test_without_the_right_to_operate_nothing_is_administered(store: Path, command: tuple[str, ...], who: str) -> None:
    refused = watchfloor(store, *command, "--as", who, typed="another tall grass 12\n")

    assert "may not administer" in refusal(refused)


def test_a_password_is_never_an_argument_and_needs_a_terminal_or_stdin(store: Path) -> None:
    refused = watchfloor(store, "principal", "passwd", "bob", "--as", "ada")

    assert "--password-stdin" in refusal(refused)
    assert watchfloor(store, "principal", "passwd", "bob", "--password", "x", "--as", "ada").exit_code == 2


def test_a_grant_with_an_end_is_listed_with_it(store: Path) -> None:
    until = ("--until", "2099-01-01")
    granted = watchfloor(store, "principal", "grant", "bob", "tier", "SENSITIVE", *until, "--as", "ada", "--json")

    assert json.loads(granted.stdout)["value"] == "1"
    assert principals(store)["bob"]["rights"][0]["ends"].startswith("2099-01-01 00:00:00")


def test_each_act_stands_in_the_audit_in_the_name_of_who_did_it(store: Path) -> None:
    watchfloor(store, "principal", "grant", "bob", "health", "--as", "ada")
    watchfloor(store, "principal", "revoke", "bob", "health", "--as", "ada")

    rows = audit(store, "--action", "admin", "--limit", "2")

    assert [(row["principal"], row["question"]["act"], row["question"]["right"]) for row in rows] == [
        ("ada", "revoke", "health"),
        ("ada", "grant", "health"),
    ]
    assert all(row["operator"] for row in rows)


def test_no_password_stands_in_audit_or_log(store: Path) -> None:
    written = json.dumps(audit(store, "--limit", "1000")) + "".join(
        file.read_text() for file in (store / "log").glob("*")
    )

    assert PASSWORD not in written
    assert "tall grass" not in written


def test_the_audit_is_read_by_who_may_and_the_reading_is_audited(store: Path) -> None:
    refused = watchfloor(store, "audit", "show", "--as", "bob")
    rows = audit(store, "--action", "audit", "--principal", "ada", "--limit", "1")

    assert "may not read the audit" in refusal(refused)
    assert "say who you are" in refusal(watchfloor(store, "audit", "export"))
    assert [(row["action"], row["question"]) for row in rows] == [
        ("audit", {"action": "audit", "principal": "ada", "most": 1})
    ]


def test_the_audit_is_cut_to_its_period(store: Path) -> None:
    audit(store)

    assert audit(store, "--until", "2000-01-01") == []
    assert audit(store, "--since", "2099-01-01") == []
    assert audit(store, "--since", "2000-01-01T00:00", "--until", "2099-01-01") != []
    assert "is no day" in refusal(watchfloor(store, "audit", "show", "--as", "ada", "--since", "yesterday"))


def test_an_exported_audit_holds_no_formula_and_is_closed_to_others(store: Path, tmp_path: Path) -> None:
    hostile = '=HYPERLINK("http://x","y")'
    watchfloor(store, "agency", "add", "HOSTILE", "--name", hostile, "--as", "ada")
    file = tmp_path / "audit.csv"

    done = watchfloor(store, "audit", "export", str(file), "--as", "ada")

    rows = list(csv.DictReader(io.StringIO(file.read_text())))
    assert done.exit_code == 0
    assert any(json.loads(row["question"]).get("name") == hostile for row in rows)
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for row in rows for cell in row.values())
    assert {row["marking"] for row in rows} == {"OPERATIONAL · audit as read by ada"}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "cannot be made" in refusal(watchfloor(store, "audit", "export", str(file), "--as", "ada"))


def test_an_audit_in_lines_is_read_back_as_it_was(store: Path) -> None:
    done = watchfloor(store, "audit", "export", "--format", "jsonl", "--as", "ada")

    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["id"] for row in rows] == sorted((row["id"] for row in rows), reverse=True)
    assert rows[0]["action"] == "audit"


def test_the_doctor_finds_a_sound_store_well(store: Path) -> None:
    done = watchfloor(store, "doctor", "--json")

    faults = [finding for finding in json.loads(done.stdout)["findings"] if finding["is_fault"]]
    assert (done.exit_code, faults) == (0, [])


def test_the_doctor_ends_with_1_and_says_what_to_do(store: Path) -> None:
    done = watchfloor(store, "doctor", kind="EXERCISE")

    assert done.exit_code == 1
    assert "the store is OPERATIONAL, and WATCHFLOOR_KIND says EXERCISE" in done.stdout
    assert "unset WATCHFLOOR_KIND" in done.stdout


def test_the_doctor_makes_no_store(tmp_path: Path) -> None:
    done = watchfloor(tmp_path / "none", "doctor")

    assert done.exit_code == 0
    assert "there is no store" in done.stdout
    assert not (tmp_path / "none").exists()


def test_a_backup_is_made_by_who_may_verified_and_brought_back_into_a_new_home(store: Path, tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text("a secret of more than thirty-two bytes")
    key.chmod(0o600)
    folder, sealed = str(tmp_path / "one"), ("--key-file", str(key))
    assert "say who you are" in refusal(watchfloor(store, "db", "backup", folder, *sealed))
    assert "may not administer" in refusal(watchfloor(store, "db", "backup", folder, *sealed, "--as", "bob"))

    made = watchfloor(store, "db", "backup", folder, *sealed, "--as", "ada", "--json")
    verified = watchfloor(store, "db", "verify", folder, *sealed, "--json")

    assert json.loads(made.stdout)["is_sealed"] is True
    assert json.loads(verified.stdout)["parts"] == json.loads(made.stdout)["parts"]
    assert "a store in" in refusal(watchfloor(store, "db", "restore", folder, *sealed))
    with temporary_home() as home:
        assert "is of an OPERATIONAL store" in refusal(
            watchfloor(home, "db", "restore", folder, *sealed, kind="EXERCISE")
        )
        assert watchfloor(home, "db", "restore", folder, *sealed).exit_code == 0
        assert principals(home) == principals(store)
        assert "backup" in {row["question"].get("act") for row in audit(home, "--action", "admin", "--limit", "3")}
        assert watchfloor(home, "db", "reset", "--yes").exit_code == 0


def test_what_is_looked_for_stands_in_the_audit_and_in_no_log(store: Path) -> None:
    hostile = "Zebra'); DROP TABLE x;-- =cmd()"

    assert watchfloor(store, "ask", "entities", "--text", hostile, "--as", "bob", "--format", "json").exit_code == 0

    assert any(hostile in json.dumps(row["question"]) for row in audit(store, "--principal", "bob"))
    logs = [*(store / "log").glob("*"), store / "cluster" / "postgres.log"]
    assert not any("Zebra" in log.read_text() for log in logs)
