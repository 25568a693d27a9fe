"""What commands say: progress to stderr, results to stdout, so that a script can take the one and not the other."""

import json
import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Annotated, Any, Self

import typer
from rich.console import Console
from rich.markup import escape

if TYPE_CHECKING:
    from watchfloor.app.settings import Settings

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object, for a script.")]


def settings_for_command(**given: Any) -> "Settings":
    """Settings with what the command line gives on top, and the logs of their home begun."""
    # help texts wait for neither
    from watchfloor.app.logs import start_logs  # noqa: PLC0415
    from watchfloor.app.settings import load_settings  # noqa: PLC0415

    settings = load_settings(**given)
    start_logs(settings.home, settings.log_level)
    return settings


def console() -> Console:
    """For people: stderr, without colour where it is no terminal."""
    return Console(stderr=True, highlight=False)


class Progress:
    """One line for each step, with its time; on a terminal the running one is shown while it runs."""

    def __init__(self, *, is_quiet: bool = False) -> None:
        self._console = console()
        self._is_quiet = is_quiet
        self._step = ""
        self._began = 0.0

    def __call__(self, step: str) -> None:
        """The step before is done; this one begins."""
        self.done()
        self._step, self._began = step, time.monotonic()
        if not self._is_quiet and self._console.is_terminal:
            self._console.print(f"  … {escape(step)}", end="\r", style="dim")

    def done(self) -> None:
        """The running step is done."""
        if self._step and not self._is_quiet:
            seconds = time.monotonic() - self._began
            self._console.print(f"  [green]✓[/] {escape(self._step)} [dim]{seconds:.1f} s[/]")
        self._step = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        if error is None:
            self.done()


def plain(value: object) -> str:
    """Text of unknown origin without what a terminal would obey."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in str(value))


def plain_lines(text: str) -> str:
    """Text of several lines without what a terminal would obey."""
    return "\n".join(map(plain, text.split("\n")))


def put(text: str) -> None:
    """A line of the result."""
    sys.stdout.write(text + "\n")


def put_json(value: dict[str, Any]) -> None:
    """The result for a script."""
    put(json.dumps(value, default=str))
