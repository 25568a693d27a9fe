"""Releases of suppressed overdose counts: a run releases whom no release holds yet, once they are enough.

What was released stays as it is: a record that is corrected later is counted as it was. Only an operator can withdraw
the releases of a label and release it anew, and answers for the difference.
"""

from datetime import datetime

import numpy as np
import psycopg
from psycopg.rows import TupleRow

from watchfloor.data.address import Address, Role
from watchfloor.data.ingest.moments import LOCK
from watchfloor.data.statements import statement
from watchfloor.geo.cells import range_key
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.overdoses import MAIN, K, month_number
from watchfloor.geo.precision import TimePrecision
from watchfloor.geo.releases import next_release, until_month
from watchfloor.geo.suppression import NO_MONTH, Atoms, Persons, classes_of, default_steps

ROUTINE = "enough new persons in months that have passed"


def release_overdoses(
    connection: psycopg.Connection, label: int, *, reason: str = ROUTINE, at: datetime | None = None
) -> int:
    """Release those persons of a label who wait, if they are enough; how many were released.

    at: the moment of the release, None for now. An earlier one is for what the exercise world was told then.
    """
    rows = connection.execute(statement("overdoses_unreleased"), {"label": label, "at": at}).fetchall()
    earlier = connection.execute("SELECT FROM watchfloor.overdose_release WHERE label_id = %s LIMIT 1", [label])
    atoms = next_release(_persons(rows), default_steps(len(MAIN), early=1), is_first=earlier.fetchone() is None, k=K)
    if atoms is None:
        return 0
    made = connection.execute(
        "INSERT INTO watchfloor.overdose_release (label_id, persons, reason, released_at) "
        "VALUES (%s, %s, %s, coalesce(%s, now())) RETURNING id",
        [label, len(rows), reason, at],
    ).fetchone()
    assert made is not None
    _write(connection, until_month(atoms, _first_open_month(connection, at)), made[0], label)
    connection.execute(
        "INSERT INTO watchfloor.overdose_released (overdose_id, release_id, label_id) "
        "SELECT unnest(%s::uuid[]), %s, %s",
        [[row[0] for row in rows], made[0], label],
    )
    return len(rows)


def release_anew(connection: psycopg.Connection, label: int, *, reason: str) -> int:
    """Withdraw all releases of a label and release all who may be; how many are released.

    Who kept the earlier answers can subtract them from the new ones: this is for releases that were wrong.
    """
    connection.execute("DELETE FROM watchfloor.overdose_release WHERE label_id = %s", [label])
    return release_overdoses(connection, label, reason=reason)


def withdraw(address: Address, label: int, *, reason: str) -> int:
    """Release a label anew in a run of its own, so that every server hears of it; how many are released.

    Raises BadQuestion if nothing is released under the label.
    """
    with psycopg.connect(address.conninfo(Role.INTAKE)) as connection:
        found = connection.execute("SELECT FROM watchfloor.overdose_release WHERE label_id = %s LIMIT 1", [label])
        if found.fetchone() is None:
            raise BadQuestion(f"nothing is released under a label number {label}")
        connection.execute(LOCK)
        n = release_anew(connection, label, reason=reason)
        connection.execute(
            "UPDATE watchfloor.data_version SET version = nextval(pg_get_serial_sequence('watchfloor.run', 'id')), "
            "published = (SELECT nextval('watchfloor.publication')) WHERE layer = 'overdoses' AND label_id = %s",
            [label],
        )
        connection.execute("SELECT pg_notify('watchfloor_changed', %s)", [f"overdoses {label}"])
    return n


def _first_open_month(connection: psycopg.Connection, at: datetime | None) -> int:
    row = connection.execute("SELECT (coalesce(%s, now()) AT TIME ZONE 'UTC')::date", [at]).fetchone()
    assert row is not None
    return month_number(row[0])


def _persons(rows: list[TupleRow]) -> Persons:
    masks = np.array([sum(1 << s for s in set(row[4])) for row in rows], np.int64)
    return Persons(
        cell=np.array([row[1] or 0 for row in rows], np.int64).astype(np.uint64),
        month=np.array([month_number(row[2]) if row[3] <= TimePrecision.MONTH else NO_MONTH for row in rows], np.int64),
        classes=classes_of(masks, MAIN),
    )


def _write(connection: psycopg.Connection, atoms: Atoms, release: int, label: int) -> None:
    keys = np.where(atoms.cell == 0, 0, range_key(atoms.cell))
    columns = (atoms.cell.astype(np.int64), keys, atoms.first_month, atoms.n_months, atoms.known, atoms.value, atoms.n)
    # COPY is refused on a table with row policies
    connection.execute(
        "INSERT INTO watchfloor.overdose_atom "
        "(cell, cell_key, first_month, n_months, known, value, n, release_id, label_id) "
        "SELECT a.*, %s, %s FROM unnest(%s::bigint[], %s::bigint[], %s::integer[], %s::integer[], %s::bigint[], "
        "%s::bigint[], %s::bigint[]) AS a",
        [release, label, *(column.tolist() for column in columns)],
    )
