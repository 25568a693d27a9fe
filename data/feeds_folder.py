"""A watched folder: what lies in it, one file taken in hand, and where it goes. Nothing leads out of it.

    DIR/                      where files are put
    DIR/done, DIR/refused     where they go, each with what is to be said of it beside it
    DIR/.watchfloor/          the watcher's own: its lock, and in `hand` the one file that it works on

A file is taken in hand by renaming it: from then on nobody can put another, or a link, in its place. All names are
resolved from descriptors of these folders, which were no links when they were opened.
"""

import errno
import hashlib
import heapq
import os
import stat
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from watchfloor.data.cluster_locks import try_lock
from watchfloor.data.feeds_names import is_offered, names_for
from watchfloor.geo.errors import BadInput, BadQuestion

OWN, HAND, DONE, REFUSED = ".watchfloor", "hand", "done", "refused"
MOST_AT_ONCE = 10_000
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# what a share says that knows no second name for a file
_NO_LINKS = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EACCES}

type Beside = Mapping[str, Callable[[IO[str]], None]]
"""What is written beside a file: what its name ends with, and what writes it."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A file as it was seen at one look; it has not changed if it is the same at the next. `written_ns`: UTC."""

    name: str
    size: int
    written_ns: int
    inode: int


class WatchedFolder:
    """One folder, for one watcher at a time. As a context manager: opened and locked inside.

    Raises BadQuestion if it is none, may not be written, or another watcher has it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self._opened = ExitStack()

    def __enter__(self) -> Self:
        try:
            with ExitStack() as opened:
                self._root = self._open(opened, str(self.path), None, _FOLDER & ~os.O_NOFOLLOW)
                self._own = self._made(opened, OWN, self._root, is_private=True)
                self._lock(opened)
                self._hand = self._made(opened, HAND, self._own, is_private=True)
                self._done = self._made(opened, DONE, self._root)
                self._refused = self._made(opened, REFUSED, self._root)
                self._opened = opened.pop_all()
        except OSError as error:
            raise BadQuestion(f"{self.path} cannot be watched: {error.filename}: {error.strerror}") from error
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._opened.close()

    # ------------------------------------------------------------ looking
    def look(self) -> list[Seen]:
        """The files that lie there, the earliest written first, at most so many at once; links are none."""
        with os.scandir(self._root) as entries:
            found = (self._seen(entry.name, self._root) for entry in entries if is_offered(entry.name))
            return heapq.nsmallest(MOST_AT_ONCE, filter(None, found), key=lambda one: (one.written_ns, one.name))

    def unchanged(self, before: list[Seen]) -> list[Seen]:
        """Those of an earlier look that are still the same: nobody is writing them."""
        return [one for one in before if self._seen(one.name, self._root) == one]

    # ------------------------------------------------------------ in hand
    def take(self, seen: Seen) -> Seen | None:
        """Take a file in hand; None if it is gone or no longer what was seen, and then it lies where it lay."""
        try:
            os.rename(seen.name, seen.name, src_dir_fd=self._root, dst_dir_fd=self._hand)
        except FileNotFoundError:
            return None
        held = self._seen(seen.name, self._hand)
        if held != seen:
            self.put_back(seen.name)
            return None
        return held

    def held(self) -> list[Seen]:
        """What a watcher that was killed has left in hand."""
        with os.scandir(self._hand) as entries:
            return sorted(filter(None, (self._seen(e.name, self._hand) for e in entries)), key=lambda one: one.name)

    def path_of(self, held: Seen) -> Path:
        """Where the file in hand is read. Raises BadInput if the folder in hand is no longer the one we opened."""
        folder = self.path / OWN / HAND
        found, ours = folder.stat(follow_symlinks=False), os.fstat(self._hand)
        if (found.st_dev, found.st_ino) != (ours.st_dev, ours.st_ino):
            raise BadInput(f"{folder} was exchanged: end whoever writes there, and start the watcher again")
        return folder / held.name

    def digest_of(self, held: Seen) -> bytes:
        """SHA-256 of the file in hand."""
        descriptor = os.open(held.name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=self._hand)
        with os.fdopen(descriptor, "rb") as file:
            return hashlib.file_digest(file, "sha256").digest()

    def is_unchanged(self, held: Seen) -> bool:
        """Whether nobody has written the file in hand since it was taken."""
        return self._seen(held.name, self._hand) == held

    def put_back(self, name: str) -> None:
        """Lay a file in hand back where it lay: somebody writes it still."""
        for target in names_for(name, hashlib.sha256(os.fsencode(name)).hexdigest()):
            if self._seen_any(target, self._root) is None:
                os.rename(name, target, src_dir_fd=self._hand, dst_dir_fd=self._root)
                return

    # ------------------------------------------------------------ where it goes
    def settle(self, held: Seen, sha256: bytes, *, is_good: bool, beside: Beside) -> str:
        """Move the file in hand to `done` or `refused`, with what is said of it beside it; its path there.

        Nothing is overwritten. Done again after it was cut off anywhere, it ends in the same.
        """
        folder, title = (self._done, DONE) if is_good else (self._refused, REFUSED)
        for target in names_for(held.name, sha256.hex()):
            is_named = self._name(held, target, folder, beside)
            if is_named is None:
                continue
            for ending, write in beside.items():
                self._write(folder, target + ending, sha256.hex(), write)
            if is_named:
                os.unlink(held.name, dir_fd=self._hand)
            else:
                os.rename(held.name, target, src_dir_fd=self._hand, dst_dir_fd=folder)
            return f"{title}/{target}"
        raise AssertionError("names have no end")

    def _name(self, held: Seen, target: str, folder: int, beside: Beside) -> bool | None:
        """Give the file in hand a second name there: True; None if that is taken, False if the share knows none."""
        there = self._seen_any(target, folder)
        if there is not None:
            ours = os.stat(held.name, dir_fd=self._hand, follow_symlinks=False)
            return True if (there.st_dev, there.st_ino) == (ours.st_dev, ours.st_ino) else None
        if any(self._seen_any(target + ending, folder) is not None for ending in beside):
            return None
        try:
            os.link(held.name, target, src_dir_fd=self._hand, dst_dir_fd=folder, follow_symlinks=False)
        except FileExistsError:
            return None
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            return False
        return True

    @staticmethod
    def _write(folder: int, name: str, digest: str, write: Callable[[IO[str]], None]) -> None:
        unfinished = f".{digest[:32]}"
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(unfinished, flags, 0o640, dir_fd=folder)
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="replace", newline="") as out:
            write(out)
        os.replace(unfinished, name, src_dir_fd=folder, dst_dir_fd=folder)

    # ------------------------------------------------------------ descriptors
    def _lock(self, opened: ExitStack) -> None:
        descriptor = os.open("lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600, dir_fd=self._own)
        opened.callback(os.close, descriptor)
        if not try_lock(descriptor):
            raise BadQuestion(f"another watcher watches {self.path} already: one at a time")

    def _made(self, opened: ExitStack, name: str, parent: int, *, is_private: bool = False) -> int:
        mode = 0o700 if is_private else stat.S_IMODE(os.fstat(parent).st_mode) & 0o770 | 0o700
        with suppress(FileExistsError):
            os.mkdir(name, mode, dir_fd=parent)
        return self._open(opened, name, parent, _FOLDER)

    @staticmethod
    def _open(opened: ExitStack, name: str, parent: int | None, flags: int) -> int:
        descriptor = os.open(name, flags, dir_fd=parent)
        opened.callback(os.close, descriptor)
        return descriptor

    @staticmethod
    def _seen(name: str, folder: int) -> Seen | None:
        found = WatchedFolder._seen_any(name, folder)
        if found is None or not stat.S_ISREG(found.st_mode):
            return None
        return Seen(name, found.st_size, found.st_mtime_ns, found.st_ino)

    @staticmethod
    def _seen_any(name: str, folder: int) -> os.stat_result | None:
        try:
            return os.stat(name, dir_fd=folder, follow_symlinks=False)
        except FileNotFoundError:
            return None
