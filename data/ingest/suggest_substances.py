"""Of what, and how much: substances by the vocabulary, quantities and units, long or one column for each."""

import re
from dataclasses import dataclass

import polars as pl

from watchfloor.data.ingest.suggest_findings import Findings, Profile, Section, Sureness, folded, of
from watchfloor.data.ingest.suggest_numbers import is_numeric, units_in
from watchfloor.geo.quantities import find_unit
from watchfloor.geo.substances import find_substance

_FOREIGN = {
    **dict.fromkeys(("cocaina", "clorhidrato de cocaina", "kokain", "perico"), "cocaine"),
    **dict.fromkeys(("heroina", "goma de opio"), "heroin"),
    **dict.fromkeys(("metanfetamina", "metanfetaminas", "cristal", "methamphetamin"), "methamphetamine"),
    **dict.fromkeys(("fentanilo", "fentanyl powder", "fentanyl pills"), "fentanyl"),
    **dict.fromkeys(("mariguana", "marihuana", "hachis", "haschisch", "cannabis herb", "weed"), "cannabis"),
    **dict.fromkeys(("extasis", "tachas"), "mdma"),
    **dict.fromkeys(("anfetamina", "anfetaminas", "amphetamin"), "amphetamine"),
    **dict.fromkeys(("otra", "otras", "otros", "otras drogas", "andere"), "other"),
    "ketamina": "ketamine",
    "opio": "opiate_nos",
    "alkohol": "ethanol",
}
_WORDS = ("drug", "drugs", "substance", "sustancia", "droga", "stoff", "substanz", "narcotic", "commodity", "indicator")
_AMOUNTS = ("qty", "quantity", "amount", "weight", "cantidad", "peso", "menge", "gewicht", "seized", "decomisado")
_UNITS = ("unit", "units", "unidad", "unidades", "einheit", "uom", "medida")
_SEPARATORS = (";", "/", "+", "|", ",", "&")
_MOST_WORDS = 200
_YES = r"^(y|yes|x|1|true|si|sí|ja|positive|pos|detected)\b"
_UNIT_IN_NAME = r"[(\[_ ]([A-Za-z]{1,12})[)\]]?$"


@dataclass(frozen=True, slots=True)
class Wide:
    """Columns that are one substance each: [[wide]] sections, whether they hold amounts or a yes.

    are_counts: whole numbers in no unit, so that they may be counts for a period.
    """

    sections: list[Section]
    are_amounts: bool
    are_counts: bool = False


def find_substances(columns: dict[str, Profile], findings: Findings) -> Section | None:
    """The section `substances` of a long table; None if no column names substances."""
    wanted = findings.answers.get("substances.column")
    ranked = []
    for column in columns.values():
        if not column.n or column.distinct > _MOST_WORDS or column.name in findings.used or is_numeric(column):
            continue
        words = _counted(column, None)
        known = sum(n for word, n in words.items() if _meant(word) not in (None, "unknown", "other"))
        share = known / max(1, sum(words.values()))
        if column.name == wanted or share >= (0.25 if column.has_word(*_WORDS) else 0.6):
            ranked.append((column.name == wanted, column.has_word(*_WORDS), share, column))
    if not ranked or wanted == "-":
        return None
    column = max(ranked, key=lambda one: one[:3])[3]
    return _section(column, findings)


def find_quantity(columns: dict[str, Profile], findings: Findings) -> Section | None:
    """The section `quantity`; None if no column holds amounts."""
    wanted = findings.answers.get("quantity.column")
    for column in columns.values():
        units = units_in(column)
        in_name = re.search(_UNIT_IN_NAME, column.name)
        named = in_name[1] if in_name and find_unit(in_name[1]) else column.name if find_unit(column.name) else None
        is_amount = column.has_word(*_AMOUNTS) or named or units
        if not column.n or column.name in findings.used or wanted == "-":
            continue
        if column.name == wanted or (not wanted and is_amount and (units or is_numeric(column))):
            findings.used.add(column.name)
            return _quantity(column, units, named, columns, findings)
    return None


