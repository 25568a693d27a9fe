"""When to look for positions near a point: on the days that derived tracks name, or, where they cannot say, always.

Positions and rights are the store's alone: what is named here is only where it is asked. Each day with positions is a
table of its own, and a period of a year is a search in 365 of them.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Self

import numpy as np
import psycopg
from psycopg.rows import TupleRow

from watchfloor.data.tracks.reader import told_of
from watchfloor.data.tracks.view import TrackView
from watchfloor.data.tracks.window import Stretch
from watchfloor.geo.disc import Disc
from watchfloor.geo.query import Query
from watchfloor.geo.track_nearness import reach_of

# days are parameters: one plan is as good for all of them, and planning for a year takes longer than looking
_PLAN_ONCE = (
    "SELECT set_config('plan_cache_mode', 'force_generic_plan', true), set_config('enable_seqscan', 'off', true)"
)

type Connection = psycopg.Connection[TupleRow]


class Times(NamedTuple):
    """Moments from which and until which to look, in order, and how many positions surely lie there."""

    sinces: list[datetime]
    untils: list[datetime]
    n_sure: int

    @property
    def given(self) -> dict[str, Any]:
        """As parameters of a statement."""
        bounds = {"since": self.sinces[0], "until": self.untils[-1]}
        return {"sinces": self.sinces, "untils": self.untils} | bounds


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Of a period; view: its tracks, if they are those of now."""

    time: Stretch
    view: TrackView | None

    @classmethod
    def of(cls, connection: Connection, query: Query, view: TrackView | None) -> Self:
        """What is known to this transaction. view: tracks of the period as they were read before, if they were."""
        is_good = view is not None and query.known_at is None and view.n_drawn == view.n_fixes
        # days are told of whole ones
        is_good &= query.period.hours is None
        if view is None or not is_good or view.told != told_of(connection, query.period):
            return cls(Stretch.of(query.period), None)
        connection.execute(_PLAN_ONCE)
        return cls(Stretch.of(query.period), view)

    def before(self, seconds: float) -> Self:
        """Of a time that begins so much sooner, every day of which is looked at."""
        return type(self)(Stretch(self.time.since - timedelta(seconds=seconds), self.time.until), None)

    @property
    def is_by_day(self) -> bool:
        """Whether days are named."""
        return self.view is not None

    def times(self, disc: Disc, enough: int) -> Times:
        """When to look for positions in a disc; where more than enough of them lie, only for so many."""
        reach = reach_of(disc, self.time.seconds, enough) if self.view is not None else None
        if reach is None or self.view is None:
            return Times([self.time.since], [self.time.until], 0)
        days = np.zeros((self.time.until - self.time.since).days, np.bool_)
        n_sure = self.view.near(reach, days)
        edges = np.flatnonzero(np.diff(np.concatenate([[False], days, [False]]).astype(np.int8))).tolist()
        at = [self.time.since + timedelta(days=edge) for edge in edges]
        return Times(at[::2], at[1::2], n_sure)
