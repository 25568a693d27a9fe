"""The nearest place that the ground of the map has a name for: where something is, in words."""

from functools import cache

import numpy as np

from watchfloor.geo.crs import HALF_TURN_M, from_mercator
from watchfloor.geo.sphere import distance_m, vectors
from watchfloor.layers.atlas import Atlas, LabelKind

FURTHEST_M = 400_000.0
_NAMED = (LabelKind.CITY, LabelKind.PORT, LabelKind.CROSSING)


def near_place(lon: float, lat: float, within_km: float = 50.0) -> str:
    """'near Dallas' or '120 km from Dallas', by the nearest city, port or crossing; else the degrees.

    within_km: what is near, for a hexagon what still lies in it.
    """
    names, at = _places()
    away = distance_m(vectors(np.array([lon]), np.array([lat])), at)
    nearest = int(away.argmin())
    if away[nearest] > FURTHEST_M:
        return f"at {abs(lat):.1f}° {'N' if lat >= 0 else 'S'} {abs(lon):.1f}° {'E' if lon >= 0 else 'W'}"
    kilometres = float(away[nearest]) / 1000
    return f"near {names[nearest]}" if kilometres < within_km else f"{kilometres:.0f} km from {names[nearest]}"


@cache
def _places() -> tuple[tuple[str, ...], np.ndarray[tuple[int, int], np.dtype[np.float64]]]:
    labels = [label for label in Atlas.load().labels if label.kind in _NAMED]
    x, y = (np.array([getattr(label, name) for label in labels]) for name in ("x", "y"))
    lon, lat = from_mercator((2 * x - 1) * HALF_TURN_M, (1 - 2 * y) * HALF_TURN_M)
    return tuple(label.text for label in labels), vectors(lon, lat)
