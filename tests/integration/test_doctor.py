"""The doctor finds what is wrong with a store: each fault is made, found and taken back."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from watchfloor.data.address import Role
from watchfloor.data.checks import Expected, check_store
from watchfloor.data.rebuild import rebuild_roll_ups
from watchfloor.data.store_kind import StoreKind


@pytest.fixture
def owner(store: Any) -> Iterator[psycopg.Connection]:
    """A transaction that is taken back: roles belong to all stores of the cluster."""
    with psycopg.connect(store.conninfo(Role.OWNER)) as connection:
        yield connection
        connection.rollback()


def test_a_store_that_is_well_has_no_finding(owner: psycopg.Connection) -> None:
    assert check_store(owner, Expected(StoreKind.EXERCISE)) == []


@pytest.mark.parametrize(
    ("sabotage", "check", "says", "do"),
    [
        ("ALTER TABLE watchfloor.event NO FORCE ROW LEVEL SECURITY", "policies", "event has no forced", "db upgrade"),
        ("DROP POLICY scope_reads ON watchfloor.fix", "policies", "the table fix", "db upgrade"),
        ("CREATE POLICY all_read ON watchfloor.fix FOR SELECT USING (true)", "policies", "the table fix", "db upgrade"),
        ("DROP POLICY scope_keeps ON watchfloor.kept", "policies", "not as this program put", "db upgrade"),
        ("GRANT UPDATE ON watchfloor.event TO watchfloor_app", "policies", "not as this program put", "db upgrade"),
        (
            "ALTER FUNCTION watchfloor.peek_scope(text) SECURITY INVOKER",
            "policies",
            "not as this program",
            "db upgrade",
        ),
        ("CREATE VIEW watchfloor.leak AS SELECT 1 AS one", "policies", "the table leak", "db upgrade"),
        ("ALTER ROLE watchfloor_app BYPASSRLS", "roles", "watchfloor_app may pass by", "NOBYPASSRLS"),
        ("ALTER ROLE watchfloor_gate RENAME TO gone", "roles", "watchfloor_gate is lacking", "operator.md"),
        ("DELETE FROM sealed.signing_key", "signing key", "nobody can read", "db upgrade"),
        ("UPDATE watchfloor.alembic_version SET version_num = '0001'", "schema", "of version 0001", "db upgrade"),
        ("UPDATE watchfloor.alembic_version SET version_num = '9999'", "schema", "newer version 9999", "newer program"),
        ("DROP SCHEMA watchfloor CASCADE", "schema", "no store yet", "db upgrade"),
        ("DROP EXTENSION pg_trgm CASCADE", "server", "pg_trgm is lacking", "CREATE EXTENSION pg_trgm"),
        (
            "UPDATE watchfloor.store SET value = 'OPERATIONAL' WHERE key = 'kind'",
            "accounts",
            "nobody may administer",
            "principal add",
        ),
        (
            "INSERT INTO watchfloor.run (format, started_by, label_id, status, started_at) "
            "SELECT 'csv', 'x', min(id), 'running', now() + interval '1 day' FROM watchfloor.label",
            "clock",
            "still to come",
            "clock",
        ),
        (
            "INSERT INTO watchfloor.run (format, started_by, label_id, status, started_at) "
            "SELECT 'csv', 'x', min(id), 'running', now() - interval '2 days' FROM watchfloor.label",
            "runs",
            "have not ended",
            "load those files again",
        ),
        (
            "INSERT INTO watchfloor.event_rollup SELECT 'seizure', 7, 0, 2020, 0, min(id), 0, 5, '', '', '', '' "
            "FROM watchfloor.label",
            "derived data",
            "does not count",
            "db rebuild",
        ),
    ],
)
def test_a_fault_is_found_and_it_says_what_to_do(
    owner: psycopg.Connection, sabotage: str, check: str, says: str, do: str
) -> None:
    owner.execute(sabotage.encode())

    (finding,) = check_store(owner, Expected())

    assert finding.check == check
    assert says in finding.says
    assert do in finding.do


def test_another_kind_than_the_settings_name_is_found(owner: psycopg.Connection) -> None:
    (finding,) = check_store(owner, Expected(StoreKind.OPERATIONAL))

    assert "the store is EXERCISE" in finding.says


def test_open_exercise_accounts_of_a_server_beyond_this_machine_are_found(owner: psycopg.Connection) -> None:
    owner.execute("INSERT INTO sealed.principal (name, kind, display_name, is_demo) VALUES ('d', 'person', 'D', true)")

    assert check_store(owner, Expected()) == []
    assert "exercise accounts" in check_store(owner, Expected(is_exposed=True))[0].says


def test_rebuilt_roll_ups_are_those_that_the_loads_made(exercise: Any) -> None:
    question = (
        "SELECT kind, level, substance_id, year, region, label_id, entries, total FROM watchfloor.event_rollup "
        "ORDER BY 1, 2, 3, 4, 5, 6"
    )
    with psycopg.connect(exercise.conninfo(Role.OWNER)) as connection:
        before = connection.execute(question.encode()).fetchall()

    rebuild_roll_ups(exercise)

    with psycopg.connect(exercise.conninfo(Role.OWNER)) as connection:
        assert connection.execute(question.encode()).fetchall() == before
        assert check_store(connection, Expected()) == []
    assert len(before) > 1000
