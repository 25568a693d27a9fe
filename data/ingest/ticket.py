"""What every published row is stamped with, and what became of the rows."""

from dataclasses import dataclass
from datetime import datetime

import psycopg
from psycopg import sql
from psycopg.abc import QueryNoTemplate


@dataclass(frozen=True, slots=True)
class Ticket:
    """What every published row is stamped with; `namespace` keeps keys of sources apart.

    moment: from which all that the run says is recorded.
    """

    run: int
    label: int
    namespace: str
    reliability: int
    validity: int
    moment: datetime

    def parameters(self) -> dict[str, object]:
        """Values for a statement's placeholders."""
        return {
            "run": self.run,
            "label": self.label,
            "namespace": self.namespace,
            "reliability": self.reliability,
            "validity": self.validity,
            "moment": self.moment,
        }


@dataclass(frozen=True, slots=True)
class Counted:
    """What became of the staged rows of one file and frame."""

    loaded: int = 0
    superseded: int = 0
    unchanged: int = 0
    quarantined: int = 0

    def __add__(self, other: "Counted") -> "Counted":
        return Counted(
            self.loaded + other.loaded,
            self.superseded + other.superseded,
            self.unchanged + other.unchanged,
            self.quarantined + other.quarantined,
        )


def record_id(key: str) -> sql.Composed:
    """SQL for the store's id of the record named by a column of a stage table `s`."""
    return sql.SQL("md5(%(namespace)s || '|' || s.{})::uuid").format(sql.Identifier(key))


def run_statement(connection: psycopg.Connection, statement: QueryNoTemplate, ticket: Ticket) -> int:
    """Run a statement with the ticket's values; rows that it touched."""
    return connection.execute(statement, ticket.parameters()).rowcount
