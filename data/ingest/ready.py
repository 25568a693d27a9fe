"""Staged facts made ready: each with the store's id, digests of what it says, and what belongs to it sorted out.

`own` digests a row alone: rows of one record that differ in it contradict each other. `content` digests the
record with all that belongs to it: a record whose content is not the store's has changed. Neither may depend on
which file of a run a row came from.
"""

import psycopg
from psycopg import sql

from watchfloor.data.ingest.fact_tables import FACTS, Child, FactTable
from watchfloor.data.ingest.staging import Staging, columns_of, stage_table
from watchfloor.data.ingest.ticket import Ticket, record_id, run_statement
from watchfloor.data.statements import statement

_NOT_SAID = {"file", "key", "line", "cell", "cell_key"}


def prepare(connection: psycopg.Connection, staging: Staging, ticket: Ticket) -> None:
    """Make the temporary table ready_<frame> of every staged kind of fact."""
    for fact in FACTS:
        if fact.frame in staging.made:
            children = [child for child in fact.children if child.frame in staging.made]
            _make_ready(connection, fact, children, ticket)
            table = _ready(fact.frame)
            run_statement(connection, sql.SQL("CREATE INDEX ON {} (id)").format(table), ticket)
            run_statement(connection, sql.SQL("ANALYZE {}").format(table), ticket)


def _make_ready(connection: psycopg.Connection, fact: FactTable, children: list[Child], ticket: Ticket) -> None:
    own = sql.SQL(
        "SELECT {} AS id, md5(row({})::text)::uuid AS own, "
        "row_number() OVER (PARTITION BY s.file, s.key ORDER BY s.line) AS nth, s.* FROM {} AS s"
    ).format(record_id("key"), _columns(fact.frame, "s"), stage_table(fact.frame))
    if not children:
        made = sql.SQL("CREATE TEMPORARY TABLE {} AS SELECT o.*, o.own AS content FROM ({}) AS o")
        run_statement(connection, made.format(_ready(fact.frame), own), ticket)
        return
    sorted_out = sql.Identifier("pg_temp", f"own_{fact.frame}")
    run_statement(connection, sql.SQL("CREATE TEMPORARY TABLE {} AS {}").format(sorted_out, own), ticket)
    run_statement(connection, sql.SQL("ANALYZE {}").format(sorted_out), ticket)
    for child in children:
        _drop_contradicting(connection, child, sorted_out, ticket)
        if child.frame == "seizure_items":
            connection.execute(statement("merge_items"))
    joined = sql.SQL(" ").join(
        sql.SQL("LEFT JOIN ({}) AS {} ON {child}.file = o.file AND {child}.parent = o.key").format(
            _said(child), sql.Identifier(child.frame), child=sql.Identifier(child.frame)
        )
        for child in children
    )
    said = sql.SQL(" || ").join(
        [sql.SQL("o.own::text"), *(sql.SQL("coalesce({}.said, '')").format(sql.Identifier(c.frame)) for c in children)]
    )
    made = sql.SQL("CREATE TEMPORARY TABLE {} AS SELECT o.*, md5({})::uuid AS content FROM {} AS o {}")
    run_statement(connection, made.format(_ready(fact.frame), said, sorted_out, joined), ticket)


def _drop_contradicting(
    connection: psycopg.Connection, child: Child, sorted_out: sql.Identifier, ticket: Ticket
) -> None:
    """What belongs to a row that is kept aside is kept aside with it."""
    if "line" not in columns_of(child.frame):
        return
    run_statement(
        connection,
        sql.SQL(
            "DELETE FROM {} AS c USING {own} AS r, {own} AS f WHERE r.file = c.file AND r.key = c.{parent} "
            "AND r.line = c.line AND r.nth > 1 AND f.file = r.file AND f.key = r.key AND f.nth = 1 AND f.own <> r.own"
        ).format(stage_table(child.frame), own=sorted_out, parent=sql.Identifier(child.parent_key)),
        ticket,
    )


def _said(child: Child) -> sql.Composed:
    """Digest of all that belongs to each record, in an order of its own."""
    return sql.SQL(
        "SELECT d.file, d.parent, md5(string_agg(d.said, '' ORDER BY d.said)) AS said FROM "
        "(SELECT DISTINCT c.file, c.{} AS parent, row({})::text AS said FROM {} AS c) AS d GROUP BY d.file, d.parent"
    ).format(sql.Identifier(child.parent_key), _columns(child.frame, "c"), stage_table(child.frame))


def _columns(frame: str, alias: str) -> sql.Composed:
    said = (column for column in columns_of(frame) if column not in _NOT_SAID)
    return sql.SQL(", ").join(sql.Identifier(alias, column) for column in said)


def _ready(frame: str) -> sql.Identifier:
    return sql.Identifier("pg_temp", f"ready_{frame}")
