"""Outlines drawn on the sphere, cut for a flat map that ends at 180 degrees."""

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

type FloatArray = NDArray[np.float64]


def polygon_on_sphere(shell: FloatArray, holes: list[FloatArray]) -> Any:
    """A shapely polygon, cut at the antimeridian where it lies on both sides, closed along a pole that it holds.

    shell, holes: rings of shape (n, 2), lon and lat in degrees, first point repeated last; a step of more than
    180 degrees is one over the antimeridian. Holes of fewer than four points are left out.
    """
    inner = [hole for hole in holes if len(hole) >= 4]
    if not any((np.abs(np.diff(ring[:, 0])) > 180).any() for ring in (shell, *inner)):
        return shapely.Polygon(shell, inner)
    outer = _unrolled(shell)
    middle = (outer[:, 0].min() + outer[:, 0].max()) / 2
    moved = [_beside(_unrolled(hole), middle) for hole in inner]
    flat = shapely.make_valid(shapely.Polygon(outer, moved))
    parts = []
    for turn in (-360.0, 0.0, 360.0):
        window = shapely.box(turn - 180.0, -90.0, turn + 180.0, 90.0)
        cut = shapely.intersection(flat, window)
        parts.extend(areas_of(shapely.transform(cut, lambda points, by=turn: points - (by, 0.0))))
    return shapely.MultiPolygon(parts)


def why_not_an_area(shell: FloatArray, holes: list[FloatArray]) -> str | None:
    """What is wrong with a polygon as it is drawn, such as rings that cross; None if nothing is.

    shell, holes: as for polygon_on_sphere, which would mend it without saying so.
    """
    drawn = shapely.Polygon(shell, holes)
    if has_jump(shell, holes):
        outer = _unrolled(shell)
        middle = (outer[:, 0].min() + outer[:, 0].max()) / 2
        drawn = shapely.Polygon(outer, [_beside(_unrolled(hole), middle) for hole in holes])
    if not drawn.is_valid:
        return str(shapely.is_valid_reason(drawn))
    return None if drawn.area > 0 else "it has no area"


def has_jump(shell: FloatArray, holes: list[FloatArray]) -> bool:
    """Whether a ring steps over the antimeridian: by more than 180 degrees, and less than a whole turn.

    A whole turn is an edge drawn along the end of a flat map, as of the whole world or of Antarctica.
    """
    steps = [np.abs(np.diff(ring[:, 0])) for ring in (shell, *holes)]
    return any(((step > 180) & (step < 359.99)).any() for step in steps)


def areas_of(geometry: Any) -> list[Any]:
    """The polygons of a geometry that have an area; mending puts lines and points beside them."""
    parts = [geometry]
    while any(hasattr(part, "geoms") for part in parts):
        parts = [inner for part in parts for inner in getattr(part, "geoms", (part,))]
    return [part for part in parts if part.geom_type == "Polygon" and part.area > 0]


def _unrolled(ring: FloatArray) -> FloatArray:
    """The ring with longitudes that run on without a jump; a ring around a pole is closed along it."""
    step = (np.diff(ring[:, 0]) + 180.0) % 360.0 - 180.0
    lon = ring[0, 0] + np.concatenate([[0.0], np.cumsum(step)])
    run = np.column_stack([lon, ring[:, 1]])
    if abs(lon[-1] - lon[0]) < 180:
        return run
    pole = np.copysign(90.0, ring[:, 1].mean())
    return np.vstack([run, [lon[-1], pole], [lon[0], pole], run[0]])


def _beside(ring: FloatArray, lon: float) -> FloatArray:
    turns = np.round((lon - ring[:, 0].mean()) / 360.0)
    return np.column_stack([ring[:, 0] + 360.0 * turns, ring[:, 1]])
