"""Steps of tracks, cut at the borders of a fine grid: what both the pyramid and close views are drawn from.

A step leads from one position of a voyage to the next. Cut where it leaves a bin (a tile of zoom BIN_ZOOM), each piece
lies in one bin and needs two bytes for each coordinate: 1/65536 of a bin, 0.08 m at the equator. So whatever is drawn,
at any zoom, is drawn from pieces of the bins that it touches, and no piece is far from where it is kept.
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from watchfloor.geo.compiled import compiled
from watchfloor.geo.crs import MOST_LAT
from watchfloor.geo.sorting import order_of
from watchfloor.geo.track_reasons import counted

BIN_ZOOM: Final = 13
# world coordinates: whole numbers from the north-west corner, IN_BIN to a bin
IN_BIN_BITS: Final = 16
WORLD_BITS: Final = BIN_ZOOM + IN_BIN_BITS
# categories of craft take three bits; a fourth says that cleaning has marked the position
MARKED: Final = 8
CATEGORY: Final = 15
# the voyage begins here: the pixel in which the piece begins counts as entered
BEGINS: Final = 16
# the piece ends at a position, not at a border
AT_FIX: Final = 32
# the piece begins at the border of its bin, crossed from west or east, from north or south
ACROSS_X: Final = 64
ACROSS_Y: Final = 128

# a longer silence is a gap, not a line (as the published presets have it)
MOST_SILENCE_S: Final = 6 * 3600
# an aircraft that was not heard for so long has flown somewhere else meanwhile (ours)
MOST_SILENCE_OF_AIRCRAFT_S: Final = 1800
DAY_S: Final = 86_400

type Words = NDArray[np.uint16]
type Point = tuple[int, int]


class Positions(NamedTuple):
    """Positions in the order of craft and time, shape (n,) each.

    lon, lat: EPSG:4326 degrees. at_s: seconds since 1970 (UTC). category: as layers name them, 0 to 7.
    voyage: a number for each stretch to be drawn as one line, -1 for positions that cleaning has marked.
    marks: bits of `Mark`, of use where voyage is -1: why a position is left out.
    """

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    at_s: NDArray[np.int64]
    craft: NDArray[np.int64]
    category: NDArray[np.int16]
    voyage: NDArray[np.int64]
    marks: NDArray[np.uint16]


class _Way(NamedTuple):
    """World coordinates of positions, and for each the index of the one before it in its voyage, or -1."""

    x: NDArray[np.int64]
    y: NDArray[np.int64]
    before: NDArray[np.int64]


class Pieces(NamedTuple):
    """Pieces in the order of their bins, shape (n,) each.

    bins: row << BIN_ZOOM | column, rows from the north. x0, y0, x1, y1: from the bin's north-west corner.
    at_s: second since 1970 (UTC) of the position in which the step ends. craft: the store's number of whose it was.
    kind: category and flags, as named above. A marked one is a place without a way: its x0 holds its marks.
    """

    bins: NDArray[np.uint32]
    x0: Words
    y0: Words
    x1: Words
    y1: Words
    at_s: NDArray[np.uint32]
    kind: NDArray[np.uint8]
    craft: NDArray[np.uint32]

    @property
    def n_fixes(self) -> int:
        """Positions among them, marked ones included."""
        return int(np.count_nonzero(self.kind & AT_FIX))

    @property
    def left_out(self) -> NDArray[np.int64]:
        """How many of its positions cleaning has marked, by reason, as `counted` gives them."""
        return counted(self.x0[self.kind & MARKED > 0])

    def taken(self, which: NDArray[np.int64] | NDArray[np.bool_] | slice) -> "Pieces":
        """Those pieces, in that order."""
        return Pieces._make(column[which] for column in self)


def world(lon: ArrayLike, lat: ArrayLike) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """World coordinates of EPSG:4326 degrees; beyond ±85.0511 the edge of the square world."""
    size = 1 << WORLD_BITS
    turn = (np.asarray(lon, np.float64) + 180.0) / 360.0 % 1.0
    clamped = np.radians(np.clip(np.asarray(lat, np.float64), -MOST_LAT, MOST_LAT))
    down = 0.5 - np.arcsinh(np.tan(clamped)) / (2 * np.pi)
    x = np.minimum((turn * size).astype(np.int64), size - 1)
    y = np.clip((down * size).astype(np.int64), 0, size - 1)
    return x, y


def pieces(of: Positions) -> Pieces:
    """Pieces of these positions. A step over the antimeridian goes the short way round."""
    made = _cut_up(of)
    return made.taken(order_of(made.bins))


def pieces_by_day(of: Positions) -> Iterator[tuple[int, Pieces]]:
    """Pieces of each UTC day in which steps of these positions end, by days since 1970."""
    made = _cut_up(of)
    first = int(made.at_s.min(initial=2**32 - 1)) // DAY_S
    day = (made.at_s // np.uint32(DAY_S)).astype(np.int64) - first
    edges = np.append(0, np.cumsum(np.bincount(day)))
    # parted before it is sorted: a day fits where sorting is quick
    parted = _room(len(day))
    _part(made, day, edges[:-1].copy(), parted)
    for number, (begin, end) in enumerate(pairwise(edges.tolist()), first):
        if begin < end:
            of_day = parted.taken(slice(begin, end))
            yield number, of_day.taken(order_of(of_day.bins))


def no_pieces() -> Pieces:
    """None at all."""
    return _room(0)


def joined(several: list[Pieces]) -> Pieces:
    """Pieces of several sets as one, in the order of their bins."""
    whole = Pieces._make(np.concatenate(columns) for columns in zip(*several, strict=True))
    return whole.taken(order_of(whole.bins))


def _room(n: int) -> Pieces:
    bins, at_s, craft = (np.empty(n, np.uint32) for _ in range(3))
    words = [np.empty(n, np.uint16) for _ in range(4)]
    return Pieces._make([bins, *words, at_s, np.empty(n, np.uint8), craft])


def _before(voyage: NDArray[np.int64], craft: NDArray[np.int64]) -> NDArray[np.int64]:
    """As in _Way; marked positions may lie between."""
    sound = np.flatnonzero(voyage >= 0)
    before = np.full(len(voyage), -1, np.int64)
    if len(sound) > 1:
        follows = (voyage[sound[1:]] == voyage[sound[:-1]]) & (craft[sound[1:]] == craft[sound[:-1]])
        before[sound[1:][follows]] = sound[:-1][follows]
    return before


def _cut_up(of: Positions) -> Pieces:
    """Pieces in the order of the positions."""
    x, y = world(of.lon, of.lat)
    kind = of.category.astype(np.uint8) | np.where(of.voyage < 0, MARKED, 0).astype(np.uint8)
    way = _Way(x, y, _before(of.voyage, of.craft))
    made = _room(_count_pieces(way))
    _cut(way, of, kind, made)
    return made


@compiled
def _part(made: Pieces, day: NDArray[np.int64], at: NDArray[np.int64], parted: Pieces) -> None:
    """Puts the pieces of each day behind those of the day before; `at` is where they begin, and moves."""
    for i in range(len(day)):
        to = at[day[i]]
        at[day[i]] = to + 1
        parted.bins[to], parted.kind[to] = made.bins[i], made.kind[i]
        parted.at_s[to], parted.craft[to] = made.at_s[i], made.craft[i]
        parted.x0[to], parted.y0[to] = made.x0[i], made.y0[i]
        parted.x1[to], parted.y1[to] = made.x1[i], made.y1[i]


@compiled
def _shifted(x0: int, x1: int) -> int:
    """x1, moved round the world so that the way from x0 is the short one."""
    size = 1 << WORLD_BITS
    if x1 - x0 > size // 2:
        return x1 - size
    if x0 - x1 > size // 2:
        return x1 + size
    return x1


@compiled
def _count_pieces(way: _Way) -> int:
    n = 0
    for i in range(len(way.x)):
        b = way.before[i]
        n += 1
        if b >= 0:
            far = _shifted(way.x[b], way.x[i])
            n += abs((far >> IN_BIN_BITS) - (way.x[b] >> IN_BIN_BITS))
            n += abs((way.y[i] >> IN_BIN_BITS) - (way.y[b] >> IN_BIN_BITS))
    return n


@compiled
def _put(made: Pieces, n: int, a: Point, b: Point, cell: Point) -> None:
    """Piece n, from a to b in the bin of that column and row; its ends are held within the bin."""
    last = (1 << IN_BIN_BITS) - 1
    west, north = cell[0] << IN_BIN_BITS, cell[1] << IN_BIN_BITS
    made.bins[n] = (cell[1] << BIN_ZOOM) | (cell[0] & ((1 << BIN_ZOOM) - 1))
    made.x0[n] = min(max(a[0] - west, 0), last)
    made.y0[n] = min(max(a[1] - north, 0), last)
    made.x1[n] = min(max(b[0] - west, 0), last)
    made.y1[n] = min(max(b[1] - north, 0), last)


@compiled
def _cut(way: _Way, of: Positions, kind: NDArray[np.uint8], made: Pieces) -> None:
    n = 0
    for i in range(len(way.x)):
        b, start, end = way.before[i], n, (way.x[i], way.y[i])
        if b < 0:
            _put(made, n, end, end, (end[0] >> IN_BIN_BITS, end[1] >> IN_BIN_BITS))
            made.kind[n] = kind[i] | BEGINS
            if kind[i] & MARKED:
                made.x0[n] = of.marks[i]
            n += 1
        else:
            begin = (way.x[b], way.y[b])
            n = _walk(made, n, begin, (_shifted(begin[0], end[0]), end[1]), kind[i])
        made.kind[n - 1] |= AT_FIX
        made.at_s[start:n] = of.at_s[i]
        made.craft[start:n] = of.craft[i]


@compiled
def _walk(made: Pieces, n: int, begin: Point, end: Point, kind: int) -> int:
    """The pieces of one step, from bin to bin in the order in which it enters them; the number of pieces after it."""
    column, row = begin[0] >> IN_BIN_BITS, begin[1] >> IN_BIN_BITS
    columns, rows = end[0] >> IN_BIN_BITS, end[1] >> IN_BIN_BITS
    dx, dy = float(end[0] - begin[0]), float(end[1] - begin[1])
    a, across = begin, 0
    while column != columns or row != rows:
        edge_x = (column + (dx > 0)) << IN_BIN_BITS
        edge_y = (row + (dy > 0)) << IN_BIN_BITS
        tx = (edge_x - begin[0]) / dx if column != columns else 2.0
        ty = (edge_y - begin[1]) / dy if row != rows else 2.0
        t = min(tx, ty)
        b = (begin[0] + int(np.floor(dx * t + 0.5)), begin[1] + int(np.floor(dy * t + 0.5)))
        _put(made, n, a, b, (column, row))
        made.kind[n] = kind | across
        n += 1
        if tx <= ty:
            column += 1 if dx > 0 else -1
            a, across = (edge_x - (dx < 0), b[1]), ACROSS_X
        else:
            row += 1 if dy > 0 else -1
            a, across = (b[0], edge_y - (dy < 0)), ACROSS_Y
    _put(made, n, a, end, (column, row))
    made.kind[n] = kind | across
    return n + 1


def stretches(
    craft: NDArray[np.int64], at_s: NDArray[np.int64], is_sound: NDArray[np.bool_], is_aircraft: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """What is drawn as one line: a number for each stretch of a craft without a long silence, else -1.

    Positions are in the order of craft and time, shape (n,); those that are not sound belong to no stretch.
    """
    found = np.full(len(craft), -1, np.int64)
    sound = np.flatnonzero(is_sound)
    if len(sound):
        most_s = np.where(is_aircraft[sound], MOST_SILENCE_OF_AIRCRAFT_S, MOST_SILENCE_S)
        new = (np.diff(craft[sound]) != 0) | (np.diff(at_s[sound]) > most_s[1:])
        found[sound] = np.cumsum(np.append(True, new)) - 1
    return found
