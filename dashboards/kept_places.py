"""Where a kept area lies: as a selection, as outlines for the map, and as a view that holds all of it."""

import math

from watchfloor.dashboards.choices import MAX_ZOOM, MIN_ZOOM, MOST_LATITUDE
from watchfloor.geo.areas import Area
from watchfloor.geo.bbox import BBox
from watchfloor.geo.crs import wrap_longitude
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.kept import Kept, KeptKind
from watchfloor.geo.kept_selection import selection_of
from watchfloor.geo.selection import Ring, Selection
from watchfloor.geo.selection_reach import outline

_VIEW_PX = (900, 700)


def single_area(selection: Selection) -> Area | None:
    """The area that a selection is, if it is one drawn place and no more."""
    place = selection.steps[0].place
    return place if len(selection.steps) == 1 and isinstance(place, Area) else None


def rings_of(kept: Kept) -> tuple[Ring, ...]:
    """Its edges for drawing; none if it cannot be read any more."""
    if kept.kind is KeptKind.AREA:
        return (kept.area.ring,)
    try:
        return outline(selection_of(kept))
    except BadQuestion:
        return ()


def box_round(rings: tuple[Ring, ...]) -> BBox | None:
    """The least box that holds edges whose longitudes have no jump; None round nothing."""
    if not rings:
        return None
    west, east = min(min(lon) for lon, _ in rings), max(max(lon) for lon, _ in rings)
    south, north = min(min(lat) for _, lat in rings), max(max(lat) for _, lat in rings)
    if east - west >= 360:
        return BBox(-180.0, south, 180.0, north)
    west, east = (float(wrap_longitude(edge)) for edge in (west, east))
    return BBox(west, south, 180.0 if east == -180.0 else east, north)


def view_of(box: BBox) -> tuple[float, float, float]:
    """Longitude, latitude and zoom of a view that holds a box."""
    south, north = max(-MOST_LATITUDE, box.south), min(MOST_LATITUDE, box.north)
    y0, y1 = (math.asinh(math.tan(math.radians(lat))) for lat in (south, north))
    across, up = max(box.width, 0.002) / 360, max(y1 - y0, 0.00003) / (2 * math.pi)
    zoom = math.log2(min(_VIEW_PX[0] / across, _VIEW_PX[1] / up) / 256)
    lon = box.west + box.width / 2
    lat = math.degrees(math.atan(math.sinh((y0 + y1) / 2)))
    return (lon + 180) % 360 - 180, lat, max(MIN_ZOOM, min(MAX_ZOOM, zoom))
