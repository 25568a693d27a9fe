"""Events of tracks: those of one craft, and those of a place and period."""

from collections.abc import Sequence

import numpy as np
import psycopg
from psycopg.rows import TupleRow

from watchfloor.data.questions.cells import ranges
from watchfloor.data.questions.kept_since import written
from watchfloor.data.questions.passing import moments
from watchfloor.data.statements import statement
from watchfloor.geo.errors import BadQuestion, TooManyRows
from watchfloor.geo.found_events import FoundEvent
from watchfloor.geo.query import Query
from watchfloor.geo.track_events import KINDS

MOST_EVENTS = 20_000
_CHANGED = (
    "SELECT 1 FROM watchfloor.track_day AS t "
    "WHERE t.version > (extract(epoch FROM %s::timestamptz) * 1000000)::bigint LIMIT 1"
)

type Connection = psycopg.Connection[TupleRow]


def track_events(connection: Connection, query: Query, preset: str, kinds: Sequence[str]) -> tuple[FoundEvent, ...]:
    """Events under a preset in the question's box that touch its period, the newest first; no kinds: all of them.

    Raises TooManyRows above MOST_EVENTS, BadQuestion for a kind that there is not, and as `craft_events` does.
    """
    if unknown := set(kinds) - set(KINDS):
        raise BadQuestion(f"there is no event {sorted(unknown)[0][:40]!r}; there are {', '.join(KINDS)}")
    refuse_events_since(connection, query)
    given = _period(query) | ranges(query.bbox) | {"preset": preset, "kinds": list(kinds), "at_most": MOST_EVENTS + 1}
    found = _read(connection, "track_events", given)
    inside = query.bbox.contains(*(np.array([getattr(e, name) for e in found], np.float64) for name in ("lon", "lat")))
    return tuple(event for event, ok in zip(found, inside, strict=True) if ok)


def craft_events(connection: Connection, query: Query, craft: int) -> tuple[FoundEvent, ...]:
    """Events of a craft that touch the period, under every preset, in the order of time.

    Raises TooManyRows above MOST_EVENTS, and BadQuestion if positions have changed since the moment asked about: events
    are kept only as last found.
    """
    refuse_events_since(connection, query)
    return _read(connection, "craft_events", _period(query) | {"craft": craft, "at_most": MOST_EVENTS + 1})


def refuse_events_since(connection: Connection, query: Query) -> None:
    """Raises BadQuestion if positions that the reader may see have changed since the moment asked about."""
    if query.known_at is not None and connection.execute(_CHANGED, [query.known_at]).fetchone():
        raise BadQuestion(
            "events of tracks are kept only as last found, and positions have changed since "
            f"{written(query.known_at)}; ask for tracks as known then instead"
        )


def _period(query: Query) -> dict[str, object]:
    since, until = moments(query)
    return {"since": since, "until": until}


def _read(connection: Connection, name: str, given: dict[str, object]) -> tuple[FoundEvent, ...]:
    rows = connection.execute(statement(name), given).fetchall()
    if len(rows) > MOST_EVENTS:
        raise TooManyRows(len(rows), MOST_EVENTS)
    return tuple(FoundEvent(*row) for row in rows)
