"""A bounded sample of an unknown table: its beginning, middle and end, under the header that it seems to have."""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

import polars as pl

from watchfloor.data.ingest.csv_rows import LONGEST_FIELD
from watchfloor.data.ingest.opened import Opened, refuse_strangers
from watchfloor.data.ingest.table_layout import HEADER_WITHIN_ROWS, MOST_COLUMNS, check_names, column_name
from watchfloor.geo.errors import BadFile

BLOCK_BYTES = 2 << 20
MOST_ROWS = 3_000
_DELIMITERS = (",", ";", "\t", "|")
_FOOT = (
    "total",
    "sum",
    "source",
    "note",
    "fuente",
    "nota",
    "gesamt",
    "quelle",
    "summe",
    "suma",
    "*",
    "printed",
    "end of",
)
_FOOT_ROWS = 30
_LOOKED = 400
_MANY_BLOCKS = 4


@dataclass(frozen=True, slots=True)
class Sample:
    """Rows of a table as text, blank as null; `line` counts rows of the sample, not of the file.

    above: rows before the header. end: beginnings of the first text of a footer. is_whole: the sample is the file.
    """

    name: str
    frame: pl.DataFrame
    delimiter: str = ","
    encodings: tuple[str, ...] = ("utf-8",)
    above: int = 0
    end: tuple[str, ...] = ()
    is_whole: bool = True
    sheet: str | None = None

    @property
    def columns(self) -> list[str]:
        """Columns of the file."""
        return [column for column in self.frame.columns if column != "line"]


def sample_text(opened: Opened) -> Sample:
    """The sample of a file of delimited text.

    Raises BadFile if it is no text, or has no table that could be found.
    """
    blocks, is_whole = _blocks(opened)
    encodings = _encodings(blocks)
    texts = [_decoded(block, encodings) for block in blocks]
    delimiter = max(_DELIMITERS, key=lambda mark: _regularity(_parsed(texts[0], mark, _LOOKED)))
    parts = [_thinned(_parsed(text, delimiter, None)) for text in texts]
    return sample_of(parts, opened.name, delimiter=delimiter, encodings=encodings, is_whole=is_whole)


def sample_of(
    parts: Sequence[list[list[str]]],
    name: str,
    *,
    delimiter: str = ",",
    encodings: tuple[str, ...] = ("utf-8",),
    is_whole: bool = True,
    sheet: str | None = None,
) -> Sample:
    """The sample of rows of fields, in one or several stretches of the table."""
    above = _header_at(parts[0], name)
    header = [column_name(field) for field in parts[0][above]]
    check_names(header, name)
    rows = [row for part in (parts[0][above + 1 :], *parts[1:]) for row in part]
    end, footers = _footer(rows)
    body = [row for row in rows[: len(rows) - footers] if len(row) == len(header)]
    columns = {
        column: pl.Series(column, [row[at].strip() or None for row in body], dtype=pl.String)
        for at, column in enumerate(header)
        if column
    }
    frame = pl.DataFrame(columns).with_columns(line=pl.int_range(1, len(body) + 1, dtype=pl.Int64))
    return Sample(name, frame, delimiter, encodings, above, end, is_whole, sheet)


