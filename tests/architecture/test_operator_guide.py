"""The operator's guide names every command that an operator has, and none that is not there."""

import re
from pathlib import Path

import pytest
import typer

from watchfloor.app.commands import MODULES, register

GUIDE = (Path(__file__).parents[2] / "docs" / "operator.md").read_text(encoding="utf-8")
OPERATORS = {"agency", "audit", "db", "doctor", "principal"} & MODULES.keys()


def commands_of(name: str) -> set[str]:
    """Every command below that name, as it is typed."""
    app = typer.Typer()
    register(app, [name])
    group = typer.main.get_command(app)
    found = getattr(group, "commands", {}).get(name, group)
    below = getattr(found, "commands", None)
    return {f"watchfloor {name}"} if below is None else {f"watchfloor {name} {one}" for one in below}


@pytest.mark.parametrize("name", sorted(OPERATORS))
def test_every_command_of_the_operator_has_a_row_in_the_guide(name: str) -> None:
    rows = set(re.findall(r"^\| `(watchfloor [^`]+)` \|", GUIDE, re.M))

    assert {row for row in rows if row.split()[1] == name} == commands_of(name)
