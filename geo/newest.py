"""The newest position of each craft: where it was heard last, and how long ago."""

from dataclasses import dataclass, fields, replace
from datetime import timedelta
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

WINDOW: Final = timedelta(minutes=15)
"""How far back a position is among the newest: a ship at anchor speaks every few minutes."""


@dataclass(frozen=True, slots=True, eq=False)
class NewestPositions:
    """One position of each craft, the latest first, shape (n,) each.

    lon, lat: EPSG:4326 degrees. age_s: when it was read. speed_kn, course_deg, heading_deg: NaN where not known.
    category: index into CRAFT_CATEGORIES. total: craft heard in the window, of which n are here. change: a number that
    grows with each change, by which an answer is known again. read_s: when it was read, by the monotonic clock.
    """

    craft: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    age_s: NDArray[np.float32]
    speed_kn: NDArray[np.float32]
    course_deg: NDArray[np.float32]
    heading_deg: NDArray[np.float32]
    category: NDArray[np.uint8]
    total: int
    change: int
    read_s: float

    def still(self, at_s: float) -> Self:
        """Those that have not left the window by that moment; ages stay those of the reading."""
        n = int(np.searchsorted(self.age_s, WINDOW.total_seconds() - (at_s - self.read_s)))
        if n >= len(self.craft):
            return self
        columns = {one.name: getattr(self, one.name)[:n] for one in fields(self) if one.name not in _SINGLE}
        # the latest stand first: whoever was not listed has left too
        return replace(self, **columns, total=n)


_SINGLE: Final = frozenset({"total", "change", "read_s"})
