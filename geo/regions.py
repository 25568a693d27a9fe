"""Regions of the world, by which versions of data are counted: the 122 base cells of H3."""

from functools import lru_cache

import numpy as np

from watchfloor.geo.bbox import BBox
from watchfloor.geo.coverings import covering

_BASE_CELL_SHIFT = 45
_BASE_CELL_MASK = 127


@lru_cache(maxsize=20_000)
def regions_of(bbox: BBox) -> frozenset[int]:
    """Base cells of all that may lie in a box: whatever cell of whatever resolution overlaps it descends from one."""
    found = covering(bbox, finest=0)
    keys = np.concatenate([found.first, found.last, found.coarse])
    # ranges of neighbours may have become one: all base cells between their ends belong
    first, last = ((edge >> _BASE_CELL_SHIFT) & _BASE_CELL_MASK for edge in (found.first, found.last))
    between = [np.arange(one, other + 1) for one, other in zip(first.tolist(), last.tolist(), strict=True)]
    single = (keys >> _BASE_CELL_SHIFT) & _BASE_CELL_MASK
    return frozenset(np.concatenate([single, *between]).tolist())
