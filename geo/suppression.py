"""Counts of health events for readers who may not see single ones.

A release divides all persons into disjoint atoms of at least k persons. Whatever leaves is a sum of whole atoms.

The lattice. A population is described by a cell (H3 tree, from the whole world, cell 0, to resolution 9), a period
(all, one year, one month) and, for some main substances, whether they were involved. Substances overlap, so the
lattice has their combinations (classes), which do not.

The build. All persons stand at the root. One step after another (`Step`: cells down to a level, years, months, one
substance) each node is split into children. Children of 1 to k-1 persons are pooled, together with the persons who
are not known finely enough for a child. Cells are pooled level by level, so that a few persons move up one level and
not to the top. What is then left at the node itself joins the smallest children that would have done, all that are
equal at once, until it has k persons; it is split no further in that direction. A split is refused, and the node
stays whole, if less than `worth` of its persons would get a child of their own. A node left in the end is an atom.

What holds, for an asker who knows every atom's definition and asks every question any number of times:

1. Each person is in one atom, and each atom has at least k persons (below k in all, there is no atom).
2. Each answer is a sum of whole atoms, so every integer or rational combination of answers is a combination of atom
   counts. Atoms are disjoint and none is empty, so such a combination equals the count of a population for every
   possible filling only if the population is a union of atoms, which has 0 or at least k persons. Subtracting parents
   and children, siblings, periods or substances from one another therefore never gives a count of 1 to k-1.
3. For a split into children of one level even an asker who knows this rule, and which children are possible at all,
   cannot fix a pooled child at one value of 1 to k-1 (k >= 3). For this the pool may not have exactly k-1 persons a
   member, and equal children are pooled together: otherwise "both must have 4" could follow. The tests enumerate it.

What does not hold, and must be governed outside this module:

* Two divisions of a changing population may be compared: a person who was added shows as the difference. So nobody is
  divided twice (`geo/releases.py`), and never for a chosen period, box or filter: questions are put to what stands.
* From a pool, or a split that was refused, ranges follow for who knows the rule (a pooled child has mostly less than
  k), and where several levels or steps work together and few places are possible, at times a single value: point 3 is
  not claimed beyond one split. k says how small a published count may be, not what a well-informed neighbour knows.
* That all persons of an atom share a substance is shown, as is that nobody is anywhere else.
* Who has exact figures of his own for part of an atom can subtract them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from watchfloor.geo.cells import parent, resolution_of
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.pooling import LEFT, counted, pooled_cells, shown
from watchfloor.geo.precision import STORED_RESOLUTION

type BoolArray = NDArray[np.bool_]
type CellArray = NDArray[np.uint64]
type IntArray = NDArray[np.int64]

DEFAULT_K: Final = 5
NO_MONTH: Final = np.iinfo(np.int32).min
"""The month of a person whose date is not known to the month."""


class Direction(StrEnum):
    """What a step makes finer."""

    SPACE = "space"
    YEAR = "year"
    MONTH = "month"
    SUBSTANCE = "substance"


@dataclass(frozen=True, slots=True)
class Step:
    """One refinement of the lattice; `level` is the resolution of cells or the position of a main substance."""

    direction: Direction
    level: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Persons:
    """One row a person, shape (n,) each: finest admissible cell (0 for none), months since 1970, class.

    `month` is NO_MONTH where it is not known; `classes` comes from `classes_of`.
    """

    cell: CellArray
    month: IntArray
    classes: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Atoms:
    """Disjoint populations, shape (n,) each, in a fixed order.

    An atom lies within its cell (0: anywhere, or nowhere known), its `n_months` months from `first_month`, and its
    classes: those `c` with `c & known == value`. It need not hold everyone who does: finer atoms lie in it too. Who
    is not dated to the month is in an atom of the whole span.
    """

    cell: CellArray
    first_month: IntArray
    n_months: IntArray
    known: IntArray
    value: IntArray
    n: IntArray

    def take(self, index: IntArray) -> Self:
        """The atoms at these positions, in this order."""
        return type(self)(*(getattr(self, field.name)[index] for field in fields(self)))

    def followed_by(self, others: Self) -> Self:
        """These atoms and the others after them."""
        pairs = ((getattr(self, field.name), getattr(others, field.name)) for field in fields(self))
        return type(self)(*(np.concatenate(pair) for pair in pairs))


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """Persons by cell, and how many more are known only more widely than was asked.

    cells: at the asked resolution, or coarser where no finer atom exists (0: no place); `n` persons at least are
    in each. `n_wider` persons are in atoms of which only a part may belong to the period or the substance.
    """

    cells: CellArray
    n: IntArray
    n_wider: int


def default_steps(substances: int, *, early: int = 0) -> tuple[Step, ...]:
    """Cells of county size by year, then by month, then finer cells, then the main substances by their order.

    The first `early` substances come before the months: the same persons cannot be told apart by both.
    """
    county, finer, finest = (Step(Direction.SPACE, level) for level in (4, 5, STORED_RESOLUTION))
    bits = [Step(Direction.SUBSTANCE, position) for position in range(substances)]
    return (county, Step(Direction.YEAR), finer, *bits[:early], Step(Direction.MONTH), finest, *bits[early:])


def classes_of(substances: IntArray, main: Sequence[int]) -> IntArray:
    """The class of each combination: bit i is set if the substance numbered main[i] is in it.

    substances: shape (n,), bit j set for the substance with the number j.
    """
    substances = np.asarray(substances, np.int64)
    classes = np.zeros(substances.shape, np.int64)
    for position, number in enumerate(main):
        classes |= ((substances >> number) & 1) << position
    return classes


def release(persons: Persons, steps: Sequence[Step], *, k: int = DEFAULT_K, worth: float = 0.5) -> Atoms:
    """The atoms of all persons; the same persons in any order give the same atoms.

    worth: the least share of a node's persons that must get a child of their own, 0 to 1.
    Raises BadQuestion if k is below 2 or a step is repeated.
    """
    return divide(persons, steps, k=k, worth=worth)[0]


def divide(persons: Persons, steps: Sequence[Step], *, k: int, worth: float) -> tuple[Atoms, IntArray]:
    """The atoms, and the atom of each person, shape (n,), -1 if there are none. The latter may never leave."""
    if k < 2:
        raise BadQuestion("the least published count must be 2 or more")
    if len(set(steps)) < len(steps):
        raise BadQuestion("a step may be taken only once: the second time it would undo a pool")
    node = np.zeros(persons.cell.size, np.int64)
    nodes = _root(persons)
    if node.size < k:
        return _atoms(nodes, node[:0])[0], node - 1
    # a pool may not be split again in the direction it was left over from: its children are too small
    pools = {direction: np.zeros(1, np.bool_) for direction in Direction}
    for step in steps:
        direction = Direction.YEAR if step.direction is Direction.MONTH else step.direction
        rows = np.flatnonzero((_coarser(nodes, step) & ~pools[direction])[node])
        if rows.size == 0:
            continue
        children, child = counted(node[rows], *_children(persons, step, rows, node[rows], nodes, k=k))
        chosen = shown(children, k=k, worth=worth)
        parents = children.family[chosen]
        number = np.where(chosen, nodes.cell.size + np.cumsum(chosen) - 1, children.family)
        node[rows] = number[child]
        nodes = _grown(nodes, parents, children.number[chosen], step)
        pools = {each: np.append(was, was[parents]) for each, was in pools.items()}
        pools[direction][parents] = True
    return _atoms(nodes, node)


def _root(persons: Persons) -> Atoms:
    dated = persons.month[persons.month != NO_MONTH]
    first, last = (dated.min() // 12, dated.max() // 12) if dated.size else (0, 0)
    zero = np.zeros(1, np.int64)
    months = zero + (last - first + 1) * 12
    return Atoms(zero.astype(np.uint64), zero + first * 12, months, zero, zero, zero)


def _coarser(nodes: Atoms, step: Step) -> BoolArray:
    """Nodes that the step could make finer, also those whose split one level above was refused."""
    match step.direction:
        case Direction.SPACE:
            return np.asarray(resolution_of(nodes.cell) < step.level)
        case Direction.YEAR:
            return np.asarray(nodes.n_months > 12)
        case Direction.MONTH:
            return np.asarray(nodes.n_months > 1)
        case Direction.SUBSTANCE:
            return np.ones(nodes.cell.shape, np.bool_)


def _children(
    persons: Persons, step: Step, rows: IntArray, family: IntArray, nodes: Atoms, *, k: int
) -> tuple[IntArray, IntArray]:
    """The number of each row's child, or LEFT; and the units left in each node."""
    if step.direction is Direction.SPACE:
        return pooled_cells(family, nodes.cell[family], persons.cell[rows], level=step.level, k=k)
    if step.direction is Direction.SUBSTANCE:
        child = (persons.classes[rows].astype(np.int64) >> step.level) & 1
    else:
        month = persons.month[rows].astype(np.int64)
        start = month // 12 * 12 if step.direction is Direction.YEAR else month
        child = np.where(month == NO_MONTH, LEFT, start)
    return child, np.ones(nodes.cell.size, np.int64)


