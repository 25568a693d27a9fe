"""Watched folders: good and bad files, faults of every kind, and who sees how a feed stands."""

import errno
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from watchfloor.app.commands.run import write_kept_aside
from watchfloor.app.health_feeds import FeedGauges
from watchfloor.data import feeds_watch
from watchfloor.data.address import Role
from watchfloor.data.checks import Expected, check_store
from watchfloor.data.feeds_folder import WatchedFolder
from watchfloor.data.feeds_intake import FeedIntake, Settled
from watchfloor.data.feeds_store import Wish, register, retire
from watchfloor.data.feeds_watch import Pace, Stop, Watcher
from watchfloor.data.ingest import cbp_drugs
from watchfloor.data.ingest.pipeline import Order
from watchfloor.data.registry import PUBLIC
from watchfloor.geo.scope import Right

from .command_line import over_main

HEAD = ",".join(cbp_drugs.COLUMNS) + "\n"
ROW = "2020,OCT,Office of Field Operations,Coastal/Interior,Other,ATLANTA FIELD OFFICE,Cocaine,2,10.5\n"
BAD_ROW = ROW.replace("OCT", "XXX")
ONCE = Pace(None, 0.1)


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    path = tmp_path / "inbox"
    path.mkdir()
    return path


def put(inbox: Path, name: str, *rows: str, head: str = HEAD) -> None:
    (inbox / f".{name}").write_text(head + "".join(rows))
    (inbox / f".{name}").rename(inbox / name)


def year(number: int) -> str:
    return ROW.replace("2020", str(number))


def names(inbox: Path, title: str) -> list[str]:
    return sorted(os.listdir(inbox / title))


def rows(store, question: str) -> list[tuple]:
    with psycopg.connect(store.conninfo(Role.INTAKE)) as connection:
        return connection.execute(question.encode()).fetchall()


def values(store) -> int:
    return rows(store, "SELECT count(*) FROM watchfloor.reported WHERE recorded_to = 'infinity'")[0][0]


def order(_file: str = "") -> Order:
    return Order(cbp_drugs.FORMAT, PUBLIC, "tests")


@contextmanager
def watcher(
    store, inbox: Path, pace: Pace = ONCE, tell: Callable[[str], None] = lambda _: None, give=order
) -> Iterator[tuple[Watcher, Stop, int]]:
    feed = register(store, Wish(inbox.name, "cbp-drugs", inbox, PUBLIC, "tests", every_s=pace.every_s))
    with WatchedFolder(inbox) as folder:
        stop = Stop()
        yield Watcher(folder, FeedIntake(store, feed, folder, give, write_kept_aside), pace, stop, tell), stop, feed


def watch_once(store, inbox: Path, give=order) -> list[Settled]:
    with watcher(store, inbox, give=give) as (watching, _, _):
        return list(watching.run())


