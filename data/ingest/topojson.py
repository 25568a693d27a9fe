"""TopoJSON decoded: outlines whose common borders are stored once, as quantised steps.

Source: the TopoJSON format specification, version 1.0.0 (Bostock and Metcalf). Only areas are read.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from watchfloor.data.ingest.opened import Opened
from watchfloor.data.ingest.sphere_polygons import areas_of, polygon_on_sphere
from watchfloor.geo.errors import BadFile

# outlines share arcs from all over the file: it has to be held whole
MOST_BYTES = 32 << 20
# each list of a document takes a hundred bytes and more, however short it is written
MOST_LISTS = 2_000_000

type Outline = list[list[list[int]]]


@dataclass(frozen=True, slots=True)
class Feature:
    """One area: what it is called, and its polygons as rings of arc numbers."""

    id: str | None
    name: str | None
    polygons: Outline


@dataclass(frozen=True, slots=True)
class Topology:
    """Arcs, each an array of shape (n, 2) of lon and lat, and the features of each object."""

    arcs: list[NDArray[np.float64]]
    objects: Mapping[str, list[Feature]]

    def area(self, feature: Feature) -> Any:
        """The feature as a valid shapely MultiPolygon, EPSG:4326; None if it has no area."""
        polygons = [polygon for rings in feature.polygons if (polygon := self._polygon(rings)) is not None]
        areas = areas_of(shapely.make_valid(shapely.GeometryCollection(polygons)))
        return shapely.MultiPolygon(areas) if areas else None

    def _polygon(self, rings: list[list[int]]) -> Any:
        # a ring of fewer than four points is what quantising leaves of a speck
        points = [ring for ring in map(self._ring, rings[:1]) if len(ring) >= 4]
        return polygon_on_sphere(points[0], list(map(self._ring, rings[1:]))) if points else None

    def _ring(self, numbers: list[int]) -> NDArray[np.float64]:
        arcs = [self.arcs[n] if n >= 0 else self.arcs[~n][::-1] for n in numbers]
        # the first point of an arc is the last of the arc before it
        return np.concatenate([*arcs[:1], *(arc[1:] for arc in arcs[1:])] or [np.empty((0, 2))])


def read_topology(opened: Opened) -> Topology:
    """The topology that a file holds.

    Raises BadFile if it is not TopoJSON, is damaged, or is larger than MOST_BYTES.
    """
    with opened.plain() as plain:
        text = plain.read(MOST_BYTES + 1)
    if len(text) > MOST_BYTES:
        raise BadFile(f"{opened.name}: holds more than {MOST_BYTES:,} bytes, more than can be read at once")
    if text.count(b"[") + text.count(b"{") > MOST_LISTS:
        raise BadFile(f"{opened.name}: has more than {MOST_LISTS:,} points and areas; take a coarser edition")
    try:
        document = json.loads(text, parse_constant=_refuse_constant)
        if not isinstance(document, dict) or document.get("type") != "Topology":
            raise BadFile(f"{opened.name}: is not TopoJSON: it is no object of type Topology")
        arcs = _arcs(document)
        objects = {str(key): list(_features(value, len(arcs))) for key, value in dict(document["objects"]).items()}
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError, OverflowError) as error:
        raise BadFile(
            f"{opened.name}: is not TopoJSON, or damaged ({type(error).__name__}); nothing was loaded"
        ) from error
    return Topology(arcs, objects)


def _arcs(document: dict[str, Any]) -> list[NDArray[np.float64]]:
    transform = document.get("transform")
    arcs = []
    for steps in document["arcs"]:
        points = np.array([step[:2] for step in steps], np.float64).reshape(-1, 2)
        if transform:
            scale, translate = np.array(transform["scale"], float), np.array(transform["translate"], float)
            points = points.cumsum(axis=0) * scale + translate
        if not np.isfinite(points).all() or (np.abs(points) > (180.001, 90.001)).any():
            raise ValueError("coordinates are not degrees")
        arcs.append(points)
    return arcs


def _features(geometry: dict[str, Any], arcs: int) -> Iterator[Feature]:
    if geometry["type"] == "GeometryCollection":
        for inner in geometry["geometries"]:
            yield from _features(inner, arcs)
        return
    outline: Outline = []
    if geometry["type"] == "Polygon":
        outline = [geometry["arcs"]]
    elif geometry["type"] == "MultiPolygon":
        outline = geometry["arcs"]
    for number in (number for polygon in outline for ring in polygon for number in ring):
        if not isinstance(number, int) or not -arcs <= number < arcs:
            raise IndexError("an outline names an arc that is not there")
    properties = geometry.get("properties") or {}
    yield Feature(_text(geometry.get("id")), _text(properties.get("name")), outline)


def _text(value: object) -> str | None:
    """A name or number as plain text; None if it is blank, or no text at all."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    # zero bytes and halves of characters cannot be stored
    plain = str(value).replace("\0", "").encode("utf-8", "ignore").decode("utf-8").strip()
    return plain[:500] or None


def _refuse_constant(written: str) -> None:
    raise ValueError(f"{written} is not JSON")
