"""Features of a partner's file, whole: points, lines and areas as they are drawn, in degrees."""

from collections import Counter
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import polars as pl
import shapely
from numpy.typing import NDArray

from watchfloor.data.ingest.feature_shapes import degrees_of, shown_shape, whole_area
from watchfloor.geo.errors import BadInput

# what GEOS calls points, lines, areas and several of them
_DRAWN: Final = (0, 1, 3, 4, 5, 6)
_AREAS: Final = (3, 6)

type Geometries = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Whole:
    """Geometries of a batch; None where there is none of use, and then a reason: (index, what it is, why not)."""

    geometries: Geometries
    lost: list[tuple[int, str, str]]
    notes: Counter[str]


def whole_features(wkb: pl.Series, crs: Any) -> Whole:
    """Shapes in degrees of geometries in a coordinate system (a pyproj CRS). Nothing is mended without saying so."""
    with np.errstate(invalid="ignore"):
        found = shapely.from_wkb(wkb.to_numpy(), on_invalid="ignore")
    lost = _without_shape(found, wkb.is_null().to_numpy())
    n_raised = int((shapely.has_z(found) | shapely.has_m(found)).sum())
    notes = Counter({"height or measure that was dropped": n_raised})
    flat = shapely.force_2d(found)
    flat[list(lost)] = None
    flat, nowhere = _in_degrees(flat, crs)
    lost |= {int(at): "has a corner that is no place on the earth in this system of coordinates" for at in nowhere}
    is_area = np.isin(shapely.get_type_id(flat), _AREAS)
    for at in np.flatnonzero(is_area & (_jumps(flat) | ~shapely.is_valid(flat) | (shapely.area(flat) <= 0))):
        try:
            flat[at] = whole_area(flat[at])
        except (BadInput, shapely.GEOSException) as error:
            lost[int(at)] = str(error)[:200]
    flat[list(lost)] = None
    return Whole(flat, [(at, shown_shape(found[at]), why) for at, why in sorted(lost.items())], notes)


def _without_shape(found: Geometries, is_null: NDArray[np.bool_]) -> dict[int, str]:
    types = shapely.get_type_id(found)
    lost = {int(at): "has no place" for at in np.flatnonzero(is_null | shapely.is_empty(found))}
    unread = "cannot be read: a ring is not closed or too short, or it is of a kind that is not known"
    lost |= {int(at): unread for at in np.flatnonzero((types == -1) & ~is_null)}
    strange = np.flatnonzero((types >= 0) & ~np.isin(types, _DRAWN))
    return lost | {int(at): f"is a {found[at].geom_type}: only points, lines and areas are drawn" for at in strange}


def _in_degrees(flat: Geometries, crs: Any) -> tuple[Geometries, NDArray[np.int64]]:
    """The shapes in EPSG:4326, and which have a corner that is nowhere."""
    corners, of = shapely.get_coordinates(flat, return_index=True)
    degrees = degrees_of(corners, crs) if len(corners) else corners
    is_bad = ~np.isfinite(degrees).all(axis=1) | (np.abs(degrees) > (180.0, 90.0)).any(axis=1)
    moved = shapely.set_coordinates(flat.copy(), np.where(is_bad[:, None], 0.0, degrees))
    return moved, np.unique(of[is_bad])


def _jumps(flat: Geometries) -> NDArray[np.bool_]:
    """Whether a shape has corners next to each other on both sides of the antimeridian."""
    corners, of = shapely.get_coordinates(flat, return_index=True)
    jumps = np.zeros(len(flat), bool)
    steps = (np.abs(np.diff(corners[:, 0])) > 180.0) & (of[1:] == of[:-1])
    jumps[of[1:][steps]] = True
    return jumps
