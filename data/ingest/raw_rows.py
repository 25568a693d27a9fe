"""Rows that were kept aside, as they stood in their file: read once more, for a person to mend and give back.

Only of tables of text, and of sentences line by line. Of health data nothing is kept: a label alone does not guard it.
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import psycopg
from psycopg.types.json import Jsonb

from watchfloor.data.ingest.csv_rows import LONGEST_LINE
from watchfloor.data.ingest.format import Options
from watchfloor.data.ingest.mapping import Mapping
from watchfloor.data.ingest.opened import Opened
from watchfloor.data.ingest.table_layout import Layout, headed
from watchfloor.data.ingest.utf16 import as_utf8

LONGEST_RAW = 64 * 1024
MOST_ROWS = 100_000
_AT_ONCE = 1_000
_LINES = {"ais-nmea"}
_OF_ANY_DELIMITER = {"ais-csv"}
_TABLES = {"ais-csv", "ais-marinecadastre", "bts-crossings", "cbp-drugs", "cdc-vsrr", "csv", "port-visits"} | {
    "principal-ports",
    "world-port-index",
}

_WANTED = (
    "SELECT DISTINCT line FROM watchfloor.quarantine WHERE run_id = %s AND file = %s AND line > 0 "
    "ORDER BY line LIMIT %s"
)
_KEEP = (
    "UPDATE watchfloor.quarantine AS q SET raw = r.raw, is_cut = r.is_cut "
    "FROM unnest(%s::bigint[], %s::text[], %s::boolean[]) AS r (line, raw, is_cut) "
    "WHERE q.run_id = %s AND q.file = %s AND q.line = r.line AND q.raw IS NULL"
)


@dataclass(frozen=True, slots=True)
class RawRow:
    """A row as it stood, by the line it began on; cut if it was longer than LONGEST_RAW characters."""

    line: int
    raw: str
    is_cut: bool


def keep_raw_rows(
    connection: psycopg.Connection, run: int, ordinal: int, *, form: str, opened: Opened, options: Options
) -> None:
    """Put the rejected rows of one file, and the head of its table, beside the reasons; reads the file once more."""
    if opened.is_parquet or form not in _LINES | _TABLES:
        return
    wanted = [line for (line,) in connection.execute(_WANTED, [run, opened.name, MOST_ROWS])]
    if not wanted:
        return
    opened = as_utf8(opened) if form == "csv" else opened
    layout = _layout(form, options, opened)
    head = None if form in _LINES else _head(opened, layout)
    if head is not None:
        said = {"text": head, "delimiter": layout.delimiter}
        connection.execute(
            "UPDATE watchfloor.run_file SET table_head = %s WHERE run_id = %s AND ordinal = %s",
            [Jsonb(said), run, ordinal],
        )
    delimiter = None if form in _LINES else layout.delimiter
    for rows in _several(_rows_at(opened, frozenset(wanted), layout.encodings, delimiter)):
        columns = [[r.line for r in rows], [r.raw for r in rows], [r.is_cut for r in rows]]
        connection.execute(_KEEP, [*columns, run, opened.name])


def _layout(form: str, options: Options, opened: Opened) -> Layout:
    mapping = options.values.get("map")
    if isinstance(mapping, Mapping):
        return mapping.layout()
    if form not in _OF_ANY_DELIMITER:
        return Layout()
    with opened.plain() as plain:
        first = plain.readline(LONGEST_LINE).decode(errors="replace")
    # files of positions come with one or the other
    return Layout(max(",;\t|", key=first.count))


def _head(opened: Opened, layout: Layout) -> str | None:
    """All lines above the first row; None if they are longer than anybody could mend."""
    taken: list[str] = []
    with opened.plain() as plain:
        # a reader takes one line of a row after the other: what it has taken by the first row is the head, and that row
        reader = csv.reader(_noted(_texts(plain, layout.encodings), taken), delimiter=layout.delimiter, strict=True)
        table = headed(_numbered(reader), layout, opened.name)
        first = next(table.rows, None)
    head = "".join(taken if first is None else taken[: first[0] - 1])
    return head.rstrip("\r\n") if len(head) <= LONGEST_RAW else None


def _rows_at(
    opened: Opened, wanted: frozenset[int], encodings: Sequence[str], delimiter: str | None
) -> Iterator[RawRow]:
    last = max(wanted)
    with opened.plain() as plain:
        for line, raw in _lines_or_rows(_texts(plain, encodings), delimiter):
            if line in wanted:
                whole = raw.rstrip("\r\n").replace("\0", "")
                yield RawRow(line, whole[:LONGEST_RAW], len(whole) > LONGEST_RAW)
            if line >= last:
                return


def _lines_or_rows(texts: Iterator[str], delimiter: str | None) -> Iterator[tuple[int, str]]:
    if delimiter is None:
        yield from enumerate(texts, 1)
        return
    taken: list[str] = []
    begun = 1
    reader = csv.reader(_noted(texts, taken), delimiter=delimiter)
    for _ in reader:
        yield begun, "".join(taken)
        taken.clear()
        begun = reader.line_num + 1


def _numbered(reader) -> Iterator[tuple[int, list[str]]]:  # type: ignore[no-untyped-def]
    begun = 1
    for row in reader:
        if row:
            yield begun, row
        begun = reader.line_num + 1


def _noted(texts: Iterator[str], taken: list[str]) -> Iterator[str]:
    for text in texts:
        taken.append(text)
        yield text


def _texts(plain, encodings: Sequence[str]) -> Iterator[str]:  # type: ignore[no-untyped-def]
    is_first = True
    while raw := plain.readline(LONGEST_LINE):
        yield _decoded(raw.removeprefix(b"\xef\xbb\xbf") if is_first else raw, encodings)
        is_first = False


def _decoded(raw: bytes, encodings: Sequence[str]) -> str:
    for encoding in encodings:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", "replace")


def _several(rows: Iterator[RawRow]) -> Iterator[list[RawRow]]:
    gathered: list[RawRow] = []
    for row in rows:
        gathered.append(row)
        if len(gathered) >= _AT_ONCE:
            yield gathered
            gathered = []
    if gathered:
        yield gathered
