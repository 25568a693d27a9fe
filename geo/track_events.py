"""What craft did, found in their tracks: gaps, stops, loitering, encounters and port visits, as arrays of events."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from watchfloor.geo.track_fixes import FloatArray, IntArray

GAP, STOP, LOITERING, ENCOUNTER, PORT_VISIT = KINDS = ("gap", "stop", "loitering", "encounter", "port visit")
NOBODY: Final = -1
"""In place of a second craft, where an event has one."""


@dataclass(frozen=True, slots=True, eq=False)
class Events:
    """Events of one kind under one preset, shape (n,) each, in order of craft and start.

    craft, other: as in the fixes; of an encounter the lesser number is the craft. starts_s, ends_s: seconds since 1970
    UTC. lon, lat: EPSG:4326 degrees of where it began (a gap) or lay in the middle (all others). evidence: the numbers
    that it was found by, with their units in their names, NaN where one is not known.
    """

    kind: str
    preset: str
    craft: IntArray
    other: IntArray
    starts_s: FloatArray
    ends_s: FloatArray
    lon: FloatArray
    lat: FloatArray
    evidence: Mapping[str, FloatArray]

    def __len__(self) -> int:
        return len(self.craft)

    def take(self, rows: IntArray | NDArray[np.bool_]) -> Self:
        """Some of them."""
        columns: dict[str, Any] = {name: getattr(self, name)[rows] for name in _COLUMNS}
        return replace(self, **columns, evidence={name: numbers[rows] for name, numbers in self.evidence.items()})


_COLUMNS: Final = ("craft", "other", "starts_s", "ends_s", "lon", "lat")


def joined_events(parts: Sequence[Events]) -> Events:
    """Several lots of the same kind and preset as one."""
    first = parts[0]
    columns: dict[str, Any] = {name: np.concatenate([getattr(part, name) for part in parts]) for name in _COLUMNS}
    evidence = {name: np.concatenate([part.evidence[name] for part in parts]) for name in first.evidence}
    return replace(first, **columns, evidence=evidence)
