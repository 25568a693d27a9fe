"""The tables of OFAC as rows: with a header or, as the publisher has them, without; -0- is nothing."""

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO, cast

import polars as pl

from watchfloor.data.ingest.csv_rows import Rows, read_csv
from watchfloor.data.ingest.opened import Opened, refuse_strangers
from watchfloor.data.ingest.table_layout import Layout
from watchfloor.geo.errors import BadFile

ENTRIES = (
    *("ent_num", "SDN_Name", "SDN_Type", "Program", "Title", "Call_Sign"),
    *("Vess_type", "Tonnage", "GRT", "Vess_flag", "Vess_owner", "Remarks"),
)
ADDRESSES = ("ent_num", "Add_num", "Address", "City_State_Postal", "Country", "Add_Remarks")
ALIASES = ("ent_num", "alt_num", "alt_type", "alt_name", "alt_remarks")
NOTHING = "-0-"
# the publisher ends its files with the sign by which DOS ended a text
_LAYOUT = Layout(end=("\x1a",), encodings=("utf-8", "cp1252"))


@dataclass(frozen=True, slots=True)
class Table:
    """Which of the tables a file is."""

    columns: tuple[str, ...]
    has_header: bool


def table_of(opened: Opened) -> Table:
    """The table that a file is, by its header or by the number of its fields.

    Raises BadFile if it is none of them.
    """
    with opened.plain() as plain:
        first = plain.readline(1 << 16)
    refuse_strangers(first[:8], opened.name)
    # what is no line of a table is told by the reader of tables
    text = first.decode("utf-8", "replace").partition("\r")[0]
    fields = [field.strip().removeprefix("\ufeff") for field in next(csv.reader([text]), [])]
    for columns in (ENTRIES, ADDRESSES, ALIASES):
        if set(columns) <= set(fields):
            return Table(columns, has_header=True)
        if len(fields) == len(columns) and fields[0].isdigit():
            return Table(columns, has_header=False)
    shown = [field[:40] for field in fields[:20]]
    raise BadFile(f"{opened.name}: is neither the list of OFAC nor its addresses nor other names: it begins {shown}")


def read_table(opened: Opened, table: Table) -> Iterator[Rows]:
    """Batches of rows, -0- as null; lines are those of the file. Raises BadFile as `read_csv` does."""
    moved = 0 if table.has_header else 1
    file = opened if table.has_header else _headed(opened, table.columns)
    for rows in read_csv(file, table.columns, layout=_LAYOUT):
        text = [column for column in rows.frame.columns if column != "line"]
        said = (pl.when(pl.col(column) != NOTHING).then(column).alias(column) for column in text)
        frame = rows.frame.with_columns(*said, pl.col("line") - moved)
        yield Rows(frame, rows.rejects.with_columns(pl.col("line") - moved))


def entry_key(number: object) -> str:
    """Key of the entity that an entry of the list is."""
    return f"entry:{number}"


@dataclass(frozen=True, slots=True)
class _Headed(Opened):
    header: bytes = b""

    @contextmanager
    def plain(self) -> Iterator[BinaryIO]:
        with Opened.plain(self) as plain:
            yield cast("BinaryIO", _After(io.BytesIO(self.header), plain))


@dataclass(frozen=True, slots=True)
class _After:
    """One file after the other, by lines."""

    head: BinaryIO
    rest: BinaryIO

    def readline(self, most: int = -1) -> bytes:
        return self.head.readline(most) or self.rest.readline(most)


def _headed(opened: Opened, columns: tuple[str, ...]) -> Opened:
    header = ",".join(columns).encode() + b"\n"
    found = (opened.path, opened.name, opened.size, opened.sha256, opened.head, opened.touched, opened.gauge)
    return _Headed(*found, header=header)
