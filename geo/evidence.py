"""What is in a selection: how much, against what was to be expected, who holds it; and its records page by page."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from watchfloor.geo.answers import Linked, Record, Trend
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.expectation import Expectation

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
class Evidence:
    """What is in a selection under the filters.

    n, kilograms: of records that lie in it; n_may, kilograms_may: of those that are known so roughly that they may;
    n_unplaced: of the latter, those whose place nobody knows. labels: titles of those that occur. substances: codes of
    the question, for what is asked of the same elsewhere. months: counts of earlier months too, for a timeline.
    """

    n: int
    kilograms: float
    n_may: int
    kilograms_may: float
    n_unplaced: int
    area_m2: float
    trend: Trend | None
    expectation: Expectation | None
    holders: tuple[Holder, ...]
    labels: tuple[str, ...]
    substances: tuple[str, ...] = ()
    months: Trend | None = None


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
