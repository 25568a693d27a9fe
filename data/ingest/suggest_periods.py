"""Texts that name a period, such as Jan 2024, 2024-Q1 or FY2023: in headers they are values, and no names."""

import re

from watchfloor.data.ingest.mapped_times import MONTHS

_WORD = rf"(?:{'|'.join(MONTHS.values())})\.?"
_KINDS = (
    ("month_of_year", rf"(?:{_WORD}[\s/_-]*(?:'?\d\d|(?:19|20)\d\d)|(?:19|20)\d\d[\s/_-]*{_WORD})"),
    ("month_of_year", r"(?:(?:19|20)\d\d[-/.](?:0[1-9]|1[0-2])(?:-01)?|(?:0?[1-9]|1[0-2])[-/.](?:19|20)\d\d)"),
    ("quarter_of_year", r"(?:(?:19|20)\d\d[\s/_-]*[QT][1-4]|[QT][1-4][\s/_-]*(?:19|20)\d\d)"),
    ("week_of_year", r"(?:19|20)\d\d-?W\d\d"),
    ("year", r"(?:FY\s?)?(?:19|20)\d\d(?:[-/](?:\d\d|(?:19|20)\d\d))?"),
    ("day", r"(?:19|20)\d\d-\d\d-\d\d"),
    ("month", rf"{_WORD}"),
    ("quarter", r"[QT][1-4]"),
)
_PATTERNS = tuple((kind, re.compile(pattern, re.I)) for kind, pattern in _KINDS)
# so many columns of one kind are no chance
_FEWEST = {"month": 3, "quarter": 3, "day": 3}


def period_kind(text: str) -> str | None:
    """What kind of period a text names as a whole, or None."""
    bare = text.strip()
    return next((kind for kind, pattern in _PATTERNS if pattern.fullmatch(bare)), None)


def periods_among(names: list[str]) -> tuple[str, list[str]] | None:
    """The kind of period that the most of the names are, and those names; None if they are too few to be meant."""
    kinds: dict[str, list[str]] = {}
    for name in names:
        if kind := period_kind(name):
            kinds.setdefault(kind, []).append(name)
    if not kinds:
        return None
    kind = max(kinds, key=lambda one: len(kinds[one]))
    return (kind, kinds[kind]) if len(kinds[kind]) >= _FEWEST.get(kind, 2) else None
