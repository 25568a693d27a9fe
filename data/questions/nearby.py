"""What seizures near a mark lead to, where the mark itself counts something else: port calls, overdoses."""

from dataclasses import dataclass, replace

import numpy as np
import psycopg
from psycopg.rows import TupleRow

from watchfloor.data.questions.cells import ranges
from watchfloor.data.questions.linked import Leads, label_titles, leads
from watchfloor.data.questions.near_ports import with_ports
from watchfloor.data.statements import asked, filters_of
from watchfloor.geo.cells import key_range
from watchfloor.geo.disc import Disc
from watchfloor.geo.query import Query
from watchfloor.geo.spot import Behind

MOST_NEAR = 20_000
# a cell holds what is known as finely as itself: its key says so
_ANY_UNCERTAINTY_M = 3e7

type Connection = psycopg.Connection[TupleRow]


@dataclass(frozen=True, slots=True)
class Nearby:
    """Seizures beside a mark: how many, what they lead to, and a sentence that sets them apart from what it counts."""

    n: int
    leads: Leads
    note: str

    def beside(self, behind: Behind) -> Behind:
        """What stands behind a mark, and beside it what these lead to."""
        found = self.leads
        return replace(
            behind,
            entities=found.entities,
            cases=found.cases,
            deconfliction=found.deconfliction,
            notes=(*behind.notes, self.note),
        )


def seizures_near(connection: Connection, query: Query, disc: Disc) -> Nearby:
    """Seizures of the period within a disc; those known less finely than its radius are left out."""
    given = filters_of(query) | ranges(disc.bbox) | {"known_within_m": disc.radius_m, "at_most": MOST_NEAR}
    rows = connection.execute(asked("seizures_near", given), with_ports(connection, given)).fetchall()
    lon, lat = (np.array([np.nan if row[i] is None else row[i] for row in rows], np.float64) for i in (1, 2))
    near = [row for row, is_near in zip(rows, disc.contains(lon, lat), strict=True) if is_near]
    return _followed(connection, query, near, f"within {disc.radius_m / 1000:,.0f} km")


def seizures_in_cell(connection: Connection, query: Query, cell: int) -> Nearby:
    """Seizures of the period in an H3 cell."""
    first, last = key_range(cell)
    given = filters_of(query) | {
        "firsts": [first],
        "lasts": [last],
        "known_within_m": _ANY_UNCERTAINTY_M,
        "at_most": MOST_NEAR,
    }
    rows = connection.execute(asked("seizures_near", given), with_ports(connection, given)).fetchall()
    return _followed(connection, query, rows, "here")


def _followed(connection: Connection, query: Query, rows: list[TupleRow], where: str) -> Nearby:
    found = leads(connection, [row[0] for row in rows], label_titles(connection), query.known_at)
    n = len(rows)
    newest = f"the newest {n:,} seizures" if n == MOST_NEAR else f"{n:,} seizure{'' if n == 1 else 's'}"
    said = f"{newest} {where} lead to the entities and cases below; the number above does not count them."
    return Nearby(n, found, said[:1].upper() + said[1:] if n else f"No seizure {where} in this period.")
