"""Arrays of the database as NumPy's hold what the database says they hold."""

from datetime import UTC, datetime

import numpy as np
import psycopg
import pytest

from watchfloor.data.address import Role
from watchfloor.data.numpy_arrays import arrays_as_numpy, seconds_of

NUMBERS = [0, 1, -7, 12_345]
MOMENTS = [
    datetime(1999, 12, 31, 23, 59, 59, 999_999, UTC),
    datetime(2000, 1, 1, tzinfo=UTC),
    datetime(2026, 6, 30, 1, 2, 3, 4, UTC),
]


@pytest.mark.parametrize("kind", ["int2", "int4", "int8", "float4", "float8"])
def test_numbers_come_as_they_are(store, kind: str) -> None:
    with psycopg.connect(store.conninfo(Role.OWNER)) as owner, owner.cursor(binary=True) as cursor:
        arrays_as_numpy(cursor)
        first, second = cursor.execute(
            f"SELECT array_agg(n::{kind} ORDER BY n), array_agg(-n::{kind}) FROM unnest(%s::int4[]) AS n".encode(),
            [NUMBERS],
        ).fetchone() or ((), ())
    assert first.tolist() == sorted(NUMBERS)
    assert second.tolist() == [-n for n in NUMBERS]
    assert first.dtype.itemsize == int(kind[-1])


def test_a_moment_is_of_the_second_in_which_it_lies(store) -> None:
    with psycopg.connect(store.conninfo(Role.OWNER)) as owner, owner.cursor(binary=True) as cursor:
        arrays_as_numpy(cursor)
        (found,) = cursor.execute("SELECT array_agg(m) FROM unnest(%s::timestamptz[]) AS m", [MOMENTS]).fetchone() or (
            (),
        )
    assert seconds_of(found).tolist() == [int(np.floor(moment.timestamp())) for moment in MOMENTS]
