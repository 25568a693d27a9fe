"""Which substances a mapped row names, and how much of each."""

from collections.abc import Sequence

import polars as pl

from watchfloor.data.ingest.format import Check
from watchfloor.data.ingest.mapped_columns import FILE, number_of, written
from watchfloor.data.ingest.mapping import Mapping
from watchfloor.data.ingest.mapping_sections import Marks, Quantity, Substances
from watchfloor.geo.quantities import find_unit
from watchfloor.geo.substances import BY_CODE, find_substance

_YES = ("y", "yes", "1", "true", "x")
_NOT_KNOWN = -1
# a number, and what is written behind it
_AMOUNT = r"^([+-]?\d[\d.,'\u2019\s]*?)\s*([^\d\s.,'\u2019].*)?$"
# names that no column of a file has: they are gone before anything else is read
_NUMBER, _UNIT = "\0number", "\0unit"


def named(frame: pl.DataFrame, substances: Substances | None) -> tuple[pl.DataFrame, list[Check]]:
    """The frame with `substances`, a sorted list of ids; and the check for words that are not understood."""
    if substances is None:
        return frame.with_columns(pl.lit([], pl.List(pl.Int16)).alias("substances")), []
    if substances.column is None:
        ids = sorted({_id(word, substances) for word in substances.fixed})
        return frame.with_columns(pl.lit(ids, pl.List(pl.Int16)).alias("substances")), []
    texts = frame[FILE + substances.column]
    understood = {text: _understood(text, substances) for text in texts.drop_nulls().unique()}
    # a list for each text, taken for each row: to make one of every row takes longer than all else
    lists = pl.Series([*understood.values(), []], dtype=pl.List(pl.Int16))
    numbers = {text: number for number, text in enumerate(understood)}
    at = texts.replace_strict(numbers, default=len(numbers), return_dtype=pl.UInt32).fill_null(len(numbers))
    found = lists.gather(at)
    unknown = pl.col("substances").list.contains(_NOT_KNOWN)
    reason = "is no substance of the vocabulary: add it to substances.words, or set substances.unknown"
    return frame.with_columns(found.alias("substances")), [Check(FILE + substances.column, unknown, reason)]


def flagged(frame: pl.DataFrame, mapping: Mapping) -> pl.DataFrame:
    """The frame with `substances` joined by those whose wide column says yes."""
    whole = frame
    for wide in mapping.wide:
        assert wide.substance is not None
        found = find_substance(wide.substance)
        assert found is not None
        yes = [word.lower() for word in wide.yes] or list(_YES)
        added = pl.when(written(wide.column).str.to_lowercase().is_in(yes)).then(pl.lit([found.id], pl.List(pl.Int16)))
        none = pl.lit([], pl.List(pl.Int16))
        whole = whole.with_columns(pl.concat_list("substances", added.fill_null(none)).alias("substances"))
    return whole.with_columns(pl.col("substances").list.unique().list.sort())


def amounts(frame: pl.DataFrame, quantity: Quantity | None, marks: Marks) -> tuple[pl.DataFrame, list[Check]]:
    """The frame with amount (normalised), unit and original; and the checks for what is no amount."""
    if quantity is None:
        blank = (pl.lit(None, pl.Float64).alias("amount"), *_texts(None, None))
        return frame.with_columns(blank), []
    if quantity.unit_in_cell:
        return _amounts_in_cells(frame, quantity, marks)
    unit = pl.lit(quantity.unit) if quantity.unit else written(quantity.unit_column or "")
    words = [quantity.unit] if quantity.unit else frame[FILE + (quantity.unit_column or "")].drop_nulls().unique()
    units = {word: known for word in words if word is not None and (known := find_unit(word))}
    factor = unit.replace_strict(
        {word: known.factor for word, known in units.items()}, default=None, return_dtype=pl.Float64
    )
    normal = unit.replace_strict(
        {word: known.normal for word, known in units.items()}, default=None, return_dtype=pl.String
    )
    number, text = number_of(quantity.column, marks), written(quantity.column)
    wrong = (text.is_not_null() & (number.is_null() | (number < 0))).fill_null(False)
    checks = [Check(FILE + quantity.column, wrong, "is no amount")]
    if quantity.unit_column:
        strange = (text.is_not_null() & normal.is_null()).fill_null(False)
        checks.append(Check(FILE + quantity.unit_column, strange, "is no unit of quantity that is known"))
    original = pl.concat_str([text, unit], separator=" ")
    return frame.with_columns((number * factor).alias("amount"), *_texts(normal, original)), checks


def _amounts_in_cells(frame: pl.DataFrame, quantity: Quantity, marks: Marks) -> tuple[pl.DataFrame, list[Check]]:
    """Amounts such as `3,2 kg`, parted into number and unit; without one, in the unit that the mapping says."""
    text = written(quantity.column)
    unit = text.str.extract(_AMOUNT, 2).str.strip_chars()
    parted = frame.with_columns(
        pl.coalesce(text.str.extract(_AMOUNT, 1), text).alias(FILE + _NUMBER),
        pl.when(unit != "").then(unit).otherwise(pl.lit(quantity.unit, pl.String)).alias(FILE + _UNIT),
    )
    whole, _ = amounts(parted, Quantity(column=_NUMBER, unit_column=_UNIT), marks)
    wrong = (written(quantity.column).is_not_null() & ~(pl.col("amount") >= 0).fill_null(False)).fill_null(True)
    reason = "is no amount with a unit that is known"
    return whole.drop(FILE + _NUMBER, FILE + _UNIT), [Check(FILE + quantity.column, wrong, reason)]


def wide_items(frame: pl.DataFrame, mapping: Mapping) -> tuple[list[pl.DataFrame], list[Check]]:
    """Items of each wide column, of shape key, substance_id, amount, unit, original, line; a blank or 0 is none."""
    frames, checks = [], []
    for wide in mapping.wide:
        quantity = Quantity(column=wide.column, unit=wide.unit)
        read, bad = amounts(frame, quantity, mapping.table.marks)
        found = find_substance(wide.substance or "")
        assert found is not None
        checks += bad
        taken = read.filter(pl.col("amount") > 0)
        frames.append(taken.select("key", pl.lit(found.id, pl.Int16).alias("substance_id"), *_ITEM))
    return frames, checks


def long_items(frame: pl.DataFrame) -> pl.DataFrame:
    """Items of a frame with substances and amounts; the amount belongs to a substance that stands alone."""
    each = frame.explode("substances").filter(pl.col("substances").is_not_null())
    alone = pl.col("n_substances") == 1
    return each.select(
        "key",
        pl.col("substances").alias("substance_id"),
        pl.when(alone).then("amount").alias("amount"),
        pl.when(alone).then("unit").alias("unit"),
        "original",
        "line",
    )


_ITEM: Sequence[str] = ("amount", "unit", "original", "line")


def _texts(unit: pl.Expr | None, original: pl.Expr | None) -> tuple[pl.Expr, pl.Expr]:
    none = pl.lit(None, pl.String)
    return (none if unit is None else unit).alias("unit"), (none if original is None else original).alias("original")


def _understood(text: str, substances: Substances) -> list[int]:
    words = text.split(substances.separator) if substances.separator else [text]
    return sorted({_id(word.strip(), substances) for word in words if word.strip()})


def _id(word: str, substances: Substances) -> int:
    own = {key.lower(): value for key, value in substances.words.items()}
    found = find_substance(own.get(word.lower(), word))
    if found is not None:
        return found.id
    return BY_CODE["other"].id if substances.unknown == "other" else _NOT_KNOWN
