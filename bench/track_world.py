"""Invented positions of craft in any number: on real lanes, at anchor off real ports, a few of which have most traffic.

Streamed label for label from one seed, so that a hundred million take no more memory than one label's share.
"""

from collections.abc import Iterator
from functools import cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from watchfloor.data.exercise.charts import Way, sea_routes
from watchfloor.data.exercise.lanes import Lane, line
from watchfloor.data.exercise.places import Places
from watchfloor.geo.track_pieces import Positions

LABELS: Final = 30
CATEGORIES: Final = 5
FIRST_S: Final = 1_735_689_600
"""2025-01-01."""
DAYS: Final = 365
PER_CRAFT: Final = 5_000
STEP_S: Final = 600
MOORED: Final = 0.35
LANES: Final = 160

type Floats = NDArray[np.float64]


class Craft(NamedTuple):
    """How one craft goes: its lane, speed, first second, place at the start, and how far it keeps off the line."""

    lane: int
    metres_s: float
    first_s: int
    start_m: float
    off_deg: float


@cache
def lanes() -> tuple[Lane, ...]:
    """Lanes between ports; a few ports stand at the end of most of them, as in life."""
    places = Places.shipped()
    ports = places.of_kind("port")
    rng = np.random.default_rng(5)
    weight = 1.0 / np.arange(1, len(ports) + 1)
    ends = rng.choice(rng.permutation(ports), (LANES * 2, 2), p=weight / weight.sum())
    pairs = [(int(a), int(b)) for a, b in ends if a != b][:LANES]
    asked = [Way(places.lon[a], places.lat[a], places.lon[b], places.lat[b]) for a, b in pairs]
    found = [np.array(points) for points in sea_routes(asked)]
    return tuple(line(np.unwrap(points[:, 0], period=360), points[:, 1]) for points in found if len(points) > 2)


def positions(n: int, label: int, seed: int = 1) -> Positions:
    """The share of one of LABELS labels in n positions, by craft and time; craft are numbered throughout."""
    rng = np.random.default_rng((seed, label))
    crafts = max(1, n // PER_CRAFT // LABELS)
    per = n // LABELS // crafts
    parts = [_track(rng, per) for _ in range(crafts)]
    lon, lat, at_s = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    craft = np.repeat(np.arange(crafts), per) + label * 1_000_000
    category = np.repeat(rng.choice(CATEGORIES, crafts, p=(0.5, 0.2, 0.15, 0.1, 0.05)), per).astype(np.int16)
    silent = np.concatenate([[0], np.diff(at_s) > 6 * 3600])
    voyage = np.cumsum(np.concatenate([[0], np.diff(craft) != 0]) + silent)
    return Positions(lon, lat, at_s, craft, category, voyage, np.zeros(len(at_s), np.uint16))


def labels(n: int, seed: int = 1) -> Iterator[tuple[int, Positions]]:
    """All labels of n positions, one after the other."""
    for label in range(1, LABELS + 1):
        yield label, positions(n, label, seed)


def _track(rng: np.random.Generator, n: int) -> tuple[Floats, Floats, NDArray[np.int64]]:
    """Longitudes, latitudes and seconds of one craft: to and fro on a lane, moored at its ends."""
    lane = lanes()[int(rng.zipf(1.3)) % len(lanes())]
    speed = rng.uniform(4.0, 10.0)
    at_s = FIRST_S + int(rng.integers(0, max(1, DAYS * 86_400 - n * STEP_S))) + np.arange(n) * STEP_S
    at_s = at_s + rng.integers(0, STEP_S // 2, n)
    # a lane there and back, with a stay at each end
    stay = MOORED / (1 - MOORED) * lane.length_m
    cycle = 2 * (lane.length_m + stay)
    way = (rng.uniform(0, cycle) + speed * (at_s - at_s[0])) % cycle
    back = way > cycle / 2
    way = np.minimum(np.where(back, way - cycle / 2, way), lane.length_m)
    along = np.where(back, lane.length_m - way, way)
    lon, lat = lane.at(along)
    moored = (along <= 0) | (along >= lane.length_m)
    spread = np.where(moored, 0.004, 0.02) * rng.normal(1.0, 0.2)
    wobble = np.cumsum(rng.normal(0, 0.15, (2, n)), axis=1) % 8 - 4
    lon = (lon + np.where(moored, rng.normal(0, spread), np.abs(wobble[0]) * spread / 2) + 180) % 360 - 180
    return lon, lat + np.where(moored, rng.normal(0, spread), np.abs(wobble[1]) * spread / 2), at_s
