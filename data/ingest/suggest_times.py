"""Which columns of a table say when, and how: any usual writing; day before month only where the data prove it."""

from dataclasses import dataclass

import polars as pl

from watchfloor.data.ingest.suggest_findings import Findings, Profile, Section, Sureness, of

_NAMES = (
    *("date", "time", "datetime", "timestamp", "fecha", "datum", "when", "day", "dia", "month", "mes", "monat", "year"),
    *("ano", "jahr", "hora", "uhrzeit", "zeit", "fy", "period", "periodo", "t", "basedatetime"),
)
_DAYS = (
    *("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y%m%d"),
    *("%d/%m/%y", "%m/%d/%y", "%d.%m.%y", "%d %B %Y", "%d %b %Y", "%d-%b-%Y", "%d-%b-%y", "%B %d, %Y", "%b %d, %Y"),
)
_CLOCKS = ("%H:%M:%S", "%H:%M", "%H:%M:%S%.f", "%I:%M:%S %p", "%I:%M %p", "%H:%M hrs")
_MONTHS = ("%Y-%m", "%m/%Y", "%b %Y", "%B %Y", "%Y/%m", "%b-%y", "%b-%Y")
_OFFSETS = ("%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d %H:%M:%S%z", "%Y-%m-%dT%H:%M:%S%.f%z")
_ZULU = ("%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S%.fZ", "%Y-%m-%d %H:%M:%SZ", "%Y-%m-%d %H:%M:%S UTC")
_MOST_FORMATS = 4
# so many texts decide which formats are tried on all of them
_TRIED = 500
# a date with this share of readable texts is a date
_ENOUGH = 0.7


@dataclass(frozen=True, slots=True)
class Dated:
    """A way to read moments: columns, formats by what they add, how many of n are read."""

    columns: tuple[str, ...]
    formats: tuple[str, ...]
    read: int
    n: int
    is_ambiguous: bool = False

    @property
    def precision(self) -> str:
        """The finest unit that the formats hold."""
        joined = " ".join(self.formats)
        if "unix" in joined or "%S" in joined:
            return "second"
        if "%H" in joined or "%I" in joined:
            return "minute"
        return "day" if "%d" in joined else "month" if "%m" in joined or "%b" in joined or "%B" in joined else "year"


def find_time(columns: dict[str, Profile], findings: Findings) -> Section | None:
    """The section `time` of a draft; None if no column says when."""
    wanted = findings.answers.get("time.columns")
    if wanted == "-":
        return None
    best = _chosen(columns, wanted) if wanted else _best(columns)
    if best is None:
        return None
    findings.used |= set(best.columns)
    if any(columns[name].has_word("fy", "fiscal") for name in best.columns):
        evidence = (
            "a fiscal year begins before the calendar's; a mapping cannot say so: for CBP take the format cbp-drugs"
        )
        findings.guess("time.year", "read as a calendar year", Sureness.UNSURE, evidence)
    sureness = Sureness.CERTAIN if best.read == best.n and not best.is_ambiguous else Sureness.LIKELY
    findings.guess("time.columns", " + ".join(best.columns), sureness, of(best.read, best.n, "parse"))
    formats = _day_or_month_first(best, findings)
    section: Section = {"columns": list(best.columns), "format": formats[0], "precision": best.precision}
    if len(formats) > 1:
        section["other_formats"] = list(formats[1:])
    evidence = f"{of(best.read, best.n, 'parse')}, by {len(formats)} format{'s' * (len(formats) > 1)}"
    findings.guess("time.format", ", ".join(formats), Sureness.UNSURE if best.is_ambiguous else sureness, evidence)
    return section | _zone(best, findings)


