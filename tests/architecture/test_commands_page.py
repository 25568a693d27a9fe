"""The page about commands is what the program says of itself."""

import re
from pathlib import Path

from watchfloor.app.commands import MODULES
from watchfloor.app.commands_reference import commands_reference

PAGE = Path(__file__).parents[2] / "docs" / "commands.md"


def test_the_page_about_commands_is_current() -> None:
    said = "make it anew: python -m watchfloor.app.commands_reference > docs/commands.md"

    assert PAGE.read_text(encoding="utf-8") == commands_reference(), said


def test_every_command_has_a_section_that_says_what_it_does() -> None:
    sections = re.findall(r"^## watchfloor ([\w-]+).*\n\n(\S.*)$", PAGE.read_text(encoding="utf-8"), re.M)

    assert {name for name, _ in sections} == set(MODULES)


def test_every_argument_and_option_says_what_it_means() -> None:
    rows = re.findall(r"^\| (`.+) \| .* \| (.*) \|$", PAGE.read_text(encoding="utf-8"), re.M)

    assert len(rows) > 100
    assert [name for name, means in rows if not means.strip()] == []
