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
"""How far back it is asked how often the craft was heard."""


@dataclass(frozen=True, slots=True)
class GapRule:
    """When a silence is a gap.

    least_s: its least length. times_usual: as many times as long as the usual time between fixes before it.
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
    source="ours: six times the usual time between fixes there and then tells silence from bad reception, also inshore",
)


@compiled
def _before(fixes: Fixes, paces: NDArray[np.float32], rows: IntArray) -> FloatArray:
    """Of each row: fixes in the 12 h up to it, the mean seconds between them, and the fastest pace among them."""
    found = np.full((len(rows), 3), np.nan)
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
    return found


def gaps(
    fixes: Fixes, metres: FloatArray, paces: NDArray[np.float32], rule: GapRule, ports: Harbours = NO_HARBOURS
) -> Events:
    """Gaps of clean fixes; metres, paces: from `steps_m` and `paces_kn`. A silence that has not ended is none yet."""
    seconds = np.diff(fixes.at_s, append=np.nan)
    same = np.append(fixes.craft[1:] == fixes.craft[:-1], False)
    rows = np.flatnonzero((seconds >= rule.least_s) & same)
    before = _before(fixes, paces, rows)
    number, usual_s = before[:, 0], before[:, 1]
    # a craft that was heard but once has no usual time
    enough = (number >= rule.least_before) & (seconds[rows] >= rule.times_usual * np.nan_to_num(usual_s, nan=BEFORE_S))
    rows, before = rows[enough], before[enough]
    away = ports.nearest(fixes.lon[rows], fixes.lat[rows])[1]
    far = away >= rule.from_port_m
    rows, before, away = rows[far], before[far], away[far]
    return _events(fixes, rule, rows, np.column_stack([before, metres[rows + 1], away]))


def _events(fixes: Fixes, rule: GapRule, rows: IntArray, numbers: FloatArray) -> Events:
    starts, ends = fixes.at_s[rows], fixes.at_s[rows + 1]
    fixes_before, usual_s, fastest_kn, far, away = numbers.T
    evidence = {
        "to_lon": fixes.lon[rows + 1],
        "to_lat": fixes.lat[rows + 1],
        "hours": (ends - starts) / 3600.0,
        "distance_m": far,
        "implied_kn": far / (ends - starts) / KNOT_MS,
        "fixes_before": fixes_before,
        "usual_s": usual_s,
        "fastest_kn": fastest_kn,
        "port_m": np.where(np.isfinite(away), away, np.nan),
    }
    nobody = np.full(len(rows), NOBODY)
    return Events(GAP, rule.name, fixes.craft[rows], nobody, starts, ends, fixes.lon[rows], fixes.lat[rows], evidence)
