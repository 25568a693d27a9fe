"""A bucket: tracks of one security label in one stretch of time, as bytes that are read where they lie.

Levels for wide views and pieces for close ones, one after the other, behind a table of contents of 64-bit numbers. A
bucket is never copied into memory as a whole: a tile is a binary search for its blocks and a walk over their entries.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Final, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from watchfloor.geo.track_areas import Areas, Digests, add_areas, areas_in, areas_of, nowhere
from watchfloor.geo.track_entries import Level
from watchfloor.geo.track_inland import on_land_among
from watchfloor.geo.track_levels import MEASURES, TOP_ZOOM, levels
from watchfloor.geo.track_pieces import Pieces, joined, no_pieces
from watchfloor.geo.track_reasons import KINDS
from watchfloor.geo.track_sums import merged

type Bytes = NDArray[np.uint8]
type Levels = Mapping[tuple[int, int], Level]

# "wftrack" and the number of this layout
MAGIC: Final = 0x7766_7472_6163_6B07
HEAD: Final = 128
N_FIXES: Final = 1
SIZE: Final = 2
LEVELS_AT: Final = 8
# of a level: its blocks, how many, starts, pixels, counts
PER_LEVEL: Final = 5
PIECES_AT: Final = LEVELS_AT + len(MEASURES) * (TOP_ZOOM + 1) * PER_LEVEL
# areas of the world with anything drawn: numbers, how many, digests
AREAS_AT: Final = PIECES_AT + 2 + len(Pieces._fields)
ON_LAND: Final = AREAS_AT + 3
# positions that cleaning has marked, by reason
LEFT_OUT_AT: Final = HEAD - KINDS
_PADDING: Final = np.zeros(8, np.uint8)
ZOOMS: Final = tuple(range(TOP_ZOOM + 1))


def slot_of(zoom: int, measure: int) -> int:
    """Where the table of contents tells of a level."""
    return LEVELS_AT + (measure * (TOP_ZOOM + 1) + zoom) * PER_LEVEL


def levels_of(made_of: Pieces, zooms: Collection[int] = ZOOMS) -> dict[tuple[int, int], Level]:
    """Levels of these zooms, by zoom and measure."""
    of_measure = [levels(made_of, zooms, measure) for measure in MEASURES]
    return {(zoom, measure): of_measure[measure][zoom] for zoom in zooms for measure in MEASURES}


class Told(NamedTuple):
    """What a bucket says of all it holds: positions, those that cleaning has marked by reason, those on land, areas."""

    n_fixes: int
    left_out: NDArray[np.int64]
    on_land: int
    areas: Areas

    @classmethod
    def of(cls, made_of: Pieces) -> Self:
        """As the pieces say."""
        return cls(made_of.n_fixes, made_of.left_out, on_land_among(made_of), areas_of(made_of))


def packed(levels: Levels, made_of: Pieces, told: Told | None = None) -> list[Bytes]:
    """The parts of a bucket, to be written one after the other; told: if not as the pieces say."""
    told = told or Told.of(made_of)
    head = np.zeros(HEAD, np.int64)
    head[LEFT_OUT_AT:] = told.left_out
    head[0], head[N_FIXES], head[ON_LAND] = MAGIC, told.n_fixes, told.on_land
    parts: list[Bytes] = [head.view(np.uint8)]
    at = head.nbytes

    def put(column: NDArray[np.generic]) -> int:
        nonlocal at
        begun = at
        parts.append(np.ascontiguousarray(column).view(np.uint8))
        if column.nbytes % 8:
            parts.append(_PADDING[column.nbytes % 8 :])
        at += -(-column.nbytes // 8) * 8
        return begun

    for (zoom, measure), one in levels.items():
        slot = slot_of(zoom, measure)
        head[slot : slot + PER_LEVEL] = (
            put(one.blocks),
            len(one.blocks),
            put(one.starts),
            put(one.pixels),
            put(one.counts),
        )
    first = (
        np.flatnonzero(np.append(True, made_of.bins[1:] != made_of.bins[:-1]))
        if len(made_of.bins)
        else np.zeros(0, int)
    )
    starts = np.append(first, len(made_of.bins)).astype(np.uint32)
    head[PIECES_AT : PIECES_AT + 3] = (put(made_of.bins[first]), len(first), put(starts))
    head[PIECES_AT + 3 : PIECES_AT + 3 + len(made_of) - 1] = [put(column) for column in made_of[1:]]
    head[AREAS_AT : AREAS_AT + 3] = (put(told.areas.numbers), len(told.areas.numbers), put(told.areas.digests))
    head[SIZE] = at
    return parts


def bucket_of(made_of: Pieces, zooms: Collection[int] = ZOOMS) -> Bytes:
    """A bucket in memory; of no use for zooms up to TOP_ZOOM other than these."""
    return sealed(np.concatenate(packed(levels_of(made_of, zooms), made_of)))


def sealed(bucket: Bytes) -> Bytes:
    """The bytes, not to be written any more."""
    bucket.flags.writeable = False
    return bucket


def is_whole(bucket: Bytes) -> bool:
    """Whether these bytes are a bucket of this layout, to its end."""
    if bucket.size < HEAD * 8:
        return False
    head = bucket[: HEAD * 8].view(np.int64)
    return bool(head[0] == MAGIC and head[SIZE] == bucket.size)


def fixes_in(bucket: Bytes) -> int:
    """Positions in a bucket, marked ones included."""
    return int(bucket[: HEAD * 8].view(np.int64)[N_FIXES])


def left_out_in(bucket: Bytes) -> NDArray[np.int64]:
    """Positions in a bucket that cleaning has marked, by reason; its head is enough."""
    return bucket[: HEAD * 8].view(np.int64)[LEFT_OUT_AT:]


def on_land_in(bucket: Bytes) -> int:
    """Positions of vessels on land in a bucket, which are drawn like others; its head is enough."""
    return int(bucket[: HEAD * 8].view(np.int64)[ON_LAND])


def level_in(bucket: Bytes, zoom: int, measure: int) -> Level:
    """A level of a bucket, where it lies."""
    head = bucket[: HEAD * 8].view(np.int64)
    blocks, n, starts, pixels, counts = (int(at) for at in head[slot_of(zoom, measure) :][:PER_LEVEL])
    begun = _column(bucket, starts, 2 * (n + 1), np.uint32)
    once, entries = int(begun[n]), int(begun[-1])
    return Level(
        _column(bucket, blocks, n, np.uint32),
        begun,
        _column(bucket, pixels, entries, np.uint16),
        _column(bucket, counts, entries - once, np.uint16),
    )


def pieces_in(bucket: Bytes) -> Pieces:
    """The pieces of a bucket: all columns but the bins are where they lie."""
    head = bucket[: HEAD * 8].view(np.int64)
    bins, n, starts, *columns = (int(at) for at in head[PIECES_AT : PIECES_AT + 2 + len(Pieces._fields)])
    begun = _column(bucket, starts, n + 1, np.uint32)
    kinds = [column.dtype for column in no_pieces()[1:]]
    own = (_column(bucket, at, int(begun[-1]), kind) for at, kind in zip(columns, kinds, strict=True))
    return Pieces._make([np.repeat(_column(bucket, bins, n, np.uint32), np.diff(begun)), *own])


def digests_in(buckets: Iterable[Bytes]) -> Digests:
    """What buckets hold together in each area of the world."""
    world = nowhere()
    for bucket in buckets:
        numbers, n, digests = (int(at) for at in bucket[: HEAD * 8].view(np.int64)[AREAS_AT:][:3])
        add_areas(_column(bucket, numbers, n, np.uint32), _column(bucket, digests, n, np.uint64), world)
    return world


def union(buckets: list[Bytes], *, keeps_pieces: bool) -> list[Bytes]:
    """The parts of the bucket of several stretches of time of one label."""
    made_of = joined([pieces_in(one) for one in buckets]) if keeps_pieces else no_pieces()
    levels = {
        (zoom, measure): merged([level_in(one, zoom, measure) for one in buckets])
        for zoom in ZOOMS
        for measure in MEASURES
    }
    left_out = np.sum([left_out_in(one) for one in buckets], axis=0)
    told = Told(sum(map(fixes_in, buckets)), left_out, sum(map(on_land_in, buckets)), areas_in(digests_in(buckets)))
    return packed(levels, made_of, told)


def _column[Kind: np.generic](bucket: Bytes, at: int, n: int, kind: "np.dtype[Kind] | type[Kind]") -> NDArray[Kind]:
    found: NDArray[Kind] = bucket[at : at + n * np.dtype(kind).itemsize].view(kind)
    return found
