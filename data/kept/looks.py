"""When somebody last looked at a record, so that its page can say what changed since."""

from datetime import datetime, timedelta

import psycopg
from psycopg.rows import TupleRow

from watchfloor.data.kept.writing import told
from watchfloor.data.statements import statement
from watchfloor.geo.kept import About

SAME_LOOK = timedelta(minutes=30)
"""A page that is opened again so soon after is the same look: what was new stays marked as new."""

_BEFORE = (
    "SELECT max(l.at) FILTER (WHERE l.at < now() - %(same)s), max(l.at) FROM watchfloor.look AS l "
    "WHERE l.about_kind = %(kind)s AND l.about_id = %(id)s"
)
_LOOK = "INSERT INTO watchfloor.look (about_kind, about_id) VALUES (%s, %s)"

type Connection = psycopg.Connection[TupleRow]


def look(connection: Connection, about: About) -> datetime | None:
    """Note that the reader looks at a record now; when they last did before that, None if never."""
    given = {"same": SAME_LOOK, "kind": about.kind.value, "id": about.id}
    row = connection.execute(_BEFORE, given).fetchone()
    assert row is not None
    before, newest = row
    if newest is None or newest == before:
        with told():
            connection.execute(_LOOK, [about.kind.value, about.id])
    return before if isinstance(before, datetime) else None


def changes(connection: Connection, about: About, since: datetime) -> tuple[tuple[str, int], ...]:
    """What was recorded of a case or an entity after a moment: a noun in the singular, and how many."""
    rows = connection.execute(statement("changed_since"), {"id": about.id, "since": since})
    return tuple((what, n) for what, n in rows if n)
