"""The accounts that a store has from its start: the public in every store, the cast in an exercise."""

from dataclasses import replace

import psycopg

from watchfloor.data.address import Address, Role
from watchfloor.data.exercise.cast import ACCOUNTS, AGENCIES
from watchfloor.data.registry import PUBLIC, Account, ensure_agency, ensure_principal, intern_label
from watchfloor.geo.scope import PrincipalKind

_EVER_HELD = (
    "SELECT p.name, e.entitled_to, e.value FROM sealed.entitlement AS e "
    "JOIN sealed.principal AS p ON p.id = e.principal_id"
)
PUBLIC_ACCOUNT = Account("public", PrincipalKind.PUBLIC, "The public")


def ensure_public(address: Address) -> None:
    """Make the public: its agency, its label and the account that sees public data only."""
    with psycopg.connect(address.conninfo(Role.OWNER)) as connection:
        ensure_agency(connection, PUBLIC.owner, "Public sources")
        intern_label(connection, PUBLIC)
        ensure_principal(connection, PUBLIC_ACCOUNT)


def ensure_cast(address: Address) -> None:
    """Make agencies and demo accounts of the exercise; an account that someone made by hand stays his."""
    with psycopg.connect(address.conninfo(Role.OWNER)) as connection:
        for agency in AGENCIES:
            ensure_agency(connection, agency.code, agency.name, agency.watch_phone)
        taken = _names(connection, "SELECT name FROM sealed.principal WHERE NOT is_demo")
        made = _names(connection, "SELECT name FROM sealed.principal WHERE is_demo AND password_hash IS NOT NULL")
        # a right that somebody has ended stays ended
        held = {(name, right, value) for name, right, value in connection.execute(_EVER_HELD)}
        for account in ACCOUNTS:
            if account.name not in taken:
                # hashing is slow on purpose: only the first start pays for it
                password = None if account.name in made else account.password
                rights = tuple(right for right in account.rights if (account.name, *right) not in held)
                ensure_principal(connection, replace(account, password=password, rights=rights))


def usable_demo_accounts(address: Address) -> list[str]:
    """Names of the demo accounts that can sign in."""
    with psycopg.connect(address.conninfo(Role.OWNER)) as connection:
        return sorted(_names(connection, "SELECT name FROM sealed.principal WHERE is_demo AND is_active"))


def retire_demo_accounts(address: Address) -> int:
    """End all demo accounts for good, with their sign-ins; how many ended."""
    with psycopg.connect(address.conninfo(Role.OWNER)) as connection:
        return connection.execute("UPDATE sealed.principal SET is_active = false WHERE is_demo AND is_active").rowcount


def _names(connection: psycopg.Connection, question: str) -> set[str]:
    return {str(name) for (name,) in connection.execute(question.encode())}
