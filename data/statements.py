"""SQL of data/sql by name, read once; as it stands, narrowed, or of what the store knew at an earlier moment."""

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from watchfloor.data.narrowed import conditions_of, narrowed
from watchfloor.geo.query import Query

_CURRENT = re.compile(rb"\b(\w+)\.recorded_to = 'infinity'")
# two arms, for each of which there is a partial index: versions that are current, and versions that no longer are
_KNOWN = (
    rb"(\1.recorded_to = 'infinity' AND \1.recorded_from <= %(known_at)s::timestamptz OR "
    rb"\1.recorded_to < 'infinity' AND \1.recorded_from <= %(known_at)s::timestamptz "
    rb"AND \1.recorded_to > %(known_at)s::timestamptz)"
)


@cache
def statement(name: str) -> bytes:
    """Text of one file of data/sql, named without its suffix, as psycopg takes it."""
    return files("watchfloor.data.sql").joinpath(f"{name}.sql").read_bytes()


@cache
def statement_at(name: str) -> bytes:
    """The same question of the versions that were current at the moment `known_at`, a parameter more."""
    return _at(statement(name))


def asked(name: str, given: Mapping[str, object]) -> bytes:
    """A statement of versioned facts: as of now if what is given as `known_at` is None, else as of then.

    If conditions are given as `narrowed`, of the facts that meet them. Raises KeyError if `known_at` is not given: a
    question that forgot the moment would answer of now; LookupError for a statement that cannot be narrowed.
    """
    conditions = given.get("narrowed", ())
    if not conditions:
        return statement(name) if given["known_at"] is None else statement_at(name)
    assert isinstance(conditions, tuple)
    text = narrowed(statement(name), conditions)
    return text if given["known_at"] is None else _at(text)


@cache
def _at(text: bytes) -> bytes:
    return _CURRENT.sub(_KNOWN, text)


def filters_of(query: Query) -> dict[str, object]:
    """A question's substances, period, moment and narrowing, as every statement about facts takes them."""
    return {
        "substances": list(query.substance_ids),
        "since": query.period.since,
        "until": query.period.until,
        "known_at": query.known_at,
        **conditions_of(query.only),
    }
