"""Which formats read the texts of a column as times: tried, counted, the fewest taken that read the most."""

import re
from dataclasses import dataclass

import polars as pl

from watchfloor.data.ingest.mapped_times import TRICKS, naive
from watchfloor.data.ingest.mapping_sections import SERIALS

_DAYS = (
    *("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y%m%d"),
    *("%d/%m/%y", "%m/%d/%y", "%d.%m.%y", "%d-%m-%y", "%m-%d-%y", "%d %b %Y", "%d. %b %Y", "%d-%b-%Y", "%d-%b-%y"),
    *("%d/%b/%Y", "%d %b %y", "%d%b%Y", "%b %d, %Y", "%b %d %Y", "%Y %b %d", "%Y-%b-%d", "%G-W%V-%u", "%Y-%j"),
)
_CLOCKS = ("%H:%M:%S", "%H:%M", "%H:%M:%S%.f", "%I:%M:%S %p", "%I:%M %p", "%H:%M hrs", "%H:%M Uhr", "%H:%M h")
_MONTHS = ("%Y-%m", "%m/%Y", "%b %Y", "%Y/%m", "%b-%y", "%b-%Y", "%Y %b", "%b/%Y", "%b/%y", "%b %y", "%m-%Y", "%Y.%m")
_WEEKS = ("%G-W%V", "%GW%V", "%G W%V", "W%V %G", "W%V/%G", "KW %V/%G", "KW%V/%G", "KW %V %G", "Week %V %G", "%G-%V")
_QUARTERS = ("%Y %q", "%Y-%q", "%q %Y", "%q/%Y", "%Y/%q", "%q-%Y", "FY%Y %q", "FY %Y %q", "FY%Y-%q", "%q FY%Y")
_YEARS = ("FY%Y", "FY %Y", "FY%y", "FY-%Y")
_MILITARY = ("%d%H%MZ %b %y", "%d%H%MZ%b%y", "%d%H%M %b %y")
_OFFSETS = ("%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d %H:%M:%S%z", "%Y-%m-%dT%H:%M:%S%.f%z")
ZULU = (
    *("%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S%.fZ", "%Y-%m-%d %H:%M:%SZ", "%Y-%m-%d %H:%M:%S UTC"),
    *("%Y-%m-%dT%H:%MZ", "%d%H%MZ %b %y", "%d%H%MZ%b%y"),
)
# formats whose texts may be numbers of anything
BARE = ("%Y", "%Y%m%d", "unix", "unix_ms", "excel", "%G-%V", "%Y-%j", "%Y.%m")
MOST_FORMATS = 5
# so many texts decide which formats are tried on all of them
_TRIED = 500
# serial days of the years that tables are of: 1955 to 2064
_SERIAL_YEARS = (1955, 2064)


@dataclass(frozen=True, slots=True)
class Dated:
    """A way to read moments: columns, formats by what they add, how many of n are read."""

    columns: tuple[str, ...]
    formats: tuple[str, ...]
    read: int
    n: int
    is_ambiguous: bool = False
    has_clock_of_serials: bool = False

    @property
    def precision(self) -> str:
        """The finest unit that the formats hold; a quarter and a week are none of the store's."""
        joined = " ".join(self.formats)
        if "unix" in joined or "%S" in joined:
            return "second"
        if "%H" in joined or "%I" in joined or self.has_clock_of_serials:
            return "minute"
        if any(part in joined for part in ("%d", "%u", "%j", "excel")):
            return "day"
        if "%V" in joined or "%q" in joined:
            return "week" if "%V" in joined else "quarter"
        return "month" if "%m" in joined or "%b" in joined or "%B" in joined else "year"


