"""While the server runs, derived tracks and their events are made now and then, by processes that give way."""

import os
import subprocess
import sys
import threading
from types import TracebackType
from typing import Final, Self

import psycopg
import structlog

from watchfloor.app.runtime import OpenStore
from watchfloor.app.track_files import track_shelf
from watchfloor.data.tracks.verify import status
from watchfloor.geo.errors import StoreUnavailable

log = structlog.get_logger(__name__)

# who starts the server wants to see it first
FIRST_S: Final = 120.0
NICE: Final = 15
ENDS_S: Final = 10.0


class TrackKeeper:
    """Builds what is not as it should be, every so many minutes; ends its build when it ends."""

    def __init__(self, store: OpenStore) -> None:
        self._store = store
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="tracks", daemon=True)

    def __enter__(self) -> Self:
        if self._store.settings.tracks_minutes:
            self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._stop.set()
        if self._thread.ident is not None:
            self._thread.join(ENDS_S + 1)

    def _keep(self) -> None:
        pause = FIRST_S
        while not self._stop.wait(pause):
            pause = 60.0 * self._store.settings.tracks_minutes
            if self._is_behind():
                self._build()

    def _is_behind(self) -> bool:
        try:
            found = status(self._store.address, track_shelf(self._store.settings))
        except (psycopg.OperationalError, OSError, StoreUnavailable) as error:
            log.warning("derived tracks not looked at", error=type(error).__name__)
            return False
        return any(span.waiting for span in found.spans)

    def _build(self) -> None:
        for command in (("tracks", "build"), ("events", "find")):
            if not self._stop.is_set():
                self._run(command)

    def _run(self, command: tuple[str, str]) -> None:
        told = {"WATCHFLOOR_HOME": str(self._store.settings.home)}
        whole = ["nice", "-n", str(NICE), sys.executable, "-m", "watchfloor.app", *command, "--json"]
        with subprocess.Popen(  # noqa: S603
            whole, env=os.environ | told, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        ) as running:
            while running.poll() is None:
                if self._stop.wait(0.5):
                    running.terminate()
                    self._end(running)
                    return
            said = running.communicate()[0].decode(errors="replace").strip()[-500:]
        if running.returncode == 0:
            log.info("derived data built", command=" ".join(command), told=said)
        else:
            log.warning("derived data not built", command=" ".join(command), code=running.returncode, told=said)

    @staticmethod
    def _end(running: "subprocess.Popen[bytes]") -> None:
        try:
            running.wait(ENDS_S)
        except subprocess.TimeoutExpired:
            running.kill()
