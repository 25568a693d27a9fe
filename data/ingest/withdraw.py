"""What a source withdraws: records that it names as withdrawn, and those that a list which is whole no longer has.

A record that is withdrawn ends now and stays in recorded time. That it was withdrawn is kept as what the run said of
it, also where there was nothing to end: taking runs back, before or after, leaves what the standing runs said.
Statements are composed of names of our own, never from input.
"""

from typing import LiteralString

import psycopg
from psycopg import sql

from watchfloor.data.ingest.fact_tables import FACTS, FactTable
from watchfloor.data.ingest.frames import Whole
from watchfloor.data.ingest.publish import Counted, end_child
from watchfloor.data.ingest.report import FileReport
from watchfloor.data.ingest.staging import Staging
from watchfloor.data.ingest.ticket import Ticket, run_statement
from watchfloor.geo.errors import BadFile

WITHDRAWALS = "withdrawals"
MOST_SHARE, FROM_RECORDS = 0.2, 50
"""A list that lacks more than this share of what it had, and more than so many, is taken for one that was cut off."""

_NAMED: LiteralString = (
    "CREATE TEMPORARY TABLE {gone} ON COMMIT DROP AS SELECT DISTINCT md5(%(namespace)s || '|' || s.key)::uuid AS id, "
    "{file} AS file, -1 AS sign FROM pg_temp.stage_withdrawals AS s WHERE s.file = {file} AND s.frame = {frame}"
)
_LACKING: LiteralString = (
    "CREATE TEMPORARY TABLE {gone} ON COMMIT DROP AS SELECT DISTINCT t.id, {file} AS file, -1 AS sign "
    "FROM {table} AS t JOIN watchfloor.run AS r ON r.id = t.run_id AND r.source_id = {source} "
    "AND r.label_id = %(label)s WHERE t.kind = ANY ({kinds}) "
    "AND NOT t.id = ANY (SELECT md5(%(namespace)s || '|' || k)::uuid FROM unnest({kept}::text[]) AS k) "
    "AND NOT EXISTS (SELECT FROM {ready} AS y WHERE y.id = t.id)"
)
_NONE_READY: LiteralString = "CREATE TEMPORARY TABLE IF NOT EXISTS {} (id uuid) ON COMMIT DROP"
_CHANGED: LiteralString = (
    "CREATE TEMPORARY TABLE IF NOT EXISTS {changed} (id uuid, recorded_from timestamptz, sign smallint, file smallint)"
)
_END: LiteralString = (
    "WITH ended AS (UPDATE {table} AS t SET recorded_to = %(moment)s FROM {gone} AS g "
    "WHERE t.id = g.id AND t.recorded_to = 'infinity' AND t.recorded_from < %(moment)s "
    "RETURNING t.id, t.recorded_from) INSERT INTO {changed} SELECT id, recorded_from, -1, {file} FROM ended"
)
_DROP: LiteralString = (
    "WITH dropped AS (DELETE FROM {table} AS t USING {gone} AS g WHERE t.id = g.id AND t.recorded_from = %(moment)s "
    "RETURNING t.id, t.recorded_from) INSERT INTO {changed} SELECT id, recorded_from, -1, {file} FROM dropped"
)
# parts below zero, and no moments: there is no version
_SAID: LiteralString = (
    "INSERT INTO watchfloor.run_said (run_id, frame, part, label_id, ids, moments) "
    "SELECT %(run)s, {frame}, {part}, %(label)s, array_agg(g.id), array_agg(NULL::timestamptz) FROM {gone} AS g "
    "HAVING count(*) > 0"
)
_NEWER: LiteralString = (
    "SELECT r.id, r.list_date FROM watchfloor.run AS r WHERE r.source_id = %s AND r.label_id = %s "
    "AND r.status = 'published' AND r.list_date > %s ORDER BY r.list_date DESC LIMIT 1"
)


def refuse_older(connection: psycopg.Connection, staging: Staging, ticket: Ticket, source: int) -> None:
    """See that no list is older than what the store has of it, and note its day.

    Raises BadFile: an older list would bring back what was withdrawn since.
    """
    dates = {whole.as_of for whole in staging.wholes.values() if whole.as_of}
    if not dates:
        return
    newer = connection.execute(_NEWER, [source, ticket.label, min(dates)]).fetchone()
    if newer:
        raise BadFile(
            f"the list of {min(dates)} is older than that of {newer[1]}, which run {newer[0]} loaded: what was "
            "withdrawn since would come back; nothing was loaded"
        )
    connection.execute("UPDATE watchfloor.run SET list_date = %s WHERE id = %s", [max(dates), ticket.run])