@pytest.fixture
def command(store, people, tmp_path, monkeypatch):
    """Runs the program in this process over this test's store: exit code and what it printed."""
    url = f"postgresql://watchfloor_owner@/{store.database}?host={store.socket_dir}&port={store.port}"
    monkeypatch.setenv("WATCHFLOOR_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("WATCHFLOOR_DATABASE_URL", url)
    monkeypatch.delenv("WATCHFLOOR_AS", raising=False)
    people.account("ada", "NTF", (Right.OPERATE, ""))
    people.account("bob", "CGD")

    return over_main(monkeypatch)


# ------------------------------------------------------------ files
def test_good_files_are_loaded_in_their_order_and_bad_ones_are_refused_with_the_reason(store, inbox) -> None:
    put(inbox, "late.csv", year(2021))
    put(inbox, "early.csv", year(2020), BAD_ROW)
    put(inbox, "bad.csv", head="nothing,of,the,kind\n")
    for number, name in enumerate(["early.csv", "bad.csv", "late.csv"]):
        os.utime(inbox / name, (1_600_000_000 + number, 1_600_000_000 + number))

    settled = watch_once(store, inbox)

    assert [one.at for one in settled] == ["done/early.csv", "refused/bad.csv", "done/late.csv"]
    assert names(inbox, "done") == ["early.csv", "early.csv.quarantine.csv", "late.csv"]
    assert "XXX" in (inbox / "done" / "early.csv.quarantine.csv").read_text()
    said = (inbox / "refused" / "bad.csv.reason.txt").read_text()
    assert said.startswith("bad.csv: is not what it claims to be")
    assert "sha256 " in said
    assert values(store) == 2
    ((errors, attempt, until, written),) = rows(
        store, "SELECT errors, last_file, newest_valid::text, newest_file FROM watchfloor.feed"
    )
    assert (errors, attempt) == (0, "late.csv")
    assert until.startswith("2020-11-01")
    assert written == datetime.fromtimestamp(1_600_000_002, UTC)


def test_a_file_is_loaded_by_an_ordinary_run_that_names_its_feed(store, inbox) -> None:
    put(inbox, "a.csv", ROW)
    (settled,) = watch_once(store, inbox)
    found = rows(
        store,
        "SELECT r.id, r.format, r.status, r.started_by, r.options ->> 'feed', f.name FROM watchfloor.run AS r "
        "JOIN watchfloor.run_file AS f ON f.run_id = r.id WHERE r.format = 'cbp-drugs'",
    )
    feed = rows(store, "SELECT id::text FROM watchfloor.feed")[0][0]
    assert found == [(settled.run, "cbp-drugs", "published", "tests", feed, "a.csv")]


def test_the_same_file_again_adds_nothing_and_overwrites_nothing(store, inbox) -> None:
    for _ in range(2):
        put(inbox, "a.csv", ROW)
        (settled,) = watch_once(store, inbox)
    assert settled.counts["unchanged"] == 1
    assert values(store) == 1
    assert len(names(inbox, "done")) == 2


def test_a_file_that_is_written_while_it_is_read_is_laid_back_and_loaded_when_it_is_whole(store, inbox) -> None:
    def give(_file: str) -> Order:
        def read(opened, options):
            yield from cbp_drugs.FORMAT.read(opened, options)
            with opened.path.open("a") as file:
                file.write(year(2022))

        return replace(order(), format=replace(cbp_drugs.FORMAT, read=read))

    put(inbox, "a.csv", ROW)
    assert watch_once(store, inbox, give) == []
    assert values(store) == 0
    assert (inbox / "a.csv").read_text() == HEAD + ROW + year(2022)
    assert rows(store, "SELECT errors FROM watchfloor.feed") == [(0,)]
    assert [one.counts["loaded"] for one in watch_once(store, inbox)] == [2]


def test_a_file_that_meets_a_fault_of_ours_does_not_stop_those_behind_it(store, inbox) -> None:
    def give(file: str) -> Order:
        def read(opened, options):
            if file == "a.csv":
                raise ZeroDivisionError("content of a row")
            yield from cbp_drugs.FORMAT.read(opened, options)

        return replace(order(), format=replace(cbp_drugs.FORMAT, read=read))

    put(inbox, "a.csv", ROW)
    put(inbox, "b.csv", ROW)
    settled = watch_once(store, inbox, give)
    assert [one.at for one in settled] == ["refused/a.csv", "done/b.csv"]
    assert "content of a row" not in (inbox / "refused" / "a.csv.reason.txt").read_text()


def test_a_file_whose_run_was_taken_back_is_loaded_again(command, store, inbox) -> None:
    put(inbox, "a.csv", ROW)
    (settled,) = watch_once(store, inbox)
    command("run", "undo", str(settled.run), "--yes", "--as", "ada")
    assert values(store) == 0
    put(inbox, "a.csv", ROW)
    watch_once(store, inbox)
    assert values(store) == 1


# ------------------------------------------------------------ faults
KILLER = """
import os, signal, sys
from pathlib import Path
from watchfloor.app.commands.run import write_kept_aside
from watchfloor.data import feeds_intake
from watchfloor.data.address import ExternalAddress
from watchfloor.data.feeds_folder import WatchedFolder
from watchfloor.data.feeds_store import Wish, register
from watchfloor.data.feeds_watch import Pace, Stop, Watcher
from watchfloor.data.ingest import cbp_drugs, pipeline
from watchfloor.data.ingest.pipeline import Order
from watchfloor.data.registry import PUBLIC

def then_killed(do):
    def done(*given, **named):
        do(*given, **named)
        os.kill(os.getpid(), signal.SIGKILL)
    return done

url, inbox, point = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
owner = {"rename": os, "link": os, "replace": os, "unlink": os, "derive": pipeline}.get(point, feeds_intake)
address = ExternalAddress(url)
feed = register(address, Wish(inbox.name, "cbp-drugs", inbox, PUBLIC, "tests"))
order = lambda _: Order(cbp_drugs.FORMAT, PUBLIC, "tests")
with WatchedFolder(inbox) as folder:
    setattr(owner, point, then_killed(getattr(owner, point)))
    intake = feeds_intake.FeedIntake(address, feed, folder, order, write_kept_aside)
    list(Watcher(folder, intake, Pace(None, 0.1), Stop(), lambda _: None).run())
"""
OF_GOOD = ("rename", "derive", "ingest", "note_success", "link", "replace", "unlink")
OF_BAD = ("note_failure", "link", "replace", "unlink")


def killed_at(store, inbox: Path, point: str) -> None:
    url = f"postgresql://watchfloor_owner@/{store.database}?host={store.socket_dir}&port={store.port}"
    done = subprocess.run(
        [sys.executable, "-c", KILLER, url, str(inbox), point], capture_output=True, check=False, timeout=300
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()


def test_a_watcher_that_is_killed_anywhere_ends_in_the_same_when_it_starts_again(store, inbox) -> None:
    for number, point in enumerate(OF_GOOD):
        put(inbox, f"{point}.csv", year(2001 + number), BAD_ROW)
        killed_at(store, inbox, point)
        watch_once(store, inbox)
    for point in OF_BAD:
        put(inbox, f"{point}.csv", head=f"{point},is,bad\n")
        killed_at(store, inbox, point)
        watch_once(store, inbox)

    done = [name for point in OF_GOOD for name in (f"{point}.csv", f"{point}.csv.quarantine.csv")]
    refused = [name for point in OF_BAD for name in (f"{point}.csv", f"{point}.csv.reason.txt")]
    assert [name for name in names(inbox, "done") if name[0] != "."] == sorted(done)
    assert [name for name in names(inbox, "refused") if name[0] != "."] == sorted(refused)
    assert sorted(os.listdir(inbox)) == [".watchfloor", "done", "refused"]
    assert names(inbox, ".watchfloor/hand") == []
    assert values(store) == len(OF_GOOD)
    published = "SELECT name, count(*) FROM watchfloor.run_file JOIN watchfloor.run AS r ON r.id = run_id "
    assert rows(store, f"{published} WHERE status = 'published' AND format = 'cbp-drugs' GROUP BY 1 ORDER BY 1") == [
        (f"{point}.csv", 1) for point in sorted(OF_GOOD)
    ]
    assert rows(store, "SELECT errors, last_success IS NOT NULL, newest_valid::date::text FROM watchfloor.feed") == [
        (len(OF_BAD), True, f"{2001 + len(OF_GOOD) - 2}-11-01")
    ]


@contextmanager
def database_away(store) -> Iterator[None]:
    """Nobody is let in, and who was in is put out."""
    name = sql.Identifier(store.database)
    keeper = replace(store, database="postgres").conninfo(Role.OWNER)
    with psycopg.connect(keeper, autocommit=True) as connection:
        connection.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(name))
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [store.database]
        )
        try:
            yield
        finally:
            connection.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(name))


