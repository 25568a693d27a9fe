"""One pipeline for all formats: open, read, stage, publish in one transaction, report.

A run writes its own row first, so that a failure leaves a trace and nothing else. Rows of one run
become visible together, with their roll-ups and versions, or not at all.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import structlog
from psycopg.types.json import Jsonb

from watchfloor.data.address import Address, Role
from watchfloor.data.ingest.derive import derive
from watchfloor.data.ingest.format import Format, Options
from watchfloor.data.ingest.frames import Batch
from watchfloor.data.ingest.opened import Opened, open_file
from watchfloor.data.ingest.publish import Counted, Ticket, prepare, publish_facts
from watchfloor.data.ingest.publish_tables import publish_tables
from watchfloor.data.ingest.staging import REJECTED, Staging
from watchfloor.data.registry import LabelSpec, intern_label
from watchfloor.geo.errors import WatchfloorError

log = structlog.get_logger(__name__)
# rows whose count is the record's: the rest (items, identifiers, crafts) belong to one of them
COUNTED = ("events", "overdoses", "reported", "places", "fixes", "entities", "links", "cases", "operations")

Progress = Callable[[str, int], None]


@dataclass(slots=True)
class FileReport:
    """What became of the rows of one file: read = loaded + unchanged + superseded + quarantined."""

    name: str
    opened: Opened | None = None
    read: int = 0
    loaded: int = 0
    unchanged: int = 0
    superseded: int = 0
    quarantined: int = 0
    notes: Counter[str] = field(default_factory=Counter)

    def counts(self) -> dict[str, int]:
        """The five counts by name."""
        return {k: getattr(self, k) for k in ("read", "loaded", "unchanged", "superseded", "quarantined")}


@dataclass(frozen=True, slots=True)
class RunReport:
    """What a run did, in total and per file."""

    run: int
    seconds: float
    files: tuple[FileReport, ...]

    def totals(self) -> dict[str, int]:
        """The five counts over all files."""
        return {k: sum(f.counts()[k] for f in self.files) for k in FileReport("").counts()}


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be loaded, under which label, by whom."""

    format: Format
    label: LabelSpec
    started_by: str
    options: Options = field(default_factory=Options)


def ingest(address: Address, order: Order, paths: Sequence[Path], progress: Progress | None = None) -> RunReport:
    """Load files in one run.

    Raises BadFile if one of them is not what it claims to be: then nothing of the run is loaded.
    """
    return run_inputs(address, order, [_Input.of(path, order) for path in paths], progress)


def ingest_batches(
    address: Address, order: Order, name: str, batches: Iterator[Batch], progress: Progress | None = None
) -> RunReport:
    """Load batches that no file holds, such as the exercise world, in one run."""
    return run_inputs(address, order, [_Input(name, None, lambda _opened: batches)], progress)


@dataclass(frozen=True, slots=True)
class _Input:
    name: str
    path: Path | None
    read: Callable[[Opened | None], Iterator[Batch]]

    @classmethod
    def of(cls, path: Path, order: Order) -> "_Input":
        def read(opened: Opened | None) -> Iterator[Batch]:
            assert opened is not None
            return order.format.read(opened, order.options)

        return cls(path.name, path, read)


def run_inputs(address: Address, order: Order, inputs: Sequence[_Input], progress: Progress | None) -> RunReport:
    """Stage every input, then publish them in order in one transaction."""
    started = time.monotonic()
    with _connection(address) as connection:
        run, label = _start(connection, order)
        staging, reports = Staging(connection), []
        try:
            for number, one in enumerate(inputs):
                opened = open_file(one.path) if one.path else None
                report = FileReport(opened.name if opened else one.name, opened)
                reports.append(report)
                _stage(staging, one.read(opened), report, number, progress)
            ticket = _ticket(order, run, label)
            with connection.transaction():
                _publish(connection, order, staging, ticket, reports)
        except (WatchfloorError, psycopg.Error, OSError) as error:
            _fail(connection, run, error)
            raise
    log.info("run published", run=run, format=order.format.name, **RunReport(run, 0, tuple(reports)).totals())
    return RunReport(run, time.monotonic() - started, tuple(reports))


def _stage(
    staging: Staging, batches: Iterator[Batch], report: FileReport, number: int, progress: Progress | None
) -> None:
    for batch in batches:
        staging.add(batch, number)
        report.read += batch.read
        report.quarantined += batch.rejects.height
        report.notes.update(batch.notes)
        if progress:
            progress(report.name, report.read)


