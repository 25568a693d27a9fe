"""How finely a place or a time is known, and the finest hexagon that may show it.

The rule: a hexagon resolution is admissible for a record if the mean inradius of its cells is at least the record's
uncertainty. Zoomed in further, the record stays on its finest admissible cell.
"""

from enum import IntEnum, StrEnum
from typing import Final

import h3
import numpy as np
from numpy.typing import NDArray

type FloatArray = NDArray[np.float64]
type IntArray = NDArray[np.int64]

STORED_RESOLUTION: Final = 9
"""The finest H3 resolution that a row is stored at: inradius 174 m."""

NOT_ADMISSIBLE: Final = -1
"""Stands for "no resolution": no place, or one known too badly even for the coarsest cells."""


class PlacePrecision(StrEnum):
    """What the given coordinates really are."""

    EXACT = "exact"
    STREET = "street"
    TOWN = "town"
    COUNTY = "county"
    AREA_OF_RESPONSIBILITY = "area_of_responsibility"
    STATE = "state"
    COUNTRY = "country"
    NONE = "none"

    @property
    def default_uncertainty_m(self) -> float:
        """Metres from the given point within which the true place lies, if the source says no better."""
        return _DEFAULT_UNCERTAINTY_M[self]


# radii of the usual area of that kind, rounded up: US towns about 100 km², counties 3,000 km², states 200,000 km²
_DEFAULT_UNCERTAINTY_M: Final = {
    PlacePrecision.EXACT: 20.0,
    PlacePrecision.STREET: 150.0,
    PlacePrecision.TOWN: 6_000.0,
    PlacePrecision.COUNTY: 35_000.0,
    PlacePrecision.AREA_OF_RESPONSIBILITY: 250_000.0,
    PlacePrecision.STATE: 300_000.0,
    PlacePrecision.COUNTRY: 1_100_000.0,
    PlacePrecision.NONE: float("inf"),
}


class TimePrecision(IntEnum):
    """The unit to which a time is known, finest first; the stored time is the start of that unit, UTC."""

    SECOND = 0
    MINUTE = 1
    DAY = 2
    MONTH = 3
    YEAR = 4

    @property
    def label(self) -> str:
        """The unit as a word in lower case."""
        return self.name.lower()


def mean_inradius_m(resolution: int) -> float:
    """Metres from centre to side of a regular hexagon with the mean edge of `resolution`, 0 to 15.

    Source: the mean edge lengths of the H3 library's own table.
    """
    return float(h3.average_hexagon_edge_length(resolution, unit="m")) * 3**0.5 / 2


def finest_resolution(uncertainty_m: FloatArray, *, finest: int = STORED_RESOLUTION) -> IntArray:
    """The finest admissible H3 resolution for each uncertainty, at most `finest`, or NOT_ADMISSIBLE.

    uncertainty_m: shape (n,), metres; NaN or infinite means that there is no place. Below 0 is as bad as NaN.
    """
    uncertainty = np.asarray(uncertainty_m, np.float64)
    inradius = np.array([mean_inradius_m(resolution) for resolution in range(finest + 1)])
    # inradii fall with resolution, so the admissible ones are a prefix: its length is one more than the finest
    admissible = np.searchsorted(-inradius, -uncertainty, side="right") - 1
    return np.where(uncertainty >= 0, admissible, NOT_ADMISSIBLE).astype(np.int64)