def _blocks(opened: Opened) -> tuple[list[bytes], bool]:
    """The first, a middle and the last block, cut at line ends; gzip is read through, the rest is sought."""
    with opened.plain() as plain:
        first = plain.read(BLOCK_BYTES)
        refuse_strangers(first[:8], opened.name)
        first = first.removeprefix(b"\xef\xbb\xbf")
        if b"\0" in first:
            raise BadFile(f"{opened.name}: holds a zero byte; this is not a table of text")
        if len(first) < BLOCK_BYTES - 3:
            return [first], True
        if opened.is_gzip:
            rest = _streamed(iter(lambda: plain.read(BLOCK_BYTES), b""))
        else:
            last = max(BLOCK_BYTES, opened.size - BLOCK_BYTES)
            rest = [
                _sought(plain, at) for at in ((opened.size // 2, last) if opened.size > 4 * BLOCK_BYTES else (last,))
            ]
    return [first[: first.rfind(b"\n") + 1], *(block.partition(b"\n")[2] for block in rest if block)], False


def _sought(plain: BinaryIO, at: int) -> bytes:
    plain.seek(at)
    return plain.read(BLOCK_BYTES)


def _streamed(blocks: Iterator[bytes]) -> list[bytes]:
    """A block from the second half, if there are many, and the end: each doubling of what was read renews it."""
    middle = before = last = b""
    number = 0
    for number, block in enumerate(blocks, 1):
        if number & (number - 1) == 0:
            middle = last
        before, last = last, block
    end = (before + last)[-BLOCK_BYTES:]
    return [middle, end] if number > _MANY_BLOCKS else [end]


def _thinned(rows: list[list[str]]) -> list[list[str]]:
    """Rows of a stretch: its first, some from its middle, its last."""
    if len(rows) <= MOST_ROWS:
        return rows
    third, middle = MOST_ROWS // 3, len(rows) // 2
    return rows[:third] + rows[middle : middle + third] + rows[-third:]


def _encodings(blocks: Sequence[bytes]) -> tuple[str, ...]:
    lines = [line for block in blocks for line in block.split(b"\n")[:-1] or [block]]
    for encodings in (("utf-8",), ("utf-8", "cp1252")):
        if all(_fits(line, encodings) for line in lines):
            return encodings
    return ("utf-8", "latin-1")


def _fits(line: bytes, encodings: Sequence[str]) -> bool:
    return any(_decodes(line, encoding) for encoding in encodings)


def _decodes(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _decoded(block: bytes, encodings: Sequence[str]) -> str:
    """Each line by the first encoding that fits it, as the load will do."""
    return "".join(
        line.decode(next((e for e in encodings if _decodes(line, e)), "latin-1"))
        for line in block.splitlines(keepends=True)
    )


def _parsed(text: str, delimiter: str, most: int | None) -> list[list[str]]:
    csv.field_size_limit(LONGEST_FIELD)
    rows: list[list[str]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    while most is None or len(rows) < most:
        try:
            row = next(reader)
        except StopIteration:
            break
        except csv.Error:
            continue
        if row:
            rows.append(row)
    return rows


def _regularity(rows: list[list[str]]) -> tuple[float, int]:
    """How much of a text falls into rows of one width above 1, and that width."""
    widths = Counter(len(row) for row in rows if len(row) > 1)
    if not widths:
        return 0.0, 0
    width, n = max(widths.items(), key=lambda item: (item[1], item[0]))
    return n / len(rows) * min(width, 4), width


def _header_at(rows: list[list[str]], name: str) -> int:
    if not rows:
        raise BadFile(f"{name}: holds no rows")
    width = Counter(map(len, rows)).most_common(1)[0][0]
    filled = Counter(sum(bool(field.strip()) for field in row) for row in rows if len(row) == width)
    usual = max(filled, key=lambda said: (filled[said], said))
    for at, row in enumerate(rows[:HEADER_WITHIN_ROWS]):
        said = [field.strip() for field in row if field.strip()]
        is_named = len(said) >= max(1, min(usual, width) * 0.7) and not any(_is_value(text) for text in said)
        if len(row) == width <= MOST_COLUMNS and is_named and len(set(said)) == len(said):
            return at
    raise BadFile(
        f"{name}: no row of the first {HEADER_WITHIN_ROWS} looks like a header: columns need names, each its own; "
        "put a line with their names above the first row"
    )


def _is_value(text: str) -> bool:
    digits = sum(character.isdigit() for character in text)
    return digits > len(text) / 2 and not (len(text) == 4 and text.isdigit())


def _footer(rows: list[list[str]]) -> tuple[tuple[str, ...], int]:
    """Beginnings of the rows after the table, and how many rows they are."""
    if not rows:
        return (), 0
    usual = Counter(len(row) for row in rows).most_common(1)[0][0]
    n = 0
    for row in reversed(rows[-_FOOT_ROWS:]):
        said = [field.strip() for field in row if field.strip()]
        is_sparse = len(row) != usual and len(said) <= 2
        is_foot = bool(said) and said[0].casefold().startswith(_FOOT) and (len(said) < usual or len(row) != usual)
        if said and not (is_sparse or is_foot):
            break
        n += 1
    first = next((field.strip() for row in rows[len(rows) - n :] for field in row if field.strip()), "")
    first = first.split(":")[0][:40]
    taken = sum(1 for row in rows[: len(rows) - n] if first and _first(row).startswith(first.casefold()))
    return ((first,), n) if first and not taken else ((), 0)


def _first(row: list[str]) -> str:
    return next((field.strip() for field in row if field.strip()), "").casefold()
