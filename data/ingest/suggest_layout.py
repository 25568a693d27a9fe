"""Where an unknown table begins and ends: its header of one row or several, its footers, sums between its rows."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from watchfloor.data.ingest.suggest_periods import period_kind
from watchfloor.data.ingest.table_layout import HEADER_WITHIN_ROWS, MOST_COLUMNS, column_name, joined
from watchfloor.geo.errors import BadFile

SUMS = ("total", "subtotal", "sub-total", "grand total", "sum", "suma", "summe", "gesamt", "zwischensumme", "insgesamt")
_FOOT = (*SUMS, "source", "note", "fuente", "nota", "quelle", "printed", "end of", "*", "prepared", "generated")
_FOOT_ROWS = 30
_MOST_HEADER_ROWS = 3
# rows under a header that tell what stands in its columns
_TOLD = 60

type Row = list[str]


@dataclass(frozen=True, slots=True)
class Header:
    """Where a header stands: how many rows above it, how many it has, and the names that they make together."""

    above: int
    depth: int
    names: list[str]


def find_header(rows: Sequence[Row], name: str) -> Header:
    """The header of a table.

    Raises BadFile if none of the first rows looks like one.
    """
    if not rows:
        raise BadFile(f"{name}: holds no rows")
    width = Counter(map(len, rows)).most_common(1)[0][0]
    filled = Counter(sum(bool(field.strip()) for field in row) for row in rows if len(row) == width)
    usual = max(filled, key=lambda said: (filled[said], said))
    fewest = max(1, min(usual, width) * 0.7)
    for at in range(min(HEADER_WITHIN_ROWS, len(rows))):
        if not (len(rows[at]) == width <= MOST_COLUMNS):
            continue
        for depth in range(1, _MOST_HEADER_ROWS + 1):
            parts = rows[at : at + depth]
            if len(parts) == depth and _is_header(parts, fewest):
                deeper = [*parts, *rows[at + depth : at + depth + 1]]
                if depth == 1 and _goes_on(deeper, rows[at + 2 : at + 2 + _TOLD]) and _is_header(deeper, fewest):
                    parts = deeper
                return Header(at, len(parts), joined(list(parts), spans=len(parts) > 1))
    raise BadFile(
        f"{name}: no row of the first {HEADER_WITHIN_ROWS} looks like a header: columns need names, each its own; "
        "put a line with their names above the first row"
    )


def _is_header(parts: Sequence[Row], fewest: float) -> bool:
    if any(len(part) != len(parts[0]) for part in parts) or not all(_has_names(part) for part in parts):
        return False
    if len(parts) > 1:
        lower = joined(list(parts[1:]), spans=len(parts) > 2)
        # a title stands alone above names that need no other
        if sum(bool(field.strip()) for field in parts[0]) < 2 or _is_whole(lower, len(parts[0])):
            return False
    names = [name for name in joined(list(parts), spans=len(parts) > 1) if name]
    return len(names) >= fewest and len(set(names)) == len(names)


def _is_whole(names: list[str], width: int) -> bool:
    said = [name for name in names if name]
    return len(said) == width and len(set(said)) == width


def _has_names(row: Row) -> bool:
    """Whether no field of a row is a value; periods may be names of columns if there are several."""
    said = [field.strip() for field in row if field.strip()]
    values = [text for text in said if is_value(text)]
    periods = [text for text in values if period_kind(text)]
    return bool(said) and (not values or (len(periods) == len(values) >= 3))


def is_value(text: str) -> bool:
    """Whether a text is mostly digits; a year may be a name."""
    digits = sum(character.isdigit() for character in text)
    return digits > len(text) / 2 and not (len(text) == 4 and text.isdigit())


def _goes_on(parts: Sequence[Row], body: Sequence[Row]) -> bool:
    """Whether a second row of names follows: units above numbers, or names where the first row has none."""
    if len(parts) < 2 or len(parts[1]) != len(parts[0]) or not _has_names(parts[1]) or not body:
        return False
    top, under = parts
    told = [at for at, field in enumerate(under) if field.strip()]
    unnamed = [at for at in told if not top[at].strip()]
    return bool(told) and all(at in unnamed or _is_numeric(at, body) for at in told)


def _is_numeric(at: int, body: Sequence[Row]) -> bool:
    said = [row[at] for row in body if at < len(row) and row[at].strip()]
    return bool(said) and sum(any(c.isdigit() for c in text) for text in said) > 0.8 * len(said)


def find_footer(rows: Sequence[Row]) -> tuple[tuple[str, ...], int]:
    """Beginnings of the rows after the table, and how many rows they are."""
    if not rows:
        return (), 0
    usual = Counter(len(row) for row in rows).most_common(1)[0][0]
    n = 0
    for row in reversed(rows[-_FOOT_ROWS:]):
        said = [field.strip() for field in row if field.strip()]
        is_sparse = len(row) != usual and len(said) <= 2
        is_lone = len(said) == 1 and usual > 2
        is_foot = bool(said) and said[0].casefold().startswith(_FOOT) and (len(said) < usual or len(row) != usual)
        if said and not (is_sparse or is_foot or is_lone):
            break
        n += 1
    # a footer begins with what no row above it begins with
    for left in range(n, 0, -1):
        first = _beginning(rows[len(rows) - left])
        if first and not any(_first(row).startswith(first.casefold()) for row in rows[: len(rows) - left]):
            return (first,), left
    return (), 0


def _beginning(row: Row) -> str:
    said = next((field.strip() for field in row if field.strip()), "")
    return said.split(":")[0][:40].strip()


def find_sums(rows: Sequence[Row], width: int) -> dict[str, int]:
    """Words with which rows of sums between the others begin, and how many they are."""
    counted: Counter[str] = Counter()
    written: dict[str, str] = {}
    for row in rows:
        first = _first(row)
        word = next((word for word in SUMS if first == word or first.startswith((f"{word} ", f"{word}:"))), None)
        if word and sum(bool(field.strip()) for field in row) < width:
            counted[word] += 1
            written.setdefault(word, first[: len(word)])
    taken = {word for word in counted if sum(_first(row).startswith(word) for row in rows) == counted[word]}
    return {written[word].capitalize(): n for word, n in counted.items() if word in taken}


def is_header_again(row: Row, parts: Sequence[Row]) -> bool:
    """Whether a row repeats one of the header's."""
    bare = [column_name(field) for field in row]
    return any(bare == [column_name(field) for field in part] for part in parts)


def _first(row: Row) -> str:
    return next((field.strip() for field in row if field.strip()), "").casefold()
