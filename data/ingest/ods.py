"""OpenDocument spreadsheets, by a mapping as for csv: one sheet read as a stream, stored values only.

Source: OpenDocument 1.3 part 3, chapters 9 (tables) and 19 (attributes).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from watchfloor.data.ingest.archive import Archive, open_archive
from watchfloor.data.ingest.csv_map import read_mapped, with_dates_of_cells
from watchfloor.data.ingest.csv_rows import LONGEST_FIELD, Rows
from watchfloor.data.ingest.format import Format, Options, SourceInfo
from watchfloor.data.ingest.frames import Batch
from watchfloor.data.ingest.mapping import Mapping
from watchfloor.data.ingest.opened import Opened
from watchfloor.data.ingest.sheet_rows import ERROR, MOST_ROWS, UNCOUNTED, SheetRow, chosen_sheet, sheet_batches
from watchfloor.data.ingest.sheet_values import Writing
from watchfloor.data.ingest.table_layout import MOST_COLUMNS
from watchfloor.data.ingest.xml_stream import read_xml, stream_xml
from watchfloor.geo.errors import BadFile

WHAT = "an ods spreadsheet"
CONTENT = "content.xml"
_CLOCK = re.compile(r"PT(\d+)H(\d+)M(\d+(?:\.\d+)?)S")
_CELLS = ("table-cell", "covered-table-cell")
_MOST_BLANKS = 1_000
# beside those that are written out: a few bytes may stand for two thousand million
_MOST_REPEATED = 10_000_000


def read(opened: Opened, options: Options) -> Iterator[Batch]:
    """Batches of the mapping's target from one sheet; options hold the Mapping under `map`."""
    mapping = options.values["map"]
    assert isinstance(mapping, Mapping)
    return read_mapped(rows_of(opened, mapping), with_dates_of_cells(mapping), opened.name)


def rows_of(opened: Opened, mapping: Mapping) -> Iterator[Rows]:
    """Batches of the rows of the sheet that a mapping names, under its header."""
    with open_archive(opened, WHAT) as archive:
        wanted = chosen_sheet(mapping.table.sheet, _names(archive), opened.name)
        rows = _streamed(archive, _sheet(opened, wanted, mapping.table.decimal))
        yield from sheet_batches(rows, mapping.layout(), frozenset(mapping.table.merged), opened.name)


def sheet_names(opened: Opened) -> list[str]:
    """The tables of the document, in its order."""
    with open_archive(opened, WHAT) as archive:
        return _names(archive)


def raw_rows(opened: Opened, sheet: str, decimal: str) -> Iterator[SheetRow]:
    """The rows of one sheet as they stand, numbers with that decimal mark."""
    with open_archive(opened, WHAT) as archive:
        yield from _streamed(archive, _sheet(opened, sheet, decimal))


def _sheet(opened: Opened, wanted: str, decimal: str) -> "_Sheet":
    return _Sheet(f"{opened.name}, {CONTENT}", wanted, Writing(decimal))


def _names(archive: Archive) -> list[str]:
    name = archive.opened.name
    if "xl/workbook.xml" in archive:
        raise BadFile(f"{name}: is not {WHAT} but one of Excel: load it with the format xlsx")
    if CONTENT not in archive:
        raise BadFile(f"{name}: is not {WHAT}: it has no {CONTENT}")
    names = _Names()
    with archive.member(CONTENT) as part:
        read_xml(part, names, f"{name}, {CONTENT}")
    return names.found


def _streamed(archive: Archive, sheet: "_Sheet") -> Iterator[SheetRow]:
    with archive.member(CONTENT) as part:
        for _ in stream_xml(part, sheet, sheet.where):
            yield from sheet.taken()
            if sheet.is_done:
                return


@dataclass(slots=True)
class _Names:
    """Names of the tables of a document; those inside of cells are none of its sheets."""

    found: list[str] = field(default_factory=list)
    _depth: int = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "table":
            self._depth += 1
            if self._depth == 1:
                self.found.append(attributes.get("name", ""))

    def end(self, name: str) -> None:
        self._depth -= name == "table"

    def text(self, data: str) -> None:
        return


