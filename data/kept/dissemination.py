"""The record of exports that were handed on: written in the transaction of the export's own audit row."""

import psycopg
from psycopg.rows import TupleRow
from psycopg.types.json import Jsonb

from watchfloor.data.kept.writing import told
from watchfloor.geo.kept import Dissemination, Handed, one_line

MOST = 1_000
_WRITE = (
    "INSERT INTO watchfloor.dissemination "
    "(question, marking, labels, counts, format, name, sha256, size, given_to) "
    "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) "
    "RETURNING id, at, who, agency, question, marking, labels, counts, format, name, sha256, size, given_to"
)
_READ = (
    "SELECT d.id, d.at, d.who, d.agency, d.question, d.marking, d.labels, d.counts, d.format, d.name, d.sha256, "
    "d.size, d.given_to FROM watchfloor.dissemination AS d ORDER BY d.at DESC, d.id LIMIT %s"
)

type Connection = psycopg.Connection[TupleRow]


def hand_on(connection: Connection, handed: Handed) -> Dissemination:
    """Write the record; who, whose agency and when is set by the store.

    Raises Refused if one of the labels is not the asker's to see, BadQuestion for texts that are too long.
    """
    given_to = one_line(handed.given_to, "to whom") if handed.given_to.strip() else ""
    given = [Jsonb(dict(handed.question)), handed.marking, sorted(handed.labels), Jsonb(dict(handed.counts))]
    with told():
        row = connection.execute(
            _WRITE,
            [*given, handed.format, one_line(handed.name, "the file"), handed.sha256, handed.size, given_to],
        ).fetchone()
    assert row is not None
    return _dissemination(row)


def disseminated(connection: Connection) -> tuple[Dissemination, ...]:
    """The newest records whose labels the reader sees, all of each."""
    return tuple(_dissemination(row) for row in connection.execute(_READ, [MOST]))


def _dissemination(row: TupleRow) -> Dissemination:
    thing, at, who, agency, question, marking, labels, counts, form, name, sha256, size, given_to = row
    handed = Handed(question, marking, tuple(labels), counts, form, name, bytes(sha256), size, given_to)
    return Dissemination(thing, at, who, agency, handed)
