"""Where the newest of what a layer shows comes from."""

from collections.abc import Collection
from datetime import UTC

import psycopg
from psycopg.rows import TupleRow

from watchfloor.data.questions.kept_since import refuse_origin_since
from watchfloor.data.questions.reported_values import OVERDOSE_DEATHS
from watchfloor.data.questions.seizure_places import MEASURE
from watchfloor.data.statements import asked, statement
from watchfloor.geo.answers import Origin
from watchfloor.geo.facts import FactKind
from watchfloor.geo.query import Layer, Query


def origin(connection: psycopg.Connection[TupleRow], runs: Collection[int], query: Query) -> Origin | None:
    """Sources of what the question shows, the newest first, and when the newest was loaded; None if none is to be seen.

    runs: those that changed the layer last. Reported values are of many sources in one table: theirs are looked for.
    Raises BadQuestion if one of the runs was published after `query.known_at`.
    """
    if query.layer is Layer.PORTS or query.fact is FactKind.REPORTED:
        runs = _reported(connection, query)
    refuse_origin_since(connection, runs, query.known_at)
    rows = connection.execute(statement("origin"), {"runs": sorted(runs)}).fetchall()
    return Origin(tuple(title for title, _ in rows), rows[0][1].astimezone(UTC)) if rows else None


def _reported(connection: psycopg.Connection[TupleRow], query: Query) -> frozenset[int]:
    measures = {Layer.PORTS: query.measure, Layer.OVERDOSES: OVERDOSE_DEATHS}
    given = {
        "measure": measures.get(query.layer, MEASURE),
        "since": query.period.since,
        "until": query.period.until,
        "known_at": query.known_at,
    }
    return frozenset(run for (run,) in connection.execute(asked("origin_reported", given), given))
