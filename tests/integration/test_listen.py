"""Live feeds: the same as a batch import, over real TCP and UDP, hostile senders, faults, and how a feed stands."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from watchfloor.app.health_feeds import FeedGauges
from watchfloor.data.address import Role
from watchfloor.data.checks import Expected, check_store
from watchfloor.data.feeds_store import Wish, register, retire
from watchfloor.data.feeds_watch import Stop
from watchfloor.data.ingest import ais_nmea
from watchfloor.data.ingest.pipeline import Order, ingest
from watchfloor.data.ingest.undo import undo_run
from watchfloor.data.live import listener as listening_module
from watchfloor.data.live import open_run
from watchfloor.data.live.inbox import Inbox
from watchfloor.data.live.listener import Listener, Listening, Totals
from watchfloor.data.live.receiving import Receiver
from watchfloor.data.live.replay import Replay
from watchfloor.data.live.sources import parse_source
from watchfloor.data.registry import PUBLIC
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.scope import Right

from .ais_sender import datagram, free_port, now, sender_that_waits, tagged
from .command_line import over_store

FIXES = (
    "SELECT c.identifier, f.at, f.lon, f.lat, f.speed_kn, f.course_deg, f.heading_deg, f.cell_key, f.flags, f.label_id "
    "FROM watchfloor.fix AS f JOIN watchfloor.craft AS c ON c.id = f.craft_id ORDER BY 1, 2"
)
COUNTS = 'SELECT sum("read"), sum(loaded), sum(unchanged), sum(quarantined) FROM watchfloor.run WHERE format = %s'
PATIENCE_S = 90.0


def rows(store, question: str, given: object = None) -> list[tuple]:
    with psycopg.connect(store.conninfo(Role.INTAKE)) as connection:
        return connection.execute(question.encode(), given).fetchall()


def eventually(claim: Callable[[], bool]) -> None:
    ends = time.monotonic() + PATIENCE_S
    while not claim():
        assert time.monotonic() < ends, "it never came true"
        time.sleep(0.05)


def replay(store, path: Path, speed: float | None = None, most_lines: int = 100_000) -> Totals:
    source, inbox = parse_source(f"file:{path}"), Inbox(most_lines)
    with Replay(source, inbox, speed) as entrance:
        order = Order(ais_nmea.FORMAT, PUBLIC, "tests")
        listening = Listening(path.name, None, order, lambda: "", lambda: 0, entrance.close)
        return Listener(store, listening, inbox, Stop(), lambda _: None).run()


@contextmanager
def listening_to(
    store, source: str, told: list[str] | None = None, longest_run: timedelta = timedelta(hours=1)
) -> Iterator[tuple[Stop, list[Totals], threading.Thread, int]]:
    """A listener in a thread; it is told to stop at the end, and its totals are there then."""
    inbox, stop, ended = Inbox(), Stop(), []
    feed = register(store, Wish(source, "ais-nmea", source, PUBLIC, "tests", every_s=5.0, is_live=True))
    with Receiver(parse_source(source), inbox) as entrance:
        listening = Listening(
            source, feed, Order(ais_nmea.FORMAT, PUBLIC, "tests"), lambda: entrance.fault, lambda: entrance.overlong,
            entrance.close, longest_run,
        )  # fmt: skip
        listener = Listener(store, listening, inbox, stop, (told if told is not None else []).append)
        thread = threading.Thread(target=lambda: ended.append(listener.run()))
        thread.start()
        try:
            yield stop, ended, thread, feed
        finally:
            stop.is_set = True
            thread.join(PATIENCE_S)
            assert not thread.is_alive()


def n_fixes(store) -> int:
    return int(rows(store, "SELECT count(*) FROM watchfloor.fix")[0][0])


# ------------------------------------------------------------ as a batch import
@pytest.mark.real
def test_replay_of_the_real_sentences_gives_what_their_import_gives(store, real_data) -> None:
    path = real_data / "tracks/ais_dma_raw_nmea_2013_11_12.txt.gz"
    totals = replay(store, path)
    live = rows(store, FIXES)
    counts = rows(store, COUNTS, ["ais-nmea"])
    assert (totals.heard, totals.dropped, totals.batches) == (80_246, 0, 5)
    assert counts == [(24_688, 24_688, 0, 0)]
    undo_run(store, rows(store, "SELECT id FROM watchfloor.run WHERE format = 'ais-nmea'")[0][0], by="tests")
    assert n_fixes(store) == 0
    report = ingest(store, Order(ais_nmea.FORMAT, PUBLIC, "tests"), [path])
    assert report.totals()["loaded"] == len(live) == 24_688
    assert rows(store, FIXES) == live
    assert replay(store, path).unchanged == 24_688


def test_replay_of_dirt_counts_what_its_import_counts(store, tmp_path) -> None:
    at = datetime(2013, 11, 12, 12, 0, tzinfo=UTC)
    good = [tagged(at + timedelta(seconds=second), mmsi=219000431 + second % 7) for second in range(40)]
    dirt = [good[3], tagged(at, lat=10.0), tagged(at, lon=181.0, lat=91.0), b"!AIVDM,1,1,,A,x,0*00\r\n", b"junk\r\n"]
    path = tmp_path / "sentences.nmea"
    path.write_bytes(b"".join([*good, *dirt]))
    replay(store, path, most_lines=4)
    assert rows(store, COUNTS, ["ais-nmea"]) == [(45, 40, 1, 4)]
    live = rows(store, FIXES)
    undo_run(store, rows(store, "SELECT max(id) FROM watchfloor.run")[0][0], by="tests")
    totals = ingest(store, Order(ais_nmea.FORMAT, PUBLIC, "tests"), [path]).totals()
    assert totals == {"read": 45, "loaded": 40, "unchanged": 1, "superseded": 0, "quarantined": 4}
    assert rows(store, FIXES) == live


def test_a_file_that_cannot_be_read_to_its_end_is_said_to_be(store, tmp_path, command) -> None:
    (tmp_path / "cut.nmea.gz").write_bytes(b"\x1f\x8b" + b"\0" * 40)
    said = command("listen", f"file:{tmp_path}/cut.nmea.gz", "--speed", "max", "--label", "public", code=2)[1]
    assert "not replayed to its end" in said


# ------------------------------------------------------------ over the network of this machine
def test_datagrams_are_on_record_while_they_still_come(store) -> None:
    port = free_port(socket.SOCK_DGRAM)
    with listening_to(store, f"udp://127.0.0.1:{port}") as (_, ended, _, feed):
        for number in range(3):
            datagram(port, tagged(now() - timedelta(seconds=number), mmsi=219000431 + number))
        eventually(lambda: n_fixes(store) == 3)
        ((heard, errors, run),) = rows(store, "SELECT heard, errors, last_run_id FROM watchfloor.feed")
        assert (heard, errors) == (3, 0)
        assert rows(
            store, "SELECT status, recorded_at, options ->> 'feed' FROM watchfloor.run WHERE id = %s", [run]
        ) == [("published", None, str(feed))]
    assert ended[0].loaded == 3
    assert rows(store, "SELECT recorded_at IS NOT NULL FROM watchfloor.run WHERE id = %s", [run]) == [(True,)]


def test_senders_that_call_are_heard_side_by_side(store) -> None:
    port = free_port()
    with (
        listening_to(store, f"tcp-listen://127.0.0.1:{port}"),
        socket.create_connection(("127.0.0.1", port)) as one,
        socket.create_connection(("127.0.0.1", port)) as other,
    ):
        line = tagged(now(), mmsi=219000432)
        one.sendall(line[:20])
        other.sendall(tagged(now(), mmsi=219000433))
        eventually(lambda: n_fixes(store) == 1)
        one.sendall(line[20:])
        eventually(lambda: n_fixes(store) == 2)


def test_a_sender_that_is_called_is_called_again_when_it_ends_the_connection(store) -> None:
    with sender_that_waits() as (port, server), listening_to(store, f"tcp://127.0.0.1:{port}"):
        for number in range(2):
            out, _ = server.accept()
            with out:
                out.sendall(tagged(now(), mmsi=219000431 + number))
                eventually(lambda n=number: n_fixes(store) == n + 1)


def test_hostile_senders_change_counters_and_the_good_one_beside_them_is_heard(store) -> None:
    port = free_port()
    with listening_to(store, f"tcp-listen://127.0.0.1:{port}"):
        with socket.create_connection(("127.0.0.1", port)) as hostile:
            hostile.sendall(b"x" * 2**20 + b"\n" + os.urandom(50_000) + b"\n")
            part = b"!AIVDM,2,1,%d,%c,55NPNhT2?>Jt<4tr221PDr1HTq@0000000000016BPJ<9550R?lhDm3k,0*00\r\n"
            hostile.sendall(b"".join(part % (number % 10, 65 + number % 26) for number in range(5_000)))
            with socket.create_connection(("127.0.0.1", port)) as good:
                good.sendall(tagged(now()))
                eventually(lambda: n_fixes(store) == 1)
        eventually(lambda: rows(store, "SELECT malformed FROM watchfloor.feed")[0][0] > 5_000)
    assert n_fixes(store) == 1
    assert rows(store, "SELECT count(*) FROM watchfloor.quarantine") == [(0,)]
    assert rows(store, "SELECT count(*) FROM watchfloor.craft") == [(1,)]


def test_an_address_that_is_taken_is_told_in_a_sentence() -> None:
    with (
        sender_that_waits() as (port, _),
        pytest.raises(BadQuestion, match="cannot be opened"),
        Receiver(parse_source(f"tcp-listen://127.0.0.1:{port}"), Inbox()),
    ):
        pass


# ------------------------------------------------------------ runs
def test_a_run_is_known_from_its_end_and_another_follows_it(store) -> None:
    port = free_port(socket.SOCK_DGRAM)
    with listening_to(store, f"udp://127.0.0.1:{port}", longest_run=timedelta()):
        for number in range(3):
            datagram(port, tagged(now(), mmsi=219000431 + number))
            eventually(lambda n=number: n_fixes(store) == n + 1)
    found = rows(
        store, "SELECT loaded, recorded_at IS NOT NULL, notes ->> 'speed not available' FROM watchfloor.run "
        "WHERE options ? 'live' ORDER BY id",
    )  # fmt: skip
    assert found == [(1, True, None)] * 3
    versions = rows(store, "SELECT max(version) FROM watchfloor.data_version WHERE layer = 'tracks'")
    assert versions == rows(store, "SELECT max(id) FROM watchfloor.run WHERE options ? 'live'")


def test_a_run_that_is_taken_back_while_it_is_open_is_followed_by_another(store) -> None:
    port, told = free_port(socket.SOCK_DGRAM), []
    with listening_to(store, f"udp://127.0.0.1:{port}", told):
        datagram(port, tagged(now()))
        eventually(lambda: n_fixes(store) == 1)
        undo_run(store, rows(store, "SELECT last_run_id FROM watchfloor.feed")[0][0], by="tests")
        assert n_fixes(store) == 0
        datagram(port, tagged(now() + timedelta(seconds=1)))
        eventually(lambda: n_fixes(store) == 1)
    assert "was taken back" in " ".join(told)
    assert rows(store, "SELECT status FROM watchfloor.run WHERE options ? 'live' ORDER BY id") == [
        ("undone",), ("published",),
    ]  # fmt: skip


def test_a_busy_feed_uses_up_no_numbers_of_craft(store) -> None:
    port = free_port(socket.SOCK_DGRAM)
    question = "SELECT last_value FROM pg_sequences WHERE sequencename = 'craft_id_seq'"
    with listening_to(store, f"udp://127.0.0.1:{port}"):
        for number in range(4):
            datagram(port, tagged(now() + timedelta(seconds=number)))
            eventually(lambda n=number: n_fixes(store) == n + 1)
    with psycopg.connect(store.conninfo(Role.OWNER)) as owner:
        assert owner.execute(question).fetchall() == [(1,)]


def test_who_craft_say_they_are_is_known_from_first_to_last_as_an_import_has_it(store, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(open_run, "EVERY", 3)
    monkeypatch.setattr(listening_module, "EVERY_S", 0.0)
    question = (
        "SELECT aspect, value, heard_from, heard_to FROM watchfloor.craft_identity AS i "
        "JOIN watchfloor.run AS r ON r.id = i.run_id WHERE (r.options ? 'live') = %s ORDER BY 1, 2"
    )
    at = now()
    path = tmp_path / "sentences.nmea"
    path.write_bytes(b"".join(tagged(at - timedelta(seconds=90 - second)) for second in range(90)))
    assert replay(store, path, most_lines=8).batches > 3
    ingest(store, Order(ais_nmea.FORMAT, PUBLIC, "tests"), [path])
    live = rows(store, question, [True])
    assert live == rows(store, question, [False])
    assert [(aspect, first, last) for aspect, _, first, last in live] == [
        ("mmsi", at - timedelta(seconds=90), at - timedelta(seconds=1))
    ]


# ------------------------------------------------------------ faults
LISTENS = """
import sys
from datetime import timedelta
from watchfloor.data.address import ExternalAddress
from watchfloor.data.feeds_store import Wish, register
from watchfloor.data.feeds_watch import Stop
from watchfloor.data.ingest import ais_nmea
from watchfloor.data.ingest.pipeline import Order
from watchfloor.data.live.inbox import Inbox
from watchfloor.data.live.listener import Listener, Listening
from watchfloor.data.live.receiving import Receiver
from watchfloor.data.live.sources import parse_source
from watchfloor.data.registry import PUBLIC

