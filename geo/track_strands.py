"""Strands: the fixes under one identity, parted so that within each nothing moves faster than it can.

An ordinary craft has one strand. A position that nothing could have reached begins a second one; if more fixes go on
from there, two crafts send under one identity, or one of the two places is invented.
Idea of several open tracks per identity: Global Fishing Watch, gpsdio-segment.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from watchfloor.geo.compiled import compiled
from watchfloor.geo.sphere import EARTH_RADIUS_M

type FloatArray = NDArray[np.float64]
type IntArray = NDArray[np.int64]
type Place = tuple[float, float, float]
"""Longitude and latitude in degrees, and the cosine of the latitude."""

MANY: Final = 5
"""As many fixes make a strand that is believed; fewer are strays (gpsdio-segment: ten)."""
OPEN: Final = 4
"""Strands of one craft that are followed at a time; the least believed gives way."""
STALE_S: Final = 12 * 3600.0
"""A strand that others have outlived by so long is followed no more: by then a craft may have come there honestly."""
NONE: Final = -1
DUPLICATE: Final = -2
STRAY: Final = 1
TWICE: Final = 2


class Way(NamedTuple):
    """Fixes in order of craft and time, shape (n,) each: metres a second at most, slack in metres, and which to use."""

    craft: IntArray
    at_s: FloatArray
    lon: FloatArray
    lat: FloatArray
    fast: NDArray[np.float32]
    slack: NDArray[np.float32]
    use: NDArray[np.bool_]


class Strands(NamedTuple):
    """of_fix: strand of each fix, NONE or DUPLICATE, shape (n,). n, first, last (rows): per strand, shape (s,)."""

    of_fix: NDArray[np.int32]
    n: IntArray
    first: IntArray
    last: IntArray


@compiled
def _away_m(lon: float, lat: float, cosine: float, place: FloatArray) -> float:
    """Metres on the great circle to the place of a strand: haversine, cheap where it is close."""
    d_lat, d_lon = np.radians(lat - place[1]), np.radians(lon - place[0])
    if abs(d_lat) < 1e-3 and abs(d_lon) < 1e-3:
        return EARTH_RADIUS_M * float(np.sqrt(d_lat * d_lat + cosine * place[2] * d_lon * d_lon))
    half = np.sin(d_lat / 2) ** 2 + cosine * place[2] * np.sin(d_lon / 2) ** 2
    return 2 * EARTH_RADIUS_M * float(np.arcsin(min(1.0, np.sqrt(half))))


class _Open(NamedTuple):
    """The strands of a craft that are followed: time and place of their last fix, and how many they have."""

    last_s: FloatArray
    places: FloatArray
    n: IntArray


@compiled
def _goes_on(at_s: float, place: Place, limits: tuple[float, float], opened: _Open) -> int:
    """Which open strand a fix goes on from: a believed one before others, then the nearest; NONE if it fits none."""
    last_s, places, n = opened
    best, best_m, newest = NONE, np.inf, last_s.max()
    for s in range(len(last_s)):
        if last_s[s] == -np.inf or last_s[s] < newest - STALE_S:
            continue
        away = _away_m(place[0], place[1], place[2], places[s])
        if away > limits[0] * (at_s - last_s[s]) + limits[1]:
            continue
        if best == NONE or (n[s] >= MANY, -away) > (n[best] >= MANY, -best_m):
            best, best_m = s, away
    return best


@compiled
def _slot(last_s: FloatArray, n: IntArray) -> int:
    """Where a new strand goes: the least believed of the open ones, the oldest of those."""
    best = 0
    for s in range(1, len(last_s)):
        if (n[s] >= MANY, last_s[s]) < (n[best] >= MANY, last_s[best]):
            best = s
    return best


@compiled
def _follow(way: Way, found: Strands) -> int:
    """Fills the strands, whose arrays have room for one per fix; the answer is how many there are."""
    name, opened = (
        np.zeros(OPEN, np.int64),
        _Open(np.full(OPEN, -np.inf), np.zeros((OPEN, 3)), np.zeros(OPEN, np.int64)),
    )
    last_s, places, open_n = opened
    strands, craft = 0, 0
    for i in range(len(way.craft)):
        if not way.use[i]:
            continue
        if strands == 0 or way.craft[i] != craft:
            craft = way.craft[i]
            last_s[:] = -np.inf
            open_n[:] = 0
        at_s, place = way.at_s[i], (way.lon[i], way.lat[i], np.cos(np.radians(way.lat[i])))
        s = _goes_on(at_s, place, (way.fast[i], way.slack[i]), opened)
        if s != NONE and last_s[s] == at_s:
            found.of_fix[i] = DUPLICATE
            continue
        if s == NONE:
            s = _slot(last_s, open_n)
            name[s], open_n[s] = strands, 0
            found.first[strands] = i
            strands += 1
        last_s[s], places[s, 0], places[s, 1], places[s, 2] = at_s, place[0], place[1], place[2]
        open_n[s] += 1
        found.of_fix[i], found.n[name[s]], found.last[name[s]] = name[s], open_n[s], i
    return strands


def strands_of(way: Way) -> Strands:
    """The strands of all crafts, numbered in the order in which they begin."""
    n = len(way.craft)
    # room for a strand per fix: what is not written takes no memory
    room = Strands(np.full(n, NONE, np.int32), *(np.zeros(n, np.int64) for _ in range(3)))
    strands = _follow(way, room)
    return Strands(room.of_fix, *(column[:strands].copy() for column in room[1:]))


@compiled
def judged(way: Way, found: Strands) -> NDArray[np.uint8]:
    """STRAY, TWICE or neither (0) of each strand, shape (s,).

    The longest strand of a craft is always believed. Of two that overlap in time the shorter is the repeated one; a
    strand that begins when the other has ended is the craft itself, at a place that it cannot have sailed to.
    """
    verdict = np.zeros(len(found.n), np.uint8)
    start = 0
    while start < len(found.n):
        craft, end, longest = way.craft[found.first[start]], start, start
        while end < len(found.n) and way.craft[found.first[end]] == craft:
            longest = end if found.n[end] > found.n[longest] else longest
            end += 1
        kept = -1
        for s in range(start, end):
            if found.n[s] < MANY and s != longest:
                verdict[s] = STRAY
            elif kept >= 0 and found.first[s] < found.last[kept]:
                lesser = s if found.n[s] <= found.n[kept] else kept
                verdict[lesser] = TWICE
                kept = s if lesser == kept else kept
            else:
                kept = s
        start = end
    return verdict
