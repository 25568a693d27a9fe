"""The bytes of an attachment, under the label of its record."""

from uuid import UUID

import psycopg
from psycopg.rows import TupleRow

from watchfloor.data.kept.reading import ABSENT, kept_thing
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.kept import Kept, KeptKind

type Connection = psycopg.Connection[TupleRow]


def attachment(connection: Connection, thing: UUID) -> tuple[Kept, bytes]:
    """An attachment and its content. Raises BadQuestion if there is none that the reader may see."""
    kept = kept_thing(connection, thing)
    row = connection.execute(
        "SELECT b.content FROM watchfloor.kept_bytes AS b WHERE b.kept_id = %s", [thing]
    ).fetchone()
    if kept.kind is not KeptKind.ATTACHMENT or row is None:
        raise BadQuestion(ABSENT)
    return kept, bytes(row[0])
