"""Where a table begins and ends among its rows: lines above the header, the header itself, footers."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from watchfloor.geo.errors import BadFile

# so far down a header is looked for
HEADER_WITHIN_ROWS = 50
MOST_COLUMNS = 2_000
# a column of the file that is called `line` goes by this name beside our own
LINE_OF_FILE = "line of the file"

_BREAK = re.compile(r"\s*[\r\n]+\s*")

type Numbered = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class Layout:
    """How a table stands in its file.

    header: rows that make the header, by number; none: the first row that has every wanted column, else the first.
    header_spans: in the upper rows of such a header a name holds for the columns on its right that have none.
    end: beginnings of the first text of a row that ends the table.
    encodings: tried in this order for each line.
    """

    delimiter: str = ","
    header: tuple[int, ...] = ()
    header_spans: bool = False
    end: tuple[str, ...] = ()
    encodings: tuple[str, ...] = ("utf-8",)
    wanted: frozenset[str] = frozenset()

    @property
    def has_plain_blocks(self) -> bool:
        """Whether rows under the header may be read many at once: no footer is looked for, and bytes mean UTF-8."""
        return not self.end and len(self.delimiter) == 1 and self.delimiter.isascii() and self.encodings[0] == "utf-8"


@dataclass(slots=True)
class Headed:
    """A table under its header; `notes` grows while the rows are taken.

    ahead: how many rows were taken from their source already, in the search for the header.
    """

    header: list[str]
    rows: Iterator[Numbered]
    notes: Counter[str]
    ahead: int = 0


def headed(rows: Iterator[Numbered], layout: Layout, name: str) -> Headed:
    """The header of numbered rows, and the rows under it, up to the footer.

    Raises BadFile for a header that is not there.
    """
    notes: Counter[str] = Counter()
    header, first = _given(rows, layout, name, notes) if layout.header else _found(rows, layout, notes)
    return Headed(header, _until(chain(first, rows), layout.end, notes), notes, len(first))


def column_name(written: str) -> str:
    """A column's name without outer blanks and line breaks; `line` gives way to our own."""
    name = _BREAK.sub(" ", written).strip()
    return LINE_OF_FILE if name == "line" else name


def check_names(header: list[str], name: str) -> None:
    """Raises BadFile for too many columns, or if two have one name."""
    if len(header) > MOST_COLUMNS:
        raise BadFile(f"{name}: has {len(header):,} columns; at most {MOST_COLUMNS:,} can be read")
    counted = Counter(column for column in header if column)
    twice = sorted(column[:40] for column, n in counted.items() if n > 1)
    if twice:
        raise BadFile(f"{name}: columns stand twice in the header: {twice}")


def _given(
    rows: Iterator[Numbered], layout: Layout, name: str, notes: Counter[str]
) -> tuple[list[str], list[Numbered]]:
    parts: list[list[str]] = []
    last = max(layout.header)
    for number, fields in rows:
        if number > last:
            return joined(parts, spans=layout.header_spans), [(number, fields)]
        if number in layout.header:
            parts.append(fields)
        else:
            notes["row above the header"] += 1
        if number == last:
            break
    if not parts:
        raise BadFile(f"{name}: ends before row {min(layout.header)}, where table.header says that the header stands")
    return joined(parts, spans=layout.header_spans), []


def joined(parts: list[list[str]], *, spans: bool = False) -> list[str]:
    """The names of columns over several rows, joined by a blank; a name that stands above itself is said once.

    spans: a name in an upper row holds for the columns on its right that have none there, but one below.
    """
    width = max((len(part) for part in parts), default=0)
    rows = [[part[at].strip() if at < len(part) else "" for at in range(width)] for part in parts]
    if spans:
        rows = [*(_spread(row, rows[at + 1 :]) for at, row in enumerate(rows[:-1])), *rows[-1:]]
    columns = [[row[at] for row in rows] for at in range(width)]
    return [column_name(" ".join(dict.fromkeys(text for text in column if text))) for column in columns]


def _spread(row: list[str], below: list[list[str]]) -> list[str]:
    last, spread = "", []
    for at, text in enumerate(row):
        last = text or (last if any(part[at] for part in below) else "")
        spread.append(last)
    return spread


def _found(rows: Iterator[Numbered], layout: Layout, notes: Counter[str]) -> tuple[list[str], list[Numbered]]:
    looked: list[Numbered] = []
    width = 0
    for number, fields in rows:
        header = [column_name(field) for field in fields]
        if layout.wanted <= set(header):
            notes["row above the header"] += len(looked)
            return header, []
        looked.append((number, fields))
        width += len(fields)
        if len(looked) >= HEADER_WITHIN_ROWS or width > HEADER_WITHIN_ROWS * MOST_COLUMNS:
            break
    return ([column_name(field) for field in looked[0][1]], looked[1:]) if looked else ([], [])


def _until(rows: Iterator[Numbered], end: tuple[str, ...], notes: Counter[str]) -> Iterator[Numbered]:
    ends = tuple(text.casefold() for text in end)
    for number, fields in rows:
        first = next((field for field in fields if field.strip()), "")
        if ends and first.strip().casefold().startswith(ends):
            notes["row from the footer on"] += 1 + sum(1 for _ in rows)
            return
        yield number, fields
