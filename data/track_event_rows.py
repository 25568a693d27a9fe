"""Rows of events: those of a chunk of days taken away, and written anew."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np
import psycopg
from psycopg.rows import TupleRow
from psycopg.types.json import Jsonb

from watchfloor.data.track_event_tracks import Heard
from watchfloor.geo.cells import cells_of, range_key
from watchfloor.geo.precision import STORED_RESOLUTION
from watchfloor.geo.track_events import ENCOUNTER, NOBODY, Events

_DROP_ALONE = (
    "DELETE FROM watchfloor.track_event WHERE label_id = ANY (%s) AND kind <> %s AND starts >= %s AND starts < %s "
    "RETURNING label_id, other_label_id, kind, preset, craft_id, other_craft_id, starts, found_at"
)
_DROP_MEETINGS = (
    "DELETE FROM watchfloor.track_event WHERE kind = %s AND starts >= %s AND starts < %s "
    "RETURNING label_id, other_label_id, kind, preset, craft_id, other_craft_id, starts, found_at"
)
# a table with row policies takes no COPY
_WRITE = (
    "INSERT INTO watchfloor.track_event (label_id, other_label_id, kind, preset, craft_id, other_craft_id, starts, "
    "ends, lon, lat, cell_key, evidence, version, found_at) "
    "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, coalesce(%s, now()))"
)
# by how many of its columns an event is known again: labels, kind, preset, craft and when it starts
_KNOWN_BY = 7
_DIGITS = 6

type Connection = psycopg.Connection[TupleRow]
type Row = tuple[object, ...]
type FoundAt = Mapping[Row, datetime]


@dataclass(frozen=True, slots=True)
class Chunk:
    """UTC days from first to last, both included."""

    first: date
    last: date

    @property
    def since(self) -> datetime:
        """Its first moment."""
        return datetime(self.first.year, self.first.month, self.first.day, tzinfo=UTC)

    @property
    def until(self) -> datetime:
        """The first moment after it."""
        return datetime(self.last.year, self.last.month, self.last.day, tzinfo=UTC) + timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Told:
    """What rows say beside what was found: the newest version of the positions by label, codes of ports by number."""

    versions: Mapping[int, int]
    ports: Sequence[str]


def drop_events(connection: Connection, chunk: Chunk, labels: list[int]) -> FoundAt:
    """Take away events of those labels that start in the chunk, and encounters of all; when each was first found."""
    alone = connection.execute(_DROP_ALONE, [labels, ENCOUNTER, chunk.since, chunk.until]).fetchall()
    meetings = connection.execute(_DROP_MEETINGS, [ENCOUNTER, chunk.since, chunk.until]).fetchall()
    return {row[:_KNOWN_BY]: row[_KNOWN_BY] for row in alone + meetings}


def rows_of(chunk: Chunk, heard: Heard, found: Events, told: Told) -> Iterator[Row]:
    """Rows of the events that start in the chunk."""
    events = found.take((found.starts_s >= chunk.since.timestamp()) & (found.starts_s < chunk.until.timestamp()))
    keys = range_key(cells_of(events.lon, events.lat, STORED_RESOLUTION)).tolist()
    label = heard.labels[events.craft]
    alone = events.other == NOBODY
    others = np.where(alone, events.craft, events.other)
    columns = (label, heard.labels[others], heard.crafts[events.craft], heard.crafts[others], events.lon, events.lat)
    for i, (own, beside, craft, other, lon, lat) in enumerate(zip(*(c.tolist() for c in columns), strict=True)):
        times = (datetime.fromtimestamp(float(at_s[i]), UTC) for at_s in (events.starts_s, events.ends_s))
        yield (
            *(own, beside, events.kind, events.preset, craft, None if alone[i] else other),
            *(*times, lon, lat, keys[i], Jsonb(_evidence(events, i, told.ports)), told.versions.get(own, 0)),
        )


def write_rows(connection: Connection, rows: Sequence[Row], before: FoundAt) -> None:
    """Write events; those that were there before keep the moment at which they were first found."""
    with connection.cursor() as cursor:
        cursor.executemany(_WRITE, [(*row, before.get(row[:_KNOWN_BY])) for row in rows])


def _evidence(events: Events, row: int, ports: Sequence[str]) -> dict[str, float | str]:
    """What the event was found by; what is not known is left out, and a port is told by its code."""
    told: dict[str, float | str] = {}
    for name, numbers in events.evidence.items():
        value = float(numbers[row])
        if name == "port":
            told[name] = ports[int(value)]
        elif np.isfinite(value):
            told[name] = float(f"{value:.{_DIGITS}g}")
    return told
