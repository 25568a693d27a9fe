"""Seizures planted one by one: clusters in a town, small loads before a big one, a coast where a trade surges."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Final

import numpy as np

from watchfloor.data.exercise.closures import CROSSING
from watchfloor.data.exercise.grounds import Grounds
from watchfloor.data.exercise.labels import CODES
from watchfloor.data.exercise.places import FloatArray, IntArray, scatter
from watchfloor.data.exercise.plan import Plan
from watchfloor.data.exercise.rosters import NOWHERE
from watchfloor.data.exercise.routes import ROUTES
from watchfloor.data.exercise.scenes import CONVEYANCES, Scenes, join_scenes
from watchfloor.data.exercise.truth import Fact, Planted
from watchfloor.geo.substances import BY_CODE

CLUSTERS: Final = 6
PROBES: Final = 8
_CLUSTER_M: Final = 900.0
_CROSSING_M: Final = 1_000.0
_CLUSTERED: Final = ("fentanyl", "methamphetamine", "heroin", "cocaine")
_PROBED_WITH: Final = ("methamphetamine", "fentanyl", "cocaine")
# of each port: a quarter's loads before, and in the last whole quarter
SURGE: Final = {"USLAX": (2, 24), "USOAK": (2, 5), "USSEA": (2, 3)}
SURGE_QUARTERS: Final = 9
_SURGE_ROUTE: Final = "ysidro-seattle"
_PORT_M: Final = 3_000.0


@dataclass(frozen=True, slots=True)
class Loads:
    """Scenes with their fractional days since the first of the world, and kilograms where these were planted."""

    scenes: Scenes
    days: FloatArray
    kilograms: FloatArray


@dataclass(frozen=True, slots=True)
class _One:
    """Seizures of one planted pattern, and what should be found."""

    kind: str
    loads: Loads
    truth: dict[str, Fact]


@dataclass(frozen=True, slots=True)
class PlantedLoads:
    """All of them in one; pattern: which one each belongs to, shape (n,)."""

    loads: Loads
    pattern: IntArray
    patterns: Sequence[_One]

    def truth(self, keys: Sequence[str]) -> list[Planted]:
        """What was planted, by the keys that the loads were given."""
        return [
            Planted(one.kind, tuple(keys[row] for row in np.flatnonzero(self.pattern == i).tolist()), one.truth)
            for i, one in enumerate(self.patterns)
        ]


def planted_loads(plan: Plan, grounds: Grounds) -> PlantedLoads:
    """The clusters, the probes and the surge of the world."""
    rng = plan.stream("loads")
    made = [_cluster(rng, plan, grounds, i) for i in range(plan.count(CLUSTERS, 2))]
    made += [_probe(rng, plan, grounds, i) for i in range(plan.count(PROBES, 2))]
    made.append(_surge(rng, plan, grounds))
    loads = join_loads([one.loads for one in made])
    return PlantedLoads(loads, np.repeat(np.arange(len(made)), [len(one.loads.days) for one in made]), made)


def _cluster(rng: np.random.Generator, plan: Plan, grounds: Grounds, number: int) -> _One:
    """Twenty-five to fifty seizures of one substance within three weeks to two months in one quarter of a town."""
    places, towns = grounds.places, grounds.towns
    town = np.array([rng.choice(towns.rows, p=towns.weight / towns.weight.sum())])
    lon, lat = scatter(rng, places.lon[town], places.lat[town], np.array([5_000.0]))
    n, lasts = int(rng.integers(25, 51)), float(rng.uniform(21, 60))
    first = plan.days - lasts - float(rng.uniform(3, 60) if number % 3 == 0 else rng.uniform(60, plan.days - 200))
    substance = _CLUSTERED[number % len(_CLUSTERED)]
    at = scatter(rng, np.repeat(lon, n), np.repeat(lat, n), np.full(n, _CLUSTER_M))
    scenes = _scenes(at, town[0], owner="SBI", substance=substance, conveyance="premises")
    truth: dict[str, Fact] = {
        "town": places.codes[town[0]],
        "lon": round(float(lon[0]), 5),
        "lat": round(float(lat[0]), 5),
        "radius_m": _CLUSTER_M,
        "from": plan.day(int(first)).isoformat(),
        "to": plan.day(int(first + lasts) + 1).isoformat(),
        "substance": substance,
    }
    return _One("seizure_cluster", Loads(scenes, first + np.sort(rng.random(n)) * lasts, np.full(n, np.nan)), truth)


def _probe(rng: np.random.Generator, plan: Plan, grounds: Grounds, number: int) -> _One:
    """Five to eight loads of less than a pound in a row at one crossing, then a big one of the same substance."""
    places, crossings = grounds.places, grounds.busy["crossing"]
    row = int(crossings.draw(rng, 1)[0])
    while places.codes[row] == CROSSING.code:
        row = int(crossings.draw(rng, 1)[0])
    small = int(rng.integers(5, 9))
    gaps = np.append(rng.uniform(2, 6, small - 1), rng.uniform(1, 5))
    last = plan.days - float(rng.uniform(2, 50) if number % 3 == 0 else rng.uniform(60, plan.days - 120))
    days = last - np.append(np.cumsum(gaps[::-1])[::-1], 0.0)
    kilograms = np.append(rng.uniform(0.03, 0.45, small), rng.uniform(150, 900)).round(3)
    substance = _PROBED_WITH[number % len(_PROBED_WITH)]
    n = small + 1
    at = scatter(rng, np.full(n, places.lon[row]), np.full(n, places.lat[row]), np.full(n, _CROSSING_M))
    scenes = _scenes(at, row, owner="NTF", substance=substance, conveyance="vehicle")
    truth: dict[str, Fact] = {
        "crossing": places.codes[row],
        "substance": substance,
        "small": small,
        "from": plan.day(int(days[0])).isoformat(),
        "big_on": plan.day(int(last)).isoformat(),
        "big_kg": float(kilograms[-1]),
    }
    return _One("probing", Loads(scenes, days, kilograms), truth)


def _surge(rng: np.random.Generator, plan: Plan, grounds: Grounds) -> _One:
    """Fentanyl in loads above 5 kg at three ports of one coast: a few each quarter, then many at one of them."""
    places = grounds.places
    quarters = _quarters(plan.until, SURGE_QUARTERS)
    loads = []
    for code, (usual, last) in SURGE.items():
        row = places.find("port", code)
        for number, (since, until) in enumerate(quarters):
            n = plan.count(last if number == len(quarters) - 1 else usual)
            begin, end = ((day - plan.day(0)).days for day in (since, until))
            at = scatter(rng, np.full(n, places.lon[row]), np.full(n, places.lat[row]), np.full(n, _PORT_M))
            scenes = _scenes(at, row, owner="NTF", substance="fentanyl", conveyance="vehicle")
            route = next(i for i, one in enumerate(ROUTES) if one.name == _SURGE_ROUTE)
            days, kilograms = begin + np.sort(rng.random(n)) * (end - begin), np.exp(rng.uniform(1.7, 4.0, n)).round(1)
            loads.append(Loads(replace(scenes, route=np.full(n, route)), days, kilograms))
    truth: dict[str, Fact] = {
        "ports": list(SURGE),
        "grew_at": max(SURGE, key=lambda code: SURGE[code][1]),
        "coast": "pacific",
        "substance": "fentanyl",
        "least_kg": 5,
        "from": quarters[-1][0].isoformat(),
        "to": quarters[-1][1].isoformat(),
    }
    return _One("surge", join_loads(loads), truth)


def _quarters(until: date, n: int) -> list[tuple[date, date]]:
    """The last n whole quarters of the calendar before a day, the oldest first; each ends before its second date."""
    whole = until.year * 4 + (until.month - 1) // 3
    starts = [date(number // 4, number % 4 * 3 + 1, 1) for number in range(whole - n, whole + 1)]
    return list(pairwise(starts))


def join_loads(parts: Sequence[Loads]) -> Loads:
    """Several sets of loads as one."""
    return Loads(
        join_scenes([one.scenes for one in parts]),
        np.concatenate([one.days for one in parts]),
        np.concatenate([one.kilograms for one in parts]),
    )


def _scenes(
    at: tuple[FloatArray, FloatArray], near: int, *, owner: str, substance: str, conveyance: str
) -> Scenes:  # fmt: skip
    lon, lat = at
    n = len(lon)
    return Scenes(
        lon,
        lat,
        np.full(n, near),
        np.zeros(n, np.bool_),
        np.full(n, CODES.index(owner)),
        np.full(n, BY_CODE[substance].id),
        np.full(n, CONVEYANCES.index(conveyance)),
        np.full(n, NOWHERE),
        np.full(n, NOWHERE),
        np.full(n, -1),
    )
