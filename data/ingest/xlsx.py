"""Excel workbooks, by a mapping as for csv: one sheet read as a stream; stored values only, macros never looked at.

Parts of the package are found as ECMA-376-2 says: from the workbook by relations of its own.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from posixpath import join, normpath

from watchfloor.data.ingest.archive import Archive, open_archive
from watchfloor.data.ingest.csv_map import read_mapped, with_dates_of_cells
from watchfloor.data.ingest.csv_rows import LONGEST_FIELD, Rows
from watchfloor.data.ingest.format import Format, Options, SourceInfo
from watchfloor.data.ingest.frames import Batch
from watchfloor.data.ingest.mapping import Mapping as Map
from watchfloor.data.ingest.opened import Opened
from watchfloor.data.ingest.sheet_rows import ERROR, UNCOUNTED, SheetRow, chosen_sheet, sheet_batches
from watchfloor.data.ingest.sheet_values import DateKind, Writing
from watchfloor.data.ingest.table_layout import MOST_COLUMNS
from watchfloor.data.ingest.xlsx_parts import Merges, Numbers, Relations, Strings, Styles, Workbook, column_number
from watchfloor.data.ingest.xml_stream import read_xml, stream_xml
from watchfloor.geo.errors import BadFile

WHAT = "an xlsx spreadsheet"
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


def read(opened: Opened, options: Options) -> Iterator[Batch]:
    """Batches of the mapping's target from one sheet; options hold the Mapping under `map`."""
    mapping = options.values["map"]
    assert isinstance(mapping, Map)
    return read_mapped(rows_of(opened, mapping), with_dates_of_cells(mapping), opened.name)


def rows_of(opened: Opened, mapping: Map) -> Iterator[Rows]:
    """Batches of the rows of the sheet that a mapping names, under its header."""
    with open_archive(opened, WHAT) as archive:
        book = _opened_book(archive)
        rows = book.rows(chosen_sheet(mapping.table.sheet, list(book.members), opened.name), mapping.table.decimal)
        yield from sheet_batches(rows, mapping.layout(), frozenset(mapping.table.merged), opened.name)


def sheet_names(opened: Opened) -> list[str]:
    """The sheets of cells, in the order of the workbook."""
    with open_archive(opened, WHAT) as archive:
        return list(_opened_book(archive).members)


def raw_rows(opened: Opened, sheet: str, decimal: str) -> Iterator[SheetRow]:
    """The rows of one sheet as they stand, numbers with that decimal mark."""
    with open_archive(opened, WHAT) as archive:
        yield from _opened_book(archive).rows(sheet, decimal)


@dataclass(frozen=True, slots=True)
class _Book:
    """An opened workbook: the members of its sheets by name."""

    archive: Archive
    members: Mapping[str, str]
    relations: Relations
    is_1904: bool

    def rows(self, sheet: str, decimal: str) -> Iterator[SheetRow]:
        archive, member, name = self.archive, self.members[sheet], self.archive.opened.name
        if member not in archive:
            raise BadFile(f"{name}: lacks its part {member[:80]!r}; nothing was loaded")
        numbers = _read(archive, self.relations.first("/styles"), Styles()).numbers()
        strings = _read(archive, self.relations.first("/sharedStrings"), Strings(f"{name}, sharedStrings.xml"))
        merges = _read(archive, member, Merges()).spans if _has_merges(archive, member) else {}
        writing = Writing(decimal, self.is_1904)
        yield from _streamed(archive, member, _Sheet(f"{name}, {member}", strings.texts, numbers, writing, merges))


def _opened_book(archive: Archive) -> _Book:
    path, relations = _workbook_path(archive)
    book = _read(archive, path, Workbook())
    members = {name: relations.targets[key] for name, key in book.sheets.items() if key in relations.worksheets}
    return _Book(archive, members, relations, book.is_1904)


def _workbook_path(archive: Archive) -> tuple[str, Relations]:
    """The workbook's part, and the relations that it has."""
    name = archive.opened.name
    if "mimetype" in archive:
        raise BadFile(f"{name}: is not {WHAT} but one of OpenDocument: load it with the format ods")
    path = _read(archive, "_rels/.rels", Relations("")).first("/officeDocument")
    if path is None or path not in archive:
        raise BadFile(f"{name}: is not {WHAT}: it has no workbook")
    if path.endswith(".bin"):
        raise BadFile(f"{name}: is a binary workbook (xlsb); save it as xlsx")
    folder, _, last = path.rpartition("/")
    relations = Relations(folder)
    return path, _read(archive, normpath(join(folder, "_rels", f"{last}.rels")), relations)


