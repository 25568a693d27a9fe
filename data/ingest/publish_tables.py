"""Publication of what is not a versioned single fact: places, reported aggregates, crafts and fixes."""

import psycopg
from psycopg import sql

from watchfloor.data.ingest.publish import Counted, Ticket
from watchfloor.data.ingest.staging import Staging
from watchfloor.data.statements import statement


def publish_tables(
    connection: psycopg.Connection, staging: Staging, ticket: Ticket, source: int, *, file: int, name: str
) -> dict[str, Counted]:
    """Publish places, reported values, crafts and fixes of one file; what became of them, by frame."""
    given = {
        "run": ticket.run,
        "label": ticket.label,
        "namespace": ticket.namespace,
        "source": source,
        "file": file,
        "name": name,
    }
    counted = {}
    if "places" in staging.made:
        counted["places"] = _places(connection, given)
    if "reported" in staging.made:
        counted["reported"] = _reported(connection, given)
    if "crafts" in staging.made:
        connection.execute(statement("publish_crafts"), given)
    if "fixes" in staging.made:
        added, staged = _row(connection, "publish_fixes", given)
        counted["fixes"] = Counted(loaded=added, unchanged=staged - added)
    return counted


def _places(connection: psycopg.Connection, given: dict[str, object]) -> Counted:
    added, changed, staged = _row(connection, "publish_places", given)
    return Counted(loaded=added, superseded=changed, unchanged=staged - added - changed)


def _reported(connection: psycopg.Connection, given: dict[str, object]) -> Counted:
    def run(name: str) -> int:
        return connection.execute(statement(name), given).rowcount

    connection.execute("DROP TABLE IF EXISTS pg_temp.named, pg_temp.numbers, pg_temp.numbered")
    for name, made in (("distinct_series", "named"), ("make_series", ""), ("number_series", "numbers")):
        run(name)
        if made:
            connection.execute(sql.SQL("ANALYZE {}").format(sql.Identifier("pg_temp", made)))
    quarantined = run("keep_unknown_series")
    numbered = run("number_reported")
    connection.execute("ANALYZE pg_temp.numbered")
    quarantined += (conflicting := run("keep_conflicting_reported"))
    closed = run("close_reported")
    opened = run("publish_reported")
    return Counted(opened - closed, closed, numbered - opened - conflicting, quarantined)


def _row(connection: psycopg.Connection, name: str, given: dict[str, object]) -> tuple[int, ...]:
    row = connection.execute(statement(name), given).fetchone()
    assert row is not None
    return tuple(int(value) for value in row)
