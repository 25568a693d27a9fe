"""Encounters: two craft that lie side by side at sea.

Tracks are read off every ten minutes, between fixes that are at most an hour apart; two craft within `apart_m` at the
same ten minutes are adjacent. Adjacent stretches of the same two with less than `merge_s` between them are one event.
What moves at three times the limit is not looked at: two that keep together at speed travel, they do not meet. Nor is a
craft paired with more than MOST_BESIDE others of one group at once: where so many lie side by side is a harbour, listed
or not. Groups are labels: what is found of two craft must not depend on others that their readers may not see.
"""

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from watchfloor.geo.compiled import compiled
from watchfloor.geo.harbours import NO_HARBOURS, Harbours
from watchfloor.geo.sphere import EARTH_RADIUS_M, lon_lat
from watchfloor.geo.track_events import ENCOUNTER, Events
from watchfloor.geo.track_fixes import Fixes, FloatArray, IntArray
from watchfloor.geo.track_marks import KNOT_MS

EVERY_S: Final = 600.0
MOST_STEP_S: Final = 3600.0
MOST_BESIDE: Final = 10
_TIMES_FASTER: Final = 3.0


@dataclass(frozen=True, slots=True)
class EncounterRule:
    """When two craft meet: within apart_m for least_s in all, at a median below slow_kn, from_port_m from any port."""

    name: str
    apart_m: float
    least_s: float
    slow_kn: float
    from_port_m: float
    merge_s: float
    source: str


ENCOUNTER_GFW: Final = EncounterRule(
    "gfw",
    apart_m=500.0,
    least_s=2 * 3600.0,
    slow_kn=2.0,
    from_port_m=10_000.0,
    merge_s=4 * 3600.0,
    source="Global Fishing Watch, pipe-encounters: 0.5 km, 120 min, median below 2 kn, 10 km from port, merged in 4 h",
)
ENCOUNTER_NEAR_SHORE: Final = EncounterRule(
    "near-shore",
    apart_m=500.0,
    least_s=1800.0,
    slow_kn=4.0,
    from_port_m=5_000.0,
    merge_s=3600.0,
    source="ours: a bale changes boats in half an hour, under way at 4 kn if need be, and closer to land",
)


class _Seen(NamedTuple):
    """Places read off the tracks, shape (m,): number of the ten minutes, fix, unit vector (m, 3), pace in knots."""

    slot: IntArray
    fix: IntArray
    place: FloatArray
    pace: FloatArray


class _Who(NamedTuple):
    """Of each fix: what tells its craft from others, and the group that it is counted in."""

    identity: IntArray
    group: IntArray


@compiled
def _slots_between(fixes: Fixes, metres: FloatArray, i: int, most_kn: float) -> tuple[int, int]:
    """First slot and the one after the last of the step that ends at fix i; none if it is too long or too fast."""
    seconds = fixes.at_s[i] - fixes.at_s[i - 1]
    if np.isnan(metres[i]) or seconds > MOST_STEP_S or metres[i] > most_kn * KNOT_MS * seconds:
        return 0, 0
    return int(np.ceil(fixes.at_s[i - 1] / EVERY_S)), int(np.ceil(fixes.at_s[i] / EVERY_S))


@compiled
def _unit(lon: float, lat: float) -> tuple[float, float, float]:
    lam, phi = np.radians(lon), np.radians(lat)
    return np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)


@compiled
def _read_off(fixes: Fixes, metres: FloatArray, most_kn: float) -> _Seen:
    n = 0
    for i in range(1, len(metres)):
        first, end = _slots_between(fixes, metres, i, most_kn)
        n += end - first
    seen = _Seen(np.empty(n, np.int64), np.empty(n, np.int64), np.empty((n, 3)), np.empty(n))
    k = 0
    for i in range(1, len(metres)):
        first, end = _slots_between(fixes, metres, i, most_kn)
        seconds = max(fixes.at_s[i] - fixes.at_s[i - 1], 1.0)
        for slot in range(first, end):
            share = (slot * EVERY_S - fixes.at_s[i - 1]) / seconds
            x0, y0, z0 = _unit(fixes.lon[i - 1], fixes.lat[i - 1])
            x1, y1, z1 = _unit(fixes.lon[i], fixes.lat[i])
            x, y, z = x0 + share * (x1 - x0), y0 + share * (y1 - y0), z0 + share * (z1 - z0)
            size = np.sqrt(x * x + y * y + z * z)
            seen.place[k, 0], seen.place[k, 1], seen.place[k, 2] = x / size, y / size, z / size
            seen.slot[k], seen.fix[k], seen.pace[k] = slot, i, metres[i] / seconds / KNOT_MS
            k += 1
    return seen


