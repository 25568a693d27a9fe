"""The program as it is typed, run within the test's own process, because another takes seconds to begin."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog
from typer.testing import CliRunner, Result

from watchfloor.app.__main__ import program


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
