"""watchfloor ingest csv FILE --suggest: the draft of a mapping, how sure it is of what, and what it has to ask."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from rich.markup import escape
from rich.table import Table

from watchfloor.app.commands.terminal import console, plain, put, put_json
from watchfloor.geo.errors import BadQuestion

if TYPE_CHECKING:
    import polars as pl

    from watchfloor.data.ingest.suggest import Draft

_TABLES = ("csv", "xlsx", "ods")
_SHOWN_COLUMNS = 9
_LONGEST = 44


def draft_mapping(format_name: str, files: list[Path], *, out: Path | None, answers: list[str], as_json: bool) -> None:
    """Draft the mapping of a file, ask what is open if somebody is there to answer, and write it.

    Raises BadQuestion for another format, several files or an answer without a key; BadFile as the draft does.
    """
    from watchfloor.data.ingest.suggest import suggest  # noqa: PLC0415 - takes a while to import

    if format_name not in _TABLES:
        raise BadQuestion(f"--suggest is for {', '.join(_TABLES)}: other formats know their columns")
    if len(files) != 1:
        raise BadQuestion("--suggest looks at one file")
    known = _answers(answers)
    draft = suggest(files[0], format_name, known)
    if not as_json and sys.stdin.isatty():
        known |= _asked(draft)
        draft = suggest(files[0], format_name, known)
    if out is not None:
        out.write_text(draft.toml, encoding="utf-8")
    if as_json:
        put_json(as_object(draft))
    else:
        _show(draft, format_name, files[0], out)


def as_object(draft: "Draft") -> dict[str, Any]:
    """The draft for a script."""
    return {
        "mapping": draft.mapping,
        "toml": draft.toml,
        "guesses": [
            {"key": g.key, "value": g.value, "sureness": g.sureness.value, "evidence": g.evidence}
            for g in draft.guesses
        ],
        "questions": [
            {"key": q.key, "text": q.text, "assumed": q.assumed, "choices": list(q.choices)} for q in draft.questions
        ],
        "sample": {"read": draft.read, "kept_aside": draft.rejects.height, "is_whole": draft.sample.is_whole},
        "rows": shown_rows(draft),
    }


def shown_rows(draft: "Draft") -> list[dict[str, Any]]:
    """Ten rows of the sample as they would be read."""
    rows = draft.records.select(column for column in draft.records.columns if not column.endswith("_wkb")).head(10)
    return [{key: _text(value) for key, value in row.items()} for row in rows.iter_rows(named=True)]


def _text(value: object) -> Any:
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return value if isinstance(value, list) else str(value)


def _answers(written: list[str]) -> dict[str, str]:
    answers = {}
    for answer in written:
        key, mark, value = answer.partition("=")
        if not mark or not key.strip():
            raise BadQuestion(f"--answer {answer[:60]!r}: write it as KEY=VALUE, with a key of the draft")
        answers[key.strip()] = value.strip()
    return answers


def _asked(draft: "Draft") -> Mapping[str, str]:
    """What the person at the terminal says; Enter takes what is assumed, and is not asked again."""
    said = {}
    for question in draft.questions:
        choices = f" ({', '.join(question.choices)})" if 0 < len(question.choices) <= 8 else ""
        answer = typer.prompt(plain(f"{question.text}{choices}"), default=plain(question.assumed)).strip()
        said[question.key] = question.assumed if answer == plain(question.assumed) else answer
    return said


def _show(draft: "Draft", format_name: str, file: Path, out: Path | None) -> None:
    screen = console()
    screen.file = typer.get_text_stream("stdout")
    table = Table("What", "Drafted as", "How sure", "Why", title=f"Draft for {escape(plain(draft.sample.name))}")
    for guess in draft.guesses:
        table.add_row(*(escape(plain(text)) for text in (guess.key, guess.value, guess.sureness.value, guess.evidence)))
    screen.print(table)
    _put_rows(draft.records, screen)
    kind = "rows" if draft.sample.is_whole else "rows of its beginning, middle and end"
    put(f"Of {draft.read:,} {kind} looked at, {draft.rejects.height:,} would be kept aside.")
    for column, reason, n in _reasons(draft):
        put(f"  {n:>9,}  {plain(column)}: {reason}")
    if draft.questions:
        put("Open: answer with --answer KEY=VALUE, or mend the file.")
        for question in draft.questions:
            put(f"  {plain(question.key)}: {plain(question.text)} Assumed: {plain(question.assumed)}")
    if out is None:
        put("")
        put(plain_lines(draft.toml))
    else:
        put(f"Written: {out}")
        put(f"Next: watchfloor ingest {format_name} {file} --map {out} --label OWNER/TLP")


def plain_lines(text: str) -> str:
    """Text of several lines without what a terminal would obey."""
    return "\n".join(map(plain, text.split("\n")))


def _reasons(draft: "Draft") -> list[tuple[str, str, int]]:
    counted = draft.rejects.group_by("column", "reason").len().sort("len", descending=True).head(10)
    return [(column.removeprefix("file:"), reason, n) for column, reason, n in counted.iter_rows()]


def _put_rows(records: "pl.DataFrame", screen: Any) -> None:
    said = [
        c for c in records.columns if records[c].null_count() < records.height and c not in ("line", "key", "geom_wkb")
    ]
    columns = said[:_SHOWN_COLUMNS]
    if not columns:
        return
    table = Table(*columns, title="Ten rows as they would be read")
    for row in records.select(columns).head(10).iter_rows():
        table.add_row(*(escape(plain(_cell(value))) for value in row))
    screen.print(table)


def _cell(value: object) -> str:
    text = json.dumps(value) if isinstance(value, list | dict) else "" if value is None else str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
