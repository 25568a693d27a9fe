"""A question: frozen, comparable, written the same way in a link, in the audit and in a cache key."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Self

from watchfloor.geo.bbox import BBox
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.facts import FactKind
from watchfloor.geo.measures import BY_CODE as MEASURE_BY_CODE
from watchfloor.geo.moments import in_utc
from watchfloor.geo.narrowing import NOTHING, Narrowing
from watchfloor.geo.period import Period
from watchfloor.geo.substances import BY_CODE as SUBSTANCE_BY_CODE

FINEST_DISPLAY = 9


class Layer(StrEnum):
    """What can be asked about."""

    SEIZURES = "seizures"
    OVERDOSES = "overdoses"
    PORTS = "ports"
    ROUTES = "routes"
    TRACKS = "tracks"
    ENTITIES = "entities"
    CASES = "cases"
    OPERATIONS = "operations"


# layers whose records say what was taken or found
KNOW_SUBSTANCES: Final = (Layer.SEIZURES, Layer.OVERDOSES)


class Measured(StrEnum):
    """What a hexagon shows."""

    COUNT = "count"
    KILOGRAMS = "kilograms"
    CASES = "cases"


@dataclass(frozen=True, slots=True)
class Query:
    """One question to one layer.

    substances: codes; none means any. measure: of the ports layer, a code of `geo.measures`.
    resolution: H3 resolution of the cells that are asked for, 0 to 9. known_at: the recorded moment as of which the
    store is asked, with its offset from UTC; None is now. only: conditions on single seizures. Only a period of tracks
    has hours.
    """

    layer: Layer
    period: Period
    bbox: BBox = BBox.world()  # noqa: RUF009 - frozen
    substances: tuple[str, ...] = ()
    fact: FactKind = FactKind.EVENTS
    measured: Measured = Measured.COUNT
    measure: str = "trucks"
    resolution: int = 3
    known_at: datetime | None = None
    only: Narrowing = NOTHING

    def __post_init__(self) -> None:
        if unknown := set(self.substances) - set(SUBSTANCE_BY_CODE):
            raise BadQuestion(f"unknown substances: {', '.join(sorted(unknown))[:200]}")
        if list(self.substances) != sorted(set(self.substances)):
            object.__setattr__(self, "substances", tuple(sorted(set(self.substances))))
        if not 0 <= self.resolution <= FINEST_DISPLAY:
            raise BadQuestion(f"a resolution lies between 0 and {FINEST_DISPLAY}, not {self.resolution}")
        if self.measure not in MEASURE_BY_CODE:
            raise BadQuestion(f"unknown measure: {self.measure[:60]}")
        if self.known_at is not None:
            object.__setattr__(self, "known_at", in_utc(self.known_at))
        if self.period.hours is not None and self.layer is not Layer.TRACKS:
            raise BadQuestion("only tracks are asked about by hours: everything else is known by days")
        if self.only and not self.narrows:
            raise BadQuestion("only single seizures can be narrowed further than by period and substances")

    @property
    def narrows(self) -> bool:
        """Whether the question can be narrowed by `only`: it is of single seizures."""
        return self.layer is Layer.SEIZURES and self.fact is FactKind.EVENTS

    @property
    def substance_ids(self) -> tuple[int, ...]:
        """Ids of the substances; empty means any."""
        return tuple(SUBSTANCE_BY_CODE[code].id for code in self.substances)

    def everywhere(self) -> Self:
        """The same question without a place."""
        return replace(self, bbox=BBox.world())

    def subject(self) -> dict[str, Any]:
        """What is asked, without the place: what an audit row says and a tile's address carries."""
        asked: dict[str, Any] = {
            "layer": self.layer.value,
            "since": self.period.since.isoformat(),
            "until": self.period.until.isoformat(),
        }
        if self.period.hours is not None:
            asked["hours"] = str(self.period.hours)
        if self.substances:
            asked["substances"] = ",".join(self.substances)
        if self.layer is Layer.PORTS:
            asked["measure"] = self.measure
        else:
            asked["fact"] = self.fact.value
            asked["measured"] = self.measured.value
        if self.known_at is not None:
            asked["known_at"] = self.known_at.isoformat()
        return asked | self.only.as_parameters()

    def as_json(self) -> dict[str, Any]:
        """All of the question, with its place."""
        box = self.bbox
        return self.subject() | {"bbox": [box.west, box.south, box.east, box.north], "resolution": self.resolution}

    def digest(self) -> str:
        """Short name of the whole question, equal for equal questions."""
        text = json.dumps(self.as_json(), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:20]

    @classmethod
    def from_parameters(cls, given: Mapping[str, str]) -> Self:
        """The question that an address's parameters name.

        Raises BadQuestion for what is missing, unknown or out of range.
        """
        try:
            return cls(
                layer=Layer(given["layer"]),
                period=Period.parse(given["since"], given["until"], given.get("hours", "")),
                bbox=BBox.parse(given["bbox"]) if "bbox" in given else BBox.world(),
                substances=tuple(code for code in given.get("substances", "").split(",") if code),
                fact=FactKind(given.get("fact", FactKind.EVENTS)),
                measured=Measured(given.get("measured", Measured.COUNT)),
                measure=given.get("measure", "trucks"),
                resolution=int(given.get("resolution", "3")),
                known_at=moment(given["known_at"]) if given.get("known_at") else None,
                only=Narrowing.from_parameters(given),
            )
        except KeyError as error:
            raise BadQuestion(f"the question lacks {error.args[0]}") from error
        except ValueError as error:
            raise BadQuestion(f"the question cannot be read: {str(error)[:200]}") from error


def moment(text: str) -> datetime:
    """A moment as ISO 8601 writes it, with its offset from UTC: 2026-03-01T03:00Z.

    Raises BadQuestion if it cannot be read or says no offset.
    """
    try:
        return in_utc(datetime.fromisoformat(text.strip()))
    except ValueError as error:
        raise BadQuestion(f"not a moment such as 2026-03-01T03:00Z: {text[:60]}") from error
