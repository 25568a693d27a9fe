"""Stops: a craft that stays where it is, told from one that is slow by how far it gets.

A stop begins with a fix below `begin_kn`, and ends before the first fix above `end_kn` or beyond `radius_m` of where it
began, or with a silence of more than `gap_s`. Two thresholds, since a moored craft's speed flickers.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from watchfloor.geo.compiled import compiled
from watchfloor.geo.harbours import NO_HARBOURS, Harbours
from watchfloor.geo.track_events import NOBODY, STOP, Events
from watchfloor.geo.track_fixes import Fixes, FloatArray, IntArray, distance_between


@dataclass(frozen=True, slots=True)
class StopRule:
    """When a craft is stopped; least_s: how long at least for an event."""

    name: str
    begin_kn: float
    end_kn: float
    radius_m: float
    gap_s: float
    least_s: float
    source: str


STOP_GFW: Final = StopRule(
    "gfw",
    begin_kn=0.2,
    end_kn=0.5,
    radius_m=4_000.0,
    gap_s=4 * 3600.0,
    least_s=0.0,
    source="Global Fishing Watch, pipe-anchorages: stopped below 0.2 kn, moving above 0.5 kn, exit 4 km, port gap 4 h",
)
STOP_NEAR_SHORE: Final = StopRule(
    "near-shore",
    begin_kn=0.5,
    end_kn=1.0,
    radius_m=500.0,
    gap_s=6 * 3600.0,
    least_s=1800.0,
    source="ours: a drifting or anchored small craft swings at up to a knot; 500 m holds an anchor's swing, no drift",
)


@compiled
def _runs(fixes: Fixes, paces: NDArray[np.float32], limits: tuple[float, float, float, float], runs: IntArray) -> int:
    begin_kn, end_kn, radius_m, gap_s = limits
    n, start = 0, -1
    for i in range(len(paces)):
        if start >= 0:
            stays = fixes.craft[i] == fixes.craft[start] and not paces[i] > end_kn
            if stays and fixes.at_s[i] - fixes.at_s[i - 1] <= gap_s:
                away = distance_between(fixes.lon[start], fixes.lat[start], fixes.lon[i], fixes.lat[i])
                stays = away <= radius_m
            else:
                stays = False
            if not stays:
                runs[n, 0], runs[n, 1] = start, i - 1
                n, start = n + 1, -1
        if start < 0 and paces[i] < begin_kn:
            start = i
    if start >= 0:
        runs[n, 0], runs[n, 1] = start, len(paces) - 1
        n += 1
    return n


def runs_of(fixes: Fixes, paces: NDArray[np.float32], rule: StopRule) -> tuple[IntArray, IntArray]:
    """First and last row of every stop, shape (s,) each, in order; also of those shorter than the rule's least."""
    room = np.empty((len(paces), 2), np.int64)
    n = _runs(fixes, paces, (rule.begin_kn, rule.end_kn, rule.radius_m, rule.gap_s), room)
    return room[:n, 0].copy(), room[:n, 1].copy()


def stops(fixes: Fixes, paces: NDArray[np.float32], rule: StopRule, ports: Harbours = NO_HARBOURS) -> Events:
    """Stops of clean fixes, two of them at least; paces: from `paces_kn`."""
    first, last = runs_of(fixes, paces, rule)
    kept = (last > first) & (fixes.at_s[last] - fixes.at_s[first] >= rule.least_s)
    first, last = first[kept], last[kept]
    lon, lat, radius = middles(fixes, first, last)
    away = ports.nearest(lon, lat)[1]
    evidence = {
        "hours": (fixes.at_s[last] - fixes.at_s[first]) / 3600.0,
        "fixes": (last - first + 1).astype(np.float64),
        "radius_m": radius,
        "port_m": np.where(np.isfinite(away), away, np.nan),
    }
    nobody = np.full(len(first), NOBODY)
    times = (fixes.at_s[first], fixes.at_s[last])
    return Events(STOP, rule.name, fixes.craft[first], nobody, *times, lon, lat, evidence)


def middles(fixes: Fixes, first: IntArray, last: IntArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Mean place of the fixes of each run, degrees, and metres to the farthest of them; shape (s,) each."""
    middle = _means(fixes, first, last)
    return middle[:, 0], middle[:, 1], middle[:, 2]


@compiled
def _means(fixes: Fixes, first: IntArray, last: IntArray) -> FloatArray:
    found = np.zeros((len(first), 3))
    for k in range(len(first)):
        x = y = z = 0.0
        for i in range(first[k], last[k] + 1):
            lam, phi = np.radians(fixes.lon[i]), np.radians(fixes.lat[i])
            x += np.cos(phi) * np.cos(lam)
            y += np.cos(phi) * np.sin(lam)
            z += np.sin(phi)
        lon, lat = np.degrees(np.arctan2(y, x)), np.degrees(np.arctan2(z, np.sqrt(x * x + y * y)))
        radius = 0.0
        for i in range(first[k], last[k] + 1):
            radius = max(radius, distance_between(lon, lat, fixes.lon[i], fixes.lat[i]))
        found[k, 0], found[k, 1], found[k, 2] = lon, lat, radius
    return found
