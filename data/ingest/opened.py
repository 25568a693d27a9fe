"""A file from an untrusted hand, opened: plain or gzip, hashed, bounded, and what it is not told apart early."""

import gzip
import hashlib
import io
import stat
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from watchfloor.geo.errors import BadFile

GZIP = b"\x1f\x8b"
MOST_PLAIN_BYTES = 64 * 2**30
# a text table compresses to about a tenth; DEFLATE cannot pass 1,032 to 1
MOST_RATIO = 200
RATIO_FROM_BYTES = 64 * 2**20
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Opened:
    """One file as it was found; `name` is its last part only, safe to store and show."""

    path: Path
    name: str
    size: int
    sha256: bytes
    is_gzip: bool

    @contextmanager
    def plain(self) -> Iterator[BinaryIO]:
        """The content as bytes, decompressed on the way.

        Raises BadFile when the content ends too early, is damaged or grows without measure.
        """
        with self.path.open("rb") as raw:
            if not self.is_gzip:
                yield raw
                return
            with gzip.GzipFile(fileobj=raw) as inner:
                yield io.BufferedReader(_Bounded(inner, self), _CHUNK)


class _Bounded(io.RawIOBase):
    def __init__(self, inner: gzip.GzipFile, opened: Opened) -> None:
        self._inner = inner
        self._opened = opened
        self._given = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:  # type: ignore[no-untyped-def]
        try:
            data = self._inner.read1(len(buffer))
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise BadFile(
                f"{self._opened.name}: the gzip stream is cut off or damaged after {self._given:,} bytes; "
                "nothing was loaded: fetch the file again"
            ) from error
        self._given += len(data)
        if self._given > MOST_PLAIN_BYTES or (
            self._given > RATIO_FROM_BYTES and self._given > MOST_RATIO * self._opened.size
        ):
            raise BadFile(
                f"{self._opened.name}: {self._opened.size:,} compressed bytes grew past {self._given:,}: "
                "this looks like a decompression bomb; nothing was loaded"
            )
        buffer[: len(data)] = data
        return len(data)


def open_file(path: Path) -> Opened:
    """Look at a file and hash it; reads all of it once.

    Raises BadFile if it is not there, not a regular file, not readable or empty.
    """
    name = path.name.encode("utf-8", "replace").decode("utf-8")
    try:
        found = path.stat()
    except OSError as error:
        raise BadFile(f"{name}: cannot be opened: {error.strerror or error}") from error
    if stat.S_ISDIR(found.st_mode):
        raise BadFile(f"{name}: is a folder; name the files in it")
    if not stat.S_ISREG(found.st_mode):
        raise BadFile(f"{name}: is not a regular file")
    if found.st_size == 0:
        raise BadFile(f"{name}: is empty (0 bytes); nothing was loaded")
    digest = hashlib.sha256()
    try:
        with path.open("rb") as raw:
            head = raw.read(2)
            digest.update(head)
            while chunk := raw.read(_CHUNK):
                digest.update(chunk)
    except OSError as error:
        raise BadFile(f"{name}: cannot be read: {error.strerror or error}") from error
    return Opened(path, name, found.st_size, digest.digest(), head == GZIP)
