"""What of tracks lies where in the world, as digests: a tile is drawn anew only if what lies on it has changed.

A digest is a sum over pieces, so that it does not matter how they are parted: the files of a month's days say together
what the month's file says, and what was read from the store says what a file of it will say.
"""

from hashlib import blake2b
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from watchfloor.geo.compiled import compiled
from watchfloor.geo.track_pieces import BIN_ZOOM, MARKED, Pieces

# tiles of this zoom: 626 km wide at the equator, and a few kilobytes for a day of the world's ships
AREA_ZOOM: Final = 6
ACROSS: Final = 1 << AREA_ZOOM
MARGIN: Final = 2
_FINER: Final = BIN_ZOOM - AREA_ZOOM

type Digests = NDArray[np.uint64]


class Areas(NamedTuple):
    """Areas with anything drawn, ascending, row << AREA_ZOOM | column from the north-west; and a digest of it each."""

    numbers: NDArray[np.uint32]
    digests: Digests


def areas_of(made_of: Pieces) -> Areas:
    """Areas of pieces; of what cleaning has marked nothing is drawn."""
    return areas_in(_summed(made_of))


def areas_in(world: Digests) -> Areas:
    """Those of all areas, shape (ACROSS * ACROSS,), that have a digest."""
    numbers = np.flatnonzero(world)
    return Areas(numbers.astype(np.uint32), world[numbers])


def nowhere() -> Digests:
    """Digests of all areas of an empty world."""
    return np.zeros(ACROSS * ACROSS, np.uint64)


def digest_under(world: Digests, z: int, x: int, y: int) -> str:
    """What lies on a tile, and on the pixels beyond its edges, which its soft lines may come from."""
    pixels = (256 << z) >> AREA_ZOOM
    west, north = ((256 * at - MARGIN) // pixels for at in (x, y))
    east, south = ((256 * at + 255 + MARGIN) // pixels for at in (x, y))
    rows = np.arange(max(north, 0), min(south, ACROSS - 1) + 1)
    columns = np.unique(np.arange(west, east + 1) % ACROSS)
    held = world.reshape(ACROSS, ACROSS)[np.ix_(rows, columns)]
    return blake2b(held.tobytes(), digest_size=16).hexdigest()


@compiled
def add_areas(numbers: NDArray[np.uint32], digests: Digests, world: Digests) -> None:
    """Add digests of some areas to those of all."""
    for i in range(len(numbers)):
        world[numbers[i]] += digests[i]


@compiled
def _summed(made_of: Pieces) -> Digests:
    world = np.zeros(ACROSS * ACROSS, np.uint64)
    for i in range(len(made_of.bins)):
        kind = made_of.kind[i]
        if kind & MARKED:
            continue
        cell = made_of.bins[i]
        row, column = cell >> (BIN_ZOOM + _FINER), (cell & ((1 << BIN_ZOOM) - 1)) >> _FINER
        begin = np.uint64(made_of.x0[i]) << np.uint64(16) | np.uint64(made_of.y0[i])
        end = np.uint64(made_of.x1[i]) << np.uint64(16) | np.uint64(made_of.y1[i])
        digest = _stirred(np.uint64(cell) << np.uint64(32) | begin)
        digest = _stirred(digest ^ (np.uint64(kind) << np.uint64(32) | end))
        world[(row << AREA_ZOOM) | column] += _stirred(digest ^ np.uint64(made_of.at_s[i]))
    return world


@compiled
def _stirred(word: np.uint64) -> np.uint64:
    """The finisher of SplitMix64 (Steele, Lea, Flood 2014, doi:10.1145/2660193.2660195): each bit moves all others."""
    word += np.uint64(0x9E37_79B9_7F4A_7C15)
    word = (word ^ (word >> np.uint64(30))) * np.uint64(0xBF58_476D_1CE4_E5B9)
    word = (word ^ (word >> np.uint64(27))) * np.uint64(0x94D0_49BB_1331_11EB)
    return word ^ (word >> np.uint64(31))