def withdraw(
    connection: psycopg.Connection, staging: Staging, ticket: Ticket, source: int, *, file: int, report: FileReport
) -> Counted:
    """End what one file withdraws, after its records are published; what became of its rows that say so."""
    rows = ended = 0
    if WITHDRAWALS in staging.made:
        for fact in FACTS:
            names = _names(fact, file, "named")
            connection.execute("DROP TABLE IF EXISTS pg_temp.gone_named")
            if run_statement(connection, sql.SQL(_NAMED).format(**names), ticket):
                ended += _end(connection, fact, staging, ticket, names, part=-2 * file - 1)
        row = connection.execute("SELECT count(*) FROM pg_temp.stage_withdrawals WHERE file = %s", [file]).fetchone()
        rows = row[0] if row else 0
    whole = staging.wholes.get(file)
    if whole is not None and whole.is_broken:
        report.notes["list that is not whole, for rows of it cannot be read: nothing is withdrawn"] += 1
    elif whole is not None:
        report.notes["withdrawn: no longer on the list"] += _end_lacking(
            connection, staging, ticket, source, whole, file=file, name=report.name
        )
    report.notes = +report.notes
    return Counted(superseded=ended, unchanged=rows - ended)


def _end_lacking(
    connection: psycopg.Connection,
    staging: Staging,
    ticket: Ticket,
    source: int,
    whole: Whole,
    *,
    file: int,
    name: str,
) -> int:
    ended = 0
    # a list of which nothing at all could be read says nothing; one that has entries and no links has no links
    if not whole.kinds.keys() & staging.ready_frames:
        return 0
    for fact in FACTS:
        if fact.frame not in whole.kinds:
            continue
        if fact.frame not in staging.ready_frames:
            connection.execute(sql.SQL(_NONE_READY).format(sql.Identifier("pg_temp", f"ready_{fact.frame}")))
        names = _names(fact, file, "lacking") | {
            "source": sql.Literal(source),
            "run": sql.Literal(ticket.run),
            "label": sql.Literal(ticket.label),
            "kinds": sql.Literal(sorted(whole.kinds[fact.frame])),
            "kept": sql.Literal(sorted(whole.kept)),
            "ready": sql.Identifier("pg_temp", f"ready_{fact.frame}"),
        }
        connection.execute("DROP TABLE IF EXISTS pg_temp.gone_lacking")
        run_statement(connection, sql.SQL(_LACKING).format(**names), ticket)
        _refuse_cut_off(connection, names, name)
        ended += _end(connection, fact, staging, ticket, names, part=-2 * file - 2)
    return ended


def _refuse_cut_off(connection: psycopg.Connection, names: dict[str, sql.Composable], name: str) -> None:
    """A list that lacks much of what it had may have been cut off on its way: nothing tells."""
    question: LiteralString = (
        "SELECT count(*) FILTER (WHERE g.id IS NOT NULL), count(*) FROM {table} AS t "
        "JOIN watchfloor.run AS r ON r.id = t.run_id AND (r.source_id = {source} OR r.id = {run}) "
        "AND r.label_id = {label} LEFT JOIN {gone} AS g ON g.id = t.id "
        "WHERE t.recorded_to = 'infinity' AND t.kind = ANY ({kinds})"
    )
    row = connection.execute(sql.SQL(question).format(**names)).fetchone()
    assert row is not None
    lacking, held = row
    if lacking > FROM_RECORDS and lacking > MOST_SHARE * held:
        raise BadFile(
            f"{name}: lacks {lacking:,} of the {held:,} records that the list had: it may have been cut off; nothing "
            "was loaded. If it is right, take back the run of the earlier list first (`watchfloor run undo`)"
        )


def _end(
    connection: psycopg.Connection,
    fact: FactTable,
    staging: Staging,
    ticket: Ticket,
    names: dict[str, sql.Composable],
    *,
    part: int,
) -> int:
    run_statement(connection, sql.SQL(_CHANGED).format(**names), ticket)
    ended = run_statement(connection, sql.SQL(_END).format(**names), ticket)
    ended += run_statement(connection, sql.SQL(_DROP).format(**names), ticket)
    for child in fact.children:
        end_child(connection, child, ticket, names | {"changed": names["gone"]}, has_own=True)
    run_statement(connection, sql.SQL(_SAID).format(part=sql.Literal(part), **names), ticket)
    staging.touched.add(fact.frame)
    return ended


def _names(fact: FactTable, file: int, how: str) -> dict[str, sql.Composable]:
    return {
        "table": sql.Identifier("watchfloor", fact.table),
        "changed": sql.Identifier("pg_temp", f"changed_{fact.frame}"),
        "gone": sql.Identifier("pg_temp", f"gone_{how}"),
        "frame": sql.Literal(fact.frame),
        "file": sql.Literal(file),
    }
