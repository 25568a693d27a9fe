"""The way of one craft: its line for the map, and who was beside it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import psycopg
from psycopg.rows import TupleRow

from watchfloor.data.questions.marked_way import marked_way
from watchfloor.data.questions.passing import (
    MOST_IN_AREA,
    PREPARE,
    crafts_of,
    heard_of,
    moments,
    passing,
    stays_by_craft,
)
from watchfloor.data.statements import asked
from watchfloor.geo import hexgrid
from watchfloor.geo.cells import cells_of, key_ranges
from watchfloor.geo.coverings import Covering
from watchfloor.geo.errors import BadQuestion, TooManyRows
from watchfloor.geo.passages import Heard, Nearness, meetings
from watchfloor.geo.passing import Passing
from watchfloor.geo.precision import STORED_RESOLUTION, mean_inradius_m
from watchfloor.geo.query import Query
from watchfloor.geo.track_lines import CraftWay, track_line

MOST_COMPANIONS = 200
# the ground that a craft covered is looked up hour by hour, or in so many parts of a long time
HOUR_S = 3600
MOST_PARTS = 1_000
# a cell and two rings round it hold all within 1.2 edges, whatever is lost by distortion and by the tree of cells
_RINGS = 2
_WITHIN_EDGES = 1.2

type Connection = psycopg.Connection[TupleRow]


def track(connection: Connection, query: Query, craft: int) -> CraftWay:
    """The line of a craft in the period through what cleaning keeps; of more than MOST_FIXES positions the newest.

    `total` says of how many it is, those that are left out among them.
    Raises BadQuestion if there is no such craft that the reader may see.
    """
    known = crafts_of(connection, [craft])
    if not known:
        raise BadQuestion("there is no such craft")
    way = marked_way(connection, query, craft, known[0].category)
    own = way.usable
    line = replace(track_line(own.at_s, own.lon, own.lat, own.speed_kn), total=way.total)
    return CraftWay(known[0].name or f"{known[0].kind.title()} {known[0].identifier}", known[0].kind, line)


def companions(connection: Connection, query: Query, craft: int, nearness: Nearness) -> Passing:
    """Who was beside a craft in the period, the most frequent first; of the newest part where there is too much.

    Raises TooManyRows where even a part of it passes by more than may be read.
    """
    known = crafts_of(connection, [craft])
    way = marked_way(connection, query, craft, known[0].category if known else "")
    kept = way.usable
    own = Heard(np.full(len(kept), craft, np.int64), kept.at_s, kept.lon, kept.lat)
    since, until = moments(query)
    if way.total > len(way.sent) and len(own):
        since = datetime.fromtimestamp(int(own.at_s[0]), UTC)
    given = _beside(own, nearness) | {"craft": craft, "at_most": MOST_IN_AREA + 1, "known_at": query.known_at}
    rows = connection.execute(asked("fixes_beside", given), given, prepare=PREPARE, binary=True).fetchall()
    if len(rows) > MOST_IN_AREA:
        raise TooManyRows(len(rows), MOST_IN_AREA)
    found = stays_by_craft(connection, meetings(own, heard_of(rows), nearness))
    return replace(passing(found, since, until, at_most=MOST_COMPANIONS), nearness=nearness)


def _beside(own: Heard, nearness: Nearness) -> dict[str, list[object]]:
    """Where and when others must have been heard: ranges of keys with a time for each part of the way."""
    resolution = next(
        (r for r in range(STORED_RESOLUTION, 0, -1) if _edge_m(r) * _WITHIN_EDGES >= nearness.distance_m), 0
    )
    given: dict[str, list[object]] = {name: [] for name in ("firsts", "lasts", "sinces", "untils")}
    if len(own) == 0:
        return given
    cells = cells_of(own.lon, own.lat, resolution)
    part_s = max(HOUR_S, int(own.at_s[-1] - own.at_s[0]) // MOST_PARTS)
    part = own.at_s // part_s
    within = timedelta(seconds=nearness.seconds)
    for index in np.split(np.arange(len(own)), np.flatnonzero(np.diff(part)) + 1):
        around = Covering.merged(*key_ranges(hexgrid.disks(np.unique(cells[index]), _RINGS)))
        first, last = (datetime.fromtimestamp(int(own.at_s[i]), UTC) for i in (index[0], index[-1]))
        given["firsts"] += around.first.tolist()
        given["lasts"] += around.last.tolist()
        given["sinces"] += [first - within] * len(around.first)
        given["untils"] += [last + within] * len(around.first)
    return given


def _edge_m(resolution: int) -> float:
    return mean_inradius_m(resolution) * 2 / 3**0.5
