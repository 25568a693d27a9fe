"""Files that are being made for people: in the background, a bounded number, private to one sign-in, gone soon."""

import hashlib
import secrets
import shutil
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol

import structlog

from watchfloor.app.intake_tickets import Cancel, Later, later
from watchfloor.data.export.cover import put_under_cover
from watchfloor.data.export.exports import handed
from watchfloor.data.export.found import Cancelled
from watchfloor.data.repository import Asker, Repository
from watchfloor.geo.errors import BadQuestion, Refused, WatchfloorError
from watchfloor.geo.handing_on import Form, Handling

log = structlog.get_logger(__name__)

KEPT_S = 1800.0
AT_ONCE = 2
MOST_OF_ONE = 4
MOST_IN_ALL = 40
GONE = "that file is no longer here: export it again"
RIGHTS_CHANGED = "your rights have changed since this file was made: it was deleted; export it again"
IN_THE_LOG = "the file could not be made, for a reason that is in the log; nothing was handed on"


class Stage(StrEnum):
    """How far a file is."""

    WAITING = "waiting"
    READING = "reading"
    WRITING = "writing"
    READY = "ready"
    LEAVING = "leaving"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Making(Protocol):
    """What makes a file: `read` says what it will hold, `write` writes it; each tells how many rows are done."""

    @property
    def form(self) -> Form:
        """Of the file."""
        ...

    @property
    def title(self) -> str:
        """What is in it, for a list."""
        ...

    def read(self, folder: Path, told: Callable[[int], None]) -> int:
        """Read what the file is made of; how many rows there are."""
        ...

    def write(self, path: Path, told: Callable[[int], None]) -> Handling:
        """Write the file."""
        ...


@dataclass(slots=True)
class Export:
    """One file: whose it is, how far it is, what it says of itself once it is ready."""

    key: str
    seal: str
    folder: Path
    making: Making
    epoch: str
    begun: float
    stage: Stage = Stage.WAITING
    rows: int = 0
    of: int = 0
    fault: str = ""
    name: str = ""
    size: int = 0
    sha256: bytes = b""
    handling: Handling | None = None
    wanted: threading.Event = field(default_factory=threading.Event)
    cancel_timer: Cancel | None = None

    @property
    def path(self) -> Path:
        """Where the file lies."""
        return self.folder / f"file.{self.making.form.ending}"

    @property
    def is_under_way(self) -> bool:
        """Whether it is still being made."""
        return self.stage in {Stage.WAITING, Stage.READING, Stage.WRITING}

    def told(self, rows: int) -> None:
        """So many rows are done. Raises Cancelled if nobody wants the file any more."""
        self.rows = rows
        if not self.wanted.is_set():
            raise Cancelled


class Exports:
    """The files of one server, under a folder that only its account reads."""

    def __init__(
        self,
        home: Path,
        repository: Repository,
        *,
        kept_s: float = KEPT_S,
        timer: Later = later,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folder, self._repository = home / "exports", repository
        self._kept_s, self._timer, self._clock = kept_s, timer, clock
        self._exports: dict[str, Export] = {}
        self._lock = threading.Lock()
        self._hands = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="export")

    def clear(self) -> None:
        """Delete what a server before this one left behind."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def begin(self, seal: str, epoch: str, making: Making) -> Export:
        """Begin to make a file. Raises Refused if too many are under way or kept."""
        with self._lock:
            own = [one for one in self._exports.values() if one.seal == seal]
            for finished in [one for one in own if one.stage in {Stage.FAILED, Stage.CANCELLED}]:
                self._drop(finished)
            if sum(one.is_under_way for one in own) >= AT_ONCE:
                raise Refused(f"{AT_ONCE} files of yours are being made: wait for one, or cancel it")
            if len(own) >= MOST_OF_ONE or len(self._exports) >= MOST_IN_ALL:
                raise Refused("too many files wait to be fetched: download or discard one first")
            key = secrets.token_urlsafe(18)
            folder = self._folder / key
            folder.mkdir(mode=0o700, parents=True)
            export = Export(key, seal, folder, making, epoch, self._clock())
            export.wanted.set()
            self._exports[key] = export
            export.cancel_timer = self._timer(self._kept_s, lambda: self.drop(export))
        self._hands.submit(self._make, export)
        return export

    def of(self, key: str, seal: str) -> Export:
        """The file of that key, if it belongs to this sign-in. Raises BadQuestion if there is none."""
        export = self._exports.get(key)
        if export is None or export.seal != seal:
            raise BadQuestion(GONE)
        return export

    def own(self, seal: str) -> list[Export]:
        """The files of one sign-in, in the order in which they were begun."""
        return sorted((one for one in list(self._exports.values()) if one.seal == seal), key=lambda one: one.begun)

    def cancel(self, export: Export) -> None:
        """Make it no further; its file goes at once."""
        export.wanted.clear()
        if not export.is_under_way:
            self.drop(export)

    def hand_over(self, export: Export, asker: Asker) -> Handling:
        """Note that a file leaves now: audit and record of dissemination in one transaction, before its first byte.

        Raises BadQuestion if it is not ready or leaves already, Refused if the asker's rights are others than when it
        was made: the file is deleted then.
        """
        with self._lock:
            if export.stage is Stage.LEAVING:
                raise BadQuestion("this file is fetched already: it leaves once")
            if export.stage is not Stage.READY or export.handling is None:
                raise BadQuestion("this file is not ready yet")
            export.stage = Stage.LEAVING
        try:
            if self._repository.scope(asker).epoch != export.epoch:
                raise Refused(RIGHTS_CHANGED)
            form = export.making.form.value
            self._repository.hand_on(asker, handed(export.handling, form, export.name, export.sha256, export.size))
        except Refused as error:
            self.drop(export)
            raise Refused(RIGHTS_CHANGED) from error
        except BaseException:
            # nothing was written down, and nothing has left
            export.stage = Stage.READY
            raise
        return export.handling

    def drop(self, export: Export) -> None:
        """Delete the file and forget it."""
        with self._lock:
            self._drop(export)

    def _drop(self, export: Export) -> None:
        export.wanted.clear()
        if export.cancel_timer is not None:
            export.cancel_timer()
        shutil.rmtree(export.folder, ignore_errors=True)
        self._exports.pop(export.key, None)

    # ------------------------------------------------------------ in a worker thread
    def _make(self, export: Export) -> None:
        try:
            export.told(0)
            self._made(export)
        except Cancelled:
            export.stage = Stage.CANCELLED
        except WatchfloorError as error:
            text = str(error)
            export.stage, export.fault = Stage.FAILED, text[:1].upper() + text[1:]
        except Exception as error:
            log.error("export failed", form=export.making.form.value, exc_info=error)
            export.stage, export.fault = Stage.FAILED, IN_THE_LOG
        finally:
            if export.stage is not Stage.READY:
                shutil.rmtree(export.folder, ignore_errors=True)

    def _made(self, export: Export) -> None:
        export.stage = Stage.READING
        export.of = export.making.read(export.folder, export.told)
        export.stage = Stage.WRITING
        export.told(0)
        form = export.making.form
        bare = export.folder / f"table.{form.value}" if form.has_cover else export.path
        handling = export.making.write(bare, export.told)
        if form.has_cover:
            put_under_cover(bare, export.path, handling)
        export.sha256, export.size = _digest(export.path), export.path.stat().st_size
        export.handling, export.name = handling, f"{handling.file_stem}.{form.ending}"
        export.told(export.of)
        export.stage = Stage.READY


def _digest(path: Path) -> bytes:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").digest()
