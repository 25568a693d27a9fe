"""Port visits: a craft that comes within reach of a port, and what shows that it called there.

A visit begins with the first fix within `entry_m` of any port and ends with the last one before the craft is beyond
`exit_m` of all of them. In between it may stop (below 0.2 kn until above 0.5 kn) or fall silent, and the more of all
this is seen, the surer the visit: 4 entry, exit and a stop or silence; 3 one of entry and exit, and a stop or silence;
2 a stop or silence alone; 1 neither.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from watchfloor.geo.compiled import compiled
from watchfloor.geo.harbours import Harbours
from watchfloor.geo.track_events import NOBODY, PORT_VISIT, Events
from watchfloor.geo.track_fixes import Fixes, FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class PortVisitRule:
    """Reach of a port in metres for coming in and going out, speeds of stopping, a silence in port, least length."""

    name: str
    entry_m: float
    exit_m: float
    begin_kn: float
    gap_s: float
    least_s: float
    least_confidence: int
    source: str


PORT_VISIT_GFW: Final = PortVisitRule(
    "gfw",
    entry_m=3_000.0,
    exit_m=4_000.0,
    begin_kn=0.2,
    gap_s=4 * 3600.0,
    least_s=0.0,
    least_confidence=2,
    source="Global Fishing Watch, pipe-anchorages: entry 3 km, exit 4 km, stopped below 0.2 kn, port gap 4 h",
)
PORT_VISIT_NEAR_SHORE: Final = PortVisitRule(
    "near-shore",
    entry_m=8_000.0,
    exit_m=10_000.0,
    begin_kn=0.5,
    gap_s=4 * 3600.0,
    least_s=1800.0,
    least_confidence=2,
    source="ours: ports are known here by one middle point, not by their berths, hence the wider reach; half an hour",
)
_STOP, _GAP, _ENTRY, _EXIT = 1, 2, 4, 8


@compiled
def _visits(
    fixes: Fixes, paces: NDArray[np.float32], away: FloatArray, limits: tuple[float, float, float], room: IntArray
) -> int:
    """First and last row and what was seen (bits) of each visit; away: metres to the nearest port, inf if far."""
    entry_m, begin_kn, gap_s = limits
    n, start, seen = 0, -1, 0
    for i in range(len(away)):
        is_first = i == 0 or fixes.craft[i] != fixes.craft[i - 1]
        if start >= 0 and (is_first or np.isinf(away[i])):
            room[n, 0], room[n, 1], room[n, 2] = start, i - 1, seen if is_first else seen | _EXIT
            n, start = n + 1, -1
        if start >= 0 and fixes.at_s[i] - fixes.at_s[i - 1] > gap_s:
            seen |= _GAP
        if start < 0 and away[i] <= entry_m:
            start, seen = i, 0 if is_first else _ENTRY
        if start >= 0 and away[i] <= entry_m and paces[i] < begin_kn:
            seen |= _STOP
    if start >= 0:
        room[n, 0], room[n, 1], room[n, 2] = start, len(away) - 1, seen
        n += 1
    return n


def port_visits(fixes: Fixes, paces: NDArray[np.float32], rule: PortVisitRule, ports: Harbours) -> Events:
    """Port visits of clean fixes; evidence `port` is the number of the nearest port in `ports`."""
    number, away = ports.nearest(fixes.lon, fixes.lat, within_m=rule.exit_m)
    room = np.empty((len(away), 3), np.int64)
    found = room[: _visits(fixes, paces, away, (rule.entry_m, rule.begin_kn, rule.gap_s), room)]
    seen = found[:, 2]
    stayed, ends = (seen & (_STOP | _GAP)) > 0, ((seen & _ENTRY) > 0).astype(int) + ((seen & _EXIT) > 0)
    sure = np.where(stayed, 2 + ends, 1)
    seconds = fixes.at_s[found[:, 1]] - fixes.at_s[found[:, 0]]
    kept = (sure >= rule.least_confidence) & (seconds >= rule.least_s)
    first, last = found[kept, 0], found[kept, 1]
    nearest = _nearest_rows(away, first, last)
    evidence = {
        "hours": seconds[kept] / 3600.0,
        "fixes": (last - first + 1).astype(np.float64),
        "confidence": sure[kept].astype(np.float64),
        "port": number[nearest].astype(np.float64),
        "port_m": away[nearest],
    }
    nobody, times = np.full(len(first), NOBODY), (fixes.at_s[first], fixes.at_s[last])
    place = (fixes.lon[nearest], fixes.lat[nearest])
    return Events(PORT_VISIT, rule.name, fixes.craft[first], nobody, *times, *place, evidence)


@compiled
def _nearest_rows(away: FloatArray, first: IntArray, last: IntArray) -> IntArray:
    rows = np.empty(len(first), np.int64)
    for k in range(len(first)):
        rows[k] = first[k] + np.argmin(away[first[k] : last[k] + 1])
    return rows
