"""Lists of things and persons: told by columns of numbers that they bear, and what of the mapping follows from them."""

import re
from collections.abc import Iterable, Mapping, Sequence

from watchfloor.data.ingest.mapping_entity import KINDS
from watchfloor.data.ingest.suggest_findings import IDS, Findings, Profile, Section, Sureness, of
from watchfloor.geo.identifiers import EXACT, NEEDS_AREA

# by scheme: words of the column's name, how its values look, and of what they are
_SCHEMES: dict[str, tuple[tuple[str, ...], str, str]] = {
    "vin": (("vin", "chassis"), r"^[A-HJ-NPR-Z0-9]{17}$", "vehicle"),
    "plate": (
        ("plate", "plates", "placa", "placas", "kennzeichen", "matricula", "tag"),
        r"^[A-Z]*[- ]?[A-Z0-9 .-]{2,12}$",
        "vehicle",
    ),
    "imo": (("imo",), r"^(IMO ?)?\d{7}$", "vessel"),
    "mmsi": (("mmsi",), r"^\d{9}$", "vessel"),
    "icao24": (("icao24", "icao", "hex"), r"^[0-9A-F]{6}$", "aircraft"),
    "passport": (("passport", "pasaporte"), r"^[A-Z0-9 -]{5,15}$", "person"),
    "account": (("iban", "account", "cuenta"), r"^[A-Z0-9 -]{4,34}$", "account"),
    "phone": (
        ("phone", "phones", "telephone", "telefono", "mobile", "msisdn", "celular"),
        r"^\+?[\d ().-]{7,24}",
        "phone",
    ),
    "call sign": (("call sign", "callsign", "indicativo"), r"^[A-Z0-9 -]{3,12}$", "vessel"),
    "serial number": (("serial", "serie"), r"^[A-Z0-9 ./-]{3,40}$", "equipment"),
}
_AREAS = {
    "plate": ("plate state", "state", "estado", "province", "issuer", "jurisdiction", "country"),
    "passport": ("passport country", "issuer", "country", "nationality", "pais", "nacionalidad"),
    "account": ("bank", "banco", "bic"),
}
_NAMES = ("full name", "vessel name", "name", "nombre", "subject")
_JOINT_NAMES = (
    ("first name", "given name", "make", "marca"),
    ("last name", "surname", "family name", "model", "modelo"),
)
_PERSONS = ("dob", "born", "birth", "surname", "first name", "last name", "nationality", "alias")
_SINCE = ("since", "from", "valid", "issued", "start", "desde", "registered")
_LEAST_SHARE_OF_STATES = 0.7
_MOST_OTHERS = 30
_BRACES = re.compile(r"\{([^{}]+)\}")

type Columns = Mapping[str, Profile]


def identifier_columns(columns: Columns) -> dict[str, Profile]:
    """The column of each scheme, as far as its name and its values say so."""
    found: dict[str, Profile] = {}
    for scheme, (words, form, _) in _SCHEMES.items():
        column = _named(columns, words)
        if column is not None and column not in found.values() and column.share(form) >= 0.5:
            found[scheme] = column
    return found


def is_list_of_things(columns: Columns, *, is_timed: bool) -> str | None:
    """Why the rows are things rather than what happened to them; None if they are not.

    is_timed: whether a column says when. The same thing then stands in several rows, unless the table is a list.
    """
    for scheme, column in identifier_columns(columns).items():
        is_own = column.distinct == column.n and column.n >= 0.8 * column.height
        if scheme in EXACT and (is_own or not is_timed):
            return f"{column.name} bears the scheme {scheme}; {of(column.distinct, column.n, 'are distinct')}"
    return None


def list_sections(columns: Columns, time: Section | None, findings: Findings) -> Section:
    """The sections time, entity, identifier and record of a list, but for the attributes of `record`."""
    found = identifier_columns(columns)
    findings.used.clear()
    assumed = "person" if _named(columns, _PERSONS) else next((_SCHEMES[scheme][2] for scheme in found), "equipment")
    entity: Section = {"kind": findings.ask("entity.kind", "What is a row?", assumed, KINDS)}
    if name := _name(columns):
        entity["name"] = name
        findings.guess("entity.name", name, Sureness.LIKELY, "by the names of columns")
    since = [name for name in (time or {}).get("columns", ()) if columns[name].has_word(*_SINCE)]
    kept = time if since else None
    _take_back(findings, ("place.",) if kept else ("place.", "time."))
    identifiers = [_identifier(scheme, column, columns, findings) for scheme, column in found.items()]
    findings.used |= {name for name in columns if f"{{{name}}}" in entity.get("name", "")}
    findings.used |= {*(kept or {}).get("columns", ()), *(kept or {}).get("until_columns", ())}
    record = {"key": _key(columns, identifiers, findings)}
    return {"time": kept, "entity": entity, "identifier": identifiers, "record": record}


