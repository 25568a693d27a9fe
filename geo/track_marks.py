"""What is wrong with a fix beside the other fixes of its craft: bits that mark it and never remove it.

`geo/fix_flags.py` says what one row told about itself when it was read. Marks are worked out from the whole track, can
be worked out again at any time, and are what voyages, events and derived pictures go by.

| bit | what is asked | limit, and where it comes from |
|---|---|---|
| CLOCK | earlier than the fix before it or than 1990, later than known | 1990 as at intake; 5 min more (ours) |
| OUT_OF_RANGE | latitude or longitude is no number or beyond ±90, ±180 | EPSG:4326 |
| SENTINEL | latitude 91, longitude 181; speed 102.3 kn of a vessel | ITU-R M.1371-5, "not available" |
| NULL_ISLAND | within 0.001° of 0, 0: what receivers write without a position | ours: 110 m |
| DUPLICATE | the same second as the fix before it, within the slack | ours: none sends twice in a second |
| IMPOSSIBLE_SPEED | few fixes that nothing could have reached in the time | 60 kn as at intake; in the air 750 kn |
| REPEATED_IDENTITY | many such fixes while the craft is elsewhere | ours: five or more, overlapping in time |
| SWAPPED_AXES | such a fix fits when latitude and longitude change places | beside the usable fixes around it |
| ON_LAND | a vessel 30 km or more from any water that the outlines at hand have | `geo/inland.py` (ours) |

A craft that itself tells a higher speed may be as fast as it tells and a quarter more: a go-fast boat is no error. The
slack is 500 m for a vessel and 2 km for an aircraft: half a minute between measuring and stamping at 30 and at 130 kn.
750 kn is above the fastest airliners in a jet stream (about 720 kn over ground); what is faster tells its speed.
"""

from enum import IntFlag
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from watchfloor.geo.inland import far_inland
from watchfloor.geo.sphere import distance_m, vectors
from watchfloor.geo.track_strands import STRAY, TWICE, Way, judged, strands_of

type FloatArray = NDArray[np.float64]
type BoolArray = NDArray[np.bool_]
type IntArray = NDArray[np.int64]
type MarkArray = NDArray[np.uint16]

AIRCRAFT: Final = 6
"""Number of the category "aircraft" among the categories of craft."""
KNOT_MS: Final = 1852 / 3600
VESSEL_MOST_KN, AIRCRAFT_MOST_KN, TOLD_SHARE = 60.0, 750.0, 1.25
VESSEL_SLACK_M, AIRCRAFT_SLACK_M = 500.0, 2_000.0
SPEED_UNKNOWN_KN, NO_LAT, NO_LON, NULL_DEG = 102.3, 91.0, 181.0, 0.001
FIRST_S: Final = 631_152_000.0
"""1990-01-01: before it there is neither AIS nor ADS-B."""
CLOCK_SLACK_S: Final = 300.0


class Mark(IntFlag):
    """One bit per finding; numbers are stored and never change their meaning. 0: clean."""

    DUPLICATE = 1
    IMPOSSIBLE_SPEED = 2
    ON_LAND = 4
    NULL_ISLAND = 8
    SWAPPED_AXES = 16
    REPEATED_IDENTITY = 32
    CLOCK = 64
    SENTINEL = 128
    OUT_OF_RANGE = 256


UNUSABLE: Final = Mark(511) & ~(Mark.SENTINEL | Mark.ON_LAND)
"""Marks whose fix belongs to no voyage: its place or time is not the craft's. The others only make it doubtful."""


_VERDICTS: Final = np.zeros(3, np.uint16)
_VERDICTS[STRAY], _VERDICTS[TWICE] = Mark.IMPOSSIBLE_SPEED, Mark.REPEATED_IDENTITY


def usable(marks_of: MarkArray) -> BoolArray:
    """Which fixes have a place and a time to go by, shape (n,)."""
    is_usable: BoolArray = (marks_of & np.uint16(UNUSABLE)) == 0
    return is_usable


def on_land(marks_of: MarkArray) -> int:
    """How many fixes that are kept lie on land."""
    return int(np.count_nonzero(usable(marks_of) & ((marks_of & np.uint16(Mark.ON_LAND)) != 0)))


