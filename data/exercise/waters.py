"""The lanes that ships of the exercise use: the planted sea routes, ocean crossings and coastal runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from watchfloor.data.exercise.lanes import Lane, sea_lane
from watchfloor.data.exercise.places import IntArray, Places, distance_m
from watchfloor.data.exercise.plan import Plan
from watchfloor.data.exercise.routes import ROUTES, stop_rows

_OCEAN_M: Final = (4_000_000.0, 14_000_000.0)
_COAST_M: Final = (250_000.0, 1_800_000.0)
_OFF_THE_NETWORK: Final = ("BRMAO", "MZPOL")
_LONGEST_DETOUR: Final = 3.0


@dataclass(frozen=True, slots=True)
class Passage:
    """A lane between two ports, rows of the gazetteer."""

    start: int
    end: int
    lane: Lane

    def back(self) -> "Passage":
        """The way back."""
        return Passage(self.end, self.start, self.lane.backwards())


@dataclass(frozen=True, slots=True)
class Waters:
    """Passages to sail: along planted routes (by name), across oceans, along coasts."""

    planted: dict[str, tuple[Passage, ...]]
    ocean: tuple[Passage, ...]
    coast: tuple[Passage, ...]


def find_waters(plan: Plan, places: Places) -> Waters:
    """Random pairs of ports beside the planted routes; no lane makes an absurd detour."""
    rng = plan.stream("waters")
    ports = np.array([row for row in places.of_kind("port") if places.codes[row] not in _OFF_THE_NETWORK])
    planted = {r.name: _route_passages(places, stop_rows(places, r)) for r in ROUTES if r.mode == "sea"}
    ocean = _passages(rng, places, ports, _OCEAN_M, 45)
    coast = _passages(rng, places, ports, _COAST_M, 60)
    return Waters(planted, ocean, coast)


def _route_passages(places: Places, stops: Sequence[int]) -> tuple[Passage, ...]:
    return tuple(Passage(a, b, sea_lane(places, a, b)) for a, b in pairwise(stops))


def _passages(
    rng: np.random.Generator, places: Places, ports: IntArray, apart_m: tuple[float, float], n: int
) -> tuple[Passage, ...]:
    a, b = rng.choice(ports, (2, n * 40))
    straight = distance_m(places.lon[a], places.lat[a], places.lon[b], places.lat[b])
    fit = np.flatnonzero((straight >= apart_m[0]) & (straight <= apart_m[1]))
    made: list[Passage] = []
    for i in fit.tolist():
        if len(made) == n:
            break
        lane = sea_lane(places, int(a[i]), int(b[i]))
        if lane.length_m < _LONGEST_DETOUR * float(straight[i]):
            made.append(Passage(int(a[i]), int(b[i]), lane))
    return tuple(made)
