"""Who was where, when and how often, and who was beside whom: from fixes as arrays, without any IO."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from watchfloor.geo.disc import Disc
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.sphere import EARTH_RADIUS_M, distance_m, vectors
from watchfloor.geo.track_lines import FASTEST_M_S, GAP_S

type FloatArray = NDArray[np.float64]
type IntArray = NDArray[np.int64]
type BoolArray = NDArray[np.bool_]

ABSENCE_S: Final = 3600
"""A craft that was not heard in a place for longer than this has left it and come again."""

_PAIRS_AT_ONCE: Final = 2_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Visits:
    """Stays of craft, shape (n,) each, by craft and time.

    first_s, last_s: seconds since 1970 of the first and the last fix; n: fixes; nearest_m: NaN where not asked for.
    """

    craft: IntArray
    first_s: IntArray
    last_s: IntArray
    n: IntArray
    nearest_m: FloatArray


@dataclass(frozen=True, slots=True)
class Nearness:
    """How near two craft must be to be beside each other: metres apart, and minutes between their fixes.

    The defaults are an assumption, stated where they are used. Raises BadQuestion.
    """

    distance_m: float = 1_000.0
    minutes: float = 10.0

    def __post_init__(self) -> None:
        if not (1.0 <= self.distance_m <= 20_000.0 and 0.0 < self.minutes <= 180.0):
            raise BadQuestion("beside means 1 to 20,000 metres and up to 180 minutes apart")

    @property
    def seconds(self) -> float:
        """The minutes in seconds."""
        return self.minutes * 60.0


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """Fixes, shape (n,) each: craft, seconds since 1970, EPSG:4326 degrees."""

    craft: IntArray
    at_s: IntArray
    lon: FloatArray
    lat: FloatArray

    def __len__(self) -> int:
        return len(self.at_s)

    def chosen(self, which: BoolArray | IntArray) -> "Heard":
        """Some of them."""
        return Heard(self.craft[which], self.at_s[which], self.lon[which], self.lat[which])

    def in_order(self) -> "Heard":
        """The same by craft and time."""
        return self.chosen(np.lexsort((self.at_s, self.craft)))


def visits(heard: Heard, nearest_m: FloatArray | None = None, absence_s: int = ABSENCE_S) -> Visits:
    """Stays of each craft: fixes in the order of craft and time, cut where it was away for longer than `absence_s`."""
    if len(heard) == 0:
        nobody = np.zeros(0, np.int64)
        return Visits(nobody, nobody, nobody, nobody, np.zeros(0))
    cut = (np.diff(heard.craft) != 0) | (np.diff(heard.at_s) > absence_s)
    start = np.concatenate([[0], np.flatnonzero(cut) + 1])
    n = np.diff(np.append(start, len(heard)))
    far = np.full(len(heard), np.nan) if nearest_m is None else nearest_m
    return Visits(
        craft=heard.craft[start],
        first_s=heard.at_s[start],
        last_s=heard.at_s[start + n - 1],
        n=n.astype(np.int64),
        nearest_m=np.minimum.reduceat(far, start),
    )


def apart_m(own: Heard, others: Heard, seconds: float) -> FloatArray:
    """Metres from each of the others' fixes to the nearest own fix of at most so many seconds before or after.

    own: in the order of time. Shape (len(others),); infinite where no own fix is that near in time.
    """
    nearest = np.full(len(others), np.inf)
    first = np.searchsorted(own.at_s, others.at_s - seconds, side="left")
    n = np.searchsorted(own.at_s, others.at_s + seconds, side="right") - first
    own_v, other_v = vectors(own.lon, own.lat), vectors(others.lon, others.lat)
    # in parts of some million pairs: memory stays flat however dense a harbour is
    parts = np.flatnonzero(np.diff(np.cumsum(n) // _PAIRS_AT_ONCE, prepend=0))
    for index in np.split(np.arange(len(others)), parts):
        count = n[index]
        if not count.sum():
            continue
        pair = np.repeat(index, count)
        within = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
        metres = distance_m(own_v[np.repeat(first[index], count) + within], other_v[pair])
        np.minimum.at(nearest, pair, metres)
    return nearest


def meetings(own: Heard, others: Heard, nearness: Nearness) -> Visits:
    """How often and when others were beside a craft.

    A meeting is a stay of fixes of the other, each within `distance_m` of a fix of the own craft that was heard at
    most `minutes` before or after; it ends when there was none for ABSENCE_S. own: in the order of time.
    """
    far = apart_m(own, others, nearness.seconds)
    near = far <= nearness.distance_m
    order = np.lexsort((others.at_s[near], others.craft[near]))
    return visits(others.chosen(near).chosen(order), far[near][order])


@dataclass(frozen=True, slots=True, eq=False)
class Hops:
    """Steps from one fix of a craft to its next, shape (n,) each: the craft, both seconds, metres from a point."""

    craft: IntArray
    from_s: IntArray
    to_s: IntArray
    metres: FloatArray

    def chosen(self, which: BoolArray) -> "Hops":
        """Some of them."""
        return Hops(self.craft[which], self.from_s[which], self.to_s[which], self.metres[which])


def hops_near(heard: Heard, disc: Disc) -> Hops:
    """Steps that pass through a disc, each along the great circle: gaps and impossible hops are none.

    heard: in the order of craft and time, none of them farther than a quarter of the Earth's girth from the disc.
    """
    east, north = _tangent(heard.lon, heard.lat, disc)
    step_s = np.diff(heard.at_s)
    towards = vectors(heard.lon, heard.lat)
    is_way = (np.diff(heard.craft) == 0) & (step_s > 0) & (step_s < GAP_S)
    is_way &= distance_m(towards[:-1], towards[1:]) <= FASTEST_M_S * step_s
    metres = _from_origin(east[:-1], north[:-1], np.diff(east), np.diff(north))
    near = np.flatnonzero(is_way & (metres <= disc.radius_m))
    return Hops(heard.craft[near], heard.at_s[near], heard.at_s[near + 1], metres[near])


def _tangent(lon: FloatArray, lat: FloatArray, disc: Disc) -> tuple[FloatArray, FloatArray]:
    """Metres east and north of a disc's middle on the plane that touches there, where great circles are straight."""
    turned, up, middle = np.radians(lon - disc.lon), np.radians(lat), np.radians(disc.lat)
    ahead = np.sin(middle) * np.sin(up) + np.cos(middle) * np.cos(up) * np.cos(turned)
    ahead = np.maximum(ahead, 1e-6)
    north = (np.cos(middle) * np.sin(up) - np.sin(middle) * np.cos(up) * np.cos(turned)) / ahead
    return EARTH_RADIUS_M * np.cos(up) * np.sin(turned) / ahead, EARTH_RADIUS_M * north


def _from_origin(x: FloatArray, y: FloatArray, dx: FloatArray, dy: FloatArray) -> FloatArray:
    """Distance of the origin to each piece of a line."""
    share = np.clip(-(x * dx + y * dy) / np.maximum(dx**2 + dy**2, 1e-9), 0.0, 1.0)
    return np.asarray(np.hypot(x + share * dx, y + share * dy))
