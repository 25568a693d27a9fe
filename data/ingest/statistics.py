"""The planner told of a big load at once: autovacuum comes a minute later, and until then plans are old.

As the owner and after the run: the role that loads owns no table, and only an owner may analyse one. Positions lie in a
table for each day: a new one, of which there is no old plan, is left to autovacuum.
"""

from collections.abc import Collection, Mapping
from datetime import date, timedelta

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
}
_DERIVED: dict[str, tuple[str, ...]] = {
    "events": ("event_rollup", "route"),
    "fixes": ("route",),
    "overdoses": ("overdose_released", "overdose_atom"),
}
_CHANGED = (
    "SELECT c.relname FROM unnest(%(tables)s::text[], %(rows)s::bigint[]) AS t (name, rows) "
    "JOIN pg_class AS c ON c.relname = t.name AND t.rows >= %(share)s * c.reltuples "
    "JOIN pg_namespace AS n ON n.oid = c.relnamespace AND n.nspname = 'watchfloor' ORDER BY 1"
)

log = structlog.get_logger(__name__)


def tell_planner(
    address: Address, frames: Collection[str], rows: int, days: Mapping[int, int] | None = None
) -> list[str]:
    """Analyse the tables that a run of so many changed rows may have made another; their names.

    frames: what the run staged. days: how many positions it staged of each day since 1970. A run under FROM_ROWS is
    left to autovacuum.
    """
    if rows < FROM_ROWS:
        return []
    named = sorted({table for frame in frames for table in (*_TABLES.get(frame, ()), *_DERIVED.get(frame, ()))})
    many = dict.fromkeys(named, rows)
    many |= {f"fix_{date(1970, 1, 1) + timedelta(days=day):%Y%m%d}": n for day, n in (days or {}).items()}
    given = {"tables": list(many), "rows": list(many.values()), "share": SHARE}
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