address, source, inbox = ExternalAddress(sys.argv[1]), sys.argv[2], Inbox()
feed = register(address, Wish(source, "ais-nmea", source, PUBLIC, "tests", every_s=5.0, is_live=True))
with Receiver(parse_source(source), inbox) as entrance:
    order = Order(ais_nmea.FORMAT, PUBLIC, "tests")
    given = Listening(source, feed, order, lambda: "", lambda: 0, entrance.close)
    print("listening", flush=True)
    Listener(address, given, inbox, Stop(), lambda _: None).run()
"""


def test_a_listener_that_is_killed_leaves_whole_batches_and_its_run_is_closed_by_the_next(store) -> None:
    url = f"postgresql://watchfloor_owner@/{store.database}?host={store.socket_dir}&port={store.port}"
    source = f"udp://127.0.0.1:{free_port(socket.SOCK_DGRAM)}"
    port = int(source.rpartition(":")[2])
    killed = subprocess.Popen([sys.executable, "-c", LISTENS, url, source], stdout=subprocess.PIPE)
    with killed:
        assert killed.stdout is not None
        assert killed.stdout.readline() == b"listening\n"
        for number in range(400):
            datagram(port, *(tagged(now() - timedelta(seconds=number), mmsi=219000431 + one) for one in range(20)))
            if n_fixes(store) > 200:
                break
        killed.send_signal(signal.SIGKILL)
    counted = n_fixes(store)
    ((run, loaded, recorded),) = rows(
        store, "SELECT id, loaded, recorded_at FROM watchfloor.run WHERE options ? 'live'"
    )
    assert counted > 200
    assert (loaded, recorded) == (counted, None)
    assert rows(store, "SELECT count(*) FROM watchfloor.fix WHERE run_id = %s", [run]) == [(counted,)]

    with listening_to(store, source):
        datagram(port, tagged(now() + timedelta(seconds=30)))
        eventually(lambda: n_fixes(store) == counted + 1)
    assert rows(store, "SELECT recorded_at IS NOT NULL FROM watchfloor.run WHERE id = %s", [run]) == [(True,)]
    assert (
        rows(store, "SELECT DISTINCT version FROM watchfloor.data_version WHERE layer = 'tracks' AND region < 0") != []
    )


@contextmanager
def database_away(store) -> Iterator[None]:
    """Nobody is let in, and who was in is put out."""
    name = sql.Identifier(store.database)
    with psycopg.connect(replace(store, database="postgres").conninfo(Role.OWNER), autocommit=True) as keeper:
        keeper.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(name))
        keeper.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [store.database])
        try:
            yield
        finally:
            keeper.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(name))


def test_while_the_database_is_away_what_comes_waits(store) -> None:
    port, told = free_port(socket.SOCK_DGRAM), []
    with listening_to(store, f"udp://127.0.0.1:{port}", told) as (_, ended, _, _):
        datagram(port, tagged(now()))
        eventually(lambda: n_fixes(store) == 1)
        with database_away(store):
            for number in range(5):
                datagram(port, tagged(now() + timedelta(seconds=number), mmsi=219000432))
            eventually(lambda: any("trying again" in line for line in told))
        eventually(lambda: n_fixes(store) == 6)
    assert ended[0].dropped == 0
    assert rows(store, "SELECT sum(loaded) FROM watchfloor.run WHERE options ? 'live'") == [(6,)]


def test_told_to_stop_while_the_database_is_away_it_ends_and_says_what_is_lost(store, monkeypatch) -> None:
    monkeypatch.setattr(listening_module, "FIRST_WAIT_S", 0.05)
    port, told = free_port(socket.SOCK_DGRAM), []
    with listening_to(store, f"udp://127.0.0.1:{port}", told) as (stop, ended, thread, _):
        datagram(port, tagged(now()))
        eventually(lambda: n_fixes(store) == 1)
        with database_away(store):
            datagram(port, tagged(now() + timedelta(seconds=1)))
            eventually(lambda: any("trying again" in line for line in told))
            stop.is_set = True
            thread.join(PATIENCE_S)
    assert ended[0].dropped == 1
    assert "is lost" in " ".join(told)


# ------------------------------------------------------------ how a feed stands
def test_a_feed_has_one_listener(store) -> None:
    source = f"udp://127.0.0.1:{free_port(socket.SOCK_DGRAM)}"
    with listening_to(store, source) as (_, _, _, feed):
        eventually(lambda: rows(store, "SELECT looked_at IS NOT NULL FROM watchfloor.feed") == [(True,)])
        order = Order(ais_nmea.FORMAT, PUBLIC, "tests")
        other = Listening(source, feed, order, lambda: "", lambda: 0, lambda: None)
        with pytest.raises(BadQuestion, match="one at a time"):
            Listener(store, other, Inbox(), Stop(), lambda _: None).run()


def test_a_retired_feed_ends_its_listener(store) -> None:
    port, told = free_port(socket.SOCK_DGRAM), []
    with listening_to(store, f"udp://127.0.0.1:{port}", told) as (_, _, thread, feed):
        retire(store, feed, "tests")
        datagram(port, tagged(now()))
        thread.join(PATIENCE_S)
    assert "was retired" in " ".join(told)
    assert n_fixes(store) == 0


@pytest.fixture
def command(store, people, tmp_path, monkeypatch):
    """Runs the program in this process over this test's store: exit code and what it printed."""
    people.account("ada", "NTF", (Right.OPERATE, ""))
    return over_store(store, tmp_path / "home", monkeypatch)


