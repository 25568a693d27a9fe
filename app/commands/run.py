"""watchfloor run: what was loaded, from where, with what result; what was kept aside; one run taken back."""

import csv
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table

from watchfloor.app.administration import note_act
from watchfloor.app.commands.private_file import STDOUT, private_file
from watchfloor.app.commands.terminal import AsJson, console, plain, put, put_json, settings_for_command
from watchfloor.app.runtime import open_store
from watchfloor.data.door import Asked
from watchfloor.data.runs import COUNTS, Run, RunFile, find_run, list_runs, rejected_reasons, rejected_table
from watchfloor.geo.errors import BadInput, BadQuestion, Refused

if TYPE_CHECKING:
    import psycopg
    from psycopg.rows import TupleRow

group = typer.Typer(no_args_is_help=True, help="Runs of intake: list, show, report what was kept aside, undo one.")

SHOWN = 30
As = Annotated[
    str, typer.Option("--as", envvar="WATCHFLOOR_AS", help="Account to look as; public sees public runs only.")
]
Number = Annotated[int, typer.Argument(metavar="RUN", help="Number of the run, as `watchfloor run list` lists it.")]


@group.command("list")
def list_(
    limit: Annotated[int, typer.Option(min=1, help="How many, the newest first.")] = SHOWN,
    principal: As = "public",
    as_json: AsJson = False,
) -> None:
    """List the newest runs that the account may see. This look is audited."""
    with _reading(principal, "page", {"page": "runs", "limit": limit}) as connection:
        runs = list_runs(connection, limit)
    if as_json:
        put_json({"runs": [run.as_json() for run in runs]})
        return
    table = Table("Run", "Format", "Status", "Began (UTC)", "Took", "By", *(name.capitalize() for name in COUNTS))
    for run in runs:
        began = f"{run.started_at:%Y-%m-%d %H:%M}"
        counts = (f"{run.counts[name]:,}" for name in COUNTS)
        table.add_row(str(run.id), escape(run.format), _status(run), began, _took(run), escape(run.started_by), *counts)
    out = console()
    out.file = sys.stdout
    out.print(table)


@group.command()
def show(run: Number, principal: As = "public", as_json: AsJson = False) -> None:
    """Show one run: files with their digests, counts, what was mended on the way. This look is audited."""
    with _reading(principal, "record", {"run": run}) as connection:
        found = find_run(connection, run)
    if as_json:
        put_json(found.as_json())
        return
    put(f"run          {found.id}: {_status(found)}")
    put(f"format       {found.format}{f' · {found.source}' if found.source else ''}")
    if found.mapping:
        put(f"mapping      {plain(found.mapping)}")
    put(f"label        {found.label}")
    put(f"loaded by    {found.started_by}")
    put(f"began        {found.started_at:%Y-%m-%d %H:%M:%S} UTC, took {_took(found)}")
    put(f"rows         {', '.join(f'{n:,} {name}' for name, n in found.counts.items())}")
    for name, value in {**found.options, **found.notes}.items():
        put(f"             {plain(name)}: {plain(value)}")
    if found.error:
        put(f"error        {plain(found.error)}")
    for file in found.files:
        put(f"file         {plain(file.name)}  {file.bytes:,} bytes  sha256 {file.sha256 or '-'}")
        if file.rejected:
            put(f"             {file.rejected:,} rows kept aside: `watchfloor run report {run}`")


@group.command()
def report(
    run: Number,
    file: Annotated[str, typer.Option("--file", help="Name of the file, if several have rows kept aside.")] = "",
    out: Annotated[Path, typer.Option("--to", metavar="FILE", help="File to make, or - for stdout.")] = STDOUT,
    principal: As = "public",
) -> None:
    """Write the rows that a run kept aside, as CSV: as they stood in their file, each behind why.

    Mend the rows, leave the first three columns or take them away, and give the file back to `watchfloor ingest`.
    Where rows are not kept as they stood, only line, column, value and reason are written. Audited as an export.
    """
    with _reading(principal, "export", {"run": run, "file": file, "form": "csv"}) as connection:
        chosen = _chosen(find_run(connection, run), file)
        with private_file(out) as stream:
            write_kept_aside(stream, connection, run, chosen)
    console().print(escape(_told(chosen)))


@group.command()
def undo(
    run: Number,
    reason: Annotated[str, typer.Option(help="Why; it is kept with the undo.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    principal: Annotated[
        str | None, typer.Option("--as", envvar="WATCHFLOOR_AS", help="Account with the right `operate`.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Take back exactly one run: the store is then as if it had never been loaded. History is kept."""
    # the derivation's libraries take seconds to import, which the other commands shall not wait for
    from watchfloor.data.ingest.undo import undo_run  # noqa: PLC0415

    if principal is None:
        raise Refused("say who you are: --as NAME (or WATCHFLOOR_AS), an account with the right `operate`")
    if not yes and not (sys.stdin.isatty() and typer.confirm(f"Take back run {run}?", err=True)):
        raise BadInput(f"run {run} was not taken back: answer the question, or give --yes")
    with open_store(settings_for_command()) as store:
        note_act(store, principal, {"act": "undo", "run": run, "reason": reason[:500]})
        undone = undo_run(store.address, run, by=principal, reason=reason[:500])
    if as_json:
        put_json(undone.as_json())
        return
    for line in undone.lines():
        put(line)


@contextmanager
def _reading(principal: str, action: str, question: dict[str, object]) -> "Iterator[psycopg.Connection[TupleRow]]":
    with (
        open_store(settings_for_command()) as store,
        store.signed_in_as(principal) as token,
        store.door.open(token, Asked(action, question)) as (connection, _),
    ):
        yield connection


def _chosen(run: Run, name: str) -> RunFile:
    rejected = [file for file in run.files if file.rejected and name in ("", file.name)]
    if not rejected:
        raise BadQuestion(f"run {run.id} kept no rows aside{f' of {name}' if name else ''}")
    if len({file.name for file in rejected}) > 1:
        said = ", ".join(plain(file.name) for file in rejected)
        raise BadQuestion(f"run {run.id} kept rows of several files aside: say which with --file: {said}")
    return rejected[0]


def _told(file: RunFile) -> str:
    if not file.can_be_mended:
        return f"{file.rejected:,} rows: this file's rows are not kept as they stood, so mend them in the file itself."
    less = file.rejected - file.kept_raw
    said = f"; {less:,} of them are not kept as they stood" if less else ""
    return f"{file.rejected:,} rows as they stood{said}. Mend them and load this file in the same way."


def write_kept_aside(stream: IO[str], connection: "psycopg.Connection[TupleRow]", run: int, file: RunFile) -> None:
    """The rows of a file that a run kept aside, as CSV: as they stood where they are kept so, else why."""
    if file.can_be_mended:
        stream.writelines(rejected_table(connection, run, file))
        return
    # the tables' libraries take long to import, and only an export needs them
    from watchfloor.app.tables import harmless  # noqa: PLC0415

    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["file", "line", "column", "value", "reason", "row"])
    for row in rejected_reasons(connection, run, file):
        writer.writerow([harmless(value) for value in row])


def _status(run: Run) -> str:
    return f"undone by {run.undone_by}" if run.undone_by else run.status


def _took(run: Run) -> str:
    return "-" if run.seconds is None else f"{run.seconds:,.1f} s"


def register(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(group, name="run")
