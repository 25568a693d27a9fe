"""The way of one craft as a line: cut at gaps, whole across the antimeridian, simplified to each zoom."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from watchfloor.geo.crs import HALF_TURN_M, to_mercator
from watchfloor.geo.sphere import distance_m, vectors

type FloatArray = NDArray[np.float64]
type IntArray = NDArray[np.int64]
type BoolArray = NDArray[np.bool_]

GAP_S: Final = 6 * 3600
"""A silence as long as this is a gap: it is drawn dashed."""

FASTEST_M_S: Final = 350.0
"""A hop faster than this is no voyage and not drawn."""

MOST_SENT: Final = 50_000
FINEST_ZOOM: Final = 17
_TILE_PIXELS: Final = 256
_ERROR_PX: Final = 0.5
_KNOTS_PER_M_S: Final = 1.943844


@dataclass(frozen=True, slots=True, eq=False)
class TrackLine:
    """A way in the order of time, shape (n,) each.

    at_s: seconds since 1970. x, y: EPSG:3857 metres, running on across the antimeridian. speed_kn: as transmitted,
    else worked out from fix to fix; NaN where neither is known. zoom: the least at which the vertex is drawn, so that
    the line of every zoom is within half a pixel of the whole. joined: how it is reached from the vertex before:
    0 not at all (the first, or an impossible hop), 1 by a line, 2 over a gap. total: fixes of which these are some.
    """

    at_s: IntArray
    x: FloatArray
    y: FloatArray
    speed_kn: FloatArray
    zoom: NDArray[np.uint8]
    joined: NDArray[np.uint8]
    total: int

    @property
    def n_gaps(self) -> int:
        """How many gaps it has."""
        return int((self.joined == OVER_GAP).sum())


@dataclass(frozen=True, slots=True, eq=False)
class CraftWay:
    """The line of a craft, with what the craft is called and its kind; a name is as hostile as its source."""

    called: str
    kind: str
    line: TrackLine


NOT_JOINED, BY_LINE, OVER_GAP = 0, 1, 2


def track_line(
    at_s: IntArray, lon: FloatArray, lat: FloatArray, speed_kn: FloatArray, *, most: int = MOST_SENT
) -> TrackLine:
    """The line through fixes in the order of time; of more than `most` every so manieth, with both ends of all legs."""
    total = len(at_s)
    joined, metres = _joined(at_s, lon, lat)
    speed_kn = _with_speed_between(speed_kn, at_s, metres, joined)
    x, y = _unbroken(lon, lat)
    kept = _thinned(joined, most)
    x, y, joined = x[kept], y[kept], joined[kept]
    return TrackLine(at_s[kept], x, y, speed_kn[kept], _least_zooms(x, y, joined), joined, total)


def _joined(at_s: IntArray, lon: FloatArray, lat: FloatArray) -> tuple[NDArray[np.uint8], FloatArray]:
    """How each fix is reached from the one before, and over how many metres."""
    joined = np.full(len(at_s), BY_LINE, np.uint8)
    towards = vectors(lon, lat)
    metres = np.append(0.0, distance_m(towards[:-1], towards[1:]))[: len(at_s)]
    step_s = np.diff(at_s, prepend=at_s[:1])
    joined[step_s >= GAP_S] = OVER_GAP
    joined[metres > FASTEST_M_S * np.maximum(step_s, 1)] = NOT_JOINED
    joined[:1] = NOT_JOINED
    return joined, metres


def _with_speed_between(
    speed_kn: FloatArray, at_s: IntArray, metres: FloatArray, joined: NDArray[np.uint8]
) -> FloatArray:
    step_s = np.diff(at_s, prepend=at_s[:1])
    with np.errstate(divide="ignore", invalid="ignore"):
        between = np.where((joined == BY_LINE) & (step_s > 0), metres / step_s * _KNOTS_PER_M_S, np.nan)
    return np.where(np.isnan(speed_kn), between, speed_kn)


def _unbroken(lon: FloatArray, lat: FloatArray) -> tuple[FloatArray, FloatArray]:
    """EPSG:3857 metres that never jump by more than half a turn."""
    x, y = to_mercator(lon, lat)
    return np.unwrap(x, period=2 * HALF_TURN_M), y


def _thinned(joined: NDArray[np.uint8], most: int) -> BoolArray:
    n = len(joined)
    if n <= most:
        return np.ones(n, np.bool_)
    kept = np.arange(n) % -(-n // most) == 0
    starts = joined != BY_LINE
    return np.asarray(kept | starts | np.append(starts[1:], True))


def _least_zooms(x: FloatArray, y: FloatArray, joined: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The least zoom at which each vertex is needed; the ends of every leg are at all.

    Each zoom is simplified from the next finer one, by a quarter of a pixel of its own: all that is lost on the way
    comes to less than half a pixel. Source: Douglas & Peucker 1973, doi:10.3138/FM57-6770-U75U-7727.
    """
    zoom = np.full(len(x), FINEST_ZOOM, np.uint8)
    starts = np.flatnonzero(joined != BY_LINE).tolist()
    for first, end in pairwise([*starts, len(x)]):
        # z carries the number of the vertex: what is left says which they were
        zoom[[first, end - 1]] = 0
        leg = np.column_stack([x[first:end], y[first:end], np.arange(first, end)])
        for level in range(FINEST_ZOOM - 1, -1, -1):
            if len(leg) <= 2:
                break
            metres = _ERROR_PX / 2 * 2 * HALF_TURN_M / _TILE_PIXELS / 2.0**level
            simpler = shapely.simplify(shapely.LineString(leg), metres, preserve_topology=False)
            leg = shapely.get_coordinates(simpler, include_z=True)
            left = leg[:, 2].astype(np.int64)
            zoom[left] = np.minimum(zoom[left], level)
    return zoom
