"""What was planted and where: for tests and scoring alone, never for a page."""

from collections.abc import Mapping
from dataclasses import dataclass

type Fact = str | int | float | bool | list["Fact"] | dict[str, "Fact"] | None


@dataclass(frozen=True, slots=True)
class Planted:
    """One planted pattern.

    subjects: keys of the records that make it; a track is named `vessel:` and its identifier.
    truth: what a method that looks for it should find, as JSON.
    """

    kind: str
    subjects: tuple[str, ...]
    truth: Mapping[str, Fact]
