"""The command as a person runs it: starts all, stops all, and says in one sentence what is wrong."""

import contextlib
import io
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from watchfloor.app.__main__ import main
from watchfloor.app.settings import DEFAULT_PORT

from ..temporary_home import temporary_home
from .command_line import logs_restored


@dataclass(frozen=True, slots=True)
class Done:
    """What a command left behind."""

    returncode: int
    stdout: str
    stderr: str


def environment(home: Path, **settings: str) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("WATCHFLOOR_")}
    return {**own, "WATCHFLOOR_HOME": str(home), "WATCHFLOOR_KIND": "OPERATIONAL", **settings}


def run(home: Path, *arguments: str, **settings: str) -> Done:
    """The command in this process, because a process of its own takes seconds to begin."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, logs_restored(), redirect_stdout(out), redirect_stderr(err):
        for name, value in environment(home, **settings).items():
            patch.setenv(name, value)
        patch.setattr(sys, "argv", ["watchfloor", *arguments])
        with pytest.raises(SystemExit) as end:
            main()
    return Done(int(end.value.code or 0), out.getvalue(), err.getvalue())


@contextmanager
def serving(home: Path, *arguments: str, **settings: str) -> "Iterator[tuple[subprocess.Popen[str], str]]":
    """A server that has said that it is ready, and the address that it gave."""
    command = [sys.executable, "-m", "watchfloor.app", "serve", *arguments]
    with subprocess.Popen(command, env=environment(home, **settings), stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            ready = next(line for line in process.stdout if "ready at" in line)
            yield process, ready.split("ready at ")[1].split()[0]
        finally:
            process.terminate()
            process.communicate(timeout=30)


def servers_in(home: Path) -> list[str]:
    """Processes that work in the folder; those of other people cannot be looked at."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            if str(home) in os.readlink(f"/proc/{pid}/cwd"):
                found.append(pid)
    return found


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    # a short path that the database's account can pass: pytest's own folders are closed to it
    with temporary_home() as folder:
        yield folder
        run(folder, "db", "reset", "--yes")


@pytest.fixture
def free_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return str(listener.getsockname()[1])


@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGHUP], ids=["Ctrl-C", "closed terminal"])
def test_every_way_to_stop_the_server_stops_the_database_too(home: Path, free_port: str, told: signal.Signals) -> None:
    with serving(home, "--port", free_port) as (process, address):
        assert httpx.get(f"{address}/readyz").text.startswith("ready\n")
        process.send_signal(told)

        assert process.wait(timeout=30) == 0
    assert json.loads(run(home, "db", "status", "--json").stdout)["is_running"] is False
    assert servers_in(home) == []
    assert list((home / "cache").iterdir()) == [], "neither sockets nor drawn pictures are left"


def test_a_port_that_was_asked_for_and_is_taken_is_an_error(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = run(home, "serve", "--port", str(taken.getsockname()[1]))

    assert (done.returncode, done.stdout) == (2, "")
    assert "is taken: choose another" in done.stderr


def test_without_a_port_the_next_free_one_is_found(home: Path) -> None:
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(OSError):
            # or somebody else holds it already, which serves as well
            stack.enter_context(socket.create_server(("127.0.0.1", DEFAULT_PORT)))
        process, address = stack.enter_context(serving(home))
        assert int(address.rpartition(":")[2]) > DEFAULT_PORT
        process.terminate()

        assert process.wait(timeout=30) == 0


def test_plain_http_beyond_loopback_does_not_start(home: Path) -> None:
    done = run(home, "serve", "--host", "0.0.0.0")

    assert done.returncode == 2
    assert done.stderr.startswith("watchfloor: beyond loopback the server needs TLS")


def test_a_certificate_that_cannot_be_read_is_named(home: Path) -> None:
    tls = {"WATCHFLOOR_TLS_CERT": "/nowhere/cert.pem", "WATCHFLOOR_TLS_KEY": "/nowhere/key.pem"}
    done = run(home, "serve", WATCHFLOOR_PUBLIC_URL="https://watch.example", **tls)

    assert done.returncode == 2
    assert "/nowhere/cert.pem" in done.stderr


def test_a_store_with_exercise_accounts_is_not_served_beyond_loopback(home: Path) -> None:
    with temporary_home() as exercise:
        outside = {
            "WATCHFLOOR_KIND": "EXERCISE",
            "WATCHFLOOR_TRUSTED_PROXY": "127.0.0.1",
            "WATCHFLOOR_PUBLIC_URL": "https://watch.example",
        }
        run(exercise, "db", "upgrade", WATCHFLOOR_KIND="EXERCISE")
        done = run(exercise, "serve", **outside)
        run(exercise, "db", "reset", "--yes")

    assert done.returncode == 2
    assert "retire-demo" in done.stderr


def test_a_store_keeps_its_kind(home: Path) -> None:
    run(home, "db", "upgrade")
    done = run(home, "db", "upgrade", "--kind", "EXERCISE")

    assert done.returncode == 2
    assert done.stderr.splitlines()[-1] == (
        "watchfloor: this store is OPERATIONAL from its creation and cannot become EXERCISE"
    )


def test_the_public_is_in_every_store_and_demo_accounts_in_none_but_an_exercise(home: Path) -> None:
    public = json.loads(run(home, "whoami", "--json").stdout)
    analyst = run(home, "whoami", "--as", "ntf.analyst")

    assert (public["principal"], public["store"], len(public["labels"])) == ("public", "OPERATIONAL", 1)
    assert (analyst.returncode, analyst.stderr.splitlines()[-1]) == (
        2,
        "watchfloor: there is no active account 'ntf.analyst'",
    )


def test_a_reset_asks_first(home: Path) -> None:
    done = run(home, "db", "reset")

    assert done.returncode != 0
    assert json.loads(run(home, "db", "status", "--json").stdout)["is_made"] is True


def test_a_wrong_option_is_a_mistake_of_the_caller(home: Path) -> None:
    assert run(home, "serve", "--nothing").returncode == 2
    assert run(home, "db", "status", WATCHFLOOR_PORT="many").returncode == 2
