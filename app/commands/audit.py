"""watchfloor audit: who asked what and when, for an auditor."""

import csv
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import IO, Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from watchfloor.app.commands.moments import FORM, moment
from watchfloor.app.commands.private_file import STDOUT, private_file
from watchfloor.app.commands.terminal import AsJson, console, put, put_json, settings_for_command
from watchfloor.app.runtime import OpenStore, open_store
from watchfloor.data.audit_trail import Entry, Wanted, open_trail
from watchfloor.geo.errors import Refused

group = typer.Typer(no_args_is_help=True, help="The audit: show, export. Reading it is audited too.")

SHOWN = 50


class Form(StrEnum):
    """How the audit is written."""

    CSV = "csv"
    JSONL = "jsonl"


As = Annotated[
    str | None, typer.Option("--as", envvar="WATCHFLOOR_AS", help="Account that reads; needs the right audit.")
]
Principal = Annotated[str | None, typer.Option(help="Only what this account asked.")]
Action = Annotated[str | None, typer.Option(help="Only this action, such as view, record, search, export, admin.")]
Since = Annotated[str | None, typer.Option(help=f"From then on: {FORM}.")]
Until = Annotated[str | None, typer.Option(help=f"Before then: {FORM}.")]


@group.command()
def show(  # noqa: PLR0917 - options are named on the command line
    principal: Principal = None,
    action: Action = None,
    since: Since = None,
    until: Until = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most so many rows, the newest.")] = SHOWN,
    reader: As = None,
    as_json: AsJson = False,
) -> None:
    """Show the newest rows of the audit."""
    wanted = Wanted(principal, action, moment(since, "--since"), moment(until, "--until"), limit)
    with _trail(reader, wanted) as (store, entries):
        rows = [_row(entry) for entry in entries]
    if as_json:
        put_json({"store": store.kind.value, "read_by": reader, "rows": rows})
        return
    table = Table("At (UTC)", "Account", "At the machine", "Action", "Question", title=f"{store.kind} · audit")
    for row in rows:
        cells = (row["at"][:19].replace("T", " "), row["principal"], row["operator"] or "-", row["action"])
        table.add_row(*(escape(cell) for cell in cells), escape(_one_line(row["question"])))
    out = console()
    out.file = sys.stdout
    out.print(table)
    put(
        f"{len(rows)} rows, the newest first." if len(rows) < limit else f"The newest {limit} rows; --limit shows more."
    )


@group.command()
def export(  # noqa: PLR0917 - options are named on the command line
    file: Annotated[Path, typer.Argument(metavar="FILE", help="File to make, or - for stdout.")] = STDOUT,
    form: Annotated[Form, typer.Option("--format", help="How to write it.")] = Form.CSV,
    principal: Principal = None,
    action: Action = None,
    since: Since = None,
    until: Until = None,
    reader: As = None,
) -> None:
    """Write all rows of the audit that are asked for, newest first, each with the marking of its store."""
    wanted = Wanted(principal, action, moment(since, "--since"), moment(until, "--until"))
    with _trail(reader, wanted) as (store, entries), private_file(file) as out:
        marking = f"{store.kind} · audit as read by {reader}"
        rows = ({**_row(entry), "marking": marking} for entry in entries)
        count = _write_csv(out, rows) if form is Form.CSV else _write_lines(out, rows)
    if file != STDOUT:
        put(f"{count:,} rows in {file}.")


def register(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(group, name="audit")


@contextmanager
def _trail(reader: str | None, wanted: Wanted) -> Iterator[tuple[OpenStore, Iterator[Entry]]]:
    if reader is None:
        raise Refused("say who you are: --as NAME (or WATCHFLOOR_AS), an account with the right `audit`")
    with (
        open_store(settings_for_command()) as store,
        store.signed_in_as(reader) as token,
        open_trail(store.address, store.door, token, wanted) as entries,
    ):
        yield store, entries


def _write_csv(out: IO[str], rows: Iterator[dict[str, Any]]) -> int:
    # the tables' libraries take long to import, and only an export needs them
    from watchfloor.app.tables import harmless  # noqa: PLC0415

    columns = (*_COLUMNS, "marking")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    count = 0
    for row in rows:
        flat = {**row, "question": _one_line(row["question"])}
        writer.writerow([harmless(flat[column]) for column in columns])
        count += 1
    return count


def _write_lines(out: IO[str], rows: Iterator[dict[str, Any]]) -> int:
    count = 0
    for row in rows:
        out.write(json.dumps(row, ensure_ascii=False) + "\n")
        count += 1
    return count


_COLUMNS = ("id", "at", "principal", "operator", "channel", "action", "question", "view_id")


def _row(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "at": entry.at.isoformat(),
        "principal": entry.principal,
        "operator": entry.operator,
        "channel": entry.channel,
        "action": entry.action,
        "question": entry.question,
        "view_id": entry.view_id,
    }


def _one_line(question: dict[str, Any]) -> str:
    return json.dumps(question, ensure_ascii=True, sort_keys=True)