def formats_of(texts: pl.Series, fiscal: bool = False) -> Dated:
    """The formats that read the most of a column's texts."""
    counted = texts.value_counts(name="n", sort=True)
    values, weights = counted[texts.name], counted["n"]
    if texts.str.contains(r"^\d{10}(\.\d+)?$").all() or texts.str.contains(r"^\d{13}$").all():
        form = "unix_ms" if texts.str.contains(r"^\d{13}$").all() else "unix"
        return Dated((texts.name,), (form,), len(texts), len(texts))
    tried = values.gather_every(1 + len(values) // _TRIED)
    reads = {form: _reads(values, form, fiscal) for form in _candidates(tried, fiscal)}
    taken: list[str] = []
    done = pl.repeat(value=False, n=len(values), eager=True)
    is_tied = False
    while len(taken) < MOST_FORMATS and reads:
        gains = {form: int(weights.filter(read & ~done).sum()) for form, read in reads.items()}
        best = max(gains, key=lambda form: gains[form])
        if gains[best] == 0:
            break
        is_tied |= gains.get(twin(best)) == gains[best]
        taken.append(best)
        done |= reads.pop(best)
    ambiguous = is_tied or any(twin(form) in taken for form in taken)
    serials = values.filter(values.str.contains(r"^\d{5}[.,]\d")) if set(taken) & set(SERIALS) else values.clear()
    read = int(weights.filter(done).sum())
    return Dated((texts.name,), tuple(taken), read, int(weights.sum()), ambiguous, len(serials) > 0)


def _candidates(values: pl.Series, fiscal: bool) -> list[str]:
    """Formats worth a trial: with a clock only where there is a colon."""
    has_letters = values.str.contains(r"\pL").any()
    has_marks = has_letters or values.str.contains(r"\d[-/.,\s]+\d").any()

    def worth(forms: tuple[str, ...]) -> list[str]:
        # months and quarters are words, and only bare numbers have no marks
        return [
            form
            for form in forms
            if (has_letters or not re.search("%[bq]|FY|W|Z|Week", form)) and (has_marks or form in BARE)
        ]

    day_only = values.str.replace(r"[ T]+\d{1,2}:.*$", "")
    days = [day for day in worth(_DAYS) if _reads(day_only, day).any()]
    serials = [SERIALS[0]] if values.str.contains(r"^\d{5}([.,]\d+)?$").any() else []
    coarse = worth((*_MONTHS, *_WEEKS, *_QUARTERS, *_YEARS, *_MILITARY))
    if values.str.contains(r"^((19|20)\d\d|(19|20)\d\d[-/]\d\d(\d\d)?)$" if fiscal else r"^(19|20)\d\d$").mean() or 0:
        coarse.append("%Y")
    if not values.str.contains(":", literal=True).any():
        return [*days, *coarse, *serials]
    clocked = [f"{day}{gap}{clock}" for day in days for gap in (" ", "T", ", ") for clock in _CLOCKS]
    offsets = _OFFSETS if values.str.contains(r"[+-]\d\d:?\d\d$").all() else ()
    zulu = ZULU if values.str.contains(r"(Z|UTC)$").any() else ()
    return [*days, *clocked, *offsets, *zulu, *serials]


def _reads(values: pl.Series, form: str, fiscal: bool = False) -> pl.Series:
    """Which texts a format reads as a day that can be, or as one of the years that stand for an unknown one."""
    text = pl.lit(values.rename("text"))
    if "%z" in form:
        read = values.str.to_datetime(form, strict=False, time_unit="us", time_zone="UTC")
    else:
        read = pl.select(naive(text, form, fiscal=fiscal)).to_series()
    year = read.dt.year()
    if form in SERIALS:
        return year.is_between(*_SERIAL_YEARS).fill_null(value=False)
    # two figures are no year of four
    short = values.str.contains(r"\d{4}") if "%Y" in form or "%G" in form else year.is_not_null()
    if "%j" in form:
        short &= values.str.contains(r"\D\d{3}$")
    usual = year.is_between(1900, 2100) | year.is_in([*TRICKS])
    return (usual & short).fill_null(value=False)


def twin(form: str) -> str:
    """The format with day and month exchanged."""
    for a, b in (("%d/%m", "%m/%d"), ("%d-%m-%Y", "%m-%d-%Y"), ("%d-%m-%y", "%m-%d-%y")):
        if form.startswith(a):
            return form.replace(a, b, 1)
        if form.startswith(b):
            return form.replace(b, a, 1)
    return "none"
