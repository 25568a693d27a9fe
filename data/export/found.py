"""What was read for one file, and all that must be said of it, before any of it is written."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum

import polars as pl

from watchfloor.data.export.spool import Spool
from watchfloor.geo.handing_on import Counts, counted_beside
from watchfloor.geo.scope import Label

type Dress = Callable[[pl.DataFrame], pl.DataFrame]

GEOMETRY = "geometry"
"""Name of the column of well-known bytes, in frames whose places are no points."""


class Shape(StrEnum):
    """What the places of a file are: points of the columns lon and lat, or WKB of the column GEOMETRY."""

    POINT = "Point"
    LINE = "LineString"
    AREA = "Polygon"


class Cancelled(Exception):
    """Whoever asked for the file wants it no more."""


@dataclass(slots=True)
class Tally:
    """What is counted while rows go by. labels, may_lie_here, left_out: by the number of a label."""

    records: int = 0
    without_place: int = 0
    may_lie_here: Counter[int] = field(default_factory=Counter)
    left_out: Counter[int] = field(default_factory=Counter)
    labels: Counter[int] = field(default_factory=Counter)
    precisions: Counter[int] = field(default_factory=Counter)
    runs: set[int] = field(default_factory=set)

    def add(self, frame: pl.DataFrame) -> None:
        """Count rows that go into the file."""
        self.records += frame.height
        self.labels.update(dict(frame["label_id"].value_counts().iter_rows()))
        self.runs.update(frame["run_id"].unique().to_list())
        if "place_precision" in frame.columns:
            self.precisions.update(dict(frame["place_precision"].value_counts().iter_rows()))


@dataclass(frozen=True, slots=True)
class Beside:
    """What answers the question of a place and is not in the file, by label: it may lie there, or has no place."""

    may_lie_here: tuple[tuple[Label, int], ...] = ()
    left_out: tuple[tuple[Label, int], ...] = ()

    def counted(self, counts: Counts, labels: Iterable[Label], given_to: str) -> Counts:
        """The counts of a file that bears these labels, with those beside it that its marking lets it tell."""
        is_told = counted_beside(labels, given_to)
        may, out = (sum(n for label, n in part if is_told(label)) for part in (self.may_lie_here, self.left_out))
        return replace(counts, may_lie_here=may, left_out=out)


@dataclass(frozen=True, slots=True)
class Found:
    """Rows put aside, how they are dressed for a reader, and what is said of them. beside: None where all are in it."""

    spool: Spool
    dress: Dress
    shape: Shape
    labels: tuple[tuple[Label, int], ...]
    counts: Counts
    notes: tuple[str, ...] = ()
    is_health: bool = False
    name: str = "records"
    beside: Beside | None = None

    def frames(self) -> Iterator[pl.DataFrame]:
        """The rows as they are handed on, some thousands at a time."""
        return map(self.dress, self.spool)
