"""Batches of the exercise world, published as if each had been loaded at an earlier moment.

Recorded time is the moment of publication, which nobody may choose. An invented world has an invented past, so here,
and only here, records bear an earlier one. Any other data, and any store that is not of exercises, is refused in the
very transaction. All batches are staged and published together; each leaves what a run of its own would have left.
"""

import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import Final

import psycopg
import structlog
from psycopg import sql
from psycopg.types.json import Jsonb

from watchfloor.data.address import Address
from watchfloor.data.ingest.database_faults import told_faults
from watchfloor.data.ingest.derive import begin_touched, derive
from watchfloor.data.ingest.fix_days import new_days, publish_days
from watchfloor.data.ingest.frames import Batch
from watchfloor.data.ingest.moments import publishing_moment
from watchfloor.data.ingest.pipeline import (
    FOR_PUBLICATION,
    Order,
    count_settled,
    keep_rejects,
    namespace,
    source_number,
)
from watchfloor.data.ingest.publish import Ticket, publish_facts
from watchfloor.data.ingest.publish_tables import publish_crafts, publish_tables
from watchfloor.data.ingest.ready import prepare
from watchfloor.data.ingest.release import release_overdoses
from watchfloor.data.ingest.report import FileReport, RunReport
from watchfloor.data.ingest.run_rows import RunRow, intake_connection
from watchfloor.data.ingest.said import keep_file_said
from watchfloor.data.ingest.staging import Staging, columns_of, stage_table
from watchfloor.data.ingest.statistics import tell_planner
from watchfloor.data.ingest.withdraw import WITHDRAWALS, withdraw
from watchfloor.data.store import store_kind
from watchfloor.data.store_kind import StoreKind
from watchfloor.geo.errors import BadQuestion

SOURCE: Final = "exercise"
_LATER_RUN: Final = (
    "INSERT INTO watchfloor.run (format, started_by, started_at, label_id, options, reliability, validity, status) "
    "SELECT r.format, r.started_by, r.started_at, r.label_id, %s, %s, %s, 'running' FROM watchfloor.run AS r "
    "WHERE r.id = %s RETURNING id"
)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Batches:
    """What is published: one report and one ticket for each batch, in order of their moments."""

    staging: Staging
    reports: Sequence[FileReport]
    tickets: Sequence[Ticket]
    released: Collection[int]


def ingest_backdated(
    address: Address,
    order: Order,
    name: str,
    moments: Sequence[datetime],
    batches: Iterator[tuple[int, Batch]],
    *,
    released: Collection[int],
) -> RunReport:
    """Load batches of an exercise world, each recorded at its moment; the last, which has none, at that of loading.

    moments: of batches 0, 1 and so on, rising. batches: numbered, in any order. The report names the last run.
    released: batches after which, beside the last, suppressed counts were released: often is few persons at a time.
    Raises BadQuestion if the store is not of exercises, the data are not the exercise's, or the moments do not rise.
    """
    started = time.monotonic()
    options = {key: str(value) for key, value in order.options.values.items()}
    with intake_connection(address) as connection:
        _refuse_others(connection, order)
        row = RunRow.begin(
            connection, order.format.name, label=order.label, started_by=order.started_by, options=options
        )
        with row, told_faults():
            staging = Staging(connection, namespace(order, row))
            reports = [FileReport(f"{name}, batch {number + 1}") for number in range(len(moments) + 1)]
            for number, batch in batches:
                staging.add(batch, number)
                reports[number].read += batch.read
            with connection.transaction():
                connection.execute(FOR_PUBLICATION)
                now = publishing_moment(connection)
                _refuse_others(connection, order)
                tickets = _tickets(connection, order, row, [*moments, now])
                _publish(connection, _Batches(staging, reports, tickets, released), source_number(connection, order))
    report = RunReport(tickets[-1].run, time.monotonic() - started, tuple(reports))
    totals = report.totals()
    tell_planner(address, staging.made, totals["loaded"] + totals["superseded"], staging.staged_days)
    log.info("runs ended", first=row.run, last=report.run, **totals)
    return report


def _refuse_others(connection: psycopg.Connection, order: Order) -> None:
    if order.format.source.code != SOURCE:
        raise BadQuestion("recorded moments are those of loading: only the exercise world may have earlier ones")
    if store_kind(connection) is not StoreKind.EXERCISE:
        raise BadQuestion("this store is OPERATIONAL: what it holds is recorded when it is loaded, and never earlier")


def _publish(connection: psycopg.Connection, made: _Batches, source: int) -> None:
    """Publish all batches, one after the other, and work out once what is derived."""
    staging, tickets = made.staging, made.tickets
    days = new_days(connection, staging)
    staging.ready(days)
    _index(connection, staging)
    begin_touched(connection)
    publish_crafts(connection, staging, tickets[0], range(len(tickets)))
    publish_days(connection, staging, tickets[0], days, runs={i: ticket.run for i, ticket in enumerate(tickets)})
    prepare(connection, staging, tickets[0])
    for number, ticket in enumerate(tickets):
        _publish_batch(connection, made, source, number)
        if number in made.released:
            _release(connection, staging, ticket)
    staging.made |= staging.touched
    derive(connection, staging, tickets[-1])
    for report, ticket in zip(made.reports, tickets, strict=True):
        RunRow(connection, ticket.run, ticket.label).publish(source, [report], ticket.moment)


def _index(connection: psycopg.Connection, staging: Staging) -> None:
    """Let the few rows of a batch be found among those of all, which fifteen publications look through."""
    for name in sorted(staging.made):
        columns = sql.SQL("file, id" if "id" in columns_of(name) else "file")
        connection.execute(sql.SQL("CREATE INDEX ON {} ({})").format(stage_table(name), columns))


def _tickets(connection: psycopg.Connection, order: Order, row: RunRow, moments: Sequence[datetime]) -> list[Ticket]:
    """A ticket for each batch: the run that has begun is the first, the others follow it."""
    if any(a >= b for a, b in pairwise(moments)):
        raise BadQuestion("the recorded moments of batches must rise, and lie in the past")
    info = order.format.source
    first = Ticket(row.run, row.label, namespace(order, row), int(info.reliability), int(info.validity), moments[0])
    tickets = [first]
    for moment in moments[1:]:
        options = Jsonb({key: str(value) for key, value in order.options.values.items()})
        given = [options, first.reliability, first.validity, row.run]
        made = connection.execute(_LATER_RUN, given).fetchone()
        assert made is not None
        tickets.append(replace(first, run=int(made[0]), moment=moment))
    return tickets


def _publish_batch(connection: psycopg.Connection, made: _Batches, source: int, number: int) -> None:
    staging, ticket, report = made.staging, made.tickets[number], made.reports[number]
    counted = publish_tables(connection, staging, ticket, source, file=number, name=report.name)
    counted |= publish_facts(connection, staging, ticket, number, report.name)
    if staging.holds(WITHDRAWALS, number):
        counted[WITHDRAWALS] = withdraw(connection, staging, ticket, source, file=number, report=report)
    count_settled(report, counted)
    keep_rejects(connection, staging, ticket, number, report)
    keep_file_said(connection, staging, ticket, number)


def _release(connection: psycopg.Connection, staging: Staging, ticket: Ticket) -> None:
    """Release overdose counts as they could have been released then."""
    if "overdoses" in staging.made:
        labels = connection.execute("SELECT DISTINCT label_id FROM watchfloor.overdose ORDER BY 1").fetchall()
        for (label,) in labels:
            release_overdoses(connection, label, at=ticket.moment)
