"""Drawn pictures in files that all processes of one server share: bounded in bytes, private, of this run of it alone.

A file's name is a digest, under a secret of the run, of what its reader may see, the order and the versions of all that
it depends on: whoever may see something else, or asks after a change, asks for another name.
"""

import fcntl
import os
import threading
import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from hashlib import blake2b
from pathlib import Path
from typing import Final
from uuid import UUID, uuid4

import structlog

log = structlog.get_logger(__name__)

# a file's time says when it was last of use, to the minute
USED_S: Final = 60.0
# of what is allowed: so much may a process write between two looks at the whole
_SHARE: Final = 16
# pictures are drawn one by one within each of so many groups
_GROUPS: Final = 256


class PictureStore:
    """Pictures by what they show and who may see it; safe for several threads and processes."""

    def __init__(self, folder: Path, most_bytes: int, secret: bytes) -> None:
        """folder: of this run, which its maker empties. secret: 16 to 64 bytes, the same in all its processes."""
        self._folder = folder
        self._most_bytes = most_bytes
        self._secret = secret
        self._written = 0
        self._lock = threading.Lock()
        for one in (folder, self._locks):
            one.mkdir(mode=0o700, parents=True, exist_ok=True)

    def drawn(self, scope: Hashable, order: object, draw: Callable[[], bytes]) -> bytes:
        """The picture as any process drew it, or drawn now; what two ask for at once is drawn once.

        A disk that takes nothing costs the sharing, not the picture.
        """
        name = self.name(scope, order)
        found = self._read(name)
        if found is not None:
            return found
        with self._alone(name):
            found = self._read(name)
            if found is None:
                found = draw()
                self._write(name, found)
            return found

    def name(self, scope: Hashable, order: object) -> str:
        """Name of the file; nothing can be told from it. Raises TypeError for what has no lasting spelling."""
        said = f"{_spelled(scope)} {_spelled(order)}".encode()
        return blake2b(said, digest_size=20, key=self._secret).hexdigest()

    def sweep(self) -> int:
        """Delete what was of no use for longest, down to nine tenths of what is allowed; how many bytes are left.

        One process does it at a time: -1 while it is another.
        """
        with self._keeper() as is_mine:
            if not is_mine:
                return -1
            held = sorted((told.st_mtime, told.st_size, entry) for entry, told in self._files())
            left = sum(size for _, size, _ in held)
            if left > self._most_bytes:
                for _, size, path in held:
                    path.unlink(missing_ok=True)
                    left -= size
                    if left <= self._most_bytes * 9 // 10:
                        break
            return left

    @property
    def _locks(self) -> Path:
        return self._folder / "locks"

    def _read(self, name: str) -> bytes | None:
        try:
            with open(os.open(self._folder / name, os.O_RDONLY | os.O_NOFOLLOW), "rb") as file:
                told = os.fstat(file.fileno())
                if time.time() - told.st_mtime > USED_S:
                    os.utime(file.fileno())
                return file.read()
        except FileNotFoundError:
            return None
        except OSError as error:
            log.warning("kept picture not read", error=type(error).__name__, errno=error.errno)
            return None

    def _write(self, name: str, picture: bytes) -> None:
        part = self._folder / f"{name}.{uuid4().hex}.part"
        try:
            with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(picture)
            part.replace(self._folder / name)
        except OSError as error:
            log.warning("picture not kept", error=type(error).__name__, errno=error.errno)
            with suppress(OSError):
                part.unlink(missing_ok=True)
            return
        with self._lock:
            self._written += len(picture)
            is_due = self._written * _SHARE > self._most_bytes
            if is_due:
                self._written = 0
        if is_due:
            self.sweep()

    @contextmanager
    def _alone(self, name: str) -> Iterator[None]:
        """While nobody else, in whatever process, draws the same; the system drops the lock of one that dies."""
        path = self._locks / str(int(name[:8], 16) % _GROUPS)
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        except OSError as error:
            log.warning("picture drawn without a lock", error=type(error).__name__, errno=error.errno)
            yield
            return
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    @contextmanager
    def _keeper(self) -> Iterator[bool]:
        descriptor = os.open(self._locks / "keeper", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield True
        except BlockingIOError:
            yield False
        finally:
            os.close(descriptor)

    def _files(self) -> Iterator[tuple[Path, os.stat_result]]:
        with os.scandir(self._folder) as entries:
            for entry in entries:
                with suppress(FileNotFoundError):
                    if entry.is_file(follow_symlinks=False):
                        yield Path(entry.path), entry.stat(follow_symlinks=False)


def _spelled(value: object) -> str:
    """The value as text that is the same in every process; sets in order. Raises TypeError."""
    if value is None or isinstance(value, (bool, int, float, str, date, UUID, Enum)):
        return f"{type(value).__name__}:{value!r}"
    if isinstance(value, (tuple, list)):
        return f"({','.join(map(_spelled, value))})"
    if isinstance(value, (set, frozenset)):
        return f"{{{','.join(sorted(map(_spelled, value)))}}}"
    if is_dataclass(value) and not isinstance(value, type):
        return f"{type(value).__name__}({','.join(_spelled(getattr(value, one.name)) for one in fields(value))})"
    raise TypeError(f"{type(value).__name__} has no spelling that lasts")
