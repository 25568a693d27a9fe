"""Feeds as a reader may see them: of labels that are not theirs to see there are none."""

from dataclasses import fields

import psycopg
from psycopg.rows import TupleRow, dict_row

from watchfloor.data.feeds import Feed, Service, service_of
from watchfloor.data.questions.linked import label_titles
from watchfloor.data.statements import statement
from watchfloor.geo.errors import BadQuestion

type Connection = psycopg.Connection[TupleRow]

_SERVICE = (
    "SELECT id, created_at, expected, every, looked_at, last_success, errors, newest, asked_at, is_live, "
    "heard, dropped, malformed "
    "FROM watchfloor.feed_service()"
)


def list_feeds(connection: Connection, *, retired: bool = False) -> list[Feed]:
    """All feeds, by name; retired: also those that are no more."""
    return _feeds(connection, None, retired=retired)


def find_feed(connection: Connection, name: str) -> Feed:
    """One feed by its name or number, a retired one by its number alone.

    Raises BadQuestion if there is none that this scope may see, or there are several of that name.
    """
    if name.isdecimal() and len(name) < 10 and (found := _feeds(connection, int(name), retired=True)):
        return found[0]
    found = [feed for feed in _feeds(connection, None, retired=False) if feed.name == name]
    if not found:
        raise BadQuestion(f"there is no feed {name!r} that this account may see: `watchfloor feed list` lists them")
    if len(found) > 1:
        numbers = ", ".join(str(feed.id) for feed in found)
        raise BadQuestion(f"several feeds are called {name!r}: name one by its number, {numbers}")
    return found[0]


def read_service(connection: Connection) -> list[Service]:
    """How well every feed is served, whoever asks: numbers and moments, neither names nor labels."""
    with connection.cursor(row_factory=dict_row) as cursor:
        return [service_of(row) for row in cursor.execute(_SERVICE)]


def _feeds(connection: Connection, feed: int | None, *, retired: bool) -> list[Feed]:
    titles = label_titles(connection)
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(statement("feeds"), {"feed": feed, "retired": retired}).fetchall()
    labelled = [row | {"label": titles[row["label_id"]]} for row in rows]
    names = [field.name for field in fields(Feed)]
    return [Feed(**{name: row[name] for name in names}) for row in labelled]
