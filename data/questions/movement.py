"""Movement: flows between places, positions of craft, planned operations."""

import numpy as np
import psycopg
from psycopg.rows import TupleRow

from watchfloor.data.questions.cells import ranges
from watchfloor.data.questions.kept_since import refuse_positions_since, refuse_routes_since
from watchfloor.data.questions.linked import whom_to_call
from watchfloor.data.statements import asked, statement
from watchfloor.geo.answers import Fixes, Planned, Routes
from watchfloor.geo.craft_categories import CRAFT_CATEGORIES, OTHER
from watchfloor.geo.errors import TooManyRows
from watchfloor.geo.query import Query

MOST_ROUTES = 400
MOST_FIXES = 2_000_000

type Connection = psycopg.Connection[TupleRow]


def routes(connection: Connection, query: Query, *, at_most: int | None = MOST_ROUTES) -> Routes:
    """The heaviest flows of the period with an end in the question's box; at_most None: all of them.

    Flows are derived anew and not versioned: raises BadQuestion if they have changed since the moment asked about.
    """
    wests, easts = (list(ends) for ends in zip(*query.bbox.spans, strict=True))
    box = {"south": query.bbox.south, "north": query.bbox.north, "wests": wests, "easts": easts}
    given = _given(query) | box | {"at_most": at_most}
    refuse_routes_since(connection, query.known_at)
    rows = connection.execute(asked("routes", given), given).fetchall()

    def column(index: int) -> np.ndarray:
        return np.array([row[index] for row in rows], np.float64)

    return Routes(
        from_place=column(0).astype(np.int64),
        to_place=column(1).astype(np.int64),
        from_name=[row[2] for row in rows],
        to_name=[row[3] for row in rows],
        from_lon=column(4),
        from_lat=column(5),
        to_lon=column(6),
        to_lat=column(7),
        n_tracks=column(8).astype(np.int64),
        n_seizures=column(9).astype(np.int64),
        kilograms=column(10),
        n_known=rows[0][11] if rows else 0,
    )


def fixes(connection: Connection, query: Query) -> Fixes:
    """Positions in the question's box and period, by craft and time.

    Raises TooManyRows above MOST_FIXES: a narrower period or place is needed. Raises BadQuestion if positions of the
    moment asked about were taken back since.
    """
    since, until = query.period.moments
    days = {"first_day": query.period.since, "last_day": query.period.last}
    given = _given(query) | days | {"since": since, "until": until, "at_most": MOST_FIXES + 1} | ranges(query.bbox)
    refuse_positions_since(connection, query.known_at)
    if query.known_at is None:
        # to sort and send two million rows before they are refused would take half a minute and two gigabytes
        counted = connection.execute(statement("fixes_many"), given).fetchone()
        if counted and counted[0] > MOST_FIXES:
            raise TooManyRows(counted[0], MOST_FIXES)
    rows = connection.execute(asked("fixes", given), given, binary=True).fetchall()
    if len(rows) > MOST_FIXES:
        raise TooManyRows(len(rows), MOST_FIXES)
    numbers = {name: index for index, name in enumerate(CRAFT_CATEGORIES)}
    lon, lat, at, craft, category, speed = zip(*rows, strict=True) if rows else ((),) * 6
    return Fixes(
        lon=np.array(lon, np.float32),
        lat=np.array(lat, np.float32),
        at_s=np.array(at, np.int64),
        craft=np.array(craft, np.int64),
        category=np.array([numbers.get(name, OTHER) for name in category], np.int16),
        speed_kn=np.array([np.nan if s is None else s for s in speed], np.float32),
        total=len(rows),
    )


def operations(connection: Connection, query: Query) -> tuple[Planned, ...]:
    """Planned operations in the question's box that touch the period or the sixty days after it."""
    given = _given(query)
    rows = connection.execute(asked("operations", given), given).fetchall()
    lon, lat = (np.array([row[i] for row in rows], np.float64) for i in (4, 5))
    return tuple(
        Planned(
            id=row[0],
            subject=row[1],
            title=row[2],
            status=row[3],
            lon=row[4],
            lat=row[5],
            radius_m=row[6],
            when=f"{row[7]:%Y-%m-%d %H:%MZ} to {row[8]:%Y-%m-%d %H:%MZ}",
            call=whom_to_call(row[9], row[10]),
        )
        for row, inside in zip(rows, query.bbox.contains(lon, lat), strict=True)
        if inside
    )


def _given(query: Query) -> dict[str, object]:
    return {"since": query.period.since, "until": query.period.until, "known_at": query.known_at}
