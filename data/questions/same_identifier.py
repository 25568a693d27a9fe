"""Records of one object: those that bear the very same exact identifier, as far as the reader may see them.

Each stays under its own label, with its own history; nothing is merged and nothing fuzzy is compared. Each step from
record to record is one that the reader could take alone: through rows that they see. What contradicts is kept apart.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from psycopg.rows import TupleRow

from watchfloor.data.questions.records import rows_of
from watchfloor.geo.answers import Linked
from watchfloor.geo.identifiers import LIFELONG, ExactIdentifier, exact_identifier, identity_key
from watchfloor.geo.identity import Bearer, Relation, Span, contested, relation, spans

MOST = 200
# from an identifier to who bears it, from there to what else they bear, and so on: further is no help to a reader
MOST_STEPS = 4

type Connection = psycopg.Connection[TupleRow]
type Name = UUID | int
"""An entity, or a craft by its number."""


@dataclass(frozen=True, slots=True)
class OneObject:
    """What is of one object with a record, and what shares an identifier with it and is kept apart.

    entities, crafts: names of all that are of the object, the record itself included. contested: identifiers by which
    the record itself is of two objects at the same time; then nothing is joined.
    """

    entities: tuple[UUID, ...]
    crafts: tuple[int, ...]
    same: tuple[Linked, ...] = ()
    heard: tuple[Linked, ...] = ()
    apart: tuple[Linked, ...] = ()
    contested: tuple[ExactIdentifier, ...] = ()

    @property
    def conflict(self) -> str:
        """The sentence on the record itself, or empty."""
        if not self.contested:
            return ""
        several = " and ".join(one.written for one in self.contested)
        return f"Two claim to be this at the same time, {several}: nothing is joined by what they share."


@dataclass(slots=True)
class _Search:
    """The way from a record to all that is of its object."""

    connection: Connection
    titles: dict[int, str]
    known_at: datetime | None
    is_invented: bool
    found: dict[Name, Linked] = field(default_factory=dict)
    apart: dict[Name, Linked] = field(default_factory=dict)

    def bearers(self, names: Iterable[Name]) -> dict[Name, Bearer]:
        """What each of these bears."""
        wanted = list(names)
        entities = [one for one in wanted if isinstance(one, UUID)]
        crafts = [one for one in wanted if isinstance(one, int)]
        said: defaultdict[Name, list[tuple[ExactIdentifier, Span]]] = defaultdict(list)
        for row in self._rows("identities_of_entities", "entities", entities):
            self._note(said[row.entity_id], row.scheme, row)
        for row in self._rows("said_by_crafts", "crafts", crafts):
            if row.is_exact:
                self._note(said[row.craft_id], row.aspect, row)
        return {one: spans(said[one]) for one in wanted}

    def that_bear(self, identifiers: Iterable[ExactIdentifier]) -> dict[Name, Any]:
        """Rows of all entities and craft that bear one of these."""
        keys = sorted(identity_key(one, is_invented=self.is_invented) for one in identifiers)
        entities = self._rows("entities_by_identity", "identities", keys)
        crafts = self._rows("crafts_by_identity", "identities", keys)
        return {row.id: row for row in (*entities, *crafts)}

    def note(self, name: Name, row: Any, whole: Bearer, other: Bearer) -> bool:
        """Keep what shares an identifier: joined or apart. Whether it is joined."""
        found, shared = relation(whole, other)
        said = ", ".join(one.written for one in shared)
        if contested(whole) or contested(other):
            how = f"conflict: two claim {said} at the same time: kept apart"
        elif found is Relation.SAME:
            listing = getattr(row, "listing", None)
            how = f"same identifier: {said}" + (f" · {listing}" if listing else "")
        else:
            how = f"{_WHY[found].format(said=said)} ({_for_life(other)}): kept apart"
        is_same = how.startswith(Relation.SAME)
        (self.found if is_same else self.apart)[name] = self._linked(name, row, how)
        return is_same

    def _linked(self, name: Name, row: Any, how: str) -> Linked:
        if isinstance(name, UUID):
            return Linked(id=name, kind=row.kind, name=row.name, how=how, label=self.titles[row.label_id])
        called = row.name or f"{row.kind.title()} {row.identifier}"
        label = self.titles[row.label_id]
        return Linked(id=UUID(int=name), kind=f"{row.kind} heard", name=called, how=how, label=label)

    def _note(self, said: list[tuple[ExactIdentifier, Span]], scheme: str, row: Any) -> None:
        if exact := exact_identifier(scheme, row.value, is_invented=self.is_invented):
            said.append((exact, (row.since, row.until)))

    def _rows(self, question: LiteralString, name: str, values: Sequence[Name]) -> list[Any]:
        if not values:
            return []
        return rows_of(self.connection, question, {name: values, "at_most": MOST, "known_at": self.known_at})


_WHY = {
    Relation.CONFLICT: "conflict: {said} is claimed by another at the same time",
    Relation.PASSED_ON: "{said} was borne by another at another time",
}


def one_object(
    connection: Connection,
    start: Sequence[Name],
    titles: dict[int, str],
    known_at: datetime | None,
    *,
    is_invented: bool,
) -> OneObject:
    """All that is of one object with some records of it, which say so of each other.

    is_invented: whether they are of the exercise world: invented and real ones never agree.
    """
    search = _Search(connection, titles, known_at, is_invented)
    whole = spans(pair for one in search.bearers(start).values() for pair in one.bears.items())
    own, asked = set(start), set[ExactIdentifier]()
    for _ in range(MOST_STEPS):
        fresh = whole.bears.keys() - asked
        rows = search.that_bear(fresh) if fresh else {}
        asked |= fresh
        strangers = {name: row for name, row in rows.items() if name not in own | search.found.keys()}
        for name, bearer in search.bearers(strangers).items():
            if search.note(name, strangers[name], whole, bearer):
                search.apart.pop(name, None)
                whole = whole.joined(bearer)
    return _gathered(search, start, contested(whole))


def _gathered(search: _Search, start: Sequence[Name], twice: tuple[ExactIdentifier, ...]) -> OneObject:
    names: list[Name] = [*start, *search.found]
    return OneObject(
        tuple(one for one in names if isinstance(one, UUID)),
        tuple(one for one in names if isinstance(one, int)),
        tuple(linked for name, linked in search.found.items() if isinstance(name, UUID)),
        tuple(linked for name, linked in search.found.items() if isinstance(name, int)),
        tuple(search.apart.values()),
        twice,
    )


def _for_life(bearer: Bearer) -> str:
    return ", ".join(sorted(one.written for one in bearer.bears if one.scheme in LIFELONG))
