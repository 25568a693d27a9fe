"""Moments of a mapped table, in any usual writing: dates, weeks, quarters, fiscal years, serial days, epochs."""

import re
from collections import Counter

import polars as pl

from watchfloor.data.ingest.format import Check
from watchfloor.data.ingest.mapped_numbers import FILE, written
from watchfloor.data.ingest.mapping_sections import SERIALS, Time
from watchfloor.geo.precision import TimePrecision

# fractions of a second are kept: two positions in one second are two
_TRUNCATED = {
    TimePrecision.SECOND: "1us",
    TimePrecision.MINUTE: "1m",
    TimePrecision.DAY: "1d",
    TimePrecision.MONTH: "1mo",
    TimePrecision.YEAR: "1y",
}
# months as English, Spanish, Portuguese, French, Italian, German and Dutch write them; no word means two
MONTHS = {
    "Jan": "jan|january|ene|enero|janeiro|janv|janvier|gen|gennaio|januar|jänner|januari",
    "Feb": "feb|february|febrero|fev|fevereiro|fév|févr|février|febbraio|februar|februari",
    "Mar": "mar|march|marzo|março|marco|mars|mär|märz|mrz|mrt|maart",
    "Apr": "apr|april|abr|abril|avr|avril|aprile",
    "May": "may|mayo|maio|mai|mag|maggio|mei",
    "Jun": "jun|june|junio|junho|juin|giu|giugno|juni",
    "Jul": "jul|july|julio|julho|juil|juillet|lug|luglio|juli",
    "Aug": "aug|august|ago|agosto|aoû|août|aout|augustus",
    "Sep": "sep|sept|september|septiembre|setiembre|set|setembro|septembre|settembre",
    "Oct": "oct|october|octubre|out|outubro|octobre|ott|ottobre|okt|oktober",
    "Nov": "nov|november|noviembre|novembro|novembre",
    "Dec": "dec|december|dic|diciembre|dez|dezembro|déc|décembre|dicembre|dezember",
}
_WEEKDAYS = (
    r"(?i)^\s*(mon|tues?|wed(nes)?|thu(rs)?|fri|sat(ur)?|sun|lunes|martes|mi[eé]rcoles|jueves|viernes|s[aá]bado|domingo|"
    r"montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|"
    r"mo|di|mi|do|fr|sa|so)(day)?[.,]*\s+"
)
_QUARTER = (
    r"(?i)(?:[QT]\s?([1-4])\b|([1-4])(?:st|nd|rd|th|er|[eº.])?\s*(?:q|quarter|qtr|trimestre|trim|quartal)\b\.?|"
    r"(?:q|quarter|qtr|trimestre|quartal)\s*([1-4])\b|^([1-4])([\s/-]))"
)
_DAY_ZERO = {"excel": "1899-12-30", "excel_1904": "1904-01-01"}
# 31 December 9999
_LAST_SERIAL = 2_958_465
# years by which registers say that they do not know, beside those that a mapping names
TRICKS = (1, 1000, 1111, 1753, 1800, 1899, 1901, 2999, 9999)


def moments(time: Time, columns: list[str]) -> pl.Expr:
    """UTC moments, the start of the unit to which they are known; null where the text is no time."""
    joined = pl.concat_str([written(column) for column in columns], separator=" ")
    if time.is_unix:
        scale = 1_000_000 if time.format == "unix" else 1_000
        number = joined.cast(pl.Float64, strict=False)
        usable = number.is_finite() & (number.abs() * scale < 9e17)
        moment = pl.when(usable).then((number * scale).round().cast(pl.Int64, strict=False)).cast(pl.Datetime("us"))
        return moment.dt.replace_time_zone("UTC").dt.truncate(_TRUNCATED[time.code])
    if time.has_offset:
        text, form = _completed(joined, time.format)
        aware = text.str.to_datetime(form, time_unit="us", time_zone="UTC", strict=False)
        return aware.dt.truncate(_TRUNCATED[time.code])
    # a clock shows the hour before winter twice: the first is taken; the hour that summer leaves out is no time
    zone = time.zone if time.has_clock and time.zone else "UTC"
    local = _local(time, joined).dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    return local.dt.convert_time_zone("UTC")


def _local(time: Time, joined: pl.Expr) -> pl.Expr:
    """Moments as the clock on the wall shows them, by the first format that reads the text."""
    read = []
    for form in (time.format, *time.other_formats):
        start = naive(joined, form, fiscal=time.fiscal_start > 1).dt.truncate(_TRUNCATED[time.code])
        if time.fiscal_start > 1:
            start = _of_fiscal_year(start, form, time.fiscal_start)
        read.append(start)
    return pl.coalesce(read)


def _of_fiscal_year(start: pl.Expr, form: str, first: int) -> pl.Expr:
    """The calendar's moment of one that is told by a fiscal year, which is named for the year in which it ends."""
    if form in SERIALS or re.search(r"%[deDFxcjGVUW]", form):
        return start
    if re.search(r"%[mbBh]", form):
        return pl.when(start.dt.month() >= first).then(start.dt.offset_by("-1y")).otherwise(start)
    # a year or its quarter
    return start.dt.offset_by(f"{first - 13}mo")


