"""What in an unknown table says nothing or says it twice: words for nothing, zeros for nothing, rows of sums."""

import re

import polars as pl

from watchfloor.data.ingest.suggest_findings import Findings, Profile, Section, Sureness, of
from watchfloor.data.ingest.suggest_layout import SUMS

# words for nothing, whatever the column
_NOTHING = {
    *("n/a", "n.a.", "#n/a", "-", "--", "---", "\u2013", "\u2014", "null", "(null)", "nan", "(blank)", "-0-", "?", "."),
    *("not available", "not recorded", "not reported", "s/d", "sin dato", "sin datos", "k.a.", "keine angabe", "nd"),
}
# so few words among the numbers of a column stand for nothing; more are texts
_MOST_WORDS = 6
_NUMBER = r"^[+-]?\d[\d.,'\u2019 \u00a0\u202f]*(\s?\D{0,12})?$"
_ALL = (
    r"(?i)^(grand )?(totals?|gesamt|insgesamt|suma|summe|all (ports|states|drugs|areas|regions|countries|types|sites))$"
)
# ITU-R M.1371: 511 degrees, 360 degrees and 102.3 knots are not available
_UNSET = {"heading": {"511", "511.0"}, "course": {"360", "360.0"}, "speed": {"102.3", "1023"}}


def find_blanks(columns: dict[str, Profile], findings: Findings) -> dict[str, list[str]]:
    """The key `blank` of the section `table`: words that mean nothing, by column, or for all under `*`."""
    blank: dict[str, list[str]] = {}
    everywhere: dict[str, int] = {}
    for column in columns.values():
        if not column.n:
            continue
        folded = column.values.str.to_lowercase()
        for word in folded.filter(folded.is_in(list(_NOTHING))).unique(maintain_order=True):
            everywhere[word] = everywhere.get(word, 0) + int((folded == word).sum())
        if words := _among_numbers(column):
            blank[column.name] = words
            n = int(column.values.is_in(words).sum())
            findings.guess(
                f"table.blank.{column.name}", ", ".join(words), Sureness.LIKELY, of(n, column.n, "are no numbers")
            )
    if everywhere:
        findings.guess(
            "table.blank", ", ".join(everywhere), Sureness.CERTAIN, f"{sum(everywhere.values()):,} cells say nothing so"
        )
        blank["*"] = list(everywhere)
    return blank


def _among_numbers(column: Profile) -> list[str]:
    """Words in a column that is of numbers otherwise."""
    is_number = column.values.str.contains(_NUMBER)
    words = column.values.filter(~is_number).unique(maintain_order=True)
    is_word = words.str.contains(r"^\D{1,24}$").all()
    if not len(words) or len(words) > _MOST_WORDS or not is_word or 2 * int(is_number.sum()) < column.n:
        return []
    return [word for word in words if word.lower() not in _NOTHING]


def find_sums(columns: dict[str, Profile], findings: Findings) -> dict[str, list[str]]:
    """The key `without` of the section `table`: values by which a row is the sum of others."""
    without: dict[str, list[str]] = {}
    for column in columns.values():
        if not column.n:
            continue
        is_sum = column.values.str.contains(_ALL)
        n = int(is_sum.sum())
        # a table of totals only has no other rows to count twice
        if 0 < n < 0.5 * column.n:
            without[column.name] = column.values.filter(is_sum).unique(maintain_order=True).to_list()[:10]
            findings.guess(
                f"table.without.{column.name}", ", ".join(without[column.name]), Sureness.LIKELY,
                of(n, column.height, "rows are sums of the others"),
            )  # fmt: skip
    return without


def ask_zeros(column: Profile, *, is_amount: bool, findings: Findings) -> list[str]:
    """Zeros of a column of numbers as words for nothing, if a person says so, or an amount would be none."""
    zeros = column.values.filter(column.values.str.contains(r"^[+-]?0+([.,]0+)?$"))
    if not len(zeros) or len(zeros) == column.n:
        return []
    text = (
        f"{len(zeros):,} of {column.n:,} cells of {column.name} hold 0: a true zero, or nothing recorded (not served)?"
    )
    assumed = "nothing recorded" if is_amount else "a true zero"
    said = findings.ask(f"table.zeros.{column.name}", text, assumed, ("a true zero", "nothing recorded"))
    return zeros.unique().sort().to_list() if said == "nothing recorded" else []


def find_unset(craft: Section, columns: dict[str, Profile], findings: Findings) -> dict[str, list[str]]:
    """Numbers by which AIS says that it does not know, as words for nothing, by column."""
    blank: dict[str, list[str]] = {}
    for key, numbers in _UNSET.items():
        name = craft.get(key, "")
        met = sorted(set(columns[name].values) & numbers) if name in columns else []
        if met:
            n = int(columns[name].values.is_in(met).sum())
            findings.guess(f"table.blank.{name}", ", ".join(met), Sureness.CERTAIN, f"{n:,} cells: not known, in AIS")
            blank[name] = met
    return blank


def is_sum_word(text: str) -> bool:
    """Whether a name is that of a sum, such as a last column of totals."""
    return bool(re.fullmatch(rf"(?i)({'|'.join(map(re.escape, SUMS))})(\s.*)?", text.strip()))


def numbers_share(values: pl.Series) -> float:
    """Share of the texts that are numbers, with a unit or without; words for nothing are none of them."""
    told = values.drop_nulls().filter(~values.drop_nulls().str.to_lowercase().is_in(list(_NOTHING)))
    return int(told.str.contains(_NUMBER).sum()) / max(1, len(told))
