"""The only way to protected rows: one transaction, one scope, one audit row.

    with door.open(token, Asked("view", question, view_id)) as (connection, scope):
        connection.execute(...)

What is read inside was authorised by `begin_scope` in that very transaction, and its audit row is
committed with it, before the caller hands anything on.
"""

import hashlib
import secrets
import select
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, LiteralString, Self
from uuid import UUID

import psycopg
import structlog
from psycopg.rows import TupleRow
from psycopg.types.json import Jsonb
from psycopg_pool import ConnectionPool

from watchfloor.data.address import Address, Role
from watchfloor.geo.errors import NotSignedIn, StoreUnavailable
from watchfloor.geo.scope import PrincipalKind, Scope

log = structlog.get_logger(__name__)

NOBODY = UUID(int=0)
MOST_TRIES = 10
_COLUMNS: LiteralString = (
    "SELECT name, display_name, kind, agency, labels, health, epoch, rights, operator FROM watchfloor."
)
_BEGIN: LiteralString = _COLUMNS + "begin_scope(%s, %s, %s, %s)"
_PEEK: LiteralString = _COLUMNS + "peek_scope(%s)"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked, for the audit.

    action: 'view' (one row per sign-in, question, view and day) or 'record', 'hover', 'search',
    'export', 'page' (a row each time). question: what the row says was asked, as JSON.
    """

    action: str
    question: Mapping[str, Any] = field(default_factory=dict)
    view_id: UUID = NOBODY


class Door:
    """Pool of connections as the login role; reads nothing without a sign-in's token."""

    def __init__(self, address: Address, *, most: int = 8) -> None:
        self._pool = ConnectionPool(
            address.conninfo(Role.APP),
            min_size=1,
            max_size=most,
            open=False,
            timeout=15,
            # a database that was away is looked for again at each question, not at ever longer intervals
            reconnect_timeout=5,
            check=_refuse_ended,
            kwargs={
                "autocommit": False,
                "options": "-c default_transaction_isolation=repeatable\\ read -c timezone=UTC",
            },
        )

    def __enter__(self) -> Self:
        self._pool.open()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Give all connections back to the database."""
        self._pool.close()

    @contextmanager
    def open(self, token: str, asked: Asked) -> Iterator[tuple[psycopg.Connection[TupleRow], Scope]]:
        """One transaction under the scope of that sign-in.

        Raises NotSignedIn if no good sign-in stands behind the token, StoreUnavailable if the
        database does not answer.
        """
        with ExitStack() as opened:
            connection, scope = self._begin(opened, token, asked)
            yield connection, scope

    def _begin(self, opened: ExitStack, token: str, asked: Asked) -> tuple[psycopg.Connection[TupleRow], Scope]:
        """Begin transaction and scope, again if another page wrote the same audit row at the same moment."""
        for _ in range(MOST_TRIES):
            with ExitStack() as tried:
                connection = tried.enter_context(self._connection())
                tried.enter_context(connection.transaction())
                given = [token, asked.action, Jsonb(dict(asked.question)), asked.view_id]
                try:
                    row = connection.execute(_BEGIN, given).fetchone()
                except psycopg.errors.SerializationFailure:
                    continue
                except psycopg.errors.Error as error:
                    if error.sqlstate == "WF001":
                        raise NotSignedIn("sign in again: this sign-in has ended") from error
                    raise
                assert row is not None
                opened.push(tried.pop_all())
                return connection, _scope(row)
        raise StoreUnavailable("the database is too busy to note the question; try again")

    def peek(self, token: str) -> Scope:
        """Who stands behind a token and what they may see now; reads no protected row.

        Raises NotSignedIn, StoreUnavailable.
        """
        with self._connection() as connection:
            row = connection.execute(_PEEK, [token]).fetchone()
        if row is None:
            raise NotSignedIn("sign in again: this sign-in has ended")
        return _scope(row)

    @contextmanager
    def _connection(self) -> Iterator[psycopg.Connection[TupleRow]]:
        try:
            with self._pool.connection() as connection:
                yield connection
        except psycopg.OperationalError as error:
            log.warning("store unavailable", error=type(error).__name__)
            raise StoreUnavailable("the database does not answer; the last picture may be old") from error


def _refuse_ended(connection: psycopg.Connection[TupleRow]) -> None:
    """Let go of a connection that its server has ended: or each of them would fail a question once the server is back.

    Costs no round trip: an idle connection has nothing to read but that it was ended.
    """
    waiting = select.poll()
    waiting.register(connection.fileno(), select.POLLIN)
    if waiting.poll(0):
        connection.close()
        raise psycopg.OperationalError("the server has ended this connection")


def new_token() -> str:
    """A fresh secret for a sign-in: 256 bits."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> bytes:
    """What the store keeps of a token."""
    return hashlib.sha256(token.encode()).digest()


def _scope(row: TupleRow) -> Scope:
    name, display_name, kind, agency, labels, health, epoch, rights, operator = row
    return Scope(
        principal=name,
        display_name=display_name,
        kind=PrincipalKind(kind),
        agency=agency,
        labels=tuple(labels),
        sees_health=health,
        epoch=epoch,
        rights=frozenset(rights),
        operator=operator,
    )
