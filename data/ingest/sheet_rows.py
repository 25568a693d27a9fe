"""Rows of a spreadsheet's table as batches of text, for a mapping: merged cells, errors, formulas without a value."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import polars as pl

from watchfloor.data.ingest.csv_rows import Rows, batches
from watchfloor.data.ingest.frames import REJECTS
from watchfloor.data.ingest.table_layout import MOST_COLUMNS, Headed, Layout, Numbered, check_names, headed
from watchfloor.geo.errors import BadFile

# what the programs that write such files can hold themselves
MOST_ROWS = 1_048_576
LONGEST_ROW = 4 << 20
ERROR = "\0error"
UNCOUNTED = "\0formula"
_TROUBLES = {
    ERROR: "is an error of the spreadsheet: mend the formula and save it again",
    UNCOUNTED: "is a formula without a stored value: open the file in a spreadsheet program and save it",
}


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row: texts by column from 0; a text of ERROR or UNCOUNTED marks what has no value.

    spans: columns of merged areas that begin here, with the columns and rows that each covers.
    """

    number: int
    cells: Mapping[int, str]
    spans: Mapping[int, tuple[int, int]] = field(default_factory=dict)


def sheet_batches(rows: Iterator[SheetRow], layout: Layout, merged: frozenset[str], name: str) -> Iterator[Rows]:
    """Batches of a sheet's rows under its header.

    layout: its wanted columns are those in which a cell without a value keeps the row aside.
    merged: columns in which a merged cell's value holds for every row that it covers; elsewhere for its first.
    """
    spread = _Spread(merged, layout.wanted)
    table = headed(spread.numbered(rows, name), layout, name)
    check_names(table.header, name)
    spread.header = table.header
    for batch in batches(Headed(table.header, spread.sound(table.rows), table.notes), spread.notes):
        rejects = pl.DataFrame(spread.rejects, schema=REJECTS, orient="row")
        spread.rejects = []
        yield Rows(batch.frame, pl.concat([batch.rejects, rejects]), batch.notes)


@dataclass(slots=True)
class _Spread:
    """Spreads merged cells, and keeps rows aside whose cells have no value."""

    merged: frozenset[str]
    wanted: frozenset[str]
    header: list[str] = field(default_factory=list)
    notes: Counter[str] = field(default_factory=Counter)
    rejects: list[tuple[int, str, str, str]] = field(default_factory=list)
    lasting: dict[int, tuple[int, str]] = field(default_factory=dict)

    def numbered(self, rows: Iterator[SheetRow], name: str) -> Iterator[Numbered]:
        for row in rows:
            if row.number > MOST_ROWS:
                raise BadFile(f"{name}, row {row.number:,}: a sheet has at most {MOST_ROWS:,} rows")
            cells = dict(row.cells)
            self._spread(row, cells)
            # a stray cell far to the right is no column
            width = len(self.header) or min(max(cells, default=-1) + 1, MOST_COLUMNS)
            fields = [cells.get(at, "") for at in range(width)]
            if any(fields):
                yield row.number, fields

    def _spread(self, row: SheetRow, cells: dict[int, str]) -> None:
        for at, (last, text) in list(self.lasting.items()):
            if row.number > last:
                del self.lasting[at]
            elif at < len(self.header) and self.header[at] in self.merged:
                cells[at] = text
        for at, (columns, rows) in row.spans.items():
            text = cells.get(at, "")
            if not self.header:
                # over several columns of a header the name stands for each of them
                cells |= dict.fromkeys(range(at, at + min(columns, MOST_COLUMNS)), text)
            self.lasting |= dict.fromkeys(range(at, at + min(columns, MOST_COLUMNS)), (row.number + rows - 1, text))
            self.notes["merged cell"] += bool(self.header)

    def sound(self, rows: Iterator[Numbered]) -> Iterator[Numbered]:
        named = {at: column for at, column in enumerate(self.header) if column in self.wanted}
        width = len(self.header)
        for number, found in rows:
            # rows that were looked at before the header was known are as wide as they are
            fields = found[:width] + [""] * (width - len(found))
            trouble = next((at for at in named if fields[at] in _TROUBLES), None)
            if trouble is not None:
                self.rejects.append((number, named[trouble], "", _TROUBLES[fields[trouble]]))
            elif sum(map(len, fields)) > LONGEST_ROW:
                self.rejects.append((number, "", "", f"is longer than {LONGEST_ROW:,} characters"))
            else:
                yield number, ["" if text in _TROUBLES else text for text in fields]


def chosen_sheet(wanted: str | None, there: list[str], name: str) -> str:
    """The sheet that the mapping names, or the only one.

    Raises BadFile with the sheets that there are.
    """
    listed = ", ".join(repr(sheet[:40]) for sheet in there[:30]) or "none"
    if wanted is None and len(there) == 1:
        return there[0]
    if wanted is None:
        raise BadFile(f"{name}: say by table.sheet which sheet is meant; it has {listed}")
    if wanted not in there:
        raise BadFile(f"{name}: has no sheet {wanted[:40]!r} (named by table.sheet); it has {listed}")
    return wanted
