"""Routes: flows between ports, derived from where craft called and where seizures came from and went.

A flow carries the label of what it was derived from. Recomputed for every label whose fixes or events a
run changed, so that a correction leaves no trace.
"""

from dataclasses import dataclass

import numpy as np
import psycopg
from numpy.typing import NDArray

from watchfloor.data.ingest.publish import Ticket
from watchfloor.data.statements import statement
from watchfloor.geo.flows import IN_PORT_M, Legs, LinkedSeizures, Visits, flows, legs
from watchfloor.geo.nearest import Reach
from watchfloor.geo.overdoses import month_start
from watchfloor.geo.sphere import vectors

IN_PORT_KN = 2.0
LONGEST_LEG_S = 45 * 86_400

# memory must not grow with the store: positions are looked at for so many craft at a time, and those in a port kept
CRAFTS_AT_ONCE = 200

_CRAFTS = "SELECT coalesce(array_agg(id ORDER BY id), '{}') FROM watchfloor.craft WHERE label_id = %s"
# a position without a speed counts as slow: many sources have none
_FIXES = (
    "SELECT array_agg(craft_id), array_agg(at), array_agg(lon), array_agg(lat) FROM watchfloor.fix "
    "WHERE craft_id BETWEEN %s AND %s AND label_id = %s AND coalesce(speed_kn, 0) <= %s"
)
_WRITE = (
    "INSERT INTO watchfloor.route "
    "(from_place_id, to_place_id, n_tracks, n_seizures, kilograms, month, run_id, label_id) "
    "SELECT r.*, %s, %s FROM unnest(%s::integer[], %s::integer[], %s::integer[], %s::integer[], %s::float[], "
    "%s::date[]) AS r"
)
# PostgreSQL's binary array without nulls: a head, then each value behind its length, big endian
_ARRAY_HEAD = 20
_EPOCH_S = 946_684_800  # the database counts microseconds since 2000


@dataclass(frozen=True, slots=True, eq=False)
class _Ways:
    """Seizures with a known way and the month of each; shape (n,)."""

    linked: LinkedSeizures
    month: NDArray[np.int64]


def derive_routes(connection: psycopg.Connection, ticket: Ticket, label: int) -> int:
    """Replace the flows of one label; how many there are now."""
    given = _gazetteer()
    ports = np.array(connection.execute(statement("route_ports"), given).fetchall(), np.float64).reshape(-1, 3)
    travelled = legs(_visits(connection, label, ports), max_gap_s=LONGEST_LEG_S)
    ways = _ways(connection, given | {"label": label})
    connection.execute("DELETE FROM watchfloor.route WHERE label_id = %s", [label])
    rows = _flows_by_month(travelled, ways)
    columns = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in range(6)]
    connection.execute(_WRITE, [ticket.run, label, *columns])
    return len(rows)


def _flows_by_month(travelled: Legs, ways: _Ways) -> list[tuple[object, ...]]:
    """One row for each edge and month: both places, tracks, seizures, kilograms, first day of the month."""
    arrived = travelled.arrived.astype("datetime64[s]").astype("datetime64[M]").astype(np.int64)
    rows: list[tuple[object, ...]] = []
    for month in np.union1d(np.unique(arrived), np.unique(ways.month)).tolist():
        chosen, sent = arrived == month, ways.month == month
        found = flows(
            Legs(*(getattr(travelled, name)[chosen] for name in travelled.__slots__)),
            LinkedSeizures(*(getattr(ways.linked, name)[sent] for name in ways.linked.__slots__)),
        )
        edges = (found.origin, found.destination, found.n_tracks, found.n_seizures, found.weight_kg)
        rows += [(*edge, month_start(month)) for edge in zip(*(e.tolist() for e in edges), strict=True)]
    return rows


def _gazetteer() -> dict[str, object]:
    # the gazetteer is loaded by the pipeline, which derives routes
    from watchfloor.data.gazetteer import entries  # noqa: PLC0415

    return {"kinds": [entry.kind for entry in entries()], "codes": [entry.code for entry in entries()]}


def _visits(connection: psycopg.Connection, label: int, ports: NDArray[np.float64]) -> Visits:
    found = connection.execute(_CRAFTS, [label]).fetchone()
    crafts = found[0] if found and len(ports) else []
    parts = [np.empty((0, 3), np.int64)]
    if crafts:
        reach = Reach.of(vectors(ports[:, 1], ports[:, 2]), IN_PORT_M)
        for first in range(0, len(crafts), CRAFTS_AT_ONCE):
            some = crafts[first : first + CRAFTS_AT_ONCE]
            parts.append(_in_port(_fixes(connection, some[0], some[-1], label), reach, ports))
    return Visits(*np.concatenate(parts).T)


def _in_port(fixes: list[NDArray[np.generic]], reach: Reach, ports: NDArray[np.float64]) -> NDArray[np.int64]:
    """Craft, second since 1970 and port of the positions that lie in one; shape (n, 3)."""
    craft, at, lon, lat = fixes
    nearest = reach.nearest(vectors(lon.astype(np.float64), lat.astype(np.float64)))
    near = nearest >= 0
    seconds = at[near].astype(np.int64) // 1_000_000 + _EPOCH_S
    return np.column_stack([craft[near].astype(np.int64), seconds, ports[nearest[near], 0].astype(np.int64)])


def _fixes(connection: psycopg.Connection, first: int, last: int, label: int) -> list[NDArray[np.generic]]:
    """Craft, moment, longitude and latitude of slow positions, as the database counts; no row becomes an object."""
    with connection.cursor(binary=True) as cursor:
        result = cursor.execute(_FIXES, [first, last, label, IN_PORT_KN]).pgresult
        assert result is not None
        written = [result.get_value(0, column) or b"" for column in range(4)]
    kinds = (">i4", ">i8", ">f8", ">f8")
    return [
        np.frombuffer(data[_ARRAY_HEAD:], np.dtype([("length", ">i4"), ("value", kind)]))["value"]
        for data, kind in zip(written, kinds, strict=True)
    ]


def _ways(connection: psycopg.Connection, given: dict[str, object]) -> _Ways:
    rows = connection.execute(statement("route_seizures"), given).fetchall()
    table = np.array([[np.nan if v is None else float(v) for v in row] for row in rows], np.float64).reshape(-1, 5)
    seizure, origin, destination, month = (table[:, i].astype(np.int64) for i in (0, 1, 2, 4))
    return _Ways(LinkedSeizures(seizure, origin, destination, table[:, 3]), month)
