"""Delimited text as batches of string columns, each row with the line it began on."""

import csv
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from watchfloor.data.ingest.csv_blocks import Blocks, plain_rows
from watchfloor.data.ingest.frames import REJECTS
from watchfloor.data.ingest.opened import Opened, refuse_strangers
from watchfloor.data.ingest.table_layout import LINE_OF_FILE, MOST_COLUMNS, Headed, Layout, check_names, headed
from watchfloor.geo.errors import BadFile

__all__ = [
    "LINE_OF_FILE",
    "LONGEST_FIELD",
    "LONGEST_LINE",
    "MOST_COLUMNS",
    "Rows",
    "batches",
    "read_csv",
]

LONGEST_LINE = 4 << 20
LONGEST_FIELD = 1 << 20
# over all the lines that a row takes
LONGEST_ROW = 8 << 20
_BYTES_A_CELL = 8
BATCH_ROWS = 50_000
# rows may be wide: memory is bounded by text, too
BATCH_CHARACTERS = 32 << 20


@dataclass(frozen=True, slots=True)
class Rows:
    """A batch: all columns String, blank fields null, `line` Int64; and rows of the wrong width, kept aside.

    notes: counts of what was passed over or mended on the way.
    """

    frame: pl.DataFrame
    rejects: pl.DataFrame
    notes: Mapping[str, int] = field(default_factory=dict)

    @property
    def read(self) -> int:
        """Rows of the file in this batch, good and bad."""
        return self.frame.height + self.rejects.height


def read_csv(
    opened: Opened, expected: Sequence[str] | None, *, delimiter: str = ",", layout: Layout | None = None
) -> Iterator[Rows]:
    """Batches of a table with a header line.

    expected: columns that must be there (others are ignored); None takes any header. Fields are
    stripped of outer blanks; an empty field is null. A layout says where the table stands; it brings its delimiter.
    Raises BadFile for wrong columns, bytes that are not of an encoding, or a line past all measure.
    """
    # the limit belongs to the process: it is set and left, for another run may be reading at this moment
    csv.field_size_limit(LONGEST_FIELD)
    layout = layout or Layout(delimiter)
    with opened.plain() as plain:
        mended: Counter[str] = Counter()
        blocks, begun = Blocks(plain, LONGEST_LINE), _Begun()
        lines = _lines(blocks, opened.name, layout.encodings, mended, begun)
        reader = csv.reader(lines, delimiter=layout.delimiter, strict=True)
        try:
            table = headed(_numbered(reader, begun), layout, opened.name)
            _check_header(table.header, expected, opened.name)
            if layout.has_plain_blocks and not table.ahead:
                yield from _by_blocks(table, blocks, begun, layout.delimiter, mended)
            else:
                yield from batches(table, mended)
        except csv.Error as error:
            where = f"line {begun.line}" if begun.line == begun.taken else f"the row that begins on line {begun.line}"
            raise BadFile(f"{opened.name}, {where}: not readable as a table: {_explained(error)}") from error


def _explained(error: csv.Error) -> str:
    """What the parser says, in words of the field, with what can be done."""
    said = str(error)
    if said == "unexpected end of data":
        return "a quote is opened and never closed; mend that row"
    if "expected after" in said:
        return f"something stands after a closing quote ({said}); double quotes within a field"
    if said.startswith("new-line character"):
        return "a carriage return alone ends a line; convert the line ends, for instance with tr '\\r' '\\n'"
    if said.startswith("field larger"):
        return f"a field is longer than {LONGEST_FIELD:,} characters; is a quote never closed?"
    return said


@dataclass(slots=True)
class _Begun:
    """Where a file is being read: the line on which the row in hand began, its characters, and lines taken so far."""

    line: int = 1
    taken: int = 0
    characters: int = 0


def _numbered(reader, begun: _Begun) -> Iterator[tuple[int, list[str]]]:  # type: ignore[no-untyped-def]
    for row in reader:
        if row:
            yield begun.line, row
        begun.line, begun.characters = begun.taken + 1, 0


def _by_blocks(table: Headed, blocks: Blocks, begun: _Begun, delimiter: str, mended: Counter[str]) -> Iterator[Rows]:
    """Batches of a table, whole blocks at once where they are plain and row by row where they are not."""
    told: Counter[str] = Counter()
    gathered, is_seen = _Gathered(table.header), False
    while block := blocks.block():
        frame = plain_rows(block, width=len(table.header), delimiter=delimiter, longest=LONGEST_FIELD)
        if frame is None:
            blocks.give_back(block)
        while (gathered.n and (frame is not None or gathered.is_full)) or not blocks.is_drained:
            if gathered.n and (frame is not None or gathered.is_full):
                yield gathered.batch(_since(told, table.notes, mended))
                gathered, is_seen = _Gathered(table.header), True
            _gather(gathered, table.rows, blocks)
        for part in frame.iter_slices(BATCH_ROWS) if frame is not None else ():
            yield gathered.batch_of(part, begun.taken + 1, _since(told, table.notes, mended))
            begun.taken += part.height
            is_seen = True
    notes = _since(told, table.notes, mended)
    # a reader sees the header of a table without rows, too
    if gathered.n or notes or not is_seen:
        yield gathered.batch(notes)


