"""One place in two periods: its totals tested as one pair of counts, and the hexagons that lie in it."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from watchfloor.geo.cells import centroids
from watchfloor.geo.comparison import Change, change_p, is_testable, ratio_interval

type FloatArray = NDArray[np.float64]
type Holds = Callable[[FloatArray, FloatArray], NDArray[np.bool_]]

# one pair of counts is tested by itself: no other place shares its chance of a false alarm
P_OF_ONE = 0.05


@dataclass(frozen=True, slots=True)
class PlaceChange:
    """Totals of one place in the first period (a) and the second (b), under the comparison's test of one hexagon.

    n_may: records of both that are known too roughly to say whether they lie there; in neither total. p: NaN where
    nothing was tested. interval: ratio of rates and its 95 % interval.
    """

    n_a: int
    n_b: int
    kilograms_a: float
    kilograms_b: float
    n_may: int
    p: float
    interval: tuple[float, float, float]

    @property
    def is_beyond_chance(self) -> bool:
        """Whether chance alone would seldom make rates differ so."""
        return bool(np.nan_to_num(self.p, nan=1.0) <= P_OF_ONE)


@dataclass(frozen=True, slots=True)
class Held:
    """What a place holds in one period: records, their weight, and how many only may lie there."""

    n: int
    kilograms: float
    n_may: int = 0


def place_change(a: Held, b: Held, change: Change) -> PlaceChange:
    """The totals of a place in both periods of a comparison, with its exposure and its allowance for bursts.

    Not tested where the comparison itself is not, or where no split of so few would be significant.
    """
    days = (change.a.days, change.b.days)
    return two_totals(a, b, days, change.dispersion, is_tested=not change.untested)


def two_totals(
    a: Held, b: Held, days: tuple[int, int], dispersion: float = 1.0, *, is_tested: bool = True
) -> PlaceChange:
    """What a place holds in two periods of so many days, tested as one pair of counts if it is to be."""
    share = days[0] / max(sum(days), 1)
    counts = np.array([a.n]), np.array([b.n])
    able = is_tested and bool(is_testable(counts[0] + counts[1], share, dispersion)[0])
    return PlaceChange(
        a.n,
        b.n,
        a.kilograms,
        b.kilograms,
        a.n_may + b.n_may,
        float(change_p(*counts, share, dispersion)[0]) if able else float("nan"),
        ratio_interval(a.n, b.n, max(days[0], 1), max(days[1], 1), dispersion),
    )


def hexagons_in(change: Change, holds: Holds) -> Change:
    """The same comparison of those hexagons alone whose middles lie in a place; their p and q stay as they were.

    Cells coarser than asked for are left out: what they hold may lie anywhere in them.
    """
    lon, lat = centroids(change.cells)
    kept = np.asarray(holds(lon, lat)) & ~change.is_coarse
    parts = {
        name: getattr(change, name)[kept] for name in ("cells", "n_a", "n_b", "kilograms_a", "kilograms_b", "p", "q")
    }
    return replace(change, **parts)


@dataclass(frozen=True, slots=True)
class Picked:
    """Hexagons picked out of a comparison, told as it tells them: with allowance for all that were tested.

    n: how many; n_tested: out of how many, 0 if they cannot be told together. marked: how many of them changed more
    than chance. q: of a single one; NaN if it was not tested.
    """

    n: int
    n_tested: int = 0
    marked: int = 0
    q: float = float("nan")


def picked_out(family: Change | None, cells: tuple[int, ...]) -> Picked:
    """What the comparison out of which hexagons were picked says of them; family: None where there is no single one."""
    if family is None:
        return Picked(len(cells))
    own = np.isin(family.cells, np.array(cells, np.uint64))
    q = float(family.q[own][0]) if len(cells) == 1 and own.any() else float("nan")
    return Picked(len(cells), family.n_tested, int(np.count_nonzero(family.is_marked & own)), q)


def held_by(change: Change) -> tuple[Held, Held]:
    """What the hexagons of a comparison hold in either period."""
    return (
        Held(int(change.n_a.sum()), float(change.kilograms_a.sum())),
        Held(int(change.n_b.sum()), float(change.kilograms_b.sum())),
    )
