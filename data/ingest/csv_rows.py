"""Delimited text as batches of string columns, each row with the line it began on."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

import polars as pl

from watchfloor.data.ingest.frames import REJECTS
from watchfloor.data.ingest.opened import Opened, refuse_strangers
from watchfloor.geo.errors import BadFile

LONGEST_LINE = 4 << 20
LONGEST_FIELD = 1 << 20
MOST_COLUMNS = 2_000
# a column of the file that is called `line` goes by this name beside our own
LINE_OF_FILE = "line of the file"
BATCH_ROWS = 50_000
# rows may be wide: memory is bounded by text, too
BATCH_CHARACTERS = 32 << 20


@dataclass(frozen=True, slots=True)
class Rows:
    """A batch: all columns String, blank fields null, `line` Int64; and rows of the wrong width, kept aside."""

    frame: pl.DataFrame
    rejects: pl.DataFrame

    @property
    def read(self) -> int:
        """Rows of the file in this batch, good and bad."""
        return self.frame.height + self.rejects.height


def read_csv(opened: Opened, expected: Sequence[str] | None, *, delimiter: str = ",") -> Iterator[Rows]:
    """Batches of a table with a header line.

    expected: columns that must be there (others are ignored); None takes any header. Fields are
    stripped of outer blanks; an empty field is null.
    Raises BadFile for wrong columns, bytes that are not UTF-8, or a line past all measure.
    """
    # the limit belongs to the process: it is set and left, for another run may be reading at this moment
    csv.field_size_limit(LONGEST_FIELD)
    with opened.plain() as plain:
        reader = csv.reader(_lines(plain, opened.name), delimiter=delimiter, strict=True)
        begun = _Begun()
        try:
            header = _header(next(reader, []), expected, opened.name)
            yield from _batches(reader, header, begun)
        except csv.Error as error:
            where = (
                f"line {begun.line}" if begun.line == reader.line_num else f"the row that begins on line {begun.line}"
            )
            raise BadFile(f"{opened.name}, {where}: not readable as a table: {error}") from error


@dataclass(slots=True)
class _Begun:
    line: int = 1


def _lines(plain: BinaryIO, name: str) -> Iterator[str]:
    number = 0
    while raw := plain.readline(LONGEST_LINE + 1):
        number += 1
        if number == 1:
            refuse_strangers(raw[:8], name)
        if len(raw) > LONGEST_LINE:
            raise BadFile(f"{name}, line {number}: longer than {LONGEST_LINE:,} bytes; this is not a table of text")
        if b"\0" in raw:
            raise BadFile(f"{name}, line {number}: holds a zero byte; this is not a table of text")
        try:
            text = raw.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise BadFile(
                f"{name}, line {number}: byte {error.start + 1} is not UTF-8; convert the file, for instance with iconv"
            ) from error
        yield text


def _header(found: list[str], expected: Sequence[str] | None, name: str) -> list[str]:
    header = [LINE_OF_FILE if column.strip() == "line" else column.strip() for column in found]
    shown = [column[:40] for column in header[:20]]
    missing = [column for column in expected or () if column not in header]
    if missing or not any(header):
        raise BadFile(f"{name}: is not what it claims to be: missing columns {missing}; it has {shown}")
    if len(header) > MOST_COLUMNS:
        raise BadFile(f"{name}: has {len(header):,} columns; at most {MOST_COLUMNS:,} can be read")
    named = [column for column in header if column]
    if len(set(named)) != len(named):
        twice = sorted({column for column in named if named.count(column) > 1})
        raise BadFile(f"{name}: columns stand twice in the header: {[t[:40] for t in twice]}")
    return header


@dataclass(slots=True)
class _Gathered:
    """Rows on their way into a batch."""

    header: list[str]
    rows: list[list[str]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    wrong: list[tuple[int, str, str, str]] = field(default_factory=list)
    characters: int = 0

    def add(self, row: list[str], line: int) -> None:
        self.characters += sum(map(len, row))
        if len(row) == len(self.header):
            self.rows.append(row)
            self.lines.append(line)
        else:
            reason = f"{len(row)} fields where the header has {len(self.header)}"
            self.wrong.append((line, "", ",".join(row)[:500], reason))

    @property
    def is_full(self) -> bool:
        return len(self.rows) + len(self.wrong) >= BATCH_ROWS or self.characters >= BATCH_CHARACTERS

    def batch(self) -> Rows:
        columns = list(zip(*self.rows, strict=True)) if self.rows else [()] * len(self.header)
        # columns without a name cannot be asked for
        named = {h: pl.Series(h, c, dtype=pl.String) for h, c in zip(self.header, columns, strict=True) if h}
        frame = pl.DataFrame(named | {"line": pl.Series("line", self.lines, dtype=pl.Int64)})
        stripped = pl.col(*named).str.strip_chars()
        blank_is_null = frame.with_columns(pl.when(stripped != "").then(stripped)) if named else frame
        return Rows(blank_is_null, pl.DataFrame(self.wrong, schema=REJECTS, orient="row"))


def _batches(reader, header: list[str], begun: _Begun) -> Iterator[Rows]:  # type: ignore[no-untyped-def]
    gathered = _Gathered(header)
    begun.line = reader.line_num + 1
    for row in reader:
        if row:
            gathered.add(row, begun.line)
        begun.line = reader.line_num + 1
        if gathered.is_full:
            yield gathered.batch()
            gathered = _Gathered(header)
    # the last batch may be empty: a reader sees the header of a table without rows, too
    yield gathered.batch()
