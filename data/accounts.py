"""Accounts and their rights as an operator keeps them: checked before they are written."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import psycopg

from watchfloor.data.agencies import check_title, require_agency
from watchfloor.data.gate import hash_password
from watchfloor.data.passwords import check_password
from watchfloor.data.registry import Account, ensure_principal, grant, revoke
from watchfloor.data.statements import statement
from watchfloor.geo.errors import BadInput
from watchfloor.geo.scope import PrincipalKind, Right, Tier, Tlp

YES = "yes"
NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")
SIGNING_KINDS = (PrincipalKind.PERSON, PrincipalKind.SERVICE)


@dataclass(frozen=True, slots=True)
class Held:
    """A right that an account holds now or later."""

    right: str
    value: str
    starts: datetime
    ends: datetime | None


@dataclass(frozen=True, slots=True)
class Listed:
    """An account as the list of accounts shows it."""

    name: str
    kind: str
    display_name: str
    agency: str | None
    is_active: bool
    is_demo: bool
    has_password: bool
    rights: tuple[Held, ...]


def administrators(connection: psycopg.Connection) -> list[str]:
    """Names of the accounts that may administer now: active, with the right to operate."""
    rows = connection.execute(
        "SELECT DISTINCT p.name FROM sealed.principal AS p JOIN sealed.entitlement AS e ON e.principal_id = p.id "
        "WHERE p.is_active AND e.entitled_to = 'operate' AND e.starts <= now() AND (e.ends IS NULL OR now() < e.ends) "
        "ORDER BY p.name"
    )
    return [str(name) for (name,) in rows]


def list_accounts(connection: psycopg.Connection) -> list[Listed]:
    """All accounts with the rights that they hold or will hold."""
    rows = connection.execute(statement("accounts")).fetchall()
    return [
        Listed(name, kind, title, agency, is_active, is_demo, has_password, tuple(_held(right) for right in rights))
        for name, kind, title, agency, is_active, is_demo, has_password, rights in rows
    ]


def add_account(connection: psycopg.Connection, account: Account) -> None:
    """Make an account. Raises BadInput if it is there already or is not fit to be one."""
    if not NAME.fullmatch(account.name):
        raise BadInput(f"{account.name!r} is no name: small letters, digits, dot, dash, underscore; at most 63")
    check_title(account.display_name)
    if account.kind is PrincipalKind.PUBLIC:
        raise BadInput("every store has the one account of the public; another cannot be made")
    if account.agency is not None:
        require_agency(connection, account.agency)
    if account.password is not None:
        check_password(account.password, account.name, account.agency or "", *account.display_name.split())
    if connection.execute("SELECT FROM sealed.principal WHERE name = %s", [account.name]).rowcount:
        raise BadInput(f"there is an account {account.name!r} already: `watchfloor principal list` shows it")
    ensure_principal(connection, account)


def set_password(connection: psycopg.Connection, name: str, password: str) -> int:
    """Give an account a new password and end its sign-ins; how many ended."""
    number, kind, display_name, agency = _account(connection, name)
    if kind not in SIGNING_KINDS:
        raise BadInput(f"{name!r} is a {kind} and signs in without a password")
    check_password(password, name, agency or "", *display_name.split())
    connection.execute(
        # an exercise account with a password of its own is an account like any other
        "UPDATE sealed.principal SET password_hash = %s, is_demo = false WHERE id = %s",
        [hash_password(password), number],
    )
    return end_sign_ins(connection, number)


def set_active(connection: psycopg.Connection, name: str, *, is_active: bool) -> int:
    """Close an account, or open it again; how many of its sign-ins ended."""
    number, kind, *_ = _account(connection, name)
    if kind is PrincipalKind.PUBLIC:
        raise BadInput("the account of the public is never closed: it sees what everybody may have")
    connection.execute("UPDATE sealed.principal SET is_active = %s WHERE id = %s", [is_active, number])
    return 0 if is_active else end_sign_ins(connection, number)


def end_sign_ins(connection: psycopg.Connection, number: int) -> int:
    """End every open sign-in of an account; open pages are cut off within seconds."""
    return connection.execute(
        "UPDATE sealed.sign_in SET revoked_at = now() WHERE principal_id = %s AND revoked_at IS NULL "
        "AND expires_at > now()",
        [number],
    ).rowcount


def grant_right(
    connection: psycopg.Connection, name: str, right: Right, written: str | None, *, ends: datetime | None = None
) -> str:
    """Give an account a right until before `ends`; the same right under another end is replaced.

    Returns the value that was written down. Raises BadInput if right or value cannot be given.
    """
    number, kind, *_ = _account(connection, name)
    if kind is PrincipalKind.PUBLIC:
        raise BadInput("the public holds no rights: it sees what everybody may have")
    if ends is not None and ends <= datetime.now(UTC):
        raise BadInput(f"{ends:%Y-%m-%d %H:%M} UTC is past: a right needs an end that is to come")
    value = value_of(connection, right, written)
    revoke(connection, number, right, value)
    grant(connection, number, [(right, value)], ends=ends)
    return value


def revoke_right(connection: psycopg.Connection, name: str, right: Right, written: str | None) -> int:
    """End a right now, or all values of it if none is given; how many ended."""
    number, *_ = _account(connection, name)
    held = {h.value for a in list_accounts(connection) if a.name == name for h in a.rights if h.right == right.value}
    values = held if written is None else {value_of(connection, right, written)} & held
    if not values:
        raise BadInput(f"{name!r} does not hold that right: `watchfloor principal list` shows what it holds")
    return sum(revoke(connection, number, right, value) for value in values)


def revoke_all(connection: psycopg.Connection, name: str) -> int:
    """End every right of an account now; how many ended."""
    number, *_ = _account(connection, name)
    held = {(h.right, h.value) for a in list_accounts(connection) if a.name == name for h in a.rights}
    return sum(revoke(connection, number, Right(right), value) for right, value in held)


def value_of(connection: psycopg.Connection, right: Right, written: str | None) -> str:
    """The value of an entitlement as the store writes it. Raises BadInput with what would do."""
    if right in (Right.HEALTH, Right.OPERATE, Right.AUDIT):
        if written not in {None, YES}:
            raise BadInput(f"the right {right.value} takes no value")
        return YES
    if not written:
        raise BadInput(f"the right {right.value} needs a value: {_EXAMPLES[right]}")
    if right is Right.TIER:
        return _tier(written)
    return _compartment(connection, written) if right is Right.COMPARTMENT else _red_label(connection, written)


_EXAMPLES = {
    Right.TIER: ", ".join(tier.name for tier in Tier),
    Right.COMPARTMENT: "a compartment of some label (`watchfloor agency labels`)",
    Right.NAMED: "the number of a TLP:RED label (`watchfloor agency labels`)",
}


def _tier(written: str) -> str:
    upper = written.upper()
    if upper in Tier.__members__:
        return str(int(Tier[upper]))
    if written in {str(int(tier)) for tier in Tier}:
        return written
    raise BadInput(f"{written!r} is no tier: {_EXAMPLES[Right.TIER]}")


def _compartment(connection: psycopg.Connection, written: str) -> str:
    known = {name for (name,) in connection.execute("SELECT DISTINCT compartment FROM watchfloor.label")}
    if written in known:
        return written
    raise BadInput(f"no label has the compartment {written!r}: make the label first (`watchfloor agency label`)")


def _red_label(connection: psycopg.Connection, written: str) -> str:
    if written.isascii() and written.isdigit() and len(written) < 6:
        row = connection.execute("SELECT tlp FROM watchfloor.label WHERE id = %s", [int(written)]).fetchone()
        if row is not None and row[0] == Tlp.RED:
            return str(int(written))
    raise BadInput(f"{written!r} is no TLP:RED label: give the number that `watchfloor agency labels` shows")


def _account(connection: psycopg.Connection, name: str) -> tuple[int, PrincipalKind, str, str | None]:
    row = (
        NAME.fullmatch(name)
        and connection.execute(
            "SELECT p.id, p.kind, p.display_name, a.code FROM sealed.principal AS p "
            "LEFT JOIN watchfloor.agency AS a ON a.id = p.agency_id WHERE p.name = %s FOR UPDATE OF p",
            [name],
        ).fetchone()
    )
    if not row:
        raise BadInput(f"there is no account {name!r}: `watchfloor principal list` shows those there are")
    return int(row[0]), PrincipalKind(row[1]), str(row[2]), row[3]


def _held(right: Sequence[str | None]) -> Held:
    entitled_to, value, starts, ends = right
    assert entitled_to is not None
    assert starts is not None
    return Held(
        entitled_to, value or "", datetime.fromisoformat(starts), datetime.fromisoformat(ends) if ends else None
    )
