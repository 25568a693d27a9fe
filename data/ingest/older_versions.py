"""Records whose source numbers its versions by a moment: one that is older than what is held changes nothing.

What is older is as if the run had not said it, beside its count: taking back the run that holds a newer version does
not bring it, loading its file again does. Statements are composed of names of our own, never from input.
"""

from collections import Counter
from typing import LiteralString

import psycopg
from psycopg import sql

from watchfloor.data.ingest.fact_tables import FACTS, FactTable
from watchfloor.data.ingest.staging import Staging, columns_of, stage_table
from watchfloor.data.ingest.ticket import Ticket, run_statement
from watchfloor.data.ingest.withdraw import WITHDRAWALS

NOTE = "older version than the one that is held: left alone"

_SAID: LiteralString = (
    "SELECT s.file, s.id, s.key, (s.attributes::jsonb ->> {by})::timestamptz AS version FROM {stage} AS s"
)
_WITHDRAWN: LiteralString = (
    "SELECT s.file, md5(%(namespace)s || '|' || s.key)::uuid AS id, s.key, s.version AT TIME ZONE 'UTC' AS version "
    "FROM {stage} AS s WHERE s.frame = {frame} AND s.version IS NOT NULL"
)
_OLDER: LiteralString = (
    "CREATE TEMPORARY TABLE {older} ON COMMIT DROP AS WITH said AS ({said}) "
    "SELECT DISTINCT s.file, s.key FROM said AS s "
    "LEFT JOIN {table} AS t ON t.id = s.id AND t.recorded_to = 'infinity' "
    "WHERE s.version < (t.attributes ->> {by})::timestamptz "
    "OR EXISTS (SELECT FROM said AS o WHERE o.id = s.id AND o.file < s.file AND o.version > s.version)"
)
# what is said beside a record, such as what a sighting saw, has the record's key before a stroke
_DROP: LiteralString = (
    "WITH dropped AS (DELETE FROM {stage} AS s USING {older} AS o "
    "WHERE s.file = o.file AND split_part(s.key, '/', 1) = o.key RETURNING s.file) "
    "SELECT file, count(*) FROM dropped GROUP BY file"
)


def leave_newer(connection: psycopg.Connection, staging: Staging, ticket: Ticket, version_by: str) -> Counter[int]:
    """Take out of staging what is older than the store's version, or an earlier file's; rows that went, by file.

    version_by: the attribute that holds the moment of a version, written as ISO 8601; empty where a source has none.
    To be called before staged facts are made ready.
    """
    gone: Counter[int] = Counter()
    for fact in FACTS if version_by else ():
        names = _names(fact, version_by)
        if said := _said(fact, staging, names):
            connection.execute("DROP TABLE IF EXISTS pg_temp.older_versions")
            said_all = sql.SQL(" UNION ALL ").join(said)
            if run_statement(connection, sql.SQL(_OLDER).format(said=said_all, **names), ticket):
                gone += _drop(connection, staging, fact, names)
    return gone


def _names(fact: FactTable, version_by: str) -> dict[str, sql.Composable]:
    return {
        "table": sql.Identifier("watchfloor", fact.table),
        "older": sql.Identifier("pg_temp", "older_versions"),
        "frame": sql.Literal(fact.frame),
        "by": sql.Literal(version_by),
    }


def _said(fact: FactTable, staging: Staging, names: dict[str, sql.Composable]) -> list[sql.Composed]:
    """Questions for the versions that the run tells of; none for facts that have no attributes."""
    if "attributes" not in columns_of(fact.frame):
        return []
    said = []
    for frame, question in ((fact.frame, _SAID), (WITHDRAWALS, _WITHDRAWN)):
        if frame in staging.made:
            said.append(sql.SQL(question).format(stage=stage_table(frame), **names))
    return said


def _drop(
    connection: psycopg.Connection, staging: Staging, fact: FactTable, names: dict[str, sql.Composable]
) -> Counter[int]:
    gone: Counter[int] = Counter()
    for frame in {fact.frame, "links", WITHDRAWALS} & staging.made:
        dropped = connection.execute(sql.SQL(_DROP).format(stage=stage_table(frame), **names))
        gone += Counter(dict(dropped.fetchall()))
    return gone