def find_wide(columns: dict[str, Profile], findings: Findings, *, is_coarse: bool = False) -> Wide | None:
    """Columns that are named for substances, two at least; is_coarse: a row is of a period, and no single event."""
    found: dict[str, tuple[str, str | None]] = {}
    for column in columns.values():
        bare = re.sub(
            r"\s*[(\[_ ]+(kg|g|lbs?|kilograms?|grams?|pounds?|oz|pills?|tablets?|du)[)\]]*$",
            "",
            column.name,
            flags=re.I,
        )
        code = _meant(bare) or "unknown"
        if code != "unknown" and column.n and code not in [c for c, _ in found.values()]:
            unit = re.search(_UNIT_IN_NAME, column.name)
            found[column.name] = (code, unit[1] if unit and find_unit(unit[1]) else None)
    if len(found) < 2 or findings.answers.get("wide") == "none":
        return None
    chosen = [columns[name] for name in found]
    are_amounts = any(unit for _, unit in found.values()) or sum(map(_is_amount, chosen)) > len(chosen) / 2
    findings.used |= set(found)
    findings.guess("wide", ", ".join(found), Sureness.LIKELY, f"{len(found)} columns are named for substances")
    if not are_amounts:
        return Wide([_flag(columns[name], code) for name, (code, _) in found.items()], are_amounts=False)
    assumed = "kg"
    if is_coarse and not any(unit for _, unit in found.values()) and all(c.share(r"^\d+$") == 1 for c in chosen):
        return Wide([{"column": name} for name in found], are_amounts=True, are_counts=True)
    if any(unit is None for _, unit in found.values()):
        assumed = findings.ask("quantity.unit", "In which unit are the amounts?", "kg")
    rows = [{"column": name, "substance": code, "unit": unit or assumed} for name, (code, unit) in found.items()]
    return Wide(rows, are_amounts=True)


def _is_amount(column: Profile) -> bool:
    """Whether values are numbers beyond a yes and a no."""
    return column.share(r"^\d[\d.,]*$") > 0.9 and column.share(r"^[01]$") < 0.9


def _flag(column: Profile, code: str) -> Section:
    yes = column.values.unique().filter(column.values.unique().str.contains(f"(?i){_YES}")).sort().to_list()
    return {"column": column.name, "substance": code, "yes": yes[:20] or ["yes"]}


def _section(column: Profile, findings: Findings) -> Section:
    separator = _separator(column)
    words = _counted(column, separator)
    own = {word: code for word in words if not find_substance(word) and (code := _meant(word))}
    unknown = [word for word in words if not _meant(word)]
    known = sum(n for word, n in words.items() if _meant(word))
    total = sum(words.values())
    findings.used.add(column.name)
    sureness = Sureness.CERTAIN if known == total else Sureness.LIKELY
    findings.guess("substances.column", column.name, sureness, of(known, total, "words are in the vocabulary"))
    section: Section = {"column": column.name}
    if separator:
        section["separator"] = separator
    for word in unknown[:10]:
        text = f"Which substance is {word[:60]!r}? A code of the vocabulary, or leave it out"
        if (said := findings.ask(f"substances.words.{word}", text, "left out")) and find_substance(said):
            own[word] = said
    if own:
        section["words"] = own
    return section


def _quantity(
    column: Profile, units: list[str], named: str | None, columns: dict[str, Profile], findings: Findings
) -> Section:
    section: Section = {"column": column.name}
    unit_column = next(
        (c for c in columns.values() if c.n and _is_unit_column(c) and c.name not in findings.used), None
    )
    if units:
        section |= {"unit_in_cell": True, "unit": named or units[0]}
        findings.guess("quantity", column.name, Sureness.LIKELY, f"units in the cells: {', '.join(units[:5])}")
    elif named:
        section["unit"] = named
        findings.guess("quantity", column.name, Sureness.CERTAIN, f"the name says {named}")
    elif unit_column is not None:
        section["unit_column"] = unit_column.name
        findings.used.add(unit_column.name)
        findings.guess("quantity", column.name, Sureness.CERTAIN, f"units in the column {unit_column.name}")
    else:
        findings.guess("quantity", column.name, Sureness.LIKELY, "by its name; numbers")
        section["unit"] = findings.ask("quantity.unit", f"In which unit is {column.name}?", "kg")
    return section


def _is_unit_column(column: Profile) -> bool:
    words = column.values.value_counts(sort=True)[column.values.name].head(20).to_list()
    known = sum(find_unit(word) is not None for word in words)
    return known > (0 if column.has_word(*_UNITS) else len(words) * 0.8)


def _counted(column: Profile, separator: str | None) -> dict[str, int]:
    values = column.values.str.split(separator).explode().str.strip_chars() if separator else column.values
    counted = (
        pl.DataFrame({"word": values}).filter(pl.col("word") != "").group_by("word").len("n").sort("n", descending=True)
    )
    return dict(counted.iter_rows())


def _separator(column: Profile) -> str | None:
    """What parts several substances in one cell: the mark by which more is understood."""
    best, most = None, sum(n for word, n in _counted(column, None).items() if _meant(word)) / max(1, column.n)
    for mark in _SEPARATORS:
        words = _counted(column, mark)
        share = sum(n for word, n in words.items() if _meant(word)) / max(1, sum(words.values()))
        if share > most:
            best, most = mark, share
    return best


def _meant(word: str) -> str | None:
    """The substance's code: of the word, of it in another language, or of what stands before a bracket."""
    bare = re.split(r"[(\[]", word)[0].strip()
    known = find_substance(word) or (find_substance(bare) if bare else None)
    return known.code if known else _FOREIGN.get(folded(bare))
