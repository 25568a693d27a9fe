"""What can be wrong with a store that runs, found by questions to it as its owner. Nothing is changed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import psycopg

from watchfloor.data.accounts import administrators
from watchfloor.data.applied_code import is_untouched
from watchfloor.data.cluster_programs import EXTENSIONS, OLDEST_MAJOR
from watchfloor.data.cluster_settings import LOGIN_ROLES
from watchfloor.data.feeds import FeedState
from watchfloor.data.questions.feeds import list_feeds as served_feeds
from watchfloor.data.revisions import revisions
from watchfloor.data.statements import statement
from watchfloor.data.store_kind import StoreKind

OPEN_TABLES = frozenset({"agency", "substance", "measure", "source", "store", "letter", "alembic_version"})
"""Tables without a row policy: the same for every reader, no protected row can stand there."""

CLOCKS_APART = timedelta(seconds=5)
LONGEST_RUN = timedelta(hours=24)
AT_ONCE = 2
"""Questions about all days of positions that a server must have room for at a time."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be, and what to do about it. A note leaves the exit code at 0."""

    check: str
    says: str
    do: str
    is_fault: bool = True


@dataclass(frozen=True, slots=True)
class Expected:
    """What the settings say of the store."""

    kind: StoreKind | None = None
    is_exposed: bool = False


type Check = Callable[[psycopg.Connection, Expected], Iterator[Finding]]


def check_store(connection: psycopg.Connection, expected: Expected) -> list[Finding]:
    """All that is wrong with the store; of one of another version only that, because the rest cannot be asked."""
    for check in (server_version, schema_version):
        if found := list(check(connection, expected)):
            return found
    return [finding for check in CHECKS for finding in check(connection, expected)]


def server_version(connection: psycopg.Connection, _: Expected) -> Iterator[Finding]:
    """Versions of PostgreSQL and its extensions."""
    if connection.info.server_version < OLDEST_MAJOR * 10_000:
        yield Finding(
            "server",
            f"the database is PostgreSQL {connection.info.server_version // 10_000}, older than {OLDEST_MAJOR}",
            f"move the store to PostgreSQL {OLDEST_MAJOR} or newer: `watchfloor db backup`, then restore there",
        )
    held = {name for (name,) in connection.execute("SELECT extname FROM pg_extension")}
    for name in sorted(set(EXTENSIONS) - held):
        yield Finding("server", f"the extension {name} is lacking", f"as its administrator: CREATE EXTENSION {name}")


def schema_version(connection: psycopg.Connection, _: Expected) -> Iterator[Finding]:
    """Whether the tables are those of this program."""
    row = connection.execute("SELECT to_regclass('watchfloor.alembic_version') IS NOT NULL").fetchone()
    if row is None or not row[0]:
        yield Finding("schema", "the database holds no store yet", "make it: `watchfloor db upgrade`")
        return
    known, head = revisions().known, revisions().head
    for (version,) in connection.execute("SELECT version_num FROM watchfloor.alembic_version"):
        if version not in known:
            yield Finding("schema", f"the store is of the newer version {version}", "install the newer program")
        elif version != head:
            yield Finding(
                "schema",
                f"the store is of version {version}, this program of {head}",
                "bring it up to date: `watchfloor db upgrade`, after a backup",
            )


def kind(connection: psycopg.Connection, expected: Expected) -> Iterator[Finding]:
    """Whether the store is of the kind that the settings name."""
    row = connection.execute("SELECT value FROM watchfloor.store WHERE key = 'kind'").fetchone()
    found = row[0] if row else "without a kind"
    if expected.kind is not None and found != expected.kind.value:
        yield Finding(
            "kind",
            f"the store is {found}, and WATCHFLOOR_KIND says {expected.kind}",
            "unset WATCHFLOOR_KIND, or set WATCHFLOOR_HOME to the store that you mean: a kind never changes",
        )


def policies(connection: psycopg.Connection, _: Expected) -> Iterator[Finding]:
    """Whether every table that could hold a protected row has its forced policy, and nobody changed any or a right."""
    names = [name for (name,) in connection.execute(statement("tables_without_policy"), {"open": sorted(OPEN_TABLES)})]
    if not names and not is_untouched(connection):
        yield Finding(
            "policies",
            "policies, functions or rights of the store are not as this program put them",
            "find out who changed them; then stop the server, and `watchfloor db upgrade` puts them back",
        )
    for name in names:
        yield Finding(
            "policies",
            f"the table {name} has no forced row policy: its rows are not kept from readers",
            "stop the server, then `watchfloor db upgrade`, which puts the policies back",
        )


def roles(connection: psycopg.Connection, _: Expected) -> Iterator[Finding]:
    """Whether the login roles can pass by the policies, or are lacking."""
    rows = connection.execute(
        "SELECT rolname, rolsuper OR rolbypassrls OR rolcreaterole FROM pg_roles WHERE rolname = ANY (%s)",
        [list(LOGIN_ROLES)],
    )
    held: dict[str, bool] = dict(rows.fetchall())
    for name in LOGIN_ROLES:
        if name not in held:
            yield Finding("roles", f"the role {name} is lacking", "make the roles (docs/operator.md, external PostGIS)")
        elif held[name]:
            yield Finding(
                "roles",
                f"the role {name} may pass by the row policies",
                f"as its administrator: ALTER ROLE {name} NOSUPERUSER NOBYPASSRLS NOCREATEROLE",
            )


