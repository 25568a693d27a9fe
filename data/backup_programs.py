"""pg_dump and pg_restore, and how they reach the store without a password on their command line."""

import os
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import psycopg
from psycopg.conninfo import conninfo_to_dict

from watchfloor.data.address import Address, Role
from watchfloor.data.cluster_programs import find_programs
from watchfloor.geo.errors import BadFile, MissingTool, StoreUnavailable

PIECE = 1 << 20
_VARIABLES = {"dbname": "PGDATABASE", "user": "PGUSER", "password": "PGPASSWORD", "hostaddr": "PGHOSTADDR"}


def program(name: str, major: int | None = None) -> str:
    """Path of a PostgreSQL client program, of this major version if the server's programs are here.

    Raises MissingTool.
    """
    try:
        found = find_programs(major).folder / name
        if found.is_file():
            return str(found)
    except MissingTool:
        pass
    on_path = shutil.which(name)
    if on_path is None:
        raise MissingTool(f"{name} is needed: install the PostgreSQL client programs (postgresql-client)")
    return on_path


def major_of(address: Address) -> int:
    """Major version of the server."""
    with psycopg.connect(address.conninfo(Role.OWNER)) as connection:
        return connection.info.server_version // 10_000


def environment(address: Address) -> dict[str, str]:
    """How the programs reach the store as its owner: arguments could be read by everybody on the machine."""
    given = conninfo_to_dict(address.conninfo(Role.OWNER))
    named = {_VARIABLES.get(key, f"PG{key.upper()}"): str(value) for key, value in given.items() if value is not None}
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "PGPASSFILE", "LANG"}}
    return {**kept, **named, "PGTZ": "UTC", "LC_MESSAGES": "C"}


@contextmanager
def reading(command: list[str], env: dict[str, str]) -> Iterator[Iterator[bytes]]:
    """What a program writes, in pieces. Raises StoreUnavailable with its last words if it fails."""
    with tempfile.TemporaryFile() as words:
        with subprocess.Popen(  # noqa: S603
            command, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=words
        ) as process:
            assert process.stdout is not None
            yield _pieces(process.stdout)
        if process.returncode:
            raise StoreUnavailable(f"{Path(command[0]).name} failed: {_last_words(words)}")


@contextmanager
def feeding(command: list[str], env: dict[str, str], pieces: Iterable[bytes]) -> Iterator[Iterator[bytes]]:
    """The lines that a program writes while it is fed with these pieces.

    Raises what the pieces raise, else BadFile with the program's last words if it fails.
    """
    raised: list[BaseException] = []
    with tempfile.TemporaryFile() as words:
        with subprocess.Popen(  # noqa: S603
            command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=words
        ) as process:
            feeder = threading.Thread(target=_feed, args=(process, pieces, raised), name="feeder")
            feeder.start()
            assert process.stdout is not None
            try:
                yield process.stdout
            finally:
                for _ in process.stdout:
                    pass
                feeder.join()
        if raised:
            raise raised[0]
        if process.returncode:
            raise BadFile(f"{Path(command[0]).name} failed: {_last_words(words)}")


def _pieces(source: IO[bytes]) -> Iterator[bytes]:
    while piece := source.read(PIECE):
        yield piece


def _feed(process: "subprocess.Popen[bytes]", pieces: Iterable[bytes], raised: list[BaseException]) -> None:
    assert process.stdin is not None
    try:
        for piece in pieces:
            process.stdin.write(piece)
    except BrokenPipeError:
        return  # the program has ended early; its last words say why
    except BaseException as error:  # raised again in the thread that waits
        raised.append(error)
        # what was fed so far must not count as a whole
        process.kill()
    finally:
        with suppress(BrokenPipeError):
            process.stdin.close()


def _last_words(words: IO[bytes]) -> str:
    words.seek(0)
    lines = words.read().decode("utf-8", "replace").strip().splitlines()
    # further lines (DETAIL, CONTEXT) may quote a row
    told = [line for line in lines if "error:" in line or "FATAL:" in line]
    return (told or lines or ["without a word"])[0][:300]
