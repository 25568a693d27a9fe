"""Live positions as a page asks for them: under the reader's rights, only what is new, refused under old rights."""

import struct
import time
from datetime import timedelta
from uuid import uuid4

import httpx
import psycopg
import pytest

from watchfloor.app import routes_live
from watchfloor.app.routes_live import CHANGE, READ_AGO
from watchfloor.data import live_answering
from watchfloor.data.address import Role
from watchfloor.data.feeds_watch import Stop
from watchfloor.data.gate import Terms
from watchfloor.data.ingest import ais_nmea
from watchfloor.data.ingest.pipeline import Order
from watchfloor.data.live.inbox import Inbox
from watchfloor.data.live.listener import Listener, Listening
from watchfloor.data.registry import PUBLIC, LabelSpec, ensure_agency
from watchfloor.geo.scope import Tlp

from .ais_sender import now, tagged
from .conftest import Served


def heard(server: Served, *lines: bytes, label: LabelSpec = PUBLIC) -> None:
    inbox = Inbox()
    inbox.put([line.strip() for line in lines])
    inbox.end()
    given = Listening("tests", None, Order(ais_nmea.FORMAT, label, "tests"), str, int, lambda: None)
    Listener(server.runtime.address, given, inbox, Stop(), lambda _: None).run()


def epoch(server: Served, name: str) -> str:
    return server.runtime.door.peek(server.runtime.gate.issue(name, Terms())).epoch


def set_ahead(monkeypatch, seconds: float) -> None:
    for module in (routes_live, live_answering):
        monkeypatch.setattr(module, "monotonic", lambda: time.monotonic() + seconds)


@pytest.fixture(scope="module")
def address(server) -> str:
    server.account("ada")
    return f"/live/positions?e={epoch(server, 'ada')}&view={uuid4()}"


def test_who_is_not_signed_in_gets_no_position(server, address) -> None:
    with server.client() as nobody:
        nobody.headers["accept"] = "*/*"
        assert nobody.get(address).status_code == 401


def test_a_page_gets_what_is_new_and_nothing_twice(server, address) -> None:
    heard(server, tagged(now() - timedelta(seconds=40)), tagged(now(), mmsi=219000432, heading=511, speed=0.0))
    with server.signed_in("ada") as client:
        answer = client.get(address)
        assert answer.status_code == 200
        n, total = struct.unpack_from("<II", answer.content)
        assert (n, total, len(answer.content)) == (2, 2, 8 + 2 * 13)
        ages = struct.unpack_from("<2H", answer.content, 8 + 2 * 8)
        directions = struct.unpack_from("<2H", answer.content, 8 + 2 * 10)
        assert 0 <= ages[0] < ages[1]
        assert directions == (65_535, 140)
        again = client.get(f"{address}&have={answer.headers[CHANGE]}")
        assert (again.status_code, again.content) == (204, b"")


def test_a_feed_that_a_reader_may_not_see_changes_nothing_that_they_are_told(server, address) -> None:
    with psycopg.connect(server.runtime.address.conninfo(Role.OWNER)) as owner:
        ensure_agency(owner, "B", "Agency B", "+1-202-555-0100")
    heard(server, tagged(now(), mmsi=219000431))
    with server.signed_in("ada") as client:
        had = await_same(client, address)
        notices = server.runtime.repository._notices
        before = notices.generation
        heard(server, tagged(now(), mmsi=219000439), label=LabelSpec("B", Tlp.AMBER_STRICT))
        while notices.generation == before:
            time.sleep(0.05)
        again = client.get(f"{address}&have={had.headers[CHANGE]}")
        assert (again.status_code, again.content) == (204, b"")
        assert dict(client.get(address).headers)[CHANGE] == had.headers[CHANGE]


def await_same(client: httpx.Client, address: str) -> httpx.Response:
    """The answer once all that was published has been heard of."""
    answer = client.get(address)
    for _ in range(200):
        time.sleep(0.3)
        before, answer = answer, client.get(address)
        if before.headers[CHANGE] == answer.headers[CHANGE]:
            return answer
    raise AssertionError("changes never end")


def test_what_is_asked_for_later_is_told_as_older(server, address, monkeypatch) -> None:
    heard(server, tagged(now(), mmsi=219000441))
    with server.signed_in("ada") as client:
        first = client.get(address)
        n = struct.unpack_from("<I", first.content)[0]
        assert float(first.headers[READ_AGO]) < 5
        set_ahead(monkeypatch, 300)
        later = client.get(address)
        assert (later.headers[CHANGE], later.content) == (first.headers[CHANGE], first.content)
        assert 300 <= float(later.headers[READ_AGO]) < 330
        set_ahead(monkeypatch, 1000)
        # the newest minutes are over, though nothing has changed
        assert n > 0
        assert struct.unpack_from("<II", client.get(address).content) == (0, 0)


def test_an_address_of_old_rights_is_refused(server, address) -> None:
    with server.signed_in("ada") as client:
        assert client.get(address.replace("e=", "e=old")).status_code == 410


def test_an_address_without_a_view_is_refused(server, address) -> None:
    with server.signed_in("ada") as client:
        assert client.get(address.partition("&view")[0]).status_code == 400
