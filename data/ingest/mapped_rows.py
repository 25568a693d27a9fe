"""Rows of a mapped table that are none, texts that mean nothing, columns that are rows: seen to before all else."""

from collections import Counter
from collections.abc import Iterator

import polars as pl

from watchfloor.data.ingest.csv_rows import Rows
from watchfloor.data.ingest.frames import REJECTS
from watchfloor.data.ingest.mapped_numbers import FILE, written
from watchfloor.data.ingest.mapping_sections import EVERY, Table, Turned

# so many cells are turned into rows at once
_MOST_CELLS = 500_000
_AGAIN = "header that stands there again"


def passed_over(frame: pl.DataFrame, table: Table, named: list[str]) -> tuple[pl.DataFrame, Counter[str]]:
    """The rows that the mapping wants, blank where it says that a text means nothing; what was left out, counted.

    named: the columns that the mapping names.
    """
    notes: Counter[str] = Counter()

    def kept(rows: pl.DataFrame, wanted: list[pl.Expr], note: str) -> pl.DataFrame:
        left = rows.filter(*wanted)
        notes[note] += rows.height - left.height
        return left

    texts = [column for column in frame.columns if column.startswith(FILE) and frame.schema[column] == pl.String]
    rows = _sound(frame, texts, named, table, notes) if texts else frame
    if table.turned is not None:
        rows, notes["blank cell of table.turned"] = turned(rows, table.turned)
    totals = [~_is_one_of(column, words) for column, words in table.without.items()]
    rows = kept(rows, totals, "row passed over by table.without")
    only = [written(column).is_in(words) for column, words in table.only.items()]
    rows = kept(rows, only, "row passed over by table.only")
    for column, words in table.blank.items():
        rows = _blanked(rows, column, words, notes)
    return rows, notes


def turned(rows: pl.DataFrame, turn: Turned) -> tuple[pl.DataFrame, int]:
    """A row for each cell of the turned columns that says something; how many said nothing."""
    columns = [FILE + column for column in turn.columns]
    index = [column for column in rows.columns if column not in columns]
    long = rows.with_row_index("\0row").unpivot(
        columns, index=["\0row", *index], variable_name=FILE + turn.names, value_name=FILE + turn.values
    )
    told = long.filter(written(turn.values).is_not_null()).sort("\0row", maintain_order=True).drop("\0row")
    named = told.with_columns(written(turn.names).str.strip_prefix(FILE) + turn.suffix)
    return named, long.height - told.height


def in_parts(rows: Rows, turn: Turned | None) -> Iterator[Rows]:
    """A batch in as many parts as keep the rows that it is turned into few."""
    step = max(1, _MOST_CELLS // len(turn.columns)) if turn else rows.frame.height
    if rows.frame.height <= step:
        yield rows
        return
    yield Rows(rows.frame.head(step), rows.rejects, rows.notes)
    for at in range(step, rows.frame.height, step):
        yield Rows(rows.frame.slice(at, step), pl.DataFrame(schema=REJECTS))


def _sound(frame: pl.DataFrame, texts: list[str], named: list[str], table: Table, notes: Counter[str]) -> pl.DataFrame:
    """Without rows that are blank, repeat the header, or begin as table.skip says: told by their first text."""
    first = frame.select(pl.coalesce(texts)).to_series()
    bad = first.is_null()
    notes["row in which nothing stands"] += int(bad.sum())
    likely = first.is_in(_pieces(texts)).fill_null(value=False)
    if likely.any():
        there = [column for column in named if FILE + column in texts]
        again = likely & frame.select(_is_header(texts, there)).to_series()
        notes[_AGAIN] += int(again.sum())
        bad |= again
    if table.skip:
        begun = first.str.to_lowercase()
        skipped = pl.repeat(value=False, n=len(bad), eager=True)
        for text in table.skip:
            skipped |= begun.str.starts_with(text.strip().casefold()).fill_null(value=False)
        skipped &= ~bad
        notes["row passed over by table.skip"] += int(skipped.sum())
        bad |= skipped
    return frame.filter(~bad) if bad.any() else frame


def _pieces(texts: list[str]) -> list[str]:
    """What a cell of a repeated header may be: a name, or its beginning or end where it was joined of several rows."""
    words = [column.removeprefix(FILE).split(" ") for column in texts]
    pieces = {" ".join(part) for name in words for at in range(len(name)) for part in (name[: at + 1], name[at:])}
    return sorted(pieces)


def _is_header(texts: list[str], named: list[str]) -> pl.Expr:
    """Whether a row repeats the names of columns: all that are named or, of a header of several rows, one of those."""
    whole = [written(column) == column for column in named]
    is_whole = pl.all_horizontal(whole).fill_null(value=False) if whole else pl.lit(value=False)
    parts, said = [], []
    for column in texts:
        name, cell = column.removeprefix(FILE), pl.col(column)
        is_part = (cell == name) | pl.lit(name).str.starts_with(cell + " ") | pl.lit(name).str.ends_with(" " + cell)
        parts.append(is_part.fill_null(value=True))
        said.append(cell.is_not_null().cast(pl.Int32))
    return is_whole | (pl.all_horizontal(parts) & (pl.sum_horizontal(said) >= min(2, len(texts))))


def _blanked(rows: pl.DataFrame, column: str, words: list[str], notes: Counter[str]) -> pl.DataFrame:
    """Rows without the texts that mean nothing in a column, or in every one; each such text is counted."""
    every = [name for name in rows.columns if name.startswith(FILE) and rows.schema[name] == pl.String]
    columns = every if column == EVERY else [FILE + column] if FILE + column in every else []
    where = "" if column == EVERY else f" in {column}"
    for word in words:
        met = [pl.col(name).str.to_lowercase() == word.strip().casefold() for name in columns]
        notes[f"{word!r}{where} means nothing (table.blank)"] += sum(
            rows.select(is_word.sum().alias(f"{at}") for at, is_word in enumerate(met)).row(0)
        )
    wanted = [pl.when(~_is_one_of(name.removeprefix(FILE), words)).then(pl.col(name)).alias(name) for name in columns]
    return rows.with_columns(wanted)


def _is_one_of(column: str, texts: list[str]) -> pl.Expr:
    folded = [text.strip().casefold() for text in texts]
    return written(column).str.to_lowercase().is_in(folded).fill_null(value=False)
