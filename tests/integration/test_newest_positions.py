"""Where each craft was heard last: the newest alone, under the reader's rights, and only while it is on record."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from watchfloor.data.address import Role
from watchfloor.data.feeds_watch import Stop
from watchfloor.data.ingest import ais_nmea
from watchfloor.data.ingest.pipeline import Order, ingest
from watchfloor.data.ingest.undo import undo_run
from watchfloor.data.live.inbox import Inbox
from watchfloor.data.live.listener import Listener, Listening
from watchfloor.data.registry import PUBLIC, LabelSpec
from watchfloor.data.repository import Asker, Repository
from watchfloor.geo.newest import NewestPositions
from watchfloor.geo.scope import Tlp

from .ais_sender import now, tagged

AMBER = LabelSpec("NTF", Tlp.AMBER)


@pytest.fixture
def repository(store) -> Iterator[Repository]:
    with Repository(store) as repository:
        yield repository


def heard(store, *lines: bytes, label: LabelSpec = PUBLIC) -> None:
    inbox = Inbox()
    inbox.put([line.strip() for line in lines])
    inbox.end()
    order = Order(ais_nmea.FORMAT, label, "tests")
    Listener(store, Listening("tests", None, order, str, int, lambda: None), inbox, Stop(), lambda _: None).run()


def newest(store, repository: Repository, token: str) -> NewestPositions:
    # asked anew, and not of what is kept for this change
    repository._newest.clear()
    return repository.newest_positions(Asker(token, uuid4()))


def test_each_craft_stands_where_it_was_heard_last(store, people, repository) -> None:
    token = people.account("ada", "NTF")
    heard(
        store,
        tagged(now() - timedelta(minutes=3), lon=1.0),
        tagged(now() - timedelta(minutes=1), lon=2.0),
        tagged(now() - timedelta(minutes=2), lon=3.0),
        tagged(now() - timedelta(minutes=5), mmsi=219000432, heading=511, speed=102.3, course=360),
        tagged(now() - timedelta(minutes=40), mmsi=219000433),
    )
    found = newest(store, repository, token)
    assert found.lon.tolist() == [2.0, 12.5]
    assert found.total == 2
    assert [60 <= age < 300 for age in found.age_s] == [True, False]
    assert (found.heading_deg[0], bool(found.heading_deg[1] != found.heading_deg[1])) == (140, True)


def test_a_clock_that_is_ahead_does_not_hide_where_its_craft_is(store, people, repository) -> None:
    token = people.account("ada", "NTF")
    heard(store, tagged(now(), lon=2.0), tagged(now() + timedelta(days=400), lon=3.0))
    assert newest(store, repository, token).lon.tolist() == [2.0]


def test_who_may_not_see_a_position_sees_no_craft(store, people, repository) -> None:
    people.label(AMBER)
    ours, theirs = people.account("ada", "NTF"), people.account("bob", "CGD")
    heard(store, tagged(now()), label=AMBER)
    assert newest(store, repository, ours).total == 1
    assert newest(store, repository, theirs).total == 0


def test_a_position_that_was_taken_back_is_seen_no_more(store, people, repository) -> None:
    token = people.account("ada", "NTF")
    heard(store, tagged(now()))
    with psycopg.connect(store.conninfo(Role.INTAKE)) as connection:
        (run,) = connection.execute("SELECT max(id) FROM watchfloor.run").fetchone()
    undo_run(store, run, by="tests")
    assert newest(store, repository, token).total == 0


def test_each_open_page_is_audited_once_however_often_it_looks(store, people, repository) -> None:
    asker = Asker(people.account("ada", "NTF"), uuid4())
    for number in range(3):
        heard(store, tagged(now() - timedelta(seconds=number)))
        repository._newest.clear()
        repository.newest_positions(asker)
    with psycopg.connect(store.conninfo(Role.OWNER)) as owner:
        question = "SELECT action, question FROM sealed.audit WHERE view_id = %s"
        found = owner.execute(question, [asker.view_id]).fetchall()
    assert found == [("view", {"layer": "live"})]


def test_the_positions_of_a_file_that_is_minutes_old_are_among_the_newest(store, people, repository, tmp_path) -> None:
    token = people.account("ada", "NTF")
    path: Path = tmp_path / "just.nmea"
    path.write_bytes(tagged(now()))
    ingest(store, Order(ais_nmea.FORMAT, PUBLIC, "tests"), [path])
    assert newest(store, repository, token).total == 1
