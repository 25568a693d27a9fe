"""Places that were found twice, as a port and as a crossing of the same name: each stands once."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

import numpy as np

from watchfloor.geo.finds import Find, FindOf
from watchfloor.geo.sphere import distance_m, vectors

# two of one name as near as this are one place; a town and its port further off are two
SAME_WITHIN_M: Final = 5_000.0


def each_place_once(found: Iterable[Find]) -> list[Find]:
    """The same finds, of places of one name beside one another only the one of which most is known.

    That is the one of which traffic is reported, then the better found; it takes the better score of both. Two of which
    traffic is reported are kept both: each opens other evidence.
    """
    places: dict[str, list[Find]] = {}
    others = []
    for one in sorted(found, key=lambda one: (not one.measures, -one.score, one.id)):
        if one.of is not FindOf.PLACE or one.lon is None or one.lat is None:
            others.append(one)
            continue
        same = places.setdefault(_name(one), [])
        at = next((at for at, kept in enumerate(same) if not one.measures and _is_beside(kept, one)), None)
        if at is None:
            same.append(one)
        else:
            same[at] = replace(same[at], score=max(same[at].score, one.score))
    return others + [one for same in places.values() for one in same]


def _name(find: Find) -> str:
    return find.title.partition(" (")[0].casefold()


def _is_beside(one: Find, other: Find) -> bool:
    a, b = (vectors(np.array([find.lon], np.float64), np.array([find.lat], np.float64)) for find in (one, other))
    return bool(distance_m(a, b)[0] <= SAME_WITHIN_M)
