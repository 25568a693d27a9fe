"""The newest position of each craft: where it was heard last, and how long ago."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

WINDOW: Final = timedelta(minutes=15)
"""How far back a position is among the newest: a ship at anchor speaks every few minutes."""


@dataclass(frozen=True, slots=True, eq=False)
class NewestPositions:
    """One position of each craft, the latest first, shape (n,) each.

    lon, lat: EPSG:4326 degrees. age_s: when it was asked. speed_kn, course_deg, heading_deg: NaN where not known.
    category: index into CRAFT_CATEGORIES. total: craft heard in the window, of which n are here. change: a number that
    grows with each change, by which an answer is known again.
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