def _publish(
    connection: psycopg.Connection, order: Order, staging: Staging, ticket: Ticket, reports: Sequence[FileReport]
) -> None:
    # one publication at a time: two runs of the same file must not both find a record missing
    connection.execute("SELECT pg_advisory_xact_lock(hashtext('watchfloor.publish'))")
    staging.ready()
    source = _source(connection, order)
    prepare(connection, staging, ticket)
    for number, report in enumerate(reports):
        counted = publish_tables(connection, staging, ticket, source, file=number, name=report.name)
        counted |= publish_facts(connection, staging, ticket, number, report.name)
        _count(report, counted)
        derive(connection, staging, ticket, file=number)
        _keep_rejects(connection, staging, ticket, number, report)
    _finish(connection, ticket, source, reports)


def _count(report: FileReport, counted: dict[str, Counted]) -> None:
    total = sum((c for name, c in counted.items() if name in COUNTED), Counted())
    report.loaded += total.loaded
    report.superseded += total.superseded
    report.unchanged += total.unchanged
    report.quarantined += total.quarantined


def _keep_rejects(
    connection: psycopg.Connection, staging: Staging, ticket: Ticket, number: int, report: FileReport
) -> None:
    connection.execute(
        "INSERT INTO watchfloor.run_file (run_id, ordinal, name, sha256, bytes, counts, label_id) "
        "VALUES (%s, %s, %s, %s, %s, %s, %s)",
        [
            ticket.run,
            number,
            report.name,
            report.opened.sha256 if report.opened else b"",
            report.opened.size if report.opened else 0,
            Jsonb(report.counts()),
            ticket.label,
        ],
    )
    if REJECTED in staging.made:
        connection.execute(
            'INSERT INTO watchfloor.quarantine (run_id, file, line, "column", value, reason, label_id) '
            'SELECT %s, %s, line, "column", value, reason, %s FROM pg_temp.stage_rejected WHERE file = %s',
            [ticket.run, report.name, ticket.label, number],
        )


@contextmanager
def _connection(address: Address) -> Iterator[psycopg.Connection]:
    with psycopg.connect(address.conninfo(Role.INTAKE), autocommit=True) as connection:
        connection.execute("SET search_path = watchfloor, public")
        yield connection


def _start(connection: psycopg.Connection, order: Order) -> tuple[int, int]:
    label = intern_label(connection, order.label)
    row = connection.execute(
        "INSERT INTO watchfloor.run (format, started_by, label_id, options) VALUES (%s, %s, %s, %s) RETURNING id",
        [order.format.name, order.started_by, label, Jsonb({k: str(v) for k, v in order.options.values.items()})],
    ).fetchone()
    assert row is not None
    # held as long as this run lives: whoever can take it knows that the run is dead
    connection.execute("SELECT pg_advisory_lock(hashtext('watchfloor.run'), %s)", [row[0]])
    return int(row[0]), label


def _ticket(order: Order, run: int, label: int) -> Ticket:
    source = order.format.source
    return Ticket(run, label, f"{source.code}/{label}", int(source.reliability), int(source.validity))


def _source(connection: psycopg.Connection, order: Order) -> int:
    source = order.format.source
    row = connection.execute(
        "INSERT INTO watchfloor.source (code, title, publisher, licence) VALUES (%s, %s, %s, %s) "
        "ON CONFLICT (code) DO UPDATE SET title = excluded.title, publisher = excluded.publisher, "
        "licence = excluded.licence RETURNING id",
        [source.code, source.title, source.publisher, source.licence],
    ).fetchone()
    assert row is not None
    return int(row[0])


def _finish(connection: psycopg.Connection, ticket: Ticket, source: int, reports: Sequence[FileReport]) -> None:
    totals = RunReport(ticket.run, 0, tuple(reports)).totals()
    notes = sum((r.notes for r in reports), Counter[str]())
    connection.execute(
        "UPDATE watchfloor.run SET status = 'published', finished_at = clock_timestamp(), source_id = %(source)s, "
        '"read" = %(read)s, loaded = %(loaded)s, unchanged = %(unchanged)s, superseded = %(superseded)s, '
        "quarantined = %(quarantined)s, notes = %(notes)s WHERE id = %(run)s",
        {"run": ticket.run, "source": source, "notes": Jsonb(dict(notes)), **totals},
    )


def _fail(connection: psycopg.Connection, run: int, error: Exception) -> None:
    log.warning("run failed", run=run, error=type(error).__name__)
    if not connection.closed:
        connection.execute(
            "UPDATE watchfloor.run SET status = 'failed', finished_at = clock_timestamp(), error = %s WHERE id = %s",
            [str(error)[:2000] if isinstance(error, WatchfloorError) else type(error).__name__, run],
        )
