"""Watched folders as they are typed, who sees how a feed stands, and who looks after it."""

import json
import os
import subprocess
import sys

import psycopg
import pytest

from watchfloor.app.health_feeds import FeedGauges
from watchfloor.data.address import Role
from watchfloor.data.checks import Expected, check_store
from watchfloor.data.feeds_folder import WatchedFolder
from watchfloor.data.feeds_store import Wish, register
from watchfloor.data.registry import PUBLIC
from watchfloor.geo.scope import Right

from .command_line import over_store
from .watched_inbox import ROW, database_away, put, rows, values, watch_once


@pytest.fixture
def command(store, people, tmp_path, monkeypatch):
    """Runs the program in this process over this test's store: exit code and what it printed."""
    people.account("ada", "NTF", (Right.OPERATE, ""))
    people.account("bob", "CGD")

    return over_store(store, tmp_path / "home", monkeypatch)


# ------------------------------------------------------------ the commands
def test_the_command_watches_until_it_is_told_to_stop_and_ends_well(store, inbox, tmp_path) -> None:
    url = f"postgresql://watchfloor_owner@/{store.database}?host={store.socket_dir}&port={store.port}"
    environment = {**os.environ, "WATCHFLOOR_HOME": str(tmp_path / "home"), "WATCHFLOOR_DATABASE_URL": url}
    put(inbox, "a.csv", ROW)
    arguments = ["watch", str(inbox), "--format", "cbp-drugs", "--every", "1", "--settle", "0.1", "--json"]
    process = subprocess.Popen(
        [sys.executable, "-m", "watchfloor.app", *arguments], env=environment,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    first = json.loads(process.stdout.readline())
    put(inbox, "b.csv", head="bad\n")
    second = json.loads(process.stdout.readline())
    process.terminate()
    _, said = process.communicate(timeout=120)
    assert (first["at"], first["loaded"], second["at"]) == ("done/a.csv", 1, "refused/b.csv")
    assert process.returncode == 0
    assert "watching" in said
    assert "ended" in said


def test_a_call_for_once_ends_with_2_if_a_file_was_refused(command, inbox) -> None:
    once = ("watch", str(inbox), "--format", "cbp-drugs", "--once", "--settle", "0.1")
    put(inbox, "a.csv", ROW)
    assert "a.csv: 1 read, 1 loaded, run" in command(*once)[0]
    put(inbox, "b.csv", head="bad\n")
    assert "b.csv: refused: b.csv: is not" in command(*once, code=2)[0]
    with WatchedFolder(inbox):
        assert "another watcher watches" in command(*once, code=2)[1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--format", "nonsense"), "there is no format 'nonsense'"),
        (("--format", "ais-nmea"), "are not public by nature: give --label"),
        (("--format", "cbp-drugs", "--settle", "0"), "--settle 0 is out of range"),
        (("--format", "cbp-drugs", "--expect", "often"), "--expect 'often' is no span"),
        (("--format", "cbp-drugs", "--label", "NOBODY/RED"), "knows no agency NOBODY"),
        (("--format", "cbp-drugs", "--label", "NTF/GREEN", "--as", "bob"), "may load what its own agency owns"),
        (("--format", "cbp-drugs", "--name", "a\nb"), "the name of a feed is"),
    ],
)
def test_what_cannot_be_watched_is_one_sentence(command, inbox, arguments: tuple[str, ...], said: str) -> None:
    assert said in command("watch", str(inbox), "--once", *arguments, code=2)[1]


def test_a_feed_keeps_its_folder_and_format_until_it_is_retired(command, inbox, tmp_path) -> None:
    (tmp_path / "other").mkdir()
    named = ("--once", "--settle", "0.1", "--name", "daily", "--format")
    command("watch", str(inbox), *named, "cbp-drugs", "--expect", "1 day")
    command("watch", str(inbox), *named, "cbp-drugs")
    assert json.loads(command("feed", "show", "daily", "--json")[0])["expected"] == 86_400.0
    for folder, form in ((tmp_path / "other", "cbp-drugs"), (inbox, "cdc-vsrr")):
        assert "has another folder or format" in command("watch", str(folder), *named, form, code=2)[1]
    assert "needs the right `operate`" in command("feed", "retire", "daily", "--as", "bob", code=2)[1]
    assert "is retired" in command("feed", "retire", "daily", "--as", "ada")[0]
    command("watch", str(tmp_path / "other"), *named, "cbp-drugs")
    listed = json.loads(command("feed", "list", "--retired", "--json")[0])["feeds"]
    assert [feed["retired_by"] for feed in listed] == ["ada", None]


