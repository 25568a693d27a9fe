"""Agencies, labels and accounts that a test needs in a store."""

from dataclasses import dataclass

import psycopg

from watchfloor.data.address import Role
from watchfloor.data.cluster import ClusterAddress
from watchfloor.data.gate import Gate, Terms
from watchfloor.data.registry import Account, LabelSpec, ensure_agency, ensure_principal, intern_label
from watchfloor.geo.scope import PrincipalKind, Right


@dataclass(frozen=True, slots=True)
class People:
    """Makes agencies, labels and accounts in a store, and signs them in."""

    address: ClusterAddress

    def agency(self, code: str) -> int:
        """An agency with that code."""
        with psycopg.connect(self.address.conninfo(Role.OWNER)) as connection:
            return ensure_agency(connection, code, f"Agency {code}", "+1-202-555-0100")

    def label(self, spec: LabelSpec) -> int:
        """Number of that label; its owner becomes an agency if need be."""
        for code in (spec.owner, *spec.releasable_to):
            self.agency(code)
        with psycopg.connect(self.address.conninfo(Role.OWNER)) as connection:
            return intern_label(connection, spec)

    def account(
        self, name: str, agency: str, *rights: tuple[Right, str], kind: PrincipalKind = PrincipalKind.PERSON
    ) -> str:
        """A principal, and the token of a sign-in for it."""
        self.agency(agency)
        with psycopg.connect(self.address.conninfo(Role.OWNER)) as connection:
            ensure_principal(connection, Account(name, kind, name.title(), agency, rights))
        return self.token(name)

    def token(self, name: str) -> str:
        """A fresh sign-in of an account that there is."""
        return Gate(self.address).issue(name, Terms())