def _take_back(findings: Findings, keys: tuple[str, ...]) -> None:
    """What was guessed and asked of sections that the mapping does not have."""
    findings.guesses[:] = [guess for guess in findings.guesses if not guess.key.startswith(keys)]
    findings.questions[:] = [question for question in findings.questions if not question.key.startswith(keys)]


def _identifier(scheme: str, column: Profile, columns: Columns, findings: Findings) -> Section:
    findings.used.add(column.name)
    looks = of(round(column.share(_SCHEMES[scheme][1]) * column.n), column.n, "look like it")
    findings.guess(f"identifier.{scheme}", column.name, Sureness.LIKELY, f"by its name; {looks}")
    section: Section = {"scheme": scheme, "column": column.name}
    if scheme in NEEDS_AREA:
        section |= _area(scheme, columns, findings)
    if scheme == "phone" and column.share(r"^\+") < 0.5:
        text = "Telephone numbers stand without their country: which calling code is theirs, such as 1?"
        code = findings.ask("identifier.phone.calling_code", text, "none")
        section |= {"calling_code": code.lstrip("+")} if code != "none" else {}
    return section


def _area(scheme: str, columns: Columns, findings: Findings) -> Section:
    """Of which state, country or bank a number is: a column, or what is answered."""
    key = f"identifier.{scheme}.area"
    column = _named(columns, _AREAS[scheme])
    if column is None or key in findings.answers:
        text = f"Of which state, country or bank is each {scheme}? Without it none joins another record"
        said = findings.ask(key, text, "none")
        return {"area": said} if said != "none" else {}
    findings.used.add(column.name)
    area = f"{{{column.name}}}"
    section = (_states(column) if scheme == "plate" else {}) or {"area": area}
    findings.guess(key, section["area"], Sureness.LIKELY, f"{column.name} stands beside it")
    return section


def _states(column: Profile) -> Section:
    """The area of plates where most are of states, by their two letters; others keep their own writing."""
    from watchfloor.data.gazetteer import entries  # noqa: PLC0415 - only a table of plates needs it

    known = [entry.code for entry in entries() if entry.kind == "state"]
    is_state = ("US-" + column.values.str.to_uppercase()).is_in(known)
    if int(is_state.sum()) < _LEAST_SHARE_OF_STATES * column.n:
        return {}
    others = [text for text in column.values.filter(~is_state).unique().sort().head(_MOST_OTHERS) if len(text) <= 60]
    words = {f"US-{other}": other for other in others}
    return {"area": f"US-{{{column.name}}}"} | ({"area_words": words} if words else {})


def _name(columns: Columns) -> str | None:
    joint = [column.name for words in _JOINT_NAMES if (column := _named(columns, words))]
    whole = _named(columns, _NAMES)
    if len(joint) > 1 or (joint and whole is None):
        return " ".join(f"{{{name}}}" for name in joint)
    return f"{{{whole.name}}}" if whole else None


def _key(columns: Columns, identifiers: Sequence[Section], findings: Findings) -> list[str]:
    """What identifies a row: as answered, a number of its own, an identifier that all have, else all of them."""
    # a plate is one within its state alone
    parts = {one["column"]: [one["column"], *_BRACES.findall(one.get("area", ""))] for one in identifiers}
    said = [name for name in findings.answers.get("record.key", "").split(" + ") if name in columns]
    own = [c for c in columns.values() if set(c.folded.split()) & set(IDS) and c.name not in parts]
    alone = next((c for c in (*own, *(columns[name] for name in parts)) if c.n and c.distinct == c.height), None)
    every = [*dict.fromkeys(name for part in parts.values() for name in part)] or [*columns][:1]
    key = said or (parts.get(alone.name, [alone.name]) if alone else every)
    findings.used |= set(key)
    sureness = Sureness.CERTAIN if said else Sureness.LIKELY if alone else Sureness.UNSURE
    evidence = "as answered" if said else "distinct in every row" if alone else "no column alone identifies a row"
    findings.guess("record.key", " + ".join(key), sureness, evidence)
    return key


def _named(columns: Columns, words: Iterable[str]) -> Profile | None:
    """The first column with a name that has these words, in the order of the words."""
    for word in words:
        for column in columns.values():
            if column.n and f" {word} " in f" {column.folded} ":
                return column
    return None
