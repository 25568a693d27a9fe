"""What the forms of a file have in common: the rows go by once, are hashed, counted and written."""

import os
import secrets
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

import polars as pl

from watchfloor.data.export.content import Content
from watchfloor.data.export.found import Found
from watchfloor.data.export.spool import PRIVATE
from watchfloor.geo.handing_on import Handling


@dataclass(frozen=True, slots=True)
class Job:
    """One file to be written.

    told: takes the number of rows written so far; it may end the writing by an exception. stand_in: stands in the head
    of the file for the hash until all rows have gone by, and is like no text that anybody could have put into a record.
    """

    path: Path
    found: Found
    handling: Handling
    told: Callable[[int], None]
    stand_in: str = field(default_factory=lambda: secrets.token_hex(32))

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
        """What the file says of itself, with what stands in for its hash."""
        return replace(self.handling, content_sha256=self.stand_in)

    def create(self) -> BinaryIO:
        """The empty file, for its account alone."""
        return os.fdopen(os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_EXCL, PRIVATE), "w+b")


def put_hash(file: BinaryIO, job: Job, sha256: str, within: int) -> None:
    """Write the hash over what stands in for it in the first bytes of a file."""
    file.flush()
    file.seek(0)
    head = file.read(within)
    at = head.index(job.stand_in.encode())
    while at >= 0:
        file.seek(at)
        file.write(sha256.encode())
        at = head.find(job.stand_in.encode(), at + 1)
    file.flush()
