"""A draft that begins with a kept mapping, or with a guess, and takes what a person corrects."""

import tomllib
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl
from pydantic import ValidationError

from watchfloor.data.ingest.catalogue import FORMATS
from watchfloor.data.ingest.format import RECORDS, Options
from watchfloor.data.ingest.frames import Batch
from watchfloor.data.ingest.mapping import Mapping as Map
from watchfloor.data.ingest.mapping_text import MappingText
from watchfloor.data.ingest.opened import open_file
from watchfloor.data.ingest.suggest import Draft, suggest
from watchfloor.data.ingest.suggest_findings import Guess, Question, Section, Sureness
from watchfloor.data.ingest.suggest_sample import Sample
from watchfloor.data.ingest.table_header import sample_table
from watchfloor.geo.errors import BadFile
from watchfloor.geo.substances import BY_ID

JOIN = " + "
NONE = "-"
# corrections of a guess that are written into the mapping as they stand: the guess itself would not ask for them
DIRECT = frozenset({"time.format", "time.precision"})
MOST_WORDS = 12
_LISTS = frozenset(
    {"columns", "until_columns", "other_formats", "key", "end", "merged", "encodings", "gazetteer", "fixed", "yes"}
)
# one way to say where; the other gives way
_INSTEAD = {
    "place.point": ("lon", "lat", "gazetteer"),
    "place.lon": ("point", "order", "gazetteer"),
    "place.lat": ("point", "order", "gazetteer"),
}


@dataclass(frozen=True, slots=True)
class Begun:
    """A draft and its text; the text of a kept mapping that nobody has changed is the very same text."""

    draft: Draft
    toml: str


def begin_draft(path: Path, form: str, answers: Mapping[str, str], kept: MappingText | None = None) -> Begun:
    """The draft of a csv, xlsx or ods: from a kept mapping if one is given, else guessed; with what was answered.

    Raises BadFile if no table is found, or if the answers make no mapping.
    """
    if kept is not None:
        drafted = changed(tomllib.loads(kept.toml), answers)
        begun = _read(path, form, drafted, guesses=_as_kept(drafted, kept, answers))
        return Begun(begun, begun.toml if answers else kept.toml)
    direct = {key: value for key, value in answers.items() if key in DIRECT}
    guessed = suggest(path, form, {key: value for key, value in answers.items() if key not in DIRECT})
    if not direct:
        return Begun(guessed, guessed.toml)
    drafted = changed(guessed.mapping, direct)
    said = tuple(Guess(key, value, Sureness.CERTAIN, "as answered") for key, value in direct.items())
    guesses = (*(guess for guess in guessed.guesses if guess.key not in direct), *said)
    again = _read(path, form, drafted, guesses=guesses, questions=guessed.questions, sample=guessed.sample)
    return Begun(again, again.toml)


def amounts_of(path: Path, form: str, draft: Draft, rows: int) -> dict[str, str]:
    """What was seized, or what a thing bears, by the key of the record, of the first rows of a draft."""
    if draft.mapping["target"] not in ("seizures", "entities"):
        return {}
    batch, _ = _beginning(path, form, Map.model_validate(draft.mapping).in_table())
    if draft.mapping["target"] == "entities":
        return _borne(batch, draft.records["key"].head(rows).to_list())
    items = batch.frames["seizure_items"].filter(pl.col("event_key").is_in(draft.records["key"].head(rows).to_list()))
    said: dict[str, list[str]] = {}
    for item in items.iter_rows(named=True):
        amount = f"{item['amount']:,.10g} {item['unit'] or ''} " if item["amount"] is not None else ""
        said.setdefault(item["event_key"], []).append(f"{amount}{BY_ID[item['substance_id']].name}".strip())
    return {key: ", ".join(texts) for key, texts in said.items()}


def _borne(batch: Batch, keys: list[str]) -> dict[str, str]:
    """The identifiers of some entities, as a person reads them."""
    said: dict[str, list[str]] = {}
    wanted = batch.frames["identifiers"].filter(pl.col("entity_key").is_in(keys))
    for key, scheme, value in wanted.select("entity_key", "scheme", "value").iter_rows():
        said.setdefault(key, []).append(f"{scheme} {value}")
    return {key: ", ".join(texts) for key, texts in said.items()}


