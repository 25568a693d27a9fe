"""When suppressed counts are released, and of whom: each person at most once, and never changed afterwards.

A release divides those who wait (`geo/suppression.py`) and nobody who was released before. So all that was ever
released are disjoint atoms of at least k persons, and the difference of two moments is a sum of whole atoms, as every
answer is: it is 0 or at least k.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from watchfloor.geo.suppression import DEFAULT_K, Atoms, Persons, Step, release

LEAST_MORE: Final = 100
"""Persons who must wait for a release after the first: fewer would be shown for wide areas and periods only."""


def next_release(
    waiting: Persons, steps: Sequence[Step], *, is_first: bool, k: int = DEFAULT_K, least_more: int = LEAST_MORE
) -> Atoms | None:
    """The atoms of all who wait, or None if they are too few and wait on.

    waiting: everybody in closed months whom no release holds. Raises BadQuestion if k is below 2.
    """
    if waiting.cell.size < (k if is_first else max(k, least_more)):
        return None
    return release(waiting, steps, k=k)


def until_month(atoms: Atoms, month: int) -> Atoms:
    """The same atoms, their periods cut at the start of that month (months since 1970): nobody in them is later.

    So who asks for the year so far is answered, though the year has not passed.
    """
    return replace(atoms, n_months=np.minimum(atoms.n_months, np.maximum(month - atoms.first_month, 1)))
