"""The sample of a spreadsheet: the sheet that is most of a table, its header anywhere, merged cells spread."""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice

from watchfloor.data.ingest import ods, xlsx
from watchfloor.data.ingest.opened import Opened
from watchfloor.data.ingest.sheet_rows import ERROR, UNCOUNTED, SheetRow, chosen_sheet
from watchfloor.data.ingest.suggest_findings import IDS, folded
from watchfloor.data.ingest.suggest_layout import find_header
from watchfloor.data.ingest.suggest_sample import MOST_ROWS, Sample, Stretch, sample_of
from watchfloor.data.ingest.table_layout import HEADER_WITHIN_ROWS, MOST_COLUMNS
from watchfloor.geo.errors import BadFile

# stands for the decimal mark of numbers that are numbers in the sheet, until it is known how its texts write theirs
MARK = "\ue000"
_MOST_SHEETS = 20
_TRIED_ROWS = 200
_MOST_HEADER = 5
_NUMBER = re.compile(rf"[+-]?[\d.,{MARK}]+")
_EMPTY = {ERROR, UNCOUNTED}


def sample_sheet(opened: Opened, form: str, sheet: str | None) -> Sample:
    """The sample of the sheet that is named, else of the one that holds the most of a table.

    Raises BadFile if there is no such sheet, none with a table, or what is no spreadsheet.
    """
    reader = xlsx if form == "xlsx" else ods
    names = reader.sheet_names(opened)
    if sheet is not None:
        chosen_sheet(sheet, names, opened.name)
        chosen: str = sheet
        others: tuple[str, ...] = ()
    else:
        chosen, others = _most_of_a_table(opened, form, names)
    grown = _Grown()
    for row in reader.raw_rows(opened, chosen, MARK):
        grown.take(row)
    sample = sample_of(grown.stretches(), opened.name, is_whole=grown.is_whole)
    under = sample.above + max(1, len(sample.header))
    merged = tuple(name for at, name in enumerate(sample.columns) if grown.merged.get(at, 0) >= under)
    return replace(sample, sheet=chosen if len(names) > 1 else sheet, sheets=others, merged=merged)


def _most_of_a_table(opened: Opened, form: str, names: list[str]) -> tuple[str, tuple[str, ...]]:
    """The sheet with the most cells under a header, and all that have any; the first speaks for a file without."""
    reader = xlsx if form == "xlsx" else ods
    if len(names) <= 1:
        return chosen_sheet(None, names, opened.name), ()
    sizes: dict[str, int] = {}
    for name in names[:_MOST_SHEETS]:
        grown = _Grown()
        for row in islice(reader.raw_rows(opened, name, MARK), _TRIED_ROWS):
            grown.take(row)
        rows = grown.first
        try:
            header = find_header(rows, name)
        except BadFile:
            continue
        sizes[name] = (len(rows) - header.above - header.depth) * len(header.names)
    if not sizes:
        raise BadFile(f"{opened.name}: none of its sheets has a table under a header: {', '.join(names[:20])}")
    return max(sizes, key=lambda name: sizes[name]), tuple(sizes) if len(sizes) > 1 else ()


@dataclass(slots=True)
class _Grown:
    """Takes the rows of a sheet one by one and keeps its beginning, some of its middle, and its end.

    merged: columns in which cells cover several rows, with the last such row from 0.
    """

    first: list[list[str]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    middle: list[list[str]] = field(default_factory=list)
    last: deque[list[str]] = field(default_factory=lambda: deque(maxlen=MOST_ROWS // 3))
    merged: dict[int, int] = field(default_factory=dict)
    spread: list[tuple[list[str], int, int]] = field(default_factory=list)
    _n: int = 0
    _width: int = 0
    _lasting: dict[int, tuple[int, str]] = field(default_factory=dict)

    @property
    def is_whole(self) -> bool:
        """Whether all rows were kept."""
        return self._n <= MOST_ROWS

    def take(self, row: SheetRow) -> None:
        """One row, merged cells spread over all that they cover."""
        cells = {at: text for at, text in row.cells.items() if text not in _EMPTY}
        filled: list[int] = []
        for at, (until, text) in list(self._lasting.items()):
            if row.number > until:
                del self._lasting[at]
            elif text and not cells.get(at):
                cells[at] = text
                filled.append(at)
        for at, (columns, rows) in row.spans.items():
            over = range(at, min(at + columns, MOST_COLUMNS))
            if self._n < HEADER_WITHIN_ROWS and columns > 1:
                cells |= dict.fromkeys(over, cells.get(at, ""))
            if rows > 1:
                self._lasting |= dict.fromkeys(over, (row.number + rows - 1, cells.get(at, "")))
        if not any(cells.values()):
            return
        self._width = max(self._width, min(max(cells) + 1, MOST_COLUMNS))
        fields = [cells.get(at, "") for at in range(self._width)]
        self.spread += [(fields, at, self._n) for at in filled if at < len(fields)]
        self._keep(fields, row.number)

    def _keep(self, fields: list[str], number: int) -> None:
        self._n += 1
        if len(self.first) < MOST_ROWS:
            self.first.append(fields)
            self.numbers.append(number)
            return
        # each doubling of what was read renews the middle
        if self._n & (self._n - 1) == 0:
            self.middle = list(self.last)
        self.last.append(fields)

    def stretches(self) -> list[Stretch]:
        """What was kept, all rows as wide as the widest that belongs to the table."""
        width = self._usual()
        for fields, at, number in self.spread:
            if self._holds_amounts(at):
                fields[at] = ""
            else:
                self.merged[at] = number

        def level(rows: Iterator[list[str]]) -> list[list[str]]:
            return [(row + [""] * width)[:width] for row in rows]

        first = Stretch(level(iter(self.first)), self.numbers)
        return [first, *(Stretch(level(iter(rows)), []) for rows in (self.middle, self.last) if rows)]

    def _usual(self) -> int:
        """The width of the table: a stray cell far to the right is no column."""
        widths = sorted(max((at + 1 for at, text in enumerate(row) if text), default=0) for row in self.first)
        return widths[-1 - len(widths) // 20] if widths else 0

    def _holds_amounts(self, at: int) -> bool:
        """Whether a column holds numbers that say how much: merged cells of them would be counted several times."""
        said = [row[at] for row in self.first if at < len(row) and row[at]]
        numbers = sum(bool(_NUMBER.fullmatch(text)) for text in said)
        is_named = any(set(folded(text).split()) & set(IDS) for text in said[:_MOST_HEADER])
        return numbers > 0.7 * len(said) and not is_named
