"""A backup read back: verified without a store, or restored into a fresh one."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from watchfloor.data.address import Address, Role
from watchfloor.data.applied_code import forget
from watchfloor.data.backup import SCHEMAS
from watchfloor.data.backup_parts import (
    DUMP,
    TABLES,
    Manifest,
    check_parts,
    count_tables,
    open_seal,
    read_manifest,
    read_part,
)
from watchfloor.data.backup_programs import environment, feeding, major_of, program
from watchfloor.data.backup_sealing import Seal
from watchfloor.data.foundation import lay_foundation
from watchfloor.data.revisions import revisions
from watchfloor.geo.errors import BadFile, StoreMismatch

_COPY = re.compile(rb"^COPY ([a-z_]+)\.([a-z0-9_]+) \(")


def verify(folder: Path, secret: bytes | None = None) -> tuple[Manifest, dict[str, int]]:
    """Check hashes and signature, and read every row of the dump; rows by table.

    Nothing is restored. Raises BadFile with what is wrong.
    """
    manifest = read_manifest(folder)
    check_parts(folder, manifest)
    seal = open_seal(manifest, secret)
    wanted = {name: rows for name, (rows, _) in _tables(folder, seal).items()}
    command = [program("pg_restore", int(manifest.server.split(".")[0])), "--data-only", "--file=-"]
    with feeding(command, {"LC_MESSAGES": "C"}, read_part(folder, DUMP, seal)) as lines:
        found = _counted(lines)
    if {name: found.get(name, 0) for name in wanted} != wanted:
        raise BadFile(f"{folder}: the dump does not hold as many rows as were counted when it was made")
    return manifest, wanted


def restore(address: Address, folder: Path, secret: bytes | None = None) -> Manifest:
    """Put a backup into a database that holds no store, and compare every table with what was saved.

    The store is then of the backup's version: upgrade it. Afterwards no sign-in of before is good.
    Raises BadFile, StoreMismatch; the database is as empty as before then.
    """
    manifest = read_manifest(folder)
    check_parts(folder, manifest)
    seal = open_seal(manifest, secret)
    known = revisions().known
    if manifest.version not in known:
        raise StoreMismatch(f"the backup is of version {manifest.version}: install the newer program that made it")
    with psycopg.connect(address.conninfo(Role.OWNER), autocommit=True) as connection:
        _refuse_used(connection)
        # policies and grants name the roles
        lay_foundation(connection)
        row = connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
    # whoever is no superuser cannot give away functions; the upgrade puts owners and grants in any case
    plain = [] if row and row[0] else ["--no-owner", "--no-privileges"]
    try:
        _load(address, folder, seal, plain)
        _compare(address, _tables(folder, seal))
    except BaseException:
        _clear(address)
        raise
    return manifest


def _load(address: Address, folder: Path, seal: Seal | None, options: list[str]) -> None:
    env = environment(address)
    command = [
        program("pg_restore", major_of(address)), "--single-transaction", "--exit-on-error", "--no-password",
        f"--dbname={env['PGDATABASE']}", *options,
    ]  # fmt: skip
    with feeding(command, env, read_part(folder, DUMP, seal)):
        pass


def _compare(address: Address, saved: dict[str, list[Any]]) -> None:
    with psycopg.connect(address.conninfo(Role.OWNER)) as connection:
        found = count_tables(connection)
        differing = sorted(name for name in saved.keys() | found.keys() if saved.get(name) != found.get(name))
        if differing:
            raise BadFile(f"what was restored is not what was saved, in {', '.join(differing)}")
        connection.execute("UPDATE sealed.sign_in SET revoked_at = now() WHERE revoked_at IS NULL")
        # it is of the store that was saved: whoever is no superuser restored no owners and no rights
        forget(connection)
        connection.commit()
        connection.autocommit = True
        connection.execute("ANALYZE")


def _refuse_used(connection: psycopg.Connection) -> None:
    held = connection.execute(
        "SELECT c.oid FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE n.nspname = ANY (%s)",
        [list(SCHEMAS)],
    ).rowcount
    if held:
        raise StoreMismatch(
            "this database holds a store already, and a backup goes into a fresh one only: name a new "
            "WATCHFLOOR_HOME or an empty database"
        )


def _clear(address: Address) -> None:
    with psycopg.connect(address.conninfo(Role.OWNER)) as connection:
        for schema in SCHEMAS:
            connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(schema)))


def _tables(folder: Path, seal: Seal | None) -> dict[str, list[Any]]:
    try:
        found = json.loads(b"".join(read_part(folder, TABLES, seal)))
        return {str(name): [int(rows), str(digest)] for name, (rows, digest) in found.items()}
    except (ValueError, TypeError, AttributeError) as error:
        raise BadFile(f"{folder}: {TABLES} cannot be read") from error


def _counted(lines: Iterator[bytes]) -> dict[str, int]:
    """Rows of each table in a dump that is written as text."""
    counts: dict[str, int] = {}
    for line in lines:
        head = _COPY.match(line)
        if head is None:
            continue
        name = f"{head[1].decode()}.{head[2].decode()}"
        counts[name] = 0
        for row in lines:
            if row == b"\\.\n":
                break
            counts[name] += 1
    return counts
