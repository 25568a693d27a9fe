"""What kind of fact a table holds, what identifies a row, and the sections of the mapping that follow from it."""

import re
from dataclasses import dataclass

import polars as pl

from watchfloor.data.ingest.mapped_whereabouts import codes_of, folded_name
from watchfloor.data.ingest.suggest_entities import is_list_of_things
from watchfloor.data.ingest.suggest_findings import IDS, Findings, Profile, Section, Sureness, folded, of
from watchfloor.data.ingest.suggest_numbers import is_numeric
from watchfloor.data.ingest.suggest_places import GAZETTEER
from watchfloor.data.ingest.suggest_substances import Wide
from watchfloor.geo.measures import MEASURES

TARGETS = ("seizures", "overdoses", "events", "reported", "places", "fixes", "entities")
_CRAFTS = {"mmsi": "vessel", "imo": "vessel", "icao24": "aircraft", "hex": "aircraft"}
_COUNTS = (
    "count",
    "counts",
    "visits",
    "value",
    "total",
    "deaths",
    "cases",
    "calls",
    "number",
    "anzahl",
    "casos",
    "trucks",
)
_PERSONAL = (
    "dob",
    "birth",
    "birthdate",
    "phone",
    "telefono",
    "ssn",
    "curp",
    "address",
    "passport",
    "patient",
    "nombre",
    "surname",
    "email",
)
_MEASURE_WORDS = {
    **dict.fromkeys(("visit", "visits", "call", "calls"), "vessel_calls"),
    **dict.fromkeys(("death", "deaths", "overdose", "overdoses"), "overdose_deaths_12m"),
    **dict.fromkeys(("event", "events", "seizures"), "seizures_reported"),
    **{word: word for word in ("trucks", "trains", "pedestrians", "buses")},
}
_MOST_ATTRIBUTES = 30


@dataclass(frozen=True, slots=True)
class Seen:
    """What the other looks have found."""

    columns: dict[str, Profile]
    time: Section | None
    place: Section | None
    substances: Section | None
    quantity: Section | None
    wide: Wide | None
    turned_values: str | None = None

    @property
    def craft(self) -> tuple[Profile, str] | None:
        """The column that identifies a craft, and its kind."""
        for column in self.columns.values():
            for word, kind in _CRAFTS.items():
                if column.n and column.has_word(word):
                    return column, kind
        return None

    @property
    def counts(self) -> list[Profile]:
        """Columns of counts, by name."""
        return [c for c in self.columns.values() if c.n and c.has_word(*_COUNTS, *_MEASURE_WORDS) and is_numeric(c)]


def find_target(seen: Seen, name: str, findings: Findings) -> str:
    """The target of the mapping."""
    target, sureness, evidence = _target(seen, folded(name))
    said = findings.answers.get("target")
    if said in TARGETS:
        findings.guess("target", said, Sureness.CERTAIN, "as answered")
        return said
    findings.guess("target", target, sureness, evidence)
    return target


def _target(seen: Seen, name: str) -> tuple[str, Sureness, str]:
    words = " ".join((name, *(column.folded for column in seen.columns.values())))
    is_clocked = bool(seen.time and seen.time["precision"] in ("second", "minute"))
    is_located = bool(seen.place and "gazetteer" not in seen.place)
    is_fact = bool(seen.substances or seen.quantity or seen.wide or seen.turned_values)
    if not (is_located or is_clocked or is_fact) and (why := is_list_of_things(seen.columns, is_timed=bool(seen.time))):
        return "entities", Sureness.LIKELY, why
    if seen.time is None:
        return "places", Sureness.LIKELY, "no column says when"
    if seen.craft and is_located and is_clocked:
        return "fixes", Sureness.CERTAIN, f"{seen.craft[0].name} identifies a craft, with clock and coordinates"
    if seen.turned_values:
        return "reported", Sureness.LIKELY, "columns of one kind hold counts"
    if seen.wide and not seen.wide.are_amounts:
        return "overdoses", Sureness.LIKELY, "a yes or no for each substance"
    if seen.counts and (
        seen.time["precision"] in ("week", "month", "quarter", "year") or not (seen.quantity or is_located)
    ):
        return "reported", Sureness.LIKELY, f"{seen.counts[0].name} counts, per {seen.time['precision']}"
    if re.search(r"overdose|sobredosis|naloxone|decedent|toxicity", words):
        return "overdoses", Sureness.LIKELY, "the names speak of overdoses"
    if seen.wide or (seen.quantity and seen.substances):
        return "seizures", Sureness.CERTAIN, "substances with amounts, each row an event"
    if seen.substances or re.search(r"seiz|decomis|asegur", words):
        return "seizures", Sureness.LIKELY, "substances without amounts, or the names speak of seizures"
    return "events", Sureness.UNSURE, "single rows with a time, and nothing that says more"


