"""What was kept, as a reader may see it, now or as known at a moment."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from uuid import UUID

import psycopg
from psycopg.rows import TupleRow

from watchfloor.data.registry import labels
from watchfloor.data.statements import asked
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.kept import About, AboutKind, Keeper, Kept, KeptKind
from watchfloor.geo.scope import Label

MOST = 1_000
ABSENT = "it is not there, or not yours to see: look again"

type Connection = psycopg.Connection[TupleRow]


def kept_things(
    connection: Connection,
    kinds: Collection[KeptKind] = (),
    about: About | None = None,
    known_at: datetime | None = None,
    *,
    thing: UUID | None = None,
) -> tuple[Kept, ...]:
    """Things of these kinds (none: of any) about that record (None: about any or none), the newest first."""
    given = {
        "id": thing,
        "kinds": [kind.value for kind in kinds],
        "about_kind": about and about.kind.value,
        "about_id": about and about.id,
        "known_at": known_at,
        "at_most": MOST,
    }
    seen = {label.id: label for label in labels(connection)}
    rows = connection.execute(asked("kept_things", given), given).fetchall()
    people = keepers(connection, [row[0] for row in rows])
    return tuple(replace(_kept(row, seen), people=people) for row in rows)


def keepers(connection: Connection, things: list[UUID]) -> dict[str, Keeper]:
    """By account, who kept these things or added these layers of partners: of what the reader may see."""
    told = connection.execute("SELECT * FROM watchfloor.kept_by(%s)", [things]) if things else ()
    return {account: Keeper(name, agency or "", phone or "") for account, name, agency, phone in told}


def kept_thing(connection: Connection, thing: UUID) -> Kept:
    """One thing, as it is now. Raises BadQuestion if there is none that the reader may see."""
    found = kept_things(connection, thing=thing)
    if not found:
        raise BadQuestion(ABSENT)
    return found[0]


def _kept(row: TupleRow, seen: dict[int, Label]) -> Kept:
    thing, version, kind, name, body, label, author, private, own, about_kind, about_id, at, begun_by, begun_at = row
    return Kept(
        id=thing,
        version=version,
        kind=KeptKind(kind),
        name=name,
        body=body,
        label=seen[label],
        author=author,
        is_private=private,
        is_own=bool(own),
        about=None if about_kind is None else About(AboutKind(about_kind), about_id),
        at=at,
        begun_by=begun_by,
        begun_at=begun_at,
    )