@dataclass(slots=True)
class _Sheet:
    """Takes the rows of one table of a document; repeated rows are kept as one with its number of times."""

    where: str
    wanted: str
    writing: Writing
    is_done: bool = False
    _rows: list[tuple[SheetRow, int]] = field(default_factory=list)
    _depth: int = 0
    _is_inside: bool = False
    _next: int = 1
    _times: int = 1
    _repeated: int = 0
    _cells: dict[int, str] = field(default_factory=dict)
    _spans: dict[int, tuple[int, int]] = field(default_factory=dict)
    _at: int = 0
    _cell: dict[str, str] = field(default_factory=dict)
    _notes: int = 0
    _is_text: bool = False
    _texts: list[str] = field(default_factory=list)
    _length: int = 0

    def taken(self) -> Iterator[SheetRow]:
        """The rows that are whole since last time."""
        rows, self._rows = self._rows, []
        for row, times in rows:
            for more in range(times):
                yield SheetRow(row.number + more, row.cells, row.spans)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "table":
            self._depth += 1
            self._is_inside |= self._depth == 1 and attributes.get("name", "") == self.wanted
        elif not self._is_inside or self._depth > 1:
            return
        elif name == "table-row":
            self._times = self._whole(attributes.get("number-rows-repeated"))
            self._at, self._cells, self._spans = 0, {}, {}
        elif name in _CELLS:
            self._cell, self._texts, self._length = attributes, [], 0
        elif name == "annotation":
            self._notes += 1
        elif not self._notes:
            self._start_text(name, attributes)

    def _start_text(self, name: str, attributes: dict[str, str]) -> None:
        if name == "p":
            self._texts += ["\n"] if self._texts else []
            self._is_text = True
        elif name == "s":
            self._add(" " * min(self._whole(attributes.get("c")), _MOST_BLANKS))
        elif name in ("tab", "line-break"):
            self._add("\t" if name == "tab" else "\n")

    def end(self, name: str) -> None:
        if name == "table":
            self.is_done |= self._is_inside and self._depth == 1
            self._is_inside &= self._depth > 1
            self._depth -= 1
        elif not self._is_inside or self._depth > 1:
            return
        elif name == "annotation":
            self._notes -= 1
        elif name == "p":
            self._is_text = False
        elif name in _CELLS:
            self._end_cell(name)
        elif name == "table-row":
            self._end_row()

    def text(self, data: str) -> None:
        if self._is_text and not self._notes and self._is_inside and self._depth == 1:
            self._add(data)

    def _add(self, data: str) -> None:
        self._length += len(data)
        if self._length > LONGEST_FIELD:
            raise BadFile(f"{self.where}, row {self._next:,}: a cell is longer than {LONGEST_FIELD:,} characters")
        self._texts.append(data)

    def _end_cell(self, name: str) -> None:
        times = self._whole(self._cell.get("number-columns-repeated"))
        value = "" if name == "covered-table-cell" else self._value("".join(self._texts))
        if value and self._at < MOST_COLUMNS:
            self._cells |= dict.fromkeys(range(self._at, min(self._at + times, MOST_COLUMNS)), value)
            self._repeated -= 1
        span = (self._cell.get("number-columns-spanned", "1"), self._cell.get("number-rows-spanned", "1"))
        if span != ("1", "1"):
            self._spans[self._at] = (self._whole(span[0]), self._whole(span[1]))
        self._at += times

    def _end_row(self) -> None:
        if self._cells or self._spans:
            if self._next + self._times - 1 > MOST_ROWS:
                raise BadFile(f"{self.where}, row {self._next:,}: a sheet has at most {MOST_ROWS:,} rows")
            self._repeated += self._times * len(self._cells)
            if self._repeated > _MOST_REPEATED:
                what = f"cells that are repeated would make more than {_MOST_REPEATED:,}"
                raise BadFile(
                    f"{self.where}, row {self._next:,}: {what}: this looks like a decompression bomb; "
                    "nothing was loaded"
                )
            self._rows.append((SheetRow(self._next, self._cells, self._spans), self._times))
        self._next += self._times

    def _value(self, shown: str) -> str:
        """The stored value; what is shown may be rounded, and belongs to the language of whoever saved it."""
        cell = self._cell
        # LibreOffice writes the second attribute, of its own name space, where the first says string or float
        if shown.startswith(("#", "Err:")) and "formula" in cell and cell.get("value", "0") == "0":
            return ERROR
        match cell.get("value-type"):
            case None:
                return UNCOUNTED if "formula" in cell else shown
            case "float" | "percentage" | "currency":
                return self.writing.number(cell.get("value", "")) or shown
            case "date":
                day, _, clock = cell.get("date-value", "").partition("T")
                return f"{day} {clock}" if clock.strip("0:.") else day
            case "time":
                found = _CLOCK.fullmatch(cell.get("time-value", ""))
                return f"{int(found[1]):02}:{found[2]:0>2}:{found[3]:0>2}" if found else shown
            case "boolean":
                return cell.get("boolean-value", shown)
            case _:
                return cell.get("string-value", shown)

    def _whole(self, written: str | None) -> int:
        if written is None:
            return 1
        if not (written.isascii() and written.isdigit() and len(written) < 10):
            raise BadFile(f"{self.where}, row {self._next:,}: {written[:20]!r} is no number of rows or columns")
        return int(written)


FORMAT = Format(
    name="ods",
    title="OpenDocument spreadsheet, by a mapping (--map FILE.toml)",
    source=SourceInfo(code="csv", title="As the mapping says", publisher="", licence=""),
    is_public=False,
    read=read,
)
