"""The release of suppressed overdose counts: made anew for every label whose overdoses a run changed."""

import numpy as np
import psycopg

from watchfloor.geo.cells import range_key
from watchfloor.geo.overdoses import MAIN, K, month_number
from watchfloor.geo.precision import TimePrecision
from watchfloor.geo.suppression import NO_MONTH, Atoms, Persons, classes_of, default_steps, release

_PERSONS = (
    "SELECT cell, day, time_precision, substances FROM watchfloor.overdose "
    "WHERE label_id = %s AND recorded_to = 'infinity'"
)


def release_overdoses(connection: psycopg.Connection, label: int) -> int:
    """Replace the atoms of one label by those of its current overdoses; how many persons they hold."""
    rows = connection.execute(_PERSONS, [label]).fetchall()
    connection.execute("DELETE FROM watchfloor.overdose_atom WHERE label_id = %s", [label])
    if not rows:
        return 0
    masks = np.array([sum(1 << s for s in set(row[3])) for row in rows], np.int64)
    persons = Persons(
        cell=np.array([row[0] or 0 for row in rows], np.int64).astype(np.uint64),
        month=np.array([month_number(row[1]) if row[2] <= TimePrecision.MONTH else NO_MONTH for row in rows], np.int64),
        classes=classes_of(masks, MAIN),
    )
    atoms = release(persons, default_steps(len(MAIN), early=1), k=K)
    _write(connection, atoms, label)
    return int(atoms.n.sum())


def _write(connection: psycopg.Connection, atoms: Atoms, label: int) -> None:
    keys = np.where(atoms.cell == 0, 0, range_key(atoms.cell))
    columns = (atoms.cell.astype(np.int64), keys, atoms.first_month, atoms.n_months, atoms.known, atoms.value, atoms.n)
    # COPY is refused on a table with row policies
    connection.execute(
        "INSERT INTO watchfloor.overdose_atom (cell, cell_key, first_month, n_months, known, value, n, label_id) "
        "SELECT a.*, %s FROM unnest(%s::bigint[], %s::bigint[], %s::integer[], %s::integer[], %s::bigint[], "
        "%s::bigint[], %s::bigint[]) AS a",
        [label, *(column.tolist() for column in columns)],
    )
