"""Which children of a split are large enough to be shown, and where the others are pooled.

The rules of `geo/suppression.py`, for many splits (families) at once. A pool is fit to be shown with at least k
persons, if that is not k-1 for each of its units: a unit is a group that is known to have less than k.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from watchfloor.geo.cells import CellArray, parent, resolution_of

type BoolArray = NDArray[np.bool_]
type IntArray = NDArray[np.int64]

LEFT: Final = np.int64(-1) << 62
"""The number of the child of those who have none: they are left at the parent."""


@dataclass(frozen=True, slots=True, eq=False)
class Children:
    """Candidates of many splits, shape (m,), those of one family side by side.

    `is_left` marks the one candidate of a family, at most, that holds those left at the parent.
    """

    family: IntArray
    number: IntArray
    n: IntArray
    units: IntArray
    is_left: BoolArray


def fit(n: IntArray, units: IntArray, k: int) -> BoolArray:
    """Which pools may be shown as one count."""
    return np.asarray((n >= k) & (n != units * (k - 1)))


def counted(family: IntArray, number: IntArray, left_units: IntArray) -> tuple[Children, IntArray]:
    """The children that rows of (family, child number) make, and the child of each row.

    left_units: shape (families,), how many units those with the number LEFT are.
    """
    numbers, code = np.unique(number, return_inverse=True)
    pair, child, n = np.unique(family * numbers.size + code, return_inverse=True, return_counts=True)
    families, number = pair // numbers.size, numbers[pair % numbers.size]
    is_left = number == LEFT
    units = np.where(is_left, left_units[families], 1)
    return Children(families, number, n.astype(np.int64), units, is_left), child


def shown(children: Children, *, k: int, worth: float) -> BoolArray:
    """Which children get a count of their own; none of a family if that is less than the share `worth` of it."""
    order = np.lexsort((children.n, ~children.is_left, children.family))
    family, n, units, is_left = (getattr(children, name)[order] for name in ("family", "n", "units", "is_left"))
    opens = np.append(True, family[1:] != family[:-1])
    starts, family = np.flatnonzero(opens), np.cumsum(opens) - 1
    pooled_n, pooled_units = (_before(values, starts, family) for values in (n, units))
    # those left, then the children in rising order: a pool is a beginning of that row. It may end before a child
    # that is adequate and larger than the last one pooled, if it is empty or fit to be shown
    distinct = opens | np.append(True, (n[1:] > n[:-1]) | is_left[:-1])
    ends = ~is_left & (n >= k) & distinct & ((pooled_n == 0) | fit(pooled_n, pooled_units, k))
    end = np.full(starts.size, n.size)
    np.minimum.at(end, family[ends], np.flatnonzero(ends))
    total = np.add.reduceat(n, starts)
    outside = total - np.append(pooled_n, 0)[end]
    accepted = (end < n.size) & (outside >= worth * total)
    result = np.empty(n.size, np.bool_)
    result[order] = accepted[family] & (np.arange(n.size) >= end[family])
    return result


def _before(values: IntArray, starts: IntArray, family: IntArray) -> IntArray:
    """For each member, the sum over the earlier members of its family."""
    sums = np.cumsum(values) - values
    return np.asarray(sums - sums[starts][family])


def pooled_cells(
    family: IntArray, ceiling: CellArray, cell: CellArray, *, level: int, k: int
) -> tuple[IntArray, IntArray]:
    """The cell, as a child number, in which each row can be shown; and the units left, shape (families,).

    family, ceiling, cell: shape (n,); ceiling is the cell at which the row's family stands. Rows start at their
    ancestor at `level` and move up together until k of them are in one cell; those that reach the ceiling are LEFT.
    """
    start = parent(cell, level)
    start = np.where(resolution_of(start) <= resolution_of(ceiling), ceiling, start)
    cells, code = np.unique(start, return_inverse=True)
    pair, first, row, n = np.unique(
        family * cells.size + code, return_index=True, return_inverse=True, return_counts=True
    )
    home, held, units = pair // cells.size, cells[pair % cells.size], np.ones(pair.size, np.int64)
    top = ceiling[first]
    floor = resolution_of(top)
    for at in range(level, -1, -1):
        here = np.flatnonzero((resolution_of(held) == at) & (floor < at) & (units >= 0))
        if here.size:
            fits, units[here] = _gathered(home[here], held[here], n[here], units[here], k)
            units[here[fits]] = -1
            up = here[~fits]
            held[up] = np.where(floor[up] == at - 1, top[up], parent(held[up], max(at - 1, 0)))
    left = units >= 0
    left_units = np.bincount(home[left], units[left], minlength=int(family.max()) + 1).astype(np.int64)
    return np.where(left, LEFT, held.astype(np.int64))[row], left_units


def _gathered(home: IntArray, held: CellArray, n: IntArray, units: IntArray, k: int) -> tuple[BoolArray, IntArray]:
    """Whether the groups that meet in one cell can be shown there, and their units: one in all if below k."""
    cells, code = np.unique(held, return_inverse=True)
    _, first, place = np.unique(home * cells.size + code, return_index=True, return_inverse=True)
    sums = np.bincount(place, n).astype(np.int64)
    together = np.bincount(place, units).astype(np.int64)
    leads = np.zeros(n.size, np.int64)
    leads[first] = 1
    return fit(sums, together, k)[place], np.where((sums < k)[place], leads, units)
