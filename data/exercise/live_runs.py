"""The many small runs of a world that runs on, folded: what a batch of them brought bears the number of its last.

A step each ten seconds would leave 8,640 rows of `run` a day, of which nobody could say anything. What a batch brought
counts as known from its end, for positions have no other moment than their run's. Routes, which take all positions of a
label to work out, are derived once for each batch; where a program was cut off, by the next batch.
"""

from typing import Final

import psycopg
import structlog
from psycopg import sql

from watchfloor.data.address import Address
from watchfloor.data.ingest.derive import begin_touched, derive_routes_of
from watchfloor.data.ingest.run_rows import intake_connection
from watchfloor.data.ingest.ticket import Ticket
from watchfloor.data.statements import statement

FORMAT: Final = "exercise-live"
STEPS: Final = 60
"""How many steps become one run, if the world runs on as long."""

_TABLES: Final = (
    "SELECT c.relname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace AND n.nspname = 'watchfloor' "
    "JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname = 'run_id' AND NOT a.attisdropped "
    "WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition "
    "AND c.relname NOT IN ('run_file', 'run_said', 'quarantine') ORDER BY 1"
)

log = structlog.get_logger(__name__)


def fold_runs(address: Address, least: int = 1) -> int:
    """Make one run of all that were not folded yet, if there are so many, and derive their routes; how many went."""
    with intake_connection(address) as connection, connection.transaction():
        # nobody may take one of them back meanwhile
        connection.execute("SELECT pg_advisory_xact_lock(hashtext('watchfloor.publish'))")
        found = connection.execute(statement("fold_runs_found"), {"format": FORMAT}).fetchall()
        if len(found) < max(least, 1):
            return 0
        *folded, kept = (run for run, _ in found)
        given = {"kept": kept, "folded": folded, "since": found[0][1], "steps": len(found)}
        _derive_routes(connection, kept)
        for (table,) in connection.execute(_TABLES).fetchall() if folded else ():
            _restamp(connection, table, given)
        connection.execute(statement("fold_versions"), given)
        connection.execute(statement("fold_runs"), given)
        connection.execute("DELETE FROM watchfloor.run_file WHERE run_id = ANY (%(folded)s)", given)
        connection.execute("DELETE FROM watchfloor.run WHERE id = ANY (%(folded)s)", given)
    log.info("runs folded", into=kept, n=len(folded))
    return len(folded)


def _derive_routes(connection: psycopg.Connection, kept: int) -> None:
    """Derive the routes of all labels of which steps that were not folded yet told."""
    row = connection.execute("SELECT label_id, recorded_at FROM watchfloor.run WHERE id = %s", [kept]).fetchone()
    assert row is not None
    moved = [label for (label,) in connection.execute(statement("fold_moved"), {"format": FORMAT})]
    begin_touched(connection)
    derive_routes_of(connection, Ticket(kept, row[0], "", 0, 0, row[1]), moved)
    connection.execute(statement("bump_versions"), {"run": kept})


def _restamp(connection: psycopg.Connection, table: str, given: dict[str, object]) -> None:
    # millions of older positions need not be looked at: the moments of blocks are indexed
    since = sql.SQL(" AND at >= %(since)s::timestamptz" if table == "fix" else "")
    connection.execute(
        sql.SQL("UPDATE {} SET run_id = %(kept)s WHERE run_id = ANY (%(folded)s)").format(
            sql.Identifier("watchfloor", table)
        )
        + since,
        given,
    )
