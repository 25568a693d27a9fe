"""What `watchfloor ingest` shows: a bar while it works, then a table, or one JSON object."""

import time
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

from watchfloor.app.commands.terminal import console, plain, put
from watchfloor.data.ingest.report import COUNTS, FileReport, RunReport, Step

if TYPE_CHECKING:
    from watchfloor.data.ingest.format import Format

SHOWN_REJECTS = 5


class Bar:
    """Rows, rows per second and remaining time of each file; silent where nobody looks."""

    def __init__(self, console: Console, *, is_quiet: bool) -> None:
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TextColumn("{task.fields[rows]}"),
            TimeRemainingColumn(),
            console=console,
            disable=is_quiet or not console.is_terminal,
            transient=True,
        )
        self._tasks: dict[str, tuple[TaskID, float]] = {}

    def __call__(self, step: Step) -> None:
        """Show how far the run is."""
        if step.is_publishing:
            self._progress.add_task("publishing", total=None, rows=f"{step.rows:,} rows")
            return
        if step.file not in self._tasks:
            task = self._progress.add_task(escape(plain(step.file)), total=1.0, rows="")
            self._tasks[step.file] = task, time.monotonic()
        task, began = self._tasks[step.file]
        pace = step.rows / max(time.monotonic() - began, 1e-3)
        self._progress.update(task, completed=step.share or 0.0, rows=f"{step.rows:,} rows, {pace:,.0f} rows/s")

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._progress.stop()


def as_object(report: RunReport) -> dict[str, Any]:
    """The report for a script."""
    return {
        "run": report.run,
        **report.totals(),
        "published": report.is_published,
        "seconds": round(report.seconds, 3),
        "files": [{"name": file.name, **file.counts(), "notes": dict(file.notes)} for file in report.files],
    }


def show(report: RunReport, form: "Format") -> None:
    """The report for a person."""
    table = Table("File", *(name.capitalize() for name in COUNTS), title=f"Run {report.run}: {escape(form.title)}")
    table.columns[0].overflow = "fold"
    for column in table.columns[1:]:
        column.justify = "right"
    for file in report.files:
        table.add_row(escape(plain(file.name)), *(f"{n:,}" for n in file.counts().values()))
    if len(report.files) > 1:
        table.add_section()
        table.add_row("all files", *(f"{n:,}" for n in report.totals().values()))
    out = console()
    out.file = typer.get_text_stream("stdout")
    out.print(table)
    for file in report.files:
        _put_details(file)
    rows = report.totals()["read"]
    put(f"{rows:,} rows in {report.seconds:.1f} s, {rows / max(report.seconds, 1e-3):,.0f} rows/s.")
    if not report.is_published:
        put("Nothing was loaded: rows would have been kept aside and the run was strict.")


def _put_details(file: FileReport) -> None:
    for note, rows in sorted(file.notes.items()):
        put(f"  {rows:>9,}  {plain(note)}")
    for reject in file.rejects[:SHOWN_REJECTS]:
        put(
            f"  {plain(file.name)}, line {reject.line}, {plain(reject.column)} "
            f"{plain(reject.value)[:80]!r}: {reject.reason}"
        )
    if file.quarantined > SHOWN_REJECTS:
        put(f"  … and {file.quarantined - SHOWN_REJECTS:,} more rows kept aside")
