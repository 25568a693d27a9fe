"""Near ports: the keys of stored cells near the ports that a reader may see, as a narrowed question takes them."""

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
import psycopg
from psycopg.rows import TupleRow

from watchfloor.data.statements import statement
from watchfloor.geo.coasts import BY_CODE
from watchfloor.geo.coverings import Covering
from watchfloor.geo.narrowing import NearPorts
from watchfloor.geo.port_reach import port_reach

MOST_KEPT = 32

type Connection = psycopg.Connection[TupleRow]


def with_ports(connection: Connection, given: Mapping[str, object]) -> Mapping[str, object]:
    """What a statement is given, with the keys near ports as `near_keys` if it asks for them."""
    near = given.get("near")
    if not isinstance(near, NearPorts):
        return given
    return {**given, "near_keys": _written(near_reach(connection, near))}


def near_reach(connection: Connection, near: NearPorts) -> Covering:
    """Keys of the cells near such ports, of those that the reader may see today."""
    rows = connection.execute(statement("port_points")).fetchall()
    of_country = [row for row in rows if near.country in {"", row[2]}]
    lon, lat = (np.array([row[axis] for row in of_country], np.float64) for axis in (0, 1))
    if near.coast:
        on_coast = BY_CODE[near.coast].holds(lon, lat)
        lon, lat = lon[on_coast], lat[on_coast]
    return _reach(lon.tobytes(), lat.tobytes(), near.km)


@lru_cache(MOST_KEPT)
def _reach(lon: bytes, lat: bytes, km: float) -> Covering:
    """Kept by the ports themselves: who sees the same ones shares them."""
    return port_reach(np.frombuffer(lon), np.frombuffer(lat), km * 1000)


def _written(found: Covering) -> str:
    """As the database writes many ranges of numbers."""
    firsts = [*found.first.tolist(), *found.coarse.tolist()]
    lasts = [*found.last.tolist(), *found.coarse.tolist()]
    return "{" + ",".join(f"[{first},{last}]" for first, last in zip(firsts, lasts, strict=True)) + "}"
