"""Columns that are values: months, quarters, years or substances that stand side by side, to be turned into rows."""

import re
from collections.abc import Sequence

from watchfloor.data.ingest.suggest_blanks import is_sum_word, numbers_share
from watchfloor.data.ingest.suggest_findings import Findings, Profile, Section, Sureness, folded
from watchfloor.data.ingest.suggest_periods import periods_among

_NAMES = {
    **dict.fromkeys(("month_of_year", "month"), "month"),
    **dict.fromkeys(("quarter_of_year", "quarter"), "quarter"),
    "week_of_year": "week",
    "year": "year",
    "day": "day",
}
_YEAR = r"(?<!\d)((?:19|20)\d\d)(?!\d)"
_YEAR_WORDS = ("year", "ano", "anio", "jahr", "fy", "annee")


def find_turned(columns: dict[str, Profile], titles: Sequence[str], findings: Findings) -> Section | None:
    """The section `table.turned`; None if no columns are periods.

    titles: texts that may name the year of months without: the file's name, its sheet.
    """
    if findings.answers.get("table.turned") == "none":
        return None
    told = [c.name for c in columns.values() if not c.n or numbers_share(c.values) > 0.8]
    found = periods_among([name for name in told if not is_sum_word(name)])
    if found is None:
        return None
    kind, names = found
    new = _free(_NAMES[kind], columns)
    section: Section = {"columns": names, "names": new, "values": _free("value", columns)}
    findings.guess("table.turned", ", ".join(names)[:200], Sureness.CERTAIN, f"{len(names)} columns are {new}s")
    if kind in ("month", "quarter") and not any(_is_year(c) for c in columns.values()):
        years = [year for title in titles for year in re.findall(_YEAR, title)]
        text = f"Of which year are the columns {names[0]} to {names[-1]}?"
        said = findings.ask("table.turned.year", text, years[0] if years else "2000")
        section["suffix"] = f" {said}"
    return section


def turned_substances(columns: dict[str, Profile], names: list[str]) -> Section:
    """The section `table.turned` for columns that are counts of one substance each."""
    return {"columns": names, "names": _free("substance", columns), "values": _free("value", columns)}


def _is_year(column: Profile) -> bool:
    years = column.values.str.contains(r"^(FY\s?)?(19|20)\d\d([-/]\d\d(\d\d)?)?$")
    return bool(column.n) and column.has_word(*_YEAR_WORDS) and bool(years.all())


def _free(name: str, columns: dict[str, Profile]) -> str:
    taken = {folded(column) for column in columns}
    return next(
        one for one in (name, f"{name} of the column", f"{name} 2", f"{name} 3", f"{name} 4") if one not in taken
    )
