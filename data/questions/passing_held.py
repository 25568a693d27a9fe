"""Which craft were heard at a point, from derived tracks: as many positions as lie there, not as many as may be read.

Derived tracks say where and when positions lie and under which number of a craft. Who that is says the store alone,
under the rights of this very transaction, and so it does of the positions on which the answer hangs: those by the rim
of the reach, and of each craft that is shown the nearest.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple, Self

import numpy as np
import psycopg
from numpy.typing import NDArray
from psycopg.rows import TupleRow

from watchfloor.data.questions.records import rows_of
from watchfloor.data.statements import statement
from watchfloor.data.tracks.view import Moments, TrackView
from watchfloor.geo.disc import Disc
from watchfloor.geo.passing import Passed
from watchfloor.geo.sorting import order_of
from watchfloor.geo.track_nearness import Near, Reach, metres_of, reach_of

# as many as memory goes through in some hundredths of a second
MOST_HELD: Final = 200_000
# more than these are looked up by key only where positions stand on each other
MOST_BY_KEY: Final = 2_000
_SECOND_BITS: Final = 32

type Connection = psycopg.Connection[TupleRow]
type Keys = NDArray[np.int64]


class Held(NamedTuple):
    """Positions in a reach, shape (n,) each: craft, seconds since 1970, metres."""

    craft: NDArray[np.int64]
    at_s: NDArray[np.int64]
    metres: NDArray[np.float64]

    @property
    def keys(self) -> Keys:
        """Craft and second as one number."""
        return self.craft << _SECOND_BITS | self.at_s

    def joined(self, other: "Held") -> "Held":
        """These and those."""
        return Held._make(np.concatenate(columns) for columns in zip(self, other, strict=True))

    def taken(self, which: NDArray[np.bool_] | NDArray[np.int64]) -> "Held":
        """Some of them."""
        return Held._make(column[which] for column in self)


@dataclass(frozen=True, slots=True)
class _ByKey:
    """Positions of the store; by key how far off."""

    held: Held
    metres: dict[int, list[float]]

    @classmethod
    def read(cls, connection: Connection, keys: Keys, disc: Disc) -> Self:
        """Those of these keys that lie in the disc."""
        crafts, seconds = keys >> _SECOND_BITS, (keys & ((1 << _SECOND_BITS) - 1)).tolist()
        given = {
            "crafts": crafts.tolist(),
            "sinces": [datetime.fromtimestamp(second, UTC) for second in seconds],
            "untils": [datetime.fromtimestamp(second + 1, UTC) for second in seconds],
            "lon": disc.lon,
            "lat": disc.lat,
        }
        rows = connection.execute(statement("fixes_at"), given, prepare=True, binary=True).fetchall()
        rows = [row for row in rows if row[2] <= disc.radius_m]
        craft, second, metres = zip(*rows, strict=True) if rows else ((),) * 3
        held = Held(np.array(craft, np.int64), np.array(second, np.int64), np.array(metres, np.float64))
        by_key: dict[int, list[float]] = {}
        for key, far in zip(held.keys.tolist(), metres, strict=True):
            by_key.setdefault(key, []).append(far)
        return cls(held, by_key)


class Around(NamedTuple):
    """What lies about a point: positions, of how large a disc, and whether even that holds more than these."""

    held: Held
    disc: Disc
    is_cut: bool


def held_around(connection: Connection, view: TrackView, discs: Sequence[Disc], period_s: Moments) -> Around | None:
    """Of the first of these discs that does not hold too many, else of the last; None where tracks cannot say."""
    for disc in discs:
        reach = reach_of(disc, period_s, MOST_HELD)
        if reach is None:
            return None
        near = view.positions_near(reach)
        is_cut = len(near.craft) > MOST_HELD
        if is_cut and disc is discs[-1]:
            # counts are at least so many: who lies by the rim need not be asked
            return Around(_held(near.taken(near.far <= reach.surely)), disc, is_cut=True)
        if not is_cut:
            held = _held_in(connection, near, reach, disc)
            return None if held is None else Around(held, disc, is_cut=False)
    return None


def _held_in(connection: Connection, near: Near, reach: Reach, disc: Disc) -> Held | None:
    """Those of these positions that lie in the disc; None if too many lie by its rim to be looked up."""
    held = _held(near)
    keys = held.keys
    by_rim = np.unique(keys[near.far > reach.surely])
    if len(by_rim) > MOST_BY_KEY:
        return None
    if not len(by_rim):
        return held
    return held.taken(~np.isin(keys, by_rim)).joined(_ByKey.read(connection, by_rim, disc).held)


def _held(near: Near) -> Held:
    return Held(near.craft.astype(np.int64), near.at_s.astype(np.int64), metres_of(near.far))


class Known(NamedTuple):
    """A craft in a reach, and the second of its nearest position there."""

    passed: Passed
    nearest_s: int

    @property
    def key(self) -> int:
        """Of its nearest position."""
        return self.passed.craft << _SECOND_BITS | self.nearest_s


class Counted(NamedTuple):
    """Positions in a reach by craft, shape (n,) each: how many, seconds of the first and last, of the nearest too."""

    craft: NDArray[np.int64]
    n: NDArray[np.int64]
    first_s: NDArray[np.int64]
    last_s: NDArray[np.int64]
    metres: NDArray[np.float64]
    nearest_s: NDArray[np.int64]

    @classmethod
    def of(cls, held: Held) -> Self:
        """Counted, the nearest craft first."""
        craft, at_s, metres = held.taken(order_of(held.craft.astype(np.uint32)))
        starts = np.flatnonzero(np.diff(craft, prepend=-1))
        n = np.diff(np.append(starts, len(craft)))
        ends = np.minimum.reduceat(at_s, starts), np.maximum.reduceat(at_s, starts)
        least = np.minimum.reduceat(metres, starts)
        nearest = np.flatnonzero(metres == np.repeat(least, n))
        nearest = nearest[np.searchsorted(nearest, starts)]
        found = (craft[starts], n, *ends, least, at_s[nearest])
        order = np.lexsort((found[0], least))
        return cls._make(column[order] for column in found)


def by_craft(
    connection: Connection, held: Held, titles: Mapping[int, str], at_most: int
) -> tuple[list[Known], list[tuple[str, int]]]:
    """Craft of these positions that the reader may see: the nearest, and of all others category and positions."""
    if not len(held.craft):
        return [], []
    counted = Counted.of(held)
    rows = rows_of(connection, "crafts_of", {"crafts": counted.craft.tolist(), "known_at": None})
    known = {row.id: row for row in rows}
    told = [row for row in zip(*(column.tolist() for column in counted), strict=True) if row[0] in known]
    shown = [Known(_passed(known[number], of, titles), second) for number, *of, second in told[:at_most]]
    return shown, [(known[number].category, n) for number, n, *_ in told[at_most:]]


def confirmed(connection: Connection, shown: Sequence[Known], disc: Disc) -> list[Passed] | None:
    """The same craft as near as the store has their nearest positions; None if it lacks one of these.

    No other of a craft is looked up: each lies on a page of its own, most of them on the disk.
    """
    if not shown:
        return []
    store = _ByKey.read(connection, np.unique([one.key for one in shown]), disc)
    if not {one.key for one in shown} <= store.metres.keys():
        return None
    found = [replace(one.passed, nearest_m=min(store.metres[one.key])) for one in shown]
    return sorted(found, key=_nearness)


def _nearness(one: Passed) -> tuple[float, int]:
    return one.nearest_m or 0.0, one.craft


def _passed(row: Any, of: Sequence[Any], titles: Mapping[int, str]) -> Passed:
    n, first_s, last_s, nearest_m = of
    return Passed(
        craft=row.id,
        kind=row.kind,
        identifier=row.identifier,
        name=row.name,
        category=row.category,
        label=titles[row.label_id],
        n=n,
        first=datetime.fromtimestamp(first_s, UTC),
        last=datetime.fromtimestamp(last_s, UTC),
        nearest_m=nearest_m,
    )
