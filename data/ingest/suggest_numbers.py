"""How a table writes its numbers: the decimal mark, what parts thousands, and units in the cells."""

import polars as pl

from watchfloor.data.ingest.suggest_findings import Findings, Profile, Section, Sureness, of
from watchfloor.geo.quantities import find_unit

UNIT = r"^[+-]?\d[\d.,'\s]*\s*([^\d\s.,'+-][^\d]*)$"
_COMMA = r"^[+-]?(\d+|\d{1,3}(\.\d{3})+),(\d{1,2}|\d{4,})(\D.*)?$|^[+-]?\d{1,3}(\.\d{3})+,\d+"
_POINT = r"^[+-]?(\d+|\d{1,3}(,\d{3})+)\.(\d{1,2}|\d{4,})(\D.*)?$|^[+-]?\d{1,3}(,\d{3})+\.\d+"
_GROUPS = {
    ",": r"^[+-]?\d{1,3}(,\d{3})+(\.\d*)?(\D.*)?$",
    " ": r"^\d{1,3}([ \u00a0\u202f]\d{3})+(\D.*)?$",
    "'": r"^\d{1,3}('\d{3})+",
}
_EITHER = r"^[+-]?\d{1,3}[.,]\d{3}(\D.*)?$"


def find_marks(columns: dict[str, Profile], delimiter: str, findings: Findings) -> Section:
    """The keys `decimal` and `thousands` of the section `table`."""
    numbers = [
        column for column in columns.values() if column.n and column.share(r"^[+-]?\d[\d.,' ]*(\D{0,12})?$") > 0.8
    ]
    values = (
        pl.concat([column.values.alias("v") for column in numbers]) if numbers else pl.Series("v", [], dtype=pl.String)
    )
    comma, point, either = (_count(values, pattern) for pattern in (_COMMA, _POINT, _EITHER))
    section: Section = {}
    if comma > point:
        sureness = Sureness.CERTAIN if not point else Sureness.LIKELY
        findings.guess("table.decimal", ",", sureness, of(comma, comma + point, "numbers with a mark have a comma"))
        return {"decimal": ","}
    if either and not point and not comma:
        text = "Is 1,234 (or 1.234) one thousand two hundred and thirty-four, or a little more than one?"
        assumed = "decimal comma" if delimiter == ";" else "thousands"
        if findings.ask("table.decimal", text, assumed, ("thousands", "decimal comma")) == "decimal comma":
            return {"decimal": ","}
    for mark, pattern in _GROUPS.items():
        if grouped := _count(values, pattern):
            section = {"thousands": mark}
            findings.guess("table.thousands", mark, Sureness.LIKELY, of(grouped, len(values), "numbers are so grouped"))
            break
    return section


def is_numeric(column: Profile) -> bool:
    """Whether nearly all values are numbers, in any writing, with or without a unit that is known."""
    return bool(column.n) and column.share(r"^[+-]?\d[\d.,' \u00a0]*$") > 0.9


def units_in(column: Profile) -> list[str]:
    """Units that stand in the cells and are known, the most frequent first; none unless nearly all cells read so."""
    units = column.values.str.extract(UNIT, 1).str.strip_chars().drop_nulls()
    if len(units) < 0.3 * column.n or not column.n:
        return []
    counted = units.value_counts(sort=True)[units.name]
    known = [unit for unit in counted if find_unit(unit)]
    return known if known and column.share(r"^[+-]?\d") > 0.9 else []


def _count(values: pl.Series, pattern: str) -> int:
    return int(values.str.contains(pattern).sum()) if len(values) else 0
