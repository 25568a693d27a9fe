"""What a draft of a mapping says of itself: guesses with their evidence, and questions for a person."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import polars as pl

# words of columns that number their rows
IDS = (
    *("id", "no", "nr", "number", "num", "folio", "case", "caso", "expediente", "key", "record", "objectid", "index"),
    *("#", "code", "fall", "aktenzeichen", "ref", "reference"),
)


class Sureness(StrEnum):
    """How sure a guess is."""

    CERTAIN = "certain"
    LIKELY = "likely"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Guess:
    """One guess: the key of the mapping, what is put there, how sure, and why."""

    key: str
    value: str
    sureness: Sureness
    evidence: str


@dataclass(frozen=True, slots=True)
class Question:
    """What the table cannot say; `assumed` is what the draft does until it is answered, by `key`."""

    key: str
    text: str
    assumed: str
    choices: tuple[str, ...] = ()


@dataclass(slots=True)
class Findings:
    """Grows while a table is looked at; `answers` are what a person has said, by the keys of questions and guesses."""

    answers: Mapping[str, str] = field(default_factory=dict)
    guesses: list[Guess] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    used: set[str] = field(default_factory=set)

    def guess(self, key: str, value: str, sureness: Sureness, evidence: str) -> None:
        """Note a guess."""
        self.guesses.append(Guess(key, value, sureness, evidence))

    def ask(self, key: str, text: str, assumed: str, choices: tuple[str, ...] = ()) -> str:
        """The answer to a question if there is one, else what is assumed, and the question stays open."""
        if key in self.answers:
            self.guess(key, self.answers[key], Sureness.CERTAIN, "as answered")
            return self.answers[key]
        self.questions.append(Question(key, text, assumed, choices))
        return assumed


@dataclass(frozen=True, slots=True)
class Profile:
    """One column: its name, folded for comparison, and its values that are not blank."""

    name: str
    folded: str
    values: pl.Series
    height: int

    @property
    def n(self) -> int:
        """Rows in which it says something."""
        return len(self.values)

    @property
    def distinct(self) -> int:
        """Different texts."""
        return self.values.n_unique()

    def has_word(self, *words: str) -> bool:
        """Whether the name has one of the words, as a whole word."""
        return bool(set(self.folded.split()) & set(words))

    def share(self, pattern: str) -> float:
        """Share of the values that match a pattern, without regard to case."""
        return float(self.values.str.contains(f"(?i){pattern}").mean() or 0.0) if self.n else 0.0  # type: ignore[arg-type]


type Section = dict[str, Any]


def profiles_of(frame: pl.DataFrame) -> dict[str, Profile]:
    """Every column of a sample, by name."""
    return {
        column: Profile(column, folded(column), frame[column].drop_nulls(), frame.height)
        for column in frame.columns
        if column != "line"
    }


def folded(text: str) -> str:
    """Words without case, accents and marks: `Fecha_de-Decomiso` is `fecha de decomiso`, `PortName` is `port name`."""
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)
    bare = "".join(c for c in unicodedata.normalize("NFKD", parted) if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9%#]+", " ", bare.casefold()).strip()


def of(n: int, total: int, what: str) -> str:
    """Evidence such as `1,000 of 1,000 parse`."""
    return f"{n:,} of {total:,} {what}"
