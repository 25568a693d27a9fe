"""Connections that the database has ended: none of them fails a question once the database is back."""

import time
import uuid
from contextlib import ExitStack

import psycopg

from watchfloor.data.address import Role
from watchfloor.data.door import Asked, Door

END = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = %s AND usename = 'watchfloor_app'"


def test_connections_that_were_ended_are_let_go_and_fail_no_question(store, people) -> None:
    token, most = people.account("ana", "A"), 3
    with Door(store, most=most) as door:
        with ExitStack() as at_once:
            for _ in range(most):
                at_once.enter_context(door.open(token, Asked("look", {}, view_id=uuid.uuid4())))
        with psycopg.connect(store.conninfo(Role.OWNER)) as owner:
            assert owner.execute(END, [store.database]).fetchone() == (most,)
        # the ends are on their way
        time.sleep(0.5)

        assert [door.peek(token).principal for _ in range(2 * most)] == ["ana"] * (2 * most)
