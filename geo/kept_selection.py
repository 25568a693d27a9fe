"""Where a kept thing lies that is a place: one that was drawn, or several that were selected together."""

from typing import Final

from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.kept import Kept, KeptKind
from watchfloor.geo.selection import Selection

PLACES: Final = (KeptKind.AREA, KeptKind.SELECTION)


def selection_of(kept: Kept) -> Selection:
    """The places of a kept area or selection. Raises BadQuestion for one that cannot be read any more."""
    if kept.kind is KeptKind.AREA:
        return Selection.of(kept.area)
    given = kept.body.get("selection")
    if kept.kind is not KeptKind.SELECTION or not isinstance(given, dict):
        raise BadQuestion("this selection names no places")
    return Selection.parse(str(given.get("places", "")))
