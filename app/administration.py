"""Acts that change the store: audited beforehand, in the name of an account or of who sat at the machine."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import psycopg
import typer

from watchfloor.app.accounts import PUBLIC_ACCOUNT
from watchfloor.app.commands.terminal import settings_for_command
from watchfloor.app.runtime import OpenStore, open_store
from watchfloor.data.accounts import administrators
from watchfloor.data.address import Role
from watchfloor.data.door import Asked
from watchfloor.geo.errors import BadInput, Refused
from watchfloor.geo.scope import PrincipalKind, Right

ACTION = "admin"
MADE_FIRST = "watchfloor principal add NAME --administrator"


@contextmanager
def administered(principal: str | None, act: Mapping[str, Any]) -> Iterator[psycopg.Connection]:
    """The store of this command opened for one act."""
    with open_store(settings_for_command()) as store, administering(store, principal, act) as connection:
        yield connection


@contextmanager
def administering(store: OpenStore, principal: str | None, act: Mapping[str, Any]) -> Iterator[psycopg.Connection]:
    """The owner's transaction for one act, whose audit row is committed before it begins.

    An act that then fails has its row all the same: it was tried. Who sat at the machine stands with the sign-in.
    Raises Refused unless the account is a person or service with the right to operate.
    """
    if principal is None:
        raise Refused(_who(store))
    note_act(store, principal, act)
    with owner(store) as connection:
        yield connection


def note_act(store: OpenStore, principal: str, act: Mapping[str, Any]) -> None:
    """Write the audit row of an act. Raises Refused unless the account may administer."""
    with store.signed_in_as(principal) as token:
        scope = store.door.peek(token)
        if scope.kind not in (PrincipalKind.PERSON, PrincipalKind.SERVICE) or Right.OPERATE not in scope.rights:
            raise Refused(f"{principal} may not administer: that needs the right `operate`")
        with store.door.open(token, Asked(ACTION, act)):
            pass


def note_at_machine(store: OpenStore, principal: str | None, act: Mapping[str, Any]) -> None:
    """Write the audit row of an act that needs no account: in its name if there is one, else under the public's.

    Whose hand it was stands with the sign-in: the account of the operating system. Raises Refused as `note_act` does.
    """
    if principal is not None:
        note_act(store, principal, act)
        return
    with store.signed_in_as(PUBLIC_ACCOUNT.name) as token, store.door.open(token, Asked(ACTION, act)):
        pass


@contextmanager
def owner(store: OpenStore) -> Iterator[psycopg.Connection]:
    """One transaction as the store's owner."""
    with psycopg.connect(store.address.conninfo(Role.OWNER)) as connection:
        yield connection


def has_administrator(store: OpenStore) -> bool:
    """Whether somebody may administer this store."""
    with owner(store) as connection:
        return bool(administrators(connection))


def new_password(*, from_stdin: bool) -> str:
    """A password from the terminal, asked twice and not shown, or the first line of stdin.

    Raises BadInput if there is neither.
    """
    if from_stdin:
        return sys.stdin.readline().removesuffix("\n").removesuffix("\r")
    if not sys.stdin.isatty():
        raise BadInput("no terminal to ask for the password: give it as a line on stdin, with --password-stdin")
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt="Again", err=True))


def _who(store: OpenStore) -> str:
    if has_administrator(store):
        return "say who you are: --as NAME (or WATCHFLOOR_AS), an account with the right `operate`"
    return f"this store has no administrator yet: `{MADE_FIRST}` makes the first"
