"""A draft of the mapping of a table that nobody has seen before: guessed, with evidence; asked, where it must be."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl
from pydantic import ValidationError

from watchfloor.data.ingest.csv_map import with_dates_of_cells
from watchfloor.data.ingest.csv_rows import Rows
from watchfloor.data.ingest.format import RECORDS
from watchfloor.data.ingest.frames import REJECTS
from watchfloor.data.ingest.mapped_records import Reader
from watchfloor.data.ingest.mapping import Mapping as Map
from watchfloor.data.ingest.opened import open_file
from watchfloor.data.ingest.suggest_blanks import ask_zeros, find_unset
from watchfloor.data.ingest.suggest_entities import list_sections
from watchfloor.data.ingest.suggest_findings import Findings, Guess, Profile, Question, Section, folded, profiles_of
from watchfloor.data.ingest.suggest_numbers import is_numeric
from watchfloor.data.ingest.suggest_places import find_place
from watchfloor.data.ingest.suggest_sample import Sample, sample_text
from watchfloor.data.ingest.suggest_sheets import sample_sheet
from watchfloor.data.ingest.suggest_substances import find_quantity, find_substances, find_wide
from watchfloor.data.ingest.suggest_table import cleaned, lay_out
from watchfloor.data.ingest.suggest_targets import Seen, attributes_of, find_key, find_target, value_section
from watchfloor.data.ingest.suggest_times import find_time, settled
from watchfloor.data.ingest.suggest_toml import toml_of
from watchfloor.data.ingest.suggest_turned import turned_substances
from watchfloor.geo.errors import BadFile

SHOWN = 10
# cells of turned columns that are read for the draft
_MOST_TURNED = 60_000
_COARSE = ("week", "month", "quarter", "year")
_SINGLE = ("seizures", "overdoses", "events")
_CRAFT_WORDS = {
    "name": ("vessel name", "name", "callsign"),
    "speed": ("sog", "speed", "velocity"),
    "course": ("cog", "course", "track"),
    "heading": ("heading",),
    "altitude": ("altitude", "alt"),
}
_PRECISIONS = ("exact", "street", "town", "county", "state", "country")


@dataclass(frozen=True, slots=True)
class Draft:
    """A mapping as it was drafted, what is said of it, and what the sample's rows become by it.

    records: the first frame of records, lon and lat in EPSG:4326. rejects: rows of the sample that would be kept aside.
    """

    mapping: Section
    guesses: tuple[Guess, ...]
    questions: tuple[Question, ...]
    sample: Sample
    records: pl.DataFrame
    read: int
    rejects: pl.DataFrame
    notes: Mapping[str, int]

    @property
    def toml(self) -> str:
        """The mapping as the text of its file."""
        return toml_of(self.mapping)


def suggest(path: Path, form: str = "csv", answers: Mapping[str, str] | None = None) -> Draft:
    """The draft for a file of the format csv, xlsx or ods.

    answers: by the keys of questions and guesses, as a person has corrected them.
    Raises BadFile if no table is found, or if an answer fits no mapping.
    """
    opened = open_file(path)
    sheet = (answers or {}).get("table.sheet")
    sample = sample_text(opened) if form == "csv" else sample_sheet(opened, form, sheet)
    findings = Findings(dict(answers or {}))
    if not sample.frame.height:
        raise BadFile(f"{sample.name}: has a header and no rows under it")
    table, sample = lay_out(sample, findings)
    drafted = _drafted(sample, table, findings)
    try:
        mapping = Map.model_validate(drafted).in_table()
    except ValidationError as error:
        said = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise BadFile(f"{opened.name}: the answers make no mapping: {said}") from error
    return _shown(drafted, mapping if form == "csv" else with_dates_of_cells(mapping), sample, findings)


def _drafted(sample: Sample, table: Section, findings: Findings) -> Section:
    looked = cleaned(sample.frame, table)
    columns = profiles_of(looked)
    time = find_time(columns, findings)
    turned = table.get("turned")
    is_coarse = time is not None and time["precision"] in _COARSE
    wide = None if turned else find_wide(columns, findings, is_coarse=is_coarse)
    if wide and wide.are_counts:
        names = [section["column"] for section in wide.sections]
        turned = table["turned"] = turned_substances(columns, names)
        wide, looked = None, cleaned(sample.frame, table)
        columns = profiles_of(looked)
    rest = {name: column for name, column in columns.items() if name not in findings.used}
    place = find_place(rest, table.get("decimal", "."), findings)
    substances = None if wide else find_substances(columns, findings)
    quantity = None if wide or turned else find_quantity(columns, findings)
    seen = Seen(columns, time, place, substances, quantity, wide, turned["values"] if turned else None)
    target = find_target(seen, sample.name, findings)
    source = _source(sample.name, findings)
    sections = _sections(seen, replace(sample, frame=looked), target, findings)
    _blank_zeros(table, sections, columns, target, findings)
    if "craft" in sections:
        table["blank"] = table.get("blank", {}) | find_unset(sections["craft"], columns, findings)
    whole = {"target": target, "source": source, "table": table, **sections}
    return {key: value for key, value in whole.items() if value not in (None, {}, [])}


def _blank_zeros(
    table: Section, sections: Section, columns: dict[str, Profile], target: str, findings: Findings
) -> None:
    """Zeros of amounts and counts, as far as they mean nothing, into `table.blank`."""
    said = [(sections.get("quantity") or {}).get("column"), (sections.get("value") or {}).get("column")]
    for name in said:
        if name in columns and is_numeric(columns[name]):
            zeros = ask_zeros(columns[name], is_amount=target == "seizures", findings=findings)
            if zeros:
                blank = table.setdefault("blank", {})
                blank[name] = [*blank.get(name, []), *zeros]


def _sections(seen: Seen, sample: Sample, target: str, findings: Findings) -> Section:
    frame, name = sample.frame, sample.name
    if target == "entities":
        return _list_of_things(seen, findings)
    time = settled(seen.time, is_single=target in _SINGLE) if seen.time else None
    if target != "places" and seen.time is None:
        raise BadFile("no column says when: name it (time.columns), or say that the rows are places (target)")
    if target == "fixes":
        return {"time": time, "place": _bare(seen.place), "craft": _craft(seen, findings)}
    if target == "reported":
        value, wide = value_section(seen, name, findings)
        counted = seen.quantity if seen.substances else None
        return {"time": time, "substances": seen.substances, "quantity": counted, "value": value, "wide": wide}
    record = find_key(seen, frame, target, findings)
    if target == "places":
        return _named_places(seen, record, findings)
    sections: Section = {"time": time, "substances": seen.substances if target != "events" else None}
    if seen.place:
        sections["place"] = seen.place | _precision(seen, frame, findings)
    if target == "seizures":
        sections["quantity"] = seen.quantity if seen.substances else None
        sections["wide"] = seen.wide.sections if seen.wide and seen.wide.are_amounts else None
    if target == "overdoses":
        sections["wide"] = seen.wide.sections if seen.wide and not seen.wide.are_amounts else None
        said = findings.ask("record.is_fatal", "Did the persons die?", "yes", ("yes", "no"))
        record["is_fatal"] = said == "yes"
    else:
        record["attributes"] = attributes_of(seen, findings)
    if target == "events":
        record["kind"] = findings.ask("record.kind", "What kind of event is a row, in one word?", "event")
    return {"record": {key: value for key, value in record.items() if value != {}}, **sections}


def _list_of_things(seen: Seen, findings: Findings) -> Section:
    sections = list_sections(seen.columns, settled(seen.time, is_single=False) if seen.time else None, findings)
    attributes = attributes_of(seen, findings)
    return sections | {"record": sections["record"] | ({"attributes": attributes} if attributes else {})}


def _named_places(seen: Seen, record: Section, findings: Findings) -> Section:
    if not seen.place:
        raise BadFile("no column says where: name place.lat and place.lon, or place.point")
    slug = re.sub(r"[^a-z0-9]+", "-", findings.answers.get("source.code", "own"))[:20].upper()
    words = [c for c in seen.columns.values() if c.n and c.share(r"^\D{2,}") > 0.6]
    named = next(
        (c for word in ("name", "nombre", "port") for c in words if c.has_word(word)), words[0] if words else None
    )
    guessed = (seen.place or {}).get("name") or (named.name if named else record["key"][0])
    name = findings.answers.get("named_place.name", guessed)
    assumed = "port" if "port" in folded(name) else "place"
    kind = findings.ask("named_place.kind", "What kind of place is a row, in one word?", assumed)
    findings.used.add(name)
    code = slug + "".join(f"-{{{column}}}" for column in record["key"])
    record = {key: value for key, value in record.items() if key != "key_repeats"}
    record |= {"attributes": attributes_of(seen, findings)}
    return {
        "named_place": {"kind": kind, "code": code, "name": f"{{{name}}}"},
        "place": _bare(seen.place),
        "record": record,
    }


def _bare(place: Section | None) -> Section | None:
    """A place of a list or of a craft is not called otherwise, nor known to a precision."""
    return {key: value for key, value in (place or {}).items() if key != "name" or "gazetteer" in (place or {})} or None


def _craft(seen: Seen, findings: Findings) -> Section:
    assert seen.craft is not None
    column, kind = seen.craft
    craft: Section = {"kind": kind, "identifier": column.name}
    for key, names in _CRAFT_WORDS.items():
        found = next((c.name for name in names for c in seen.columns.values() if c.n and c.folded == name), None)
        if found and (key != "altitude" or kind == "aircraft"):
            craft[key] = found
    if kind == "aircraft":
        craft["category"] = "aircraft"
    if "speed" in craft:
        craft["speed_unit"] = findings.ask(
            "craft.speed_unit", "In which unit is the speed?", "kn", ("kn", "m/s", "km/h", "mph")
        )
    return craft


def _precision(seen: Seen, frame: pl.DataFrame, findings: Findings) -> Section:
    place = seen.place or {}
    if "precision" in place:
        return {}
    said = [place[key] for key in ("lon", "lat", "point") if key in place]
    rows = frame.select(said).drop_nulls()
    distinct = rows.unique().height
    assumed = "street" if distinct > 0.5 * rows.height else "town"
    text = f"How closely are the places known? {rows.height:,} rows share {distinct:,} points"
    return {"precision": findings.ask("place.precision", text, assumed, _PRECISIONS)}


def _source(name: str, findings: Findings) -> Section:
    stem = re.sub(r"(\.(csv|txt|tsv|gz|xlsx|ods))+$", "", name, flags=re.I)
    slug = re.sub(r"[^a-z0-9]+", "-", folded(stem)).strip("-")[:40] or "table"
    return {
        "code": findings.answers.get("source.code", slug),
        "title": findings.ask("source.title", "What is the table called?", stem[:200] or "Table"),
        "publisher": findings.ask("source.publisher", "Who publishes it?", "not stated"),
        "licence": findings.ask("source.licence", "Under which terms may it be used?", "not stated"),
    }


def _shown(drafted: Section, mapping: Map, sample: Sample, findings: Findings) -> Draft:
    turned = mapping.table.turned
    frame = sample.frame.head(max(1, _MOST_TURNED // len(turned.columns))) if turned else sample.frame
    batch = Reader(mapping, sample.name).batch(Rows(frame, pl.DataFrame(schema=REJECTS)))
    records = next((frame for name, frame in batch.frames.items() if name in RECORDS), pl.DataFrame())
    notes = {note: n for note, n in batch.notes.items() if n}
    return Draft(
        drafted, tuple(findings.guesses), tuple(findings.questions), sample, records, batch.read, batch.rejects, notes
    )
