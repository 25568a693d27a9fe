"""What is to be handed on: of which question, of which place, in which form and for whom; and the question in words."""

from dataclasses import dataclass
from typing import Any, Final

from watchfloor.geo.bbox import BBox
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.facts import FactKind
from watchfloor.geo.handing_on import ONLY_ME, Form
from watchfloor.geo.kept import Kept
from watchfloor.geo.kept_selection import called
from watchfloor.geo.measures import BY_CODE as MEASURES
from watchfloor.geo.narrowing_words import narrowed_words
from watchfloor.geo.period import Period
from watchfloor.geo.query import Layer, Query
from watchfloor.geo.selection import Selection
from watchfloor.geo.spot import Spot
from watchfloor.geo.substances import BY_CODE as SUBSTANCES

EXPORTED: Final = (Layer.SEIZURES, Layer.OVERDOSES, Layer.PORTS, Layer.ROUTES, Layer.TRACKS)


@dataclass(frozen=True, slots=True)
class ExportOrder:
    """One file.

    query: of one layer; its box is not asked. place: where; None is everywhere, what has no place included. spot: the
    mark whose records are wanted, instead of a place. given_to: an agency's code, or ONLY_ME. area: what was kept of
    the place, to be named in words.
    Raises BadQuestion for what cannot be handed on.
    """

    form: Form
    query: Query
    place: Selection | None = None
    spot: Spot | None = None
    given_to: str = ONLY_ME
    area: Kept | None = None

    def __post_init__(self) -> None:
        if self.query.layer not in EXPORTED:
            raise BadQuestion(f"the layer {self.query.layer} cannot be exported: choose {', '.join(EXPORTED)}")
        if self.place is not None and self.spot is not None:
            raise BadQuestion("an export is of a place or of a mark, not of both")

    def as_json(self) -> dict[str, Any]:
        """All of the order, for the audit and for the file itself."""
        said = self.query.subject()
        if self.place is not None:
            said["place"] = self.place.name
        if self.spot is not None:
            said |= {"spot": f"{self.spot.kind}:{self.spot.name}"[:1200], "resolution": self.query.resolution}
        return said

    @property
    def words(self) -> str:
        """The question as a sentence."""
        query = self.query
        what = _WHAT[query.layer]
        if query.layer is Layer.PORTS:
            what = f"{what} by {MEASURES[query.measure].title.lower()}"
        if query.fact is FactKind.REPORTED:
            what = f"{what}, reported aggregates"
        if query.substances:
            what += " of " + ", ".join(SUBSTANCES[code].name.lower() for code in query.substances)
        narrowed = [words for _, words in narrowed_words(query.only)]
        told = [what, _days(query.period), *narrowed, self._where()]
        return ", ".join(told)

    def _where(self) -> str:
        if self.spot is not None:
            return f"of the mark {self.spot.kind} {self.spot.name[:120]}"
        if self.place is None:
            return "everywhere"
        if self.area is not None:
            words = called(self.area)
            return f"in {words[:1].lower()}{words[1:]}"
        boxes = [step.place for step in self.place.steps]
        if len(boxes) == 1 and isinstance(drawn := getattr(boxes[0], "drawn", None), BBox):
            west, south, east, north = (f"{edge:.3f}" for edge in (drawn.west, drawn.south, drawn.east, drawn.north))
            return f"in the box {west}, {south}, {east}, {north} (west, south, east, north)"
        return f"in {self.place.words[:1].lower()}{self.place.words[1:]}"


def _days(period: Period) -> str:
    if period.hours is None:
        return f"{period.since} until before {period.until}"
    since, until = period.moments
    return f"{since:%Y-%m-%d %H:%MZ} until before {until:%Y-%m-%d %H:%MZ}"


_WHAT: Final = {
    Layer.SEIZURES: "Seizures",
    Layer.OVERDOSES: "Overdoses",
    Layer.PORTS: "Ports",
    Layer.ROUTES: "Routes between places",
    Layer.TRACKS: "Positions of one craft",
}
