"""Which positions lie near a point, and on which days, from pieces of tracks as they lie."""

from typing import Final, NamedTuple

import numpy as np
from numba.typed import List
from numpy.typing import NDArray

from watchfloor.geo.compiled import compiled
from watchfloor.geo.crs import MOST_LAT
from watchfloor.geo.disc import Disc
from watchfloor.geo.played_steps import DAY_S
from watchfloor.geo.sphere import EARTH_RADIUS_M, vectors
from watchfloor.geo.track_bucket import HEAD, PIECES_AT, Bytes
from watchfloor.geo.track_counting import first_from
from watchfloor.geo.track_pieces import AT_FIX, BIN_ZOOM, IN_BIN_BITS, WORLD_BITS, world

# pieces are known to 0.1 m: what is nearer or farther than this about the rim may lie on either side of it
RIM_M: Final = 0.25
_SIZE: Final = 1 << WORLD_BITS


class Reach(NamedTuple):
    """What lies about a point: haversines within which a position surely or maybe lies, and a box of world coordinates.

    centre: unit vector of the point, as in `sphere`. right: may lie beyond the world's edge, to go on there.
    since_s, until_s: seconds since 1970. enough: so many that surely lie there end the search.
    """

    centre: tuple[float, float, float]
    surely: float
    maybe: float
    left: int
    right: int
    top: int
    bottom: int
    since_s: int
    until_s: int
    enough: int


def reach_of(disc: Disc, period_s: tuple[int, int], enough: int) -> Reach | None:
    """The reach of a disc; None for one that goes where pieces do not say how far north or south they are."""
    wide = Disc(disc.lon, disc.lat, disc.radius_m + 2 * RIM_M)
    box = wide.bbox
    if box.south <= -MOST_LAT or box.north >= MOST_LAT:
        return None
    x, y = world(np.array([box.west, box.east]), np.array([box.north, box.south]))
    left, right = int(x[0]), int(x[1])
    surely, maybe = (_haversine(disc.radius_m + rim) for rim in (-RIM_M, RIM_M))
    right += _SIZE if right < left else 0
    a, b, c = vectors(np.array(disc.lon), np.array(disc.lat)).tolist()
    return Reach((a, b, c), surely, maybe, left, right, int(y[0]), int(y[1]), *period_s, enough)


class Near(NamedTuple):
    """Positions near a point, shape (n,) each: the store's number of the craft, seconds since 1970, haversines."""

    craft: NDArray[np.uint32]
    at_s: NDArray[np.uint32]
    far: NDArray[np.float64]

    @classmethod
    def room(cls, n: int) -> "Near":
        """For so many."""
        return cls(np.empty(n, np.uint32), np.empty(n, np.uint32), np.empty(n))

    def first(self, n: int) -> "Near":
        """So many of them."""
        return Near._make(column[:n] for column in self)

    def taken(self, which: NDArray[np.bool_]) -> "Near":
        """Some of them."""
        return Near._make(column[which] for column in self)


def days_near(buckets: List, reach: Reach, days: NDArray[np.bool_]) -> int:
    """Mark the days of the reach's time, shape (n,), on which a position may lie in it; how many surely do.

    Once enough do, the rest is not looked at. Positions that cleaning has marked count like all others.
    """
    return int(_look(buckets, reach, days, Near.room(0), 0)[0])


def put_near(buckets: List, reach: Reach, found: Near, n: int) -> int:
    """Write positions that may lie in the reach behind the first n that were found; how many there are then.

    Once there is no more room, the rest is not looked at.
    """
    return int(_look(buckets, reach, np.zeros(0, np.bool_), found, n)[1])


def metres_of(far: NDArray[np.float64]) -> NDArray[np.float64]:
    """Metres of haversines."""
    metres: NDArray[np.float64] = 2 * EARTH_RADIUS_M * np.arcsin(np.minimum(1.0, np.sqrt(far)))
    return metres


def _haversine(metres: float) -> float:
    return float(np.sin(metres / (2 * EARTH_RADIUS_M)) ** 2) if metres > 0 else -1.0


