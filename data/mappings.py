"""Mappings that are kept: listed, found by name and version, and told apart from files of that name."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import TupleRow

from watchfloor.data.ingest.mapping_text import MappingText, mapping_text
from watchfloor.data.statements import statement
from watchfloor.geo.errors import BadQuestion

type Connection = psycopg.Connection[TupleRow]

_WRITTEN = re.compile(r"(?:(?P<owner>[A-Z0-9][A-Z0-9-]{0,31})/)?(?P<name>[^@/\\]+?)(?:@(?P<version>[1-9][0-9]{0,5}))?")
LIST = "`watchfloor mapping list` lists them"


@dataclass(frozen=True, slots=True)
class Kept:
    """One version of a kept mapping; `toml` is empty in lists. `columns`: those that it names."""

    id: int
    owner: str
    name: str
    version: int
    toml: str
    sha256: str
    columns: tuple[str, ...]
    fingerprint: bytes
    label: int
    made_by: str
    made_at: datetime
    retired_by: str | None
    retired_at: datetime | None

    @property
    def title(self) -> str:
        """How sentences call it: mapping 'state lab' version 3."""
        return f"mapping '{self.name}' version {self.version}"

    @property
    def text(self) -> MappingText:
        """The mapping as a run takes it."""
        return MappingText(self.title, self.toml, self.id)

    def as_json(self) -> dict[str, Any]:
        """The version for a script."""
        return {
            **{name: getattr(self, name) for name in ("id", "owner", "name", "version", "sha256", "made_by")},
            "columns": list(self.columns),
            "made_at": self.made_at.isoformat(),
            "retired_by": self.retired_by,
            "retired_at": self.retired_at and self.retired_at.isoformat(),
        }


@dataclass(frozen=True, slots=True)
class Named:
    """A mapping's name as a person writes it: [OWNER/]NAME[@VERSION]."""

    name: str
    owner: str | None = None
    version: int | None = None


def list_mappings(connection: Connection, *, name: str | None = None, owner: str | None = None) -> list[Kept]:
    """All versions that this scope may see, by name, the newest first; without their texts."""
    return _asked(connection, name=name, owner=owner)


def newest(versions: Sequence[Kept]) -> list[Kept]:
    """Of each name of each agency the newest version that is not retired."""
    found: dict[tuple[str, str], Kept] = {}
    for kept in versions:
        if kept.retired_at is None and kept.version > getattr(found.get((kept.owner, kept.name)), "version", 0):
            found[kept.owner, kept.name] = kept
    return list(found.values())


def parse_named(written: str) -> Named | None:
    """The name that a text is, or None if it is none."""
    found = _WRITTEN.fullmatch(written.strip())
    if found is None:
        return None
    version = found["version"]
    return Named(" ".join(found["name"].split()), found["owner"], int(version) if version else None)


def find_version(
    connection: Connection, written: str, agency: str | None = None, *, with_retired: bool = False
) -> Kept:
    """The kept mapping of that name: the version that is named, else the newest; the own agency's before others.

    with_retired: also one that is retired, to look at. Raises BadQuestion if there is none that this scope may see
    and use, or several agencies have one of that name.
    """
    found = _found(connection, written, agency)
    if not found:
        raise BadQuestion(f"there is no mapping {written[:80]!r} that this account may see: {LIST}")
    alive = [kept for kept in found if kept.retired_at is None]
    if not alive and not with_retired:
        last = found[0]
        raise BadQuestion(f"{last.title} was retired on {last.retired_at:%Y-%m-%d} by {last.retired_by}: {LIST}")
    chosen = (alive or found)[0]
    return _asked(connection, number=chosen.id, with_text=True)[0]


def find_number(connection: Connection, number: int) -> Kept:
    """One version by its number, with its text. Raises BadQuestion if this scope sees none."""
    found = _asked(connection, number=number, with_text=True)
    if not found:
        raise BadQuestion(f"there is no such mapping that this account may see: {LIST}")
    return found[0]


def resolve(connection: Connection, written: str, agency: str | None = None) -> MappingText:
    """What `--map` names: a kept mapping as [OWNER/]NAME[@VERSION], or the path of a file.

    connection: of the scope that asks, or of the role that loads files. agency: whose names go before others'. What
    ends in .toml, or begins with a dot or a slash, is a path; what names a version that is kept is that version.
    Raises BadQuestion for neither, or for what may be both; BadFile for a file that cannot be read.
    """
    path, named = Path(written), parse_named(written)
    if named is None or is_path(written):
        return mapping_text(path)
    found = _found(connection, written, agency)
    if path.is_file() and not found:
        return mapping_text(path)
    if path.is_file() and named.version is None:
        raise BadQuestion(
            f"{written!r} is a file here, and {found[0].title} is kept: write './{written}' for the file, or "
            f"'{written}@{found[0].version}' for the kept one"
        )
    if not found:
        raise BadQuestion(
            f"there is no mapping {written[:80]!r} that this account may see, and no file of that name: {LIST}"
        )
    return find_version(connection, written, agency).text


def is_path(written: str) -> bool:
    """Whether a text can be nothing but a path: no kept mapping is called so."""
    return written.endswith(".toml") or written.startswith((".", "/", "~")) or parse_named(written) is None


def _found(connection: Connection, written: str, agency: str | None) -> list[Kept]:
    """Versions that a text may mean, the newest first, all of one agency."""
    named = parse_named(written)
    if named is None:
        return []
    found = _asked(connection, name=named.name, owner=named.owner, version=named.version)
    owners = sorted({kept.owner for kept in found if kept.retired_at is None} or {kept.owner for kept in found})
    if len(owners) > 1 and agency not in owners:
        said = ", ".join(f"'{owner}/{named.name}'" for owner in owners)
        raise BadQuestion(f"several agencies keep a mapping {named.name!r}: write {said}")
    owner = agency if agency in owners else owners[0] if owners else None
    return [kept for kept in found if kept.owner == owner]


def _asked(
    connection: Connection,
    *,
    name: str | None = None,
    owner: str | None = None,
    version: int | None = None,
    number: int | None = None,
    with_text: bool = False,
) -> list[Kept]:
    given = {"name": name, "owner": owner, "version": version, "number": number, "with_text": with_text}
    return [_kept(row) for row in connection.execute(statement("mappings"), given)]


def _kept(row: TupleRow) -> Kept:
    kept = Kept(*row)
    return replace(kept, columns=tuple(kept.columns), fingerprint=bytes(kept.fingerprint))
