"""The command `watchfloor`."""

import os
import sys
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime

import typer

from watchfloor.app.commands import register
from watchfloor.geo.errors import WatchfloorError

FAULT, UNEXPECTED = 2, 1


def program(arguments: Sequence[str]) -> typer.Typer:
    """The program, with the command that these arguments name."""
    app = typer.Typer(
        name="watchfloor",
        help="Geospatial intelligence for counter-narcotics work. State lives under WATCHFLOOR_HOME.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    # a program with one command and no callback would take that command's name for an argument
    app.callback()(lambda: None)
    register(app, arguments)
    return app


def main() -> None:
    """Run a command: exit code 2 and one sentence for what a person can mend, 1 for what nobody expected."""
    try:
        program(sys.argv[1:])()
    except WatchfloorError as error:
        print(f"watchfloor: {error}", file=sys.stderr)
        sys.exit(FAULT)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        # the reader of our output has gone; nothing more can be said to it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
    except Exception as error:
        print(f"watchfloor: unexpected {type(error).__name__}; {_noted(error)}", file=sys.stderr)
        sys.exit(UNEXPECTED)


def _noted(error: Exception) -> str:
    """Where the traceback was written: frames only, because a message may quote a row."""
    # no command waits for the libraries of the log until there is something to note
    from watchfloor.app.logs import described, log_file  # noqa: PLC0415
    from watchfloor.app.settings import load_settings  # noqa: PLC0415

    try:
        path = log_file(load_settings().home)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(f"{datetime.now(UTC).isoformat()} {described(error)}\n")
            file.writelines(traceback.format_tb(error.__traceback__))
    except (OSError, WatchfloorError):
        return "the log cannot be written either"
    return f"its traceback is in {path}"


if __name__ == "__main__":
    main()
