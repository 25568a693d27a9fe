"""Entries of search made anew when the way of folding and cutting texts has changed; else triggers keep them."""

import hashlib
from importlib.metadata import version

import psycopg

from watchfloor.data.folding import latin_letters
from watchfloor.data.statements import statement

_TABLES = ("entity", "identifier", "case_file", "operation", "place", "craft")


def bring_search(connection: psycopg.Connection) -> None:
    """Fill letters and entries unless they are those of this program. connection: as the owner."""
    digest = hashlib.sha256(statement("search") + version("anyascii").encode()).hexdigest()
    row = connection.execute("SELECT value FROM watchfloor.store WHERE key = 'search'").fetchone()
    if row is not None and row[0] == digest:
        return
    with connection.transaction():
        connection.execute("TRUNCATE watchfloor.letter, watchfloor.search_entry")
        with connection.cursor() as cursor, cursor.copy("COPY watchfloor.letter (letter, latin) FROM STDIN") as copy:
            for pair in latin_letters():
                copy.write_row(pair)
        connection.execute("ANALYZE watchfloor.letter")
        for table in _TABLES:
            row = connection.execute(
                "SELECT watchfloor.adding_searched(%s, %s)", [table, f"watchfloor.{table}"]
            ).fetchone()
            assert row is not None
            connection.execute(row[0])
        connection.execute("ANALYZE watchfloor.search_entry")
        connection.execute(
            "INSERT INTO watchfloor.store (key, value) VALUES ('search', %s) "
            "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            [digest],
        )