def marks(  # noqa: PLR0917 - columns in the order in which every reader of fixes has them
    craft: ArrayLike,
    at_s: ArrayLike,
    lon: ArrayLike,
    lat: ArrayLike,
    speed_kn: ArrayLike,
    category: ArrayLike,
    *,
    known_by_s: float = np.inf,
) -> MarkArray:
    """Marks of fixes that are sorted by craft, then time; shape (n,), 0 where nothing was found.

    craft: any integers. at_s: seconds since 1970 UTC. lon, lat: EPSG:4326 degrees. speed_kn: as told, NaN if not.
    category: number of the craft's category, 6 for aircraft. known_by_s: when the fixes were known; later is no time.
    Distances are on the great circle: antimeridian and poles are nothing special. Swapped axes of a whole track look
    like a track and stay unmarked.
    """
    flies = np.asarray(category) == AIRCRAFT
    speed = np.asarray(speed_kn, np.float32)
    fast, slack = _limits(speed, flies)
    degrees = (np.asarray(lon, np.float64), np.asarray(lat, np.float64))
    way = Way(np.asarray(craft, np.int64), np.asarray(at_s, np.float64), *degrees, fast, slack, np.empty(0, np.bool_))
    found = _alone(way, speed, flies, known_by_s)
    way = way._replace(use=usable(found))
    strands = strands_of(way)
    of_strand = np.append(_VERDICTS[judged(way, strands)], (np.uint16(Mark.DUPLICATE), np.uint16(0)))
    # the two last stand for fixes of no strand: index -2 a duplicate, -1 nothing more to say
    found |= of_strand[strands.of_fix]
    _mark_swapped(found, way)
    return found


def _alone(way: Way, speed: NDArray[np.float32], flies: BoolArray, known_by_s: float) -> MarkArray:
    """What each fix shows by itself, and the time beside the one before."""
    lon, lat, at_s = way.lon, way.lat, way.at_s
    inside = (np.abs(lon) <= 180) & (np.abs(lat) <= 90)
    nowhere = (np.abs(lon) < NULL_DEG) & (np.abs(lat) < NULL_DEG)
    silent = (lat == NO_LAT) | (lon == NO_LON) | ((speed >= np.float32(SPEED_UNKNOWN_KN)) & ~flies)
    wrong_time = ~((at_s >= FIRST_S) & (at_s <= known_by_s + CLOCK_SLACK_S) & (at_s < np.inf))
    wrong_time[1:] |= (at_s[1:] < at_s[:-1]) & (way.craft[1:] == way.craft[:-1])
    found = np.zeros(len(at_s), np.uint16)
    said = (
        (~inside, Mark.OUT_OF_RANGE),
        (nowhere, Mark.NULL_ISLAND),
        (silent, Mark.SENTINEL),
        (wrong_time, Mark.CLOCK),
        (far_inland(lon, lat, ~flies), Mark.ON_LAND),
    )
    for is_so, mark in said:
        found[is_so] |= np.uint16(mark)
    return found


def _limits(speed: NDArray[np.float32], flies: BoolArray) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The most metres a second, and the slack in metres, of each fix."""
    # no limit is above twice the usual one, so nothing is lost, and nothing overflows
    sane = np.clip(speed, np.float32(0), np.float32(2 * AIRCRAFT_MOST_KN))
    told = np.where((speed < SPEED_UNKNOWN_KN) | flies, sane, np.float32(0)) * np.float32(TOLD_SHARE)
    usual = np.where(flies, np.float32(AIRCRAFT_MOST_KN), np.float32(VESSEL_MOST_KN))
    # a told speed beyond twice the usual is an error itself, not a licence to be anywhere
    most = np.fmin(np.fmax(usual, told), 2 * usual) * np.float32(KNOT_MS)
    return most, np.where(flies, np.float32(AIRCRAFT_SLACK_M), np.float32(VESSEL_SLACK_M))


def _mark_swapped(found: MarkArray, way: Way) -> None:
    """Where a fix that fits nowhere fits with its axes changed, that is said instead."""
    wanted = np.uint16(Mark.IMPOSSIBLE_SPEED | Mark.REPEATED_IDENTITY | Mark.OUT_OF_RANGE)
    suspects = np.flatnonzero(((found & wanted) != 0) & (np.abs(way.lon) <= 90) & (np.abs(way.lat) <= 180))
    clean = np.flatnonzero(usable(found))
    if not (len(suspects) and len(clean)):
        return
    turned, after = vectors(way.lat[suspects], way.lon[suspects]), np.searchsorted(clean, suspects)
    is_beside, fits = np.zeros(len(suspects), np.bool_), np.ones(len(suspects), np.bool_)
    for side in (after - 1, after):
        beside = clean[np.clip(side, 0, len(clean) - 1)]
        same = (side >= 0) & (side < len(clean)) & (way.craft[beside] == way.craft[suspects])
        away = distance_m(turned, vectors(way.lon[beside], way.lat[beside]))
        reach = way.fast[suspects] * np.abs(way.at_s[suspects] - way.at_s[beside]) + way.slack[suspects]
        is_beside |= same
        fits &= ~same | (away <= reach)
    swapped = suspects[is_beside & fits]
    found[swapped] = (found[swapped] & ~wanted) | np.uint16(Mark.SWAPPED_AXES)
