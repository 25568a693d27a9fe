"""The store as a whole: made, upgraded, checked, and what kind it is."""

import secrets
import time

import psycopg
from psycopg import sql

from watchfloor.data.address import Address, ExternalAddress, Role
from watchfloor.data.applied_code import apply_code, note, stands
from watchfloor.data.foundation import check_logins, lay_foundation
from watchfloor.data.gazetteer import bring_gazetteer
from watchfloor.data.registry import PUBLIC, ensure_agency, intern_label
from watchfloor.data.revisions import revisions
from watchfloor.data.search_entries import bring_search
from watchfloor.data.store_kind import StoreKind
from watchfloor.data.vocabulary import seed_vocabulary
from watchfloor.geo.errors import StoreMismatch

MOST_TRIES = 20
PAUSE_S = 0.1
_GIVE_WAY = "SET LOCAL lock_timeout = '300ms'"


def upgrade(address: Address, kind: StoreKind | None = None) -> str:
    """Bring the store to this program's version and return that version.

    kind: needed the first time only; later it may be left out, or must agree.
    Raises StoreMismatch if the store is newer than the program or of another kind, StoreUnavailable if an
    administrator of the database must prepare it first.
    """
    head = revisions().head
    with psycopg.connect(address.conninfo(Role.OWNER), autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(hashtext('watchfloor.upgrade'))")
        lay_foundation(connection)
        if isinstance(address, ExternalAddress):
            check_logins(address)
        for schema in ("watchfloor", "sealed", "truth"):
            connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(schema)))
        stands_at = _versions(connection)
        _refuse_newer(stands_at)
        if stands_at != {head}:
            # the migrations' library takes a second to import, and most stores stand at the newest version
            from watchfloor.data.migrating import migrate  # noqa: PLC0415

            migrate(address)
        _bring_up_to_date(connection, kind)
        bring_search(connection)
        bring_gazetteer(address, connection)
    return head


def _bring_up_to_date(connection: psycopg.Connection, kind: StoreKind | None) -> None:
    """Code, policies and what every store holds, while pages may be asking; nothing where all of it stands.

    A page may hold what this needs, and wait for what this holds: this gives way, before the database would end one of
    the two (after a second), and tries again. The last time it waits as long as it takes.
    """
    head = revisions().head
    if _has_key(connection) and stands(connection, head):
        _set_kind(connection, kind)
        return
    for attempt in range(MOST_TRIES):
        try:
            with connection.transaction():
                if attempt < MOST_TRIES - 1:
                    connection.execute(_GIVE_WAY)
                apply_code(connection)
                _seal(connection)
                seed_vocabulary(connection)
                _set_kind(connection, kind)
                ensure_agency(connection, PUBLIC.owner, "Public record")
                intern_label(connection, PUBLIC)
                note(connection, head)
        except psycopg.errors.LockNotAvailable:
            time.sleep(PAUSE_S)
        else:
            return


def store_kind(connection: psycopg.Connection) -> StoreKind:
    """Kind of the store; every role that may connect may ask.

    Raises StoreMismatch if the store was never made.
    """
    row = connection.execute("SELECT value FROM watchfloor.store WHERE key = 'kind'").fetchone()
    if row is None:
        raise StoreMismatch("this database holds no Watchfloor store: run `watchfloor db upgrade` first")
    return StoreKind(row[0])


def _versions(connection: psycopg.Connection) -> set[str]:
    table = connection.execute("SELECT to_regclass('watchfloor.alembic_version')").fetchone()
    if table is None or table[0] is None:
        return set()
    return {version for (version,) in connection.execute("SELECT version_num FROM watchfloor.alembic_version")}


def _refuse_newer(versions: set[str]) -> None:
    for version in versions - revisions().known:
        raise StoreMismatch(
            f"the store is of version {version}, which this program does not know: install the newer program"
        )


def _seal(connection: psycopg.Connection) -> None:
    connection.execute(
        "INSERT INTO sealed.signing_key (id, key) VALUES (1, %s) ON CONFLICT (id) DO NOTHING",
        [secrets.token_bytes(32)],
    )


def _has_key(connection: psycopg.Connection) -> bool:
    return bool(connection.execute("SELECT FROM sealed.signing_key").rowcount)


def _set_kind(connection: psycopg.Connection, kind: StoreKind | None) -> None:
    row = connection.execute("SELECT value FROM watchfloor.store WHERE key = 'kind'").fetchone()
    if row is None:
        if kind is None:
            raise StoreMismatch("a new store needs a kind: EXERCISE or OPERATIONAL")
        connection.execute("INSERT INTO watchfloor.store (key, value) VALUES ('kind', %s)", [kind.value])
    elif kind is not None and row[0] != kind.value:
        raise StoreMismatch(f"this store is {row[0]} from its creation and cannot become {kind.value}")