def changed(mapping: Mapping[str, Any], answers: Mapping[str, str]) -> Section:
    """The mapping with the keys that are answered, such as time.columns = `Day + Clock`; `-` takes a key away."""
    made: Section = {key: dict(value) if isinstance(value, dict) else value for key, value in mapping.items()}
    for path, value in answers.items():
        section, _, key = path.partition(".")
        if not key:
            made[section] = value
            continue
        for other in _INSTEAD.get(path, ()) if value != NONE else ():
            made.get(section, {}).pop(other, None)
        _put(made, section, key, value)
    return {key: value for key, value in made.items() if value not in ({}, [])}


def _put(made: Section, section: str, key: str, value: str) -> None:
    inner = made.setdefault(section, {})
    if not isinstance(inner, dict):
        raise BadFile(f"{section}.{key}: the mapping has several {section}: correct its file")
    table, _, word = key.partition(".")
    if word:
        inner[table] = {**inner.get(table, {}), word: value}
    elif value == NONE:
        inner.pop(key, None)
    else:
        inner[key] = [part.strip() for part in value.split(JOIN)] if key in _LISTS else value


def _read(
    path: Path,
    form: str,
    drafted: Section,
    *,
    guesses: tuple[Guess, ...],
    questions: tuple[Question, ...] = (),
    sample: Sample | None = None,
) -> Draft:
    try:
        mapping = Map.model_validate(drafted).in_table()
    except ValidationError as error:
        said = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise BadFile(f"{path.name}: the answers make no mapping: {said}") from error
    taken = sample or sample_table(path, form, mapping.table.sheet)
    batch, is_whole = _beginning(path, form, mapping)
    records = next((frame for name, frame in batch.frames.items() if name in RECORDS), pl.DataFrame())
    notes = {note: n for note, n in batch.notes.items() if n}
    words = _unknown_words(mapping, batch.rejects)
    looked = replace(taken, is_whole=is_whole)
    return Draft(drafted, guesses, (*questions, *words), looked, records, batch.read, batch.rejects, notes)


def _beginning(path: Path, form: str, mapping: Map) -> tuple[Batch, bool]:
    """The first batch of a file as it would be loaded, and whether that is all of it."""
    read = FORMATS[form].read(open_file(path), Options({"map": mapping}))
    with closing(batch for batch in read) as batches:
        first = next(batches, None)
        if first is None:
            raise BadFile(f"{path.name}: has a header and no rows under it")
        return first, next(batches, None) is None


def _as_kept(drafted: Section, kept: MappingText, answers: Mapping[str, str]) -> tuple[Guess, ...]:
    """Every key as something that is known, with where it is known from."""
    keys: dict[str, object] = {}
    for section, inner in drafted.items():
        own = {f"{section}.{key}": value for key, value in inner.items()} if isinstance(inner, dict) else None
        keys |= own or {section: inner}
    origin = f"as kept in {kept.name}"
    return tuple(
        Guess(key, _shown(value), Sureness.CERTAIN, "as answered" if key in answers else origin)
        for key, value in keys.items()
    )


def _shown(value: object) -> str:
    return JOIN.join(map(str, value)) if isinstance(value, list) else str(value)


def _unknown_words(mapping: Map, rejects: pl.DataFrame) -> tuple[Question, ...]:
    """Words of this file that the mapping does not know, for a person to say what they are."""
    column = mapping.substances.column if mapping.substances else None
    if column is None:
        return ()
    unknown = rejects.filter(pl.col("column") == column, pl.col("reason").str.starts_with("is no substance"))
    counted = unknown.group_by("value").len().sort("len", "value", descending=[True, False]).head(MOST_WORDS)
    return tuple(
        Question(f"substances.words.{word}", f"Which substance is {word[:80]!r} ({n:,} rows)?", "kept aside")
        for word, n in counted.iter_rows()
        if word.strip()
    )
