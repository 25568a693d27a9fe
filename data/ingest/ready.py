"""Staged facts made ready: each with a digest of what is said of it, and what belongs to it sorted out.

`own`, staged with each row, digests it alone: rows of one record that differ in it contradict each other. `content`
digests the record with all that belongs to it: a record whose content is not the store's has changed. Neither may
depend on which file of a run a row came from.
"""

import psycopg
from psycopg import sql

from watchfloor.data.ingest.fact_tables import FACTS, Child, FactTable
from watchfloor.data.ingest.staging import Staging, columns_of, stage_table
from watchfloor.data.ingest.ticket import Ticket, run_statement
from watchfloor.data.ingest.whole_records import ONLY_CHILD, WHOLE
from watchfloor.data.statements import statement


def prepare(connection: psycopg.Connection, staging: Staging, ticket: Ticket) -> None:
    """Make the temporary table, or view, ready_<frame> of every staged kind of fact."""
    for fact in FACTS:
        if fact.frame in staging.made:
            children = [child for child in fact.children if child.frame in staging.made]
            if (not children or fact.frame in ONLY_CHILD) and staging.wholeness.holds(fact.frame):
                _look_through(connection, fact, WHOLE if children else "own")
                continue
            _make_ready(connection, fact, children, ticket)
            run_statement(connection, sql.SQL("ANALYZE {}").format(_ready(fact.frame)), ticket)


def _look_through(connection: psycopg.Connection, fact: FactTable, content: str) -> None:
    """Staged records are ready as they stand: each once, and its content known."""
    connection.execute(
        sql.SQL("CREATE TEMPORARY VIEW {} AS SELECT {}, 1 AS nth, s.{} AS content FROM {} AS s").format(
            sql.Identifier(f"ready_{fact.frame}"),
            sql.SQL(", ").join(sql.Identifier("s", column) for column in columns_of(fact.frame)),
            sql.Identifier(content),
            stage_table(fact.frame),
        )
    )


def _make_ready(connection: psycopg.Connection, fact: FactTable, children: list[Child], ticket: Ticket) -> None:
    table, nth = stage_table(fact.frame), sql.SQL(", 1 AS nth")
    if _has_repeated(connection, fact):
        table, nth = _sort_out(connection, fact, children, ticket), sql.SQL("")
    if any(child.frame == "seizure_items" for child in children):
        connection.execute(statement("merge_items"))
    joined = sql.SQL(" ").join(
        sql.SQL("LEFT JOIN ({}) AS {} ON {child}.file = o.file AND {child}.id = o.id").format(
            _said(child), sql.Identifier(child.frame), child=sql.Identifier(child.frame)
        )
        for child in children
    )
    made = sql.SQL("CREATE TEMPORARY TABLE {} AS SELECT o.* {}, {} AS content FROM {} AS o {}")
    run_statement(connection, made.format(_ready(fact.frame), nth, _content(children), table, joined), ticket)


def _has_repeated(connection: psycopg.Connection, fact: FactTable) -> bool:
    """Whether a record stands twice in one file: hardly ever, so that they are only then put in order."""
    row = connection.execute(
        sql.SQL("SELECT EXISTS (SELECT 1 FROM {} AS s GROUP BY s.file, s.id HAVING count(*) > 1)").format(
            stage_table(fact.frame)
        )
    ).fetchone()
    return row is not None and bool(row[0])


def _sort_out(connection: psycopg.Connection, fact: FactTable, children: list[Child], ticket: Ticket) -> sql.Identifier:
    """Number the rows of each record; the table that holds them."""
    sorted_out = sql.Identifier("pg_temp", f"own_{fact.frame}")
    run_statement(
        connection,
        sql.SQL(
            "CREATE TEMPORARY TABLE {} AS SELECT s.*, row_number() OVER (PARTITION BY s.file, s.id ORDER BY s.line) "
            "AS nth FROM {} AS s"
        ).format(sorted_out, stage_table(fact.frame)),
        ticket,
    )
    run_statement(connection, sql.SQL("ANALYZE {}").format(sorted_out), ticket)
    for child in children:
        _drop_contradicting(connection, child, sorted_out, ticket)
    return sorted_out


def _drop_contradicting(
    connection: psycopg.Connection, child: Child, sorted_out: sql.Identifier, ticket: Ticket
) -> None:
    """What belongs to a row that is kept aside is kept aside with it."""
    if "line" not in columns_of(child.frame):
        return
    run_statement(
        connection,
        sql.SQL(
            "DELETE FROM {} AS c USING {own} AS r, {own} AS f WHERE r.file = c.file AND r.id = c.id "
            "AND r.line = c.line AND r.nth > 1 AND f.file = r.file AND f.id = r.id AND f.nth = 1 AND f.own <> r.own"
        ).format(stage_table(child.frame), own=sorted_out),
        ticket,
    )


def _content(children: list[Child]) -> sql.Composable:
    if not children:
        return sql.SQL("o.own")
    said = (sql.SQL("coalesce({}.said, '')").format(sql.Identifier(child.frame)) for child in children)
    parts = sql.SQL(" || '|'::bytea || ").join([sql.SQL("uuid_send(o.own)"), *said])
    return sql.SQL("md5({})::uuid").format(parts)


def _said(child: Child) -> sql.Composed:
    """Digests of all that belongs to each record, in an order of their own.

    Sorted before they are put together: an order inside of string_agg would sort anew for each record.
    """
    return sql.SQL(
        "SELECT d.file, d.id, string_agg(uuid_send(d.own), '') AS said FROM "
        "(SELECT DISTINCT c.file, c.id, c.own FROM {} AS c ORDER BY c.file, c.id, c.own) AS d GROUP BY d.file, d.id"
    ).format(stage_table(child.frame))


def _ready(frame: str) -> sql.Identifier:
    return sql.Identifier("pg_temp", f"ready_{frame}")
