"""Finds events in the tracks of the store: only of days whose positions, or those around them, have changed.

A chunk of days is read in one view of the store, worked out, and written at once, so that a run that is stopped leaves
whole chunks. If positions were taken back meanwhile, nothing of the chunk is written: it stays to be worked out. Events
are those that start in the chunk; what is read around it shows how they begin and end.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Final

import numpy as np
import psycopg
from psycopg.rows import TupleRow

from watchfloor.data.address import Address, Role
from watchfloor.data.alone import alone
from watchfloor.data.gazetteer import entries
from watchfloor.data.statements import statement
from watchfloor.data.track_event_rows import Chunk, Row, Told, drop_events, rows_of, write_rows
from watchfloor.data.track_event_tracks import Heard, read_heard
from watchfloor.geo.harbours import Harbours
from watchfloor.geo.track_encounters import encounters
from watchfloor.geo.track_events import Events
from watchfloor.geo.track_fixes import steps_m
from watchfloor.geo.track_presets import EVENT_PRESETS, events_alone

BEFORE_DAYS: Final = 1
AFTER_DAYS: Final = 10
"""An event that lasts longer is cut there; a silence that does is none: the craft has gone."""
MEETING_DAYS: Final = 2
CHUNK_DAYS: Final = 7
_UNDER_WAY: Final = "events of tracks are being found by another run; it sees to these, too"
_NOTE: Final = (
    "INSERT INTO watchfloor.track_event_day (label_id, day, version) VALUES (%s, %s, %s) "
    "ON CONFLICT (label_id, day) DO UPDATE SET version = excluded.version"
)

_NEWEST: Final = "SELECT label_id, max(version) FROM watchfloor.track_day WHERE day BETWEEN %s AND %s GROUP BY label_id"
_TAKEN_BACK: Final = (
    "SELECT label_id, day, version FROM watchfloor.track_event_day WHERE day BETWEEN %s AND %s AND version < 0"
)

type Connection = psycopg.Connection[TupleRow]
type Stale = tuple[int, date, int]


@dataclass(frozen=True, slots=True)
class _Worked:
    """Rows to be written, the days that they make new, their labels, and what had been taken back by then."""

    rows: list[Row]
    stale: list[Stale]
    labels: list[int]
    taken_back: set[Stale]


@dataclass(frozen=True, slots=True)
class Found:
    """What a run did: days of labels that it worked out, events that stand there now."""

    days: int
    events: int


def find_events(address: Address, tell: Callable[[str], None]) -> Found:
    """Make the events of tracks what the positions of now show. Raises StoreUnavailable if another run is at it."""
    days = events = 0
    with (
        psycopg.connect(address.conninfo(Role.INTAKE), autocommit=True) as connection,
        alone(connection, "watchfloor.track_events", _UNDER_WAY),
    ):
        ports, codes = ports_of_gazetteer()
        for chunk in chunks(sorted({day for _, day, _ in stale_days(connection)})):
            worked = _worked_out(connection, chunk, ports, codes)
            if not _written(connection, chunk, worked):
                tell(f"{chunk.first} to {chunk.last}: positions were taken back meanwhile; run this again")
                continue
            days, events = days + len(worked.stale), events + len(worked.rows)
            tell(f"{chunk.first} to {chunk.last}: {len(worked.rows):,} events")
    return Found(days, events)


def ports_of_gazetteer() -> tuple[Harbours, list[str]]:
    """Ports that come with the product, and their codes."""
    known = [(e.lon, e.lat, e.code) for e in entries() if e.kind == "port" and e.lon is not None and e.lat is not None]
    lon, lat, codes = zip(*known, strict=True)
    return Harbours(np.array(lon, np.float64), np.array(lat, np.float64)), list(codes)


def stale_days(connection: Connection) -> list[Stale]:
    """Label, day and version of the days that are to be worked out anew."""
    given = {"before": BEFORE_DAYS, "after": AFTER_DAYS}
    return [(row[0], row[1], row[2]) for row in connection.execute(statement("track_event_days"), given)]


def chunks(days: list[date]) -> Iterator[Chunk]:
    """Runs of consecutive days, none longer than CHUNK_DAYS."""
    for _, together in groupby(enumerate(days), lambda one: one[1].toordinal() - one[0]):
        run = [day for _, day in together]
        for start in range(0, len(run), CHUNK_DAYS):
            part = run[start : start + CHUNK_DAYS]
            yield Chunk(part[0], part[-1])


def _worked_out(connection: Connection, chunk: Chunk, ports: Harbours, codes: Sequence[str]) -> _Worked:
    """Events that start in the chunk: of labels that have changed, and encounters of all; in one view of the store."""
    since, until = chunk.since - timedelta(days=BEFORE_DAYS), chunk.until + timedelta(days=AFTER_DAYS)
    rows: list[Row] = []
    with connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        stale = [one for one in stale_days(connection) if chunk.first <= one[1] <= chunk.last]
        labels, told = sorted({label for label, _, _ in stale}), Told(_versions(connection, since, until), codes)
        for label in labels:
            heard = read_heard(connection, [label], since, until)
            for preset in EVENT_PRESETS:
                for found in events_alone(heard.fixes, preset, ports):
                    rows += rows_of(chunk, heard, found, told)
        heard = read_heard(connection, None, since, chunk.until + timedelta(days=MEETING_DAYS))
        for found in _meetings(heard, ports):
            rows += rows_of(chunk, heard, found, told)
        return _Worked(rows, stale, labels, _taken_back(connection, since, until))


def _written(connection: Connection, chunk: Chunk, worked: _Worked) -> bool:
    """Replaces the events of the chunk; False if positions that they were worked out from were taken back meanwhile."""
    since, until = chunk.since - timedelta(days=BEFORE_DAYS), chunk.until + timedelta(days=AFTER_DAYS)
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(hashtext('watchfloor.publish'))")
        if _taken_back(connection, since, until) != worked.taken_back:
            return False
        before = drop_events(connection, chunk, worked.labels)
        write_rows(connection, worked.rows, before)
        with connection.cursor() as cursor:
            cursor.executemany(_NOTE, worked.stale)
        # no run brings events: pages would not ask what arrived
        connection.execute("SELECT pg_notify('watchfloor_changed', 'events')")
    return True


def _versions(connection: Connection, since: datetime, until: datetime) -> dict[int, int]:
    return dict(connection.execute(_NEWEST, [since.date(), until.date()]).fetchall())


def _taken_back(connection: Connection, since: datetime, until: datetime) -> set[tuple[int, date, int]]:
    return {(row[0], row[1], row[2]) for row in connection.execute(_TAKEN_BACK, [since.date(), until.date()])}


def _meetings(heard: Heard, ports: Harbours) -> list[Events]:
    """Encounters of the craft of all labels."""
    metres = steps_m(heard.fixes)
    return [
        encounters(heard.fixes, metres, preset.encounter, ports, identity=heard.identity, group=heard.group)
        for preset in EVENT_PRESETS
    ]
