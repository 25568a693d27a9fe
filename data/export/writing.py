"""What the forms of a file have in common: the rows go by once, are hashed, counted and written."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, Final

import polars as pl

from watchfloor.data.export.content import Content
from watchfloor.data.export.found import Found
from watchfloor.data.export.spool import PRIVATE
from watchfloor.geo.handing_on import Handling

NOT_YET: Final = "0" * 64
"""Stands in the head of a file for the hash, until all rows have gone by."""


@dataclass(frozen=True, slots=True)
class Job:
    """One file to be written. told: takes the number of rows written so far; it may end the writing by an exception."""

    path: Path
    found: Found
    handling: Handling
    told: Callable[[int], None]

    def frames(self, content: Content) -> Iterator[pl.DataFrame]:
        """The rows, fed to the hash and counted as they go by; while one frame is written the next is made ready."""
        rows, source = 0, self.found.frames()

        def prepared() -> pl.DataFrame | None:
            frame = next(source, None)
            if frame is not None:
                content.add(frame)
            return frame

        with ThreadPoolExecutor(1, thread_name_prefix="export-rows") as hand:
            coming = hand.submit(prepared)
            while (frame := coming.result()) is not None:
                coming = hand.submit(prepared)
                yield frame
                rows += frame.height
                self.told(rows)

    @property
    def unhashed(self) -> Handling:
        """What the file says of itself, with zeros for its hash."""
        return replace(self.handling, content_sha256=NOT_YET)

    def create(self) -> BinaryIO:
        """The empty file, for its account alone."""
        return os.fdopen(os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_EXCL, PRIVATE), "w+b")


def put_hash(file: BinaryIO, sha256: str, within: int) -> None:
    """Write the hash over the zeros that stand for it in the first bytes of a file."""
    file.flush()
    file.seek(0)
    head = file.read(within)
    at = head.index(NOT_YET.encode())
    while at >= 0:
        file.seek(at)
        file.write(sha256.encode())
        at = head.find(NOT_YET.encode(), at + 1)
    file.flush()
