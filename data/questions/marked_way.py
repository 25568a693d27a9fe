"""One craft's positions in a period as they were sent, with the marks that derived files bear for them."""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import psycopg
from psycopg.rows import TupleRow

from watchfloor.data.questions.kept_since import refuse_positions_since
from watchfloor.data.questions.passing import PREPARE, moments
from watchfloor.data.statements import asked
from watchfloor.geo.cleaned_way import Sent
from watchfloor.geo.craft_categories import CRAFT_CATEGORIES
from watchfloor.geo.marks_by_day import marks_by_day
from watchfloor.geo.period import dawn
from watchfloor.geo.query import Query
from watchfloor.geo.track_marks import MarkArray, usable
from watchfloor.geo.track_pieces import MOST_SILENCE_S

MOST_FIXES = 200_000

type Connection = psycopg.Connection[TupleRow]


@dataclass(frozen=True, slots=True, eq=False)
class MarkedWay:
    """Positions in the order of time and their marks; total: how many there are, of which these are the newest."""

    sent: Sent
    marks: MarkArray
    total: int

    @property
    def usable(self) -> Sent:
        """Those that cleaning keeps."""
        return self.sent.taken(usable(self.marks))


def number_of(category: str) -> int:
    """A category's number; the last one for what has none."""
    return CRAFT_CATEGORIES.index(category) if category in CRAFT_CATEGORIES else len(CRAFT_CATEGORIES) - 1


def marked_way(connection: Connection, query: Query, craft: int, category: str) -> MarkedWay:
    """Of a craft in the period; of more than MOST_FIXES positions the newest."""
    since, until = moments(query)
    # whole days and the evening before: the marks are those of the derived files
    wide = dawn(since.date()) - timedelta(seconds=MOST_SILENCE_S), dawn((until - timedelta(microseconds=1)).date())
    given = {"craft": craft, "since": wide[0], "until": wide[1] + timedelta(days=1), "known_at": query.known_at}
    sent = _sent(connection, query, given)
    marks = marks_by_day(sent, number_of(category))
    asked_for = np.flatnonzero((sent.at_s >= since.timestamp()) & (sent.at_s < until.timestamp()))
    asked_for = asked_for[np.argsort(sent.at_s[asked_for], kind="stable")]
    total = len(asked_for)
    if len(sent.at_s) == MOST_FIXES:
        length = given | {"since": since, "until": until}
        (total,) = connection.execute(asked("track_length", length), length).fetchone() or (total,)
    return MarkedWay(sent.taken(asked_for), marks[asked_for], total)


def _sent(connection: Connection, query: Query, given: dict[str, object]) -> Sent:
    """By label, then time."""
    refuse_positions_since(connection, query.known_at)
    given = given | {"at_most": MOST_FIXES}
    rows = connection.execute(asked("craft_sent", given), given, prepare=PREPARE, binary=True).fetchall()[::-1]
    label, at_s, lon, lat, speed = (np.array([row[k] for row in rows]) for k in range(5))
    speed_kn = speed.astype(np.float64)
    speed_kn[speed_kn < 0] = np.nan
    sent = Sent(label.astype(np.int64), at_s.astype(np.int64), lon.astype(float), lat.astype(float), speed_kn)
    return sent.taken(np.argsort(sent.label, kind="stable"))
