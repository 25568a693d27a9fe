"""One at a time: a lock is held against others, and free before the connection that held it is seen to be closed."""

from collections.abc import Iterator

import psycopg
import pytest

from watchfloor.data.address import Role
from watchfloor.data.alone import alone
from watchfloor.geo.errors import StoreUnavailable

WORK, REFUSAL = "watchfloor.tests", "somebody is at it"


@pytest.fixture
def two(store) -> Iterator[tuple[psycopg.Connection, psycopg.Connection]]:
    conninfo = store.conninfo(Role.INTAKE)
    with psycopg.connect(conninfo, autocommit=True) as one, psycopg.connect(conninfo, autocommit=True) as other:
        yield one, other


def test_another_is_refused_while_one_is_at_it_and_welcome_as_soon_as_it_ends(two) -> None:
    one, other = two
    with alone(one, WORK, REFUSAL), pytest.raises(StoreUnavailable, match=REFUSAL), alone(other, WORK, REFUSAL):
        pass

    with alone(other, WORK, REFUSAL):
        pass


def test_work_that_fails_lets_the_next_begin(two) -> None:
    one, other = two
    with pytest.raises(ValueError, match="no"), alone(one, WORK, REFUSAL):
        raise ValueError("no")

    with alone(other, WORK, REFUSAL):
        pass


def test_a_connection_that_breaks_tells_what_broke_it(two) -> None:
    one, other = two

    def broken() -> None:
        with alone(one, WORK, REFUSAL):
            other.execute("SELECT pg_terminate_backend(%s)", [one.info.backend_pid])
            one.execute("SELECT 1")

    with pytest.raises(psycopg.OperationalError):
        broken()
