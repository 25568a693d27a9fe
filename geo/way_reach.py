"""Where one craft can have been over the gaps of its way, as rings on the plane of the map."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from watchfloor.geo.crs import HALF_TURN_M, from_mercator, to_mercator
from watchfloor.geo.sphere import distance_m, vectors
from watchfloor.geo.track_events import GAP, NOBODY, Events
from watchfloor.geo.track_gaps import BEFORE_S
from watchfloor.geo.track_lines import OVER_GAP, TrackLine
from watchfloor.geo.track_marks import KNOT_MS
from watchfloor.geo.track_reach import MOST_WAY_M, reach_speeds_kn, reaches

MOST_RINGS: Final = 12
"""More areas than these, of the longest gaps, would hide the way itself."""

type FloatArray = NDArray[np.float64]
type IntArray = NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class WayReach:
    """Rings one after the other, in the order of time.

    x, y: EPSG:3857 metres beside the line that they belong to, shape (n,). ends: where each ring ends, shape (k,).
    gap_from: the vertex of the line at which each gap begins, shape (k,).
    """

    x: FloatArray
    y: FloatArray
    ends: IntArray
    gap_from: IntArray


def way_reach(line: TrackLine) -> WayReach:
    """Of the longest gaps, MOST_RINGS at most; none of those that let the craft sail further than MOST_WAY_M."""
    ends = np.flatnonzero(line.joined == OVER_GAP)
    starts = ends - 1
    gaps = _gaps(line, starts, ends)
    hours = gaps.ends_s - gaps.starts_s
    telling = np.flatnonzero(reach_speeds_kn(gaps) * KNOT_MS * hours < MOST_WAY_M)
    shown = np.sort(telling[np.argsort(-hours[telling], kind="stable")[:MOST_RINGS]])
    rings = [_beside(ring, line.x[row]) for ring, row in zip(reaches(gaps.take(shown)), starts[shown], strict=True)]
    x, y = np.concatenate([np.empty((0, 2)), *rings]).T
    sizes = [len(ring) for ring in rings]
    return WayReach(x, y, np.cumsum(sizes, dtype=np.int32), starts[shown].astype(np.int32))


def _gaps(line: TrackLine, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> Events:
    lon, lat = from_mercator(line.x, line.y)
    seconds = (line.at_s[ends] - line.at_s[starts]).astype(float)
    far = distance_m(vectors(lon[starts], lat[starts]), vectors(lon[ends], lat[ends]))
    before = np.searchsorted(line.at_s, line.at_s[starts] - BEFORE_S)
    told = np.nan_to_num(line.speed_kn, nan=0.0)
    fastest = [told[first : last + 1].max() for first, last in zip(before, starts, strict=True)]
    evidence = {
        "to_lon": lon[ends],
        "to_lat": lat[ends],
        "implied_kn": far / seconds / KNOT_MS,
        "fastest_kn": np.array(fastest, np.float64),
    }
    nobody = np.full(len(starts), NOBODY)
    begins, until = line.at_s[starts].astype(float), line.at_s[ends].astype(float)
    return Events(GAP, "way", nobody, nobody, begins, until, lon[starts], lat[starts], evidence)


def _beside(ring: FloatArray, x: float) -> FloatArray:
    """A ring of degrees in metres, moved round the world to where the line is, shape (k, 2)."""
    across, up = to_mercator(ring[:, 0], ring[:, 1])
    turns = np.round((x - across.mean()) / (2 * HALF_TURN_M))
    return np.column_stack([across + turns * 2 * HALF_TURN_M, up])
