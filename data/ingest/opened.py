"""A file from an untrusted hand, opened: plain or gzip, hashed, bounded, and what it is not told apart early."""

import gzip
import hashlib
import io
import os
import stat
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from watchfloor.geo.errors import BadFile

GZIP = b"\x1f\x8b"
PARQUET = b"PAR1"
# what people hand over instead of a table of text, by its first bytes
STRANGERS = {
    b"PK\x03\x04": "a zip archive or a spreadsheet; unpack it, or save it as csv",
    PARQUET: "a Parquet file; this format reads text",
    b"\xd0\xcf\x11\xe0": "an old spreadsheet; save it as csv",
    b"%PDF": "a PDF document",
    b"SQLite f": "a SQLite database",
    b"\xff\xfe": "UTF-16 text; convert it to UTF-8, for instance with iconv",
    b"\xfe\xff": "UTF-16 text; convert it to UTF-8, for instance with iconv",
    GZIP: "compressed twice; unpack it once",
    b"<!DOCTYP": "a page of the web or XML; save the table itself",
    b"<!doctyp": "a page of the web or XML; save the table itself",
    b"<html": "a page of the web or XML; save the table itself",
    b"<?xml": "a page of the web or XML; save the table itself",
    b"BZh": "compressed with bzip2; unpack it",
    b"\xfd7zXZ": "compressed with xz; unpack it",
    b"\x28\xb5\x2f\xfd": "compressed with zstd; unpack it",
}
MOST_PLAIN_BYTES = 64 * 2**30
# a text table compresses to about a tenth; DEFLATE cannot pass 1,032 to 1
MOST_RATIO = 200
RATIO_FROM_BYTES = 64 * 2**20
_CHUNK = 1 << 20


class Gauge:
    """How much of a file has been read: its reader says so, or the file's own position does."""

    def __init__(self) -> None:
        self.share = 0.0
        self.raw: BinaryIO | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """One file as it was found; `name` is its last part only, safe to store and show."""

    path: Path
    name: str
    size: int
    sha256: bytes
    head: bytes
    touched: tuple[int, int, int]
    gauge: Gauge = field(default_factory=Gauge, compare=False, repr=False)

    @property
    def is_gzip(self) -> bool:
        """Whether the file is compressed with gzip, whatever its name says."""
        return self.head.startswith(GZIP)

    @property
    def is_parquet(self) -> bool:
        """Whether the file begins as Parquet does."""
        return self.head.startswith(PARQUET)

    @property
    def share_read(self) -> float:
        """Share of the file that its reader has taken, 0 to 1."""
        raw = self.gauge.raw
        return self.gauge.share if raw is None or raw.closed else raw.tell() / self.size

    def check_untouched(self) -> None:
        """Raises BadFile if the file was written to since it was hashed: what was read is not what was hashed."""
        try:
            touched = _touched(self.path.stat())
        except OSError:
            touched = None
        if touched != self.touched:
            raise BadFile(f"{self.name}: was changed while it was being read; nothing was loaded: start again")

    @contextmanager
    def plain(self) -> Iterator[BinaryIO]:
        """The content as bytes, decompressed on the way.

        Raises BadFile when the content ends too early, is damaged or grows without measure.
        """
        with self.path.open("rb") as raw:
            self.gauge.raw = raw
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
    except (OSError, ValueError) as error:
        raise BadFile(f"{name}: cannot be opened: {getattr(error, 'strerror', None) or error}") from error
    if stat.S_ISDIR(found.st_mode):
        raise BadFile(f"{name}: is a folder; name the files in it")
    if not stat.S_ISREG(found.st_mode):
        raise BadFile(f"{name}: is not a regular file")
    if found.st_size == 0:
        raise BadFile(f"{name}: is empty (0 bytes); nothing was loaded")
    digest = hashlib.sha256()
    try:
        with path.open("rb") as raw:
            head = raw.read(8)
            digest.update(head)
            while chunk := raw.read(_CHUNK):
                digest.update(chunk)
    except OSError as error:
        raise BadFile(f"{name}: cannot be read: {error.strerror or error}") from error
    return Opened(path, name, found.st_size, digest.digest(), head, _touched(found))


def refuse_strangers(head: bytes, name: str) -> None:
    """Raises BadFile, saying what the file is, if its first plain bytes are not those of text."""
    for magic, what in STRANGERS.items():
        if head.startswith(magic):
            raise BadFile(f"{name}: is not a table of text: it is {what}")


def _touched(found: os.stat_result) -> tuple[int, int, int]:
    return found.st_ino, found.st_size, found.st_mtime_ns
