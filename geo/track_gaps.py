"""Gaps: silences of a craft that was being heard, and the area that it could have reached meanwhile."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from watchfloor.geo.compiled import compiled
from watchfloor.geo.harbours import NO_HARBOURS, Harbours
from watchfloor.geo.track_events import GAP, NOBODY, Events
from watchfloor.geo.track_fixes import Fixes, FloatArray, IntArray
from watchfloor.geo.track_marks import KNOT_MS

BEFORE_S: Final = 12 * 3600.0
"""How far back, and on, it is asked how often the craft was heard."""


@dataclass(frozen=True, slots=True)
class GapRule:
    """When a silence is a gap.

    least_s: its least length. times_usual: as many times as long as the usual time between fixes before it, or after it
    if that is longer: a ship that moors sends far less often, and that is no silence.
    least_before: fixes in the 12 h before it. from_port_m: where it starts, metres from the nearest port at least.
    """

    name: str
    least_s: float
    times_usual: float
    least_before: int
    from_port_m: float
    source: str


GAP_GFW: Final = GapRule(
    "gfw",
    least_s=12 * 3600.0,
    times_usual=0.0,
    least_before=14,
    from_port_m=92_600.0,
    source="Welch et al. 2022, doi:10.1126/sciadv.abq2109: 12 h, 50 nm from shore, 14 positions in the 12 h before",
)
GAP_NEAR_SHORE: Final = GapRule(
    "near-shore",
    least_s=2 * 3600.0,
    times_usual=6.0,
    least_before=4,
    from_port_m=5_000.0,
    source="ours: six times the usual time between fixes tells silence from bad reception and mooring, inshore too",
)


@compiled
def _around(fixes: Fixes, paces: NDArray[np.float32], rows: IntArray) -> FloatArray:
    """Of each row: fixes in the 12 h up to it, mean seconds between them, fastest pace, mean seconds after the next."""
    found = np.full((len(rows), 4), np.nan)
    for k in range(len(rows)):
        first = last = rows[k]
        fastest = paces[last]
        while first > 0 and fixes.craft[first - 1] == fixes.craft[last]:
            if fixes.at_s[last] - fixes.at_s[first - 1] > BEFORE_S:
                break
            first -= 1
            if not fastest >= paces[first]:
                fastest = paces[first]
        found[k, 0], found[k, 2] = last - first + 1, fastest
        if last > first:
            found[k, 1] = (fixes.at_s[last] - fixes.at_s[first]) / (last - first)
        first = last = rows[k] + 1
        while last + 1 < len(paces) and fixes.craft[last + 1] == fixes.craft[first]:
            if fixes.at_s[last + 1] - fixes.at_s[first] > BEFORE_S:
                break
            last += 1
        if last > first:
            found[k, 3] = (fixes.at_s[last] - fixes.at_s[first]) / (last - first)
    return found


def gaps(
    fixes: Fixes, metres: FloatArray, paces: NDArray[np.float32], rule: GapRule, ports: Harbours = NO_HARBOURS
) -> Events:
    """Gaps of clean fixes; metres, paces: from `steps_m` and `paces_kn`. A silence that has not ended is none yet."""
    seconds = np.diff(fixes.at_s, append=np.nan)
    same = np.append(fixes.craft[1:] == fixes.craft[:-1], False)
    rows = np.flatnonzero((seconds >= rule.least_s) & same)
    around = _around(fixes, paces, rows)
    # a craft that was heard but once before it has no usual time
    usual_s = np.fmax(np.nan_to_num(around[:, 1], nan=BEFORE_S), around[:, 3])
    enough = (around[:, 0] >= rule.least_before) & (seconds[rows] >= rule.times_usual * usual_s)
    rows, around = rows[enough], around[enough]
    away = ports.nearest(fixes.lon[rows], fixes.lat[rows])[1]
    far = away >= rule.from_port_m
    rows, around, away = rows[far], around[far], away[far]
    return _events(fixes, rule, rows, np.column_stack([around, metres[rows + 1], away]))


def _events(fixes: Fixes, rule: GapRule, rows: IntArray, numbers: FloatArray) -> Events:
    starts, ends = fixes.at_s[rows], fixes.at_s[rows + 1]
    fixes_before, usual_s, fastest_kn, usual_after_s, far, away = numbers.T
    evidence = {
        "to_lon": fixes.lon[rows + 1],
        "to_lat": fixes.lat[rows + 1],
        "hours": (ends - starts) / 3600.0,
        "distance_m": far,
        "implied_kn": far / (ends - starts) / KNOT_MS,
        "fixes_before": fixes_before,
        "usual_s": usual_s,
        "usual_after_s": usual_after_s,
        "fastest_kn": fastest_kn,
        "port_m": np.where(np.isfinite(away), away, np.nan),
    }
    nobody = np.full(len(rows), NOBODY)
    return Events(GAP, rule.name, fixes.craft[rows], nobody, starts, ends, fixes.lon[rows], fixes.lat[rows], evidence)
