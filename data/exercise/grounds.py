"""Where things tend to happen: towns, waters, and how much busier some crossings, ports and roads are than others.

Busyness follows a power of the rank, as in life: a few places see most of it, most places see a little.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from watchfloor.data.exercise.closures import CROSSING
from watchfloor.data.exercise.lanes import Lane
from watchfloor.data.exercise.places import FloatArray, IntArray, Places, distance_m
from watchfloor.data.exercise.plan import Plan
from watchfloor.data.exercise.routes import ROUTES, route_lane
from watchfloor.data.exercise.towns import Towns
from watchfloor.data.exercise.waters import Waters

ZIPF: Final = 1.05
_ROAD_M: Final = (60_000.0, 700_000.0)


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of the gazetteer and the chance of each, shape (n,)."""

    rows: IntArray
    chance: FloatArray

    def draw(self, rng: np.random.Generator, n: int) -> IntArray:
        """n of the rows."""
        return rng.choice(self.rows, size=n, p=self.chance)


@dataclass(frozen=True, slots=True)
class Grounds:
    """busy: by kind of place; roads: ends of each as rows of the gazetteer, shape (n, 2), with the chance of each.

    routes: the lane of every planted route, in the order of ROUTES.
    """

    towns: Towns
    waters: Waters
    busy: Mapping[str, Rows]
    roads: IntArray
    road_chance: FloatArray
    routes: tuple[Lane, ...]

    @property
    def places(self) -> Places:
        """The gazetteer with the invented towns."""
        return self.towns.places


def zipf(priority: FloatArray, power: float = ZIPF) -> FloatArray:
    """Chances that fall with the power of the rank, the greatest priority first; shape (n,), sum 1."""
    rank = np.empty(len(priority))
    rank[np.argsort(-priority, kind="stable")] = np.arange(1, len(priority) + 1)
    return np.asarray(rank**-power / (rank**-power).sum())


def by_rank(n: int, power: float) -> FloatArray:
    """Chances of n things that stand in the order of their busyness; shape (n,), sum 1."""
    return zipf(-np.arange(n, dtype=np.float64), power)


def find_grounds(plan: Plan, towns: Towns, waters: Waters) -> Grounds:
    """The busyness of one world: the same in all its parts, and in what `exercise live` adds."""
    rng, places = plan.stream("grounds"), towns.places
    busy = {kind: _busy(rng, places, kind) for kind in ("crossing", "port", "city")}
    roads = _roads(places)
    chance = zipf(rng.lognormal(0, 1, len(roads)), 0.8)
    return Grounds(towns, waters, busy, roads, chance, tuple(route_lane(places, r) for r in ROUTES))


def _busy(rng: np.random.Generator, places: Places, kind: str) -> Rows:
    rows = places.of_kind(kind)
    # most of what is seized is seized at home, and at the southern border
    at_home = np.where(places.countries[rows] == "US", 8.0, 1.0)
    southern = np.where((places.lat[rows] < 33) & (kind == "crossing"), 6.0, 1.0)
    priority = rng.lognormal(0, 0.9, len(rows)) * at_home * southern
    # the crossing that is closed for a time is the busiest, so that its closure shows in small worlds too
    shut = np.array([places.codes[row] == CROSSING.code for row in rows.tolist()])
    return Rows(rows, zipf(np.where(shut, priority.max() * 2, priority)))


def _roads(places: Places) -> IntArray:
    """Pairs of cities at home that are some way apart."""
    cities = places.of_kind("city", "US")
    a, b = (grid.ravel() for grid in np.meshgrid(cities, cities))
    apart = distance_m(places.lon[a], places.lat[a], places.lon[b], places.lat[b])
    kept = (apart > _ROAD_M[0]) & (apart < _ROAD_M[1])
    return np.stack([a[kept], b[kept]], axis=1)
