"""Tracks of one question as one reader may see them: counts on the pixels of any tile, from files and the store."""

import threading
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from watchfloor.geo.played_steps import HOUR_S
from watchfloor.geo.track_areas import digest_under
from watchfloor.geo.track_bucket import Bytes, bucket_of, digests_in, left_out_in, on_land_in, pieces_in
from watchfloor.geo.track_counting import CATEGORIES, EVER, Canvas, Look, Place, Wanted, blank, count, shelf
from watchfloor.geo.track_inland import on_land_among
from watchfloor.geo.track_levels import POSITIONS, TOP_ZOOM
from watchfloor.geo.track_nearness import Near, Reach, days_near, put_near
from watchfloor.geo.track_pieces import AT_FIX, Pieces
from watchfloor.geo.track_reasons import KINDS, none_left_out

# the eight categories without what cleaning has marked, and all sixteen
SOUND: Final = 0x00FF
RAW: Final = 0xFFFF
_SCALE_ZOOM: Final = 2
# close up few pixels are passed often: with less than this for full light all tracks would look alike
LEAST_MOST: Final = 16
# a scale goes up by a quarter at a time (ISO 3, R 10), so that what comes in somewhere does not change all pictures
_RUNGS: Final = (1.0, 1.25, 1.6, 2.0, 2.5, 3.15, 4.0, 5.0, 6.3, 8.0)