def naive(joined: pl.Expr, form: str, *, fiscal: bool = False) -> pl.Expr:
    """Moments of one format as the clock on the wall shows them; null where the text is not of it."""
    if form in SERIALS:
        number = joined.str.replace(",", ".", literal=True).cast(pl.Float64, strict=False)
        usable = number.is_finite() & number.is_between(1, _LAST_SERIAL)
        day_zero = pl.lit(_DAY_ZERO[form]).str.to_datetime("%Y-%m-%d", time_unit="us")
        # serial days are kept to about a millisecond
        return day_zero + pl.duration(milliseconds=pl.when(usable).then((number * 86_400_000).round()))
    text, form = _completed(*_plain(joined, form, fiscal=fiscal))
    if re.search(r"%[HIkTRrXscSM]", form):
        return text.str.to_datetime(form, time_unit="us", strict=False)
    return text.str.to_date(form, strict=False).cast(pl.Datetime("us"))


def _plain(text: pl.Expr, form: str, *, fiscal: bool) -> tuple[pl.Expr, str]:
    """Text whose words are those that a format knows: English months, AM and PM, quarters as their first months."""
    is_fiscal = fiscal and "%Y" in form and not re.search("%[mdejFDxc]", form)
    if re.search(r"%[bBh]", form):
        text = text.str.replace(_WEEKDAYS, "") if not re.search("%[aA]", form) else text
        text = text.str.replace_all(r"(?i)(\d)(?:st|nd|rd|th|º|er)\b", "$1").str.replace_all(
            r"(?i)\b(?:de|del|of)\b", ""
        )
        for month, words in MONTHS.items():
            text = text.str.replace(rf"(?i)(^|[^\pL])(?:{words})(?:\.|$|([^\pL]))", f"${{1}}{month}${{2}}")
        text = text.str.replace_all(r"\s+", " ").str.strip_chars()
    if "%p" in form:
        text = text.str.replace(r"(?i)\b([ap])\.?\s?m\b\.?", "${1}m").str.to_uppercase()
    if "%q" in form:
        text = text.str.replace(_QUARTER, " q$1$2$3$4 $5").str.strip_chars()
        for quarter, month in enumerate(("01", "04", "07", "10"), 1):
            text = text.str.replace(f"q{quarter}", month, literal=True)
        form = re.sub(r"\s+", " ", form.replace("%q", " %m ")).strip()
        text = text.str.replace_all(r"\s+", " ")
    if is_fiscal:
        # 2023-24 and 2023/2024 are named for the later
        text = text.str.replace(r"\b(\d\d)\d\d[-/](?:\d\d)?(\d\d)\b", "$1$2")
    return text, form


def _completed(text: pl.Expr, form: str) -> tuple[pl.Expr, str]:
    """Text and format with the first day, and the first month, where the source gives none."""
    if re.search(r"%[GVUW]", form):
        return (text, form) if re.search(r"%[uwaA]", form) else (text + " 1", f"{form} %u")
    if not re.search(r"%[mbBhDFxcj]", form):
        return text + " 01 01", f"{form} %m %d"
    if not re.search(r"%[deDFxcj]", form):
        return text + " 01", f"{form} %d"
    return text, form


def time_notes(frame: pl.DataFrame, time: Time, column: str) -> Counter[str]:
    """What was met among times: other writings, those that two formats read differently, years that mean nothing.

    column: the moments that were read, by `moments`.
    """
    notes = _writing_notes(frame, time)
    year = frame[column].dt.year()
    for one in {*time.unknown_years, *(trick for trick in TRICKS if not time.earliest <= trick <= time.latest)}:
        notes[f"row of the year {one}, which stands for an unknown year"] = int((year == one).sum())
    return notes


def _writing_notes(frame: pl.DataFrame, time: Time) -> Counter[str]:
    if not time.other_formats:
        return Counter()
    joined = pl.concat_str([written(column) for column in time.columns], separator=" ")
    read = frame.select(
        naive(joined, form, fiscal=time.fiscal_start > 1).alias(f"{at}")
        for at, form in enumerate((time.format, *time.other_formats))
    )
    first, others = read["0"], read.drop("0")
    differs = others.select(
        pl.any_horizontal((pl.col(column) != pl.lit(first)).fill_null(False) for column in others.columns)
    ).to_series()
    known = others.select(pl.any_horizontal(pl.all().is_not_null())).to_series()
    return Counter(
        {
            "time in another writing than time.format": int((first.is_null() & known).sum()),
            "time that two formats read differently": int(differs.sum()),
        }
    )


def time_checks(time: Time, column: str) -> list[Check]:
    """The checks of a column of moments called `column`: it is a time, and of a year that can be."""
    year = pl.col(column).dt.year()
    outside = f"is of a year outside of {time.earliest} to {time.latest}: see time.earliest, and table.blank"
    checks = [Check(FILE + time.columns[0], pl.col(column).is_null(), "is no time as time.format and time.zone say")]
    if time.unknown_years:
        said = "is of a year that stands for an unknown one (time.unknown_years): give the true date, or leave it out"
        checks.append(Check(FILE + time.columns[0], year.is_in(time.unknown_years), said))
    return [*checks, Check(FILE + time.columns[0], ~year.is_between(time.earliest, time.latest), outside)]
