"""How a question is asked: through the door, under the asker's scope, audited, its answer kept for all who may see it.

Answers are kept per visible labels; the audit row is written for each asker and view all the same.
"""

import json
import threading
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from types import TracebackType
from typing import Self
from uuid import UUID

import psycopg
from psycopg.rows import TupleRow

from watchfloor.data.address import Address
from watchfloor.data.cache import AnswerCache
from watchfloor.data.door import Asked, Door
from watchfloor.data.tracks.shelf import TrackShelf
from watchfloor.data.versions import Notices, Versions, layers_touched, read_versions
from watchfloor.geo.errors import BadQuestion, StaleScope
from watchfloor.geo.query import Query
from watchfloor.geo.scope import Scope

CACHE_BYTES = 256 * 2**20
# ten years of the whole world are some 600 KB for each scope
VERSIONS_BYTES = 16 * 2**20
MOST_VIEWS = 50_000

type Connection = psycopg.Connection[TupleRow]
type _Noted = tuple[str, UUID, str, date]


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, and from which open view (a page, a wall, one run of the command line).

    known: what the asker may see, if the store said so for this very request; nobody keeps it any longer.
    """

    token: str
    view_id: UUID
    known: Scope | None = field(default=None, compare=False, repr=False)


class Answering:
    """Asks under the asker's scope; what the questions of a store have in common."""

    def __init__(self, address: Address, tracks: TrackShelf | None = None) -> None:
        """tracks: the derived files of tracks; without them tracks are drawn from the store, as far as they are few."""
        self._tracks = tracks
        self._door = Door(address)
        self._notices = Notices(address)
        self._cache = AnswerCache(CACHE_BYTES)
        self._versions, self._generation = AnswerCache(VERSIONS_BYTES), -1
        self._audited: dict[_Noted, None] = {}
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        self._door.__enter__()
        self._notices.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._notices.__exit__(kind, error, tb)
        self._door.close()

    # ------------------------------------------------------------ who
    def scope(self, asker: Asker) -> Scope:
        """What the asker may see now. Raises NotSignedIn, StoreUnavailable."""
        return asker.known or self._door.peek(asker.token)

    def settled(self, asker: Asker) -> Asker:
        """The asker with what they may see now: several looks of one question are all of the same rights."""
        return replace(asker, known=self.scope(asker))

    def versions(self, asker: Asker) -> Versions:
        """Versions of what the asker may see."""
        scope = self.scope(asker)
        generation = self._notices.generation
        with self._lock:
            if generation > self._generation:
                # those of earlier generations are asked for no more
                self._generation = generation
                self._versions.clear()

        def read() -> Versions:
            with self._door.open(asker.token, Asked("page", {"asks": "versions"})) as (connection, begun):
                _check_same(scope, begun)
                return read_versions(connection)

        return self._versions.get(scope.key, generation, read)

    def hear_of(self, versions: str) -> None:
        """Another process has seen these versions: if this one has not, it has not heard of a change yet."""
        self._notices.hear_of(versions)

    # ------------------------------------------------------------ how
    def version(self, asker: Asker, query: Query) -> int:
        """Version of the data that a question is asked of, as the asker may see them."""
        versions = self.versions(asker)
        return max(versions.of(layer, query.period) for layer in layers_touched(query))

    def note_view(self, asker: Asker, query: Query, layers: Sequence[str]) -> None:
        """Write the audit row of a view that shows these layers, once per asker, question, view and day."""
        as_known(query.known_at)
        self._audit(asker, Asked("view", query.subject() | {"layers": ",".join(layers)}, asker.view_id))

    def viewed[Answer](self, asker: Asker, query: Query, name: str, read: Callable[[Connection], Answer]) -> Answer:
        """An answer for a view: kept if it can be, audited once per asker, question, view and day."""
        as_known(query.known_at)
        asker, asked = self.settled(asker), Asked("view", query.subject(), asker.view_id)
        answer = self.kept_single(asker, asked, (name, self.version(asker, query), query.digest()), read)
        self._audit(asker, asked)
        return answer

    def kept_single[Answer](
        self,
        asker: Asker,
        asked: Asked,
        key: Hashable,
        read: Callable[[Connection], Answer],
        keep: AnswerCache | None = None,
    ) -> Answer:
        """An answer kept under the very rights under which it is read; its row is written when it is read.

        keep: where, if not among all answers. Raises StaleScope if the asker's rights changed meanwhile.
        """
        scope = self.scope(asker)

        def through_the_door() -> Answer:
            with self._door.open(asker.token, asked) as (connection, begun):
                _check_same(scope, begun)
                answer = read(connection)
            if asked.action == "view":
                self._note(asker, asked)
            return answer

        return (self._cache if keep is None else keep).get(scope.key, key, through_the_door)

    def single[Answer](self, asker: Asker, asked: Asked, read: Callable[[Connection], Answer]) -> Answer:
        """An answer that is read and audited each time: records, hover, search, exports."""
        with self._door.open(asker.token, asked) as (connection, _):
            return read(connection)

    def _audit(self, asker: Asker, asked: Asked) -> None:
        """The audit row of a view whose answer came from the cache: before the answer leaves."""
        if self._key(asker, asked) not in self._audited:
            with self._door.open(asker.token, asked):
                pass
            self._note(asker, asked)

    def _note(self, asker: Asker, asked: Asked) -> None:
        with self._lock:
            self._audited[self._key(asker, asked)] = None
            while len(self._audited) > MOST_VIEWS:
                self._audited.pop(next(iter(self._audited)))

    @staticmethod
    def _key(asker: Asker, asked: Asked) -> _Noted:
        return (asker.token, asker.view_id, json.dumps(dict(asked.question), sort_keys=True), datetime.now(UTC).date())


def _check_same(scope: Scope, begun: Scope) -> None:
    """What is kept for one scope must have been read under it. Raises StaleScope."""
    if scope.key != begun.key:
        raise StaleScope("your rights changed at this moment: ask again")


def as_known(known_at: datetime | None) -> dict[str, str]:
    """What an audit row says of the moment. Raises BadQuestion for one that is still to come: it may yet change."""
    if known_at is None:
        return {}
    if known_at > datetime.now(UTC):
        raise BadQuestion(f"{known_at.isoformat()} is still to come: nobody knows what will be known then")
    return {"known_at": known_at.isoformat()}
