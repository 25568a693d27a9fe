"""The one moment from which all that a run says is recorded, in the order in which runs become visible."""

from datetime import datetime

import psycopg

LOCK = "SELECT pg_advisory_xact_lock(hashtext('watchfloor.publish'))"
TRY_LOCK = "SELECT pg_try_advisory_xact_lock(hashtext('watchfloor.publish'))"
# a clock that was set back must not put a run before one that was published earlier
_MOMENT = "SELECT greatest(clock_timestamp(), max(r.recorded_at) + interval '1 microsecond') FROM watchfloor.run AS r"


def publishing_moment(connection: psycopg.Connection) -> datetime:
    """The moment of this publication, later than that of every run that is published already.

    Waits for a publication that is under way, and keeps others waiting until this transaction ends: who publishes
    later is recorded later.
    """
    connection.execute(LOCK)
    row = connection.execute(_MOMENT).fetchone()
    assert row is not None
    moment: datetime = row[0]
    return moment