def _gather(gathered: "_Gathered", rows: Iterator[tuple[int, list[str]]], blocks: Blocks) -> None:
    """Take rows until the batch is full or nothing is left of the block that was given back."""
    while not blocks.is_drained and not gathered.is_full:
        taken = next(rows, None)
        if taken is None:
            return
        gathered.add(taken[1], taken[0])


def _lines(plain: Blocks, name: str, encodings: Sequence[str], mended: Counter[str], begun: _Begun) -> Iterator[str]:
    while raw := plain.readline(LONGEST_LINE + 1):
        begun.taken += 1
        number = begun.taken
        if number == 1:
            refuse_strangers(raw[:8], name)
            raw = raw.removeprefix(b"\xef\xbb\xbf")
        if len(raw) > LONGEST_LINE:
            raise BadFile(f"{name}, line {number}: longer than {LONGEST_LINE:,} bytes; this is not a table of text")
        if b"\0" in raw:
            raise BadFile(f"{name}, line {number}: holds a zero byte; this is not a table of text")
        try:
            text = raw.decode(encodings[0])
        except UnicodeDecodeError as error:
            text = _decoded_otherwise(raw, encodings[1:], error, f"{name}, line {number}")
            mended["line in another encoding than the first"] += 1
        begun.characters += len(text)
        if begun.characters > LONGEST_ROW:
            where = f"{name}, the row that begins on line {begun.line}"
            raise BadFile(f"{where}: longer than {LONGEST_ROW:,} characters; is a quote never closed?")
        yield text


def _decoded_otherwise(raw: bytes, encodings: Sequence[str], first: UnicodeDecodeError, where: str) -> str:
    for encoding in encodings:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    expected = "UTF-8" if first.encoding == "utf-8" else first.encoding
    raise BadFile(f"{where}: byte {first.start + 1} is not {expected}; convert the file, for instance with iconv")


def _check_header(header: list[str], expected: Sequence[str] | None, name: str) -> None:
    shown = [column[:40] for column in header[:20]]
    missing = [column for column in expected or () if column not in header]
    if missing or not any(header):
        raise BadFile(f"{name}: is not what it claims to be: missing columns {missing}; it has {shown}")
    check_names(header, name)


@dataclass(slots=True)
class _Gathered:
    """Rows on their way into a batch."""

    header: list[str]
    rows: list[list[str]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    wrong: list[tuple[int, str, str, str]] = field(default_factory=list)
    characters: int = 0
    longer: int = 0

    def add(self, row: list[str], line: int) -> None:
        if len(row) > len(self.header) and not any(field.strip() for field in row[len(self.header) :]):
            row = row[: len(self.header)]
            self.longer += 1
        # rows of empty cells take memory, too
        self.characters += sum(map(len, row)) + _BYTES_A_CELL * len(row)
        if len(row) == len(self.header):
            self.rows.append(row)
            self.lines.append(line)
        else:
            reason = f"{len(row)} fields where the header has {len(self.header)}"
            self.wrong.append((line, "", ",".join(row)[:500], reason))

    @property
    def n(self) -> int:
        return len(self.rows) + len(self.wrong)

    @property
    def is_full(self) -> bool:
        return self.n >= BATCH_ROWS or self.characters >= BATCH_CHARACTERS

    def batch(self, notes: Mapping[str, int]) -> Rows:
        if self.longer:
            notes = {**notes, "row with blank fields past the header": self.longer}
        columns = list(zip(*self.rows, strict=True)) if self.rows else [()] * len(self.header)
        # columns without a name cannot be asked for
        named = {h: pl.Series(h, c, dtype=pl.String) for h, c in zip(self.header, columns, strict=True) if h}
        frame = pl.DataFrame(named | {"line": pl.Series("line", self.lines, dtype=pl.Int64)})
        return Rows(_blank_is_null(frame), pl.DataFrame(self.wrong, schema=REJECTS, orient="row"), notes)

    def batch_of(self, part: pl.DataFrame, first: int, notes: Mapping[str, int]) -> Rows:
        """The batch of rows that stand one to a line from `first` on."""
        named = [pl.col(c).alias(h) for c, h in zip(part.columns, self.header, strict=True) if h]
        lines = pl.int_range(first, first + part.height, dtype=pl.Int64).alias("line")
        frame = part.select(*named, lines)
        return Rows(_blank_is_null(frame), pl.DataFrame(schema=REJECTS), notes)


def _blank_is_null(frame: pl.DataFrame) -> pl.DataFrame:
    # by type and not by name: a column may be called * or ^x$, which polars takes for a pattern
    stripped = pl.col(pl.String).str.strip_chars()
    return frame.with_columns(pl.when(stripped != "").then(stripped)) if frame.width > 1 else frame


def batches(table: Headed, more: Counter[str] | None = None) -> Iterator[Rows]:
    """Batches of the rows under a header; the notes met so far go with each, once.

    more: notes that the rows' own source counts while it is read.
    """
    told: Counter[str] = Counter()
    gathered = _Gathered(table.header)
    for line, row in table.rows:
        gathered.add(row, line)
        if gathered.is_full:
            yield gathered.batch(_since(told, table.notes, more))
            gathered = _Gathered(table.header)
    # the last batch may be empty: a reader sees the header of a table without rows, too
    yield gathered.batch(_since(told, table.notes, more))


def _since(told: Counter[str], notes: Counter[str], more: Counter[str] | None) -> Counter[str]:
    now = notes | (more or Counter())
    new = now - told
    told |= now
    return new
