"""What a run said and found as others had said it: kept, so that each run can be taken back by itself.

What it opened stands in the records themselves. Statements are composed from names of our own, never from input.
"""

from typing import LiteralString

import psycopg
from psycopg import sql

from watchfloor.data.ingest.fact_tables import FACTS
from watchfloor.data.ingest.staging import Staging
from watchfloor.data.ingest.ticket import Ticket, run_statement
from watchfloor.data.statements import statement

PART = 10_000
_FACTS: LiteralString = (
    "INSERT INTO watchfloor.run_said (run_id, frame, part, label_id, ids, moments) "
    "SELECT %(run)s, {frame}, s.part, %(label)s, array_agg(s.id), array_agg(s.recorded_from) FROM ("
    "SELECT t.id, t.recorded_from, row_number() OVER () / {rows} AS part FROM {table} AS t "
    "JOIN (SELECT DISTINCT r.id FROM {ready} AS r WHERE r.nth = 1) AS r ON r.id = t.id "
    "WHERE t.recorded_to = 'infinity' AND t.run_id <> %(run)s) AS s GROUP BY s.part"
)


def keep_facts_said(connection: psycopg.Connection, staging: Staging, ticket: Ticket) -> None:
    """Note the facts of the whole run that other runs had said; after all files are published."""
    for fact in FACTS:
        if fact.frame in staging.made:
            names = {
                "frame": sql.Literal(fact.frame),
                "table": sql.Identifier("watchfloor", fact.table),
                "ready": sql.Identifier("pg_temp", f"ready_{fact.frame}"),
                "rows": sql.Literal(PART),
            }
            run_statement(connection, sql.SQL(_FACTS).format(**names), ticket)


def keep_file_said(connection: psycopg.Connection, staging: Staging, ticket: Ticket, file: int) -> None:
    """Note what one file said of places and craft, and the values and positions that other runs had said.

    To be called while the temporary tables of that file's publication stand.
    """
    given = {"run": ticket.run, "label": ticket.label, "file": file, "rows": PART}
    for frame in ("places", "crafts", "reported", "fixes"):
        if staging.holds(frame, file):
            if frame == "fixes":
                connection.execute(statement("keep_fixes_aside"), given)
            connection.execute(statement(f"keep_{frame}_said"), given)
