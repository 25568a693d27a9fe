"""Geometries of features as places: points as they are, areas and lines by their middle and the radius around it."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
import shapely
from numpy.typing import NDArray

from watchfloor.data.ingest.boundaries import middle_of
from watchfloor.data.ingest.frames import REJECTS
from watchfloor.data.ingest.sphere_polygons import has_jump, polygon_on_sphere, why_not_an_area
from watchfloor.geo.errors import BadInput
from watchfloor.geo.reprojection import to_degrees
from watchfloor.geo.sphere import distance_m, lon_lat, vectors

# columns beside a feature's attributes
LON, LAT, RADIUS, OUTLINE = "geometry lon", "geometry lat", "geometry radius", "geometry outline"
MOST_CORNERS = 2_000_000
_POINT, _LINE, _AREA = 0, 1, 2
_NO_PLACE = "has a corner that is no place on the earth in this system of coordinates"
_KINDS = {0: _POINT, 1: _LINE, 3: _AREA, 4: _POINT, 5: _LINE, 6: _AREA}

type _Placed = tuple[float | None, float | None, float | None, bytes | None]
_NOWHERE: _Placed = (None, None, None, None)


@dataclass(frozen=True, slots=True)
class Shapes:
    """Where each feature is, row by row: LON, LAT, RADIUS (m), OUTLINE (WKB of areas); and those of no use."""

    places: pl.DataFrame
    rejects: pl.DataFrame
    is_good: pl.Series
    notes: Counter[str]


def shapes_of(wkb: pl.Series, lines: pl.Series, crs: Any, *, is_swapped: bool) -> Shapes:
    """Places of geometries in a coordinate system (a pyproj CRS); a feature without geometry has no place.

    Rejected with its reason is what is no point, line or area, invalid, or not on the earth.
    """
    # a coordinate that is no number is told of as a place that is none, not as a warning
    with np.errstate(invalid="ignore"):
        geometries = shapely.from_wkb(wkb.to_numpy(), on_invalid="ignore")
    places, lost = _points(geometries, crs, is_swapped=is_swapped)
    rejects = [(lines[at], "geometry", shown_shape(geometries[at]), _NO_PLACE) for at in lost]
    notes: Counter[str] = Counter()
    for at in np.flatnonzero(wkb.is_not_null().to_numpy() & ~_is_point(geometries)):
        try:
            places[at] = _place(geometries[at], crs, notes, is_swapped=is_swapped)
        except BadInput as error:
            rejects.append((lines[int(at)], "geometry", shown_shape(geometries[at]), str(error)))
    notes["height or measure that was dropped"] = int((shapely.has_z(geometries) | shapely.has_m(geometries)).sum())
    bad = [line for line, *_ in rejects]
    schema = {LON: pl.Float64, LAT: pl.Float64, RADIUS: pl.Float64, OUTLINE: pl.Binary}
    frame = pl.DataFrame(places, schema=schema, orient="row")
    return Shapes(frame, pl.DataFrame(rejects, schema=REJECTS, orient="row"), ~lines.is_in(bad), notes)


def _is_point(geometries: Any) -> NDArray[np.bool_]:
    return np.asarray((shapely.get_type_id(geometries) == 0) & ~shapely.is_empty(geometries))


def _points(geometries: Any, crs: Any, *, is_swapped: bool) -> tuple[list[_Placed], list[int]]:
    """Places of those that are single points, all at once, None for the others; and which points are nowhere."""
    places: list[_Placed] = [_NOWHERE] * len(geometries)
    lost: list[int] = []
    chosen = np.flatnonzero(_is_point(geometries))
    points = shapely.get_coordinates(geometries[chosen])
    for at, (lon, lat) in zip(chosen, degrees_of(points, crs, is_swapped=is_swapped), strict=True):
        if np.isfinite(lon) and np.isfinite(lat):
            places[at] = (float(lon), float(lat), 0.0, None)
        else:
            lost.append(int(at))
    return places, lost


def _place(geometry: Any, crs: Any, notes: Counter[str], *, is_swapped: bool) -> _Placed:
    if geometry is None:
        raise BadInput("cannot be read: a ring is not closed or too short, or it is of a kind that is not known")
    if shapely.is_empty(geometry):
        return _NOWHERE
    shape = shapely.force_2d(geometry)
    kind = _KINDS.get(int(shapely.get_type_id(shape)))
    if kind is None:
        raise BadInput(f"is a {shape.geom_type}: only points, lines and areas are places")
    if shapely.get_num_coordinates(shape) > MOST_CORNERS:
        raise BadInput(f"has more than {MOST_CORNERS:,} corners")
    shape = shapely.transform(shape, lambda points: _on_earth(degrees_of(points, crs, is_swapped=is_swapped)))
    if kind == _AREA:
        return _area(shape)
    corners = shapely.get_coordinates(shape)
    if kind == _POINT and len(corners) == 1:
        return float(corners[0, 0]), float(corners[0, 1]), 0.0, None
    notes["line or several points: kept as a middle and a radius"] += 1
    return (*_around(corners), None)


def degrees_of(points: NDArray[np.float64], crs: Any, *, is_swapped: bool = False) -> NDArray[np.float64]:
    """Longitudes and latitudes, shape (n, 2), of corners in a coordinate system; not a number where there is none."""
    x, y = (points[:, 1], points[:, 0]) if is_swapped else (points[:, 0], points[:, 1])
    lon, lat = to_degrees(x, y, crs)
    # some programs let longitudes run on past the antimeridian
    beyond = (np.abs(lon) > 180) & (np.abs(lon) <= 360)
    lon = np.where(beyond, (lon + 180) % 360 - 180, lon)
    return np.column_stack([lon, lat])


def _on_earth(points: NDArray[np.float64]) -> NDArray[np.float64]:
    if not (np.isfinite(points).all() and (np.abs(points) <= (180, 90)).all()):
        raise BadInput(_NO_PLACE)
    return points


def _area(shape: Any) -> tuple[float, float, float, bytes]:
    area = whole_area(shape)
    return (*middle_of(area), shapely.to_wkb(area))


def whole_area(shape: Any) -> Any:
    """An area in degrees, cut where it crosses the antimeridian. Raises BadInput if it is no valid one."""
    parts = []
    for polygon in shapely.get_parts(shape):
        shell = shapely.get_coordinates(shapely.get_exterior_ring(polygon))
        holes = [shapely.get_coordinates(ring) for ring in polygon.interiors]
        why = why_not_an_area(shell, holes)
        if why is not None:
            raise BadInput(f"is no valid area: {why}")
        drawn = polygon_on_sphere(shell, holes) if has_jump(shell, holes) else polygon
        parts.extend(shapely.get_parts(drawn))
    area = shapely.MultiPolygon(parts)
    if not area.is_valid:
        raise BadInput(f"is no valid area: {shapely.is_valid_reason(area)}")
    return area


def _around(corners: NDArray[np.float64]) -> tuple[float, float, float]:
    """The middle of points on the sphere, and the metres to the farthest."""
    towards = vectors(corners[:, 0], corners[:, 1])
    middle = towards.sum(axis=0)
    length = np.linalg.norm(middle)
    if length < 1e-9:
        raise BadInput("goes around the earth, so that it has no middle")
    middle = middle / length
    lon, lat = lon_lat(middle)
    return round(float(lon), 5), round(float(lat), 5), float(np.ceil(distance_m(towards, middle).max()))


def shown_shape(geometry: Any) -> str:
    """The geometry's type and its beginning as text."""
    return "" if geometry is None else str(shapely.to_wkt(geometry, rounding_precision=5))[:120]
