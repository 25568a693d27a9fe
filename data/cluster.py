"""A PostGIS cluster of our own: made on demand, reached through a socket, closed to everybody else.

Several programs may use it at once. The first starts it, the last one out ends it, unless it was started
to be kept. A program that is killed leaves a server behind that the next one finds and uses.
"""

import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

import psycopg
import structlog
from psycopg import sql
from psycopg.conninfo import make_conninfo

from watchfloor.data.cluster_files import ClusterFiles, locate, prepare
from watchfloor.data.cluster_locks import PAUSE_S, is_free, locked, open_lock, try_lock
from watchfloor.data.cluster_process import (
    Postmaster,
    create_data,
    end_orphans,
    halt,
    log_tail,
    read_postmaster,
    spawn,
    write_settings,
)
from watchfloor.data.cluster_programs import EXTENSIONS, find_programs
from watchfloor.data.cluster_settings import KEEPER, LOGIN_ROLES, OWNER
from watchfloor.geo.errors import StoreUnavailable

DATABASE = "watchfloor"
# a server that was killed reads up to 4 GB of its journal before it answers
READY_WITHIN_S = 300.0
CONNECT_WITHIN_S = 10

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class ClusterAddress:
    """Where a database of the cluster is reached: a socket in a folder, no network."""

    socket_dir: Path
    port: int
    database: str

    def conninfo(self, role: str) -> str:
        """The address for psycopg, as this role."""
        return make_conninfo(host=str(self.socket_dir), port=self.port, dbname=self.database, user=role)

    def sqlalchemy_url(self, role: str) -> str:
        """The address for SQLAlchemy with psycopg, as this role."""
        host = quote(str(self.socket_dir), safe="")
        name, database = quote(role, safe=""), quote(self.database, safe="")
        return f"postgresql+psycopg://{name}@/{database}?host={host}&port={self.port}"


@dataclass(frozen=True, slots=True)
class ClusterStatus:
    """How things stand, asked without changing anything."""

    is_created: bool
    is_running: bool
    is_kept: bool
    pid: int | None
    data: Path
    log: Path
    address: ClusterAddress | None


