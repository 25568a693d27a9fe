"""Derived data made anew from the facts."""

import psycopg

from watchfloor.data.address import Address, Role
from watchfloor.data.ingest.roll_up import roll_up


def rebuild_roll_ups(address: Address) -> int:
    """Make the roll-ups of events anew, in one transaction; how many chunks they have.

    The released overdose counts stay as they are: two releases could be compared (docs/decisions/0005).
    """
    with psycopg.connect(address.conninfo(Role.INTAKE)) as connection:
        # a load that has begun to publish ends first; one that has not adds to what is made here
        connection.execute("SELECT pg_advisory_xact_lock(hashtext('watchfloor.publish'))")
        connection.execute("DELETE FROM watchfloor.event_rollup")
        connection.execute(
            "CREATE TEMPORARY TABLE changed_events ON COMMIT DROP AS "
            "SELECT e.id, e.recorded_from FROM watchfloor.event AS e WHERE e.recorded_to = 'infinity'"
        )
        return roll_up(connection)
