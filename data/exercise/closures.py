"""Chokepoints that are closed for a time, and where what used to pass goes instead."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from watchfloor.data.exercise.lanes import Lane
from watchfloor.data.exercise.places import FloatArray, Places, distance_m
from watchfloor.data.exercise.plan import DAY_S, Plan
from watchfloor.data.exercise.truth import Planted


@dataclass(frozen=True, slots=True)
class ClosedCrossing:
    """A crossing that is shut, in days before the end of the world, and those that take over, with their shares."""

    code: str
    from_days: int
    to_days: int
    instead: tuple[tuple[str, float], ...]

    def shuts(self, plan: Plan, days: FloatArray) -> NDArray[np.bool_]:
        """Which fractional days since the first of the world it is shut on."""
        return (days >= plan.days - self.from_days) & (days < plan.days - self.to_days)


@dataclass(frozen=True, slots=True)
class ClosedStrait:
    """A strait that is shut, in days before the end: a passage of the network, a point in it, one on the way around.

    passages: port pairs whose shortest way leads through it.
    """

    code: str
    name: str
    lon: float
    lat: float
    around: str
    around_lon: float
    around_lat: float
    from_days: float
    to_days: float
    passages: tuple[tuple[str, str], ...]

    def is_on(self, lane: Lane) -> bool:
        """Whether a lane leads through it."""
        return bool(self.away_m(lane).min() < 60_000)

    def away_m(self, lane: Lane) -> FloatArray:
        """Metres from the point in the strait to each point of a lane."""
        at = np.full(len(lane.lon), self.lon), np.full(len(lane.lon), self.lat)
        return distance_m((lane.lon + 180) % 360 - 180, lane.lat, *at)

    def along_m(self, lane: Lane) -> float:
        """How far along a lane the strait lies."""
        return float(lane.along_m[np.argmin(self.away_m(lane))])


CROSSING: Final = ClosedCrossing("USPOE-2304", 430, 340, (("USPOE-2303", 0.65), ("USPOE-2305", 0.35)))
STRAIT: Final = ClosedStrait(
    "suez", "Suez", 32.45, 30.20, "Cape of Good Hope", 18.4, -34.6, 34.0, 20.0,
    (("INNSA", "ESALG"), ("AEJEA", "GRPIR"), ("LKCMB", "ESVLC"), ("SGSIN", "ITGIT"), ("PKKHI", "ITGOA")),
)  # fmt: skip


def crossing_truth(plan: Plan, moved: tuple[str, ...]) -> Planted:
    """What a method should find: nothing at the crossing while it is shut, and more at those that took over."""
    return Planted(
        "crossing_closure",
        moved,
        {
            "closed": CROSSING.code,
            "from": plan.day(plan.days - CROSSING.from_days).isoformat(),
            "to": plan.day(plan.days - CROSSING.to_days).isoformat(),
            "displaced_to": [{"code": code, "share": share} for code, share in CROSSING.instead],
        },
    )


def strait_moment(rng: np.random.Generator, *, is_shut: bool) -> float:
    """A moment, in seconds before the end, at which the strait is shut, or is not."""
    if is_shut:
        return -float(rng.uniform(STRAIT.to_days + 0.2, STRAIT.from_days - 0.2)) * DAY_S
    before = rng.random() < 0.5
    first, last = (56.0, STRAIT.from_days + 1.5) if before else (STRAIT.to_days - 1.5, 2.0)
    return -float(rng.uniform(last, first)) * DAY_S


def strait_truth(plan: Plan, diverted: tuple[str, ...]) -> Planted:
    """What a method should find: nobody in the strait while it is shut, and the diverted ships on the way around."""
    closed = {"from": STRAIT.from_days, "to": STRAIT.to_days}
    return Planted(
        "strait_closure",
        diverted,
        {
            "closed": STRAIT.name,
            "lon": STRAIT.lon,
            "lat": STRAIT.lat,
            **{name: (plan.horizon_utc - timedelta(days=days)).isoformat() for name, days in closed.items()},
            "displaced_to": STRAIT.around,
            "around_lon": STRAIT.around_lon,
            "around_lat": STRAIT.around_lat,
        },
    )


def places_instead(places: Places) -> tuple[NDArray[np.int64], FloatArray]:
    """Rows of the gazetteer that take over from the crossing, and the share of each."""
    rows = [places.find("crossing", code) for code, _ in CROSSING.instead]
    return np.array(rows), np.array([share for _, share in CROSSING.instead])
