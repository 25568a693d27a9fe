"""Which columns of a table say when, and how: any usual writing; day before month only where the data prove it."""

import polars as pl

from watchfloor.data.ingest.mapped_times import TRICKS, naive
from watchfloor.data.ingest.mapping_sections import SERIALS
from watchfloor.data.ingest.suggest_findings import Findings, Profile, Section, Sureness, of
from watchfloor.data.ingest.suggest_formats import BARE, MOST_FORMATS, ZULU, Dated, formats_of, twin

_NAMES = (
    *("date", "time", "datetime", "timestamp", "fecha", "datum", "when", "day", "dia", "month", "mes", "monat", "year"),
    *("ano", "jahr", "hora", "uhrzeit", "zeit", "fy", "period", "periodo", "t", "basedatetime", "epoch", "unix", "ts"),
    *("quarter", "quartal", "trimestre", "week", "woche", "semana", "dtg", "data", "jour", "mois", "annee"),
)
_FISCAL = ("fy", "fiscal", "haushaltsjahr", "ejercicio")
_MONTH_WORDS = ("month", "mes", "monat", "mois")
_DAY_WORDS = ("day", "dia", "tag", "jour")
_QUARTER_WORDS = ("quarter", "qtr", "quartal", "trimestre", "q")
_WEEK_WORDS = ("week", "woche", "semana", "kw", "epiweek", "mmwr")
# the month in which the fiscal year of the United States begins, which is named for its end
_FISCAL_START = 10
# a date with this share of readable texts is a date
_ENOUGH = 0.7


def find_time(columns: dict[str, Profile], findings: Findings) -> Section | None:
    """The section `time` of a draft; None if no column says when.

    `precision` may be quarter or week, too: `settled` makes it one of the store's.
    """
    wanted = findings.answers.get("time.columns")
    if wanted == "-":
        return None
    best = _chosen(columns, wanted) if wanted else _best(columns)
    if best is None:
        return None
    findings.used |= set(best.columns)
    sureness = Sureness.CERTAIN if best.read == best.n and not best.is_ambiguous else Sureness.LIKELY
    findings.guess("time.columns", " + ".join(best.columns), sureness, of(best.read, best.n, "parse"))
    formats = _day_or_month_first(best, findings)
    section: Section = {"columns": list(best.columns), "format": formats[0], "precision": best.precision}
    if len(formats) > 1:
        section["other_formats"] = list(formats[1:])
    evidence = f"{of(best.read, best.n, 'parse')}, by {len(formats)} format{'s' * (len(formats) > 1)}"
    findings.guess("time.format", ", ".join(formats), Sureness.UNSURE if best.is_ambiguous else sureness, evidence)
    section |= _fiscal(best, columns, findings)
    return section | _unknown_years(best, formats, columns, findings) | _zone(best, findings)


def settled(time: Section, *, is_single: bool) -> Section:
    """The section with a precision that the store has: of single events never finer than is known, but for weeks."""
    finer = {"quarter": "year", "week": "month"} if is_single else {"quarter": "month", "week": "day"}
    return time | {"precision": finer.get(time["precision"], time["precision"])}


def _fiscal(best: Dated, columns: dict[str, Profile], findings: Findings) -> Section:
    is_named = any(columns[name].has_word(*_FISCAL) for name in best.columns)
    if best.precision in ("day", "minute", "second", "week") or not (is_named or _is_fiscal(best)):
        return {}
    text = (
        "In which month does the fiscal year begin that is named for the year in which it ends? 1: it is the calendar's"
    )
    said = findings.ask("time.fiscal_start", text, f"{_FISCAL_START}", tuple(f"{month}" for month in range(1, 13)))
    return {"fiscal_start": int(said)} if said.isdigit() and said != "1" else {}


def _is_fiscal(best: Dated) -> bool:
    return any("FY" in form for form in best.formats)


def _unknown_years(best: Dated, formats: tuple[str, ...], columns: dict[str, Profile], findings: Findings) -> Section:
    """Years that stand for an unknown one, as registers and anonymisers write them."""
    if any("unix" in form or "%z" in form for form in formats):
        return {}
    frame = pl.DataFrame([columns[name].values.alias(name) for name in best.columns[:1]])
    if len(best.columns) > 1:
        return {}
    read = frame.select(pl.coalesce(naive(pl.col(best.columns[0]), form) for form in formats)).to_series()
    years = read.dt.year()
    met = [year for year in TRICKS if (years == year).any()]
    # 1 January 1900 is what a spreadsheet makes of nothing
    first = (years == 1900) & (read.dt.ordinal_day() == 1)
    if first.any() and int(first.sum()) == int((years == 1900).sum()) and not years.is_between(1901, 1950).any():
        met.append(1900)
    for year in met:
        n = int((years == year).sum())
        findings.guess(
            "time.unknown_years", f"{year}", Sureness.LIKELY,
            f"{of(n, best.n, 'are of it')}: it stands for an unknown year; these rows are kept aside",
        )  # fmt: skip
    return {"unknown_years": met} if met else {}


