"""What is in a selection: how much, against what was to be expected, who holds it; and its records page by page."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from watchfloor.geo.answers import Linked, Record, Trend
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.expectation import Expectation
from watchfloor.geo.scope import Label

MOST_ON_PAGE = 200
MOST_LOOKED_FOR = 100


@dataclass(frozen=True, slots=True)
class Holder:
    """An agency that holds records: how many of those that the reader may see, and whom to call there."""

    code: str
    name: str
    n: int
    n_may: int
    call: str


@dataclass(frozen=True, slots=True)
class May:
    """Records under one label that may lie in a selection; n_unplaced: those of them whose place nobody knows."""

    label: Label
    n: int
    n_unplaced: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is in a selection under the filters.

    n, kilograms, labels: of records that lie in it; may: those that are known so roughly that they may. labels_usual:
    of records of earlier windows, from which the expectation is worked out. substances: codes of the question, for
    what is asked of the same elsewhere. months: counts of earlier months too, for a timeline.
    """

    n: int
    kilograms: float
    area_m2: float
    trend: Trend | None
    expectation: Expectation | None
    holders: tuple[Holder, ...]
    labels: tuple[Label, ...]
    may: tuple[May, ...] = ()
    labels_usual: tuple[Label, ...] = ()
    substances: tuple[str, ...] = ()
    months: Trend | None = None

    @property
    def n_may(self) -> int:
        """How many may lie in it."""
        return sum(one.n for one in self.may)

    @property
    def n_unplaced(self) -> int:
        """How many of those have no place at all."""
        return sum(one.n_unplaced for one in self.may)

    def beside(self, counts: Callable[[Label], bool]) -> "Evidence":
        """The same, with those alone among what may lie in it whose labels count; see `counted_beside`."""
        may = tuple(one for one in self.may if counts(one.label))
        n: Counter[str] = Counter()
        for one in may:
            n[one.label.owner] += one.n
        held = (replace(holder, n_may=n[holder.code]) for holder in self.holders)
        return replace(self, may=may, holders=by_most(holder for holder in held if holder.n or holder.n_may))


def by_most(holders: Iterable[Holder]) -> tuple[Holder, ...]:
    """Who holds most, first."""
    return tuple(sorted(holders, key=lambda one: (-one.n, -one.n_may, one.code)))


@dataclass(frozen=True, slots=True)
class LeadsTo:
    """What the records of a selection lead to; n_followed: how many of them were followed, the newest."""

    entities: tuple[Linked, ...]
    cases: tuple[Linked, ...]
    deconfliction: tuple[Linked, ...]
    n_followed: int


class Column(StrEnum):
    """What the table of records can be sorted by."""

    WHEN = "when"
    WHAT = "what"
    AMOUNT = "amount"
    PLACE = "place"
    PRECISION = "precision"
    LABEL = "label"
    GRADING = "grading"


@dataclass(frozen=True, slots=True)
class Paging:
    """Which rows of the table: how sorted, of which text, from which on and how many. Raises BadQuestion.

    text: each of its words stands in the title, the place or the label; any writing of capitals.
    """

    sort: Column = Column.WHEN
    is_descending: bool = True
    text: str = ""
    offset: int = 0
    limit: int = MOST_ON_PAGE

    def __post_init__(self) -> None:
        if not (self.offset >= 0 and 0 < self.limit <= MOST_ON_PAGE):
            raise BadQuestion(f"a page begins at row 0 or later and has 1 to {MOST_ON_PAGE} rows")
        if len(self.text) > MOST_LOOKED_FOR:
            raise BadQuestion(f"a text to look for has at most {MOST_LOOKED_FOR} letters")


@dataclass(frozen=True, slots=True)
class Row:
    """A record in the table. lon, lat, uncertainty_m: None where the place is not known; cases: id, number, label."""

    record: Record
    kilograms: float
    lon: float | None
    lat: float | None
    uncertainty_m: float | None
    may: bool
    holder: str
    cases: tuple[tuple[UUID, str, str], ...]


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of the table from `offset` on; total: how many there are under the text."""

    rows: tuple[Row, ...]
    offset: int
    total: int
