"""The hash of a file's records: the same for the same records, whatever the form of the file.

Each record is written as one line of JSON, its columns in their order, moments as text and shapes in hexadecimal; the
lines are hashed one after the other with SHA-256. So a file can be compared with the store's record of what was handed
on, and with another file of the same question.
"""

import hashlib
from io import BytesIO

import polars as pl


class Content:
    """The hash, fed with frames in their order."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()

    def add(self, frame: pl.DataFrame) -> None:
        """Feed the next records."""
        self._digest.update(_lines(frame))

    @property
    def sha256(self) -> str:
        """The hash so far, in hexadecimal."""
        return self._digest.hexdigest()


def _lines(frame: pl.DataFrame) -> memoryview:
    plain = frame.with_columns(
        pl.selectors.binary().bin.encode("hex"),
        pl.selectors.datetime().dt.strftime("%Y-%m-%dT%H:%M:%S%.fZ"),
        pl.selectors.date().dt.strftime("%Y-%m-%d"),
    )
    lines = BytesIO()
    plain.select(pl.struct(pl.all()).struct.json_encode()).write_csv(lines, include_header=False, quote_style="never")
    return lines.getbuffer()
