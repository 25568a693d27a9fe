"""Values of spreadsheet cells as text: numbers in their shortest writing, serial dates in ISO 8601."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import isfinite
from typing import Literal

type DateKind = Literal["date", "time"] | None

# number formats that every spreadsheet program knows by number and no file writes out (ECMA-376-1, 18.8.30)
_BUILT_IN_DATES = {*range(14, 18), 22, *range(27, 32), 34, 35, 36, *range(50, 59)}
_BUILT_IN_TIMES = {*range(18, 22), 32, 33, *range(45, 48)}
_NOT_CODES = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.I)
_LAST_SERIAL = 2_958_466
_MOST_WHOLE = 10**15


def format_kind(number: int, code: str | None) -> DateKind:
    """Whether numbers of that format are dates, times of day, or neither."""
    if code is None:
        return "date" if number in _BUILT_IN_DATES else "time" if number in _BUILT_IN_TIMES else None
    bare = _NOT_CODES.sub("", code.split(";", 1)[0]).lower()
    if bare == "general":
        return None
    if "y" in bare or "d" in bare:
        return "date"
    if "h" in bare or "s" in bare:
        return "time"
    return "date" if "m" in bare else None


@dataclass(frozen=True, slots=True)
class Writing:
    """How values are written out: with the decimal mark that the mapping expects of text."""

    decimal: str = "."
    is_1904: bool = False

    def number(self, written: str) -> str | None:
        """A number in its shortest writing; None if it is none."""
        try:
            value = float(written)
        except ValueError:
            return None
        if not isfinite(value):
            return None
        if value.is_integer() and abs(value) < _MOST_WHOLE:
            return str(int(value))
        return repr(value).replace(".", self.decimal)

    def serial(self, written: str, kind: DateKind) -> str | None:
        """A serial date as `2024-03-05`, with a time of day `2024-03-05 23:10:00`; of format time, `23:10:00`."""
        try:
            value = float(written)
        except ValueError:
            return None
        if not 0 <= value < _LAST_SERIAL:
            return None
        days, share = divmod(value, 1)
        # the day 60 of the 1900 system, 29 February 1900, never was
        if not self.is_1904 and int(days) == 60:
            return None
        base = datetime(1904, 1, 1) if self.is_1904 else datetime(1899, 12, 31 if days < 60 else 30)  # noqa: DTZ001
        try:
            moment = base + timedelta(days=days, milliseconds=round(share * 86_400_000))
        except OverflowError:
            # the last day of the year 9999, rounded up
            return None
        if kind == "time" and value < 1:
            return _clock(moment)
        if moment.time() == datetime.min.time():
            return moment.date().isoformat()
        return f"{moment.date().isoformat()} {_clock(moment)}"


def _clock(moment: datetime) -> str:
    return moment.time().isoformat("milliseconds" if moment.microsecond else "seconds")
