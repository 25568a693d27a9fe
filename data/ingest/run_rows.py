"""The row that every run leaves: begun before anything is read, ended with what came of it."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from types import TracebackType
from typing import Self

import psycopg
import structlog
from psycopg.types.json import Jsonb

from watchfloor.data.address import Address, Role
from watchfloor.data.ingest.database_faults import AWAY, told_faults
from watchfloor.data.ingest.report import FileReport, RunReport
from watchfloor.data.registry import LabelSpec, intern_label
from watchfloor.geo.errors import BadQuestion, StoreUnavailable, WatchfloorError

log = structlog.get_logger(__name__)

# a run holds a lock on its number as long as it lives: whoever can take it knows that the run is dead
_END_DEAD_RUNS = """
WITH unfinished AS MATERIALIZED (
    SELECT id FROM watchfloor.run WHERE status = 'running' FOR UPDATE SKIP LOCKED
)
UPDATE watchfloor.run AS r
SET status = 'interrupted', finished_at = clock_timestamp(), error = 'the program ended before the run did'
FROM unfinished AS u
WHERE r.id = u.id
  AND pg_try_advisory_xact_lock(hashtext('watchfloor.run'), u.id)
RETURNING r.id
"""


@contextmanager
def intake_connection(address: Address) -> Iterator[psycopg.Connection]:
    """A connection of its own for one run, as the role that loads files.

    Raises StoreUnavailable if the database does not answer, or stops or fills up meanwhile.
    """
    try:
        opened = psycopg.connect(address.conninfo(Role.INTAKE), autocommit=True)
    except psycopg.OperationalError as error:
        raise StoreUnavailable(AWAY) from error
    with told_faults(), opened as connection:
        connection.execute("SET search_path = watchfloor, public")
        yield connection


class RunRow:
    """One run's row. As a context manager: an error inside, of whatever kind, is written into the row."""

    def __init__(self, connection: psycopg.Connection, run: int, label: int) -> None:
        self._connection = connection
        self.run = run
        self.label = label

    @classmethod
    def begin(
        cls,
        connection: psycopg.Connection,
        name: str,
        *,
        label: LabelSpec,
        started_by: str,
        options: Mapping[str, str],
        mapping: int | None = None,
    ) -> Self:
        """Note a run of this format, by this version of a kept mapping, and end the rows of runs that died.

        Raises BadQuestion if the label names an agency that the store does not know.
        """
        with connection.transaction():
            for (dead,) in connection.execute(_END_DEAD_RUNS):
                log.warning("run was interrupted", run=dead)
        _refuse_unknown_agencies(connection, label)
        number = intern_label(connection, label)
        # the lock is taken before the row can be seen: nobody may take this run for dead
        with connection.transaction():
            row = connection.execute(
                "INSERT INTO watchfloor.run (format, started_by, label_id, options, mapping_id) "
                "VALUES (%s, %s, %s, %s, %s) RETURNING id",
                [name, started_by, number, Jsonb(dict(options)), mapping],
            ).fetchone()
            assert row is not None
            connection.execute("SELECT pg_advisory_lock(hashtext('watchfloor.run'), %s)", [row[0]])
        return cls(connection, int(row[0]), number)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        if error is None or self._connection.closed:
            return
        log.warning("run failed", run=self.run, error=type(error).__name__)
        # texts of other errors may quote a row
        said = str(error)[:2000] if isinstance(error, WatchfloorError) else type(error).__name__
        try:
            self._end("failed" if isinstance(error, Exception) else "interrupted", said)
        except psycopg.Error as fault:
            # a database without room, or that has just stopped: the next run ends this one's row
            log.warning("run could not be ended", run=self.run, error=type(fault).__name__)

    def publish(self, source: int, reports: list[FileReport], moment: datetime) -> None:
        """Write the counts, inside the transaction that publishes the rows; moment: from which they are recorded."""
        totals = RunReport(self.run, 0, tuple(reports)).totals()
        notes = sum((report.notes for report in reports), Counter[str]())
        self._connection.execute(
            "UPDATE watchfloor.run SET status = 'published', finished_at = clock_timestamp(), source_id = %(source)s, "
            'recorded_at = %(moment)s, "read" = %(read)s, loaded = %(loaded)s, unchanged = %(unchanged)s, '
            "superseded = %(superseded)s, quarantined = %(quarantined)s, notes = %(notes)s WHERE id = %(run)s",
            {"run": self.run, "source": source, "moment": moment, "notes": Jsonb(dict(notes)), **totals},
        )

    def refuse(self, reports: list[FileReport]) -> None:
        """Note that a strict run found rows to keep aside, so that nothing of it was loaded."""
        totals = RunReport(self.run, 0, tuple(reports)).totals()
        self._connection.execute(
            'UPDATE watchfloor.run SET "read" = %(read)s, quarantined = %(quarantined)s WHERE id = %(run)s',
            {"run": self.run, **totals},
        )
        self._end("refused", f"{totals['quarantined']:,} rows would have been quarantined and the run was strict")

    def _end(self, status: str, said: str) -> None:
        self._connection.execute(
            "UPDATE watchfloor.run SET status = %s, finished_at = clock_timestamp(), error = %s WHERE id = %s",
            [status, said, self.run],
        )


def _refuse_unknown_agencies(connection: psycopg.Connection, label: LabelSpec) -> None:
    known = {code for (code,) in connection.execute("SELECT code FROM watchfloor.agency")}
    unknown = sorted({label.owner, *label.releasable_to} - known)
    if unknown:
        raise BadQuestion(f"the store knows no agency {', '.join(unknown)}; it knows {', '.join(sorted(known))}")
