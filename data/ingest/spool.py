"""Rows put aside under a key, in memory while they are few, else in a file without a name.

The file is gone with the program, however that ends. Rows of one key come back in the order in which they went in.
"""

import tempfile
import weakref
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import IO

import polars as pl

from watchfloor.geo.errors import StoreUnavailable

HELD_ROWS = 250_000
"""So many rows stay in memory."""


class Spool:
    """Frames of one shape by whole numbers."""

    def __init__(self, held_rows: int = HELD_ROWS) -> None:
        self._most = held_rows
        self._held: dict[int, list[pl.DataFrame]] = defaultdict(list)
        self._written: dict[int, list[tuple[int, int]]] = defaultdict(list)
        self._n_held = 0
        self._rows: dict[int, int] = defaultdict(int)
        self._file: IO[bytes] | None = None

    def add(self, key: int, frame: pl.DataFrame) -> None:
        """Put rows aside. Raises StoreUnavailable if the disk of temporary files is full."""
        self._held[key].append(frame)
        self._rows[key] += frame.height
        self._n_held += frame.height
        if self._n_held > self._most:
            self._spill()

    @property
    def keys(self) -> list[int]:
        """Under which keys there are rows, in order."""
        return sorted(self._rows)

    def rows(self, key: int) -> int:
        """How many there are of a key."""
        return self._rows.get(key, 0)

    def take(self, key: int) -> Iterator[pl.DataFrame]:
        """The rows of a key, in parts; they are put aside no longer."""
        self._rows.pop(key, None)
        for start, size in self._written.pop(key, ()):
            yield pl.read_ipc_stream(BytesIO(self._read(start, size)))
        for frame in self._held.pop(key, ()):
            self._n_held -= frame.height
            yield frame

    def _spill(self) -> None:
        with _told():
            if self._file is None:
                self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the spool
                weakref.finalize(self, self._file.close)
            for key, frames in self._held.items():
                packed = BytesIO()
                pl.concat(frames).write_ipc_stream(packed)
                start = self._file.seek(0, 2)
                self._file.write(packed.getbuffer())
                self._written[key].append((start, packed.tell()))
            self._file.flush()
        self._held.clear()
        self._n_held = 0

    def _read(self, start: int, size: int) -> bytes:
        assert self._file is not None
        self._file.seek(start)
        return self._file.read(size)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreUnavailable(
            f"{tempfile.gettempdir()} has no room for what is read ({error.strerror}): nothing was loaded; make room, "
            "or name another folder in TMPDIR, and load the same file again"
        ) from error
