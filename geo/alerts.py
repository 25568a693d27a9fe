"""Alerts on kept areas: what a person wants to be told of, since when, and what has arrived there."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.kept import About, AboutKind, Draft, Kept, KeptKind
from watchfloor.geo.kept_selection import selection_of
from watchfloor.geo.narrowing import NOTHING, Narrowing
from watchfloor.geo.period import Period
from watchfloor.geo.selection import Selection
from watchfloor.geo.substances import BY_CODE

LONG_AGO: Final = datetime(2000, 1, 1, tzinfo=UTC)


class Watched(StrEnum):
    """What an alert tells of."""

    SEIZURES = "seizures"
    OVERDOSES = "overdoses"
    EVENTS = "events"


@dataclass(frozen=True, slots=True)
class Seen:
    """Up to which moments of recording everything has been seen: of facts, and of events of tracks.

    Both are moments of the store's own records and not of a clock: what is under way when somebody looks is told later.
    """

    facts: datetime = LONG_AGO
    events: datetime = LONG_AGO

    def joined(self, other: "Seen") -> "Seen":
        """Whatever was seen in one or the other."""
        return Seen(max(self.facts, other.facts), max(self.events, other.events))


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to be told of. substances, only: the seizures that count; none means all.

    Raises BadQuestion if nothing is wished for.
    """

    layers: frozenset[Watched]
    substances: tuple[str, ...] = ()
    only: Narrowing = NOTHING

    def __post_init__(self) -> None:
        if not self.layers:
            raise BadQuestion("choose at least one of seizures, overdoses and events of craft")
        if unknown := set(self.substances) - set(BY_CODE):
            raise BadQuestion(f"unknown substances: {', '.join(sorted(unknown))[:200]}")
        object.__setattr__(self, "only", self.only.without("arrived"))

    def body(self, seen: Seen) -> dict[str, Any]:
        """Wish and moments as the store keeps them; `wish_of` and `seen_of` read them back."""
        return {
            "layers": sorted(self.layers),
            "substances": ",".join(self.substances),
            "only": self.only.as_parameters(),
            "seen": {"facts": seen.facts.isoformat(), "events": seen.events.isoformat()},
        }


def wish_of(body: Mapping[str, Any]) -> Wish:
    """What a kept alert wishes. Raises BadQuestion for one that cannot be read."""
    try:
        layers = frozenset(Watched(one) for one in body["layers"])
        substances = tuple(code for code in str(body["substances"]).split(",") if code)
        return Wish(layers, substances, Narrowing.from_parameters(dict(body["only"])))
    except (KeyError, TypeError, ValueError) as error:
        raise BadQuestion("this alert cannot be read: switch it off, and on again") from error


def seen_of(body: Mapping[str, Any]) -> Seen:
    """What a kept alert has seen. Raises BadQuestion for one that cannot be read."""
    try:
        facts, events = (datetime.fromisoformat(body["seen"][name]) for name in ("facts", "events"))
        return Seen(facts.astimezone(UTC), events.astimezone(UTC))
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise BadQuestion("this alert cannot be read: switch it off, and on again") from error


def alert_draft(area: Kept, wish: Wish, seen: Seen) -> Draft:
    """An alert on a kept area, under its label, for who makes it alone. Raises BadQuestion for what is no area."""
    selection_of(area)
    return Draft(KeptKind.ALERT, area.name, wish.body(seen), area.label.id, True, About(AboutKind.KEPT, str(area.id)))


@dataclass(frozen=True, slots=True)
class Arrival:
    """One overdose or event of a craft that arrived: what it is in words, when it was, where."""

    layer: Watched
    what: str
    when: datetime | date
    lon: float
    lat: float
    craft: int | None = None


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert of the asker on an area that they may see, and what has arrived there since they last looked.

    n: how many, by what. arrivals: the newest of what is no seizure. period: the days of the seizures that arrived.
    until: what is seen once this is.
    """

    id: UUID
    version: int
    area: UUID
    name: str
    place: Selection
    wish: Wish
    since: Seen
    until: Seen
    n: Mapping[Watched, int] = field(default_factory=dict, hash=False)
    arrivals: tuple[Arrival, ...] = ()
    period: Period | None = None

    @property
    def total(self) -> int:
        """How many arrived."""
        return sum(self.n.values())

    @property
    def only(self) -> Narrowing:
        """The conditions that the seizures meet which have arrived."""
        return replace(self.wish.only, arrived=self.since.facts)
