"""One pipeline for all formats: open, read, stage, publish in one transaction, report.

A run writes its own row first, so that a failure leaves a trace and nothing else. Rows of one run
become visible together, with their roll-ups and versions, or not at all.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import cache, partial
from pathlib import Path

import psycopg
import structlog
from psycopg.types.json import Jsonb

from watchfloor.data.address import Address
from watchfloor.data.ingest.database_faults import told_faults
from watchfloor.data.ingest.derive import begin_touched, derive
from watchfloor.data.ingest.fix_days import new_days, publish_days
from watchfloor.data.ingest.format import RECORDS, Format, Options
from watchfloor.data.ingest.frames import Batch
from watchfloor.data.ingest.longest_keys import without_long_keys
from watchfloor.data.ingest.moments import publishing_moment
from watchfloor.data.ingest.older_versions import NOTE, leave_newer
from watchfloor.data.ingest.opened import open_file
from watchfloor.data.ingest.publish import Counted, Ticket, publish_facts
from watchfloor.data.ingest.publish_tables import publish_crafts, publish_tables
from watchfloor.data.ingest.raw_rows import keep_raw_rows
from watchfloor.data.ingest.read_ahead import read_ahead
from watchfloor.data.ingest.ready import prepare
from watchfloor.data.ingest.report import FileReport, Progress, Reject, RunReport, Step
from watchfloor.data.ingest.row_labels import RowLabels
from watchfloor.data.ingest.run_rows import RunRow, intake_connection
from watchfloor.data.ingest.said import keep_facts_said, keep_file_said
from watchfloor.data.ingest.staging import REJECTED, Staging
from watchfloor.data.ingest.statistics import tell_planner
from watchfloor.data.ingest.withdraw import WITHDRAWALS, refuse_older, withdraw
from watchfloor.data.registry import LabelSpec, intern_label
from watchfloor.geo.errors import BadFile

__all__ = ["FileReport", "Order", "Progress", "RunReport", "Step", "ingest", "ingest_batches"]

log = structlog.get_logger(__name__)
REJECTS_SHOWN = 20
# one publication at a time sorts what many questions would: it may have the memory of several. Of staged rows the
# planner needs to know how many and how different they are, which a tenth of the usual sample tells
FOR_PUBLICATION = (
    "SELECT set_config('work_mem', pg_size_bytes(current_setting('work_mem')) / 1024 * 4 || 'kB', true), "
    "set_config('default_statistics_target', '10', true)"
)


class _RowsKeptAsideError(Exception):
    """Undoes the publication of a strict run."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be loaded, under which label, by whom.

    is_strict: load nothing at all if a single row would be kept aside. is_with_routes: whether the run derives the
    routes of what it moves; a source of many small runs may do that once for several of them.
    """

    format: Format
    label: LabelSpec
    started_by: str
    options: Options = field(default_factory=Options)
    is_strict: bool = False
    is_with_routes: bool = True


def ingest(address: Address, order: Order, paths: Sequence[Path], progress: Progress | None = None) -> RunReport:
    """Load files in one run.

    Raises BadFile if one of them is not what it claims to be: then nothing of the run is loaded.
    """

    def inputs(options: Options) -> list[_Input]:
        beside = replace(options, beside=tuple(paths))
        return [_Input.of(path, order.format, beside) for path in paths]

    return _run(address, order, inputs, progress)


def ingest_batches(
    address: Address, order: Order, name: str, batches: Iterator[Batch], progress: Progress | None = None
) -> RunReport:
    """Load batches that no file holds, such as the exercise world, in one run."""
    return _run(address, order, lambda _: [_Input(FileReport(name), lambda: batches)], progress)


@dataclass(frozen=True, slots=True)
class _Input:
    report: FileReport
    read: Callable[[], Iterator[Batch]]

    @classmethod
    def of(cls, path: Path, form: Format, options: Options) -> "_Input":
        opened = open_file(path)
        return cls(FileReport(opened.name, opened), lambda: form.read(opened, options))

    def parts(self) -> Iterator[tuple[Batch, float | None]]:
        """The batches, each with how much of the file was read by then, if that is known."""
        opened = self.report.opened
        # an error leaves the reader where it was: its files are closed now, and not when it is collected
        with closing(batch for batch in self.read()) as batches:
            for batch in map(without_long_keys, batches):
                yield batch, opened.share_read if opened else None


def _run(
    address: Address, order: Order, inputs_of: Callable[[Options], list[_Input]], progress: Progress | None
) -> RunReport:
    """Open every input, stage them all, then publish them in order in one transaction."""
    started = time.monotonic()
    options = {key: str(value) for key, value in order.options.values.items()}
    with intake_connection(address) as connection:
        row = RunRow.begin(
            connection, order.format.name, label=order.label, started_by=order.started_by, options=options,
            mapping=order.options.mapping,
        )  # fmt: skip
        with row, told_faults():
            labels = RowLabels(order.label, cache(partial(_label_number, address)))
            inputs = inputs_of(replace(order.options, labels=labels))
            staging = Staging(connection, namespace(order, row))
            reports = [one.report for one in inputs]
            for number, one in enumerate(inputs):
                _stage(staging, one, number, progress)
            if progress:
                progress(Step("", sum(report.read for report in reports), is_publishing=True))
            is_published = _publish(connection, order, staging, row, reports)
    totals = RunReport(row.run, 0, tuple(reports)).totals()
    if is_published:
        tell_planner(address, staging.made, totals["loaded"] + totals["superseded"], staging.staged_days)
    log.info("run ended", run=row.run, published=is_published, **totals)
    return RunReport(row.run, time.monotonic() - started, tuple(reports), is_published)


def _label_number(address: Address, label: LabelSpec) -> int:
    # readers ask while the run's own connection takes rows
    with intake_connection(address) as connection:
        return intern_label(connection, label)


def namespace(order: Order, row: RunRow) -> str:
    """What keeps keys of sources, and of one source under several labels, apart."""
    return f"{order.format.source.code}/{row.label}"


def _stage(staging: Staging, one: _Input, number: int, progress: Progress | None) -> None:
    report = one.report
    with closing(read_ahead(one.parts)) as parts:
        for batch, share in parts:
            staging.add(batch, number)
            report.read += batch.read
            report.quarantined += batch.rejects.height
            report.notes.update(batch.notes)
            report.is_health |= "overdoses" in batch.frames
            if progress:
                progress(Step(report.name, report.read, share))
    report.notes = +report.notes
    if report.opened:
        report.opened.check_untouched()


def _publish(
    connection: psycopg.Connection, order: Order, staging: Staging, row: RunRow, reports: list[FileReport]
) -> bool:
    try:
        with connection.transaction():
            connection.execute(FOR_PUBLICATION)
            _publish_files(connection, order, staging, row, reports)
            if order.is_strict and any(report.quarantined for report in reports):
                raise _RowsKeptAsideError
    except _RowsKeptAsideError:
        for report in reports:
            report.loaded = report.unchanged = report.superseded = 0
        row.refuse(reports)
        return False
    return True


def _publish_files(
    connection: psycopg.Connection, order: Order, staging: Staging, row: RunRow, reports: list[FileReport]
) -> None:
    # one publication at a time: two runs of the same file must not both find a record missing
    moment = publishing_moment(connection)
    info = order.format.source
    ticket = Ticket(row.run, row.label, namespace(order, row), int(info.reliability), int(info.validity), moment)
    days = new_days(connection, staging)
    staging.ready(days)
    source = source_number(connection, order)
    begin_touched(connection)
    if days:
        publish_crafts(connection, staging, ticket, range(len(reports)))
        publish_days(connection, staging, ticket, days)
    refuse_older(connection, staging, ticket, source)
    older = leave_newer(connection, staging, ticket, order.format.version_by)
    prepare(connection, staging, ticket)
    for number, report in enumerate(reports):
        counted = publish_tables(connection, staging, ticket, source, file=number, name=report.name)
        counted |= publish_facts(connection, staging, ticket, number, report.name)
        counted[WITHDRAWALS] = withdraw(connection, staging, ticket, source, file=number, report=report)
        if older[number]:
            report.unchanged += older[number]
            report.notes[NOTE] += older[number]
        count_settled(report, counted, order.format.records)
        keep_rejects(connection, staging, ticket, number, report)
        keep_file_said(connection, staging, ticket, number)
        if report.opened and report.quarantined and not report.is_health:
            keep_raw_rows(
                connection, row.run, number, form=order.format.name, opened=report.opened, options=order.options
            )
    keep_facts_said(connection, staging, ticket)
    staging.made |= staging.touched
    derive(connection, staging, ticket, is_with_routes=order.is_with_routes)
    row.publish(source, reports, moment)


def count_settled(report: FileReport, counted: dict[str, Counted], records: frozenset[str] = RECORDS) -> None:
    """Note what became of the rows of one file. Raises BadFile if its reader lost some."""
    total = sum((c for name, c in counted.items() if name in records), Counted())
    report.loaded += total.loaded
    report.superseded += total.superseded
    report.unchanged += total.unchanged
    report.quarantined += total.quarantined
    settled = report.loaded + report.superseded + report.unchanged + report.quarantined
    if report.opened and settled != report.read:
        raise BadFile(
            f"{report.name}: {report.read:,} rows were read and {settled:,} accounted for; nothing was loaded: "
            "the reader of this format has a fault"
        )


def keep_rejects(
    connection: psycopg.Connection, staging: Staging, ticket: Ticket, number: int, report: FileReport
) -> None:
    """Write the row of a file of a run, and why rows of it were kept aside."""
    opened = report.opened
    connection.execute(
        "INSERT INTO watchfloor.run_file (run_id, ordinal, name, sha256, bytes, counts, label_id) "
        "VALUES (%s, %s, %s, %s, %s, %s, %s)",
        [
            ticket.run,
            number,
            report.name,
            opened.sha256 if opened else b"",
            opened.size if opened else 0,
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
    if report.quarantined:
        rows = connection.execute(
            'SELECT line, "column", value, reason FROM watchfloor.quarantine WHERE run_id = %s AND file = %s '
            "ORDER BY line, id LIMIT %s",
            [ticket.run, report.name, REJECTS_SHOWN],
        )
        report.rejects = tuple(Reject(*row) for row in rows)


def source_number(connection: psycopg.Connection, order: Order) -> int:
    """The store's number of an order's source, made or brought up to date."""
    source = order.format.source
    row = connection.execute(
        "INSERT INTO watchfloor.source (code, title, publisher, licence) VALUES (%s, %s, %s, %s) "
        "ON CONFLICT (code) DO UPDATE SET title = excluded.title, publisher = excluded.publisher, "
        "licence = excluded.licence RETURNING id",
        [source.code, source.title, source.publisher, source.licence],
    ).fetchone()
    assert row is not None
    return int(row[0])
