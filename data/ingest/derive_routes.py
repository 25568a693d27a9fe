"""Routes: flows between ports, derived from where craft called and where seizures came from and went.

A flow carries the label of what it was derived from. Recomputed for every label whose fixes or events a
run changed, so that a correction leaves no trace.
"""

from dataclasses import dataclass

import numpy as np
import psycopg
from numpy.typing import NDArray

from watchfloor.data.ingest.publish import Ticket
from watchfloor.geo.flows import NO_NODE, LinkedSeizures, Visits, flows, legs
from watchfloor.geo.overdoses import month_start

IN_PORT_M = 15_000.0
IN_PORT_KN = 2.0
LONGEST_LEG_S = 45 * 86_400
EARTH_M = 6_371_008.8

_FIXES = (
    "SELECT craft_id, extract(epoch FROM at)::bigint, lon, lat FROM watchfloor.fix "
    "WHERE label_id = %s AND coalesce(speed_kn, 0) <= %s ORDER BY craft_id, at"
)
_PORTS = (
    "SELECT p.id, p.lon, p.lat FROM watchfloor.place AS p JOIN watchfloor.source AS s ON s.code = 'gazetteer' "
    "JOIN watchfloor.run AS r ON r.id = p.run_id AND r.source_id = s.id WHERE p.kind = 'port' AND p.lon IS NOT NULL"
)
# a seizure whose source names where the load came from and where it was bound
_SEIZURES = (
    "WITH gazetteer AS (SELECT DISTINCT ON (p.code) p.code, p.id FROM watchfloor.place AS p "
    "  JOIN watchfloor.run AS r ON r.id = p.run_id ORDER BY p.code, r.format <> 'gazetteer', p.id) "
    "SELECT row_number() OVER (ORDER BY e.id), f.id, t.id, "
    "  (SELECT sum(i.amount) FROM watchfloor.seizure_item AS i WHERE i.event_id = e.id "
    "   AND i.recorded_from = e.recorded_from AND i.unit = 'kg'), "
    "  (extract(year FROM e.starts)::integer - 1970) * 12 + extract(month FROM e.starts)::integer - 1 "
    "FROM watchfloor.event AS e "
    "JOIN gazetteer AS f ON f.code = e.attributes -> 'route' ->> 'from' "
    "JOIN gazetteer AS t ON t.code = e.attributes -> 'route' ->> 'to' "
    "WHERE e.kind = 'seizure' AND e.recorded_to = 'infinity' AND e.label_id = %s AND f.id <> t.id"
)


@dataclass(frozen=True, slots=True, eq=False)
class _Ways:
    """Seizures with a known way and the month of each; shape (n,)."""

    linked: LinkedSeizures
    month: NDArray[np.int64]


def derive_routes(connection: psycopg.Connection, ticket: Ticket, label: int) -> int:
    """Replace the flows of one label; how many there are now."""
    ports = np.array(connection.execute(_PORTS).fetchall(), np.float64).reshape(-1, 3)
    visits = _visits(connection, label, ports)
    ways = _ways(connection, label)
    connection.execute("DELETE FROM watchfloor.route WHERE label_id = %s", [label])
    travelled = legs(visits, max_gap_s=LONGEST_LEG_S)
    arrived = travelled.arrived.astype("datetime64[s]").astype("datetime64[M]").astype(np.int64)
    rows = []
    for month in np.union1d(np.unique(arrived), np.unique(ways.month)).tolist():
        chosen, sent = arrived == month, ways.month == month
        found = flows(
            type(travelled)(*(getattr(travelled, name)[chosen] for name in travelled.__slots__)),
            LinkedSeizures(*(getattr(ways.linked, name)[sent] for name in ways.linked.__slots__)),
        )
        edges = (found.origin, found.destination, found.n_tracks, found.n_seizures, found.weight_kg)
        rows += [(*edge, month_start(month)) for edge in zip(*(e.tolist() for e in edges), strict=True)]
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO watchfloor.route (from_place_id, to_place_id, n_tracks, n_seizures, kilograms, month, "
            "run_id, label_id) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
            [(*row, ticket.run, label) for row in rows],
        )
    return len(rows)


def _visits(connection: psycopg.Connection, label: int, ports: NDArray[np.float64]) -> Visits:
    rows = np.array(connection.execute(_FIXES, [label, IN_PORT_KN]).fetchall(), np.float64).reshape(-1, 4)
    node = np.full(len(rows), NO_NODE, np.int64)
    if len(rows) and len(ports):
        # scikit-learn takes seconds to import: only who loads positions waits for it
        from sklearn.neighbors import BallTree  # noqa: PLC0415

        tree = BallTree(np.radians(ports[:, [2, 1]]), metric="haversine")
        away, nearest = tree.query(np.radians(rows[:, [3, 2]]), k=1)
        node = np.where(away[:, 0] * EARTH_M <= IN_PORT_M, ports[nearest[:, 0], 0].astype(np.int64), NO_NODE)
    return Visits(rows[:, 0].astype(np.int64), rows[:, 1].astype(np.int64), node)


def _ways(connection: psycopg.Connection, label: int) -> _Ways:
    rows = connection.execute(_SEIZURES, [label]).fetchall()
    table = np.array([[np.nan if v is None else float(v) for v in row] for row in rows], np.float64).reshape(-1, 5)
    seizure, origin, destination, month = (table[:, i].astype(np.int64) for i in (0, 1, 2, 4))
    return _Ways(LinkedSeizures(seizure, origin, destination, table[:, 3]), month)
