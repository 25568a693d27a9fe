"""How things are kept: the first version, the next one, the end. Who and when is set by the store.

Every error of the store is told in one sentence that is the same whether something is not there, may not be seen or may
not be changed: the difference would be a hint.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID, uuid4

import psycopg
from psycopg.rows import TupleRow
from psycopg.types.json import Jsonb

from watchfloor.data.kept.reading import ABSENT, kept_thing
from watchfloor.geo.errors import BadQuestion, Refused
from watchfloor.geo.kept import Draft, Kept, KeptKind

_END = (
    "UPDATE watchfloor.kept SET recorded_to = now(), ended_by = watchfloor.asker() "
    "WHERE id = %s AND version = %s AND recorded_to = 'infinity'"
)
_ADD = (
    "INSERT INTO watchfloor.kept (id, version, kind, is_private, about_kind, about_id, name, body, label_id) "
    "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)"
)
_ATTACH = "INSERT INTO watchfloor.kept_bytes (kept_id, sha256, content, label_id) VALUES (%s, %s, %s, %s)"
MEANWHILE = "it was changed or removed meanwhile: look again"

type Connection = psycopg.Connection[TupleRow]


def keep(connection: Connection, draft: Draft, content: bytes | None = None) -> Kept:
    """The first version of a new thing. content: of an attachment. Raises Refused, BadQuestion."""
    thing = uuid4()
    with told():
        _add(connection, thing, 1, draft)
        if content is not None:
            connection.execute(_ATTACH, [thing, bytes.fromhex(draft.body["sha256"]), content, draft.label])
    return kept_thing(connection, thing)


def amend(connection: Connection, thing: UUID, version: int, draft: Draft) -> Kept:
    """The next version of a thing, in place of the one that its writer has seen; of the same kind, about the same.

    Raises BadQuestion if it was changed meanwhile, is not there or is another's; Refused.
    """
    before = kept_thing(connection, thing)
    if before.kind is KeptKind.ATTACHMENT:
        raise BadQuestion("an attachment is never changed: remove it, and attach another")
    if (before.kind, before.about) != (draft.kind, draft.about):
        raise BadQuestion("a kept thing stays of its kind, and about what it was about")
    _end(connection, before, version)
    with told():
        _add(connection, thing, version + 1, draft)
    return kept_thing(connection, thing)


def remove(connection: Connection, thing: UUID, version: int) -> None:
    """Remove a thing from now on; what it was stays known. Raises as `amend` does."""
    _end(connection, kept_thing(connection, thing), version)


def _end(connection: Connection, before: Kept, version: int) -> None:
    if not before.may_change:
        raise Refused(f"only {before.begun_by} may change this {before.kind}")
    with told():
        ended = connection.execute(_END, [before.id, version]).rowcount
    if ended != 1:
        raise BadQuestion(MEANWHILE)


def _add(connection: Connection, thing: UUID, version: int, draft: Draft) -> None:
    about = (None, None) if draft.about is None else (draft.about.kind.value, draft.about.id)
    given = [thing, version, draft.kind.value, draft.is_private, *about, draft.name, Jsonb(dict(draft.body))]
    connection.execute(_ADD, [*given, draft.label])


@contextmanager
def told() -> Iterator[None]:
    """Refusals of the store as ours."""
    try:
        yield
    except (psycopg.errors.InsufficientPrivilege, psycopg.errors.NotNullViolation) as error:
        raise Refused("it was not kept: the label or the record is not there, or not yours to see") from error
    except (psycopg.errors.SerializationFailure, psycopg.errors.UniqueViolation) as error:
        raise BadQuestion(MEANWHILE) from error
    except psycopg.errors.CheckViolation as error:
        raise BadQuestion("it was not kept: it is too large, or not of a kind that can be kept") from error
    except psycopg.Error as error:
        if error.sqlstate == "WF003":
            raise BadQuestion(ABSENT) from error
        raise