class PrivateCluster:
    """The cluster of one home. As a context manager: running inside, released at the end.

    durable=False is for tests: a crash of the machine may destroy the data.
    """

    def __init__(self, home: Path, *, durable: bool = True) -> None:
        self._home = home
        self._durable = durable
        self._process: subprocess.Popen[bytes] | None = None
        self._use: int | None = None
        self._address: ClusterAddress | None = None

    def start(self, *, keep: bool = False) -> ClusterAddress:
        """Makes the cluster if there is none, starts it if it does not run, waits until it answers.

        keep: the server goes on after its last user, until stop().
        Raises MissingTool (programs or the account `postgres` are lacking) and StoreUnavailable.
        """
        files = prepare(self._home)
        with locked(files.start_lock, files.owner.uid, READY_WITHIN_S):
            try:
                address = self._run(files)
            except BaseException:
                self._abandon(files)
                raise
            if keep:
                files.kept.touch()
            self._hold(files)
        self._address = address
        return address

    @property
    def address(self) -> ClusterAddress:
        """Where it is reached, once started here."""
        if self._address is None:
            raise StoreUnavailable("the private cluster was not started")
        return self._address

    @property
    def is_running(self) -> bool:
        """Whether a server lives in the data, whoever started it."""
        return read_postmaster(locate(self._home).data) is not None

    def status(self) -> ClusterStatus:
        """How things stand."""
        files = locate(self._home)
        postmaster = read_postmaster(files.data)
        return ClusterStatus(
            is_created=files.is_created,
            is_running=postmaster is not None,
            is_kept=files.kept.exists(),
            pid=postmaster.pid if postmaster else None,
            data=files.data,
            log=files.log,
            address=_address(postmaster) if postmaster else None,
        )

    def release(self) -> None:
        """We need it no longer: ends the server if nobody else uses it and it is not kept."""
        if self._use is None:
            return
        files = locate(self._home)
        with locked(files.start_lock, files.owner.uid, READY_WITHIN_S):
            self._let_go()
            if is_free(files.use_lock) and not files.kept.exists():
                halt(files, self._process)
            self._forget()

    def stop(self) -> None:
        """Ends the server now, whoever else uses it."""
        files = locate(self._home)
        if not files.folder.is_dir():
            return
        with locked(files.start_lock, files.owner.uid, READY_WITHIN_S):
            files.kept.unlink(missing_ok=True)
            self._let_go()
            halt(files, self._process)
            self._forget()

    def remove(self) -> None:
        """Ends the server and deletes the cluster with all its data."""
        self.stop()
        files = locate(self._home)
        for folder in {files.socket_dir, files.data, files.base, files.folder}:
            if folder.exists():
                shutil.rmtree(folder)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def _run(self, files: ClusterFiles) -> ClusterAddress:
        began = time.monotonic()
        found = read_postmaster(files.data) is not None
        if not found:
            self._abandon(files)
            end_orphans(files)
            is_new = not files.is_created
            programs = find_programs(None if is_new else int((files.data / "PG_VERSION").read_text()))
            if is_new:
                create_data(files, programs, durable=self._durable)
            write_settings(files, durable=self._durable)
            self._process = spawn(files, programs)
        try:
            address = _address(self._wait_ready(files))
            _complete(address)
        except StoreUnavailable:
            if not found or read_postmaster(files.data) is not None:
                raise
            # the server that we found was just going down
            return self._run(files)
        log.info("cluster ready", found_running=found, seconds=round(time.monotonic() - began, 2))
        return address

    def _wait_ready(self, files: ClusterFiles) -> Postmaster:
        deadline = time.monotonic() + READY_WITHIN_S
        while (postmaster := read_postmaster(files.data)) is None or not postmaster.is_ready:
            ended = postmaster is None if self._process is None else self._process.poll() is not None
            if ended or time.monotonic() > deadline:
                raise StoreUnavailable(f"PostgreSQL did not start: {log_tail(files)} (log: {files.log})")
            time.sleep(PAUSE_S)
        return postmaster

    def _hold(self, files: ClusterFiles) -> None:
        if self._use is None:
            self._use = open_lock(files.use_lock, files.owner.uid)
            try_lock(self._use, shared=True)

    def _let_go(self) -> None:
        if self._use is not None:
            os.close(self._use)
            self._use = None

    def _abandon(self, files: ClusterFiles) -> None:
        if self._process is not None:
            if self._process.poll() is None:
                self._process.send_signal(signal.SIGINT)
            halt(files, self._process)
            # a dead child that nobody waited for would count as alive to the next server
            self._process.wait(READY_WITHIN_S)
            self._forget()

    def _forget(self) -> None:
        if self._process is not None and self._process.poll() is None:
            # it lives on for others, on purpose: without this Python warns of a forgotten child
            self._process.returncode = 0
        self._process = None
        self._address = None


def _address(postmaster: Postmaster) -> ClusterAddress:
    return ClusterAddress(postmaster.socket_dir, postmaster.port, DATABASE)


def _complete(address: ClusterAddress) -> None:
    """Adds what is lacking of roles, database and extensions."""
    try:
        with _connect(replace(address, database="postgres")) as connection:
            _create_roles(connection)
            if not _names(connection, "SELECT datname FROM pg_database") >= {address.database}:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(address.database)))
        with _connect(address) as connection:
            # the rule of version 15 and newer, for 14 too
            connection.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
            lacking = set(EXTENSIONS) - _names(connection, "SELECT extname FROM pg_extension")
            for extension in sorted(lacking):
                connection.execute(sql.SQL("CREATE EXTENSION {}").format(sql.Identifier(extension)))
    except psycopg.Error as error:
        raise StoreUnavailable(f"the private cluster runs but cannot be used: {error}") from error


def _create_roles(connection: "psycopg.Connection[tuple[str]]") -> None:
    lacking = {*LOGIN_ROLES, KEEPER} - _names(connection, "SELECT rolname FROM pg_roles")
    for role in sorted(lacking):
        rights = "NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE"
        login = "NOLOGIN" if role == KEEPER else "LOGIN"
        connection.execute(sql.SQL("CREATE ROLE {} " + f"{login} {rights}").format(sql.Identifier(role)))


def _connect(address: ClusterAddress) -> "psycopg.Connection[tuple[str]]":
    return psycopg.connect(address.conninfo(OWNER), autocommit=True, connect_timeout=CONNECT_WITHIN_S)


def _names(connection: "psycopg.Connection[tuple[str]]", question: str) -> set[str]:
    return {name for (name,) in connection.execute(question)}
