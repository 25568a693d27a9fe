"""A store in a PostGIS that somebody else runs: over TCP, with passwords, as an owner who is no superuser.

A second private cluster plays the server of others; its administrator runs the SQL of the operator's guide.
"""

import json
import os
import re
import socket
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from watchfloor.app.asking import ask
from watchfloor.data.address import ExternalAddress, Role
from watchfloor.data.backup_parts import count_tables
from watchfloor.data.cluster import ClusterAddress, PrivateCluster
from watchfloor.data.exercise.cast import DEMO_PASSWORD
from watchfloor.data.gate import Gate, Terms
from watchfloor.data.repository import Asker, Repository
from watchfloor.geo.bbox import BBox
from watchfloor.geo.errors import StoreMismatch
from watchfloor.geo.period import Period
from watchfloor.geo.query import Layer, Query

from ..temporary_home import temporary_home
from .command_line import watchfloor

GUIDE = (Path(__file__).parents[2] / "docs" / "operator.md").read_text(encoding="utf-8")
OWNER = "watchfloor_migrator"
LOGINS = ("watchfloor_app", "watchfloor_intake", "watchfloor_gate")
PASSWORDS = {name: f"{name} on a tall hill" for name in (OWNER, *LOGINS)}
PERIOD = Period(date(2025, 6, 30), date(2026, 6, 30))
ASKED = [
    Query(layer=layer, period=PERIOD, bbox=BBox.world(), resolution=3)
    for layer in (Layer.SEIZURES, Layer.ROUTES, Layer.PORTS, Layer.OVERDOSES)
]


@dataclass(frozen=True, slots=True)
class Server:
    """The server of others: how its administrator reaches it, and where it listens."""

    administrator: ClusterAddress
    port: int

    def url(self, database: str) -> str:
        return f"postgresql://{OWNER}@127.0.0.1:{self.port}/{database}"

    def address(self, database: str) -> ExternalAddress:
        return ExternalAddress(self.url(database))

    def as_administrator(self, database: str) -> psycopg.Connection:
        plain = self.administrator.conninfo(Role.OWNER)
        return psycopg.connect(make_conninfo(plain, dbname=database), autocommit=True)


def sql_of_the_guide() -> tuple[list[str], list[str]]:
    """What the administrator runs on the server once, and then in the store's database."""
    blocks = re.findall(r"^```sql\n(.*?)^```", GUIDE, re.M | re.S)
    server, database = (block for block in blocks if "watchfloor" in block)
    return ([one.strip() for one in block.split(";") if one.strip()] for block in (server, database))  # type: ignore


