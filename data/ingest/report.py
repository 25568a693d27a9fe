"""What a run tells while it works and when it has ended."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from watchfloor.data.ingest.opened import Opened

COUNTS = ("read", "loaded", "unchanged", "superseded", "quarantined")


@dataclass(frozen=True, slots=True)
class Step:
    """How far a run is: rows read of a file and the share of the file (0 to 1) that they were; then publication."""

    file: str
    rows: int
    share: float | None = None
    is_publishing: bool = False


type Progress = Callable[[Step], None]


@dataclass(frozen=True, slots=True)
class Reject:
    """One row that was kept aside: where it stood, what was wrong with it."""

    line: int
    column: str
    value: str
    reason: str


@dataclass(slots=True)
class FileReport:
    """What became of the rows of one file: read = loaded + unchanged + superseded + quarantined.

    rejects: the first few rows that were kept aside, for a person to look at.
    is_health: its rows are health data, of which nothing is kept but where a row stood and why it was kept aside.
    """

    name: str
    opened: Opened | None = None
    read: int = 0
    loaded: int = 0
    unchanged: int = 0
    superseded: int = 0
    quarantined: int = 0
    notes: Counter[str] = field(default_factory=Counter)
    rejects: tuple[Reject, ...] = ()
    is_health: bool = False

    def counts(self) -> dict[str, int]:
        """The five counts by name."""
        return {name: getattr(self, name) for name in COUNTS}


@dataclass(frozen=True, slots=True)
class RunReport:
    """What a run did, in total and per file; `is_published` is False if a strict run found rows to keep aside."""

    run: int
    seconds: float
    files: tuple[FileReport, ...]
    is_published: bool = True

    def totals(self) -> dict[str, int]:
        """The five counts over all files."""
        return {name: sum(file.counts()[name] for file in self.files) for name in COUNTS}
