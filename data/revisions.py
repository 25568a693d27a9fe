"""Versions of the store's tables that this program knows, read from its migrations without running them."""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_REVISION = re.compile(r'^revision: str = "(\w+)"$', re.MULTILINE)
_BEFORE = re.compile(r'^down_revision: str \| None = "(\w+)"$', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Revisions:
    """Versions of a store that this program knows, and the newest of them."""

    known: frozenset[str]
    head: str


@cache
def revisions() -> Revisions:
    """Read once. Their library would run every file for it, which takes a second of each command."""
    texts = [
        path.read_text(encoding="utf-8")
        for path in files("watchfloor.data.migrations").joinpath("versions").iterdir()
        if path.name.endswith(".py") and path.name[0].isdigit()
    ]
    known = frozenset(found[1] for text in texts for found in _REVISION.finditer(text))
    (head,) = known - {found[1] for text in texts for found in _BEFORE.finditer(text)}
    return Revisions(known, head)
