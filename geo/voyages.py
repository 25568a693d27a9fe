"""Voyages: the stretches of a track between silences, stops and changes of identity.

A voyage that ends in a stop holds the stop's fixes but the last, with which the next voyage begins: drawn as lines,
the two meet. Between two voyages parted by silence nothing is known, and no line belongs there.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from watchfloor.geo.track_fixes import Fixes, paces_kn, steps_m
from watchfloor.geo.track_marks import KNOT_MS, usable
from watchfloor.geo.track_stops import STOP_GFW, STOP_NEAR_SHORE, StopRule, runs_of

type FloatArray = NDArray[np.float64]
type IntArray = NDArray[np.int64]
type BoolArray = NDArray[np.bool_]

NO_VOYAGE: Final = -1


@dataclass(frozen=True, slots=True)
class VoyagePreset:
    """What parts voyages: a silence longer than gap_s, a step faster than most_kn, a stop by `stop` of stop_s or more.

    stop_s: inf if stops do not part.
    """

    name: str
    gap_s: float
    most_kn: float
    stop: StopRule
    stop_s: float
    source: str


GFW: Final = VoyagePreset(
    "gfw",
    gap_s=24 * 3600.0,
    most_kn=25.0,
    stop=STOP_GFW,
    stop_s=np.inf,
    source="Global Fishing Watch, gpsdio-segment matcher.py: max_hours 24, max_knots 25, buffer_hours 0.25",
)
NEAR_SHORE: Final = VoyagePreset(
    "near-shore",
    gap_s=4 * 3600.0,
    most_kn=60.0,
    stop=STOP_NEAR_SHORE,
    stop_s=3 * 3600.0,
    source="ours: small craft call for hours, not days; 4 h is the silence that Global Fishing Watch allows in port",
)
BUFFER_S: Final = 900.0
"""Added to the time between two fixes before a step is called too fast (gpsdio-segment: buffer_hours 0.25)."""


def voyages(  # noqa: PLR0917 - columns in the order in which every reader of fixes has them
    craft: ArrayLike,
    at_s: ArrayLike,
    lon: ArrayLike,
    lat: ArrayLike,
    marks: NDArray[np.uint16],
    preset: VoyagePreset = NEAR_SHORE,
    *,
    speed_kn: ArrayLike | None = None,
    identity: ArrayLike | None = None,
) -> IntArray:
    """The number of each fix's voyage, shape (n,), NO_VOYAGE (-1) for marked ones; numbers rise with craft and time.

    Columns as for `marks`, sorted by craft, then time. speed_kn: as told; without it stops go by the steps. identity:
    any number that changes when the craft tells another name, call sign or flag.
    """
    told = np.full(len(marks), np.nan, np.float32) if speed_kn is None else speed_kn
    rows = np.flatnonzero(usable(marks))
    fixes = Fixes.of(craft, at_s, lon, lat, told).take(rows)
    metres = steps_m(fixes)
    begins = np.isnan(metres) | _parted(fixes, metres, preset)
    if identity is not None:
        changing = np.asarray(identity)[rows]
        begins[1:] |= changing[1:] != changing[:-1]
    if np.isfinite(preset.stop_s):
        begins |= _after_stops(fixes, metres, preset)
    number = np.full(len(marks), NO_VOYAGE, np.int64)
    number[rows] = np.cumsum(begins) - 1
    return number


def _parted(fixes: Fixes, metres: FloatArray, preset: VoyagePreset) -> BoolArray:
    """Fixes before which the craft was silent for too long, or from elsewhere than it could have come."""
    seconds = np.diff(fixes.at_s, prepend=np.nan)
    too_fast = metres > preset.most_kn * KNOT_MS * (seconds + BUFFER_S)
    return np.asarray((seconds > preset.gap_s) | too_fast)


def _after_stops(fixes: Fixes, metres: FloatArray, preset: VoyagePreset) -> BoolArray:
    """The last fix of each stop that is long enough, unless the track ends there."""
    first, last = runs_of(fixes, paces_kn(fixes, metres), preset.stop)
    long = fixes.at_s[last] - fixes.at_s[first] >= preset.stop_s
    goes_on = np.append(fixes.craft[1:] == fixes.craft[:-1], False)
    begins = np.zeros(len(metres), np.bool_)
    begins[last[long & goes_on[last]]] = True
    return begins
