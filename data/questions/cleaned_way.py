"""What cleaning makes of one craft's positions: those left out, and the voyages that the others make up."""

import numpy as np
import psycopg
from psycopg.rows import TupleRow

from watchfloor.data.questions.marked_way import marked_way, number_of
from watchfloor.data.questions.passing import crafts_of
from watchfloor.data.statements import statement
from watchfloor.geo.cleaned_way import MOST_VOYAGES, CleanedWay, left_out, voyages_of
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.harbours import Harbours
from watchfloor.geo.query import Query
from watchfloor.geo.track_marks import AIRCRAFT, on_land

type Connection = psycopg.Connection[TupleRow]


def cleaned_way(connection: Connection, query: Query, craft: int) -> CleanedWay:
    """Of a craft in the period; of more than MOST_FIXES positions the newest, and `total` says of how many.

    Ports are those that the reader may see today, whichever moment is asked about.
    Raises BadQuestion if there is no such craft that the reader may see.
    """
    known = crafts_of(connection, [craft])
    if not known:
        raise BadQuestion("there is no such craft")
    way = marked_way(connection, query, craft, known[0].category)
    own, found = way.sent, way.marks
    made = None if number_of(known[0].category) == AIRCRAFT else voyages_of(own, found, *_ports(connection))
    newest = None if made is None else tuple(made[::-1][:MOST_VOYAGES])
    return CleanedWay(len(own), way.total, left_out(own, found), newest, len(made or ()), on_land=on_land(found))


def _ports(connection: Connection) -> tuple[Harbours, list[str]]:
    rows = connection.execute(statement("port_names")).fetchall()
    lon, lat = (np.array([row[axis] for row in rows], np.float64) for axis in (0, 1))
    return Harbours(lon, lat), [row[2] or "" for row in rows]
