"""One server for all journeys, started as a person starts it; a fresh browser window for each."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from watchfloor.data.cluster import PrivateCluster

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
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self._note(request.url))

    def window(self) -> Page:
        """Another window of the same browser."""
        page = self.context.new_page()
        self.watch(page)
        return page

    def sign_in(self, account: str = "ntf.analyst", path: str = "/whoami") -> Page:
        """Sign in and arrive at a page."""
        self.page.goto(self.url + path)
        self.page.get_by_label("Account").fill(account)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_url(self.url + path)
        return self.page

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)

    def _note(self, url: str) -> None:
        if not url.startswith((self.url, "data:", "blob:")):
            self.outside.append(url)


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
def command(served: str, home: Path) -> Callable[..., str]:
    """Runs a command of ours over the server's store, as the operator at the machine; what it says."""

    def run(*words: str) -> str:
        program = [sys.executable, "-m", "watchfloor.app", *words]
        return subprocess.run(program, env=environment_of(home), check=True, capture_output=True, text=True).stdout

    return run


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium with an empty profile."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(params=SIZES)
def desk(request: pytest.FixtureRequest, served: str, browser: Browser) -> Iterator[Desk]:
    """A window of one of the sizes, in which nobody has signed in."""
    width, height = request.param
    context = browser.new_context(viewport={"width": width, "height": height})
    desk = Desk(served, context, context.new_page())
    desk.watch(desk.page)
    yield desk
    context.close()
