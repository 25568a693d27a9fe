"""Which craft passed a point between two of their fixes: where the line of a track is lit, but no fix lies near."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import psycopg
from psycopg.rows import TupleRow

from watchfloor.data.questions.passing import (
    MOST_NEAR,
    MOST_ROWS,
    PREPARE,
    disc_given,
    heard_of,
    passing,
    stays_by_craft,
    tracks_near,
)
from watchfloor.data.questions.whereabouts import Whereabouts
from watchfloor.data.statements import asked
from watchfloor.data.tracks.view import TrackView
from watchfloor.geo.disc import Disc
from watchfloor.geo.passages import Hops, Visits, hops_near
from watchfloor.geo.passing import Passing
from watchfloor.geo.query import Query
from watchfloor.geo.track_lines import GAP_S

# fixes are looked for so much farther away: as far as a ship goes in half an hour, then in two
BEYOND_M = (15_000.0, 60_000.0)
MOST_HOPS = 2_000

type Connection = psycopg.Connection[TupleRow]


def tracks_at(connection: Connection, query: Query, disc: Disc, view: TrackView | None = None) -> Passing:
    """Craft with fixes in a disc, the nearest first; if there are none, craft that passed through it between fixes.

    A way between two fixes that both lie farther off than 60 km beyond the disc is not found. Between hours, a way that
    ends there is found even if it began before, as the map draws it. view: tracks of the period, which tell where to
    look; without them every day is looked at.
    """
    where = Whereabouts.of(connection, query, view)
    found = tracks_near(connection, query, disc, where)
    if found.n_craft or found.is_cut or found.is_nearer:
        return found
    leads_in = query.period.hours is not None and query.known_at is None
    for beyond_m in BEYOND_M:
        hops = _hops(connection, query, disc, disc.radius_m + beyond_m, where.before(GAP_S) if leads_in else where)
        if hops is None:
            break
        if len(hops.craft):
            return _between(connection, found, hops)
    return found


def _hops(connection: Connection, query: Query, disc: Disc, within_m: float, where: Whereabouts) -> Hops | None:
    """Steps through the disc between fixes of a wider one; None if more lie in that than may be read."""
    wide = replace(disc, radius_m=within_m)
    times = where.times(wide, MOST_NEAR)
    if times.n_sure > MOST_NEAR:
        return None
    given = disc_given(query, wide, times, MOST_NEAR) if times.sinces else {}
    text = asked("fixes_in_disc", given) if given else b""
    rows = connection.execute(text, given, prepare=where.is_by_day, binary=True).fetchall() if given else []
    if len(rows) > MOST_NEAR:
        return None
    hops = hops_near(heard_of(rows).in_order(), disc)
    return _unbroken(connection, query, hops.chosen(hops.to_s >= query.period.moments[0].timestamp()))


def _unbroken(connection: Connection, query: Query, hops: Hops) -> Hops:
    """Those without a fix between, which would lie outside of what was read."""
    first = np.arange(len(hops.craft)) < MOST_HOPS
    hops = hops.chosen(first)
    given = {
        "crafts": hops.craft.tolist(),
        "froms": [datetime.fromtimestamp(second + 1, UTC) for second in hops.from_s.tolist()],
        "tos": [datetime.fromtimestamp(second, UTC) for second in hops.to_s.tolist()],
        "known_at": query.known_at,
    }
    broken = [
        row[0] - 1 for row in connection.execute(asked("fixes_between", given), given, prepare=PREPARE).fetchall()
    ]
    return hops.chosen(~np.isin(np.arange(len(hops.craft)), broken))


def _between(connection: Connection, found: Passing, hops: Hops) -> Passing:
    once = np.ones(len(hops.craft), np.int64)
    stays = stays_by_craft(connection, Visits(hops.craft, hops.from_s, hops.to_s, once, hops.metres))
    nearest = sorted(stays, key=lambda one: (one.nearest_m or 0.0, one.craft))
    said = passing(nearest, found.since, found.until, at_most=MOST_ROWS)
    return replace(said, radius_m=found.radius_m, asked_m=found.asked_m, is_between=True)
