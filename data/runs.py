"""Runs as a reader may see them: what each read, what became of it, and what it kept aside."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import psycopg
from psycopg.rows import TupleRow

from watchfloor.data.statements import statement
from watchfloor.geo.errors import BadQuestion

COUNTS = ("read", "loaded", "unchanged", "superseded", "quarantined")
WHY = ("why kept aside", "column", "line")
BATCH = 2_000
_TOLD = (
    *("id", "format", "source", "label", "status", "started_by", "error", "notes", "options", "undone_by"),
    "mapping",
)

_REJECTS = (
    'SELECT line, "column", value, reason, raw, is_cut FROM watchfloor.quarantine '
    "WHERE run_id = %s AND file = %s ORDER BY line, id"
)


@dataclass(frozen=True, slots=True)
class RunFile:
    """One file of a run; `head` is the text above the first row of its table, None where it is not kept."""

    ordinal: int
    name: str
    sha256: str
    bytes: int
    counts: dict[str, int]
    head: str | None
    delimiter: str
    rejected: int
    kept_raw: int

    @property
    def can_be_mended(self) -> bool:
        """Whether its rejected rows can be written as they stood, under their header."""
        return self.head is not None and self.kept_raw > 0


@dataclass(frozen=True, slots=True)
class Run:
    """One run: who loaded what, when, and what became of the rows."""

    id: int
    format: str
    source: str | None
    label: str
    status: str
    started_by: str
    started_at: datetime
    finished_at: datetime | None
    error: str | None
    counts: dict[str, int]
    notes: dict[str, Any]
    options: dict[str, Any]
    undone_by: int | None
    is_kept: bool
    mapping: str | None
    files: tuple[RunFile, ...] = ()

    @property
    def seconds(self) -> float | None:
        """How long it took; None while it runs."""
        return None if self.finished_at is None else (self.finished_at - self.started_at).total_seconds()

    def as_json(self) -> dict[str, Any]:
        """The run for a script."""
        files = [
            {"name": f.name, "sha256": f.sha256, "bytes": f.bytes, "rejected": f.rejected, **f.counts}
            for f in self.files
        ]
        return {
            **{name: getattr(self, name) for name in _TOLD},
            "started_at": self.started_at.isoformat(),
            "finished_at": self.finished_at and self.finished_at.isoformat(),
            "seconds": self.seconds,
            **self.counts,
            "files": files,
        }


def list_runs(connection: psycopg.Connection[TupleRow], most: int) -> list[Run]:
    """The newest runs that this scope may see."""
    return [_run(row) for row in connection.execute(statement("runs"), {"run": None, "most": most})]


def find_run(connection: psycopg.Connection[TupleRow], run: int) -> Run:
    """One run with its files. Raises BadQuestion if there is none, or none that this scope may see."""
    row = connection.execute(statement("runs"), {"run": run, "most": 1}).fetchone()
    if row is None:
        raise BadQuestion(f"there is no run {run} that this account may see: `watchfloor run list` lists them")
    return _run(row, tuple(_file(found) for found in connection.execute(statement("run_files"), {"run": run})))


def rejected_table(connection: psycopg.Connection[TupleRow], run: int, file: RunFile) -> Iterator[str]:
    """The rejected rows of a file as they stood, under their header, each behind why; mended, it can be loaded.

    A row that was longer than is kept, or is not kept, has only its reason.
    """
    delimiter = file.delimiter
    *above, header = (file.head or "").splitlines()
    blanks = _line(["", "", ""], delimiter)
    yield from (f"{blanks}{delimiter}{line}\n" if line else "\n" for line in above)
    yield f"{_line(WHY, delimiter)}{delimiter}{header}\n"
    seen = -1
    for line, column, _value, reason, raw, is_cut in connection.execute(_REJECTS, [run, file.name]):
        # a row may be kept aside for two reasons, and is to be given back once
        if line == seen and line > 0:
            continue
        seen = line
        said = f"{reason} (cut: it was longer than is kept)" if is_cut else reason
        why = _line([said, column, str(line)], delimiter)
        yield f"{why}{delimiter}{raw}\n" if raw is not None else f"{why}\n"


def rejected_reasons(
    connection: psycopg.Connection[TupleRow], run: int, file: RunFile
) -> Iterator[tuple[str, int, str, str, str, str]]:
    """File, line, column, value, reason and, where it is kept, the row as it stood."""
    for line, column, value, reason, raw, _ in connection.execute(_REJECTS, [run, file.name]):
        yield file.name, line, column, value, reason, raw or ""


def _line(texts: Sequence[str], delimiter: str) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="").writerow([text.replace("\n", " ") for text in texts])
    return out.getvalue()


def _run(row: TupleRow, files: tuple[RunFile, ...] = ()) -> Run:
    names = [field.name for field in fields(Run) if field.name not in ("counts", "files")]
    given = dict(zip(names, (*row[:9], *row[14:19]), strict=True))
    return Run(**given, counts=dict(zip(COUNTS, row[9:14], strict=True)), files=files)


def _file(row: TupleRow) -> RunFile:
    ordinal, name, sha256, size, counts, head, rejected, kept_raw = row
    text, delimiter = (None, ",") if head is None else (head["text"], head["delimiter"])
    return RunFile(ordinal, name, sha256, size, counts, text, delimiter, rejected, kept_raw)
