"""The planner told of a big load at once: autovacuum comes a minute later, and until then plans are old.

As the owner and after the run: the role that loads owns no table, and only an owner may analyse one.
"""

from collections.abc import Collection

import psycopg
import structlog
from psycopg import sql

from watchfloor.data.address import Address, Role
from watchfloor.data.ingest.fact_tables import FACTS

FROM_ROWS = 20_000
SHARE = 0.1
"""Of a table's rows, as autovacuum has it: less changes no plan."""

_TABLES: dict[str, tuple[str, ...]] = {
    **{fact.frame: (fact.table, *(child.table for child in fact.children)) for fact in FACTS},
    "places": ("place",),
    "reported": ("series", "reported"),
    "crafts": ("craft",),
    "fixes": ("fix",),
}
_DERIVED: dict[str, tuple[str, ...]] = {
    "events": ("event_rollup", "route"),
    "fixes": ("route",),
    "overdoses": ("overdose_released", "overdose_atom"),
}
_CHANGED = (
    "SELECT c.relname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace AND n.nspname = 'watchfloor' "
    "WHERE c.relname = ANY (%(tables)s) AND %(rows)s >= %(share)s * c.reltuples ORDER BY 1"
)

log = structlog.get_logger(__name__)


def tell_planner(address: Address, frames: Collection[str], rows: int) -> list[str]:
    """Analyse the tables that a run of so many changed rows may have made another; their names.

    frames: what the run staged. A run under FROM_ROWS is left to autovacuum.
    """
    if rows < FROM_ROWS:
        return []
    named = sorted({table for frame in frames for table in (*_TABLES.get(frame, ()), *_DERIVED.get(frame, ()))})
    given = {"tables": named, "rows": rows, "share": SHARE}
    try:
        with psycopg.connect(address.conninfo(Role.OWNER), autocommit=True) as owner:
            changed = [str(name) for (name,) in owner.execute(_CHANGED, given)]
            for table in changed:
                owner.execute(sql.SQL("ANALYZE {}").format(sql.Identifier("watchfloor", table)))
    except psycopg.Error as error:
        # the run is published and stays so: autovacuum makes up for it
        log.warning("planner not told", sqlstate=error.sqlstate, error=type(error).__name__)
        return []
    return changed
