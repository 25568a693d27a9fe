"""Shapes of a partner's layer as flat arrays: ready to be drawn, and found again under a cursor."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from watchfloor.geo.crs import HALF_TURN_M, to_mercator

# to a turn of the world: a sixteenth of a pixel at the closest zoom
UNITS: Final = 1 << 28
POINT, LINE, SHELL, HOLE = 0, 1, 2, 3
_MOST_LATITUDE: Final = 85.0511
_MOST_LOOKED_AT: Final = 2_000


@dataclass(frozen=True, slots=True, eq=False)
class PartnerShapes:
    """Features cut into parts: points, lines, and rings of areas, shells one way round and holes the other.

    xy: vertices from the world's north-west corner, UNITS to a turn, shape (v, 2), int32; lines run on across the
    antimeridian. starts: first vertex of each part, and v, shape (p + 1,). kinds, owners: POINT to HOLE, and the index
    of the feature, shape (p,). boxes: least x, least y, most x, most y of each part. numbers: of each feature in its
    file, shape (n,).
    """

    xy: NDArray[np.int32]
    starts: NDArray[np.int64]
    kinds: NDArray[np.uint8]
    owners: NDArray[np.int32]
    boxes: NDArray[np.int32]
    numbers: NDArray[np.int32]

    def find(self, lon: float, lat: float, reach: float) -> int | None:
        """Index of the feature under a point, the uppermost and smallest kind first; reach in units.

        A point or line within reach comes before an area that holds the point. None if there is nothing.
        """
        x, y = (float(value[0]) for value in units_of(np.array([lon]), np.array([lat])))
        best: tuple[int, float, int] | None = None
        for turn in (-UNITS, 0, UNITS):
            best = _better(best, self._under(x + turn, y, reach))
        return None if best is None else best[2]

    def _under(self, x: float, y: float, reach: float) -> tuple[int, float, int] | None:
        west, north, east, south = self.boxes.T
        near = (west - reach <= x) & (x <= east + reach) & (north - reach <= y) & (y <= south + reach)
        best: tuple[int, float, int] | None = None
        crossed: dict[int, int] = {}
        # what was drawn last lies on top
        for part in np.flatnonzero(near)[::-1][:_MOST_LOOKED_AT]:
            away = self.xy[self.starts[part] : self.starts[part + 1]].astype(np.float64) - (x, y)
            owner, kind = int(self.owners[part]), int(self.kinds[part])
            if kind >= SHELL:
                crossed[owner] = crossed.get(owner, 0) + _crossings(away)
            elif (distance := _distance(away)) <= reach:
                best = _better(best, (kind, distance, owner))
        inside = [owner for owner, n in crossed.items() if n % 2]
        return best or ((SHELL, 0.0, inside[0]) if inside else None)


def _better(one: tuple[int, float, int] | None, other: tuple[int, float, int] | None) -> tuple[int, float, int] | None:
    return min((found for found in (one, other) if found is not None), key=lambda found: found[:2], default=None)


def units_of(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Units from the world's north-west corner; beyond 85.0511 degrees at its edge. Longitudes may run on."""
    _, y = to_mercator(np.zeros_like(lon), np.clip(lat, -_MOST_LATITUDE, _MOST_LATITUDE))
    return (lon + 180.0) / 360.0 * UNITS, (1.0 - y / HALF_TURN_M) / 2.0 * UNITS


def partner_shapes(numbers: NDArray[np.int32], geometries: NDArray[Any]) -> PartnerShapes:
    """Shapes of features: points, lines and areas in EPSG:4326 degrees, simple or several, shape (n,)."""
    parts, owners = shapely.get_parts(geometries, return_index=True)
    types = shapely.get_type_id(parts)
    is_area = types == 3
    rings, ring_of = shapely.get_rings(shapely.orient_polygons(parts[is_area]), return_index=True)
    is_shell = np.diff(ring_of, prepend=-1) > 0
    flat = np.concatenate([parts[~is_area], rings])
    kinds = np.concatenate([types[~is_area], np.where(is_shell, SHELL, HOLE)]).astype(np.uint8)
    owner = np.concatenate([owners[~is_area], owners[is_area][ring_of]]).astype(np.int32)
    order = np.argsort(owner, kind="stable")
    flat, kinds, owner = flat[order], kinds[order], owner[order]
    degrees, part_of = shapely.get_coordinates(flat, return_index=True)
    starts = np.concatenate([[0], np.cumsum(np.bincount(part_of, minlength=len(flat)))]).astype(np.int64)
    lon = _running_on(degrees[:, 0], part_of, kinds[part_of] == LINE)
    xy = np.rint(np.column_stack(units_of(lon, degrees[:, 1]))).astype(np.int32)
    return PartnerShapes(xy, starts, kinds, owner, _boxes(xy, starts), numbers)


def _running_on(
    lon: NDArray[np.float64], part_of: NDArray[np.int64], is_line: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Longitudes of lines without jumps over the antimeridian."""
    if not len(lon):
        return lon
    same = np.concatenate([[False], (part_of[1:] == part_of[:-1]) & is_line[1:]])
    turns = np.cumsum(np.where(same, -np.round(np.diff(lon, prepend=lon[0]) / 360.0), 0.0))
    firsts = np.flatnonzero(np.concatenate([[True], part_of[1:] != part_of[:-1]]))
    counts = np.diff(np.concatenate([firsts, [len(lon)]]))
    return np.asarray(lon + 360.0 * (turns - np.repeat(turns[firsts], counts)))


def _boxes(xy: NDArray[np.int32], starts: NDArray[np.int64]) -> NDArray[np.int32]:
    if len(starts) < 2:
        return np.empty((0, 4), np.int32)
    least, most = np.minimum.reduceat(xy, starts[:-1]), np.maximum.reduceat(xy, starts[:-1])
    return np.column_stack([least, most])


def _crossings(away: NDArray[np.float64]) -> int:
    """How often a ring crosses the ray from the origin to the right."""
    x, y = away[:, 0], away[:, 1]
    crosses = (y[:-1] > 0) != (y[1:] > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        at = x[:-1] - y[:-1] * (x[1:] - x[:-1]) / (y[1:] - y[:-1])
    return int(np.count_nonzero(crosses & (at > 0)))


def _distance(away: NDArray[np.float64]) -> float:
    """Distance of the origin to a point or a line through these."""
    if len(away) == 1:
        return float(np.hypot(away[0, 0], away[0, 1]))
    step = np.diff(away, axis=0)
    length = np.maximum((step**2).sum(axis=1), 1e-9)
    share = np.clip(-(away[:-1] * step).sum(axis=1) / length, 0.0, 1.0)
    nearest = away[:-1] + share[:, None] * step
    return float(np.hypot(nearest[:, 0], nearest[:, 1]).min())
