"""A store that begins as another is: a copy of its database, dropped at the end."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import psycopg
from psycopg import sql

from watchfloor.data.address import Role
from watchfloor.data.cluster import ClusterAddress


@contextmanager
def copied(cluster: ClusterAddress, source: str, name: str = "") -> Iterator[ClusterAddress]:
    """source: the database to begin as, to which nobody is connected. name: what the copy is called, else a new one."""
    name = name or f"copy_{uuid.uuid4().hex[:12]}"
    database = sql.Identifier(name)
    with psycopg.connect(replace(cluster, database="postgres").conninfo(Role.OWNER), autocommit=True) as keeper:
        # file by file: twice as quick as through the journal
        making = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
        keeper.execute(making.format(database, sql.Identifier(source)))
        try:
            keeper.execute(sql.SQL("GRANT TEMPORARY ON DATABASE {} TO watchfloor_intake").format(database))
            yield replace(cluster, database=name)
        finally:
            keeper.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(database))


@dataclass(frozen=True, slots=True)
class Original[Told]:
    """A store that was filled once, to be copied for each test: keys, accounts and sign-ins hold in its copies, too.

    told: what whoever filled it has to say of it.
    """

    address: ClusterAddress
    told: Told

    @contextmanager
    def copied(self) -> Iterator[ClusterAddress]:
        """A store that begins as this one."""
        with copied(self.address, self.address.database) as address:
            yield address


@contextmanager
def original[Told](
    cluster: ClusterAddress, source: str, fill: Callable[[ClusterAddress], Told]
) -> Iterator[Original[Told]]:
    """Begin as that database and fill it: whoever does lets go of each connection before returning."""
    with copied(cluster, source) as address:
        yield Original(address, fill(address))