def test_a_feed_under_a_label_that_the_account_may_not_see_does_not_exist(command, store, inbox) -> None:
    put(inbox, "a.csv", head="bad\n")
    arguments = ("--format", "cbp-drugs", "--label", "NTF/AMBER", "--once", "--settle", "0.1", "--name", "secret feed")
    command("watch", str(inbox), *arguments, code=2)

    seen = {
        name: [feed["name"] for feed in json.loads(command("feed", "list", "--as", name, "--json")[0])["feeds"]]
        for name in ("ada", "bob", "public")
    }
    assert seen == {"ada": ["secret feed"], "bob": [], "public": []}
    ((number,),) = rows(store, "SELECT id FROM watchfloor.feed")
    for name in ("secret feed", str(number)):
        assert "there is no feed" in command("feed", "show", name, "--as", "bob", code=2)[1]
    told = command("feed", "show", str(number), "--as", "ada")[0]
    assert "failing: the last file failed" in told
    assert "TLP:AMBER" in told
    assert "is not what it claims to be" in told


def test_loading_and_looking_at_feeds_are_audited(command, store, inbox) -> None:
    put(inbox, "a.csv", ROW)
    command("watch", str(inbox), "--format", "cbp-drugs", "--once", "--settle", "0.1", "--as", "ada")
    command("feed", "list", "--as", "ada")
    with psycopg.connect(store.conninfo(Role.OWNER)) as owner:
        found = owner.execute("SELECT action, question ->> 'act' FROM sealed.audit ORDER BY id").fetchall()
    assert found == [("admin", "watch"), ("admin", "watch"), ("page", None)]


def test_a_file_whose_run_was_taken_back_is_loaded_again(command, store, inbox) -> None:
    put(inbox, "a.csv", ROW)
    (settled,) = watch_once(store, inbox)
    command("run", "undo", str(settled.run), "--yes", "--as", "ada")
    assert values(store) == 0
    put(inbox, "a.csv", ROW)
    watch_once(store, inbox)
    assert values(store) == 1


def test_a_call_for_once_says_that_the_database_is_away(command, store, inbox) -> None:
    put(inbox, "a.csv", ROW)
    with database_away(store):
        said = command("watch", str(inbox), "--format", "cbp-drugs", "--once", "--settle", "0.1", code=2)[1]
    assert "the database does not answer" in said
    assert (inbox / "a.csv").exists()


# ------------------------------------------------------------ who looks after it
def test_metrics_tell_how_feeds_stand_by_number_and_name_none(command, store, inbox) -> None:
    put(inbox, "a.csv", ROW)
    arguments = ("--label", "NTF/AMBER", "--once", "--settle", "0.1", "--name", "secret feed")
    command("watch", str(inbox), "--format", "cbp-drugs", *arguments)
    ((number,),) = rows(store, "SELECT id FROM watchfloor.feed")

    samples = [sample for family in FeedGauges(store).collect() for sample in family.samples]

    told = {sample.name.removeprefix("watchfloor_feed_"): sample.value for sample in samples}
    assert {label for sample in samples for label in sample.labels.items()} == {("feed", str(number))}
    assert (told["errors"], told["late_seconds"], told["is_fresh"]) == (0, 0, 1)
    assert told["lag_seconds"] > 86_400
    with database_away(store):
        assert list(FeedGauges(store).collect()) == []


@pytest.mark.parametrize(
    ("told", "says", "is_fault"),
    [
        ("errors = 2", "is failing: the last 2 attempts failed", True),
        ("expected = '1 day', created_at = now() - interval '4 days'", "is late: nothing has come yet; late by", False),
        ("every_s = 10, looked_at = now() - interval '1 day'", "nobody has looked into its folder since", True),
    ],
)
def test_the_doctor_says_which_feed_is_not_served(store, inbox, told: str, says: str, is_fault: bool) -> None:
    register(store, Wish("daily", "cbp-drugs", inbox, PUBLIC, "tests"))
    with psycopg.connect(store.conninfo(Role.OWNER)) as owner:
        assert check_store(owner, Expected()) == []
        owner.execute(f"UPDATE watchfloor.feed SET {told}, last_error = 'content of a row'".encode())
        (finding,) = check_store(owner, Expected())
    assert says in finding.says
    assert "daily" in finding.says
    assert finding.is_fault is is_fault
    assert "content of a row" not in finding.says + finding.do
