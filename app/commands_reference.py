"""docs/commands.md, made from the commands themselves: python -m watchfloor.app.commands_reference."""

import sys
from collections.abc import Iterator
from enum import Enum
from typing import Any, get_args

import typer

from watchfloor.app.commands import register

HEAD = """\
# Commands

Every command with its arguments and options, as `--help` tells them. Made by `python -m
watchfloor.app.commands_reference` from the program itself. What they are for stands in the [index](README.md#commands),
[the operator's guide](operator.md) and [the data officer's guide](data-officer.md).

A fault that a person can mend is one sentence on stderr and exit code 2; anything else is exit code 1.
"""


def commands_reference() -> str:
    """The page as Markdown."""
    app = typer.Typer(add_completion=False)
    register(app, [])
    group: Any = typer.main.get_command(app)
    parts = [HEAD]
    for name, command in group.commands.items():
        below = getattr(command, "commands", {})
        if not below or command.invoke_without_command:
            parts += _section(f"watchfloor {name}", command)
        for one, under in below.items():
            parts += _section(f"watchfloor {name} {one}", under)
    return "".join(parts)


def _section(name: str, command: Any) -> Iterator[str]:
    said = (command.help or "").split("\n\n")
    yield f"\n## {name}\n\n"
    yield "\n\n".join(" ".join(paragraph.split()) for paragraph in said) + "\n"
    rows = [_row(parameter) for parameter in command.params if parameter.name != "help"]
    if rows:
        yield "\n| | unless given | means |\n|---|---|---|\n" + "".join(rows)


def _row(parameter: Any) -> str:
    means = " ".join((getattr(parameter, "help", None) or "").split())
    return f"| {_name(parameter)} | {_default(parameter)} | {_cell(means)}{_one_of(parameter)} |\n"


def _one_of(parameter: Any) -> str:
    kind = parameter.type_descriptor.annotation
    named = next((one for one in (kind, *get_args(kind)) if isinstance(one, type) and issubclass(one, Enum)), None)
    return " One of " + ", ".join(f"`{one.value}`" for one in named) + "." if named else ""


def _name(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return f"`{_cell(parameter.metavar or parameter.name.upper().replace('_', ' '))}`"
    names = " ".join(f"`{one}`" for one in (*parameter.opts, *parameter.secondary_opts))
    return names + (f" or `{parameter.envvar}`" if parameter.envvar else "")


def _default(parameter: Any) -> str:
    default = parameter.default
    if parameter.required:
        return "needed"
    if not default or callable(default):
        return ""
    return f"`{_cell(str(getattr(default, 'value', default)))}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    sys.stdout.write(commands_reference())
