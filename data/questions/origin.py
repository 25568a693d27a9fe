"""Where the newest of what a layer shows comes from."""

from collections.abc import Collection
from datetime import UTC, datetime

import psycopg
from psycopg.rows import TupleRow

from watchfloor.data.questions.kept_since import refuse_origin_since
from watchfloor.data.statements import statement
from watchfloor.geo.answers import Origin


def origin(
    connection: psycopg.Connection[TupleRow], runs: Collection[int], known_at: datetime | None = None
) -> Origin | None:
    """Sources of these runs, the newest first, and when the newest was loaded; None if none is to be seen.

    Raises BadQuestion if one of them was published after `known_at` (None: now).
    """
    refuse_origin_since(connection, runs, known_at)
    rows = connection.execute(statement("origin"), {"runs": sorted(runs)}).fetchall()
    return Origin(tuple(title for title, _ in rows), rows[0][1].astimezone(UTC)) if rows else None
