"""Sign-ins: passwords checked, tokens issued, touched and revoked, as a role that sees no data."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cache

import psycopg
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from watchfloor.data.address import Address, Role
from watchfloor.data.door import new_token, token_hash
from watchfloor.geo.errors import NotSignedIn

_HASHER = PasswordHasher()


@dataclass(frozen=True, slots=True)
class Terms:
    """How long a sign-in lasts, and after how many idle minutes it locks (None: never)."""

    channel: str = "page"
    lifetime: timedelta = timedelta(hours=12)
    idle_minutes: int | None = 15


def hash_password(password: str) -> str:
    """argon2id hash of a password, with its salt and parameters."""
    return _HASHER.hash(password)


class Gate:
    """Issues sign-ins; every issue, refusal and end goes through the store."""

    def __init__(self, address: Address) -> None:
        self._conninfo = address.conninfo(Role.GATE)

    def sign_in(self, account: str, password: str, terms: Terms, *, demo_allowed: bool) -> str:
        """A token for an account whose password is right.

        Raises NotSignedIn with one sentence for every cause: which one is nobody's business.
        """
        # made before it is known whether it is needed: the first refusal takes no longer than the first welcome
        nobodys = _nobodys_hash()
        with self._connect() as connection:
            row = connection.execute(
                "SELECT password_hash, is_demo FROM watchfloor.gate_password_hash(%s)", [account]
            ).fetchone()
        stored, is_demo = row if row else (None, False)
        right = _verified(stored or nobodys, password) and stored is not None
        if not right or (is_demo and not demo_allowed):
            raise NotSignedIn("account and password do not match")
        return self.issue(account, terms)

    def issue(self, account: str, terms: Terms, *, operator: str | None = None) -> str:
        """A token for an account without its password: for the operator at the machine, and for devices.

        operator: who asks for it; needed for the channel of commands.
        Raises NotSignedIn if there is no such active account.
        """
        token = new_token()
        with self._connect() as connection:
            row = connection.execute(
                "SELECT watchfloor.gate_issue(%s, %s, %s, %s, %s::smallint, %s)",
                [account, token_hash(token), terms.channel, terms.lifetime, terms.idle_minutes, operator],
            ).fetchone()
        if row is None or row[0] is None:
            raise NotSignedIn(f"there is no active account {account!r}")
        return token

    def touch(self, token: str) -> bool:
        """Note that the person is there; False if the sign-in has ended."""
        return self._call("SELECT watchfloor.gate_touch(%s)", token)

    def revoke(self, token: str) -> bool:
        """End a sign-in; False if it had ended already."""
        return self._call("SELECT watchfloor.gate_revoke(%s)", token)

    def _call(self, question: str, token: str) -> bool:
        with self._connect() as connection:
            row = connection.execute(question.encode(), [token]).fetchone()
        return bool(row and row[0])

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(self._conninfo)


@cache
def _nobodys_hash() -> str:
    """Verified against when there is no such account, so that the answer takes as long."""
    return _HASHER.hash(new_token())


def _verified(stored: str, password: str) -> bool:
    try:
        return _HASHER.verify(stored, password)
    except (VerifyMismatchError, VerificationError, InvalidHashError):
        return False
