"""Watched folders: good and bad files, and faults of every kind."""

import errno
import os
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from watchfloor.data import feeds_watch
from watchfloor.data.feeds_folder import WatchedFolder
from watchfloor.data.feeds_intake import Settled
from watchfloor.data.feeds_store import retire
from watchfloor.data.feeds_watch import Pace
from watchfloor.data.ingest import cbp_drugs
from watchfloor.data.ingest.pipeline import Order

from .watched_inbox import BAD_ROW, HEAD, ROW, database_away, names, order, put, rows, values, watch_once, watcher, year


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


def test_the_watcher_of_a_retired_feed_ends(store, inbox, monkeypatch) -> None:
    monkeypatch.setattr(feeds_watch, "NOTED_EVERY_S", 0.0)
    told: list[str] = []
    with watcher(store, inbox, Pace(1.0, 0.1), told.append) as (watching, _, feed):
        assert retire(store, feed, "ada")
        put(inbox, "a.csv", ROW)
        assert list(watching.run()) == []
    assert told == ["the feed was retired: nothing more is loaded"]
    assert not retire(store, feed, "ada")
