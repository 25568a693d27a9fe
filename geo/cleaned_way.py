"""What cleaning makes of one craft's positions: which it leaves out and why, and the voyages of the rest."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from watchfloor.geo.harbours import NO_HARBOUR, Harbours
from watchfloor.geo.sphere import distance_m, vectors
from watchfloor.geo.track_marks import MarkArray, usable
from watchfloor.geo.track_reasons import counted, kinds_of
from watchfloor.geo.voyages import NEAR_SHORE, NO_VOYAGE, VoyagePreset, voyages

PORT_M: Final = 8_000.0
"""A voyage is from or to a port that is no farther from its end: as near as a port visit near the shore begins."""
MOST_VOYAGES: Final = 500
MOST_LEFT_OUT: Final = 5_000

type FloatArray = NDArray[np.float64]
type IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Sent:
    """Positions of one craft in the order of time, shape (n,): label, seconds since 1970, EPSG:4326 degrees, knots."""

    label: IntArray
    at_s: IntArray
    lon: FloatArray
    lat: FloatArray
    speed_kn: FloatArray

    def __len__(self) -> int:
        return len(self.at_s)

    def taken(self, which: IntArray | NDArray[np.bool_]) -> "Sent":
        """Some of them, in that order."""
        return Sent(self.label[which], self.at_s[which], self.lon[which], self.lat[which], self.speed_kn[which])


@dataclass(frozen=True, slots=True, eq=False)
class LeftOut:
    """Positions that cleaning leaves out, in the order of time, shape (n,): when, where, and which of WORDS says why.

    counts: how many there are for each reason; more than are listed where there are more than MOST_LEFT_OUT.
    """

    at_s: IntArray
    lon: FloatArray
    lat: FloatArray
    kind: NDArray[np.uint8]
    counts: IntArray


@dataclass(frozen=True, slots=True)
class Voyage:
    """A stretch between silences and stops: when (seconds since 1970), from where, how far, how many positions.

    came_from, went_to: names of the ports at its ends, empty where none is near. way_m: from position to position.
    """

    starts_s: int
    ends_s: int
    lon: float
    lat: float
    came_from: str
    went_to: str
    way_m: float
    fixes: int


@dataclass(frozen=True, slots=True, eq=False)
class CleanedWay:
    """What was made of a craft's positions. n: of how many; total: that there are in the period, n the newest of them.

    voyages: the newest first, MOST_VOYAGES of n_voyages at most; None for what does not sail. on_land: how many
    of the n lie on land and are kept.
    """

    n: int
    total: int
    left_out: LeftOut
    voyages: tuple[Voyage, ...] | None
    n_voyages: int
    preset: VoyagePreset = NEAR_SHORE
    on_land: int = 0


def left_out(sent: Sent, marks: MarkArray) -> LeftOut:
    """Those of the positions whose marks leave them out."""
    which = np.flatnonzero(~usable(marks))
    kinds, shown = kinds_of(marks[which]), which[:MOST_LEFT_OUT]
    own = sent.taken(shown)
    return LeftOut(own.at_s, own.lon, own.lat, kinds[: len(shown)], counted(marks[which]))


def voyages_of(
    sent: Sent, marks: MarkArray, ports: Harbours, names: list[str], preset: VoyagePreset = NEAR_SHORE
) -> list[Voyage]:
    """Voyages of two positions or more, in the order of time; names: of the ports."""
    number = voyages(np.zeros(len(marks)), sent.at_s, sent.lon, sent.lat, marks, preset, speed_kn=sent.speed_kn)
    rows = np.flatnonzero(number != NO_VOYAGE)
    if not len(rows):
        return []
    own, number = sent.taken(rows), number[rows]
    begins = np.flatnonzero(np.append(True, np.diff(number) != 0))
    ends = np.append(begins[1:], len(number)) - 1
    # a voyage begins with the position in which the one before it ended its stop
    towards = vectors(own.lon, own.lat)
    steps = np.append(0.0, distance_m(towards[:-1], towards[1:]))
    gone = np.cumsum(steps)
    called = [_named(ports, names, own.lon[at], own.lat[at]) for at in (begins, ends)]
    return [
        Voyage(int(own.at_s[a]), int(own.at_s[b]), float(own.lon[a]), float(own.lat[a]), came, went,
               float(gone[b] - gone[a]), int(b - a + 1))
        for a, b, came, went in zip(begins, ends, *called, strict=True) if b > a
    ]  # fmt: skip


def _named(ports: Harbours, names: list[str], lon: FloatArray, lat: FloatArray) -> list[str]:
    number, _ = ports.nearest(lon, lat, PORT_M)
    return ["" if one == NO_HARBOUR else names[one] for one in number.tolist()]
