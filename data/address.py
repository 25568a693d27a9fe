"""Where the store is and how each role reaches it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol
from urllib.parse import quote, urlsplit, urlunsplit


class Role(StrEnum):
    """Roles of the store, by duty; grants stand in data/sql/grants.sql."""

    OWNER = "watchfloor_owner"
    APP = "watchfloor_app"
    INTAKE = "watchfloor_intake"
    GATE = "watchfloor_gate"


class Address(Protocol):
    """A store that can be connected to."""

    def conninfo(self, role: str) -> str:
        """Connection string for psycopg as that role."""
        ...


@dataclass(frozen=True, slots=True)
class ExternalAddress:
    """A PostGIS that someone else runs, by its URL for the owner role.

    The other roles use the same host and database under their own names; their passwords come from
    libpq's password file.
    """

    url: str

    def conninfo(self, role: str) -> str:
        """The URL, with another role put in for the owner."""
        if role == Role.OWNER:
            return self.url
        parts = urlsplit(self.url)
        host = parts.netloc.rpartition("@")[2]
        return urlunsplit(parts._replace(netloc=f"{quote(str(role))}@{host}"))
