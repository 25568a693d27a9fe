"""What has arrived, by the moment of its recording, within kept areas since their watcher last looked."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
import polars as pl
import psycopg
import structlog
from psycopg.rows import TupleRow

from watchfloor.data.questions.selected import stood
from watchfloor.data.statements import statement
from watchfloor.geo.alerts import LONG_AGO, Alert, Arrival, Seen, Watched, Wish, seen_of, wish_of
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.kept import Kept, KeptKind
from watchfloor.geo.kept_selection import PLACES, selection_of
from watchfloor.geo.period import Period
from watchfloor.geo.query import Layer, Query
from watchfloor.geo.selection import Selection
from watchfloor.geo.selection_covering import selection_covering
from watchfloor.geo.selection_reach import Reach, Standing
from watchfloor.geo.track_events import ENCOUNTER, GAP, LOITERING, PORT_VISIT
from watchfloor.geo.track_presets import EVENTS_NEAR_SHORE

log = structlog.get_logger(__name__)

# every stop would be no news
KINDS = (GAP, LOITERING, ENCOUNTER, PORT_VISIT)
MOST_ARRIVALS = 100
# the days that a page can show
EVER = Period(date(1990, 1, 1), date(2100, 1, 1))
_FIRST_DAY = date(2000, 1, 1)
_DAY_US = 86_400_000_000
_RECORDED = (
    "SELECT max(e.recorded_from) FROM watchfloor.event AS e "
    "WHERE e.id = ANY (%s::uuid[]) AND e.recorded_to = 'infinity'"
)

type Connection = psycopg.Connection[TupleRow]
type Told = tuple[int, tuple[Arrival, ...], datetime]
"""How many, the newest of them, and the moment at which the last of them was recorded."""


def arrived(connection: Connection, things: Iterable[Kept]) -> tuple[Alert, ...]:
    """The reader's alerts among kept things, each with what arrived in its area, under the rights of the moment.

    Without those whose area is gone, or cannot be read any more.
    """
    kept = list(things)
    areas = {str(one.id): one for one in kept if one.kind in PLACES}
    own = [one for one in kept if one.kind is KeptKind.ALERT and one.is_own and one.about]
    begun = (_begun(one, areas[one.about.id]) for one in own if one.about and one.about.id in areas)
    alerts = [alert for alert in begun if alert is not None]
    if not alerts:
        return ()
    until = newest(connection)
    since = min(alert.since.facts for alert in alerts)
    has_facts = dict(zip((Watched.SEIZURES, Watched.OVERDOSES), _newer(connection, since), strict=True))
    return tuple(_counted(connection, alert, until, has_facts) for alert in alerts)


def seen_now(connection: Connection, area: Kept, wish: Wish) -> Seen:
    """Up to where all has been recorded that the reader may see of that area.

    What a run brought under another label than its own counts as well, though the reader may not know of the run.
    """
    since = newest(connection)
    whole = Alert(area.id, 0, area.id, area.name, selection_of(area), wish, since, since)
    return _counted(connection, whole, since, dict.fromkeys(Watched, True)).until


def newest(connection: Connection) -> Seen:
    """Up to where all that the reader may see has been recorded: runs become visible in the order of their moments."""
    row = connection.execute(statement("arrived_until")).fetchone()
    assert row is not None
    return Seen(row[0] or LONG_AGO, row[1] or LONG_AGO)


def _begun(kept: Kept, area: Kept) -> Alert | None:
    try:
        seen, wish, place = seen_of(kept.body), wish_of(kept.body), selection_of(area)
    except BadQuestion as error:
        log.warning("alert cannot be read", alert=str(kept.id), error=str(error))
        return None
    return Alert(kept.id, kept.version, area.id, area.name, place, wish, seen, seen)


def _newer(connection: Connection, since: datetime) -> tuple[bool, bool]:
    row = connection.execute(statement("arrived_newer"), {"since": since}).fetchone()
    assert row is not None
    return row[0], row[1]


def _counted(connection: Connection, alert: Alert, until: Seen, has_facts: dict[Watched, bool]) -> Alert:
    until = alert.since.joined(until)
    n: dict[Watched, int] = {}
    arrivals: tuple[Arrival, ...] = ()
    period = None
    if Watched.SEIZURES in alert.wish.layers and has_facts[Watched.SEIZURES]:
        n[Watched.SEIZURES], period, last = _seizures(connection, alert)
        until = until.joined(Seen(facts=last))
    if Watched.OVERDOSES in alert.wish.layers and has_facts[Watched.OVERDOSES]:
        n[Watched.OVERDOSES], arrivals, last = _overdoses(connection, alert)
        until = until.joined(Seen(facts=last))
    if Watched.EVENTS in alert.wish.layers:
        n[Watched.EVENTS], found, last = _events(connection, alert)
        arrivals, until = arrivals + found, until.joined(Seen(events=last))
    return replace(
        alert, n={what: many for what, many in n.items() if many}, arrivals=arrivals, period=period, until=until
    )


def _seizures(connection: Connection, alert: Alert) -> tuple[int, Period | None, datetime]:
    """Those that surely lie in the area: as many as its selection counts."""
    query = Query(Layer.SEIZURES, EVER, substances=alert.wish.substances, only=alert.only)
    found, standing, _ = stood(connection, query, alert.place)
    inside = found.filter(standing == Standing.IN)
    if not inside.height:
        return 0, None, LONG_AGO
    days = [_FIRST_DAY + timedelta(days=int(inside["starts"][at]) // _DAY_US) for at in (-1, 0)]
    row = connection.execute(_RECORDED, [_ids(inside)]).fetchone()
    return inside.height, Period(days[0], days[1] + timedelta(days=1)), (row and row[0]) or LONG_AGO


def _ids(found: pl.DataFrame) -> list[UUID]:
    halves = zip(found["id"].to_list(), found["id_rest"].to_list(), strict=True)
    return [UUID(int=first << 64 | rest) for first, rest in halves]


def _overdoses(connection: Connection, alert: Alert) -> Told:
    given = {"since": alert.since.facts, **_ranges(alert.place)}
    rows = connection.execute(statement("arrived_overdoses"), given).fetchall()
    lon, lat, metres = (np.array([row[at] for row in rows], np.float64) for at in (2, 3, 4))
    standing = Reach(alert.place).standing(lon, lat, metres)
    inside = _where(rows, standing == Standing.IN)
    told = tuple(
        Arrival(Watched.OVERDOSES, "Fatal overdose" if fatal else "Overdose", day, x, y)
        for day, fatal, x, y, *_ in inside[:MOST_ARRIVALS]
    )
    return len(inside), told, max((row[5] for row in inside), default=LONG_AGO)


def _events(connection: Connection, alert: Alert) -> Told:
    given = {
        "since": alert.since.events,
        "preset": EVENTS_NEAR_SHORE.name,
        "kinds": list(KINDS),
        **_ranges(alert.place),
    }
    rows = connection.execute(statement("arrived_track_events"), given).fetchall()
    lon, lat = (np.array([row[at] for row in rows], np.float64) for at in (5, 6))
    inside = _where(rows, alert.place.contains(lon, lat))
    told = tuple(
        Arrival(Watched.EVENTS, _said(kind, name, other), starts, x, y, craft)
        for kind, craft, name, other, starts, x, y, _ in inside[:MOST_ARRIVALS]
    )
    return len(inside), told, max((row[7] for row in inside), default=LONG_AGO)


def _said(kind: str, name: str, other: str | None) -> str:
    return f"{kind.capitalize()}: {name}" + (f" and {other}" if other else "")


def _where(rows: Sequence[TupleRow], inside: Any) -> list[TupleRow]:
    return [row for row, ok in zip(rows, np.asarray(inside).tolist(), strict=True) if ok]


def _ranges(place: Selection) -> dict[str, list[int]]:
    near = selection_covering(place)
    if near is None:
        return {"firsts": [], "lasts": []}
    keys: Iterator[list[int]] = ([*fine.tolist(), *near.coarse.tolist()] for fine in (near.first, near.last))
    return dict(zip(("firsts", "lasts"), keys, strict=True))
