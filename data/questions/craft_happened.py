"""What a craft did in a period, each event with the titles of the labels that it bears."""

import psycopg
from psycopg.rows import TupleRow

from watchfloor.data.questions.linked import label_titles
from watchfloor.data.questions.track_events import craft_events
from watchfloor.geo.found_events import FoundEvent
from watchfloor.geo.query import Query


def craft_happened(
    connection: psycopg.Connection[TupleRow], query: Query, craft: int
) -> tuple[tuple[FoundEvent, str], ...]:
    """Events of a craft in the order of time, and what they may be shown under. Raises as `craft_events` does."""
    titles = label_titles(connection)
    return tuple(
        (
            event,
            " and ".join(dict.fromkeys(titles[label] for label in (event.label, event.other_label) if label in titles)),
        )
        for event in craft_events(connection, query, craft)
    )
