"""Publication: what stands in staging becomes the store's, in the run's one transaction.

Facts are versioned: a record whose content changed closes its old version and opens a new one; one
that did not change is left alone. Statements are composed from the names below, never from input.
"""

from collections.abc import Mapping

import psycopg
from psycopg import sql

from watchfloor.data.ingest.fact_tables import FACTS, Child, FactTable
from watchfloor.data.ingest.staging import Staging, columns_of, stage_table
from watchfloor.data.ingest.ticket import Counted, Ticket, record_id, run_statement
from watchfloor.data.ingest.whole_records import MERGED

__all__ = ["Counted", "Ticket", "publish_facts"]

_OWN = {"file", "id", "own", "whole", "key", "label", "line", "reliability", "validity"}


def publish_facts(
    connection: psycopg.Connection, staging: Staging, ticket: Ticket, file: int, name: str
) -> dict[str, Counted]:
    """Publish the facts of one file; what became of them, by frame."""
    counted = {}
    for fact in FACTS:
        if staging.holds(fact.frame, file):
            counted[fact.frame] = _publish(connection, fact, staging, ticket, file=file, name=name)
    return counted


# a record that stands twice in one file with different content: the first is kept, the others kept aside
_KEEP_CONFLICTING = sql.SQL(
    'INSERT INTO watchfloor.quarantine (run_id, file, line, "column", value, reason, label_id) '
    "SELECT %(run)s, {name}, coalesce(s.line, 0), 'key', left(s.key, 500), "
    "'the same record stands twice in this file with different values; the first was kept', %(label)s "
    "FROM {ready} AS s JOIN {ready} AS f ON f.id = s.id AND f.file = s.file AND f.nth = 1 "
    "WHERE s.file = {file} AND s.nth > 1 AND f.own <> s.own"
)
_CHANGED = sql.SQL(
    "CREATE TEMPORARY TABLE IF NOT EXISTS {changed} (id uuid, recorded_from timestamptz, sign smallint, file smallint)"
)
_CLOSE_CHANGED = sql.SQL(
    "WITH closed AS (UPDATE {table} AS t SET recorded_to = %(moment)s FROM {ready} AS s "
    "WHERE s.file = {file} AND s.nth = 1 AND t.id = s.id AND t.recorded_to = 'infinity' "
    "AND t.recorded_from < %(moment)s AND t.content <> s.content RETURNING t.id, t.recorded_from) "
    "INSERT INTO {changed} SELECT id, recorded_from, -1, {file} FROM closed"
)
# what an earlier file of this very run said and a later one corrects was never the store's: it leaves no version
_DROP_CHANGED = sql.SQL(
    "WITH dropped AS (DELETE FROM {table} AS t USING {ready} AS s "
    "WHERE s.file = {file} AND s.nth = 1 AND t.id = s.id AND t.recorded_from = %(moment)s "
    "AND t.content <> s.content RETURNING t.id, t.recorded_from) "
    "INSERT INTO {changed} SELECT id, recorded_from, -1, {file} FROM dropped"
)
_OPEN_NEW = sql.SQL(
    "WITH opened AS (INSERT INTO {table} (id, content, run_id, label_id, reliability, validity, "
    "recorded_from, {columns}) SELECT s.id, s.content, %(run)s, coalesce(s.label, %(label)s), "
    "coalesce(s.reliability, %(reliability)s), coalesce(s.validity, %(validity)s), %(moment)s, {values} "
    "FROM {ready} AS s WHERE s.file = {file} AND s.nth = 1 AND NOT EXISTS "
    "(SELECT 1 FROM {table} AS t WHERE t.id = s.id AND t.recorded_to = 'infinity') ORDER BY {order} "
    "RETURNING id, recorded_from) "
    "INSERT INTO {changed} SELECT id, recorded_from, 1, {file} FROM opened"
)


def _publish(
    connection: psycopg.Connection, fact: FactTable, staging: Staging, ticket: Ticket, *, file: int, name: str
) -> Counted:
    names = {
        "table": sql.Identifier("watchfloor", fact.table),
        "ready": sql.Identifier("pg_temp", f"ready_{fact.frame}"),
        "changed": sql.Identifier("pg_temp", f"changed_{fact.frame}"),
        "file": sql.Literal(file),
        "name": sql.Literal(name),
    }
    row = connection.execute(sql.SQL("SELECT count(*) FROM {ready} WHERE file = {file}").format(**names)).fetchone()
    staged = row[0] if row else 0
    columns, values = _mapped(fact.frame, fact.records, fact.agencies)
    # neighbours on the map become neighbours in the table: questions about a place read fewer pages
    names["order"] = sql.Identifier("s", "cell_key" if "cell_key" in columns_of(fact.frame) else "id")
    quarantined = run_statement(connection, _KEEP_CONFLICTING.format(**names), ticket)
    run_statement(connection, _CHANGED.format(**names), ticket)
    superseded = run_statement(connection, _CLOSE_CHANGED.format(**names), ticket)
    if file:
        superseded += run_statement(connection, _DROP_CHANGED.format(**names), ticket)
    inserted = run_statement(connection, _OPEN_NEW.format(columns=columns, values=values, **names), ticket)
    for child in fact.children:
        end_child(connection, child, ticket, names, has_own=bool(file))
        if child.frame in staging.made:
            is_distinct = child.frame in MERGED and staging.wholeness.holds(fact.frame)
            _publish_child(connection, child, ticket, file, names["changed"], is_distinct=is_distinct)
    return Counted(inserted - superseded, superseded, staged - inserted - quarantined, quarantined)


