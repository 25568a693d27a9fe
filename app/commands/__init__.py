"""Commands, one file for each group. Each has `register(app)`, which adds its commands to the program."""

from collections.abc import Callable

import typer

from watchfloor.app.commands import db, device, serve, whoami

REGISTER: tuple[Callable[[typer.Typer], None], ...] = (
    serve.register,
    db.register,
    whoami.register,
    device.register,
)
