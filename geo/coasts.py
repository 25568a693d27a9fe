"""Coasts by name: which ports of the Americas lie on which sea, told by lines drawn roughly by hand."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

type FloatArray = NDArray[np.float64]
type BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Coast:
    """One coast: a ring of longitudes and latitudes around its ports, rough where no port is near the line."""

    code: str
    name: str
    ring: tuple[tuple[float, float], ...]

    def holds(self, lon: FloatArray, lat: FloatArray) -> BoolArray:
        """Which points lie on this coast; lon, lat: shape (n,), EPSG:4326 degrees."""
        return np.asarray(shapely.contains_xy(shapely.Polygon(self.ring), lon, lat))


COASTS: Final = (
    Coast("pacific", "Pacific", (
        (-180, 66), (-141, 62), (-130, 57.5), (-121.3, 50), (-120, 45), (-116.5, 36), (-112.5, 32.3), (-109, 28),
        (-104.5, 23), (-101, 19), (-97, 17.2), (-94.5, 16.9), (-91, 15.2), (-88.5, 14.2), (-86, 12.7), (-84, 10.4),
        (-82, 8.7), (-80.2, 9), (-79.2, 9.15), (-77.4, 8), (-76.3, 5), (-76.8, 1), (-78.5, -2), (-79, -6),
        (-75.5, -12), (-70, -17), (-69.8, -25), (-70.5, -35), (-72, -45), (-68, -55.5), (-120, -60), (-180, -60),
    )),
    Coast("gulf", "Gulf of Mexico", (
        (-99, 31), (-84, 31), (-82.2, 29.5), (-81.6, 27.5), (-81.2, 25.2), (-81.5, 24.3), (-84.5, 23.5), (-87, 21.9),
        (-88, 21), (-90.5, 18.4), (-93.5, 17.6), (-97, 18.5), (-99, 20),
    )),
    Coast("atlantic", "Atlantic", (
        (-81.4, 25), (-79.7, 25), (-79.4, 27.5), (-75, 30), (-60, 35), (-48, 45), (-50, 55), (-60, 60), (-66, 50.5),
        (-68, 47.5), (-70, 45.2), (-74.5, 43.2), (-77.5, 40.5), (-78, 38.5), (-78, 36.5), (-79.5, 34.5), (-82, 32.5),
        (-82, 28.5), (-81.6, 27.5),
    )),
    Coast("caribbean", "Caribbean", (
        (-87, 21.9), (-84.5, 23.5), (-81.5, 24.3), (-79.7, 25), (-79.4, 27.5), (-75, 28), (-70, 24), (-58, 19),
        (-58, 10), (-63, 10), (-68, 9.9), (-72, 9.8), (-76.4, 7.6), (-77.3, 8), (-79.2, 9.15), (-80.2, 9),
        (-82, 8.7), (-84, 10.4), (-84.6, 12.5), (-86, 15), (-89.3, 15.4), (-89, 18), (-88, 21),
    )),
    Coast("great_lakes", "Great Lakes and St Lawrence", (
        (-93, 50), (-80, 47), (-71, 48.5), (-69.5, 47.5), (-71.5, 45.9), (-73.2, 44.9), (-75.5, 43.6), (-76, 42.9),
        (-79, 42.4), (-80.3, 41.7), (-82, 41), (-84, 41.2), (-88.5, 41.2), (-88.8, 44), (-93, 46.2),
    )),
)  # fmt: skip

BY_CODE: Final = {coast.code: coast for coast in COASTS}
