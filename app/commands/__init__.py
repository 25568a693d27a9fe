"""Commands, one file for each group. Each has `register(app)`, which adds its commands to the program."""

from collections.abc import Sequence
from importlib import import_module

import typer

MODULES = {
    "serve": "serve",
    "db": "db",
    "ask": "ask",
    "ingest": "ingest",
    "formats": "ingest",
    "run": "run",
    "mapping": "mapping",
    "watch": "watch",
    "listen": "listen",
    "feed": "feed",
    "tracks": "tracks",
    "events": "events",
    "layer": "layer",
    "exercise": "exercise",
    "whoami": "whoami",
    "device-token": "device",
    "principal": "principal",
    "agency": "agency",
    "audit": "audit",
    "overdoses": "overdoses",
    "doctor": "doctor",
}
"""The module behind each command, in the order of the help."""


def register(app: typer.Typer, arguments: Sequence[str]) -> None:
    """Add the command that the arguments name, or all: none waits for what another one imports."""
    named = next((MODULES[argument] for argument in arguments if argument in MODULES), None)
    for name in dict.fromkeys([named] if named else MODULES.values()):
        import_module(f"{__name__}.{name}").register(app)
