"""Where and with what a seizure happens: scenes of the background and scenes along a planted route."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Final

import numpy as np
from numpy.typing import NDArray

from watchfloor.data.exercise.grounds import Grounds, by_rank
from watchfloor.data.exercise.labels import CODES
from watchfloor.data.exercise.places import FloatArray, IntArray, Places, scatter
from watchfloor.data.exercise.rosters import NOWHERE
from watchfloor.data.exercise.routes import ROUTES, stop_rows
from watchfloor.data.exercise.waters import Waters
from watchfloor.geo import sphere
from watchfloor.geo.substances import BY_CODE

CONVEYANCES: Final = ("vessel", "vehicle", "person", "parcel", "premises")
_NEAR_M: Final = {"port": 3_000.0, "crossing": 1_200.0, "city": 9_000.0}
_WEIGHTS: Final[Mapping[str, Mapping[str, float]]] = {
    "crossing": {"methamphetamine": 30, "cocaine": 17, "fentanyl": 17, "heroin": 8, "cannabis": 15, "oxycodone": 2,
                 "tramadol": 1, "ketamine": 2, "mdma": 2, "precursor": 2, "other": 4},
    "port": {"cocaine": 50, "cannabis": 12, "methamphetamine": 12, "precursor": 10, "khat": 5, "ketamine": 5,
             "heroin": 4, "tramadol": 2},
    "city": {"fentanyl": 25, "methamphetamine": 20, "cocaine": 15, "heroin": 10, "cannabis": 12, "oxycodone": 4,
             "benzodiazepine": 4, "xylazine": 3, "mdma": 3, "lsd": 2, "ketamine": 1, "other": 1},
    "road": {"methamphetamine": 34, "cocaine": 22, "fentanyl": 16, "cannabis": 14, "heroin": 10, "other": 4},
    "sea": {"cocaine": 80, "cannabis": 16, "other": 4},
}  # fmt: skip
# chance of each agency as owner, in the order of CODES; chance of each conveyance
_OWNERS: Final = {
    "crossing": (0.75, 0.05, 0.20),
    "port": (0.30, 0.60, 0.10),
    "city": (0.30, 0.02, 0.68),
    "road": (0.35, 0.0, 0.65),
    "sea": (0.05, 0.95, 0.0),
}
_MEANS: Final = {
    "crossing": (0.0, 0.72, 0.22, 0.05, 0.01),
    "port": (0.85, 0.10, 0.03, 0.02, 0.0),
    "city": (0.0, 0.40, 0.25, 0.12, 0.23),
    "road": (0.0, 0.92, 0.08, 0.0, 0.0),
    "sea": (1.0, 0.0, 0.0, 0.0, 0.0),
}
_AT_ONCE: Final = 4_000
_SHARES: Final = {"crossing": 0.40, "port": 0.15, "city": 0.31, "road": 0.10, "sea": 0.04}


@dataclass(frozen=True, slots=True)
class Scenes:
    """Arrays of one length: the true place, the gazetteer row near it, and what is found there.

    begins, ends: gazetteer rows between which the load is said to have travelled, or NOWHERE.
    """

    lon: FloatArray
    lat: FloatArray
    near: IntArray
    at_sea: NDArray[np.bool_]
    owner: IntArray
    substance: IntArray
    conveyance: IntArray
    begins: IntArray
    ends: IntArray
    route: IntArray

    def take(self, rows: IntArray) -> "Scenes":
        """Some of the scenes, in that order."""
        return Scenes(*(getattr(self, f.name)[rows] for f in fields(self)))


def join_scenes(parts: Sequence[Scenes]) -> Scenes:
    """Several sets of scenes as one."""
    return Scenes(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Scenes)))


def noise_scenes(rng: np.random.Generator, grounds: Grounds, n: int) -> Scenes:
    """Background: busy places see most of it, and a quarter states a journey that means nothing."""
    counts = rng.multinomial(n, list(_SHARES.values()))
    return join_scenes([_noise_of(rng, grounds, *one) for one in zip(_SHARES, counts.tolist(), strict=True)])


def _noise_of(rng: np.random.Generator, grounds: Grounds, kind: str, n: int) -> Scenes:
    if kind == "sea":
        lon, lat, near = *_at_sea(rng, grounds.waters, n), np.full(n, NOWHERE)
    else:
        lon, lat, near = _spots(rng, grounds, kind, n)
    begins, ends = _journeys(rng, grounds.places, kind, near)
    return Scenes(
        lon,
        lat,
        near,
        np.full(n, kind in {"sea", "port"}),
        rng.choice(len(CODES), size=n, p=_OWNERS[kind]),
        _substances(rng, _WEIGHTS[kind], n),
        rng.choice(len(CONVEYANCES), size=n, p=_MEANS[kind]),
        begins,
        ends,
        np.full(n, -1),
    )


def _spots(rng: np.random.Generator, grounds: Grounds, kind: str, n: int) -> tuple[FloatArray, FloatArray, IntArray]:
    """True places on land, and the gazetteer row that a clerk would name for each."""
    places = grounds.places
    if kind == "road":
        lon, lat = _on_roads(rng, grounds, n)
        return lon, lat, _nearest(places, grounds.towns.rows, lon, lat)
    near = _in_towns(rng, grounds, n) if kind == "city" else grounds.busy[kind].draw(rng, n)
    return (*scatter(rng, places.lon[near], places.lat[near], np.full(n, _NEAR_M[kind])), near)


def _in_towns(rng: np.random.Generator, grounds: Grounds, n: int) -> IntArray:
    """Mostly towns at home by their size, some great cities abroad."""
    weight = grounds.towns.weight**0.75
    at_home = rng.choice(grounds.towns.rows, size=n, p=weight / weight.sum())
    return np.where(rng.random(n) < 0.85, at_home, grounds.busy["city"].draw(rng, n))


def _on_roads(rng: np.random.Generator, grounds: Grounds, n: int) -> tuple[FloatArray, FloatArray]:
    """Points near straight lines between cities at home."""
    places, part = grounds.places, rng.random(n)
    a, b = grounds.roads[rng.choice(len(grounds.roads), n, p=grounds.road_chance)].T
    lon = places.lon[a] * part + places.lon[b] * (1 - part)
    lat = places.lat[a] * part + places.lat[b] * (1 - part)
    return scatter(rng, lon, lat, np.full(n, 6_000.0))


def _substances(rng: np.random.Generator, weights: Mapping[str, float], n: int) -> IntArray:
    share = np.array(list(weights.values()), np.float64)
    return rng.choice([BY_CODE[code].id for code in weights], size=n, p=share / share.sum())


def _at_sea(rng: np.random.Generator, waters: Waters, n: int) -> tuple[FloatArray, FloatArray]:
    """Points within some tens of kilometres of lanes that ships use, away from their ends; coasts see most of it."""
    lanes = [p.lane for p in (*waters.coast, *waters.ocean[::3], *(p for way in waters.planted.values() for p in way))]
    choice = rng.choice(len(lanes), n, p=by_rank(len(lanes), 0.7))
    lon, lat = np.empty(n), np.empty(n)
    for i, lane in enumerate(lanes):
        rows = np.flatnonzero(choice == i)
        along = lane.length_m * rng.uniform(0.08, 0.92, len(rows))
        lon[rows], lat[rows] = scatter(rng, *lane.at(along), lane.room_m(along) * 6)
    return lon, lat


def _journeys(rng: np.random.Generator, places: Places, kind: str, near: IntArray) -> tuple[IntArray, IntArray]:
    n = len(near)
    other = rng.choice(places.of_kind("port" if kind in {"port", "sea"} else "city"), n)
    stated = (rng.random(n) < 0.25) & (near != NOWHERE) & (other != near)
    outbound = (rng.random(n) < 0.3) & (kind != "crossing")
    begins, ends = np.where(outbound, near, other), np.where(outbound, other, near)
    if kind == "crossing":
        begins, ends = ends, begins
    return np.where(stated, begins, NOWHERE), np.where(stated, ends, NOWHERE)


def route_scenes(rng: np.random.Generator, grounds: Grounds, index: int, n: int) -> Scenes:
    """Scenes along one planted route: at its stops and between them."""
    route, places, lane = ROUTES[index], grounds.places, grounds.routes[index]
    stops = np.array(stop_rows(places, route))
    share = _stop_shares(len(stops), route.mode)
    where = rng.choice(len(stops) + 1, size=n, p=share)
    along = lane.length_m * rng.uniform(0.03, 0.97, n)
    underway = where == len(stops)
    near = stops[np.minimum(where, len(stops) - 1)]
    kind_of = {row: route.stops[i][0] for i, row in enumerate(stops.tolist())}
    radius = np.array([_NEAR_M[kind_of[row]] for row in near.tolist()])
    stop_lon, stop_lat = scatter(rng, places.lon[near], places.lat[near], radius)
    way_lon, way_lat = scatter(
        rng, *lane.at(along), lane.room_m(along) * 3 if route.mode == "sea" else np.full(n, 2_500.0)
    )
    lon, lat = np.where(underway, way_lon, stop_lon), np.where(underway, way_lat, stop_lat)
    beside = NOWHERE if route.mode == "sea" else _nearest(places, stops, lon, lat)
    return Scenes(
        lon,
        lat,
        np.where(underway, beside, near),
        np.full(n, route.mode == "sea"),
        rng.choice(len(CODES), size=n, p=_OWNERS["port" if route.mode == "sea" else "crossing"]),
        _substances(rng, dict(route.substances), n),
        np.where(rng.random(n) < 0.93, 0 if route.mode == "sea" else 1, 2),
        np.full(n, stops[0]),
        np.full(n, stops[-1]),
        np.full(n, index),
    )


def _stop_shares(n_stops: int, mode: str) -> list[float]:
    """Chance of each stop and, last, of the way between: the first crossing, or the last port, sees most."""
    if mode == "land":
        return [0.42, *([0.18 / (n_stops - 1)] * (n_stops - 1)), 0.40]
    middle = [0.25 / max(1, n_stops - 2)] * (n_stops - 2)
    return [0.20, *middle, 0.45 if middle else 0.70, 0.10]


def _nearest(places: Places, rows: IntArray, lon: FloatArray, lat: FloatArray) -> IntArray:
    """The nearest of some rows of the gazetteer to each point."""
    offered = sphere.vectors(places.lon[rows], places.lat[rows])
    found = [
        np.argmax(sphere.vectors(lon[i : i + _AT_ONCE], lat[i : i + _AT_ONCE]) @ offered.T, axis=1)
        for i in range(0, len(lon), _AT_ONCE)
    ]
    return np.asarray(rows[np.concatenate([*found, np.empty(0, np.int64)]).astype(np.int64)])
