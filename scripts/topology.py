"""TopoJSON, decoded: arcs as longitudes and latitudes, features as rings of arcs.

Source: the TopoJSON format specification, sections 2.1.3 (arcs) and 2.2 (geometry).
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

type Feature = dict[str, Any]
type Line = NDArray[np.float64]
type Rings = list[list[int]]


@dataclass(frozen=True, slots=True)
class Topology:
    """One TopoJSON file: arcs, shape (n, 2) each, EPSG:4326 degrees, and features by object name."""

    arcs: list[Line]
    objects: dict[str, list[Feature]]

    @classmethod
    def read(cls, path: Path) -> "Topology":
        """Decode a quantised file."""
        stored = json.loads(path.read_text(encoding="utf-8"))
        scale, origin = (np.array(stored["transform"][k]) for k in ("scale", "translate"))
        arcs = [np.cumsum(np.array(arc, np.float64), axis=0) * scale + origin for arc in stored["arcs"]]
        return cls(arcs, {name: thing["geometries"] for name, thing in stored["objects"].items()})

    def path(self, ring: list[int]) -> list[Line]:
        """The arcs of a ring, each in the direction of the ring."""
        return [self.arcs[i] if i >= 0 else self.arcs[~i][::-1] for i in ring]

    def ring(self, ring: list[int]) -> Line:
        """A ring's vertices, the first repeated at the end; whole across the antimeridian, see `whole`."""
        parts = self.path(ring)
        return whole(np.concatenate([parts[0], *(part[1:] for part in parts[1:])]))

    def polygons(self, feature: Feature) -> list[shapely.Polygon]:
        """The valid polygons of a feature."""
        found = []
        for rings in rings_of(feature):
            shell, *holes = [r for r in map(self.ring, rings) if len(r) >= 4] or [None]
            if shell is not None:
                whole = shapely.make_valid(shapely.Polygon(shell, holes))
                found += [p for p in shapely.get_parts(whole) if p.geom_type == "Polygon"]
        return found

    def lines_between(self, name: str, owner: Callable[[Feature], object]) -> dict[int, Line]:
        """Arcs, by number, that lie between features of different owners."""
        owners = defaultdict(set)
        for feature in self.objects[name]:
            for rings in rings_of(feature):
                for arc in (arc for ring in rings for arc in ring):
                    owners[max(arc, ~arc)].add(owner(feature))
        return {arc: self.arcs[arc] for arc, found in sorted(owners.items()) if len(found) > 1}


def whole(line: Line) -> Line:
    """The same line without the jump from 180 to -180 degrees: longitudes run on to the east, from -180 up.

    These files hold no cut at the antimeridian, their makers stitched it: a ring may jump, and the one
    around the South Pole ends a full turn from where it began.
    """
    lon = np.unwrap(line[:, 0], period=360.0)
    return np.stack([lon + 360.0 * np.ceil((-180.0 - lon.min()) / 360.0), line[:, 1]], axis=1)


def rings_of(feature: Feature) -> Iterator[Rings]:
    """Each polygon of a feature: its outer ring and its holes, as arc numbers."""
    if feature["type"] == "Polygon":
        yield feature["arcs"]
    elif feature["type"] == "MultiPolygon":
        yield from feature["arcs"]
