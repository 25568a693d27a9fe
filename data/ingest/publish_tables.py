"""Publication of what is not a versioned single fact: places, reported aggregates, crafts and fixes."""

import psycopg

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
    connection.execute("DROP TABLE IF EXISTS pg_temp.named, pg_temp.numbers, pg_temp.numbered")
    connection.execute(statement("distinct_series"), given)
    # two statements with values in them must be sent apart
    for part in statement("number_series").split(b";\n"):
        connection.execute(part, given)
    connection.execute("ANALYZE pg_temp.named")
    connection.execute("ANALYZE pg_temp.numbers")
    connection.execute(statement("number_reported"), given)
    connection.execute("ANALYZE pg_temp.numbered")
    added, closed, staged, quarantined = _row(connection, "publish_reported", given)
    return Counted(added - closed, closed, staged - added - quarantined, quarantined)


def _row(connection: psycopg.Connection, name: str, given: dict[str, object]) -> tuple[int, ...]:
    row = connection.execute(statement(name), given).fetchone()
    assert row is not None
    return tuple(int(value) for value in row)
