"""A database that somebody else runs is prepared by the first start, or it says what its administrator must run."""

import itertools
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from watchfloor.data.address import ExternalAddress, Role
from watchfloor.data.cluster import ClusterAddress
from watchfloor.data.foundation import check_logins, lay_foundation
from watchfloor.data.store import upgrade
from watchfloor.data.store_kind import StoreKind
from watchfloor.geo.errors import StoreUnavailable

_numbers = itertools.count()


@dataclass(frozen=True, slots=True)
class Limited:
    """The address as an owner role of these rights, and no more; the other roles as they are."""

    address: ClusterAddress
    owner: str

    def conninfo(self, role: str) -> str:
        plain = self.address.conninfo(role)
        return make_conninfo(plain, options=f"-c role={self.owner}") if role == Role.OWNER else plain


def keeper_of(address: ClusterAddress) -> psycopg.Connection:
    return psycopg.connect(address.conninfo(Role.OWNER), autocommit=True)


@pytest.fixture
def bare(cluster: ClusterAddress) -> Iterator[ClusterAddress]:
    """A second database of the cluster, with nothing in it, not even PostGIS."""
    name = f"bare_{os.getpid()}_{next(_numbers)}"
    with keeper_of(replace(cluster, database="postgres")) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        yield replace(cluster, database=name)
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def limited(bare: ClusterAddress) -> Iterator[Limited]:
    """An owner role without any right, in the bare database."""
    name = f"limited_{os.getpid()}_{next(_numbers)}"
    with keeper_of(bare) as connection:
        connection.execute(sql.SQL("CREATE ROLE {}").format(sql.Identifier(name)))
        yield Limited(bare, name)
        connection.execute(sql.SQL("DROP OWNED BY {} CASCADE").format(sql.Identifier(name)))
        connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))


def test_an_account_that_may_prepares_the_database_itself(bare) -> None:
    url = f"postgresql://watchfloor_owner@/{bare.database}?host={bare.socket_dir}&port={bare.port}"
    upgrade(ExternalAddress(url), StoreKind.OPERATIONAL)
    with keeper_of(bare) as connection:
        assert connection.execute("SELECT value FROM watchfloor.store WHERE key = 'kind'").fetchone() == (
            "OPERATIONAL",
        )


def test_what_an_account_may_not_is_told_as_sql_that_suffices(limited) -> None:
    with pytest.raises(StoreUnavailable, match="let an administrator run") as refused:
        upgrade(limited, StoreKind.OPERATIONAL)
    said = str(refused.value)
    assert "\n" not in said
    statements = said.split(f"in the database {limited.address.database}: ")[1].removesuffix("; and start again")
    for part in ('CREATE EXTENSION "postgis"', "BYPASSRLS", "GRANT CREATE ON DATABASE", 'GRANT "watchfloor_keeper"'):
        assert part in statements

    with keeper_of(limited.address) as administrator:
        administrator.execute(statements.encode())
    upgrade(limited, StoreKind.OPERATIONAL)
    upgrade(limited)

    with psycopg.connect(limited.address.conninfo(Role.APP)) as app:
        assert app.execute("SELECT count(*) FROM watchfloor.place").fetchone() == (0,)
    with keeper_of(limited.address) as administrator:
        may = administrator.execute("SELECT has_schema_privilege('watchfloor_keeper', 'sealed', 'CREATE')").fetchone()
    assert may == (False,)


def test_roles_that_lack_are_made(bare) -> None:
    role = f"made_{os.getpid()}"
    with keeper_of(bare) as connection:
        lay_foundation(connection, (role,))
        made = connection.execute("SELECT rolcanlogin, rolsuper FROM pg_roles WHERE rolname = %s", [role]).fetchone()
        connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))
    assert made == (True, False)


def test_a_role_that_is_not_let_in_is_named(bare) -> None:
    with pytest.raises(StoreUnavailable, match=r"does not let watchfloor_app in: give it a password"):
        check_logins(replace(bare, port=bare.port + 1))
