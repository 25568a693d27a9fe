"""Which two periods a page compares, and how: a choice, as a link writes it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from watchfloor.geo.comparison import period_before, year_before
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.period import Period
from watchfloor.geo.query import Layer


class Against(StrEnum):
    """What the page's period (A) is compared with (B)."""

    BEFORE = "before"
    YEAR = "year"
    DAYS = "days"


class CompareView(StrEnum):
    """How: hexagons by their change, or both periods side by side with a handle between."""

    MAP = "map"
    SWIPE = "swipe"


@dataclass(frozen=True, slots=True)
class Compare:
    """A comparison. days: the other period where the reader chose it day by day, else None."""

    against: Against = Against.BEFORE
    days: Period | None = None
    view: CompareView = CompareView.MAP
    layer: Layer = Layer.SEIZURES

    def __post_init__(self) -> None:
        if (self.against is Against.DAYS) != (self.days is not None):
            raise BadQuestion("a comparison names its other period by days or by a rule, not both")
        if self.layer not in {Layer.SEIZURES, Layer.OVERDOSES}:
            raise BadQuestion("seizures and overdoses can be compared")

    def other(self, period: Period) -> Period:
        """The period that a page's period is compared with. Raises BadQuestion before the year 2."""
        if self.days is not None:
            return self.days
        try:
            return year_before(period) if self.against is Against.YEAR else period_before(period)
        except (OverflowError, ValueError) as error:
            raise BadQuestion("there are no days before the calendar's first to compare with") from error

    def __str__(self) -> str:
        """As a link writes it: before/map/seizures, or 2024-01-01..2025-01-01/swipe/overdoses."""
        given = self.against.value if self.days is None else f"{self.days.since}..{self.days.until}"
        return f"{given}/{self.view.value}/{self.layer.value}"

    @classmethod
    def parse(cls, text: str) -> "Compare":
        """What a link wrote. Raises ValueError, BadQuestion."""
        given, view, layer = text.split("/")
        since, dots, until = given.partition("..")
        days = Period.parse(since, until) if dots else None
        return cls(Against.DAYS if dots else Against(given), days, CompareView(view), Layer(layer))


AS_SWITCHED_ON = Compare()


def compared_first(asked: Iterable[Layer]) -> Compare:
    """What a comparison is switched on with, of the layers of the store that the map shows: of what they ask."""
    shown = set(asked)
    is_of_overdoses = Layer.OVERDOSES in shown and Layer.SEIZURES not in shown
    return Compare(layer=Layer.OVERDOSES) if is_of_overdoses else AS_SWITCHED_ON
