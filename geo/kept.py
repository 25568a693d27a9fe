"""What people keep beside the facts: areas and alerts on them, views, selections, notes, tasks, members, files."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final, Self
from uuid import UUID

from watchfloor.geo.areas import Area
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.scope import Label

MOST_NAME: Final = 200
MOST_TEXT: Final = 10_000
MOST_LINK: Final = 4_000
# as text; the store itself takes a quarter of a megabyte
MOST_SELECTION: Final = 200_000
MOST_BYTES: Final = 20 * 2**20


class KeptKind(StrEnum):
    """What a kept thing is."""

    AREA = "area"
    VIEW = "view"
    SELECTION = "selection"
    NOTE = "note"
    ANNOTATION = "annotation"
    TASK = "task"
    MEMBER = "member"
    ATTACHMENT = "attachment"
    ALERT = "alert"


OF_A_TEAM: Final = (KeptKind.TASK, KeptKind.MEMBER)
"""Whoever may see these may change them: the policy `scope_ends` says the same."""


class AboutKind(StrEnum):
    """What kind of record something was kept about."""

    CASE = "case"
    ENTITY = "entity"
    PLACE = "place"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class About:
    """The record that a thing was kept about; `id` is a UUID, or the number of a place. Raises BadQuestion."""

    kind: AboutKind
    id: str

    def __post_init__(self) -> None:
        if self.kind is AboutKind.PLACE:
            if not (self.id.isascii() and self.id.isdecimal() and len(self.id) <= 9):
                raise BadQuestion("a place is named by its number")
            return
        try:
            UUID(self.id)
        except ValueError as error:
            raise BadQuestion("what it is about is named by its id") from error

    @classmethod
    def case(cls, case: UUID) -> Self:
        """About a case."""
        return cls(AboutKind.CASE, str(case))

    @classmethod
    def entity(cls, entity: UUID) -> Self:
        """About a person, an object or a location."""
        return cls(AboutKind.ENTITY, str(entity))


@dataclass(frozen=True, slots=True)
class Draft:
    """A thing to be kept: made by the functions of `geo.kept_drafts`, which check what it says.

    label: its number. is_private: for its author alone; else for whoever sees the label.
    """

    kind: KeptKind
    name: str
    body: Mapping[str, Any]
    label: int
    is_private: bool = False
    about: About | None = None


@dataclass(frozen=True, slots=True)
class Keeper:
    """Who kept something: as a person is called, of which agency, and where its watch is reached."""

    name: str
    agency: str
    call: str

    @property
    def words(self) -> str:
        """The person and the agency."""
        return f"{self.name}, {self.agency}" if self.agency else self.name


@dataclass(frozen=True, slots=True)
class Kept:
    """A version of a kept thing, as a reader sees it. is_own: whether the reader wrote it.

    author, begun_by: accounts; people: who is behind them.
    """

    id: UUID
    version: int
    kind: KeptKind
    name: str
    body: Mapping[str, Any] = field(hash=False)
    label: Label
    author: str
    is_private: bool
    is_own: bool
    about: About | None
    at: datetime
    begun_by: str
    begun_at: datetime
    people: Mapping[str, "Keeper"] = field(default_factory=dict, hash=False)

    @property
    def text(self) -> str:
        """What a note, an annotation or a task says."""
        return str(self.body.get("text", ""))

    @property
    def area(self) -> Area:
        """Of an area of interest. Raises BadQuestion for another kind."""
        return Area.parse(str(self.body.get("area", "")))

    @property
    def may_change(self) -> bool:
        """Whether the reader may change or end it: one's own, and the tasks and members of a team."""
        return self.is_own or (self.kind in OF_A_TEAM and not self.is_private)


@dataclass(frozen=True, slots=True)
class Handed:
    """An export that is handed on, for the record of dissemination.

    labels: numbers of all labels of what went out. counts: as the export says them, such as shown and hidden.
    sha256: of the file. given_to: the agency or person; empty if it stayed with the asker's own agency.
    """

    question: Mapping[str, Any]
    marking: str
    labels: tuple[int, ...]
    counts: Mapping[str, int]
    format: str
    name: str
    sha256: bytes
    size: int
    given_to: str = ""


@dataclass(frozen=True, slots=True)
class Dissemination:
    """A record of an export that was handed on: who did it and when."""

    id: UUID
    at: datetime
    who: str
    agency: str | None
    handed: Handed


def one_line(text: str, what: str, most: int = MOST_NAME) -> str:
    """A name on one line, without what cannot be printed. Raises BadQuestion if nothing or too much is left."""
    said = " ".join("".join(letter if letter.isprintable() else " " for letter in text[: 4 * most]).split())
    if not said:
        raise BadQuestion(f"give it a name: {what} has none")
    if len(said) > most:
        raise BadQuestion(f"{what} is too long: at most {most} letters")
    return said


_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def several_lines(text: str, what: str, most: int = MOST_TEXT) -> str:
    """A text of several lines, without control characters or turns of direction. Raises BadQuestion."""
    said = _CONTROL.sub("", text[: 4 * most].replace("\r\n", "\n").replace("\r", "\n")).strip()
    if not said:
        raise BadQuestion(f"{what} is empty: write something")
    if len(said) > most:
        raise BadQuestion(f"{what} is too long: at most {most:,} letters")
    return said


def a_day(text: str, what: str) -> str:
    """A day as YYYY-MM-DD, or nothing. Raises BadQuestion."""
    if not text.strip():
        return ""
    try:
        return date.fromisoformat(text.strip()[:20]).isoformat()
    except ValueError as error:
        raise BadQuestion(f"{what} is a day such as 2026-03-01") from error
