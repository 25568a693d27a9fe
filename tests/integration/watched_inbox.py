"""A folder that is watched: files put into it, a watcher of it, and what the store then holds."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg
from psycopg import sql

from watchfloor.app.commands.run import write_kept_aside
from watchfloor.data.address import Role
from watchfloor.data.feeds_folder import WatchedFolder
from watchfloor.data.feeds_intake import FeedIntake, Settled
from watchfloor.data.feeds_store import Wish, register
from watchfloor.data.feeds_watch import Pace, Stop, Watcher
from watchfloor.data.ingest import cbp_drugs
from watchfloor.data.ingest.pipeline import Order
from watchfloor.data.registry import PUBLIC

HEAD = ",".join(cbp_drugs.COLUMNS) + "\n"
ROW = "2020,OCT,Office of Field Operations,Coastal/Interior,Other,ATLANTA FIELD OFFICE,Cocaine,2,10.5\n"
BAD_ROW = ROW.replace("OCT", "XXX")
ONCE = Pace(None, 0.1)


def put(inbox: Path, name: str, *rows: str, head: str = HEAD) -> None:
    (inbox / f".{name}").write_text(head + "".join(rows))
    (inbox / f".{name}").rename(inbox / name)


def year(number: int) -> str:
    return ROW.replace("2020", str(number))


def names(inbox: Path, title: str) -> list[str]:
    return sorted(os.listdir(inbox / title))


def rows(store, question: str) -> list[tuple]:
    with psycopg.connect(store.conninfo(Role.INTAKE)) as connection:
        return connection.execute(question.encode()).fetchall()


def values(store) -> int:
    return rows(store, "SELECT count(*) FROM watchfloor.reported WHERE recorded_to = 'infinity'")[0][0]


def order(_file: str = "") -> Order:
    return Order(cbp_drugs.FORMAT, PUBLIC, "tests")


@contextmanager
def watcher(
    store, inbox: Path, pace: Pace = ONCE, tell: Callable[[str], None] = lambda _: None, give=order
) -> Iterator[tuple[Watcher, Stop, int]]:
    feed = register(store, Wish(inbox.name, "cbp-drugs", inbox, PUBLIC, "tests", every_s=pace.every_s))
    with WatchedFolder(inbox) as folder:
        stop = Stop()
        yield Watcher(folder, FeedIntake(store, feed, folder, give, write_kept_aside), pace, stop, tell), stop, feed


def watch_once(store, inbox: Path, give=order) -> list[Settled]:
    with watcher(store, inbox, give=give) as (watching, _, _):
        return list(watching.run())


@contextmanager
def database_away(store) -> Iterator[None]:
    """Nobody is let in, and who was in is put out."""
    name = sql.Identifier(store.database)
    keeper = replace(store, database="postgres").conninfo(Role.OWNER)
    with psycopg.connect(keeper, autocommit=True) as connection:
        connection.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(name))
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [store.database]
        )
        try:
            yield
        finally:
            connection.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(name))
