"""What a store stands on before its tables: roles, extensions, and the rights of its owner.

In the private cluster all of it is there. On a PostGIS that somebody else runs the first start makes what it may, and
says in one sentence what its administrator must run.
"""

from collections.abc import Iterator

import psycopg
import structlog
from psycopg import sql
from psycopg.rows import TupleRow

from watchfloor.data.address import Address, Role
from watchfloor.data.cluster_programs import EXTENSIONS
from watchfloor.data.cluster_settings import KEEPER, LOGIN_ROLES
from watchfloor.geo.errors import StoreUnavailable

CONNECT_WITHIN_S = 10

log = structlog.get_logger(__name__)

type Connection = psycopg.Connection[TupleRow]


def lay_foundation(connection: Connection, login_roles: tuple[str, ...] = LOGIN_ROLES) -> None:
    """Make what is lacking of roles, extensions and rights, as far as this connection may.

    connection: as the owner, in autocommit. Raises StoreUnavailable with the SQL that an administrator must run.
    """
    for step in list(_lacking(connection, login_roles)):
        try:
            connection.execute(step)
        except psycopg.errors.UndefinedFile as error:
            raise StoreUnavailable(
                f"the database server lacks the programs of an extension ({step.as_string(connection)}): "
                "install PostGIS and the contrib modules there"
            ) from error
        except (psycopg.errors.InsufficientPrivilege, psycopg.errors.UndefinedObject) as error:
            log.info("foundation step refused", sqlstate=error.sqlstate)
    # a right that may not be given is a warning and no error: so see what came of it
    if lacking := [step.as_string(connection) for step in _lacking(connection, login_roles)]:
        raise StoreUnavailable(
            f"the account {_name(connection)} may not prepare this database: let an administrator run in the database "
            f"{connection.info.dbname}: {'; '.join(lacking)}; and start again"
        )


def check_logins(address: Address) -> None:
    """See that each login role is let in. Raises StoreUnavailable with what to do."""
    for role in (Role.APP, Role.INTAKE, Role.GATE):
        try:
            psycopg.connect(address.conninfo(role), connect_timeout=CONNECT_WITHIN_S).close()
        except psycopg.OperationalError as error:
            raise StoreUnavailable(
                f"the database does not let {role} in: give it a password (ALTER ROLE {role} PASSWORD '…'), write that "
                f"into this account's password file (~/.pgpass), and start again ({str(error).splitlines()[0]})"
            ) from error


def _lacking(connection: Connection, login_roles: tuple[str, ...]) -> Iterator[sql.Composed]:
    """Statements that bring what is not there, in the order in which they can be run."""
    there = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
    for role in sorted({*login_roles, KEEPER} - there):
        kind = sql.SQL("NOLOGIN" if role == KEEPER else "LOGIN")
        yield sql.SQL("CREATE ROLE {} {} NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE").format(
            sql.Identifier(role), kind
        )
    made = {name for (name,) in connection.execute("SELECT extname FROM pg_extension")}
    for extension in sorted(set(EXTENSIONS) - made):
        yield sql.SQL("CREATE EXTENSION {} SCHEMA public").format(sql.Identifier(extension))
    yield from _rights_lacking(connection, KEEPER in there)


def _rights_lacking(connection: Connection, has_keeper: bool) -> Iterator[sql.Composed]:
    row = connection.execute(
        "SELECT rolsuper, rolbypassrls, has_database_privilege(current_database(), 'CREATE') "
        "FROM pg_roles WHERE rolname = current_user"
    ).fetchone()
    assert row is not None
    is_superuser, passes_policies, may_create = row
    if is_superuser:
        return
    own = sql.Identifier(_name(connection))
    if not may_create:
        yield sql.SQL("GRANT CREATE ON DATABASE {} TO {}").format(sql.Identifier(connection.info.dbname), own)
    if not passes_policies:
        # the policies are forced: they would hold for the owner too, who writes labels and reads no others' rows
        yield sql.SQL("ALTER ROLE {} BYPASSRLS").format(own)
    if not (has_keeper and _is_keeper(connection)):
        yield sql.SQL("GRANT {} TO {}").format(sql.Identifier(KEEPER), own)


def _is_keeper(connection: Connection) -> bool:
    row = connection.execute("SELECT pg_has_role(current_user, %s, 'USAGE')", [KEEPER]).fetchone()
    return bool(row and row[0])


def _name(connection: Connection) -> str:
    row = connection.execute("SELECT current_user").fetchone()
    assert row is not None
    return str(row[0])
