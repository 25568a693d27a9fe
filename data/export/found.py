"""What was read for one file, and all that must be said of it, before any of it is written."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

import polars as pl

from watchfloor.data.export.spool import Spool
from watchfloor.geo.handing_on import Counts
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
    """What is counted while rows go by."""

    records: int = 0
    without_place: int = 0
    may_lie_here: int = 0
    left_out: int = 0
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
class Found:
    """Rows put aside, how they are dressed for a reader, and what is said of them."""

    spool: Spool
    dress: Dress
    shape: Shape
    labels: tuple[tuple[Label, int], ...]
    counts: Counts
    notes: tuple[str, ...] = ()
    is_health: bool = False
    name: str = "records"

    def frames(self) -> Iterator[pl.DataFrame]:
        """The rows as they are handed on, some thousands at a time."""
        return map(self.dress, self.spool)