def test_a_feed_that_stopped_is_shown_as_stopped(store, command) -> None:
    port = free_port(socket.SOCK_DGRAM)
    with listening_to(store, f"udp://127.0.0.1:{port}"):
        datagram(port, tagged(now()), b"junk\r\n")
        eventually(lambda: n_fixes(store) == 1)

    def state() -> tuple[str, str]:
        (feed,) = json.loads(command("feed", "list", "--json")[0])["feeds"]
        return feed["state"], feed["words"]

    assert state() == ("fresh", "heard now; 1 lines malformed")
    silent = "UPDATE watchfloor.feed SET last_success = last_success - interval '2 minutes' RETURNING 1"
    rows(store, silent)
    assert state() == ("stopped", "stopped: nothing heard for 2 minutes; 1 lines malformed")
    rows(store, "UPDATE watchfloor.feed SET looked_at = looked_at - interval '2 minutes' RETURNING 1")
    assert state()[1].startswith("stopped: nobody has listened since 2")
    with psycopg.connect(store.conninfo(Role.OWNER)) as owner:
        says = [finding.says for finding in check_store(owner, Expected()) if finding.check == "feeds"]
    assert [said for said in says if "is stopped" in said] == says != []
    samples = {sample.name: sample.value for family in FeedGauges(store).collect() for sample in family.samples}
    assert samples["watchfloor_feed_is_fresh"] == 0
    assert (samples["watchfloor_feed_heard_lines"], samples["watchfloor_feed_malformed_lines"]) == (2, 1)


def test_a_source_that_cannot_be_reached_is_told_at_its_feed(store, command) -> None:
    with listening_to(store, f"tcp://127.0.0.1:{free_port()}"):
        eventually(lambda: rows(store, "SELECT errors > 0 FROM watchfloor.feed") == [(True,)])
    (feed,) = json.loads(command("feed", "list", "--json")[0])["feeds"]
    assert (feed["state"], "cannot be reached" in feed["last_error"]) == ("failing", True)


def test_the_command_loads_a_replay_in_the_name_of_an_account(store, command, tmp_path) -> None:
    (tmp_path / "a.nmea").write_bytes(tagged(now()) * 2)
    said = json.loads(
        command("listen", f"file:{tmp_path}/a.nmea", "--speed", "100", "--label", "public", "--as", "ada", "--json")[0]
    )
    assert (said["heard"], said["loaded"], said["unchanged"]) == (2, 1, 1)
    assert rows(store, "SELECT started_by FROM watchfloor.run WHERE options ? 'live'") == [("ada",)]
