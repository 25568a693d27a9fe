"""A mapping is kept: each change under one name is a version of its own, and the old ones stay."""

import json
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

import psycopg
from psycopg.rows import TupleRow

from watchfloor.data.address import Address
from watchfloor.data.agencies import add_label
from watchfloor.data.ingest.mapping import Mapping, load_mapping
from watchfloor.data.ingest.mapping_text import MOST_BYTES, MappingText
from watchfloor.data.ingest.run_rows import intake_connection
from watchfloor.data.mappings import Kept, find_number, list_mappings
from watchfloor.data.registry import LabelSpec
from watchfloor.geo.errors import BadFile, BadInput

MOST_LETTERS = 80
_BAD_NAME = re.compile(r"[@/\\]|^[-.~]|\.toml$")


@dataclass(frozen=True, slots=True)
class NewMapping:
    """A mapping to be kept. header: all columns of the table that it was made for, if that is known."""

    name: str
    toml: str
    label: LabelSpec
    made_by: str
    header: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Saved:
    """The version that holds the text; not new if the newest one held it already."""

    kept: Kept
    is_new: bool


def checked_name(written: str) -> str:
    """The name as it is kept. Raises BadInput if it cannot be one."""
    name = " ".join(unicodedata.normalize("NFC", written).split())
    if not 0 < len(name) <= MOST_LETTERS or not name.isprintable() or _BAD_NAME.search(name):
        raise BadInput(
            f"{written[:80]!r} is no name of a mapping: 1 to {MOST_LETTERS} signs that can be printed, no @ / or \\, "
            "not beginning with - . or ~, not ending in .toml"
        )
    return name


def save_mapping(address: Address, new: NewMapping) -> Saved:
    """Keep a mapping, as version 1 or the next one of its name among its owner's.

    Raises BadInput for a name or label that cannot be, BadFile for a text that is no mapping.
    """
    name, mapping = checked_name(new.name), _read(new.toml)
    with intake_connection(address) as connection, connection.transaction():
        # one at a time: two of the same name must not both become version 2
        connection.execute("SELECT pg_advisory_xact_lock(hashtext('watchfloor.mapping'))")
        label = add_label(connection, new.label)
        versions = list_mappings(connection, name=name, owner=new.label.owner)
        last = versions[0] if versions else None
        if last and last.retired_at is None and last.label == label and last.sha256 == _digest(new.toml).hex():
            return Saved(find_number(connection, last.id), is_new=False)
        number = _inserted(connection, new, name, label=label, columns=sorted(mapping.columns()), last=last)
        return Saved(find_number(connection, number), is_new=True)


def retire_mappings(address: Address, versions: Sequence[Kept], by: str) -> int:
    """Take versions out of use; how many were in use. Runs that used them go on to name them."""
    with intake_connection(address) as connection:
        return connection.execute(
            "UPDATE watchfloor.mapping SET retired_by = %s, retired_at = clock_timestamp() "
            "WHERE id = ANY (%s) AND retired_at IS NULL",
            [by, [kept.id for kept in versions]],
        ).rowcount


def fingerprint(columns: Sequence[str]) -> bytes:
    """SHA-256 of the names of a table's columns, in whatever order they stand."""
    return sha256(json.dumps(sorted(set(columns)), ensure_ascii=True).encode()).digest()


def _read(toml: str) -> Mapping:
    """The mapping, as one of a table, else as one of features."""
    if len(toml.encode()) > MOST_BYTES:
        raise BadFile(f"a mapping has at most {MOST_BYTES:,} bytes")
    text = MappingText("the mapping", toml)
    try:
        return load_mapping(text, Mapping.in_table)
    except BadFile as as_table:
        try:
            return load_mapping(text, Mapping.of_features)
        except BadFile:
            raise as_table from None


def _digest(toml: str) -> bytes:
    return sha256(toml.encode()).digest()


def _inserted(
    connection: psycopg.Connection[TupleRow],
    new: NewMapping,
    name: str,
    *,
    label: int,
    columns: list[str],
    last: Kept | None,
) -> int:
    row = connection.execute(
        "INSERT INTO watchfloor.mapping "
        "(owner_id, name, version, toml, sha256, columns, fingerprint, label_id, made_by) "
        "SELECT id, %(name)s, %(version)s, %(toml)s, %(sha256)s, %(columns)s::text[], %(fingerprint)s, %(label)s, "
        "%(by)s FROM watchfloor.agency WHERE code = %(owner)s RETURNING id",
        {
            "name": name,
            "version": last.version + 1 if last else 1,
            "toml": new.toml,
            "sha256": _digest(new.toml),
            "columns": columns,
            "fingerprint": fingerprint(new.header or columns),
            "label": label,
            "by": new.made_by,
            "owner": new.label.owner,
        },
    ).fetchone()
    assert row is not None
    return int(row[0])
