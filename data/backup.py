"""A backup of the store, made while it is in use: all of it as of one moment, or nothing."""

import json
import os
import shutil
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import psycopg

from watchfloor.data.address import Address, Role
from watchfloor.data.backup_parts import DUMP, FORM, TABLES, Manifest, Part, count_tables, write_part
from watchfloor.data.backup_programs import environment, major_of, program, reading
from watchfloor.data.backup_sealing import Seal
from watchfloor.data.store import store_kind
from watchfloor.geo.errors import BadInput, Refused

SALT = 16
SCHEMAS = ("watchfloor", "sealed", "truth")


def back_up(address: Address, folder: Path, secret: bytes | None = None) -> Manifest:
    """Make a backup in a new folder. The store goes on serving and loading.

    secret: what the parts are sealed with; None leaves them readable by whoever reads the folder.
    Raises BadInput if the folder is there, Refused if the owner role may not read past the row policies.
    """
    if folder.exists():
        raise BadInput(f"{folder} is there already: name a new folder")
    fresh = folder.with_name(f"{folder.name}.part")
    try:
        fresh.mkdir(mode=0o700)
    except OSError as error:
        raise BadInput(f"{fresh} cannot be made: {error.strerror}") from error
    try:
        manifest = _saved(address, fresh, secret)
        fresh.rename(folder)
    except BaseException:
        shutil.rmtree(fresh)
        raise
    return manifest


def _saved(address: Address, folder: Path, secret: bytes | None) -> Manifest:
    salt = os.urandom(SALT) if secret is not None else b""
    seal = Seal.of(secret, salt) if secret is not None else None
    with psycopg.connect(address.conninfo(Role.OWNER)) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        _check_owner(connection)
        snapshot = _one(connection, "SELECT pg_export_snapshot()")
        made_at = datetime.now(UTC).isoformat()
        tables = json.dumps(count_tables(connection)).encode()
        parts = dict([write_part(folder, TABLES, [tables], seal), _dump(address, folder, snapshot, seal)])
        manifest = Manifest(
            form=FORM,
            made_at=made_at,
            program=version("watchfloor"),
            kind=store_kind(connection).value,
            version=_one(connection, "SELECT version_num FROM watchfloor.alembic_version"),
            server=_one(connection, "SHOW server_version"),
            salt=salt.hex(),
            parts=parts,
        ).signed(seal)
    manifest.write(folder)
    return manifest


def _dump(address: Address, folder: Path, snapshot: str, seal: Seal | None) -> tuple[str, Part]:
    command = [
        program("pg_dump", major_of(address)), "--format=custom", "--compress=6", "--no-password",
        f"--snapshot={snapshot}", "--exclude-table-data=sealed.signing_key",
        *(f"--schema={schema}" for schema in SCHEMAS),
    ]  # fmt: skip
    with reading(command, environment(address)) as pieces:
        return write_part(folder, DUMP, pieces, seal)


def _check_owner(connection: psycopg.Connection) -> None:
    row = connection.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user").fetchone()
    if row is None or not row[0]:
        raise Refused(
            "the account of this database may not read past the row policies, so a backup would lack rows: "
            "let its administrator give it BYPASSRLS (ALTER ROLE ... BYPASSRLS), or save it with its own tools"
        )


def _one(connection: psycopg.Connection, question: str) -> str:
    row = connection.execute(question.encode()).fetchone()
    assert row is not None
    return str(row[0])
