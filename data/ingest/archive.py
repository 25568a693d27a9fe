"""A zip archive from an untrusted hand: its list of members looked at, each member read in bounds, none unpacked."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO, BinaryIO

from watchfloor.data.ingest.opened import MOST_RATIO, RATIO_FROM_BYTES, Opened
from watchfloor.geo.errors import BadFile

ZIP = b"PK\x03\x04"
_OLD = b"\xd0\xcf\x11\xe0"
MOST_MEMBERS = 20_000
MOST_MEMBER_BYTES = 8 * 2**30
# an archive ends with a record that says how long its list of members is, and a comment of at most 65,535 bytes
_END, _END_BYTES, _LONGEST_COMMENT = b"PK\x05\x06", 22, 65_535
_BYTES_A_MEMBER = 700


@dataclass(frozen=True, slots=True)
class Archive:
    """An open archive; `sizes` holds the members that are files, by name, with the bytes that the list claims."""

    opened: Opened
    inner: zipfile.ZipFile
    sizes: dict[str, int]

    def __contains__(self, name: str) -> bool:
        return name in self.sizes

    @contextmanager
    def member(self, name: str) -> Iterator[BinaryIO]:
        """The content of one member, decompressed on the way.

        Raises BadFile if it is damaged, encrypted, or grows without measure, whatever the list claims.
        """
        try:
            with self.inner.open(name) as file:
                yield io.BufferedReader(_Bounded(file, self.opened, name), 1 << 18)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, zlib.error, EOFError, OSError) as error:
            said = f"the member {name[:80]!r} cannot be unpacked: {str(error)[:200]}"
            raise BadFile(f"{self.opened.name}: {said}; nothing was loaded: fetch it again") from error


@contextmanager
def open_archive(opened: Opened, what: str) -> Iterator[Archive]:
    """The archive in a file; `what` says in the refusal what was expected, such as `an xlsx spreadsheet`.

    Raises BadFile if it is none, or a member's name leads out of it, stands twice or is encrypted.
    """
    if opened.head.startswith(_OLD):
        raise BadFile(f"{opened.name}: is not {what} but old or encrypted; save it anew, without password")
    if not opened.head.startswith(ZIP):
        raise BadFile(f"{opened.name}: is not {what}: it does not begin as a zip archive does")
    with opened.path.open("rb") as raw:
        opened.gauge.raw = raw
        _check_length_of_list(raw, opened)
        try:
            inner = zipfile.ZipFile(raw)
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
            raise BadFile(f"{opened.name}: is not {what}: {error}; nothing was loaded: fetch it again") from error
        with inner:
            yield Archive(opened, inner, _members(inner, opened.name))


def _check_length_of_list(raw: IO[bytes], opened: Opened) -> None:
    """A list of millions of members would be read into memory before it could be counted."""
    raw.seek(max(0, opened.size - _END_BYTES - _LONGEST_COMMENT))
    tail = raw.read()
    at = tail.rfind(_END)
    length = int.from_bytes(tail[at + 12 : at + 16], "little") if at >= 0 else 0
    if length > MOST_MEMBERS * _BYTES_A_MEMBER:
        raise BadFile(f"{opened.name}: its list of members takes {length:,} bytes; nothing was loaded")
    raw.seek(0)


def _members(inner: zipfile.ZipFile, name: str) -> dict[str, int]:
    found = inner.infolist()
    if len(found) > MOST_MEMBERS:
        raise BadFile(f"{name}: holds {len(found):,} members, at most {MOST_MEMBERS:,} are read")
    sizes: dict[str, int] = {}
    for member in found:
        path = PurePosixPath(member.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or (path.parts[:1] and path.parts[0][1:2] == ":"):
            raise BadFile(f"{name}: the member {member.filename[:80]!r} leads out of the archive; nothing was loaded")
        if member.flag_bits & 1:
            raise BadFile(f"{name}: is encrypted; take the password off and load it again")
        if member.is_dir():
            continue
        # others take memory that the archive itself asks for
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise BadFile(
                f"{name}: the member {member.filename[:80]!r} is compressed in a way that is not read; pack it anew"
            )
        if member.filename in sizes:
            raise BadFile(f"{name}: holds {member.filename[:80]!r} twice; nothing was loaded")
        sizes[member.filename] = member.file_size
    return sizes


class _Bounded(io.RawIOBase):
    def __init__(self, inner: IO[bytes], opened: Opened, member: str) -> None:
        self._inner = inner
        self._opened = opened
        self._member = member
        self._given = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:  # type: ignore[no-untyped-def]
        data = self._inner.read(len(buffer))
        self._given += len(data)
        if self._given > MOST_MEMBER_BYTES or (
            self._given > RATIO_FROM_BYTES and self._given > MOST_RATIO * self._opened.size
        ):
            raise BadFile(
                f"{self._opened.name}: the member {self._member[:80]!r} grew past {self._given:,} bytes from an "
                f"archive of {self._opened.size:,}: this looks like a decompression bomb; nothing was loaded"
            )
        buffer[: len(data)] = data
        return len(data)
