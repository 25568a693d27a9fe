"""Clean fixes of the store with what tells craft apart: their label, and the number that they send."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import psycopg
from psycopg.rows import TupleRow

from watchfloor.data.tracks.source import Rows, read_positions
from watchfloor.geo.track_fixes import Fixes, IntArray
from watchfloor.geo.track_marks import marks, usable

_LABELS = "SELECT coalesce(array_agg(id ORDER BY id), '{}') FROM watchfloor.label"
_NUMBERS = (
    "SELECT c.id, dense_rank() OVER (ORDER BY c.kind, c.identifier) FROM watchfloor.craft AS c WHERE c.id = ANY (%s)"
)

type Connection = psycopg.Connection[TupleRow]


@dataclass(frozen=True, slots=True)
class Heard:
    """Clean fixes by label, craft and time, shape (n,); their `craft` is a row of `crafts` and `labels`, shape (c,).

    A craft that was heard under two labels has two rows: nothing is worked out from positions of different labels as if
    they were of one. identity: of each fix, the same where the same number is sent; group: of each fix, its label.
    """

    fixes: Fixes
    identity: IntArray
    group: IntArray
    crafts: IntArray
    labels: IntArray


def read_heard(connection: Connection, labels: list[int] | None, since: datetime, until: datetime) -> Heard:
    """Fixes of some labels, or of all (None), from since to before until."""
    if labels is None:
        row = connection.execute(_LABELS).fetchone()
        labels = list(row[0]) if row else []
    parts = list(read_positions(connection, labels, since, until))
    if not parts:
        none = np.zeros(0, np.int64)
        return Heard(Fixes.of(none, none, none, none, none), none, none, none, none)
    rows = Rows._make(np.concatenate(columns) for columns in zip(*(rows for _, rows in parts), strict=True))
    label = np.repeat([number for number, _ in parts], [len(rows.craft) for _, rows in parts]).astype(np.int64)
    craft = rows.craft.astype(np.int64)
    begins = np.ones(len(craft), np.bool_)
    begins[1:] = (craft[1:] != craft[:-1]) | (label[1:] != label[:-1])
    which, crafts, labels_of = np.cumsum(begins) - 1, craft[begins], label[begins]
    place = (rows.lon.astype(np.float64), rows.lat.astype(np.float64))
    fixes = Fixes.of(which, rows.at_s.astype(np.float64), *place, rows.speed_kn)
    kept = usable(marks(*fixes, rows.category.astype(np.int16)))
    return Heard(fixes.take(kept), _identities(connection, crafts)[which][kept], label[kept], crafts, labels_of)


def _identities(connection: Connection, crafts: IntArray) -> IntArray:
    """A number for each craft, the same for those that send the same number."""
    numbers: dict[int, int] = dict(connection.execute(_NUMBERS, [np.unique(crafts).tolist()]).fetchall())
    return np.array([numbers[craft] for craft in crafts.tolist()], np.int64)