def test_a_watcher_waits_for_a_database_that_is_away_and_goes_on(store, inbox, monkeypatch) -> None:
    monkeypatch.setattr(feeds_watch, "FIRST_WAIT_S", 0.1)
    told: list[str] = []
    is_away, is_back = threading.Event(), threading.Event()

    def tell(text: str) -> None:
        told.append(text)
        (is_away if "trying again" in text else is_back).set()

    settled: list[Settled] = []
    with watcher(store, inbox, Pace(1.0, 0.1), tell) as (watching, stop, _):

        def run() -> None:
            for one in watching.run():
                settled.append(one)
                stop.is_set = True

        thread = threading.Thread(target=run)
        with database_away(store):
            put(inbox, "a.csv", ROW)
            thread.start()
            assert is_away.wait(120)
        thread.join(120)
    assert "the database does not answer" in told[0]
    assert is_back.is_set()
    assert [one.at for one in settled] == ["done/a.csv"]
    assert values(store) == 1


def test_a_folder_that_is_away_for_a_while_is_told_and_counts_against_no_file(store, inbox, monkeypatch) -> None:
    monkeypatch.setattr(feeds_watch, "FIRST_WAIT_S", 0.1)
    look, faults = WatchedFolder.look, [OSError(errno.EIO, "Input/output error")]

    def looked(folder: WatchedFolder) -> list:
        if faults:
            raise faults.pop()
        return look(folder)

    monkeypatch.setattr(WatchedFolder, "look", looked)
    put(inbox, "a.csv", ROW)
    told: list[str] = []
    with watcher(store, inbox, Pace(1.0, 0.1), told.append) as (watching, stop, _):
        for settled in watching.run():
            assert settled.at == "done/a.csv"
            stop.is_set = True
    assert told == ["the folder cannot be used: Input/output error; trying again in 0 s", "it goes on"]
    assert rows(store, "SELECT errors, last_error, last_file FROM watchfloor.feed") == [
        (0, "the folder cannot be used: Input/output error", "a.csv")
    ]


