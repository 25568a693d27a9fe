"""How many single seizures each condition leaves: of those in force when it is taken away, of others when chosen."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Choice:
    """One that may be chosen: its value as a link writes it, what it is called, and how many it would leave."""

    value: str
    title: str
    n: int


@dataclass(frozen=True, slots=True)
class Facets:
    """Counts of single seizures of a period that a reader may see.

    total: all of the period. left: those that meet every condition. without: by the name of a condition in force, or
    `substances`, or `kilograms` for both limits of weight: how many meet all the others. choices: by the name of a
    condition, what may be chosen in place of what is chosen there, while all the others stay. case: number and title
    of the chosen case, empty if there is none that the reader may see.
    """

    total: int
    left: int
    without: Mapping[str, int] = field(default_factory=dict)
    choices: Mapping[str, tuple[Choice, ...]] = field(default_factory=dict)
    case: str = ""