@compiled
def _adjacent(seen: _Seen, who: _Who, chord: float, room: IntArray, apart_m: FloatArray) -> int:
    """Rows of every two craft within a chord of each other; `seen` in order of slot, then height over the equator.

    As many as there is room for are written, all are counted.
    """
    n, beside = 0, np.zeros(int(who.group.max()) + 1 if len(who.group) else 1, np.int64)
    for i in range(len(seen.slot)):
        n_before = n
        for j in range(i + 1, len(seen.slot)):
            # neither can come closer than the difference of their heights
            if seen.slot[j] != seen.slot[i] or seen.place[j, 2] - seen.place[i, 2] > chord:
                break
            dx, dy = seen.place[j, 0] - seen.place[i, 0], seen.place[j, 1] - seen.place[i, 1]
            dz = seen.place[j, 2] - seen.place[i, 2]
            square = dx * dx + dy * dy + dz * dz
            group = who.group[seen.fix[j]]
            if square > chord * chord or who.identity[seen.fix[i]] == who.identity[seen.fix[j]]:
                continue
            if beside[group] == MOST_BESIDE:
                continue
            if n < len(room):
                room[n, 0], room[n, 1] = i, j
                apart_m[n] = np.sqrt(square) * EARTH_RADIUS_M
            n += 1
            beside[group] += 1
        if n > n_before:
            beside[:] = 0
    return n


def encounters(
    fixes: Fixes,
    metres: FloatArray,
    rule: EncounterRule,
    ports: Harbours = NO_HARBOURS,
    *,
    identity: IntArray | None = None,
    group: IntArray | None = None,
) -> Events:
    """Encounters of clean fixes; metres: from `steps_m`.

    identity: of each fix, shape (n,), the same number for craft that are one and the same, which meets nobody by
    itself; as the craft if not given. group: of each fix, from 0 on, as said above.
    """
    who = _Who(fixes.craft if identity is None else identity, np.zeros_like(fixes.craft) if group is None else group)
    seen = _at_sea(_read_off(fixes, metres, rule.slow_kn * _TIMES_FASTER), rule, ports)
    order = np.lexsort((seen.place[:, 2], seen.slot))
    seen = _taken(seen, order)
    chord = rule.apart_m / EARTH_RADIUS_M
    n = _adjacent(seen, who, chord, np.empty((0, 2), np.int64), np.empty(0))
    pairs, apart = np.empty((n, 2), np.int64), np.empty(n)
    _adjacent(seen, who, chord, pairs, apart)
    both = np.sort(fixes.craft[seen.fix[pairs]], axis=1)
    return _events(seen, np.column_stack([pairs, both]), apart, rule, ports)


def _at_sea(seen: _Seen, rule: EncounterRule, ports: Harbours) -> _Seen:
    away = ports.nearest(*lon_lat(seen.place), within_m=rule.from_port_m)[1]
    return _taken(seen, np.flatnonzero(np.isinf(away)))


def _taken(seen: _Seen, rows: IntArray) -> _Seen:
    return _Seen(seen.slot[rows], seen.fix[rows], seen.place[rows], seen.pace[rows])


def _events(seen: _Seen, met: IntArray, apart: FloatArray, rule: EncounterRule, ports: Harbours) -> Events:
    """met: rows of `seen` and craft of every two, shape (n, 4)."""
    pairs, both = met[:, :2], met[:, 2:]
    slot = seen.slot[pairs[:, 0]]
    order = np.lexsort((slot, both[:, 1], both[:, 0]))
    pairs, apart, both, slot = pairs[order], apart[order], both[order], slot[order]
    begins = np.ones(len(slot), np.bool_)
    begins[1:] = (both[1:] != both[:-1]).any(axis=1) | (np.diff(slot) * EVERY_S > rule.merge_s)
    first = np.flatnonzero(begins)
    last = np.append(first[1:], len(slot))[: len(first)] - 1
    paces = seen.pace[pairs].max(axis=1)
    medians = _medians(np.column_stack([paces, apart]), first, last)
    kept = ((slot[last] - slot[first]) * EVERY_S >= rule.least_s) & (medians[:, 0] < rule.slow_kn)
    first, last, medians = first[kept], last[kept], medians[kept]
    lon, lat = lon_lat(_sums(seen.place[pairs].sum(axis=1), first, last))
    away = ports.nearest(lon, lat)[1]
    evidence = {
        "hours": (slot[last] - slot[first]) * EVERY_S / 3600.0,
        "samples": (last - first + 1).astype(np.float64),
        "median_kn": medians[:, 0],
        "median_apart_m": medians[:, 1],
        "port_m": np.where(np.isfinite(away), away, np.nan),
    }
    times = (slot[first] * EVERY_S, slot[last] * EVERY_S)
    return Events(ENCOUNTER, rule.name, both[first, 0], both[first, 1], *times, lon, lat, evidence)


def _medians(numbers: NDArray[np.float64], first: IntArray, last: IntArray) -> FloatArray:
    """The median of each column within each run, shape (runs, columns)."""
    runs = zip(first.tolist(), last.tolist(), strict=True)
    return np.array([np.median(numbers[a : b + 1], axis=0) for a, b in runs]).reshape(len(first), numbers.shape[1])


def _sums(vectors: FloatArray, first: IntArray, last: IntArray) -> FloatArray:
    total = np.concatenate([np.zeros((1, 3)), np.cumsum(vectors, axis=0)])
    return np.asarray(total[last + 1] - total[first])
