"""How records stand to a selection whose edge may run through the area to which they are known.

A record says a point and within how many metres of it the true place lies. It lies *in* a selection if the point does
and that area is no larger than the selection. It *may* lie in it if the area otherwise reaches the selection: the point
lies outside and the edge is as near as that, or it lies inside of what is smaller than the area. All else is out.
"""

from enum import IntEnum
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from watchfloor.geo.areas import Area
from watchfloor.geo.dense_rings import dense_rings
from watchfloor.geo.disc import Disc
from watchfloor.geo.selection import Place, Ring, Selection, Step
from watchfloor.geo.sphere import EARTH_RADIUS_M, vectors

type FloatArray = NDArray[np.float64]
type BoolArray = NDArray[np.bool_]
type Standings = NDArray[np.int8]

# what a drawn edge may be off: half a metre
_DRAWN_DEG: Final = 5e-6
_ROUNDED: Final = 1e-12
_SLIVER_DEG2: Final = 1e-9
_TURNS: Final = (-360.0, 0.0, 360.0)


class Standing(IntEnum):
    """How a record stands to a selection."""

    OUT = 0
    MAY = 1
    IN = 2


class Reach:
    """The edge and the size of a selection, worked out once."""

    def __init__(self, selection: Selection) -> None:
        self.selection = selection
        self.area_m2 = area_m2(selection)
        lon, lat, step_m = _edge(selection)
        self._half_m = step_m / 2
        self._tree = cKDTree(vectors(lon, lat)) if lon.size else None

    def standing(self, lon: FloatArray, lat: FloatArray, uncertainty_m: FloatArray) -> Standings:
        """A `Standing` for each record, shape (n,). NaN or infinite: nobody knows the place, so it may lie in it."""
        placed = np.isfinite(lon) & np.isfinite(uncertainty_m)
        found = np.full(lon.shape, Standing.MAY, np.int8)
        found[placed] = self._placed(lon[placed], lat[placed], uncertainty_m[placed].astype(np.float64))
        return found

    def _placed(self, lon: FloatArray, lat: FloatArray, metres: FloatArray) -> Standings:
        inside = self.selection.contains(lon, lat)
        is_finer = np.pi * metres**2 <= self.area_m2
        found = np.where(inside, np.where(is_finer, Standing.IN, Standing.MAY), Standing.OUT).astype(np.int8)
        for reach_m in np.unique(metres[~inside]).tolist():
            # one search for each way of being uncertain: what is further away is not looked at
            near = np.flatnonzero(~inside & (metres == reach_m))
            found[near[self._reached(lon[near], lat[near], reach_m)]] = Standing.MAY
        return found

    def _reached(self, lon: FloatArray, lat: FloatArray, reach_m: float) -> BoolArray:
        """Which points outside are no further from the edge, or would be if it were known in more points."""
        if self._tree is None or reach_m <= 0:
            return np.zeros(lon.shape, np.bool_)
        angle = min(np.hypot(reach_m, self._half_m) / EARTH_RADIUS_M, np.pi)
        chord = 2 * float(np.sin(angle / 2)) + _ROUNDED
        apart, _ = self._tree.query(vectors(lon, lat), distance_upper_bound=chord)
        return np.asarray(apart <= chord)


def outline(selection: Selection) -> tuple[Ring, ...]:
    """The edges of a selection for drawing, longitudes without a jump, cut at the meridian opposite to its middle."""
    shape = _shape(selection, is_for_drawing=True)
    return tuple(
        (coordinates[:, 0].tolist(), coordinates[:, 1].tolist())
        for part in shapely.get_parts(shape)
        if part.geom_type == "Polygon" and part.area > _SLIVER_DEG2
        for ring in (part.exterior, *part.interiors)
        for coordinates in [shapely.get_coordinates(ring)]
    )


def area_m2(selection: Selection) -> float:
    """Square metres of a selection on the sphere."""
    shape = _shape(selection)

    def equal_area(degrees: FloatArray) -> FloatArray:
        return np.column_stack([np.radians(degrees[:, 0]), np.sin(np.radians(degrees[:, 1]))])

    return float(shapely.transform(shape, equal_area).area) * EARTH_RADIUS_M**2


def _edge(selection: Selection) -> tuple[FloatArray, FloatArray, float]:
    """Points on the edge of all steps together, and the longest way in metres between two beside each other."""
    steps, lons, lats, longest = selection.steps, [], [], 0.0
    for index, step in enumerate(steps):
        for lon, lat in dense_rings(step.place):
            held = [other.place.contains((lon + 180) % 360 - 180, lat) for other in steps]
            # the edge of what is taken away belongs to what is left
            held[index] = np.full(lon.shape, not step.is_taken)
            on_edge = selection.folded(held)
            lons.append(lon[on_edge])
            lats.append(lat[on_edge])
            towards = vectors(lon, lat)
            apart = np.linalg.norm(towards - np.roll(towards, -1, axis=0), axis=1)
            longest = max(longest, float(apart.max()))
    return np.concatenate(lons), np.concatenate(lats), longest * EARTH_RADIUS_M


def _shape(selection: Selection, *, is_for_drawing: bool = False) -> shapely.Geometry:
    """All steps together in degrees, cut at the meridian opposite to the middle of the first."""
    first, _ = dense_rings(selection.steps[0].place)[0]
    middle = float(first.min() + first.max()) / 2
    window = shapely.box(middle - 180.0, -90.0, middle + 180.0, 90.0)
    shape = shapely.Polygon()
    for step in selection.steps:
        own = shapely.intersection(_of_step(step), window)
        shape = shapely.difference(shape, own) if step.is_taken else shapely.union(shape, own)
    return shapely.simplify(shape, _DRAWN_DEG) if is_for_drawing else shape


def _of_step(step: Step) -> shapely.Geometry:
    parts = [_polygon(step.place, lon, lat) for lon, lat in dense_rings(step.place)]
    turns = [(part, turn) for part in parts for turn in _TURNS]
    return shapely.union_all(
        [shapely.transform(part, lambda c, by=turn: c + np.array([by, 0.0])) for part, turn in turns]
    )


def _polygon(place: Place, lon: FloatArray, lat: FloatArray) -> shapely.Geometry:
    closing = (lon[0] - lon[-1] + 180.0) % 360.0 - 180.0
    turn = float(lon[-1] + closing - lon[0])
    if abs(turn) > 180.0 and isinstance(place, Area) and isinstance(place.drawn, Disc):
        # it goes round the pole that is nearer to its middle: closed along it
        pole = float(np.copysign(90.0, place.drawn.lat))
        far = float(lon[0]) + turn
        lon, lat = np.append(lon, [far, far, lon[0]]), np.append(lat, [lat[0], pole, pole])
    shape = shapely.Polygon(np.column_stack([lon, lat]))
    return shape if shape.is_valid else shapely.make_valid(shape)