def _read[H: (Workbook, Styles, Strings, Relations, Merges)](archive: Archive, member: str | None, handler: H) -> H:
    """The handler after it has read a part; as it was, if the package has no such part."""
    if member is not None and member in archive:
        with archive.member(member) as part:
            read_xml(part, handler, f"{archive.opened.name}, {member}")
    return handler


def _has_merges(archive: Archive, member: str) -> bool:
    """Whether areas are merged: they are listed after all rows, so that a first reading must find them."""
    last = b""
    with archive.member(member) as part:
        while chunk := part.read(1 << 20):
            if b"mergeCell" in last + chunk:
                return True
            last = chunk[-16:]
    return False


def _streamed(archive: Archive, member: str, sheet: "_Sheet") -> Iterator[SheetRow]:
    with archive.member(member) as part:
        for _ in stream_xml(part, sheet, sheet.where):
            yield from sheet.rows
            sheet.rows.clear()


@dataclass(slots=True)
class _Sheet:
    """Takes the rows of a worksheet's XML; `rows` holds those that are whole."""

    where: str
    strings: list[str]
    kinds: Numbers
    writing: Writing
    spans: Mapping[int, Mapping[int, tuple[int, int]]]
    rows: list[SheetRow] = field(default_factory=list)
    _number: int = 0
    _cells: dict[int, str] = field(default_factory=dict)
    _at: int = -1
    _type: str = "n"
    _style: str = "0"
    _has_formula: bool = False
    _has_value: bool = False
    _takes: bool = False
    _is_phonetic: bool = False
    _length: int = 0
    _texts: list[str] = field(default_factory=list)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self._begin_cell(attributes)
        elif name in ("v", "t"):
            self._takes = self._has_value = not self._is_phonetic
        elif name == "f":
            self._has_formula = True
        elif name == "rPh":
            self._is_phonetic = True
        elif name == "row":
            self._number = self._whole(attributes.get("r"), self._number + 1)
            self._at, self._cells = -1, {}

    def end(self, name: str) -> None:
        if name in ("v", "t"):
            self._takes = False
        elif name == "rPh":
            self._is_phonetic = False
        elif name == "c":
            self._end_cell()
        elif name == "row":
            self.rows.append(SheetRow(self._number, self._cells, self.spans.get(self._number, {})))

    def text(self, data: str) -> None:
        if self._takes:
            self._length += len(data)
            if self._length > LONGEST_FIELD:
                raise BadFile(f"{self.where}, row {self._number:,}: a cell is longer than {LONGEST_FIELD:,} characters")
            self._texts.append(data)

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r")
        if reference is None:
            self._at += 1
        elif found := _REFERENCE.fullmatch(reference):
            self._at = column_number(found[1])
        else:
            raise BadFile(f"{self.where}, row {self._number:,}: {reference[:20]!r} is no cell")
        self._type, self._style = attributes.get("t", "n"), attributes.get("s", "0")
        self._has_formula = self._has_value = False
        self._length = 0
        self._texts = []

    def _end_cell(self) -> None:
        text = self._value("".join(self._texts))
        if self._has_formula and not self._has_value:
            text = UNCOUNTED
        # no column beyond is ever asked for
        if text and self._at < MOST_COLUMNS:
            self._cells[self._at] = text

    def _value(self, written: str) -> str:
        match self._type:
            case "s":
                at = self._whole(written or "-1", -1)
                if not 0 <= at < len(self.strings):
                    raise BadFile(f"{self.where}, row {self._number:,}: a cell names a text that the file has not")
                return self.strings[at]
            case "str" | "inlineStr":
                return written
            case "d":
                return written.replace("T", " ").removesuffix("Z")
            case "b":
                return {"1": "true", "0": "false"}.get(written, written)
            case "e":
                return ERROR
            case _:
                return self._numeral(written, self.kinds.get(self._style)) if written else ""

    def _numeral(self, written: str, kind: DateKind) -> str:
        text = self.writing.serial(written, kind) if kind else None
        return text or self.writing.number(written) or written

    def _whole(self, written: str | None, otherwise: int) -> int:
        if written is None:
            return otherwise
        if not (written.isascii() and written.isdigit() and len(written) < 10):
            raise BadFile(f"{self.where}, row {self._number:,}: {written[:20]!r} is no number of a row or text")
        return int(written)


FORMAT = Format(
    name="xlsx",
    title="Excel spreadsheet, by a mapping (--map FILE.toml)",
    source=SourceInfo(code="csv", title="As the mapping says", publisher="", licence=""),
    is_public=False,
    read=read,
)