def signing_key(connection: psycopg.Connection, _: Expected) -> Iterator[Finding]:
    """Whether there is a key under which scopes are signed."""
    if not connection.execute("SELECT FROM sealed.signing_key WHERE octet_length(key) >= 32").rowcount:
        yield Finding("signing key", "no key signs the scopes: nobody can read", "make one: `watchfloor db upgrade`")


def people(connection: psycopg.Connection, expected: Expected) -> Iterator[Finding]:
    """Whether somebody may administer, and no exercise account is open to the world."""
    row = connection.execute("SELECT value FROM watchfloor.store WHERE key = 'kind'").fetchone()
    if row and row[0] == StoreKind.OPERATIONAL and not administrators(connection):
        yield Finding(
            "accounts",
            "nobody may administer this store",
            "make an administrator: `watchfloor principal add NAME --administrator`",
        )
    demo = connection.execute("SELECT count(*) FROM sealed.principal WHERE is_demo AND is_active").fetchone()
    if expected.is_exposed and demo and demo[0]:
        yield Finding(
            "accounts",
            f"{demo[0]} exercise accounts are open, and people beyond this machine can reach the server",
            "end them: `watchfloor db retire-demo`",
        )


def derived(connection: psycopg.Connection, _: Expected) -> Iterator[Finding]:
    """Whether the roll-ups are those of the facts."""
    for (label,) in connection.execute(statement("stale_roll_ups")):
        yield Finding(
            "derived data",
            f"the roll-up of label {label} does not count what its events count",
            "make the roll-ups anew: `watchfloor db rebuild`",
        )


def clocks(connection: psycopg.Connection, _: Expected) -> Iterator[Finding]:
    """Whether the clocks of machine and database agree, and neither has gone back."""
    row = connection.execute(
        "SELECT clock_timestamp(), (SELECT max(started_at) FROM watchfloor.run), (SELECT max(at) FROM sealed.audit)"
    ).fetchone()
    assert row is not None
    now, *earlier = row
    apart = abs(datetime.now(UTC) - now)
    if apart > CLOCKS_APART:
        yield Finding(
            "clock",
            f"the clocks of this machine and of the database are {apart.total_seconds():.0f} s apart",
            "set both by one time server",
        )
    newest = max((moment for moment in earlier if moment is not None), default=now)
    if newest > now + CLOCKS_APART:
        yield Finding(
            "clock",
            f"the newest entry of the store is of {newest:%Y-%m-%d %H:%M} UTC, which is still to come",
            "set the clock right; entries that were made under a wrong clock keep their time",
        )


def runs(connection: psycopg.Connection, _: Expected) -> Iterator[Finding]:
    """Whether loads that began long ago have never ended."""
    rows = connection.execute(
        "SELECT id FROM watchfloor.run WHERE status = 'running' AND started_at < now() - %s ORDER BY id", [LONGEST_RUN]
    ).fetchall()
    if rows:
        numbers = ", ".join(str(number) for (number,) in rows)
        yield Finding(
            "runs",
            f"runs that began more than a day ago have not ended: {numbers}",
            "if none is loading still, load those files again: nothing of them was published",
            is_fault=False,
        )


def feeds(connection: psycopg.Connection, _: Expected) -> Iterator[Finding]:
    """Whether watched folders are served: the name of a feed is said, what its files hold is not."""
    for feed in served_feeds(connection):
        look = f"`watchfloor feed show {feed.id}` tells more"
        if feed.is_live:
            if feed.state in {FeedState.FAILING, FeedState.STOPPED}:
                do = f"see that it is listened to (`watchfloor listen`) and that its sender sends, or retire it; {look}"
                yield Finding("feeds", f"the feed {feed.name} is {feed.state}: {feed.words}", do)
            continue
        if feed.state in {FeedState.FAILING, FeedState.LATE}:
            is_failing = feed.state is FeedState.FAILING
            do = f"{look}; what was refused lies in {feed.folder}/refused" if is_failing else f"ask its source; {look}"
            yield Finding("feeds", f"the feed {feed.name} is {feed.state}: {feed.words}", do, is_fault=is_failing)
        elif feed.is_unwatched:
            yield Finding("feeds", f"the feed {feed.name}: {feed.words}", f"start its watcher, or retire it; {look}")


def locks(connection: psycopg.Connection, _: Expected) -> Iterator[Finding]:
    """Whether the server has room for the locks of questions about many days of positions."""
    row = connection.execute(statement("lock_room")).fetchone()
    assert row is not None
    yield from lock_findings(relations=row[0], room=row[1])


def lock_findings(*, relations: int, room: int) -> Iterator[Finding]:
    """relations: tables and indexes that one such question locks; room: locks that the server can hold at a time."""
    if relations * AT_ONCE > room:
        yield Finding(
            "locks",
            f"positions lie in {relations:,} tables and indexes, which a question about all days locks one by one; the "
            f"server has room for {room:,} locks, too few for {AT_ONCE} such questions at a time",
            "raise max_locks_per_transaction in its configuration (a private cluster has 512) and start it anew",
        )


CHECKS: tuple[Check, ...] = (kind, policies, roles, signing_key, people, derived, clocks, runs, feeds, locks)
