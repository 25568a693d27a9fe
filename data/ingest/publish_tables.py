"""Publication of what is not a versioned single fact: places, reported aggregates, crafts and fixes."""

from collections.abc import Iterable, Mapping

import psycopg
from psycopg import sql

from watchfloor.data.ingest.fix_days import open_days
from watchfloor.data.ingest.identities import CALLED
from watchfloor.data.ingest.publish import Counted, Ticket
from watchfloor.data.ingest.staging import Staging
from watchfloor.data.statements import statement

type Given = Mapping[str, object]


def publish_tables(
    connection: psycopg.Connection, staging: Staging, ticket: Ticket, source: int, *, file: int, name: str
) -> dict[str, Counted]:
    """Publish places, reported values, crafts and fixes of one file; what became of them, by frame."""
    given = {
        "run": ticket.run,
        "moment": ticket.moment,
        "label": ticket.label,
        "namespace": ticket.namespace,
        "source": source,
        "file": file,
        "name": name,
    }
    counted = {}
    if staging.holds("places", file):
        counted["places"] = _places(connection, given)
    if staging.holds("reported", file):
        counted["reported"] = _reported(connection, given)
    if staging.holds("crafts", file) and not staging.has_crafts:
        _crafts(connection, given)
    if staging.holds(CALLED, file):
        _change(connection, "publish_craft_identities", given)
    if staging.holds("fixes", file) or file in staging.bulk:
        counted["fixes"] = Counted(staging.bulk[file])
    if staging.holds("fixes", file):
        open_days(connection, staging.staged_days)
        counted["fixes"] += _fixes(connection, given)
    return counted


def _places(connection: psycopg.Connection, given: Given) -> Counted:
    staged = _make(connection, "number_places", "numbered_places", given)
    quarantined = _change(connection, "keep_conflicting_places", given)
    row = connection.execute(statement("publish_places"), given).fetchone()
    assert row is not None
    added, changed = row
    return Counted(added, changed, staged - added - changed - quarantined, quarantined)


def _reported(connection: psycopg.Connection, given: Given) -> Counted:
    _make(connection, "distinct_series", "named", given)
    _change(connection, "make_series", given)
    _make(connection, "number_series", "numbers", given)
    unknown = _change(connection, "keep_unknown_series", given)
    staged = _make(connection, "number_reported", "numbered", given)
    conflicting = _change(connection, "keep_conflicting_reported", given)
    closed = _noted(connection, "close_reported", given)
    opened = _change(connection, "publish_reported", given)
    _change(connection, "touched_reported", given)
    return Counted(opened - closed, closed, staged - opened - conflicting, unknown + conflicting)


def publish_crafts(connection: psycopg.Connection, staging: Staging, ticket: Ticket, files: Iterable[int]) -> None:
    """Publish the vessels and aircraft of all files, before anything else of them: then `publish_tables` does not."""
    staging.has_crafts = True
    for file in (one for one in files if staging.holds("crafts", one)):
        _crafts(connection, {**ticket.parameters(), "file": file})


def _crafts(connection: psycopg.Connection, given: Given) -> None:
    _make(connection, "categories_before", "categories_before", given)
    _change(connection, "publish_crafts", given)
    _change(connection, "touch_track_days", given)


def _fixes(connection: psycopg.Connection, given: Given) -> Counted:
    _make(connection, "number_crafts", "numbered_crafts", given)
    row = connection.execute(statement("fixes_may_meet")).fetchone()
    assert row is not None
    staged, may_meet, first, last = row
    added = _change(connection, "publish_fixes" if may_meet else "publish_new_fixes", given)
    # hardly ever is a position known already: only then each is looked up
    met = {**given, "is_met": added < staged, "first": first, "last": last}
    _make(connection, "meet_fixes", "met_fixes", met)
    quarantined = _change(connection, "keep_conflicting_fixes", given)
    if added:
        _change(connection, "touched_fixes", met)
    return Counted(added, 0, staged - added - quarantined, quarantined)


def _noted(connection: psycopg.Connection, name: str, given: Given) -> int:
    """Run a statement that notes what it touched and answers how many rows it made."""
    row = connection.execute(statement(name), given).fetchone()
    assert row is not None
    return int(row[0])


def _make(connection: psycopg.Connection, name: str, table: str, given: Given) -> int:
    """Make a temporary table anew by the statement of that name; its rows."""
    made = sql.Identifier("pg_temp", table)
    connection.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(made))
    rows = _change(connection, name, given)
    connection.execute(sql.SQL("ANALYZE {}").format(made))
    return rows


def _change(connection: psycopg.Connection, name: str, given: Given) -> int:
    return connection.execute(statement(name), given).rowcount
