"""Text in UTF-16, as spreadsheet programs save it: told by its mark or by its zero bytes, and handed on as UTF-8."""

import codecs
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from watchfloor.data.ingest.opened import Opened
from watchfloor.geo.errors import BadFile

_LOOKED_BYTES = 4_096
_CHUNK = 1 << 18
# letters, digits and marks of western text have one zero byte of two, and never the other
_MANY, _FEW = 0.4, 0.02


def utf16_of(head: bytes) -> str | None:
    """The Python name of the encoding if the first bytes of a file are UTF-16, with a mark of the order or without."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    half = len(head) // 2
    if half < 4:
        return None
    first, second = (head[at : 2 * half : 2].count(0) / half for at in (0, 1))
    if second > _MANY and first < _FEW:
        return "utf-16-le"
    return "utf-16-be" if first > _MANY and second < _FEW else None


def as_utf8(opened: Opened) -> Opened:
    """The file as it is; if it is UTF-16, one whose content comes as UTF-8."""
    with opened.plain() as plain:
        encoding = utf16_of(plain.read(_LOOKED_BYTES))
    if encoding is None:
        return opened
    found = (opened.path, opened.name, opened.size, opened.sha256, opened.head, opened.touched, opened.gauge)
    return Recoded(*found, encoding=encoding)


@dataclass(frozen=True, slots=True)
class Recoded(Opened):
    """A file in another encoding; its plain bytes are UTF-8 without a mark."""

    encoding: str = "utf-16"

    @contextmanager
    def plain(self) -> Iterator[BinaryIO]:
        """The content as UTF-8.

        Raises BadFile where it is not of the encoding, or ends within a character.
        """
        with Opened.plain(self) as plain:
            yield io.BufferedReader(_Utf8(plain, self.encoding, self.name), _CHUNK)


class _Utf8(io.RawIOBase):
    def __init__(self, plain: BinaryIO, encoding: str, name: str) -> None:
        self._plain = plain
        self._decoder = codecs.getincrementaldecoder(encoding)()
        self._name = name
        self._left = b""
        self._taken = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:  # type: ignore[no-untyped-def]
        while not self._left:
            raw = self._plain.read(_CHUNK)
            self._taken += len(raw)
            try:
                self._left = self._decoder.decode(raw, final=not raw).encode()
            except UnicodeError as error:
                said = f"{self._name}: is not UTF-16 text to its end, within the first {self._taken:,} bytes"
                raise BadFile(f"{said}; nothing was loaded: save the table again, as UTF-8") from error
            if not raw:
                break
        n = min(len(buffer), len(self._left))
        buffer[:n], self._left = self._left[:n], self._left[n:]
        return n
