"""What was tapped: a place on the map, resolved to something that records stand behind."""

from dataclasses import dataclass
from enum import StrEnum

from watchfloor.geo.answers import Counts, Linked, Records, Trend
from watchfloor.geo.facts import FactKind
from watchfloor.geo.record_facts import Called


class SpotKind(StrEnum):
    """Kinds of mark that can be tapped."""

    CELL = "cell"
    PLACE = "place"
    CLUSTER = "cluster"
    ROUTE = "route"
    CRAFT = "craft"
    OPERATION = "operation"
    ENTITY = "entity"
    EVENT = "event"
    PIXEL = "pixel"
    AREA = "area"


@dataclass(frozen=True, slots=True)
class Spot:
    """A mark: its kind and its name as text (an H3 cell as hexadecimal, a number, an id, an `Area`)."""

    kind: SpotKind
    name: str


@dataclass(frozen=True, slots=True)
class Behind:
    """What stands behind a mark: totals equal to those on the map, the records, and what they lead to.

    notes: sentences that the reader must see with the numbers (suppressed, reported, not summable). listed: of a craft,
    who lists what bears its very identifiers, and as of when. history: of a craft, what it was called over time.
    before: what the trend is seen against, the same periods of an earlier time, shape as `trend`. is_suppressed: the
    total is of counts that were released without their small ones.
    """

    spot: Spot
    title: str
    fact: FactKind
    n: int
    kilograms: float
    trend: Trend | None
    records: Records
    entities: tuple[Linked, ...] = ()
    cases: tuple[Linked, ...] = ()
    deconfliction: tuple[Linked, ...] = ()
    notes: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()
    history: tuple[Called, ...] = ()
    before: Counts | None = None
    is_suppressed: bool = False
