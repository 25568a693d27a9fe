"""Answers as frames of arrays: what leaves the store and what layers draw."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from watchfloor.geo.facts import FactKind

Cells = NDArray[np.uint64]
Counts = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class CellCounts:
    """Counts and sums per H3 cell.

    cells: shape (n,), each at `resolution`, or coarser where the records are known less finely.
    n, kilograms: shape (n,). n_unplaced: what has no place at all. n_wider: persons of suppressed
    releases that are known only beyond the asked period or substance.
    """

    cells: Cells
    n: Counts
    kilograms: Floats
    resolution: int
    fact: FactKind = FactKind.EVENTS
    n_unplaced: int = 0
    n_wider: int = 0
    is_suppressed: bool = False

    @property
    def is_coarse(self) -> NDArray[np.bool_]:
        """Which cells are coarser than asked for: drawn as areas, counted apart."""
        return ((self.cells >> np.uint64(52)) & np.uint64(15)).astype(np.int64) < self.resolution

    @property
    def total(self) -> int:
        """Sum over the cells."""
        return int(self.n.sum())

    @property
    def on_areas_only(self) -> int:
        """How many are known less finely than the asked resolution."""
        return int(self.n[self.is_coarse].sum())


@dataclass(frozen=True, slots=True, eq=False)
class Trend:
    """Counts per period: `starts` the first days; `grain` 'd', 'm' or 'y'."""

    starts: list[date]
    n: Counts
    kilograms: Floats
    grain: str
    fact: FactKind = FactKind.EVENTS


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a record comes from: what a citation says."""

    source: str
    publisher: str
    licence: str
    run: int
    file: str | None
    sha256: str | None
    recorded: datetime


@dataclass(frozen=True, slots=True)
class Record:
    """One record as the side panel shows it; every text is as hostile as its source."""

    id: UUID
    kind: str
    title: str
    when: str
    place: str
    precision: str
    amount: str
    reliability: str
    validity: str
    label: str
    source: str
    attributes: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Records:
    """Some records of `total`; `fact` says of which kind they are."""

    rows: tuple[Record, ...]
    total: int
    fact: FactKind = FactKind.EVENTS


@dataclass(frozen=True, slots=True)
class Linked:
    """An entity, case or operation that stands behind records, and how."""

    id: UUID
    kind: str
    name: str
    how: str
    label: str
    status: str = ""
    call: str = ""
