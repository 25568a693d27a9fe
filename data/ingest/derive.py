"""Derived data, kept right by the run that changes what it is derived from: roll-ups, releases, routes and versions.

Once a run, over what all of its files changed. What they left as it was keeps its version, and with it the tiles and
answers that servers have kept.
"""

from collections.abc import Iterable
from typing import LiteralString

import psycopg
from psycopg import sql

from watchfloor.data.ingest.derive_routes import derive_routes
from watchfloor.data.ingest.publish import Ticket
from watchfloor.data.ingest.release import release_overdoses
from watchfloor.data.ingest.roll_up import roll_up
from watchfloor.data.ingest.staging import Staging
from watchfloor.data.statements import statement

_ANYWHERE: LiteralString = "t.label_id, (-1)::smallint, 0::smallint"

# frame, layer, and what a run changed in it: (label_id, region, year); versions that it closed and that it opened.
# Reported values, places, craft and positions are noted by the statements that publish them, events by their roll-up.
_TOUCHED: tuple[tuple[str, str, str, LiteralString], ...] = (
    ("overdoses", "overdose", "overdoses",
     "t.label_id, watchfloor.cell_region(t.cell), extract(year FROM t.day)::smallint"),
    ("entities", "entity", "entities", _ANYWHERE),
    ("operations", "operation", "operations", _ANYWHERE),
    ("deconflictions", "deconfliction", "operations", _ANYWHERE),
    # a hexagon may show the distinct cases that hold its seizures
    ("cases", "case_file", "seizures", _ANYWHERE),
)  # fmt: skip


def begin_touched(connection: psycopg.Connection) -> None:
    """Make the temporary table in which a publication notes what it changes."""
    connection.execute(
        "CREATE TEMPORARY TABLE touched (layer text, label_id smallint, region smallint, year smallint) ON COMMIT DROP"
    )


def derive(connection: psycopg.Connection, staging: Staging, ticket: Ticket, *, is_with_routes: bool = True) -> None:
    """Bring roll-ups, releases, routes and versions to what the run changed; keep the run's grading.

    is_with_routes: if not, whoever asks derives the routes of what the run moved later on, by `derive_routes_of`.
    """
    # reported values and positions bear none of their own
    graded = [ticket.reliability, ticket.validity, ticket.run]
    connection.execute("UPDATE watchfloor.run SET reliability = %s, validity = %s WHERE id = %s", graded)
    for frame, table, layer, found in _TOUCHED:
        if frame in staging.made:
            connection.execute(
                sql.SQL(
                    "INSERT INTO pg_temp.touched SELECT DISTINCT {layer}, {found} FROM {changed} AS c "
                    "JOIN {table} AS t USING (id, recorded_from)"
                ).format(
                    layer=layer,
                    found=sql.SQL(found),
                    changed=sql.Identifier("pg_temp", f"changed_{frame}"),
                    table=sql.Identifier("watchfloor", table),
                )
            )
    if "events" in staging.made:
        roll_up(connection)
        connection.execute(
            "INSERT INTO pg_temp.touched SELECT DISTINCT 'seizures', m.label_id, m.region, m.year FROM moved_events m"
        )
    if "fixes" in staging.made:
        connection.execute(statement("note_newest_of_run"), ticket.parameters())
    for label in _labels(connection, "SELECT label_id FROM pg_temp.touched WHERE layer = 'overdoses'"):
        release_overdoses(connection, label)
    if is_with_routes:
        derive_routes_of(connection, ticket, _labels_that_moved(connection, staging))
    connection.execute(statement("bump_versions"), {"run": ticket.run})


def derive_routes_of(connection: psycopg.Connection, ticket: Ticket, labels: Iterable[int]) -> None:
    """Derive the routes of some labels, and note that they changed."""
    for label in labels:
        derive_routes(connection, ticket, label)
        connection.execute("INSERT INTO pg_temp.touched VALUES ('routes', %s, -1, 0)", [label])


def _labels_that_moved(connection: psycopg.Connection, staging: Staging) -> list[int]:
    """Labels whose flows a run may have changed: by events that name a way, or by positions."""
    moved = set(_labels(connection, "SELECT label_id FROM pg_temp.touched WHERE layer = 'tracks' AND year <> 0"))
    if "events" in staging.made:
        moved |= set(_labels(connection, "SELECT label_id FROM pg_temp.moved_events WHERE has_route"))
    return sorted(moved)


def _labels(connection: psycopg.Connection, question: LiteralString) -> list[int]:
    return sorted({label for (label,) in connection.execute(question)})