type Moments = tuple[int, int]
# of days: how many the store tells of, their positions and versions added up, and whose labels they are
type Told = tuple[int, int, int, tuple[int, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class TrackView:
    """What is drawn for one question and one set of labels.

    stamp: another whenever a picture could be another. n_fixes: positions that the period has, n_drawn: those of them
    that are in the picture. built_s: when the newest of its files was listed (seconds since 1970; 0: none was used).
    whole, close: buckets with all they hold, for wide and close views. cut: buckets of which only the period counts,
    seconds since 1970 from and until. held_bytes: memory that they take; files are mapped and take none. told: what the
    store told of the days from the one before the period to the one after it.
    """

    stamp: str
    n_fixes: int
    n_drawn: int
    built_s: float
    whole: list[Bytes]
    close: list[Bytes]
    cut: list[Bytes]
    period_s: Moments
    held_bytes: int
    told: Told = (0, 0, 0, ())
    _made: dict[object, Any] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def tile(self, place: Place, measure: int, categories: int = SOUND, *, ring: int = 0) -> Canvas:
        """Counts on a tile, and on a ring of pixels around it, shape (16, pixels): category, and row after row."""
        canvas = blank(ring)
        ever = Look(place, Wanted(measure, categories, *EVER), ring)
        if place.z <= TOP_ZOOM:
            count(self._shelf("whole", self.whole), ever, canvas)
            count(self._thin(place.z), ever, canvas)
        else:
            count(self._shelf("close", self.close), ever, canvas)
            own = Look(place, Wanted(measure, categories, *self.period_s), ring)
            count(self._shelf("cut", self.cut), own, canvas)
        return canvas

    def lying_on(self, place: Place) -> str:
        """Another whenever passages on a tile, or on the pixels beside its edges, could be others."""
        with self._lock:
            world = self._made.get("areas")
        if world is None:
            world = digests_in([*self.whole, *self.cut])
            with self._lock:
                self._made["areas"] = world
        return digest_under(world, *place)

    def by_category(self) -> NDArray[np.int64]:
        """Positions in the picture by category; from 8 on those that cleaning has marked, by reason. Shape (16,)."""
        with self._lock:
            known = self._made.get("by category")
        if known is None:
            known = self.tile(Place(0, 0, 0), POSITIONS).sum(axis=1, dtype=np.int64)
            known = np.append(known[: CATEGORIES - KINDS], self._left_out())
            with self._lock:
                self._made["by category"] = known
        counted: NDArray[np.int64] = known
        return counted

    def on_land(self) -> int:
        """Positions of vessels on land, which are drawn like others."""
        return sum(map(on_land_in, self.whole)) + sum(on_land_among(_within(one, self.period_s)) for one in self.cut)

    def busiest(self, zoom: int, measure: int, categories: int = SOUND) -> int:
        """What counts as most on one pixel of a zoom, for a scale that is the same wherever the map looks.

        Worked out on the world at a wide zoom: a lane has half as many passages on each of twice as many pixels, a
        place a quarter of the positions. Rounded up to a rung of a scale; at least LEAST_MOST.
        """
        with self._lock:
            known = self._made.get(("busiest", measure, categories))
        if known is None:
            across = range(1 << _SCALE_ZOOM)
            tiles = (self.tile(Place(_SCALE_ZOOM, x, y), measure, categories) for x in across for y in across)
            known = max(int(tile.sum(axis=0, dtype=np.int64).max()) for tile in tiles)
            with self._lock:
                self._made["busiest", measure, categories] = known
        halves = (zoom - _SCALE_ZOOM) * (2 if measure == POSITIONS else 1)
        return rung(max(LEAST_MOST, known >> halves if halves >= 0 else known << -halves))

    def between(self, period_s: Moments) -> "TrackView":
        """The same tracks in a part of the period, of which no file of a month reaches out.

        n_fixes: at most so many; of positions without a file of now nobody knows in which part they lie.
        """
        cut = [*self.close, *self.cut]
        n = sum(fixes_between(bucket, period_s) for bucket in cut)
        lacking = self.n_fixes - self.n_drawn
        return TrackView(f"{self.stamp} {period_s}", n + lacking, n, self.built_s, [], [], cut, period_s, 0)

    def per_hour(self) -> NDArray[np.int64]:
        """Positions in each hour of the period, which begins and ends with one; marked ones too."""
        since, until = self.period_s
        n = np.zeros((until - since) // HOUR_S, np.int64)
        for bucket in (*self.close, *self.cut):
            held = pieces_in(bucket)
            at_s = held.at_s[(held.at_s >= since) & (held.at_s < until) & (held.kind & AT_FIX > 0)]
            n += np.bincount((at_s - np.uint32(since)) // HOUR_S, minlength=len(n))
        return n

    def n_heard(self, step_s: int) -> int:
        """In how many steps of such a length there is a position; looks at each of them."""
        at_s = [pieces_in(bucket).at_s for bucket in (*self.close, *self.cut)]
        return len(np.unique(np.concatenate(at_s) // np.uint32(step_s))) if at_s else 0

    def near(self, reach: Reach, days: NDArray[np.bool_]) -> int:
        """Mark the days on which a position may lie in a reach; how many surely do, or more than enough of them."""
        sure = days_near(self._shelf("close", self.close), reach, days)
        return sure if sure > reach.enough else sure + days_near(self._shelf("cut", self.cut), reach, days)

    def positions_near(self, reach: Reach) -> Near:
        """Positions that may lie in a reach; one more than enough of them, if there are more."""
        found = Near.room(reach.enough + 1)
        n = put_near(self._shelf("close", self.close), reach, found, 0)
        return found.first(n if n > reach.enough else put_near(self._shelf("cut", self.cut), reach, found, n))

    def _left_out(self) -> NDArray[np.int64]:
        """Positions that cleaning has marked, by reason."""
        whole = [left_out_in(bucket) for bucket in self.whole]
        return np.sum([none_left_out(), *whole, *(left_out_between(one, self.period_s) for one in self.cut)], axis=0)

    def _shelf(self, name: str, buckets: list[Bytes]) -> Any:
        with self._lock:
            if name not in self._made:
                self._made[name] = shelf(buckets)
            return self._made[name]

    def _thin(self, zoom: int) -> Any:
        """The cut buckets as buckets of their period, for one zoom."""
        with self._lock:
            if ("thin", zoom) not in self._made:
                self._made["thin", zoom] = shelf([cut_to(bucket, self.period_s, zoom) for bucket in self.cut])
            return self._made["thin", zoom]


def rung(most: int) -> int:
    """The round number that is no less."""
    ten = 10 ** (len(str(most)) - 1)
    return next((up for step in _RUNGS if (up := int(step * ten)) >= most), 10 * ten)


def cut_to(bucket: Bytes, period_s: Moments, zoom: int) -> Bytes:
    """A bucket of what a bucket holds in a period, good for one zoom."""
    return bucket_of(_within(bucket, period_s), (zoom,))


def left_out_between(bucket: Bytes, period_s: Moments) -> NDArray[np.int64]:
    """How many positions of a bucket cleaning has marked in a period, by reason."""
    return _within(bucket, period_s).left_out


def _within(bucket: Bytes, period_s: Moments) -> Pieces:
    held = pieces_in(bucket)
    since, until = period_s
    return held.taken((held.at_s >= since) & (held.at_s < until))


def fixes_between(bucket: Bytes, period_s: Moments) -> int:
    """How many positions a bucket holds in a period."""
    held = pieces_in(bucket)
    since, until = period_s
    return int(np.count_nonzero((held.at_s >= since) & (held.at_s < until) & (held.kind & AT_FIX > 0)))
