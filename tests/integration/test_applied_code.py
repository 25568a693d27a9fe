"""Policies, functions and rights are applied once: a command on a store that has them changes and locks nothing."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from watchfloor.data import applied_code
from watchfloor.data.address import Role
from watchfloor.data.revisions import revisions
from watchfloor.data.store import upgrade

from .command_line import watchfloor
from .track_world import url

# any lock that would wait for, or keep from its work, a page that reads and writes
STRONG = (
    "SELECT l.relation::regclass::text, l.mode FROM pg_locks AS l JOIN pg_class AS c ON c.oid = l.relation "
    "WHERE l.locktype = 'relation' AND l.granted AND l.pid <> pg_backend_pid() "
    "AND c.relnamespace = 'watchfloor'::regnamespace "
    "AND l.mode NOT IN ('AccessShareLock', 'RowShareLock', 'RowExclusiveLock')"
)
EVERY_TABLE = (
    "SELECT string_agg(format('%I.%I', schemaname, tablename), ', ') FROM pg_tables "
    "WHERE schemaname IN ('watchfloor', 'sealed')"
)
POLICIES = "SELECT polrelid::regclass::text, polname, xmin::text FROM pg_policy ORDER BY 1, 2"
NOTE = "SELECT value FROM watchfloor.store WHERE key = 'code'"


def rows(store: Any, question: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(store.conninfo(Role.OWNER)) as connection:
        return connection.execute(question.encode()).fetchall()


@contextmanager
def pages_at_work(store: Any) -> Iterator[None]:
    """A transaction that reads every table, as pages do, and does not end."""
    with psycopg.connect(store.conninfo(Role.OWNER)) as page:
        # a command that must wait is not waited for
        page.execute("SET idle_in_transaction_session_timeout = '60s'")
        row = page.execute(EVERY_TABLE.encode()).fetchone()
        assert row is not None
        page.execute(f"LOCK TABLE {row[0]} IN ACCESS SHARE MODE".encode())
        yield
        page.rollback()


def test_a_command_on_a_store_that_has_the_code_changes_no_policy_and_waits_for_no_page(store, tmp_path: Path) -> None:
    upgrade(store)
    before = rows(store, POLICIES)

    with pages_at_work(store):
        listed = watchfloor(
            tmp_path, "principal", "list", "--as", "operator", kind="EXERCISE", WATCHFLOOR_DATABASE_URL=url(store)
        )

    assert listed.exit_code == 0, listed.output
    assert rows(store, POLICIES) == before


def test_no_strong_lock_is_held_meanwhile(store) -> None:
    upgrade(store)
    seen: set[tuple[Any, ...]] = set()
    is_done = threading.Event()

    def watch() -> None:
        with psycopg.connect(store.conninfo(Role.OWNER), autocommit=True) as watcher:
            while not is_done.is_set():
                seen.update(watcher.execute(STRONG.encode()).fetchall())

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        upgrade(store)
    finally:
        is_done.set()
        watching.join()

    assert seen == set()


@pytest.mark.parametrize(
    "sabotage",
    [
        "DROP POLICY scope_reads ON watchfloor.event",
        "ALTER TABLE watchfloor.event NO FORCE ROW LEVEL SECURITY",
        "GRANT UPDATE ON watchfloor.event TO watchfloor_app",
        "DROP FUNCTION watchfloor.search_entities",
        "DELETE FROM sealed.signing_key",
        "DELETE FROM watchfloor.store WHERE key = 'code'",
        "UPDATE watchfloor.store SET value = replace(value, ' ', '0 ') WHERE key = 'code'",
    ],
)
def test_what_is_lacking_or_was_changed_is_put_back(store, sabotage: str) -> None:
    upgrade(store)
    told = rows(store, NOTE)
    with psycopg.connect(store.conninfo(Role.OWNER)) as owner:
        owner.execute(sabotage.encode())

    upgrade(store)

    with psycopg.connect(store.conninfo(Role.OWNER)) as owner:
        assert applied_code.stands(owner, revisions().head)
        row = owner.execute("SELECT to_regproc('watchfloor.search_entities')").fetchone()
        assert row is not None
        assert row[0] is not None
        assert owner.execute("SELECT FROM sealed.signing_key").rowcount == 1
    assert rows(store, NOTE)[0][0].split()[0] == told[0][0].split()[0]


def test_another_program_applies_its_own(store) -> None:
    upgrade(store)

    with psycopg.connect(store.conninfo(Role.OWNER)) as owner:
        assert applied_code.stands(owner, revisions().head)
        assert not applied_code.stands(owner, "0001")
