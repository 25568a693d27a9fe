"""The audit, read by an auditor: the reading is audited before the first row is read."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg

from watchfloor.data.address import Address, Role
from watchfloor.data.door import Asked, Door
from watchfloor.data.statements import statement
from watchfloor.geo.errors import Refused
from watchfloor.geo.scope import Right

ACTION = "audit"
BATCH = 2_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows of the audit; None leaves a filter out. `since` counts in, `until` does not."""

    principal: str | None = None
    action: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    most: int | None = None

    def as_json(self) -> dict[str, Any]:
        """What the audit says of this reading."""
        named = {
            "principal": self.principal,
            "action": self.action,
            "since": self.since and self.since.isoformat(),
            "until": self.until and self.until.isoformat(),
            "most": self.most,
        }
        return {name: value for name, value in named.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the audit: who asked what, and who sat at the machine if it was not the account itself."""

    id: int
    at: datetime
    principal: str
    operator: str | None
    channel: str | None
    action: str
    question: dict[str, Any]
    view_id: str


@contextmanager
def open_trail(address: Address, door: Door, token: str, wanted: Wanted) -> Iterator[Iterator[Entry]]:
    """Rows of the audit, newest first, read in batches.

    Raises Refused unless the account behind the token holds the right to audit; what is refused is not read.
    """
    if Right.AUDIT not in door.peek(token).rights:
        raise Refused("this account may not read the audit: that needs the right `audit`")
    with door.open(token, Asked(ACTION, wanted.as_json())):
        pass
    with psycopg.connect(address.conninfo(Role.OWNER)) as connection:
        connection.execute("SET TRANSACTION READ ONLY")
        yield _rows(connection, wanted)


def _rows(connection: psycopg.Connection, wanted: Wanted) -> Iterator[Entry]:
    given = {
        "principal": wanted.principal,
        "action": wanted.action,
        "since": wanted.since,
        "until": wanted.until,
        "most": wanted.most,
    }
    with connection.cursor(name="trail") as cursor:
        cursor.itersize = BATCH
        cursor.execute(statement("audit_trail"), given)
        for number, at, principal, operator, channel, action, question, view_id in cursor:
            yield Entry(number, at, principal, operator, channel, action, question, str(view_id))
