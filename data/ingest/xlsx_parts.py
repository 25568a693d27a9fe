"""The parts of an Excel workbook beside its sheets: relations, list of sheets, number formats, texts, merged areas."""

import re
from dataclasses import dataclass, field
from posixpath import join, normpath

from watchfloor.data.ingest.sheet_values import DateKind, format_kind
from watchfloor.geo.errors import BadFile

MOST_SHARED_BYTES = 160 << 20
_BYTES_A_TEXT = 64
# what the program itself can hold, or more than any book has
MOST_FORMATS, MOST_SHEETS, MOST_RELATIONS = 70_000, 10_000, 20_000
MOST_MERGED = 200_000
_AREA = re.compile(r"([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})")

type Numbers = dict[str, DateKind]


class _Silent:
    """A handler that has no use for text."""

    __slots__ = ()

    def end(self, name: str) -> None:
        """Nothing ends that matters."""

    def text(self, data: str) -> None:
        """Text is passed over."""


@dataclass(slots=True)
class Relations(_Silent):
    """Where the parts are that a part of `folder` refers to; parts outside of the package are no targets."""

    folder: str
    targets: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """A relation."""
        if name == "Relationship" and len(self.targets) < MOST_RELATIONS and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "")
            path = target[1:] if target.startswith("/") else normpath(join(self.folder, target))
            self.targets[attributes.get("Id", "")] = path
            self.kinds[attributes.get("Id", "")] = attributes.get("Type", "")

    def first(self, ending: str) -> str | None:
        """The first part of a kind whose name ends so."""
        return next((self.targets[key] for key, kind in self.kinds.items() if kind.endswith(ending)), None)

    @property
    def worksheets(self) -> set[str]:
        """Keys of relations to sheets of cells; charts and macro sheets are none."""
        return {key for key, kind in self.kinds.items() if kind.endswith("/worksheet")}


@dataclass(slots=True)
class Workbook(_Silent):
    """Sheets by name with the keys of their relations, and the system of dates."""

    sheets: dict[str, str] = field(default_factory=dict)
    is_1904: bool = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """A sheet, or the properties of the book."""
        if name == "sheet" and len(self.sheets) < MOST_SHEETS:
            self.sheets[attributes.get("name", "")] = attributes.get("id", "")
        elif name == "workbookPr":
            self.is_1904 = attributes.get("date1904") in ("1", "true")


@dataclass(slots=True)
class Styles(_Silent):
    """Number formats, and the cell formats that use them."""

    codes: dict[str, str] = field(default_factory=dict)
    used: list[str] = field(default_factory=list)
    _is_inside: bool = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """A number format or a cell format."""
        if name == "numFmt" and len(self.codes) < MOST_FORMATS:
            self.codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            self._is_inside = True
        elif name == "xf" and self._is_inside and len(self.used) < MOST_FORMATS:
            self.used.append(attributes.get("numFmtId", "0"))

    def end(self, name: str) -> None:
        """Cell formats stand in one list; formats of named styles beside it."""
        if name == "cellXfs":
            self._is_inside = False

    def numbers(self) -> Numbers:
        """What kind of date the numbers under each cell format are."""
        kinds = {
            number: format_kind(int(number) if number.isdecimal() and len(number) < 6 else 0, self.codes.get(number))
            for number in set(self.used)
        }
        return {str(at): kinds[number] for at, number in enumerate(self.used)}


@dataclass(slots=True)
class Strings:
    """The texts that cells share, in order; how they are pronounced is left out."""

    where: str
    texts: list[str] = field(default_factory=list)
    _parts: list[str] = field(default_factory=list)
    _takes: bool = False
    _is_phonetic: bool = False
    _bytes: int = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """A text, or a run of one."""
        if name == "si":
            self._parts = []
            self._take(_BYTES_A_TEXT)
        elif name == "rPh":
            self._is_phonetic = True
        elif name == "t":
            self._takes = not self._is_phonetic

    def end(self, name: str) -> None:
        """A text is whole."""
        if name == "t":
            self._takes = False
        elif name == "rPh":
            self._is_phonetic = False
        elif name == "si":
            self.texts.append("".join(self._parts))

    def text(self, data: str) -> None:
        """Part of a text."""
        if self._takes:
            self._take(len(data) if data.isascii() else 2 * len(data))
            self._parts.append(data)

    def _take(self, taken: int) -> None:
        self._bytes += taken
        if self._bytes > MOST_SHARED_BYTES:
            raise BadFile(f"{self.where}: takes more than {MOST_SHARED_BYTES:,} bytes of text; save the sheet as csv")


@dataclass(slots=True)
class Merges(_Silent):
    """Merged areas: by row and column of their first cell, the columns and rows that they cover."""

    spans: dict[int, dict[int, tuple[int, int]]] = field(default_factory=dict)
    _n: int = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """A merged area."""
        found = _AREA.fullmatch(attributes.get("ref", "")) if name == "mergeCell" else None
        if found and self._n < MOST_MERGED:
            self._n += 1
            left, top, right, bottom = column_number(found[1]), int(found[2]), column_number(found[3]), int(found[4])
            self.spans.setdefault(top, {})[left] = (max(right - left, 0) + 1, max(bottom - top, 0) + 1)


def column_number(letters: str) -> int:
    """The column, from 0, that letters name: A is 0, AA is 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
