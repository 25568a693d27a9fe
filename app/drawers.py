"""The drawing processes of one server: started with it, started again when they die, ended with it."""

import fcntl
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import structlog

from watchfloor.app.drawing_order import DrawingOrder, fits, told
from watchfloor.app.runtime import OpenStore
from watchfloor.app.tiles import Sharing
from watchfloor.data.address import Role

log = structlog.get_logger(__name__)

LOOKS_S: Final = 0.25
# one that dies again and again is started ever more seldom
PAUSE_S, LONGEST_PAUSE_S = 0.5, 30.0
LONG_LIFE_S: Final = 60.0
ENDS_S: Final = 6.0
# so many more requests than the least busy has, and a view goes where its answers are not warm
MORE: Final = 3


@dataclass(eq=False, slots=True)
class Drawer:
    """One of them. under_way, answered: requests; starts: of processes in its place."""

    number: int
    socket: Path
    process: "subprocess.Popen[bytes] | None" = None
    began_s: float = 0.0
    next_s: float = 0.0
    fails: int = 0
    starts: int = 0
    under_way: int = 0
    answered: int = 0

    @property
    def is_up(self) -> bool:
        """Whether it can be asked."""
        return self.process is not None and self.process.poll() is None and self.socket.exists()

    def likes(self, view: str) -> bytes:
        """How much a view belongs here; of several, it belongs most to the same whenever it comes."""
        return blake2b(f"{self.number} {view}".encode(), digest_size=8).digest()


@dataclass(eq=False, slots=True)
class Drawers:
    """The processes that draw for a server. With n = 0 there are none, and nothing is made."""

    store: OpenStore
    port: int
    n: int
    secret: str = field(default_factory=lambda: secrets.token_hex(32), repr=False)
    all: list[Drawer] = field(default_factory=list)
    by_server: int = 0
    _folder: Path = field(init=False)
    _sockets: Path = field(init=False)
    _held: int = -1
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        if self.n:
            self._make_folder()
            self.all = [Drawer(number, self._sockets / f"{number}.sock") for number in range(self.n)]
            for drawer in self.all:
                self._start(drawer)
            self._thread = threading.Thread(target=self._keep, name="drawers", daemon=True)
            self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        if self._thread is None:
            return
        self.stop_looking()
        processes = [drawer.process for drawer in self.all if drawer.process is not None]
        for process in processes:
            _let_go(process)
            # one that is still starting does not see yet that it is let go
            process.terminate()
        until = time.monotonic() + ENDS_S
        for process in processes:
            try:
                process.wait(max(0.0, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        for folder in {self._folder, self._sockets}:
            shutil.rmtree(folder, ignore_errors=True)
        os.close(self._held)

    def stop_looking(self) -> None:
        """None is started again from now on."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(ENDS_S)

    @property
    def pictures(self) -> Path:
        """The folder of the pictures that all processes share."""
        return self._folder / "pictures"

    @property
    def sharing(self) -> Sharing | None:
        """How the server itself shares what it draws when none of them can; None: there are none."""
        if not self.n:
            return None
        return Sharing.of(self.pictures, self.secret, self.store.settings, is_apart=False)

    def said(self) -> str:
        """How they stand, as a line; nothing if there are none."""
        return f"{sum(one.is_up for one in self.all)} of {self.n} drawing processes\n" if self.n else ""

    def in_order(self, view: str) -> list[Drawer]:
        """Those that can be asked for a view, the one to ask first: whose memory has it, unless that one is busy."""
        found = sorted((one for one in self.all if one.is_up), key=lambda one: one.likes(view))
        least = min((one.under_way for one in found), default=0)
        return sorted(found, key=lambda one: one.under_way - least >= MORE)

    def _make_folder(self) -> None:
        root = self.store.settings.home / "cache"
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        clear_left_behind(root)
        self._folder = Path(tempfile.mkdtemp(prefix="server-", dir=root))
        self._held = _hold(self._folder)
        short = fits(self._folder / "00.sock")
        self._sockets = self._folder if short else Path(tempfile.mkdtemp(prefix="wf-"))

    def _start(self, drawer: Drawer) -> None:
        drawer.socket.unlink(missing_ok=True)
        settings = self.store.settings
        order = DrawingOrder(
            socket=str(drawer.socket),
            port=self.port,
            kind=self.store.kind.value,
            conninfo=self.store.address.conninfo(Role.APP),
            pictures=str(self.pictures),
            secret=self.secret,
            hands=max(1, (os.cpu_count() or 2) // self.n),
            settings=told(settings),
        )
        # it is told what it needs, and no secret that stands in the environment of the server
        environment = {name: value for name, value in os.environ.items() if not name.startswith("WATCHFLOOR_")}
        drawer.process = subprocess.Popen(
            [sys.executable, "-m", "watchfloor.app.drawing"],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            # Ctrl-C is for the server, which ends it in order
            start_new_session=True,
        )
        drawer.began_s, drawer.starts = time.monotonic(), drawer.starts + 1
        assert drawer.process.stdin is not None
        with suppress(BrokenPipeError):
            drawer.process.stdin.write(order.line().encode())
            drawer.process.stdin.flush()

    def _keep(self) -> None:
        while not self._stop.wait(LOOKS_S):
            for drawer in self.all:
                self._look_at(drawer)

    def _look_at(self, drawer: Drawer) -> None:
        now = time.monotonic()
        if drawer.process is not None:
            code = drawer.process.poll()
            if code is None:
                return
            drawer.fails = 0 if now - drawer.began_s > LONG_LIFE_S else drawer.fails + 1
            drawer.next_s = now + min(PAUSE_S * 2 ** max(0, drawer.fails - 1), LONGEST_PAUSE_S)
            log.warning("drawing process ended", number=drawer.number, code=code, starts=drawer.starts)
            _let_go(drawer.process)
            drawer.process = None
        if now >= drawer.next_s:
            self._start(drawer)


def clear_left_behind(root: Path) -> None:
    """Delete the folders of servers that live no more: the system has dropped their locks."""
    for folder in root.glob("server-*"):
        try:
            held = _hold(folder)
        except OSError:
            # of a server that lives, or that is starting or ending just now
            continue
        shutil.rmtree(folder, ignore_errors=True)
        os.close(held)


def _hold(folder: Path) -> int:
    """A descriptor that says that the folder's server lives. Raises OSError if another holds it."""
    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def _let_go(process: "subprocess.Popen[bytes]") -> None:
    """Close what keeps it: it ends by itself."""
    if process.stdin is not None:
        with suppress(OSError):
            process.stdin.close()
