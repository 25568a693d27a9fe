"""Which state of derived data a picture shows: roll-ups, releases of overdose counts, routes."""

from datetime import UTC

import psycopg
from psycopg.rows import TupleRow

from watchfloor.data.questions.rolled_up import is_rolled_up
from watchfloor.data.statements import statement
from watchfloor.geo.answers import Shown
from watchfloor.geo.facts import FactKind
from watchfloor.geo.query import Layer, Query

ROLL_UP, ROUTES, RELEASES, RAW = "roll-up", "routes as last derived", "counts as released", "raw facts"


def shown(connection: psycopg.Connection[TupleRow], query: Query, version: int, *, sees_health: bool) -> Shown:
    """What the answer to a question is worked out from, of which version, and when that was made.

    version: that of the layer, the number of the publication that last changed it.
    """
    worked_out = _worked_out(query, sees_health=sees_health)
    if worked_out == RAW:
        return Shown(worked_out, version)
    question = "released_at" if worked_out == RELEASES else "run_ended_at"
    row = connection.execute(statement(question), {"version": version, "known_at": query.known_at}).fetchone()
    made = row[0] if row else None
    return Shown(worked_out, version, made and made.astimezone(UTC))


def _worked_out(query: Query, *, sees_health: bool) -> str:
    if query.layer is Layer.ROUTES:
        return ROUTES
    if query.fact is FactKind.REPORTED:
        return RAW
    if query.layer is Layer.OVERDOSES and not sees_health:
        return RELEASES
    return ROLL_UP if query.layer is Layer.SEIZURES and is_rolled_up(query) else RAW