def find_key(seen: Seen, frame: pl.DataFrame, target: str, findings: Findings) -> Section:
    """The keys `key` and `key_repeats` of the section `record`."""
    wanted = [name for name in findings.answers.get("record.key", "").split(" + ") if name in seen.columns]
    if wanted:
        repeats = frame.select(pl.struct(wanted).n_unique()).item() < frame.height and target != "seizures"
        return {"key": wanted} | ({"key_repeats": True} if repeats else {})
    named = [
        c for c in seen.columns.values() if c.n == c.height and c.folded.split() and set(c.folded.split()) & set(IDS)
    ]
    for column in sorted(named, key=lambda c: c.distinct, reverse=True):
        if column.distinct == column.height:
            findings.used.add(column.name)
            findings.guess(
                "record.key", column.name, Sureness.CERTAIN, of(column.distinct, column.height, "are distinct")
            )
            return {"key": [column.name]}
        if target == "seizures" and not is_float(column) and _is_one_event(column, seen, frame):
            findings.used.add(column.name)
            evidence = (
                f"{column.distinct:,} numbers in {column.height:,} rows; rows of one number agree in time and place"
            )
            findings.guess("record.key", column.name, Sureness.LIKELY, evidence)
            return {"key": [column.name]}
    return _joint_key(seen, frame, findings)


def _joint_key(seen: Seen, frame: pl.DataFrame, findings: Findings) -> Section:
    # a blank in a key keeps its row aside
    every = [c.name for c in seen.columns.values() if c.n == c.height and not _is_personal(c)]
    every = every or [c.name for c in seen.columns.values() if c.n][:1]
    key = [name for name in every if name in findings.used] or every
    if frame.select(pl.struct(key).n_unique()).item() < frame.height:
        key = every[:40]
    distinct = frame.select(pl.struct(key).n_unique()).item()
    findings.guess(
        "record.key", " + ".join(key)[:200], Sureness.UNSURE,
        f"no column identifies a row; together {of(distinct, frame.height, 'are distinct')}",
    )  # fmt: skip
    return {"key": key, "key_repeats": True}


def is_float(column: Profile) -> bool:
    """Whether values have decimals: measures, and no numbers of anything."""
    return column.share(r"^-?\d+[.,]\d+$") > 0.5


def _is_one_event(column: Profile, seen: Seen, frame: pl.DataFrame) -> bool:
    said = [*(seen.time or {}).get("columns", ()), *((seen.place or {}).get(k) for k in ("lon", "lat", "point"))]
    there = [name for name in said if name]
    agree = frame.group_by(column.name).agg(pl.struct(there).n_unique().alias("n")) if there else None
    return agree is not None and column.distinct > 1 and bool((agree["n"] == 1).all())


def attributes_of(seen: Seen, findings: Findings) -> dict[str, str]:
    """Columns that are left, as attributes; those that seem to identify a person are named and left out."""
    left = [c for c in seen.columns.values() if c.n and c.name not in findings.used]
    personal = [c.name for c in left if _is_personal(c)]
    if personal:
        findings.guess("left out", ", ".join(personal), Sureness.UNSURE, "by their names they may identify persons")
    kept: dict[str, str] = {}
    for column in left:
        slug = re.sub(r"[^a-z0-9]+", "_", column.folded).strip("_")[:40]
        if column.name not in personal and slug and slug not in kept and len(kept) < _MOST_ATTRIBUTES:
            kept[slug] = column.name
    return kept


def _is_personal(column: Profile) -> bool:
    return column.has_word(*_PERSONAL)


