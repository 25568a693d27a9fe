"""Answers about craft in a place: which were heard there, when, how often, and who was beside whom."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from watchfloor.geo.passages import Nearness


@dataclass(frozen=True, slots=True)
class Stay:
    """One stay of a craft: its first and last fix (UTC), how many, and the metres of the nearest if that was asked."""

    first: datetime
    last: datetime
    n: int
    nearest_m: float | None = None


@dataclass(frozen=True, slots=True)
class Passed:
    """A craft that was heard in a place; every text is as hostile as its source.

    n: fixes there, the seconds of the first and the last of them (UTC). nearest_m: of a point or of another
    craft. stays: the first of `n_stays`, by time, where they were asked for.
    """

    craft: int
    kind: str
    identifier: str
    name: str | None
    category: str
    label: str
    n: int
    first: datetime
    last: datetime
    nearest_m: float | None = None
    stays: tuple[Stay, ...] = ()
    n_stays: int = 0


@dataclass(frozen=True, slots=True)
class Passing:
    """Craft in a place: some of `n_craft`, with `n_fixes` fixes in all.

    by_category: fixes and craft of each category, in the order of the categories. radius_m: how far was looked, where
    a point was asked about; asked_m: how far should have been. since, until: the moments that were really read (UTC).
    is_cut: whether more fixes lie there than may be read even so: counts are then at least.
    is_between: no fix lies there, but lines from fix to fix pass: then these are counted, and a stay is such a line.
    """

    rows: tuple[Passed, ...]
    n_craft: int
    n_fixes: int
    since: datetime
    until: datetime
    by_category: Mapping[str, tuple[int, int]]
    radius_m: float | None = None
    asked_m: float | None = None
    is_cut: bool = False
    is_between: bool = False
    nearness: Nearness | None = None

    @property
    def is_nearer(self) -> bool:
        """Whether less far was looked than asked, because more lies there than may be read."""
        return self.radius_m is not None and self.asked_m is not None and self.radius_m < self.asked_m
