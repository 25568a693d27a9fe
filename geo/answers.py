"""Answers as frames of arrays: what leaves the store and what layers draw."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from watchfloor.geo.distinct import DistinctShown
from watchfloor.geo.facts import FactKind
from watchfloor.geo.record_facts import Called, Told

Cells = NDArray[np.uint64]
Counts = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a picture's data come from: sources, the last loaded first, and when that was (UTC).

    shown: of a picture of derived data, what it was worked out from.
    """

    sources: tuple[str, ...]
    loaded_at: datetime
    shown: "Shown | None" = None


@dataclass(frozen=True, slots=True)
class Shown:
    """What an answer was worked out from, and its version: the number of the publication that last changed the layer.

    worked_out: 'roll-up', 'counts as released' and 'routes as last derived' are derived data, 'raw facts' are none.
    made_at: when that state was made (UTC); None for raw facts, and where the reader may not know.
    """

    worked_out: str
    version: int
    made_at: datetime | None = None

    @property
    def words(self) -> str:
        """For a legend: 'roll-up, version 12 of 2026-03-01 03:00Z'."""
        when = f" of {self.made_at:%Y-%m-%d %H:%MZ}" if self.made_at else ""
        return f"{self.worked_out}, version {self.version}{when}"


@dataclass(frozen=True, slots=True, eq=False)
class CellCounts:
    """Counts and sums per H3 cell.

    cells: shape (n,), each at `resolution`, or coarser where the records are known less finely.
    n, kilograms: shape (n,). n_unplaced: what has no place at all. n_wider: persons of suppressed
    releases that are known only beyond the asked period or substance. distinct: what distinct counts
    come to together, if `n` are such; they do not add up.
    """

    cells: Cells
    n: Counts
    kilograms: Floats
    resolution: int
    fact: FactKind = FactKind.EVENTS
    n_unplaced: int = 0
    n_wider: int = 0
    is_suppressed: bool = False
    distinct: DistinctShown | None = None

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
    """Counts per period: `starts` the first days; `grain` 'd', 'm' or 'y'.

    since: the first day that was counted, where that is not the first of which anything is known.
    """

    starts: list[date]
    n: Counts
    kilograms: Floats
    grain: str
    fact: FactKind = FactKind.EVENTS
    since: date | None = None


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file as it was loaded: its name without the folder, as hostile as any text, and its SHA-256 in hexadecimal."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a record comes from: what a citation says.

    files: those of the run, of which one held the record; none for what the program itself made.
    recorded: since when the store holds it for true (UTC). mapping: kept mapping and version by which it was read.
    """

    source: str
    publisher: str
    licence: str
    run: int
    files: tuple[InputFile, ...]
    recorded: datetime
    mapping: str | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """One record as the side panel shows it; every text is as hostile as its source.

    provenance: None if the run that brought it bears a label that the reader may not see. amount: weights in kilograms;
    as_written: the same in the source's own words, empty if those say no more.
    """

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
    provenance: Provenance | None = None
    as_written: str = ""


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


@dataclass(frozen=True, slots=True, eq=False)
class Ports:
    """Ports of entry with one measure: volume over the period, the latest month and the same a year before.

    Shape (n,) each; `latest` and `before` NaN where nothing was reported.
    """

    place: Counts
    code: list[str]
    name: list[str]
    lon: Floats
    lat: Floats
    volume: Floats
    latest: Floats
    before: Floats
    month: date | None
    measure: str


@dataclass(frozen=True, slots=True, eq=False)
class Routes:
    """Flows between two places, heaviest first, shape (n,) each; n_known: how many there are, were all of them here."""

    from_place: Counts
    to_place: Counts
    from_name: list[str]
    to_name: list[str]
    from_lon: Floats
    from_lat: Floats
    to_lon: Floats
    to_lat: Floats
    n_tracks: Counts
    n_seizures: Counts
    kilograms: Floats
    n_known: int


@dataclass(frozen=True, slots=True)
class Planned:
    """A planned operation or an entity with a place, as the deconfliction layer shows it."""

    id: UUID
    subject: str
    title: str
    status: str
    lon: float
    lat: float
    radius_m: float
    when: str
    call: str


@dataclass(frozen=True, slots=True, eq=False)
class Fixes:
    """Positions in the order of craft and time, shape (n,) each; `starts` marks the first of each track."""

    lon: NDArray[np.float32]
    lat: NDArray[np.float32]
    at_s: Counts
    craft: Counts
    category: NDArray[np.int16]
    speed_kn: NDArray[np.float32]
    total: int


@dataclass(frozen=True, slots=True)
class EntityPage:
    """An entity with everything that the reader may know of it.

    same: other records of the same object; heard: craft that say they are it; apart: what shares an identifier and is
    another; conflict: a sentence if the record itself is claimed by two; history: of all that are the same object.
    near: conflicts and possible ones of what it is directly linked to, as far as the reader sees link and record.
    holder: of an event, whose record it is, with the telephone of its watch.
    """

    id: UUID
    pole: str
    kind: str
    name: str
    identifiers: tuple[tuple[str, str], ...]
    facts: tuple[tuple[str, str], ...]
    lon: float | None
    lat: float | None
    reliability: str
    validity: str
    label: str
    source: str
    linked: tuple[Linked, ...]
    records: Records
    cases: tuple[Linked, ...]
    deconfliction: tuple[Linked, ...]
    provenance: Provenance | None = None
    same: tuple[Linked, ...] = ()
    heard: tuple[Linked, ...] = ()
    apart: tuple[Linked, ...] = ()
    conflict: str = ""
    history: tuple[Called, ...] = ()
    told: tuple[Told, ...] = ()
    near: tuple[Linked, ...] = ()
    holder: str = ""


@dataclass(frozen=True, slots=True)
class CasePage:
    """A case with all that the reader may know of it; related: cases that hold something of it too."""

    id: UUID
    number: str
    title: str
    status: str
    summary: str
    agency: str
    call: str
    opened: str
    closed: str
    label: str
    members: tuple[tuple[str, str], ...]
    entities: tuple[Linked, ...]
    records: Records
    deconfliction: tuple[Linked, ...]
    source: str = ""
    provenance: Provenance | None = None
    related: tuple[Linked, ...] = ()
