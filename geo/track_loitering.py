"""Loitering: a craft under no way in open water, hour after hour.

The steps of a track are gathered by the hour in which they end; an hour in which the craft made less than `slow_kn` on
average is slow, and slow hours one after the other are one event, as Global Fishing Watch does it.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from watchfloor.geo.compiled import compiled
from watchfloor.geo.harbours import NO_HARBOURS, Harbours
from watchfloor.geo.sphere import distance_m, vectors
from watchfloor.geo.track_events import LOITERING, NOBODY, Events
from watchfloor.geo.track_fixes import Fixes, FloatArray, IntArray
from watchfloor.geo.track_marks import KNOT_MS
from watchfloor.geo.track_stops import middles


@dataclass(frozen=True, slots=True)
class LoiteringRule:
    """When slowness is loitering: below slow_kn for least_s, from_port_m from the nearest port at least.

    gap_s: a silence that ends it. least_kn: the least mean speed along the track, for what makes less lies at anchor.
    least_radius_m, most_radius_m: how far the farthest fix lies from the middle.
    """

    name: str
    slow_kn: float
    least_s: float
    from_port_m: float
    gap_s: float
    least_kn: float
    least_radius_m: float
    most_radius_m: float
    source: str


LOITERING_GFW: Final = LoiteringRule(
    "gfw",
    slow_kn=2.0,
    least_s=4 * 3600.0,
    from_port_m=37_040.0,
    gap_s=24 * 3600.0,
    least_kn=0.0,
    least_radius_m=0.0,
    most_radius_m=np.inf,
    source="Global Fishing Watch, pipe-loitering: hours below 2 kn; 20 nm from shore, 4 h (studies of carriers)",
)
LOITERING_NEAR_SHORE: Final = LoiteringRule(
    "near-shore",
    slow_kn=2.0,
    least_s=2 * 3600.0,
    from_port_m=15_000.0,
    gap_s=4 * 3600.0,
    least_kn=0.3,
    least_radius_m=300.0,
    most_radius_m=20_000.0,
    source="ours: outside the 15 km that count as in port; within 300 m or below 0.3 kn a craft lies at anchor",
)
_HOUR_S: Final = 3600.0


@compiled
def _slow_runs(fixes: Fixes, metres: FloatArray, slow_kn: float, gap_s: float, room: IntArray) -> int:
    """Rows between which whole hours are slow, in order; `room` has one row for each fix."""
    n, start, first, i = 0, -1, 0, 1
    while i < len(metres):
        first = i - 1
        if np.isnan(metres[i]) or fixes.at_s[i] - fixes.at_s[first] > gap_s:
            if start >= 0:
                room[n, 0], room[n, 1] = start, first
                n, start = n + 1, -1
            i += 1
            continue
        hour, way = fixes.at_s[i] // _HOUR_S, 0.0
        while i < len(metres) and fixes.at_s[i] // _HOUR_S == hour:
            if np.isnan(metres[i]) or fixes.at_s[i] - fixes.at_s[i - 1] > gap_s:
                break
            way += metres[i]
            i += 1
        seconds = fixes.at_s[i - 1] - fixes.at_s[first]
        is_slow = way < slow_kn * KNOT_MS * seconds
        if is_slow and start < 0:
            start = first
        elif not is_slow and start >= 0:
            room[n, 0], room[n, 1] = start, first
            n, start = n + 1, -1
    if start >= 0:
        room[n, 0], room[n, 1] = start, len(metres) - 1
        n += 1
    return n


def loitering(fixes: Fixes, metres: FloatArray, rule: LoiteringRule, ports: Harbours = NO_HARBOURS) -> Events:
    """Loitering of clean fixes; metres: from `steps_m`."""
    room = np.empty((len(metres), 2), np.int64)
    runs = room[: _slow_runs(fixes, metres, rule.slow_kn, rule.gap_s, room)]
    seconds = fixes.at_s[runs[:, 1]] - fixes.at_s[runs[:, 0]]
    runs = runs[seconds >= rule.least_s]
    lon, lat, radius = middles(fixes, runs[:, 0], runs[:, 1])
    away = ports.nearest(lon, lat)[1]
    ways = np.nan_to_num(metres).cumsum()
    gone, seconds = (column[runs[:, 1]] - column[runs[:, 0]] for column in (ways, fixes.at_s))
    kept = (radius >= rule.least_radius_m) & (radius <= rule.most_radius_m) & (away >= rule.from_port_m)
    kept &= gone >= rule.least_kn * KNOT_MS * seconds
    first, last, place, gone = runs[kept, 0], runs[kept, 1], (lon[kept], lat[kept]), gone[kept]
    times = (fixes.at_s[first], fixes.at_s[last])
    ends = (vectors(fixes.lon[rows], fixes.lat[rows]) for rows in (first, last))
    evidence = {
        "hours": (times[1] - times[0]) / 3600.0,
        "fixes": (last - first + 1).astype(np.float64),
        "mean_kn": gone / np.maximum(times[1] - times[0], 1.0) / KNOT_MS,
        "way_m": gone,
        "net_m": distance_m(*ends),
        "radius_m": radius[kept],
        "port_m": np.where(np.isfinite(away[kept]), away[kept], np.nan),
    }
    nobody = np.full(len(first), NOBODY)
    return Events(LOITERING, rule.name, fixes.craft[first], nobody, *times, *place, evidence)
