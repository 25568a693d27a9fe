"""Which stored rows may stand in or reach a selection: ranges of keys, as an index can look them up."""

from typing import Final

import numpy as np

from watchfloor.geo.bbox import BBox
from watchfloor.geo.coverings import Covering, covering
from watchfloor.geo.selection import Selection

MOST_RANGES: Final = 64
LEAST_RANGES: Final = 8
# beyond this its rows are sooner read in one go
WIDE_DEGREES2: Final = 400.0
"""In square degrees at the equator."""


def selection_covering(selection: Selection) -> Covering | None:
    """The keys of rows that may lie in a selection, or reach it by their uncertainty; None: of the whole world.

    Rows without a cell, which are known less finely than any, are in none of these ranges.
    """
    boxes = _boxes(selection)
    if sum(_degrees2(box) for box in boxes) > WIDE_DEGREES2:
        return None
    most = max(LEAST_RANGES, MOST_RANGES // len(boxes))
    found = [covering(box, max_ranges=most, reaches=True) for box in boxes]
    first = np.concatenate([part for one in found for part in (one.first, one.coarse)])
    last = np.concatenate([part for one in found for part in (one.last, one.coarse)])
    return Covering.merged(first, last)


def _boxes(selection: Selection) -> list[BBox]:
    return [box for step in selection.steps if not step.is_taken for box in step.boxes]


def _degrees2(box: BBox) -> float:
    south, north = np.sin(np.radians([box.south, box.north]))
    return box.width * float(np.degrees(north - south))
