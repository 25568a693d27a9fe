"""Derived data, kept right by the run that changes what it is derived from: roll-ups and versions."""

from typing import LiteralString

import psycopg
from psycopg import sql

from watchfloor.data.ingest.derive_routes import derive_routes
from watchfloor.data.ingest.publish import Ticket
from watchfloor.data.ingest.release import release_overdoses
from watchfloor.data.ingest.staging import Staging
from watchfloor.data.statements import statement

# layer, and the question for what a file changed in it: (label_id, region, year)
_TOUCHED: dict[str, tuple[str, LiteralString]] = {
    "events": (
        "seizures",
        "SELECT DISTINCT t.label_id, watchfloor.cell_region(t.cell), extract(year FROM t.starts)::smallint "
        "FROM pg_temp.changed_events AS c JOIN watchfloor.event AS t USING (id, recorded_from) WHERE c.file = %(file)s",
    ),
    "overdoses": (
        "overdoses",
        "SELECT DISTINCT t.label_id, watchfloor.cell_region(t.cell), extract(year FROM t.day)::smallint "
        "FROM pg_temp.changed_overdoses AS c JOIN watchfloor.overdose AS t USING (id, recorded_from) "
        "WHERE c.file = %(file)s",
    ),
    "reported": (
        "reported",
        "SELECT DISTINCT %(label)s::smallint, (-1)::smallint, extract(year FROM n.starts)::smallint "
        "FROM pg_temp.numbered AS n",
    ),
    "places": (
        "places",
        "SELECT DISTINCT coalesce(s.label, %(label)s)::smallint, (-1)::smallint, 0::smallint "
        "FROM pg_temp.stage_places AS s WHERE s.file = %(file)s",
    ),
    "fixes": (
        "tracks",
        "SELECT DISTINCT coalesce(s.label, %(label)s)::smallint, watchfloor.cell_region(s.cell_key), "
        "extract(year FROM s.at)::smallint FROM pg_temp.stage_fixes AS s WHERE s.file = %(file)s",
    ),
    "entities": (
        "entities",
        "SELECT DISTINCT coalesce(s.label, %(label)s)::smallint, (-1)::smallint, 0::smallint "
        "FROM pg_temp.stage_entities AS s WHERE s.file = %(file)s",
    ),
    "operations": (
        "operations",
        "SELECT DISTINCT coalesce(s.label, %(label)s)::smallint, (-1)::smallint, 0::smallint "
        "FROM pg_temp.stage_operations AS s WHERE s.file = %(file)s",
    ),
}


def derive(connection: psycopg.Connection, staging: Staging, ticket: Ticket, *, file: int) -> None:
    """Bring roll-ups and versions to what the file changed."""
    given = {"run": ticket.run, "label": ticket.label, "file": file}
    if "events" in staging.made:
        connection.execute(statement("roll_up_events"), given)
    if "overdoses" in staging.made:
        changed = connection.execute(
            "SELECT DISTINCT t.label_id FROM pg_temp.changed_overdoses AS c "
            "JOIN watchfloor.overdose AS t USING (id, recorded_from) WHERE c.file = %(file)s",
            given,
        ).fetchall()
        for (label,) in changed:
            release_overdoses(connection, label)
    moved = _labels_that_moved(connection, staging, given)
    for label in moved:
        derive_routes(connection, ticket, label)
    connection.execute(
        "CREATE TEMPORARY TABLE IF NOT EXISTS touched (layer text, label_id smallint, region smallint, year smallint)"
    )
    connection.execute("TRUNCATE pg_temp.touched")
    for frame, (layer, question) in _TOUCHED.items():
        if frame in staging.made:
            found = sql.SQL("INSERT INTO pg_temp.touched SELECT {}, q.* FROM ({}) AS q").format(
                layer, sql.SQL(question)
            )
            connection.execute(found, given)
    connection.execute(
        "INSERT INTO pg_temp.touched SELECT 'routes', unnest(%s::smallint[]), (-1)::smallint, 0::smallint", [moved]
    )
    connection.execute(statement("bump_versions"), given)


def _labels_that_moved(connection: psycopg.Connection, staging: Staging, given: dict[str, int]) -> list[int]:
    """Labels whose flows a file may have changed: by events that name a way, or by fixes."""
    found: set[int] = set()
    if "events" in staging.made:
        rows = connection.execute(
            "SELECT DISTINCT t.label_id FROM pg_temp.changed_events AS c "
            "JOIN watchfloor.event AS t USING (id, recorded_from) WHERE c.file = %(file)s AND t.attributes ? 'route'",
            given,
        )
        found |= {label for (label,) in rows}
    if "fixes" in staging.made:
        rows = connection.execute(
            "SELECT DISTINCT coalesce(s.label, %(label)s)::smallint FROM pg_temp.stage_fixes AS s "
            "WHERE s.file = %(file)s",
            given,
        )
        found |= {label for (label,) in rows}
    return sorted(found)
