"""Which craft were heard at a point or in an area: when, how often and how near; bounded, and saying where it ends."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import psycopg
from psycopg.rows import TupleRow, namedtuple_row

from watchfloor.data.questions.cells import WORLD, ranges
from watchfloor.data.questions.kept_since import refuse_positions_since
from watchfloor.data.questions.linked import label_titles
from watchfloor.data.questions.passing_held import by_craft, confirmed, held_around
from watchfloor.data.questions.records import rows_of
from watchfloor.data.questions.whereabouts import Times, Whereabouts
from watchfloor.data.statements import asked
from watchfloor.geo.areas import Area
from watchfloor.geo.bbox import BBox
from watchfloor.geo.coverings import covering
from watchfloor.geo.craft_categories import CRAFT_CATEGORIES
from watchfloor.geo.disc import Disc
from watchfloor.geo.disc_covering import disc_covering
from watchfloor.geo.errors import TooManyRows
from watchfloor.geo.passages import Heard, Visits, visits
from watchfloor.geo.passing import Passed, Passing, Stay
from watchfloor.geo.query import Query

# so many fixes are read from an index in a tenth of a second or two, however many there are: each lies on its own page
MOST_NEAR = 10_000
MOST_IN_AREA = 200_000
MOST_ROWS = 200
MOST_STAYS = 50
MOST_RANGES = 16
# where more lies within the reach than may be read, an eighth of it is looked at, twice at most
NEARER = 8
TRIES = 3
# less far than this there is nothing to win: a stored cell is as large
LEAST_M = 100.0
# by so much a box about a disc is wider, that rounding may not part them: a tenth of a millimetre
ROUNDED_DEG = 1e-9
# where more lies in an area, a quarter of the period is
SHORTER = 4

# a plan that is kept for any place and period reads whole tables: these questions are planned each time
PREPARE = False

type Connection = psycopg.Connection[TupleRow]


def tracks_near(connection: Connection, query: Query, disc: Disc, where: Whereabouts) -> Passing:
    """Craft with fixes of the period in a disc, the nearest first; of a smaller one where too many lie in it."""
    refuse_positions_since(connection, query.known_at)
    since, until = moments(query)
    reaches = [disc.radius_m / NEARER**n for n in range(TRIES)]
    reaches = [reach for reach in reaches if reach >= min(LEAST_M, disc.radius_m)]
    told = _held_near(connection, query, [Disc(disc.lon, disc.lat, reach) for reach in reaches], where)
    if told is not None:
        return told
    for radius_m in reaches:
        times = where.times(Disc(disc.lon, disc.lat, radius_m), MOST_NEAR)
        is_cut = times.n_sure > MOST_NEAR
        if is_cut and radius_m != reaches[-1]:
            continue
        given = disc_given(query, Disc(disc.lon, disc.lat, radius_m), times, MOST_NEAR) if times.sinces else None
        rows = _heard_in(connection, given, is_kept=where.is_by_day)
        is_cut = bool(rows) and rows[0].n_read > MOST_NEAR
        if not is_cut:
            break
    titles = label_titles(connection)
    heard = [_passed(row, titles) for row in rows if row.craft_id is not None]
    found = passing(heard, since, until, at_most=MOST_ROWS)
    return replace(found, radius_m=radius_m, asked_m=disc.radius_m, is_cut=is_cut)


def _held_near(connection: Connection, query: Query, discs: Sequence[Disc], where: Whereabouts) -> Passing | None:
    """The same from derived tracks, of which far more can be read; None if they cannot say, or the store says other."""
    around = held_around(connection, where.view, discs, where.time.seconds) if where.view is not None else None
    if around is None:
        return None
    nearest, others = by_craft(connection, around.held, label_titles(connection), MOST_ROWS)
    shown = confirmed(connection, nearest, around.disc)
    if shown is None:
        return None
    found = passing(shown, *moments(query), at_most=MOST_ROWS, others=others)
    return replace(found, radius_m=around.disc.radius_m, asked_m=discs[0].radius_m, is_cut=around.is_cut)


def disc_given(query: Query, disc: Disc, times: Times, at_most: int) -> dict[str, Any]:
    """Parameters of a statement about fixes in a disc."""
    given = disc_ranges(disc) | _box_about(disc) | times.given | {"known_at": query.known_at, "at_most": at_most + 1}
    return given | {"lon": disc.lon, "lat": disc.lat, "radius_m": disc.radius_m}


def _heard_in(connection: Connection, given: dict[str, Any] | None, *, is_kept: bool) -> list[Any]:
    """Rows of tracks_near; none if there is no time to look at."""
    if given is None:
        return []
    with connection.cursor(row_factory=namedtuple_row) as cursor:
        return cursor.execute(asked("tracks_near", given), given, prepare=is_kept).fetchall()


def passages(connection: Connection, query: Query, area: Area) -> Passing:
    """Who was in an area and when, the most frequent first; of the newest part of the period where that holds too much.

    Raises TooManyRows if even one day does.
    """
    refuse_positions_since(connection, query.known_at)
    since, until = moments(query)
    near = key_ranges(area.bbox)
    while True:
        given = _of(query, since, until) | near | {"at_most": MOST_IN_AREA + 1}
        rows = connection.execute(asked("fixes_in_ranges", given), given, prepare=PREPARE, binary=True).fetchall()
        if len(rows) <= MOST_IN_AREA:
            break
        if until - since <= timedelta(days=1):
            raise TooManyRows(len(rows), MOST_IN_AREA)
        since = until - timedelta(days=max(1, (until - since).days // SHORTER))
    heard = heard_of(rows)
    inside = heard.chosen(area.contains(heard.lon, heard.lat)).in_order()
    return passing(stays_by_craft(connection, visits(inside)), since, until, at_most=MOST_ROWS)


def passing(
    heard: Sequence[Passed],
    since: datetime,
    until: datetime,
    *,
    at_most: int,
    others: Sequence[tuple[str, int]] = (),
) -> Passing:
    """Craft as an answer: the first so many, and the sums over all; others: category and positions of more of them."""
    n, crafts = Counter[str](), Counter[str]()
    for said, positions in [*((one.category, one.n) for one in heard), *others]:
        category = said if said in CRAFT_CATEGORIES else "other"
        n[category] += positions
        crafts[category] += 1
    by_category = {name: (n[name], crafts[name]) for name in CRAFT_CATEGORIES if crafts[name]}
    return Passing(tuple(heard[:at_most]), crafts.total(), n.total(), since, until, by_category)


def heard_of(rows: Sequence[TupleRow]) -> Heard:
    """Rows of (craft, second, lon, lat) as arrays."""
    craft, at, lon, lat = zip(*rows, strict=True) if rows else ((),) * 4
    return Heard(
        np.array(craft, np.int64), np.array(at, np.int64), np.array(lon, np.float64), np.array(lat, np.float64)
    )


def stays_by_craft(connection: Connection, found: Visits) -> list[Passed]:
    """Craft with their stays, those with the most first; craft that the reader may not see are left out."""
    titles = label_titles(connection)
    known = {row.id: row for row in crafts_of(connection, np.unique(found.craft).tolist())}
    starts = np.flatnonzero(np.diff(found.craft, prepend=-1))
    parts = zip(starts.tolist(), [*starts[1:].tolist(), len(found.craft)], strict=True) if len(starts) else ()
    crafts = [
        _stayed(known[int(found.craft[first])], found, slice(first, end), titles)
        for first, end in parts
        if int(found.craft[first]) in known
    ]
    return sorted(crafts, key=lambda one: (-one.n_stays, one.nearest_m or 0.0, -one.n, one.craft))


def moments(query: Query) -> tuple[datetime, datetime]:
    """The first moment of the period, and the first after it."""
    return query.period.moments


def key_ranges(bbox: BBox) -> dict[str, list[int]]:
    """Ranges of keys in which the fixes of a box lie: few, as each is looked up in every day.

    A fix is known as finely as rows are stored: the keys of larger cells, and that of no place, are none of a fix.
    """
    if bbox == WORLD:
        return ranges(bbox)
    found = covering(bbox, max_ranges=MOST_RANGES)
    return {"firsts": found.first.tolist(), "lasts": found.last.tolist()}


def crafts_of(connection: Connection, numbers: Iterable[int]) -> list[Any]:
    """Rows of those craft that the reader may see."""
    return rows_of(connection, "crafts_of", {"crafts": list(numbers), "known_at": None})


def disc_ranges(disc: Disc) -> dict[str, list[int]]:
    """Ranges of keys in which the fixes of a disc lie."""
    found = disc_covering(disc)
    return {
        "firsts": [*found.first.tolist(), *found.coarse.tolist()],
        "lasts": [*found.last.tolist(), *found.coarse.tolist()],
    }


def _box_about(disc: Disc) -> dict[str, float]:
    """A box that surely holds the disc, degrees; its west may lie below -180, its east above 180."""
    box, aside = disc.bbox, disc.bbox.width / 2 + ROUNDED_DEG
    return {
        "west": disc.lon - aside,
        "south": box.south - ROUNDED_DEG,
        "east": disc.lon + aside,
        "north": box.north + ROUNDED_DEG,
    }


def _of(query: Query, since: datetime, until: datetime) -> dict[str, Any]:
    return {"since": since, "until": until, "known_at": query.known_at}


def _passed(row: Any, titles: Mapping[int, str]) -> Passed:
    return Passed(
        craft=row.craft_id,
        kind=row.kind,
        identifier=row.identifier,
        name=row.name,
        category=row.category,
        label=titles[row.label_id],
        n=row.n,
        first=row.first.replace(microsecond=0),
        last=row.last.replace(microsecond=0),
        nearest_m=row.nearest_m,
    )


def _stayed(row: Any, found: Visits, part: slice, titles: Mapping[int, str]) -> Passed:
    first, last, n, far = (column[part] for column in (found.first_s, found.last_s, found.n, found.nearest_m))
    stays = [
        Stay(_moment(a), _moment(b), int(c), None if np.isnan(d) else float(d))
        for a, b, c, d in list(zip(first, last, n, far, strict=True))[:MOST_STAYS]
    ]
    return Passed(
        craft=row.id,
        kind=row.kind,
        identifier=row.identifier,
        name=row.name,
        category=row.category,
        label=titles[row.label_id],
        n=int(n.sum()),
        first=_moment(first[0]),
        last=_moment(last[-1]),
        nearest_m=None if np.isnan(far).all() else float(np.nanmin(far)),
        stays=tuple(stays),
        n_stays=len(n),
    )


def _moment(second: Any) -> datetime:
    return datetime.fromtimestamp(int(second), UTC)
