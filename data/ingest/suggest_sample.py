"""A bounded sample of an unknown table: its beginning, middle and end, under the header that it seems to have."""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import BinaryIO

import polars as pl

from watchfloor.data.ingest.csv_rows import LONGEST_FIELD
from watchfloor.data.ingest.opened import Opened, refuse_strangers
from watchfloor.data.ingest.suggest_layout import Row, find_footer, find_header, find_sums, is_header_again
from watchfloor.data.ingest.table_layout import check_names
from watchfloor.data.ingest.utf16 import as_utf8
from watchfloor.geo.errors import BadFile

BLOCK_BYTES = 2 << 20
MOST_ROWS = 3_000
_DELIMITERS = (",", ";", "\t", "|")
_LOOKED = 400
_MANY_BLOCKS = 4


@dataclass(frozen=True, slots=True)
class Sample:
    """Rows of a table as text, blank as null; `line` counts rows of the sample, not of the file.

    above: rows before the header. header: its rows by their numbers in the file, if they are several.
    end: beginnings of the first text of a footer. skip: those of sums between the rows. again: headers met again.
    is_whole: the sample is the file. sheets: those there are, if somebody has to choose. merged: columns with cells
    over several rows.
    """

    name: str
    frame: pl.DataFrame
    delimiter: str = ","
    encodings: tuple[str, ...] = ("utf-8",)
    above: int = 0
    header: tuple[int, ...] = ()
    end: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    again: int = 0
    is_whole: bool = True
    is_utf16: bool = False
    sheet: str | None = None
    sheets: tuple[str, ...] = ()
    merged: tuple[str, ...] = ()

    @property
    def columns(self) -> list[str]:
        """Columns of the file."""
        return [column for column in self.frame.columns if column != "line"]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Rows that follow each other; the first stretch of a file has the number of each row in it, too."""

    rows: list[Row]
    numbers: list[int]


def sample_text(opened: Opened) -> Sample:
    """The sample of a file of delimited text.

    Raises BadFile if it is no text, or has no table that could be found.
    """
    text = as_utf8(opened)
    blocks, is_whole = _blocks(text, can_seek=text is opened and not opened.is_gzip)
    encodings = _encodings(blocks)
    texts = [_decoded(block, encodings) for block in blocks]
    delimiter = max(_DELIMITERS, key=lambda mark: _regularity(_parsed(texts[0], mark, _LOOKED).rows))
    parts = [_thinned(_parsed(text, delimiter, None)) for text in texts]
    sample = sample_of(parts, opened.name, encodings=encodings, is_whole=is_whole)
    return replace(sample, delimiter=delimiter, is_utf16=text is not opened)


def sample_of(
    parts: Sequence[Stretch], name: str, *, encodings: tuple[str, ...] = ("utf-8",), is_whole: bool = True
) -> Sample:
    """The sample of rows of fields, in one or several stretches of the table."""
    first = parts[0]
    header = find_header(first.rows, name)
    check_names(header.names, name)
    width = len(header.names)
    over, under = first.rows[header.above : header.above + header.depth], first.rows[header.above + header.depth :]
    rows = [_cut(row, width) for part in (under, *(part.rows for part in parts[1:])) for row in part]
    fresh = [row for row in rows if any(field.strip() for field in row) and not is_header_again(row, over)]
    again = sum(is_header_again(row, over) for row in rows)
    end, footers = find_footer(fresh)
    body = [row for row in fresh[: len(fresh) - footers] if len(row) == width]
    sums = find_sums(body, width)
    body = [row for row in body if not sums or not _begins(row, tuple(sums))]
    columns = {
        column: pl.Series(column, [row[at].strip() or None for row in body], dtype=pl.String)
        for at, column in enumerate(header.names)
        if column
    }
    frame = pl.DataFrame(columns).with_columns(line=pl.int_range(1, len(body) + 1, dtype=pl.Int64))
    numbers = first.numbers[header.above : header.above + header.depth] if header.depth > 1 else []
    return Sample(
        name, frame, encodings=encodings, above=header.above, header=tuple(numbers), end=end, skip=tuple(sums),
        again=again, is_whole=is_whole,
    )  # fmt: skip


def _begins(row: Row, beginnings: tuple[str, ...]) -> bool:
    first = next((field.strip() for field in row if field.strip()), "").casefold()
    return first.startswith(tuple(text.casefold() for text in beginnings))


def _cut(row: Row, width: int) -> Row:
    """A row without blank fields past the header's last."""
    return row[:width] if len(row) > width and not any(field.strip() for field in row[width:]) else row


def _blocks(opened: Opened, *, can_seek: bool) -> tuple[list[bytes], bool]:
    """The first, a middle and the last block, cut at line ends; where nothing can be sought, all is read through."""
    with opened.plain() as plain:
        first = plain.read(BLOCK_BYTES)
        refuse_strangers(first[:8], opened.name)
        first = first.removeprefix(b"\xef\xbb\xbf")
        if b"\0" in first:
            raise BadFile(f"{opened.name}: holds a zero byte; this is not a table of text")
        if len(first) < BLOCK_BYTES - 3:
            return [first], True
        if not can_seek:
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


def _thinned(part: Stretch) -> Stretch:
    """Rows of a stretch: its first, some from its middle, its last."""
    if len(part.rows) <= MOST_ROWS:
        return part
    third, middle = MOST_ROWS // 3, len(part.rows) // 2
    taken = [*range(third), *range(middle, middle + third), *range(len(part.rows) - third, len(part.rows))]
    return Stretch([part.rows[at] for at in taken], [part.numbers[at] for at in taken])


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


def _parsed(text: str, delimiter: str, most: int | None) -> Stretch:
    csv.field_size_limit(LONGEST_FIELD)
    found = Stretch([], [])
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    begun = 1
    while most is None or len(found.rows) < most:
        try:
            row = next(reader)
        except StopIteration:
            break
        except csv.Error:
            continue
        if row:
            found.rows.append(row)
            found.numbers.append(begun)
        begun = reader.line_num + 1
    return found


def _regularity(rows: list[Row]) -> tuple[float, int]:
    """How much of a text falls into rows of one width above 1, and that width."""
    widths = Counter(len(row) for row in rows if len(row) > 1)
    if not widths:
        return 0.0, 0
    width, n = max(widths.items(), key=lambda item: (item[1], item[0]))
    return n / len(rows) * min(width, 4), width