def test_a_file_that_may_not_be_taken_is_told_once_and_does_not_stop_the_others(store, inbox, monkeypatch) -> None:
    take = WatchedFolder.take

    def taken(folder: WatchedFolder, seen):
        if seen.name == "a.csv":
            raise PermissionError(errno.EPERM, "Operation not permitted")
        return take(folder, seen)

    monkeypatch.setattr(WatchedFolder, "take", taken)
    told: list[str] = []
    put(inbox, "a.csv", ROW)
    with watcher(store, inbox, Pace(1.0, 0.1), told.append) as (watching, stop, _):
        running = watching.run()
        put(inbox, "b.csv", ROW)
        assert next(running).at == "done/b.csv"
        put(inbox, "c.csv", head="bad\n")
        assert next(running).at == "refused/c.csv"
        stop.is_set = True
        assert list(running) == []
    assert told == ["a.csv cannot be taken: Operation not permitted"]
    assert (inbox / "a.csv").exists()


def test_a_call_for_once_says_that_the_database_is_away(command, store, inbox) -> None:
    put(inbox, "a.csv", ROW)
    with database_away(store):
        said = command("watch", str(inbox), "--format", "cbp-drugs", "--once", "--settle", "0.1", code=2)[1]
    assert "the database does not answer" in said
    assert (inbox / "a.csv").exists()


def test_the_watcher_of_a_retired_feed_ends(store, inbox, monkeypatch) -> None:
    monkeypatch.setattr(feeds_watch, "NOTED_EVERY_S", 0.0)
    told: list[str] = []
    with watcher(store, inbox, Pace(1.0, 0.1), told.append) as (watching, _, feed):
        assert retire(store, feed, "ada")
        put(inbox, "a.csv", ROW)
        assert list(watching.run()) == []
    assert told == ["the feed was retired: nothing more is loaded"]
    assert not retire(store, feed, "ada")


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
