"""What a store is for: in a file of its own, so that naming a kind loads no database library."""

from enum import StrEnum


class StoreKind(StrEnum):
    """What a store is for, from its creation on."""

    EXERCISE = "EXERCISE"
    OPERATIONAL = "OPERATIONAL"