def end_child(
    connection: psycopg.Connection, child: Child, ticket: Ticket, of: Mapping[str, sql.Composable], *, has_own: bool
) -> None:
    """End what belongs to the versions that ended by a file, whether or not anything comes in its stead.

    of: file, and the table `changed`. has_own: whether versions of this very run may have ended, which leave nothing.
    """
    names = {
        "table": sql.Identifier("watchfloor", child.table),
        "changed": of["changed"],
        "parent": sql.Identifier(child.parent_id),
        "file": of["file"],
    }
    run_statement(connection, sql.SQL(
        "UPDATE {table} AS t SET recorded_to = %(moment)s FROM {changed} AS c WHERE c.file = {file} AND c.sign = -1 "
        "AND t.{parent} = c.id AND t.recorded_to = 'infinity' AND t.recorded_from < %(moment)s"
    ).format(**names), ticket)  # fmt: skip
    if has_own:
        run_statement(connection, sql.SQL(
            "DELETE FROM {table} AS t USING {changed} AS c WHERE c.file = {file} AND c.sign = -1 "
            "AND t.{parent} = c.id AND t.recorded_from = %(moment)s"
        ).format(**names), ticket)  # fmt: skip


def _publish_child(
    connection: psycopg.Connection, child: Child, ticket: Ticket, file: int, changed: sql.Composable,
    *, is_distinct: bool,
) -> None:  # fmt: skip
    columns, values = _mapped(child.frame, child.records, (), leave_out=child.parent_key)
    names = {
        "table": sql.Identifier("watchfloor", child.table),
        "stage": stage_table(child.frame),
        "changed": changed,
        "parent": sql.Identifier(child.parent_id),
        "columns": columns,
        "values": values,
        "file": sql.Literal(file),
        # to be ready for a conflict makes three records of a row that is written where two do
        "otherwise": sql.SQL("" if is_distinct else "ON CONFLICT DO NOTHING"),
    }
    run_statement(connection, sql.SQL(
        "INSERT INTO {table} ({parent}, run_id, label_id, recorded_from, {columns}) "
        "SELECT s.id, %(run)s, coalesce(s.label, %(label)s), c.recorded_from, {values} FROM {stage} AS s "
        "JOIN {changed} AS c ON c.id = s.id AND c.sign = 1 AND c.file = {file} "
        "WHERE s.file = {file} ORDER BY 1 {otherwise}"
    ).format(**names), ticket)  # fmt: skip


def _mapped(
    frame: str,
    records: tuple[tuple[str, str], ...],
    agencies: tuple[tuple[str, str], ...],
    *,
    leave_out: str = "",
) -> tuple[sql.Composed, sql.Composed]:
    """Target columns and the expressions over a stage row `s` that fill them."""
    keys = {key: column for column, key in records}
    codes = {code: column for column, code in agencies}
    columns, values = [], []
    for column, kind in columns_of(frame).items():
        if column in _OWN or column == leave_out:
            continue
        if column in keys:
            columns.append(keys[column])
            values.append(record_id(column))
        elif column in codes:
            columns.append(codes[column])
            values.append(sql.SQL("(SELECT a.id FROM watchfloor.agency AS a WHERE a.code = s.{})").format(
                sql.Identifier(column)))  # fmt: skip
        else:
            columns.append(column)
            values.append(_filled(column, kind))
    return sql.SQL(", ").join(map(sql.Identifier, columns)), sql.SQL(", ").join(values)


def _filled(column: str, kind: str) -> sql.Composed:
    name = sql.Identifier(column)
    if kind == "timestamp":
        return sql.SQL("s.{} AT TIME ZONE 'UTC'").format(name)
    if column == "attributes":
        return sql.SQL("coalesce(s.{}, '{{}}')::jsonb").format(name)
    if column == "substances":
        return sql.SQL("coalesce(s.{}, '{{}}')").format(name)
    return sql.SQL("s.{}").format(name)
