"""What cleaning makes of one craft's positions: those left out, and the voyages that the others make up."""

from datetime import timedelta

import numpy as np
import psycopg
from psycopg.rows import TupleRow

from watchfloor.data.questions import craft_way
from watchfloor.data.questions.kept_since import refuse_positions_since
from watchfloor.data.questions.passing import PREPARE, crafts_of, moments
from watchfloor.data.statements import asked, statement
from watchfloor.geo.cleaned_way import MOST_VOYAGES, CleanedWay, Sent, left_out, voyages_of
from watchfloor.geo.craft_categories import CRAFT_CATEGORIES
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.harbours import Harbours
from watchfloor.geo.marks_by_day import marks_by_day
from watchfloor.geo.period import dawn
from watchfloor.geo.query import Query
from watchfloor.geo.track_marks import AIRCRAFT, on_land
from watchfloor.geo.track_pieces import MOST_SILENCE_S

type Connection = psycopg.Connection[TupleRow]


def cleaned_way(connection: Connection, query: Query, craft: int) -> CleanedWay:
    """Of a craft in the period; of more than MOST_FIXES positions the newest, and `total` says of how many.

    Ports are those that the reader may see today, whichever moment is asked about.
    Raises BadQuestion if there is no such craft that the reader may see.
    """
    known = crafts_of(connection, [craft])
    if not known:
        raise BadQuestion("there is no such craft")
    number = CRAFT_CATEGORIES.index(known[0].category) if known[0].category in CRAFT_CATEGORIES else -1
    number %= len(CRAFT_CATEGORIES)
    since, until = moments(query)
    # whole days and the evening before: the marks are those of the derived files
    wide = dawn(since.date()) - timedelta(seconds=MOST_SILENCE_S), dawn((until - timedelta(microseconds=1)).date())
    given = {"craft": craft, "since": wide[0], "until": wide[1] + timedelta(days=1), "known_at": query.known_at}
    sent = _sent(connection, query, given)
    marks = marks_by_day(sent, number)
    asked_for = np.flatnonzero((sent.at_s >= since.timestamp()) & (sent.at_s < until.timestamp()))
    asked_for = asked_for[np.argsort(sent.at_s[asked_for], kind="stable")]
    own, found = sent.taken(asked_for), marks[asked_for]
    total = len(own)
    if len(sent.at_s) == craft_way.MOST_FIXES:
        length = given | {"since": since, "until": until}
        (total,) = connection.execute(asked("track_length", length), length).fetchone() or (total,)
    made = None if number == AIRCRAFT else voyages_of(own, found, *_ports(connection))
    newest = None if made is None else tuple(made[::-1][:MOST_VOYAGES])
    return CleanedWay(len(own), total, left_out(own, found), newest, len(made or ()), on_land=on_land(found))


def _sent(connection: Connection, query: Query, given: dict[str, object]) -> Sent:
    """By label, then time."""
    refuse_positions_since(connection, query.known_at)
    given = given | {"at_most": craft_way.MOST_FIXES}
    rows = connection.execute(asked("craft_sent", given), given, prepare=PREPARE, binary=True).fetchall()[::-1]
    label, at_s, lon, lat, speed = (np.array([row[k] for row in rows]) for k in range(5))
    speed_kn = speed.astype(np.float64)
    speed_kn[speed_kn < 0] = np.nan
    sent = Sent(label.astype(np.int64), at_s.astype(np.int64), lon.astype(float), lat.astype(float), speed_kn)
    return sent.taken(np.argsort(sent.label, kind="stable"))


def _ports(connection: Connection) -> tuple[Harbours, list[str]]:
    rows = connection.execute(statement("port_names")).fetchall()
    lon, lat = (np.array([row[axis] for row in rows], np.float64) for axis in (0, 1))
    return Harbours(lon, lat), [row[2] or "" for row in rows]
