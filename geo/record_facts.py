"""A fact as a page tells it: what is said, by whom, in which file, and since when the store holds it."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that is said of a record; every text is as hostile as its source.

    file: name and first digits of the hash of the input, or empty; run: its number, or None if its label is not the
    reader's to see. since: the day from which the store holds it for true.
    """

    name: str
    value: str
    source: str
    file: str
    run: int | None
    since: str
    label: str


@dataclass(frozen=True, slots=True)
class Called:
    """What something was called or bore: a name, a number, a flag; from when until when, and since when it was known.

    Days as they are written; empty where they are not told, or where it still holds.
    """

    what: str
    value: str
    since: str
    until: str
    known_from: str
    known_to: str
    source: str
    label: str


def said(value: object) -> str:
    """A value of a source's own field in words: booleans as yes and no, several parts each with its name."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return ", ".join(f"{part} {said(one)}" for part, one in value.items())
    return str(value)


def is_exercise_mark(fact: Told) -> bool:
    """Whether it says no more than that the record is invented, as the band of an exercise's pages says of all."""
    return (fact.name, fact.value) == ("exercise", "yes")