def value_section(seen: Seen, name: str, findings: Findings) -> tuple[Section, list[Section]]:
    """The section `value` of reported counts, and its [[wide]] columns."""
    assert seen.time is not None
    codes = {m.code: m for m in MEASURES}
    turned = seen.columns.get(seen.turned_values or "")
    own = {} if turned else {c.name: code for c in seen.counts if (code := c.folded.replace(" ", "_")) in codes}
    value: Section = _place_code(seen, findings)
    if len(own) > 1:
        findings.used |= set(own)
        value["period"] = _period(seen, "", findings)
        return value, [{"column": name, "measure": code} for name, code in own.items()]
    columns = [*seen.counts, *(c for c in seen.columns.values() if is_numeric(c) and c.name not in findings.used)]
    chosen = seen.columns.get(findings.answers.get("value.column", "")) or turned or (columns[0] if columns else None)
    if chosen is None:
        return value | {"period": _period(seen, "", findings)}, []
    findings.used.add(chosen.name)
    findings.guess("value.column", chosen.name, Sureness.LIKELY, "numbers, by its name")
    said = [*chosen.folded.split(), *folded(name).split()]
    assumed = next((_MEASURE_WORDS[word] for word in said if word in _MEASURE_WORDS), "seizures_reported")
    value["column"] = chosen.name
    value["measure"] = findings.ask("value.measure", f"What does {chosen.name} count?", assumed, tuple(codes))
    value["period"] = _period(seen, value["measure"], findings)
    # a place that no list has is told apart by its name
    free = findings.used - ({(seen.place or {}).get("name")} - {value.get("place_name")})
    rest = [c for c in seen.columns.values() if c.n and c.name not in free and not is_numeric(c)]
    value["dimensions"] = {re.sub(r"\W+", "_", c.folded): c.name for c in rest[:10] if not _is_personal(c)}
    return value, []


def _period(seen: Seen, measure: str, findings: Findings) -> str:
    coarse = seen.time["precision"] if seen.time else "day"
    assumed = coarse if coarse in ("week", "month", "quarter", "year") else "day"
    # sums of twelve months are told by the month with which they end
    assumed = "12 months" if measure.endswith("_12m") and assumed == "month" else assumed
    choices = ("day", "week", "month", "quarter", "year", "12 months")
    return findings.ask("value.period", "For how long does a value hold?", assumed, choices)


def _place_code(seen: Seen, findings: Findings) -> Section:
    from watchfloor.data.gazetteer import entries  # noqa: PLC0415 - only a table of counts needs it

    known = {e.code for e in entries() if e.kind == "state"}
    for column in seen.columns.values():
        if column.n and column.share("^[A-Z]{2}$") > 0.9:
            read = int(("US-" + column.values).is_in(list(known)).sum())
            if read >= 0.7 * column.n:
                findings.used.add(column.name)
                findings.guess(
                    "value.place_code", f"US-{{{column.name}}}", Sureness.LIKELY, of(read, column.n, "are states")
                )
                return {"place_kind": "state", "place_code": f"US-{{{column.name}}}"}
    return _named_place(seen, findings) or _no_place(findings)


def _named_place(seen: Seen, findings: Findings) -> Section:
    """Places of the gazetteer by their names."""
    best: tuple[int, Profile, str] | None = None
    for column in seen.columns.values():
        if not column.n or column.share(r"^\D{3,}") < 0.5:
            continue
        for kind in GAZETTEER:
            known = codes_of(kind)
            read = sum(folded_name(text) in known for text in column.values)
            if read > (best[0] if best else 0.6 * column.n):
                best = (read, column, kind)
    if best is None:
        return {}
    read, column, kind = best
    findings.used.add(column.name)
    evidence = of(read, column.n, f"are of the kind {kind} in the gazetteer")
    findings.guess("value.place_name", column.name, Sureness.LIKELY, evidence)
    return {"place_kind": kind, "place_name": column.name}


def _no_place(findings: Findings) -> Section:
    text = (
        "At which listed places was it counted? Without kind and code of a place that is loaded it stands on no map; "
        "write them as: port US-{Code}"
    )
    kind, _, code = findings.ask("value.place", text, "no place").partition(" ")
    return {"place_kind": kind, "place_code": code} if kind != "no" and code else {}
