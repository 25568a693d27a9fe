"""Things and persons of a mapped table, with the identifiers that they bear.

Each identifier is kept as it is written, under its scheme and area; staging gives a key to one that names a single
object. What is no such identifier is kept as text, joins nothing, and is counted.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from watchfloor.data.ingest.format import Check
from watchfloor.data.ingest.mapped_columns import FILE, attributes, text_of, written
from watchfloor.data.ingest.mapped_times import moments, time_checks, time_notes
from watchfloor.data.ingest.mapping import Mapping
from watchfloor.data.ingest.mapping_entity import POLE, Entity, Identifier
from watchfloor.data.ingest.mapping_sections import Time
from watchfloor.geo.identifiers import EXACT, NEEDS_AREA, exact_identifier

# identifiers stand in an index, and whoever bears hundreds is no one thing
LONGEST = 200
LONGEST_AREA = 60
MOST_IN_A_CELL = 100
_BRACES = re.compile(r"\{([^{}]+)\}")
_MARKS = " ,;:-/"
# two plates of nobody knows where are not one plate
_NOWHERE = ("unknown", "unk", "n/a", "none", "not stated", "not known", "not applicable", "other", "xx", "?", "-")
_BETWEEN_DIGITS = r"[\s.\-/()]+"
# digits of a telephone number within a country; in North America there are always ten
_NATIONAL = {"1": r"^1?([2-9][0-9]{9})$"}
_NATIONAL_ELSEWHERE = r"^([1-9][0-9]{6,11})$"


@dataclass(frozen=True, slots=True)
class Described:
    """Rows with `row`, kind, name, valid_from and valid_to; identifiers with `row`, scheme and value; the checks."""

    frame: pl.DataFrame
    borne: pl.DataFrame
    checks: list[Check]
    notes: Counter[str]

    def frames(self, good: pl.DataFrame, mapping: Mapping) -> tuple[dict[str, pl.DataFrame], Counter[str]]:
        """Entities and identifiers of the rows that are kept, and how many identifiers are text alone."""
        entities = good.select(
            "key",
            pl.col("kind").replace_strict(POLE, return_dtype=pl.String).alias("pole"),
            *("kind", "name", "valid_from", "valid_to", "lon", "lat", "uncertainty_m", "place_precision"),
            attributes(good, mapping.record),
            "line",
        )
        borne = self.borne.join(good.select("row", "line", entity_key="key"), on="row", maintain_order="left")
        identifiers = borne.select("entity_key", "scheme", "value", "line").unique(maintain_order=True)
        return {"entities": entities, "identifiers": identifiers}, _kept_as_text(identifiers)


def described(frame: pl.DataFrame, mapping: Mapping) -> Described:
    """What the rows of a table are, what they are called, and what they bear."""
    entity, time = mapping.entity, mapping.time
    assert entity is not None
    rows = frame.with_row_index("row")
    borne = _borne(rows, mapping.identifier)
    first = borne.unique("row", keep="first").select("row", first=pl.col("scheme") + " " + pl.col("value"))
    whole = rows.join(first, on="row", how="left", maintain_order="left").with_columns(
        _kind(entity).alias("kind"),
        pl.coalesce(_name(entity.name), "first").alias("name"),
        _moment(time, time.columns if time else []).alias("valid_from"),
        _moment(time, time.until_columns if time else []).alias("valid_to"),
    )
    checks = [*_entity_checks(entity), *_identifier_checks(mapping.identifier), *_span_checks(time)]
    return Described(whole, borne, checks, time_notes(whole, time, "valid_from") if time else Counter())


def _kind(entity: Entity) -> pl.Expr:
    if entity.kind_column is None:
        return pl.lit(entity.kind, pl.String)
    words = {kind: kind for kind in POLE} | {word.strip().lower(): kind for word, kind in entity.kind_words.items()}
    return written(entity.kind_column).str.to_lowercase().replace_strict(words, default=None, return_dtype=pl.String)


def _name(template: str | None) -> pl.Expr:
    """The template filled; where some of its columns are blank, what is left of it; null where all are."""
    columns = [written(column) for column in _BRACES.findall(template or "")]
    if template is None or not columns:
        return pl.lit(template, pl.String)
    parts = [(at % 2, part) for at, part in enumerate(_BRACES.split(template)) if at % 2 or part]
    filled = pl.concat_str([written(part).fill_null("") if is_column else pl.lit(part) for is_column, part in parts])
    left = filled.str.replace_all(r"\s+", " ").str.strip_chars(_MARKS)
    is_named = pl.any_horizontal(column.is_not_null() for column in columns)
    return pl.coalesce(text_of(template), pl.when(is_named & (left != "")).then(left))


def _moment(time: Time | None, columns: list[str]) -> pl.Expr:
    return moments(time, columns) if time and columns else pl.lit(None, pl.Datetime("us", "UTC"))


def _borne(rows: pl.DataFrame, identifiers: Sequence[Identifier]) -> pl.DataFrame:
    """Identifiers of all rows, those of one row in the order of the mapping."""
    parts = [
        rows.select("row", scheme=_scheme(one), value=_cell(one)).explode("value").with_columns(_value(one))
        for one in identifiers
    ]
    nothing = pl.DataFrame(schema={"row": rows.schema["row"], "scheme": pl.String, "value": pl.String})
    return pl.concat([nothing, *parts]).drop_nulls("value").sort("row", maintain_order=True)


def _cell(one: Identifier) -> pl.Expr:
    """The texts of a cell, one or several."""
    return written(one.column).str.split(one.separator) if one.separator else pl.concat_list(written(one.column))


def _value(one: Identifier) -> pl.Expr:
    text = pl.col("value").str.strip_chars()
    text = pl.when(text != "").then(text)
    if one.calling_code is None:
        return text.alias("value")
    digits = text.str.replace_all(_BETWEEN_DIGITS, "")
    national = digits.str.extract(_NATIONAL.get(one.calling_code, _NATIONAL_ELSEWHERE), 1)
    return pl.coalesce(pl.lit(f"+{one.calling_code}") + national, text).alias("value")


def _area(one: Identifier) -> pl.Expr:
    """The area of each row, null where a column of it says nothing."""
    if one.area is None:
        return pl.lit(None, pl.String)
    known = [~written(column).str.to_lowercase().is_in(_NOWHERE) for column in _BRACES.findall(one.area)]
    area = text_of(one.area)
    area = pl.when(pl.all_horizontal(known)).then(area) if known else area
    words = {word.strip().lower(): other for word, other in one.area_words.items()}
    return area.str.to_lowercase().replace_strict(words, default=area, return_dtype=pl.String) if words else area


def _scheme(one: Identifier) -> pl.Expr:
    return pl.coalesce(pl.concat_str([pl.lit(f"{one.scheme} ("), _area(one), pl.lit(")")]), pl.lit(one.scheme))


def _entity_checks(entity: Entity) -> list[Check]:
    checks = [Check("name", pl.col("name").is_null(), "has neither a name nor an identifier")]
    if entity.kind_column is not None:
        unknown = "is no kind of thing or person: add it to entity.kind_words"
        checks.append(Check(FILE + entity.kind_column, pl.col("kind").is_null(), unknown))
    return checks


def _identifier_checks(identifiers: Sequence[Identifier]) -> list[Check]:
    checks = []
    for one in identifiers:
        texts, column = _cell(one), FILE + one.column
        most = (texts.list.len() > MOST_IN_A_CELL).fill_null(False)
        longest = texts.list.eval(pl.element().str.len_chars()).list.max()
        too_long = f"is longer than {LONGEST} characters: this is no identifier"
        checks.append(Check(column, most, f"holds more than {MOST_IN_A_CELL} identifiers"))
        checks.append(Check(column, (longest > LONGEST).fill_null(False), too_long))
        wide = (_area(one).str.len_chars() > LONGEST_AREA).fill_null(False)
        checks.append(Check(column, wide, f"has an area of more than {LONGEST_AREA} characters"))
    return checks


def _span_checks(time: Time | None) -> list[Check]:
    """A time that stands there must be one; a blank one is open."""
    if time is None:
        return []
    checks = []
    for name, columns in (("valid_from", time.columns), ("valid_to", time.until_columns)):
        is_told = pl.any_horizontal([written(column).is_not_null() for column in columns] or [pl.lit(value=False)])
        own = time.model_copy(update={"columns": columns}) if columns else time
        checks += [Check(one.column, is_told & one.bad.fill_null(True), one.reason) for one in time_checks(own, name)]
    if time.until_columns:
        is_early = (pl.col("valid_to") < pl.col("valid_from")).fill_null(False)
        checks.append(Check(FILE + time.until_columns[0], is_early, "is before the beginning"))
    return checks


def _kept_as_text(identifiers: pl.DataFrame) -> Counter[str]:
    """Identifiers that get no key, counted by what they lack."""
    notes: Counter[str] = Counter()
    for scheme, value, n in identifiers.group_by("scheme", "value").len().iter_rows():
        if exact_identifier(scheme, value) is None:
            kind, is_in_area = scheme.partition(" (")[0], "(" in scheme
            if kind not in EXACT:
                lacks = "names no single object"
            elif kind in NEEDS_AREA and not is_in_area:
                lacks = "without the area within which it is unique"
            else:
                lacks = "not written as one must be"
            notes[f"{kind} {lacks}: kept as text, joins nothing"] += n
    return notes
