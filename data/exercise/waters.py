"""The lanes that ships of the exercise use: the planted sea routes, ocean crossings and coastal runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from watchfloor.data.exercise.closures import STRAIT
from watchfloor.data.exercise.lanes import OPEN, Lane, sea_lanes
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
    """Passages to sail: along planted routes (by name), across oceans, along coasts, the busiest first.

    strait: passages through the strait that is closed for a time, the only ones; detour: each of them around it.
    """

    planted: dict[str, tuple[Passage, ...]]
    ocean: tuple[Passage, ...]
    coast: tuple[Passage, ...]
    strait: tuple[Passage, ...]
    detour: tuple[Passage, ...]


def find_waters(plan: Plan, places: Places) -> Waters:
    """Random pairs of ports beside the planted routes; no lane makes an absurd detour."""
    rng = plan.stream("waters")
    ports = np.array([row for row in places.of_kind("port") if places.codes[row] not in _OFF_THE_NETWORK])
    legs = {r.name: tuple(pairwise(stop_rows(places, r))) for r in ROUTES if r.mode == "sea"}
    through = [(places.find("port", a), places.find("port", b)) for a, b in STRAIT.passages]
    ocean, coast = _pairs(rng, places, ports, _OCEAN_M, 60), _pairs(rng, places, ports, _COAST_M, 80)
    # all in one question, because asking takes seconds
    usual = [*(pair for pairs in legs.values() for pair in pairs), *through, *ocean, *coast]
    sea_lanes(places, [*((a, b, OPEN) for a, b in usual), *((a, b, STRAIT.code) for a, b in through)])
    return Waters(
        {name: _sailed(places, pairs) for name, pairs in legs.items()},
        _sensible(places, ocean, 45),
        _sensible(places, coast, 60),
        _sailed(places, through),
        _sailed(places, through, STRAIT.code),
    )


def _sailed(places: Places, pairs: Sequence[tuple[int, int]], closed: str = OPEN) -> tuple[Passage, ...]:
    lanes = sea_lanes(places, [(a, b, closed) for a, b in pairs])
    return tuple(Passage(a, b, lane) for (a, b), lane in zip(pairs, lanes, strict=True))


def _pairs(
    rng: np.random.Generator, places: Places, ports: IntArray, apart_m: tuple[float, float], n: int
) -> list[tuple[int, int]]:
    a, b = rng.choice(ports, (2, n * 40))
    straight = distance_m(places.lon[a], places.lat[a], places.lon[b], places.lat[b])
    fit = np.flatnonzero((straight >= apart_m[0]) & (straight <= apart_m[1]))[:n]
    return list(zip(a[fit].tolist(), b[fit].tolist(), strict=True))


def _sensible(places: Places, pairs: list[tuple[int, int]], n: int) -> tuple[Passage, ...]:
    """The first n that make no absurd detour and keep out of the strait."""
    made = []
    for passage in _sailed(places, pairs):
        ends = np.array([passage.start, passage.end])
        (straight,) = distance_m(places.lon[ends[:1]], places.lat[ends[:1]], places.lon[ends[1:]], places.lat[ends[1:]])
        if passage.lane.length_m < _LONGEST_DETOUR * straight and not STRAIT.is_on(passage.lane):
            made.append(passage)
    return tuple(made[:n])