def _best(columns: dict[str, Profile]) -> Dated | None:
    found = []
    for column in columns.values():
        is_named = column.has_word(*_NAMES, *_FISCAL)
        # measures are no times unless they are called so
        if not column.n or column.share(r"\d") < 0.5 or (not is_named and column.share(r"^[+-]?\d*[.,]?\d+$") > 0.9):
            continue
        dated = formats_of(column.values, fiscal=column.has_word(*_FISCAL))
        is_bare = bool(dated.formats) and dated.formats[0] in BARE
        if dated.read >= _ENOUGH * column.n and column.n >= column.height * 0.3 and (is_named or not is_bare):
            finest = ("year", "quarter", "month", "week", "day", "minute", "second").index(dated.precision)
            found.append((is_named, finest > 0, len(dated.formats[0]), column.n, dated))
    if not found:
        return None
    best = max(found, key=lambda one: one[:4])[4]
    if best.precision == "year":
        return _with_part_of_year(best, columns)
    return _with_clock(best, columns) if best.precision == "day" else best


def _chosen(columns: dict[str, Profile], wanted: str) -> Dated | None:
    names = [name for name in wanted.split(" + ") if name in columns]
    if not names:
        return None
    dated = formats_of(columns[names[0]].values) if columns[names[0]].n else None
    if dated is not None and dated.formats and len(names) == 1:
        return dated
    if dated is not None and dated.formats and dated.precision == "day":
        return _with_clock(dated, {name: columns[name] for name in names[1:]})
    joined = pl.select(pl.concat_str([pl.lit(columns[name].values) for name in names], separator=" ")).to_series()
    both = formats_of(joined.drop_nulls())
    return Dated(tuple(names), both.formats, both.read, both.n, both.is_ambiguous) if both.formats else None


def _with_clock(day: Dated, columns: dict[str, Profile]) -> Dated:
    if set(day.formats) & set(SERIALS):
        return day
    for column in columns.values():
        if column.name in day.columns or not column.n:
            continue
        is_military = column.share(r"^([01]\d|2[0-3])[0-5]\d$") > 0.9 and column.has_word(
            "time", "hora", "uhrzeit", "clock"
        )
        if column.share(r"^\d{1,2}:\d\d") < 0.9 and not is_military:
            continue
        dated = formats_of(("2020-01-02 " + column.values).alias("clock")) if not is_military else None
        clocks = [form.split(" ", 1)[1] for form in dated.formats] if dated else ["%H%M"]
        if dated is None or dated.read >= 0.9 * dated.n:
            forms = tuple(f"{form} {clock}" for form in day.formats for clock in clocks)[:MOST_FORMATS]
            read = min(day.read, dated.read if dated else column.n)
            return Dated((*day.columns, column.name), forms, read, day.n, day.is_ambiguous)
    return day


def _with_part_of_year(year: Dated, columns: dict[str, Profile]) -> Dated:
    """A year with the column of its months, and their days; or of its quarters or weeks."""
    form = year.formats[0]
    for column in columns.values():
        if not column.n or column.name in year.columns:
            continue
        if column.has_word(*_MONTH_WORDS):
            part = _part(column, ("%m",) if column.share(r"^\d+$") == 1 else ("%b",), form)
            if part is not None:
                return _with_day(Dated((column.name, *year.columns), (part,), column.n, column.n), columns, part)
        for words, directive, pattern in (
            (_QUARTER_WORDS, "%q", r"^(\D*[1-4]|[1-4]\D*)$"),
            (_WEEK_WORDS, "%V", r"^\d{1,2}$"),
        ):
            if column.has_word(*words) and column.share(pattern) > 0.9:
                whole = f"{directive} {'%G' if directive == '%V' else form}"
                return Dated((column.name, *year.columns), (whole,), column.n, column.n)
    return year


def _part(column: Profile, directives: tuple[str, ...], year_form: str) -> str | None:
    text = year_form.replace("%Y", "2020").replace("%y", "20")
    for directive in directives:
        form = f"{directive} {year_form}"
        read = pl.select(naive(pl.lit(column.values.rename("t")) + f" {text}", form)).to_series()
        if read.is_not_null().sum() >= 0.9 * column.n:
            return form
    return None


def _with_day(month: Dated, columns: dict[str, Profile], form: str) -> Dated:
    for column in columns.values():
        if column.n and column.has_word(*_DAY_WORDS) and column.share(r"^([1-9]|0[1-9]|[12]\d|3[01])$") > 0.95:
            return Dated((column.name, *month.columns), (f"%d {form}",), month.read, month.n)
    return month


def _day_or_month_first(best: Dated, findings: Findings) -> tuple[str, ...]:
    """The formats in their order; asks where the data leave open which of two numbers is the day."""
    if not best.is_ambiguous:
        return best.formats
    day = next((form for form in best.formats if twin(form) != "none"), best.formats[0])
    is_day_first = day.startswith("%d")
    said = findings.ask(
        "time.day_first",
        f"{best.columns[0]}: is 03/04 April 3rd (day first) or March 4th (month first)? The data do not prove it",
        "day first" if is_day_first else "month first",
        ("day first", "month first"),
    )
    if (said == "day first") == is_day_first:
        return best.formats
    swapped = [twin(form) if twin(form) != "none" else form for form in best.formats]
    return tuple(dict.fromkeys(swapped))


def _zone(best: Dated, findings: Findings) -> Section:
    if any("%z" in form or "unix" in form for form in best.formats):
        return {}
    if best.precision not in ("second", "minute"):
        return {}
    if all(form in ZULU for form in best.formats):
        findings.guess("time.zone", "UTC", Sureness.CERTAIN, "the texts end in Z or UTC")
        return {"zone": "UTC"}
    text = "In which time zone are the clock times? Write an IANA name such as America/New_York"
    return {"zone": findings.ask("time.zone", text, "UTC")}
