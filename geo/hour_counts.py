"""Positions hour by hour."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class HourCounts:
    """Positions in each of some hours that follow each other.

    first_h: the first, counted from 1970-01-01 00:00 UTC. n_fixes: positions that there are, more than are counted
    where no file of now holds them yet.
    """

    first_h: int
    n: NDArray[np.int64]
    n_fixes: int
