"""Answers too long for memory: rows of a statement as they come, some thousands at a time."""

from collections.abc import Iterator, Mapping
from io import BytesIO

import polars as pl
import psycopg
from psycopg.rows import TupleRow

from watchfloor.data.questions.near_ports import with_ports
from watchfloor.data.statements import asked

# of text, of which polars makes some hundred thousand rows at most
BLOCK_BYTES = 16 << 20

type Connection = psycopg.Connection[TupleRow]
type Types = Mapping[str, type[pl.DataType]]


def copied(connection: Connection, question: str, given: Mapping[str, object], types: Types) -> Iterator[pl.DataFrame]:
    """Frames of a statement's rows in the order of its columns; given: its parameters, `known_at` among them.

    The store sends on as they are read: what is not read waits in the store. No other question may be put to the
    connection meanwhile.
    """
    text = b"COPY (" + asked(question, given) + b") TO STDOUT (FORMAT csv)"
    parts: list[bytes] = []
    size = 0
    with connection.cursor() as cursor, cursor.copy(text, with_ports(connection, given)) as copy:
        # each is one row whole, whatever breaks of lines its texts hold
        for row in copy:
            parts.append(bytes(row))
            size += len(row)
            if size >= BLOCK_BYTES:
                yield _frame(b"".join(parts), types)
                parts, size = [], 0
    if parts:
        yield _frame(b"".join(parts), types)


def _frame(text: bytes, types: Types) -> pl.DataFrame:
    return pl.read_csv(BytesIO(text), has_header=False, schema=dict(types), quote_char='"')
