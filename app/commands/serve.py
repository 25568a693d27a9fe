"""watchfloor serve: everything started, everything stopped."""

import logging
import os
import sys
from typing import Annotated

import typer

from watchfloor.app.commands.terminal import Progress, settings_for_command
from watchfloor.data.store_kind import StoreKind


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on (default 127.0.0.1).")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on (default 8470, or the next free one).")] = None,
    kind: Annotated[StoreKind | None, typer.Option(help="Kind of a store that is made now.")] = None,
) -> None:
    """Start the database and the server, load the exercise world into an empty store. Ctrl-C stops all of it."""
    settings = settings_for_command(host=host, port=port, kind=kind)
    with Progress() as progress:
        # the other commands shall not wait for the server's libraries
        from watchfloor.app.serving import serve_until_stopped  # noqa: PLC0415

        serve_until_stopped(settings, progress)
    # all that was started is stopped; Python would still wait for threads that draw for nobody
    logging.shutdown()
    sys.stdout.flush()
    os._exit(0)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(serve)