def _grown(nodes: Atoms, parents: IntArray, child: IntArray, step: Step) -> Atoms:
    """The nodes with the new ones after them; each differs from its parent in the direction of the step."""
    new = nodes.take(parents)
    match step.direction:
        case Direction.SPACE:
            new = replace(new, cell=child.astype(np.uint64))
        case Direction.YEAR:
            new = replace(new, first_month=child, n_months=np.full(child.shape, 12))
        case Direction.MONTH:
            new = replace(new, first_month=child, n_months=np.ones(child.shape, np.int64))
        case Direction.SUBSTANCE:
            bit = 1 << step.level
            new = replace(new, known=new.known | bit, value=new.value | child << step.level)
    return nodes.followed_by(new)


def _atoms(nodes: Atoms, node: IntArray) -> tuple[Atoms, IntArray]:
    """The nodes that hold persons, in a fixed order, and the atom of each row."""
    n = np.bincount(node, minlength=nodes.cell.size)
    held = np.flatnonzero(n)
    kept = replace(nodes.take(held), n=n[held])
    order = np.lexsort((kept.value, kept.known, kept.n_months, kept.first_month, kept.cell))
    place = np.empty(nodes.cell.size, np.int64)
    place[held[order]] = np.arange(held.size)
    return kept.take(order), place[node]


def placed(atoms: Atoms, *, resolution: int, first_month: int, last_month: int, substance: int | None = None) -> Placed:
    """Persons by cell at `resolution` or coarser, in the months from first to last, both included.

    substance: position of a main substance, or None for all.
    """
    after = atoms.first_month + atoms.n_months
    outside = (after <= first_month) | (atoms.first_month > last_month)
    inside = (atoms.first_month >= first_month) & (after <= last_month + 1)
    if substance is not None:
        bit = 1 << substance
        broken_down = (atoms.known & bit) != 0
        involved = (atoms.value & bit) != 0
        outside |= broken_down & ~involved
        inside &= broken_down & involved
    cells, group = np.unique(parent(atoms.cell[inside], resolution), return_inverse=True)
    n = np.bincount(group, weights=atoms.n[inside], minlength=cells.size).astype(np.int64)
    return Placed(cells, n, int(atoms.n[~inside & ~outside].sum()))
