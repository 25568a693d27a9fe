"""watchfloor ingest csv FILE --suggest: the draft of a mapping, how sure it is of what, and what it has to ask."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

import typer
from rich.markup import escape
from rich.table import Table

from watchfloor.app.commands.terminal import console, plain, plain_lines, put, put_json, settings_for_command
from watchfloor.app.mapping_keeping import looking
from watchfloor.app.runtime import OpenStore, open_store
from watchfloor.data.cluster_files import locate
from watchfloor.data.door import Asked
from watchfloor.geo.errors import BadFile, BadQuestion

if TYPE_CHECKING:
    from watchfloor.data.ingest.mapping_draft import Begun
    from watchfloor.data.ingest.suggest import Draft
    from watchfloor.data.mappings import Kept
    from watchfloor.data.mappings_fit import Fit

_TABLES = ("csv", "xlsx", "ods")
_SHOWN_COLUMNS = 9


@dataclass(frozen=True, slots=True)
class Wish:
    """What --suggest is to do: where to write, what is answered, whether to keep, in whose name."""

    out: Path | None
    answers: list[str]
    save: str | None
    label: str | None
    principal: str | None
    is_anew: bool = False


def draft_mapping(format_name: str, files: list[Path], wish: Wish, *, as_json: bool) -> None:
    """Draft the mapping of a file, ask what is open if somebody is there to answer, write it and keep it.

    Raises BadQuestion for another format, several files or an answer without a key; BadFile as the draft does.
    """
    from watchfloor.data.ingest.mapping_draft import begin_draft  # noqa: PLC0415 - takes a while to import

    if format_name not in _TABLES:
        raise BadQuestion(f"--suggest is for {', '.join(_TABLES)}: other formats know their columns")
    if len(files) != 1:
        raise BadQuestion("--suggest looks at one file")
    known = _answers(wish.answers)
    with _store_if_any(wish) as store:
        kept = None if store is None or wish.is_anew else _nearest(store, wish, format_name, files[0])
        text = kept.text if kept else None
        begun = begin_draft(files[0], format_name, known, text)
        if not as_json and sys.stdin.isatty():
            known |= _asked(begun.draft)
            begun = begin_draft(files[0], format_name, known, text)
        if wish.out is not None:
            wish.out.write_text(begun.toml, encoding="utf-8")
        saved = _keep(store, wish, begun) if store is not None and wish.save else None
    origin = kept.title if kept else None
    if as_json:
        put_json(as_object(begun.draft) | {"toml": begun.toml, "begun_from": origin, "kept": saved and saved.title})
        return
    if origin:
        put(f"Begun from {plain(origin)}, which fits these columns; --anew drafts from nothing.")
    _show(begun, format_name, files[0], wish.out, saved)


def fits_of(store: OpenStore, principal: str | None, format_name: str, file: Path) -> list[str]:
    """Sentences on the kept mappings that fit the columns of a file, the likeliest first; none if it has no header."""
    return [fit.sentence(agency) for fit, agency in _fits(store, principal, format_name, file)]


def _fits(store: OpenStore, principal: str | None, format_name: str, file: Path) -> "list[tuple[Fit, str | None]]":
    from watchfloor.data.ingest.table_header import header_of  # noqa: PLC0415
    from watchfloor.data.mappings_fit import fitting  # noqa: PLC0415

    try:
        columns = header_of(file, format_name)
    except BadFile:
        # what is wrong with the file is said by who reads it
        return []
    with looking(store, principal, Asked("record", {"mappings fitting": file.name[:200]})) as (connection, agency):
        return [(fit, agency) for fit in fitting(connection, columns, agency)]


def _nearest(store: OpenStore, wish: Wish, format_name: str, file: Path) -> "Kept | None":
    fits = _fits(store, wish.principal, format_name, file)
    return next((fit.kept for fit, _ in fits if fit.is_close), None)


@contextmanager
def _store_if_any(wish: Wish) -> Iterator[OpenStore | None]:
    """The store, if there is one on this machine or something is to be kept: a draft alone needs none."""
    from watchfloor.app.settings import load_settings  # noqa: PLC0415 - help texts do not wait for it

    settings = load_settings()
    if wish.save is None and settings.database_url is None and not locate(settings.home).is_created:
        yield None
        return
    with open_store(settings_for_command()) as store:
        yield store


def _keep(store: OpenStore, wish: Wish, begun: "Begun") -> "Kept":
    from watchfloor.app.mapping_keeping import Wanted, keep  # noqa: PLC0415
    from watchfloor.data.ingest.written_label import parse_label  # noqa: PLC0415

    label = parse_label(wish.label) if wish.label else None
    header = tuple(begun.draft.sample.columns)
    return keep(store, wish.principal, Wanted(wish.save or "", begun.toml, label, header)).kept


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


def _show(begun: "Begun", format_name: str, file: Path, out: Path | None, saved: "Kept | None") -> None:
    draft = begun.draft
    screen = console()
    screen.file = typer.get_text_stream("stdout")
    table = Table("What", "Drafted as", "How sure", "Why", title=f"Draft for {escape(plain(draft.sample.name))}")
    for guess in draft.guesses:
        table.add_row(*(escape(plain(text)) for text in (guess.key, guess.value, guess.sureness.value, guess.evidence)))
    screen.print(table)
    _put_rows(draft, format_name, file, screen)
    kind = "rows" if draft.sample.is_whole else "rows of a part of the file"
    put(f"Of {draft.read:,} {kind} looked at, {draft.rejects.height:,} would be kept aside.")
    for column, reason, n in _reasons(draft):
        put(f"  {n:>9,}  {plain(column)}: {reason}")
    if draft.questions:
        put("Open: answer with --answer KEY=VALUE, or mend the file.")
        for question in draft.questions:
            put(f"  {plain(question.key)}: {plain(question.text)} (assumed: {plain(question.assumed)})")
    if out is None and saved is None:
        put("")
        put(plain_lines(begun.toml))
        return
    if out is not None:
        put(f"Written: {out}")
    if saved is not None:
        put(f"Kept: {saved.title}")
    map_ = saved.name if saved else str(out)
    put(f"Next: watchfloor ingest {format_name} {quote(str(file))} --map {quote(map_)} --label OWNER/TLP")


def _reasons(draft: "Draft") -> list[tuple[str, str, int]]:
    counted = draft.rejects.group_by("column", "reason").len().sort("len", descending=True).head(10)
    return [(column.removeprefix("file:"), reason, n) for column, reason, n in counted.iter_rows()]


def _put_rows(draft: "Draft", format_name: str, file: Path, screen: Any) -> None:
    from watchfloor.dashboards.intake import said, table_of  # noqa: PLC0415
    from watchfloor.data.ingest.mapping_draft import amounts_of  # noqa: PLC0415

    amounts = amounts_of(file, format_name, draft, 10)
    titles, rows = table_of(draft.records, amounts, said(draft.mapping, "time.precision"))
    if not rows:
        return
    table = Table(*map(escape, titles[:_SHOWN_COLUMNS]), title="Ten rows as they would be read")
    for row in rows:
        table.add_row(*(escape(plain(cell)) for cell in row[:_SHOWN_COLUMNS]))
    screen.print(table)