def prepare(server: Server, database: str, *, with_roles: bool) -> None:
    of_server, of_database = sql_of_the_guide()
    with server.as_administrator("postgres") as administrator:
        for statement in of_server:
            if with_roles or statement.startswith("CREATE DATABASE"):
                written = statement.replace("DATABASE watchfloor", f"DATABASE {database}")
                named = re.search(r"ROLE (\w+) LOGIN", written)
                password = PASSWORDS[named[1]] if named else ""
                administrator.execute(re.sub(r"PASSWORD '[^']*'", f"PASSWORD '{password}'", written).encode())
    with server.as_administrator(database) as administrator:
        for statement in of_database:
            administrator.execute(statement.replace("DATABASE watchfloor", f"DATABASE {database}").encode())


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """Listens on loopback, wants passwords, and has nothing of ours yet."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with temporary_home() as home:
        cluster = PrivateCluster(home, durable=False)
        try:
            yield from listening(cluster, home, port)
        finally:
            cluster.remove()


def listening(cluster: PrivateCluster, home: Path, port: int) -> Iterator[Server]:
    with psycopg.connect(cluster.start().conninfo(Role.OWNER), autocommit=True) as administrator:
        administrator.execute("ALTER SYSTEM SET listen_addresses = '127.0.0.1'")
        administrator.execute(sql.SQL("ALTER SYSTEM SET port = {}").format(port))
    cluster.stop()
    address = replace(cluster.start(), database="postgres")
    with psycopg.connect(address.conninfo(Role.OWNER), autocommit=True) as administrator:
        hba = administrator.execute("SHOW hba_file").fetchone()
        with Path(hba[0]).open("a") as rules:
            rules.write("host all all 127.0.0.1/32 scram-sha-256\n")
        administrator.execute("SELECT pg_reload_conf()")
        for role in (*LOGINS, "watchfloor_keeper"):
            administrator.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))
        administrator.execute("ALTER DATABASE watchfloor RENAME TO of_somebody_else")
    with pytest.MonkeyPatch.context() as patch:
        words = home / "pgpass"
        words.write_text("".join(f"127.0.0.1:{port}:*:{name}:{word}\n" for name, word in PASSWORDS.items()))
        words.chmod(0o600)
        patch.setenv("PGPASSFILE", str(words))
        yield Server(address, port)


@pytest.fixture(scope="module")
def store(server: Server) -> str:
    """A database with an exercise world, made by the program as that owner."""
    prepare(server, "watchfloor", with_roles=True)
    made = run(server, "watchfloor", "exercise", "--seed", "3", "--scale", "0.03", "--until", "2026-06-30")
    assert made.exit_code == 0, (made.output, made.exception)
    return "watchfloor"


def run(server: Server, database: str, *arguments: str):
    home = Path(os.environ["PGPASSFILE"]).parent / "client"
    home.mkdir(exist_ok=True)
    return watchfloor(home, *arguments, kind="EXERCISE", WATCHFLOOR_DATABASE_URL=server.url(database))


def rows(server: Server, database: str, question: str) -> list[tuple]:
    with server.as_administrator(database) as administrator:
        return administrator.execute(question.encode()).fetchall()


def tables(server: Server, database: str) -> dict[str, list]:
    with psycopg.connect(server.url(database)) as owner:
        return count_tables(owner)


def noted(server: Server, database: str) -> list[tuple]:
    """What a store knows of itself, but for which policies and functions were applied to it."""
    with psycopg.connect(server.url(database)) as owner:
        return owner.execute("SELECT * FROM watchfloor.store WHERE key <> 'code' ORDER BY key").fetchall()


def answers(address: ExternalAddress, account: str) -> list[list[str]]:
    token = Gate(address).sign_in(account, DEMO_PASSWORD, Terms(), demo_allowed=True)
    with Repository(address) as repository:
        found = [ask(repository, Asker(token, uuid.uuid4()), query, "")[0] for query in ASKED]
    return [sorted(json.dumps(row, sort_keys=True, default=str) for row in some) for some in found]


def test_the_owner_has_no_more_than_the_guide_says(server: Server, store: str) -> None:
    powers = "SELECT rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls FROM pg_roles WHERE rolname = "

    assert rows(server, store, f"{powers} '{OWNER}'") == [(False, False, False, False, True)]
    assert rows(server, store, "SELECT has_database_privilege('public', current_database(), 'TEMP, CONNECT')") == [
        (False,)
    ]


@pytest.mark.parametrize("role", LOGINS)
def test_a_login_role_owns_nothing_and_bypasses_nothing(server: Server, store: str, role: str) -> None:
    powers = "SELECT rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls FROM pg_roles WHERE rolname = "
    owned = (
        f"SELECT (SELECT count(*) FROM pg_class WHERE relowner = '{role}'::regrole), "
        f"(SELECT count(*) FROM pg_proc WHERE proowner = '{role}'::regrole), "
        f"(SELECT count(*) FROM pg_namespace WHERE nspowner = '{role}'::regrole), "
        f"(SELECT count(*) FROM pg_auth_members WHERE member = '{role}'::regrole)"
    )

    assert rows(server, store, f"{powers} '{role}'") == [(False,) * 5]
    assert rows(server, store, owned) == [(0, 0, 0, 0)]


def test_who_logs_in_without_a_scope_reads_nothing_there_either(server: Server, store: str) -> None:
    with psycopg.connect(server.address(store).conninfo(Role.APP)) as app:
        assert app.execute("SELECT count(*) FROM watchfloor.event").fetchone() == (0,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("SELECT count(*) FROM sealed.audit")


def test_a_backup_is_verified_and_restored_into_a_fresh_database_of_that_server(
    server: Server, store: str, tmp_path: Path
) -> None:
    key = tmp_path / "key"
    key.write_text("a secret of more than thirty-two bytes")
    key.chmod(0o600)
    sealed, folder = ("--key-file", str(key)), str(tmp_path / "saved")
    prepare(server, "brought_back", with_roles=False)

    saved = run(server, store, "db", "backup", folder, *sealed, "--as", "operator")
    before = tables(server, store)
    verified = run(server, store, "db", "verify", folder, *sealed)
    restored = run(server, "brought_back", "db", "restore", folder, *sealed)

    assert [one.exit_code for one in (saved, verified, restored)] == [0, 0, 0], [saved, verified, restored]
    after = tables(server, "brought_back")
    # sign-ins that were open are ended, the restore itself stands in the audit, and what was applied here is noted
    differing = {name for name in before if before[name] != after[name]}
    assert after.keys() == before.keys()
    assert differing <= {"sealed.sign_in", "sealed.audit", "watchfloor.store"}
    assert noted(server, "brought_back") == noted(server, store)
    assert before["watchfloor.event"][0] > 100
    for account in ("ntf.analyst", "ntf.lead", "sbi.health"):
        answered = answers(server.address(store), account)
        assert answered == answers(server.address("brought_back"), account)
        assert answered[0]


def test_a_backup_goes_into_no_database_that_holds_a_store(server: Server, store: str, tmp_path: Path) -> None:
    folder = str(tmp_path / "saved")
    assert run(server, store, "db", "backup", folder, "--as", "operator").exit_code == 0

    refused = run(server, store, "db", "restore", folder)

    assert isinstance(refused.exception, StoreMismatch)


def test_a_store_that_a_newer_program_upgraded_is_refused_in_one_sentence(server: Server, store: str) -> None:
    (version,) = rows(server, store, "SELECT version_num FROM watchfloor.alembic_version")
    rows(server, store, "UPDATE watchfloor.alembic_version SET version_num = '9999' RETURNING 1")

    try:
        refused = [run(server, store, *typed) for typed in (("db", "upgrade"), ("whoami", "--as", "ntf.lead"))]
    finally:
        rows(server, store, f"UPDATE watchfloor.alembic_version SET version_num = '{version[0]}' RETURNING 1")

    assert {str(one.exception) for one in refused} == {
        "the store is of version 9999, which this program does not know: install the newer program"
    }


def test_the_cluster_of_somebody_else_is_not_ours_to_stop(server: Server, store: str) -> None:
    refused = [run(server, store, "db", name) for name in ("start", "stop")]

    assert all("someone else runs" in str(one.exception) for one in refused)
