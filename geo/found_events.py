"""Events as a reader is told of them, one by one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class FoundEvent:
    """One event of a craft that a reader may see; evidence: what it was found by, units in the names.

    other: the other craft of an encounter, else None. starts, ends: UTC. lon, lat: EPSG:4326 degrees.
    """

    id: int
    kind: str
    preset: str
    craft: int
    craft_name: str
    other: int | None
    other_name: str | None
    starts: datetime
    ends: datetime
    lon: float
    lat: float
    evidence: Mapping[str, float | str]
    label: int
    other_label: int
