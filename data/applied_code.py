"""Whether policies, functions and rights of a store are those of this program: if so, a command leaves them alone.

What is kept is a digest of what was applied together with one of what then stood in the database's catalogue. Both are
compared: a restored store brings the note, but other functions, policies or rights than those it was written of.
"""

import hashlib
from functools import cache

import psycopg
from psycopg import sql
from psycopg.rows import TupleRow

from watchfloor.data.statements import statement
from watchfloor.geo.measures import MEASURES
from watchfloor.geo.substances import SUBSTANCES

KEY = "code"
"""Under which the note stands in the table `store`."""

_PARTS = ("functions", "fix_days", "kept", "search", "policies", "grants")

type Connection = psycopg.Connection[TupleRow]


def stands(connection: Connection, head: str) -> bool:
    """Whether all of it was applied, and still is as it was. head: the version of this program's tables.

    Asks the catalogue and the table `store` alone. connection: as the owner.
    """
    row = connection.execute("SELECT value FROM watchfloor.store WHERE key = %s", [KEY]).fetchone()
    return row is not None and row[0] == _note(connection, head)


def is_untouched(connection: Connection) -> bool:
    """Whether policies, functions and rights are still as some program put them."""
    row = connection.execute("SELECT value FROM watchfloor.store WHERE key = %s", [KEY]).fetchone()
    return row is not None and str(row[0]).endswith(f" {_catalogue(connection)}")


def apply_code(connection: Connection) -> None:
    """Put functions, policies and rights as this program has them; every table is locked until the transaction ends."""
    for part in _PARTS[:-1]:
        connection.execute(statement(part))
    database = sql.Identifier(connection.info.dbname).as_string(connection)
    connection.execute(statement(_PARTS[-1]).replace(b':"database"', database.encode()))


def note(connection: Connection, head: str) -> None:
    """Write down what was applied: in the same transaction, after all of it."""
    connection.execute(
        "INSERT INTO watchfloor.store (key, value) VALUES (%s, %s) "
        "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        [KEY, _note(connection, head)],
    )


def forget(connection: Connection) -> None:
    """What the note says does not hold here: the next command applies all of it."""
    connection.execute("DELETE FROM watchfloor.store WHERE key = %s", [KEY])


def _note(connection: Connection, head: str) -> str:
    return f"{_program(head)} {_catalogue(connection)}"


@cache
def _program(head: str) -> str:
    """Digest of all that an upgrade brings into tables that stand."""
    said = [head.encode(), *map(statement, _PARTS), repr((SUBSTANCES, MEASURES)).encode()]
    return hashlib.sha256(b"\0".join(said)).hexdigest()


def _catalogue(connection: Connection) -> str:
    row = connection.execute(statement("applied_code")).fetchone()
    assert row is not None
    return str(row[0])
