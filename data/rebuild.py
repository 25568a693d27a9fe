"""Derived data made anew from the facts."""

import psycopg

from watchfloor.data.address import Address, Role
from watchfloor.data.statements import statement


def rebuild_roll_ups(address: Address) -> int:
    """Make the roll-ups of events anew, in one transaction; how many rows they have.

    The released overdose counts stay as they are: two releases could be compared (docs/decisions/0005).
    """
    with psycopg.connect(address.conninfo(Role.INTAKE)) as connection:
        # a load that has begun to publish ends first; one that has not adds to what is made here
        connection.execute("LOCK TABLE watchfloor.event_rollup IN SHARE ROW EXCLUSIVE MODE")
        connection.execute("DELETE FROM watchfloor.event_rollup")
        connection.execute(
            "CREATE TEMPORARY TABLE changed_events ON COMMIT DROP AS "
            "SELECT e.id, e.recorded_from, 1 AS sign, 0 AS file FROM watchfloor.event AS e "
            "WHERE e.recorded_to = 'infinity'"
        )
        connection.execute("ANALYZE pg_temp.changed_events")
        return connection.execute(statement("roll_up_events"), {"file": 0}).rowcount
