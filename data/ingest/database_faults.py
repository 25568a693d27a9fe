"""What the database does to a run, in one sentence that says what to do: it cannot hold a value, has no room, or ends.

A run is published in one transaction: whatever happened to the database, the run is in the store whole or not at all,
and to load the same file again is always right.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import errors

from watchfloor.geo.errors import BadFile, StoreUnavailable

NOT_LOADED = "nothing of this run was loaded"
FULL = (
    f"the disk of the database is full: {NOT_LOADED}; make room, `watchfloor doctor` says where, "
    "and load the same file again"
)
NO_ROOM = f"the database has not enough memory or room for this run: {NOT_LOADED}; see `watchfloor doctor`"
GONE = (
    "the database stopped while this run was under way: the run is in the store whole or not at all; "
    "see `watchfloor doctor`, and load the same file again: nothing is loaded twice"
)
# SQLSTATE 23: what is said is of our own tables; the database's sentence would quote the row
BROKEN = {
    "23502": "a row says nothing where the store needs a value",
    "23503": "a row names something that the store does not have",
    "23505": "two rows are one in the store, which keeps it once",
    "23514": "a row holds a value out of the range that the store keeps",
}
MEND = "correct the rows, or the mapping that reads them, and load the same file again"
AWAY = "the database does not answer: nothing was begun; `watchfloor doctor` says what is wrong with it"


@contextmanager
def told_faults() -> Iterator[None]:
    """Turn what the database raises into BadFile (a fault of the file) or StoreUnavailable (one of the database)."""
    try:
        yield
    except (psycopg.DataError, errors.ProgramLimitExceeded) as error:
        raise BadFile(f"a value cannot be stored (SQLSTATE {error.sqlstate}); nothing was loaded") from error
    except psycopg.IntegrityError as error:
        raise BadFile(_broken(error)) from error
    except errors.DiskFull as error:
        raise StoreUnavailable(FULL) from error
    except psycopg.OperationalError as error:
        if error.sqlstate is None or error.sqlstate.startswith(("57P", "08", "58")):
            raise StoreUnavailable(GONE) from error
        if error.sqlstate.startswith("53"):
            raise StoreUnavailable(NO_ROOM) from error
        raise


def _broken(error: psycopg.IntegrityError) -> str:
    """Which rule of which table a row broke; no word of the row."""
    said = BROKEN.get(error.sqlstate or "", "a row breaks a rule of the store")
    named = [error.diag.table_name, error.diag.constraint_name or error.diag.column_name]
    where = ", ".join([".".join(name for name in named if name), f"SQLSTATE {error.sqlstate}"]).removeprefix(", ")
    return f"{said} ({where}): {NOT_LOADED}; {MEND}"
