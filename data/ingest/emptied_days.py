"""Tables of days whose positions were all taken back: dropped when nobody is in the way.

The undo itself leaves them: to drop one needs the whole of the positions for a moment, and a run that is taken back
should not wait for every question that is being asked.
"""

import psycopg
import structlog
from psycopg import sql

from watchfloor.data.address import Address, Role
from watchfloor.data.ingest.moments import TRY_LOCK
from watchfloor.data.statements import statement

WAITS = "500ms"
"""So long at most questions wait behind a drop that waits itself."""

log = structlog.get_logger(__name__)


def drop_emptied_days(address: Address) -> list[str]:
    """Drop the tables of days that hold nothing any more; their names. What is in use now is left for another time."""
    dropped: list[str] = []
    with psycopg.connect(address.conninfo(Role.OWNER), autocommit=True) as owner:
        names = [str(name) for (name,) in owner.execute(statement("emptied_days"))]
        try:
            for name in names:
                if _drop(owner, name):
                    dropped.append(name)
        except psycopg.errors.LockNotAvailable:
            log.info("emptied days in use", left=len(names) - len(dropped))
    return dropped


def _drop(owner: psycopg.Connection, name: str) -> bool:
    table = sql.Identifier("watchfloor", name)
    with owner.transaction():
        # an owner for whom the policies hold is told so: to it every table would look empty
        owner.execute("SELECT set_config('lock_timeout', %s, true), set_config('row_security', 'off', true)", [WAITS])
        row = owner.execute(TRY_LOCK).fetchone()
        if not (row and row[0]):
            # a run publishes, and may be filling this very day
            return False
        owner.execute("LOCK TABLE ONLY watchfloor.fix IN ACCESS EXCLUSIVE MODE")
        found = owner.execute(sql.SQL("SELECT EXISTS (SELECT 1 FROM {})").format(table)).fetchone()
        if found is None or found[0]:
            return False
        owner.execute(sql.SQL("DROP TABLE {}").format(table))
    return True