@compiled
def _look(buckets: List, reach: Reach, days: NDArray[np.bool_], found: Near, n_found: int) -> tuple[int, int]:
    across = 1 << BIN_ZOOM
    first, last = reach.left >> IN_BIN_BITS, reach.right >> IN_BIN_BITS
    sure = 0
    for bucket in buckets:
        head = bucket[: HEAD * 8].view(np.int64)
        n = head[PIECES_AT + 1]
        bins = bucket[head[PIECES_AT] : head[PIECES_AT] + 4 * n].view(np.uint32)
        starts = bucket[head[PIECES_AT + 2] : head[PIECES_AT + 2] + 4 * (n + 1)].view(np.uint32)
        for row in range(reach.top >> IN_BIN_BITS, (reach.bottom >> IN_BIN_BITS) + 1):
            for turn in range(2):
                least = max(first - turn * across, 0)
                most = min(last - turn * across, across - 1)
                if least > most:
                    continue
                b = first_from(bins, (row << BIN_ZOOM) | least)
                while b < n and bins[b] <= (row << BIN_ZOOM) | most:
                    span = (int(starts[b]), int(starts[b + 1]))
                    more, n_found = _of_bin(bucket, bins[b], span, reach, days, found, n_found)
                    sure += more
                    if sure > reach.enough or 0 < len(found.craft) <= n_found:
                        return sure, min(n_found, len(found.craft))
                    b += 1
    return sure, n_found


@compiled
def _far(x: int, y: int, reach: Reach) -> float:
    """The haversine of the angle to a place in world coordinates: a quarter of the chord's square."""
    lon, up = x / (1 << WORLD_BITS) * 2 * np.pi - np.pi, np.exp(np.pi * (1 - 2 * y / (1 << WORLD_BITS)))
    # of the latitude that the projection puts so high
    sine, cosine = (up - 1 / up) / (up + 1 / up), 2 / (up + 1 / up)
    a, b, c = reach.centre
    return float(((cosine * np.cos(lon) - a) ** 2 + (cosine * np.sin(lon) - b) ** 2 + (sine - c) ** 2) / 4)


@compiled
def _of_bin(  # noqa: PLR0917 - compiled code is called with what it needs, one by one
    bucket: Bytes,
    cell: int,
    span: tuple[int, int],
    reach: Reach,
    days: NDArray[np.bool_],
    found: Near,
    n_found: int,
) -> tuple[int, int]:
    head = bucket[: HEAD * 8].view(np.int64)
    first, last = span
    at = head[PIECES_AT + 3 : PIECES_AT + 10]
    x1, y1 = (
        bucket[at[2] + 2 * first : at[2] + 2 * last].view(np.uint16),
        bucket[at[3] + 2 * first : at[3] + 2 * last].view(np.uint16),
    )
    at_s = bucket[at[4] + 4 * first : at[4] + 4 * last].view(np.uint32)
    kinds = bucket[at[5] + first : at[5] + last]
    craft = bucket[at[6] + 4 * first : at[6] + 4 * last].view(np.uint32)
    west = np.int64(cell & ((1 << BIN_ZOOM) - 1)) << IN_BIN_BITS
    north = np.int64(cell >> BIN_ZOOM) << IN_BIN_BITS
    sure = 0
    for i in range(last - first):
        if not kinds[i] & AT_FIX or at_s[i] < reach.since_s or at_s[i] >= reach.until_s:
            continue
        x, y = west + x1[i], north + y1[i]
        if y < reach.top or y > reach.bottom:
            continue
        if not (reach.left <= x <= reach.right or reach.left <= x + (1 << WORLD_BITS) <= reach.right):
            continue
        far = _far(x, y, reach)
        if far <= reach.maybe:
            if len(days):
                days[(at_s[i] - reach.since_s) // DAY_S] = True
            if n_found < len(found.craft):
                found.craft[n_found], found.at_s[n_found], found.far[n_found] = craft[i], at_s[i], far
            n_found += 1
            if far <= reach.surely:
                sure += 1
    return sure, n_found
