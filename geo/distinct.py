"""Distinct counts: exact up to a stated size, beyond it a sketch that says how far it may be off.

Distinct counts do not add up: a case that stands in two hexagons is one case. A theta sketch keeps the smallest
hashes of what it has met; up to EXACT_UP_TO of them it has met nothing else, and the count is exact. Beyond, it is an
estimate with bounds that hold in 95 of 100 cases. Sketches unite without loss, so that hexagons give a total.
Source: Dasgupta, Lang, Rhodes, Thaler 2016, A framework for estimating stream expression cardinalities.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from datasketches import theta_union, update_theta_sketch
from numpy.typing import NDArray

type IntArray = NDArray[np.int64]

_LG_KEPT: Final = 12
EXACT_UP_TO: Final = 1 << _LG_KEPT
"""So many different things are counted exactly; beyond, the error is about 3 %."""

_DEVIATIONS: Final = 2


@dataclass(frozen=True, slots=True)
class DistinctCount:
    """How many different things there are; the truth lies from `low` to `high` in 95 of 100 cases."""

    n: int
    low: int
    high: int

    @property
    def is_exact(self) -> bool:
        """Whether it is no estimate."""
        return self.low == self.n == self.high

    @property
    def error(self) -> float:
        """How far off the estimate may be, as a share of it; 0 if it is exact."""
        return max(self.high - self.n, self.n - self.low) / self.n if self.n else 0.0

    @property
    def written(self) -> str:
        """The count as a person reads it: 1,234 or ≈ 12,300 (±3 %)."""
        if self.is_exact:
            return f"{self.n:,}"
        return f"≈ {round(self.n, 3 - len(str(self.n))):,} (±{percent(self.error)})"


@dataclass(frozen=True, slots=True)
class DistinctShown:
    """What distinct counts per hexagon come to together: never their sum.

    known: also what has no place. on_areas: what stands on areas only. estimated: how many of the hexagons hold more
    than EXACT_UP_TO; error: the largest of theirs, as a share.
    """

    shown: DistinctCount
    known: DistinctCount
    on_areas: DistinctCount
    estimated: int
    error: float


def percent(share: float) -> str:
    """A share, rounded up to whole percents."""
    return f"{int(np.ceil(share * 100)):,} %"


class Distinct:
    """Different things by group, met in batches; memory is bounded by the groups, not by what is met."""

    def __init__(self) -> None:
        self._met: dict[int, update_theta_sketch] = {}

    def add(self, groups: IntArray, things: IntArray) -> Self:
        """Meet `things` (64-bit hashes or numbers) in their `groups`; shape (n,) each."""
        order = np.argsort(groups, kind="stable")
        groups, things = groups[order], things[order]
        starts = np.flatnonzero(np.diff(groups, prepend=groups[:1] - 1))
        for group, members in zip(groups[starts].tolist(), np.split(things, starts[1:]), strict=False):
            sketch = self._met.setdefault(group, update_theta_sketch(_LG_KEPT))
            for thing in np.unique(members).tolist():
                sketch.update(thing)
        return self

    @property
    def groups(self) -> IntArray:
        """The groups in which something was met, in order."""
        return np.array(sorted(self._met), np.int64)

    def count(self, group: int) -> DistinctCount:
        """How many different things were met in a group."""
        return _counted(self._met[group]) if group in self._met else DistinctCount(0, 0, 0)

    def together(self, groups: Iterable[int]) -> DistinctCount:
        """How many different things were met in any of the groups."""
        union = theta_union(_LG_KEPT)
        for group in groups:
            if group in self._met:
                union.update(self._met[group])
        return _counted(union.get_result())


def _counted(sketch: update_theta_sketch) -> DistinctCount:
    n = round(sketch.get_estimate())
    if not sketch.is_estimation_mode():
        return DistinctCount(n, n, n)
    return DistinctCount(n, int(sketch.get_lower_bound(_DEVIATIONS)), int(np.ceil(sketch.get_upper_bound(_DEVIATIONS))))
