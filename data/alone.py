"""Work of which there may be one at a time in a store, whoever begins it."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg.rows import TupleRow

from watchfloor.geo.errors import StoreUnavailable


@contextmanager
def alone(connection: psycopg.Connection[TupleRow], work: str, refusal: str) -> Iterator[None]:
    """Hold the store's lock of that name. Raises StoreUnavailable with the refusal if another holds it.

    It is let go by a statement of its own: the server sees that a connection is closed some time after who closed it,
    and the next would be refused for one that has ended. connection: in autocommit.
    """
    row = connection.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [work]).fetchone()
    if not (row and row[0]):
        raise StoreUnavailable(refusal)
    try:
        yield
    finally:
        if not connection.closed:
            connection.execute("SELECT pg_advisory_unlock(hashtext(%s))", [work])
