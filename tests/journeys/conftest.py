"""One server for all journeys, started as a person starts it; a fresh browser window for each."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from watchfloor.data.address import Role
from watchfloor.data.cluster import ClusterAddress, PrivateCluster

from .real_store import RealStore, real_cluster

FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PASSWORD = "exercise"
# machines are shared and slow at times: what is expected comes, but not always at once
PATIENCE_MS = 30_000
# what a browser holds of an account that has signed in, by server and account
_KEPT: dict[tuple[str, str], list[Any]] = {}
# make test walks at the first; make journeys at all: a desk, a laptop, a wall
SIZES = [
    pytest.param((1920, 1080), id="1920x1080"),
    pytest.param((1366, 768), id="1366x768", marks=pytest.mark.full),
    pytest.param((3840, 2160), id="3840x2160", marks=pytest.mark.full),
]


@dataclass
class Desk:
    """A person at a browser window: what the console complained of, and what was asked of other machines."""

    url: str
    context: BrowserContext
    page: Page
    complaints: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        """Listen to a window."""
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(error.stack or str(error)))
        page.on("request", lambda request: self._note(request.url))

    def window(self) -> Page:
        """Another window of the same browser."""
        page = self.context.new_page()
        self.watch(page)
        return page

    def sign_in(
        self, account: str = "ntf.analyst", path: str = "/whoami", *, password: str = PASSWORD, anew: bool = False
    ) -> Page:
        """Arrive at a page as that account: by the sign-in of an earlier walk while it holds, or else by the form.

        anew: by the form in any case.
        """
        kept = [] if anew else _KEPT.get((self.url, account), [])
        if kept:
            self.context.add_cookies(kept)
        self.page.goto(self.url + path)
        if not kept or is_sign_in(self.page.url):
            self.page.get_by_label("Account").fill(account)
            self.page.get_by_label("Password").fill(password)
            self.page.get_by_role("button", name="Sign in").click()
            self.page.wait_for_url(lambda url: not is_sign_in(url))
            if not anew:
                _KEPT[self.url, account] = self.context.cookies()
        return self.page

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)

    def _note(self, url: str) -> None:
        if not url.startswith((self.url, "data:", "blob:")):
            self.outside.append(url)


def is_sign_in(url: str) -> bool:
    """Whether an address is that of the form by which one signs in."""
    return urlsplit(url).path == "/sign-in"


@pytest.fixture(scope="session")
def home() -> Iterator[Path]:
    """Where the server keeps all that is its own."""
    # a short path that the database's account can pass: pytest's own folders are closed to it
    with tempfile.TemporaryDirectory(prefix="wf-") as folder:
        yield Path(folder)
        PrivateCluster(Path(folder)).remove()


def environment_of(home: Path) -> dict[str, str]:
    """What a command over this server's store runs under."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("WATCHFLOOR_")}
    return {**own, "WATCHFLOOR_HOME": str(home)}


@pytest.fixture(scope="session")
def served(home: Path) -> Iterator[str]:
    """Address of a server over an exercise store of its own."""
    with serving(home) as url:
        yield url


@contextmanager
def serving(home: Path) -> Iterator[str]:
    """Address of a server over the store of that home, gone when the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = str(listener.getsockname()[1])
    command = [sys.executable, "-m", "watchfloor.app", "serve", "--port", port]
    with subprocess.Popen(command, env=environment_of(home), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield next(line for line in process.stdout if "ready at" in line).split("ready at ")[1].split()[0]
        finally:
            process.terminate()
            process.communicate(timeout=60)


@pytest.fixture
def owner(served: str, home: Path) -> Iterator[psycopg.Connection]:
    """The server's store as its owner sees it: to choose what is walked to."""
    folder = home / "cluster" / "socket"
    port = int(next(file.suffix[1:] for file in folder.iterdir() if file.suffix[1:].isdecimal()))
    with psycopg.connect(ClusterAddress(folder, port, "watchfloor").conninfo(Role.OWNER)) as connection:
        yield connection


@pytest.fixture
def command(served: str, home: Path) -> Callable[..., str]:
    """Runs a command of ours over the server's store, as the operator at the machine; what it says."""
    return partial(command_over, home)


def command_over(home: Path, *words: str) -> str:
    """Run a command of ours over the store of that home; what it says."""
    program = [sys.executable, "-m", "watchfloor.app", *words]
    return subprocess.run(program, env=environment_of(home), check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="session")
def real(real_data: Path) -> Iterator[RealStore]:
    """A server over a store of all the real public files, its tracks built and their events found."""
    with tempfile.TemporaryDirectory(prefix="wf-") as folder:
        home = Path(folder)
        with real_cluster(home, real_data) as address:
            command_over(home, "events", "find")
            command_over(home, "tracks", "build")
            with serving(home) as url:
                yield RealStore(url, address)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium with an empty profile."""
    expect.set_options(timeout=PATIENCE_MS)
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(params=SIZES)
def desk(request: pytest.FixtureRequest, served: str, browser: Browser) -> Iterator[Desk]:
    """A window of one of the sizes, in which nobody has signed in."""
    with sat_down(served, browser, request.param) as desk:
        yield desk


@pytest.fixture(params=SIZES)
def real_desk(request: pytest.FixtureRequest, real: RealStore, browser: Browser) -> Iterator[Desk]:
    """The same before the real files."""
    with sat_down(real.url, browser, request.param) as desk:
        yield desk


@contextmanager
def sat_down(url: str, browser: Browser, size: tuple[int, int]) -> Iterator[Desk]:
    """A window of that width and height before a server."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]})
    desk = Desk(url, context, context.new_page())
    desk.watch(desk.page)
    yield desk
    context.close()
