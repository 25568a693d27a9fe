"""Grading of a source and of its content: two axes, never multiplied (28 CFR 23 and LEIU wording)."""

from enum import IntEnum


class Reliability(IntEnum):
    """How reliable the source is."""

    RELIABLE = 1
    USUALLY_RELIABLE = 2
    UNRELIABLE = 3
    UNKNOWN = 4

    @property
    def title(self) -> str:
        """As it is written beside a record."""
        return self.name.replace("_", " ").capitalize()


class Validity(IntEnum):
    """How valid the content is."""

    CONFIRMED = 1
    PROBABLE = 2
    DOUBTFUL = 3
    CANNOT_BE_JUDGED = 4

    @property
    def title(self) -> str:
        """As it is written beside a record."""
        return self.name.replace("_", " ").capitalize()
