"""A store of a newer program is refused in one sentence and left as it is."""

from typing import Any

import psycopg
import pytest
from sqlalchemy import CheckConstraint

from watchfloor.data.address import Role
from watchfloor.data.models import metadata
from watchfloor.data.store import upgrade
from watchfloor.geo.errors import StoreMismatch


def test_a_store_that_a_newer_program_upgraded_is_refused_and_not_touched(store: Any) -> None:
    with psycopg.connect(store.conninfo(Role.OWNER)) as connection:
        connection.execute("UPDATE watchfloor.alembic_version SET version_num = '9999'")
        connection.execute("DROP FUNCTION watchfloor.search_entities")

    with pytest.raises(StoreMismatch) as refused:
        upgrade(store)

    assert str(refused.value) == (
        "the store is of version 9999, which this program does not know: install the newer program"
    )
    with psycopg.connect(store.conninfo(Role.OWNER)) as connection:
        assert connection.execute("SELECT version_num FROM watchfloor.alembic_version").fetchall() == [("9999",)]
        assert connection.execute("SELECT to_regproc('watchfloor.search_entities')").fetchone() == (None,)


def test_checks_of_a_store_are_called_as_the_models_call_them(store: Any) -> None:
    named = (
        "SELECT t.relname, c.conname FROM pg_constraint AS c JOIN pg_class AS t ON t.oid = c.conrelid "
        "JOIN pg_namespace AS n ON n.oid = t.relnamespace AND n.nspname IN ('watchfloor', 'sealed', 'truth') "
        "WHERE c.contype = 'c' AND NOT t.relispartition"
    )
    with psycopg.connect(store.conninfo(Role.OWNER)) as connection:
        found = set(connection.execute(named.encode()).fetchall())

    checks = ((table, one) for table in metadata.tables.values() for one in table.constraints)
    assert found == {(table.name, str(one.name)) for table, one in checks if isinstance(one, CheckConstraint)}