def formats_of(texts: pl.Series) -> Dated:
    """The formats that read the most of a column's texts."""
    counted = texts.value_counts(name="n")
    values, weights = counted[texts.name], counted["n"]
    if texts.str.contains(r"^\d{10}(\.\d+)?$").all() or texts.str.contains(r"^\d{13}$").all():
        form = "unix_ms" if texts.str.contains(r"^\d{13}$").all() else "unix"
        return Dated((texts.name,), (form,), len(texts), len(texts))
    reads = {form: _reads(values, form) for form in _candidates(values.gather_every(1 + len(values) // _TRIED))}
    taken: list[str] = []
    done = pl.Series([False] * len(values))
    first_of_tie = None
    while len(taken) < _MOST_FORMATS and reads:
        gains = {form: int(weights.filter(read & ~done).sum()) for form, read in reads.items()}
        best = max(gains, key=lambda form: gains[form])
        if gains[best] == 0:
            break
        twin = _twin(best)
        if twin in gains and gains[twin] == gains[best] and first_of_tie is None:
            first_of_tie = best
        taken.append(best)
        done |= reads.pop(best)
    ambiguous = bool(first_of_tie) or any(_twin(form) in taken for form in taken)
    return Dated((texts.name,), tuple(taken), int(weights.filter(done).sum()), int(weights.sum()), ambiguous)


def _candidates(values: pl.Series) -> list[str]:
    """Formats worth a trial: with a clock only where there is a colon."""
    days = [day for day in _DAYS if _reads(values.str.replace(r"[ T]+\d{1,2}:.*$", ""), day).any()]
    if not values.str.contains(":", literal=True).any():
        years = ("%Y",) if values.str.contains(r"^(19|20)\d\d$").all() else ()
        return [*days, *_MONTHS, *years]
    return [
        *days,
        *(f"{day}{gap}{clock}" for day in days for gap in (" ", "T") for clock in _CLOCKS),
        *_OFFSETS,
        *_ZULU,
    ]


def _reads(values: pl.Series, form: str) -> pl.Series:
    """Which texts a format reads as a day that can be."""
    full = form
    if "%d" not in form:
        values, full = values + (" 01" if form != "%Y" else " 01 01"), form + (" %d" if form != "%Y" else " %m %d")
    if "%z" in form:
        read = values.str.to_datetime(full, strict=False, time_unit="us", time_zone="UTC")
    elif "%H" in form or "%I" in form:
        read = values.str.to_datetime(full, strict=False, time_unit="us")
    else:
        read = values.str.to_date(full, strict=False)
    short = values.str.contains(r"\d{4}") if "%Y" in form else pl.Series([True] * len(values))
    return (read.dt.year().is_between(1900, 2100) & short).fill_null(False)


def _twin(form: str) -> str:
    """The format with day and month exchanged."""
    for a, b in (("%d/%m", "%m/%d"), ("%d-%m-%Y", "%m-%d-%Y")):
        if form.startswith(a):
            return form.replace(a, b, 1)
        if form.startswith(b):
            return form.replace(b, a, 1)
    return "none"


def _best(columns: dict[str, Profile]) -> Dated | None:
    found = []
    for column in columns.values():
        if not column.n or column.share(r"\d") < 0.5:
            continue
        is_named = column.has_word(*_NAMES)
        dated = formats_of(column.values)
        is_bare = dated.formats and dated.formats[0] in ("%Y", "%Y%m%d", "unix", "unix_ms")
        if dated.read >= _ENOUGH * column.n and column.n >= column.height * 0.3 and (is_named or not is_bare):
            found.append((is_named, len(dated.formats[0]), column.n, dated))
    if not found:
        return None
    best = max(found, key=lambda one: one[:3])[3]
    if best.formats == ("%Y",):
        return _with_month(best, columns)
    return _with_clock(best, columns) if best.precision == "day" else best


def _chosen(columns: dict[str, Profile], wanted: str) -> Dated | None:
    names = [name for name in wanted.split(" + ") if name in columns]
    if not names:
        return None
    dated = formats_of(columns[names[0]].values) if columns[names[0]].n else None
    if dated is None or not dated.formats:
        return None
    return _with_clock(dated, {name: columns[name] for name in names[1:]}) if len(names) > 1 else dated


def _with_clock(day: Dated, columns: dict[str, Profile]) -> Dated:
    for column in columns.values():
        if column.name in day.columns or not column.n or column.share(r"^\d{1,2}:\d\d") < 0.9:
            continue
        dated = formats_of(("2020-01-02 " + column.values).alias("clock"))
        if dated.read >= 0.9 * dated.n:
            clocks = [form.split(" ", 1)[1] for form in dated.formats]
            forms = tuple(f"{form} {clock}" for form in day.formats for clock in clocks)[:_MOST_FORMATS]
            return Dated((*day.columns, column.name), forms, min(day.read, dated.read), day.n, day.is_ambiguous)
    return day


def _with_month(year: Dated, columns: dict[str, Profile]) -> Dated:
    for column in columns.values():
        if column.has_word("month", "mes", "monat") and column.n:
            joined = (column.values + " 2020").alias("month")
            dated = formats_of(joined) if not column.share(r"^\d+$") else Dated((), ("%m %Y",), column.n, column.n)
            if dated.read >= 0.9 * dated.n:
                return Dated((column.name, *year.columns), dated.formats, dated.read, dated.n)
    return year


def _day_or_month_first(best: Dated, findings: Findings) -> tuple[str, ...]:
    """The formats in their order; asks where the data leave open which of two numbers is the day."""
    if not best.is_ambiguous:
        return best.formats
    day = next((form for form in best.formats if _twin(form) != "none"), best.formats[0])
    is_day_first = day.startswith("%d")
    said = findings.ask(
        "time.day_first",
        f"{best.columns[0]}: is 03/04 April 3rd (day first) or March 4th (month first)? The data do not prove it",
        "day first" if is_day_first else "month first",
        ("day first", "month first"),
    )
    if (said == "day first") == is_day_first:
        return best.formats
    swapped = [_twin(form) if _twin(form) != "none" else form for form in best.formats]
    return tuple(dict.fromkeys(swapped))


def _zone(best: Dated, findings: Findings) -> Section:
    if any("%z" in form or "unix" in form for form in best.formats):
        return {}
    if best.precision not in ("second", "minute"):
        return {}
    if all(form in _ZULU for form in best.formats):
        findings.guess("time.zone", "UTC", Sureness.CERTAIN, "the texts end in Z or UTC")
        return {"zone": "UTC"}
    text = "In which time zone are the clock times? Write an IANA name such as America/New_York"
    return {"zone": findings.ask("time.zone", text, "UTC")}
