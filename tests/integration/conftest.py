"""A running server over a store of the test's own: real HTTP, real websockets, real PostGIS."""

import itertools
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psycopg
import pytest
import uvicorn
from websockets.sync.client import ClientConnection, connect

from watchfloor.app.drawers import Drawers
from watchfloor.app.runtime import Runtime
from watchfloor.app.server import create_app
from watchfloor.app.settings import Settings
from watchfloor.app.tiles import warmed
from watchfloor.data.address import Role
from watchfloor.data.cluster import ClusterAddress
from watchfloor.data.door import Door
from watchfloor.data.gate import Gate
from watchfloor.data.registry import Account, ensure_principal
from watchfloor.data.repository import Repository
from watchfloor.data.store_kind import StoreKind
from watchfloor.geo.scope import PrincipalKind

from ..copied_store import Original, copied, original
from .oracle_world import Filled, World, filled

PASSWORD = "correct horse"
_numbers = itertools.count()


@dataclass(frozen=True, slots=True)
class Served:
    """A server on loopback."""

    runtime: Runtime
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def client(self, **headers: str) -> httpx.Client:
        """A browser that nobody has signed in with."""
        return httpx.Client(base_url=self.url, headers={"accept": "text/html", "origin": self.url, **headers})

    def account(self, name: str, *, kind: PrincipalKind = PrincipalKind.PERSON, is_demo: bool = False) -> str:
        """An account that signs in with PASSWORD."""
        with psycopg.connect(self.runtime.address.conninfo(Role.OWNER)) as connection:
            ensure_principal(connection, Account(name, kind, name.title(), password=PASSWORD, is_demo=is_demo))
        return name

    @contextmanager
    def signed_in(self, name: str = "ada", **headers: str) -> Iterator[httpx.Client]:
        """A browser in which that person has signed in."""
        self.account(name)
        with self.client(**headers) as client:
            answer = self.send_sign_in(client, name)
            assert answer.status_code == 303, answer.text
            yield client

    def send_sign_in(self, client: httpx.Client, name: str, password: str = PASSWORD, **form: str) -> httpx.Response:
        """Fill in the sign-in form and send it."""
        page = client.get("/sign-in").text
        key = page.split('name="form_key" value="')[1].split('"')[0]
        return client.post("/sign-in", data={"account": name, "password": password, "form_key": key, **form})

    def socket(
        self, token: str, client: httpx.Client | None = None, *, origin: str | None = "", **headers: str
    ) -> ClientConnection:
        """The websocket of a page, with the cookies of that browser."""
        cookies = "; ".join(f"{name}={value}" for name, value in (client.cookies.items() if client else ()))
        return connect(
            f"ws://127.0.0.1:{self.port}/whoami/ws",
            origin=self.url if origin == "" else origin,  # type: ignore[arg-type]
            subprotocols=["bokeh", token],  # type: ignore[list-item]
            additional_headers={**({"cookie": cookies} if cookies else {}), **headers},
        )

    def document(self, client: httpx.Client) -> str:
        """What the page who-am-I shows, as Bokeh sends it through the websocket."""
        with self.socket(page_token(client.get("/whoami").text), client) as socket:
            for fragment in ({"msgid": "1", "msgtype": "PULL-DOC-REQ"}, {}, {}):
                socket.send(json.dumps(fragment))
            while '"PULL-DOC-REPLY"' not in str(socket.recv(timeout=10)):
                pass
            socket.recv(timeout=10)
            return str(socket.recv(timeout=10))

    def sql(self, statement: str) -> None:
        """One statement as the owner."""
        with psycopg.connect(self.runtime.address.conninfo(Role.OWNER)) as connection:
            connection.execute(statement.encode())


def page_token(page: str) -> str:
    """The Bokeh token that stands in a page."""
    return page.split('"token":"')[1].split('"', maxsplit=1)[0]


@pytest.fixture
def serve(store: ClusterAddress, tmp_path: Path) -> Iterator[Callable[..., Served]]:
    """Starts a server of this test's own, with these settings; it stops with the test."""
    with ExitStack() as stack:
        yield lambda **settings: stack.enter_context(_running(store, Settings(home=tmp_path, **settings)))


@pytest.fixture(scope="module")
def server(cluster: ClusterAddress, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server on loopback with the usual settings, shared by the tests of one file: spoil nothing in it."""
    with (
        copied(cluster, template) as address,
        _running(address, Settings(home=tmp_path_factory.mktemp("home"))) as served,
    ):
        yield served


@contextmanager
def _running(address: ClusterAddress, settings: Settings) -> Iterator[Served]:
    with Door(address, most=4) as door, Repository(address) as repository:
        runtime = Runtime(settings, address, StoreKind.EXERCISE, door, Gate(address), repository)
        with listening(runtime) as (served, _):
            yield served


@contextmanager
def listening(runtime: Runtime, *, drawers: int = 0) -> Iterator[tuple[Served, Drawers]]:
    """A server over what a test has opened itself, with so many drawing processes."""
    # pytest changes the filter of warnings with each test, which libraries that are being imported meanwhile change too
    warmed().join()
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    started = threading.Event()

    class Told(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            started.set()

    with Drawers(runtime, port, drawers) as beside:
        app = create_app(runtime, port, beside if drawers else None)
        process = Told(
            uvicorn.Config(app, log_config=None, access_log=False, proxy_headers=False, timeout_graceful_shutdown=1)
        )
        thread = threading.Thread(target=process.run, kwargs={"sockets": [listener]})
        thread.start()
        assert started.wait(30)
        try:
            yield Served(runtime, port), beside
        finally:
            process.should_exit = True
            thread.join(20)
            listener.close()


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """An empty folder to be watched."""
    path = tmp_path / "inbox"
    path.mkdir()
    return path


type MakeStore = Callable[[], AbstractContextManager[ClusterAddress]]


@pytest.fixture
def another_store(cluster: ClusterAddress, template: str) -> MakeStore:
    """Makes more empty stores beside the test's own."""
    return lambda: copied(cluster, template)


@pytest.fixture(scope="session")
def oracle(cluster: ClusterAddress, template: str) -> Iterator[Original[Filled]]:
    """A store with the world of the oracle, loaded once."""
    with original(cluster, template, filled) as made:
        yield made


@pytest.fixture
def world(oracle: Original[Filled]) -> Iterator[World]:
    """The world of the oracle in a store of this test's own; its `address` tells which."""
    with oracle.copied() as store, oracle.told.opened(store) as opened:
        yield opened
