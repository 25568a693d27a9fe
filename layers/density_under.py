"""What the picture of density holds at one place: its value there, and the seizures that its colour comes from."""

from dataclasses import dataclass

import numpy as np

from watchfloor.geo.crs import RADIUS_M
from watchfloor.geo.disc import Disc
from watchfloor.geo.place_symbols import uncertainty_px, world_pixels
from watchfloor.geo.query import Measured
from watchfloor.geo.seizure_places import SeizurePlaces
from watchfloor.layers.density import REACH_PX, WIDTH_PX, pixel_km, weights
from watchfloor.layers.tilegrid import SIZE


@dataclass(frozen=True, slots=True)
class DensityUnder:
    """Density under a point. around: as far as the blur is wide; n, kilograms: of what is known finely enough there.

    value: seizures or kilograms per 1,000 square kilometres, the same as the picture's under that pixel.
    """

    around: Disc
    n: int
    kilograms: float
    value: float


def density_under(places: SeizurePlaces, zoom: int, measured: Measured, lon: float, lat: float) -> DensityUnder | None:
    """What the picture of a zoom holds there; None where no seizure lies within the width of its blur.

    lon, lat: EPSG:4326 degrees.
    """
    around = SIZE << zoom
    columns, rows = (np.floor(axis) for axis in world_pixels(places.lon, places.lat, zoom))
    column, row = (float(np.floor(axis[0])) for axis in world_pixels(np.array([lon]), np.array([lat]), zoom))
    right = np.abs((columns - column + around / 2) % around - around / 2)
    down = np.abs(rows - row)
    near = np.flatnonzero((right <= REACH_PX) & (down <= REACH_PX))
    near = near[uncertainty_px(places, zoom)[near] <= WIDTH_PX]
    close = near[np.hypot(right[near], down[near]) <= WIDTH_PX]
    if not close.size:
        return None
    kernel = weights()
    share = kernel[right[near].astype(np.int64)] * kernel[down[near].astype(np.int64)]
    counted = places.kilograms if measured is Measured.KILOGRAMS else places.n
    value = float((counted[near] * share / pixel_km(places.lat[near], zoom) ** 2).sum() * 1000)
    metres = WIDTH_PX * 2 * np.pi * RADIUS_M / around * float(np.cos(np.radians(lat)))
    return DensityUnder(Disc(lon, lat, metres), int(places.n[close].sum()), float(places.kilograms[close].sum()), value)
