"""CSV: one header, one record a line, in UTF-8 with the mark by which Excel knows it.

A line of comment before the header would be the header to Excel, pandas and GDAL. So the marking stands in each row, in
its last column but one, and everything else in the last column of the first row, as JSON. Text that a spreadsheet would
run as a formula begins with an apostrophe.
"""

import json
from typing import BinaryIO, Final

import polars as pl

from watchfloor.data.export.content import Content
from watchfloor.data.export.found import GEOMETRY
from watchfloor.data.export.shapes import spelt_out, text_column
from watchfloor.data.export.writing import Job, put_hash
from watchfloor.geo.handing_on import Handling
from watchfloor.geo.spreadsheets import FORMULA

MARKING: Final = "marking"
ABOUT: Final = "about_this_file"
_BOM: Final = b"\xef\xbb\xbf"
_MOMENT: Final = "%Y-%m-%dT%H:%M:%SZ"


def write_csv(job: Job) -> str:
    """Write the file; its content's hash."""
    content = Content()
    with job.create() as file:
        file.write(_BOM)
        head = 0
        for number, frame in enumerate(job.frames(content)):
            _put(file, _told(frame, job.unhashed, is_first=number == 0), is_first=number == 0)
            head = head or file.tell()
        if not head:
            raise ValueError("a file without a record cannot say what it is")
        put_hash(file, job, content.sha256, head)
    return content.sha256


def harmless(frame: pl.DataFrame) -> pl.DataFrame:
    """The same frame, its texts so written that a spreadsheet takes them for text."""
    text = pl.selectors.string()
    return frame.with_columns(pl.when(text.str.contains(FORMULA)).then("'" + text).otherwise(text).name.keep())


def _told(frame: pl.DataFrame, handling: Handling, *, is_first: bool) -> pl.DataFrame:
    if GEOMETRY in frame.columns:
        frame = frame.drop(GEOMETRY).with_columns(text_column(frame))
    about = json.dumps(handling.as_json(), ensure_ascii=False) if is_first else None
    first = pl.Series(ABOUT, [about, *[None] * (frame.height - 1)], pl.String)
    return harmless(spelt_out(frame)).with_columns(pl.lit(handling.marking).alias(MARKING), first)


def _put(file: BinaryIO, frame: pl.DataFrame, *, is_first: bool) -> None:
    frame.write_csv(file, include_header=is_first, datetime_format=_MOMENT)
