"""The way of one craft: its line for the map, and who was beside it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import psycopg
from numpy.typing import NDArray
from psycopg.rows import TupleRow

from watchfloor.data.questions.kept_since import refuse_positions_since
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

MOST_FIXES = 200_000
MOST_COMPANIONS = 200
# the ground that a craft covered is looked up hour by hour, or in so many parts of a long time
HOUR_S = 3600
MOST_PARTS = 1_000
# a cell and two rings round it hold all within 1.2 edges, whatever is lost by distortion and by the tree of cells
_RINGS = 2
_WITHIN_EDGES = 1.2

type Connection = psycopg.Connection[TupleRow]


def track(connection: Connection, query: Query, craft: int) -> CraftWay:
    """The line of a craft in the period; of more than MOST_FIXES the newest, and `total` says of how many.

    Raises BadQuestion if there is no such craft that the reader may see.
    """
    known = crafts_of(connection, [craft])
    if not known:
        raise BadQuestion("there is no such craft")
    own, speed_kn, total = _way(connection, query, craft)
    line = replace(track_line(own.at_s, own.lon, own.lat, speed_kn), total=total)
    return CraftWay(known[0].name or f"{known[0].kind.title()} {known[0].identifier}", known[0].kind, line)


def companions(connection: Connection, query: Query, craft: int, nearness: Nearness) -> Passing:
    """Who was beside a craft in the period, the most frequent first; of the newest part where there is too much.

    Raises TooManyRows where even a part of it passes by more than may be read.
    """
    own, _, total = _way(connection, query, craft)
    since, until = moments(query)
    if total > len(own):
        since = datetime.fromtimestamp(int(own.at_s[0]), UTC)
    given = _beside(own, nearness) | {"craft": craft, "at_most": MOST_IN_AREA + 1, "known_at": query.known_at}
    rows = connection.execute(asked("fixes_beside", given), given, prepare=PREPARE, binary=True).fetchall()
    if len(rows) > MOST_IN_AREA:
        raise TooManyRows(len(rows), MOST_IN_AREA)
    found = stays_by_craft(connection, meetings(own, heard_of(rows), nearness))
    return replace(passing(found, since, until, at_most=MOST_COMPANIONS), nearness=nearness)


def _way(connection: Connection, query: Query, craft: int) -> tuple[Heard, NDArray[np.float64], int]:
    """The fixes in the order of time, their speeds in knots (NaN: not told), and how many there are in all."""
    since, until = moments(query)
    given = {"craft": craft, "since": since, "until": until, "at_most": MOST_FIXES, "known_at": query.known_at}
    refuse_positions_since(connection, query.known_at)
    rows = connection.execute(asked("track_of_craft", given), given, prepare=PREPARE, binary=True).fetchall()[::-1]
    total = len(rows)
    if total == MOST_FIXES:
        (total,) = connection.execute(asked("track_length", given), given).fetchone() or (total,)
    speed_kn = np.array([np.nan if row[3] is None else row[3] for row in rows], np.float64)
    return heard_of([(craft, *row[:3]) for row in rows]), speed_kn, total


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
