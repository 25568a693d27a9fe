"""The program as it is typed, run within the test's own process, because another takes seconds to begin."""

import io
import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
import structlog
from typer.testing import CliRunner, Result

from watchfloor.app.__main__ import main, program
from watchfloor.data.cluster import ClusterAddress


@contextmanager
def logs_restored() -> Iterator[None]:
    """The logging of the tests as it was: a command wires that of its home."""
    root = logging.getLogger()
    before, level, wiring = root.handlers[:], root.level, structlog.get_config()
    root.handlers = []
    try:
        yield
    finally:
        for handler in root.handlers:
            handler.close()
        root.handlers = before
        root.setLevel(level)
        structlog.configure(**wiring)


def watchfloor(
    home: Path | None, *arguments: str, typed: str = "", kind: str = "OPERATIONAL", **settings: str | None
) -> Result:
    """Run a command in that home, or under the settings that the test has made; typed: what stdin says."""
    own = {"WATCHFLOOR_HOME": str(home), "WATCHFLOOR_KIND": kind, "WATCHFLOOR_AS": ""} if home else {}
    with logs_restored():
        return CliRunner().invoke(program(arguments), list(arguments), input=typed, env=own | settings)


def over_main(monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[str, str]]:
    """Runs the whole program, its own handling of errors with it, and asserts its exit code; what it printed."""

    def run(*arguments: str, code: int = 0) -> tuple[str, str]:
        out, err = io.StringIO(), io.StringIO()
        monkeypatch.setattr(sys, "argv", ["watchfloor", *arguments])
        wiring = structlog.get_config()
        try:
            with redirect_stdout(out), redirect_stderr(err):
                ended = _ended()
        finally:
            structlog.configure(**wiring)
        assert ended == code, err.getvalue()
        return out.getvalue(), err.getvalue()

    return run


def _ended() -> int:
    try:
        main()
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def over_store(store: ClusterAddress, home: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[str, str]]:
    """Runs the whole program over a test's store, in a home of its own."""
    url = f"postgresql://watchfloor_owner@/{store.database}?host={store.socket_dir}&port={store.port}"
    monkeypatch.setenv("WATCHFLOOR_HOME", str(home))
    monkeypatch.setenv("WATCHFLOOR_DATABASE_URL", url)
    monkeypatch.delenv("WATCHFLOOR_AS", raising=False)
    return over_main(monkeypatch)
