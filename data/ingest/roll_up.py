"""The roll-up of single events, packed anew for the chunks in which events were opened or closed."""

import psycopg

from watchfloor.data.ingest.roll_up_packing import pack_chunks
from watchfloor.data.statements import statement


def roll_up(connection: psycopg.Connection) -> int:
    """Bring the roll-up to the events of the temporary table changed_events (id, recorded_from); chunks made.

    Leaves the temporary table moved_events: where, when and under which labels those are.
    """
    connection.execute("ANALYZE pg_temp.changed_events")
    connection.execute("DROP TABLE IF EXISTS pg_temp.moved_events")
    connection.execute(statement("moved_events"))
    if not connection.execute(statement("roll_up_touched")).rowcount:
        return 0
    connection.execute("ANALYZE pg_temp.touched_chunks")
    connection.execute(statement("roll_up_emptied"))
    connection.execute(statement("roll_up_current"))
    connection.execute("ANALYZE pg_temp.chunk_events")
    how = "roll_up_packed" if pack_chunks(connection) else "roll_up_events"
    return connection.execute(statement(how)).rowcount
