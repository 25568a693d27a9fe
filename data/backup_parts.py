"""What a backup consists of: a folder with a manifest and two parts, each with its size and hash.

manifest.json           what it is of, when it was made, sizes and hashes; signed if there is a key
tables.json[.sealed]    number of rows and digest of every table, as of the dump
store.dump[.sealed]     pg_dump's custom format
"""

import hashlib
import hmac
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

import psycopg
from psycopg import sql

from watchfloor.data.backup_sealing import OTHERWISE, Seal, Sealer, unsealed
from watchfloor.data.statements import statement
from watchfloor.geo.errors import BadFile

FORM = "watchfloor-backup/1"
MANIFEST, TABLES, DUMP = "manifest.json", "tables.json", "store.dump"
SEALED = ".sealed"
PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a backup as it lies on the disk."""

    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself. `salt` and `signature` are empty without a key."""

    form: str
    made_at: str
    program: str
    kind: str
    version: str
    server: str
    salt: str
    parts: dict[str, Part]
    signature: str = ""

    @property
    def is_sealed(self) -> bool:
        """Whether a key is needed to read it."""
        return bool(self.salt)

    def signed(self, seal: Seal | None) -> "Manifest":
        """The same with its signature."""
        return replace(self, signature=seal.sign(self.text())) if seal else self

    def text(self) -> bytes:
        """What is signed: all but the signature, always in the same order."""
        return json.dumps({**asdict(self), "signature": ""}, sort_keys=True).encode()

    def write(self, folder: Path) -> None:
        """Put it into the folder of the backup."""
        with _new(folder / MANIFEST) as file:
            file.write(json.dumps(asdict(self), indent=1, sort_keys=True).encode() + b"\n")


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a backup. Raises BadFile if the folder holds none that we can read."""
    try:
        found = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if found["form"] != FORM:
            raise BadFile(f"{folder} is a backup of the form {found['form']!r}: install the program that made it")
        parts = {str(name): Part(int(part["bytes"]), str(part["sha256"])) for name, part in found.pop("parts").items()}
        return Manifest(**{name: str(value) for name, value in found.items()}, parts=parts)
    except OSError as error:
        raise BadFile(f"{folder} holds no backup: {MANIFEST} cannot be read ({error.strerror})") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadFile(f"{folder}: {MANIFEST} is not that of a backup") from error


def open_seal(manifest: Manifest, secret: bytes | None) -> Seal | None:
    """The keys of a backup; None if it is not sealed. Raises BadFile if the secret does not fit."""
    if not manifest.is_sealed:
        return None
    if secret is None:
        raise BadFile("this backup is sealed: name the key file with --key-file")
    seal = Seal.of(secret, bytes.fromhex(manifest.salt))
    if not hmac.compare_digest(seal.sign(manifest.text()), manifest.signature):
        raise BadFile(f"the manifest's signature is wrong: {OTHERWISE}")
    return seal


def write_part(folder: Path, name: str, pieces: Iterable[bytes], seal: Seal | None) -> tuple[str, Part]:
    """Write a part, sealed if there are keys; the name that it got, and what it is on the disk."""
    full = name + (SEALED if seal else "")
    with _new(folder / full) as file:
        if seal is None:
            for piece in pieces:
                file.write(piece)
        else:
            sealer = Sealer(file, seal, name)
            for piece in pieces:
                sealer.write(piece)
            sealer.finish()
    return full, measured(folder / full)


def _new(path: Path) -> BinaryIO:
    """A new file that its owner alone may read, also when it is taken out of its folder."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def measured(file: Path) -> Part:
    """Size and hash of a file."""
    with file.open("rb") as opened:
        return Part(file.stat().st_size, hashlib.file_digest(opened, "sha256").hexdigest())


def read_part(folder: Path, name: str, seal: Seal | None) -> Iterator[bytes]:
    """The plain bytes of a part."""
    with (folder / (name + (SEALED if seal else ""))).open("rb") as file:
        if seal is None:
            yield from iter(lambda: file.read(PIECE), b"")
        else:
            yield from unsealed(file, seal, name)


def check_parts(folder: Path, manifest: Manifest) -> None:
    """Raises BadFile if a part is missing or is not what the manifest says."""
    suffix = SEALED if manifest.is_sealed else ""
    if manifest.parts.keys() != {TABLES + suffix, DUMP + suffix}:
        raise BadFile(f"{folder}: the manifest does not name the parts of a backup")
    for name, part in manifest.parts.items():
        if not (folder / name).is_file():
            raise BadFile(f"{folder}: {name} is missing")
        if measured(folder / name) != part:
            raise BadFile(f"{folder}: {name} is not what was saved: its size or hash differs")


def count_tables(connection: psycopg.Connection) -> dict[str, list[Any]]:
    """Rows and digest of every table; equal digests mean equal rows, in whatever order."""
    connection.execute("SET LOCAL timezone = 'UTC'")
    connection.execute("SET LOCAL datestyle = 'ISO, YMD'")
    connection.execute("SET LOCAL intervalstyle = 'postgres'")
    connection.execute("SET LOCAL extra_float_digits = 1")
    found = {}
    for schema, name in connection.execute(statement("tables_of_the_store")).fetchall():
        question = sql.SQL(
            "SELECT count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text FROM {} AS t"
        )
        row = connection.execute(question.format(sql.Identifier(schema, name))).fetchone()
        assert row is not None
        found[f"{schema}.{name}"] = [int(row[0]), str(row[1])]
    return found
