"""A number with all that it takes to cite it: its question in words and for machines, moment, hash and marking.

Whoever puts the same question to the same version of the store gets the same hash: SHA-256 of the question, the version
and the number as JSON with sorted keys and without spaces.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from watchfloor.geo.expectation import PICKED
from watchfloor.geo.handing_on import strictest_marking
from watchfloor.geo.kept import Kept
from watchfloor.geo.kept_selection import called, may_be_named
from watchfloor.geo.narrowing_words import narrowed_words
from watchfloor.geo.query import Query
from watchfloor.geo.scope import Label
from watchfloor.geo.selection import Selection
from watchfloor.geo.substances import BY_CODE as SUBSTANCES

NOTHING_COUNTED = "none: it counts nothing"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the numbers of a panel were asked by, when, and of which version of the store.

    area: what was kept of the selection, if anything was.
    """

    query: Query
    selection: Selection
    version: int
    asked_at: datetime
    link: Mapping[str, str]
    is_exercise: bool
    area: Kept | None = None


@dataclass(frozen=True, slots=True)
class Number:
    """A number to cite. what: its name for machines; written: with its unit; labels: of the records that it counts."""

    what: str
    number: float
    written: str
    labels: tuple[Label, ...]


def citation(asked: Asked, cited: Number) -> str:
    """The citation of one number as lines of text."""
    what = cited.what
    question = machine_question(asked.query, asked.selection, what)
    known = asked.query.known_at
    lines = [
        *(["EXERCISE – everything here is invented."] if asked.is_exercise else []),
        f"{cited.written}: {question_words(asked.query, _place(asked, cited), what)}",
        f"Asked {asked.asked_at.astimezone(UTC):%Y-%m-%d %H:%M:%SZ} of version {asked.version}, "
        f"as known {f'at {known:%Y-%m-%d %H:%M:%SZ}' if known else 'then'}.",
        f"Marking: {strictest_marking(cited.labels) if cited.labels else NOTHING_COUNTED}",
        *([f"Place: {PICKED}"] if asked.selection.is_of_hexagons else []),
        f"Question: {json.dumps(question, sort_keys=True, separators=(',', ':'))}",
        f"Question digest: {asked.query.digest()}",
        f"Answer: sha256:{answer_hash(question, asked.version, cited.number)}",
        f"Link: /explore?{urlencode(asked.link)}",
    ]
    return "\n".join(lines)


def machine_question(query: Query, selection: Selection, what: str) -> dict[str, Any]:
    """The question as JSON holds it."""
    return query.subject() | {"selection": selection.name, "of": what}


def answer_hash(question: Mapping[str, Any], version: int, number: float) -> str:
    """SHA-256 of question, version and number, in hexadecimal."""
    said = {"question": dict(question), "version": version, "number": number}
    return hashlib.sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def question_words(query: Query, place: str, what: str) -> str:
    """The question as a sentence. place: in words."""
    substances = ", ".join(SUBSTANCES[code].name for code in query.substances) or "any substance"
    narrowed = "".join(f", {words}" for _, words in narrowed_words(query.only))
    return f"{_WHAT[what]} {place}, {query.period}, {substances}{narrowed}."


def _place(asked: Asked, cited: Number) -> str:
    """A kept area by its name, if that is no more sensitive than what is counted."""
    area = asked.area
    words = called(area) if area and may_be_named(area, cited.labels) else asked.selection.words
    return words[:1].lower() + words[1:]


_WHAT = {
    "n": "single seizures that lie in the selection",
    "kilograms": "weight of the single seizures that lie in the selection",
    "n_may": "single seizures that may lie in the selection, known too roughly to say, beside",
}
