"""Delimited text as batches of string columns, each row with the line it began on."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

import polars as pl

from watchfloor.data.ingest.frames import REJECTS
from watchfloor.data.ingest.opened import Opened
from watchfloor.geo.errors import BadFile

LONGEST_LINE = 4 << 20
LONGEST_FIELD = 1 << 20
BATCH_ROWS = 50_000


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
    with opened.plain() as plain:
        reader = csv.reader(_lines(plain, opened.name), delimiter=delimiter, strict=True)
        previous = csv.field_size_limit(LONGEST_FIELD)
        try:
            header = _header(reader, expected, opened.name)
            yield from _batches(reader, header, opened.name)
        except csv.Error as error:
            raise BadFile(f"{opened.name}, line {reader.line_num}: not readable as a table: {error}") from error
        finally:
            csv.field_size_limit(previous)


def _lines(plain: BinaryIO, name: str) -> Iterator[str]:
    number = 0
    while raw := plain.readline(LONGEST_LINE + 1):
        number += 1
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


def _header(reader: Iterator[list[str]], expected: Sequence[str] | None, name: str) -> list[str]:
    header = [column.strip() for column in next(reader, [])]
    missing = [column for column in expected or () if column not in header]
    if not header or missing:
        raise BadFile(
            f"{name}: is not what it claims to be: missing columns {missing}; it has {[h[:40] for h in header[:20]]}"
        )
    if len(set(header)) != len(header):
        twice = sorted({column for column in header if header.count(column) > 1})
        raise BadFile(f"{name}: columns stand twice in the header: {[t[:40] for t in twice]}")
    return header


def _batches(reader, header: list[str], name: str) -> Iterator[Rows]:  # type: ignore[no-untyped-def]
    rows: list[list[str]] = []
    lines: list[int] = []
    wrong: list[tuple[int, str, str, str]] = []
    before = reader.line_num
    for row in reader:
        line, before = before + 1, reader.line_num
        if not row:
            continue
        if len(row) == len(header):
            rows.append(row)
            lines.append(line)
        else:
            reason = f"{len(row)} fields where the header has {len(header)}"
            wrong.append((line, "", ",".join(row)[:500], reason))
        if len(rows) + len(wrong) >= BATCH_ROWS:
            yield _rows(header, rows, lines, wrong)
            rows, lines, wrong = [], [], []
    if rows or wrong:
        yield _rows(header, rows, lines, wrong)


def _rows(header: list[str], rows: list[list[str]], lines: list[int], wrong: list[tuple[int, str, str, str]]) -> Rows:
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(header)
    frame = pl.DataFrame(
        {h: pl.Series(h, c, dtype=pl.String) for h, c in zip(header, columns, strict=True)}
        | {"line": pl.Series("line", lines, dtype=pl.Int64)}
    )
    stripped = frame.with_columns(
        pl.when(pl.col(h).str.strip_chars() == "").then(None).otherwise(pl.col(h).str.strip_chars()).alias(h)
        for h in header
    )
    return Rows(stripped, pl.DataFrame(wrong, schema=REJECTS, orient="row"))
