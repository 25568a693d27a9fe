"""Countries, states and counties as areas, from the TopoJSON of Natural Earth and the US Census.

An area's place is its middle, with the radius that covers all of it. Codes: countries have the ISO 3166-1
number, US states `US-` and their letters (as in the gazetteer; FIPS is kept beside), US counties FIPS, Mexican
states Natural Earth's code. What has no code of its own, or shares one with a larger area, has `NE-` and its
name; what has no name either is kept aside. Land masks and the nation's outline are no places and are left out.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl
import shapely

from watchfloor.data.ingest.format import Format, Options, SourceInfo
from watchfloor.data.ingest.frames import REJECTS, SHAPES, Batch
from watchfloor.data.ingest.opened import Opened
from watchfloor.data.ingest.topojson import Feature, Topology, read_topology
from watchfloor.data.ingest.us_states import POSTAL
from watchfloor.geo.errors import BadFile
from watchfloor.geo.grading import Reliability, Validity
from watchfloor.geo.sphere import distance_m, lon_lat, vectors

BATCH_FEATURES = 500
LEFT_OUT = {"land", "nation"}
_COLUMNS = ("kind", "code", "name", "country", "lon", "lat", "uncertainty_m", "attributes", "geom_wkb", "line")


@dataclass(frozen=True, slots=True)
class _Kind:
    kind: str
    country: str | None
    source: str


OBJECTS = {
    "countries": _Kind("country", None, "Natural Earth"),
    "states": _Kind("state", "US", "US Census Bureau"),
    "counties": _Kind("county", "US", "US Census Bureau"),
    "mex": _Kind("state", "MX", "Natural Earth"),
}


def read(opened: Opened, _options: Options) -> Iterator[Batch]:
    """Batches of areas as places."""
    topology = read_topology(opened)
    known = [name for name in topology.objects if name in OBJECTS]
    left_out = sum(len(topology.objects[name]) for name in topology.objects if name in LEFT_OUT)
    if not known and not left_out:
        raise BadFile(
            f"{opened.name}: has none of the objects {sorted(OBJECTS)}; it has {sorted(topology.objects)[:20]}"
        )
    yield Batch(0, notes={"land mask or nation, which is no place": left_out})
    for name in known:
        features = topology.objects[name]
        largest = _largest(topology, features)
        for start in range(0, len(features), BATCH_FEATURES):
            yield _batch(topology, OBJECTS[name], features[start : start + BATCH_FEATURES], start + 1, largest)


def _batch(topology: Topology, kind: _Kind, features: list[Feature], first: int, largest: dict[str, Feature]) -> Batch:
    places: list[tuple[object, ...]] = []
    rejects: list[tuple[int, str, str, str]] = []
    renamed = 0
    for number, feature in enumerate(features, first):
        area = topology.area(feature)
        if feature.name is None:
            rejects.append((number, "name", feature.id or "", "is an area without a name"))
        elif area is None:
            rejects.append((number, "arcs", feature.name, "has no area"))
        else:
            has_code = feature.id is not None and largest.get(feature.id) is feature
            renamed += not has_code
            code = _code(kind, feature) if has_code else f"NE-{_slug(feature.name)}"
            places.append(_place(kind, code, feature, area, number))
    frame = pl.DataFrame(places, schema={c: SHAPES["places"][c] for c in _COLUMNS}, orient="row")
    rejected = pl.DataFrame(rejects, schema=REJECTS, orient="row")
    return Batch(len(features), {"places": frame}, rejected, {"area without a code of its own": renamed})


def _place(kind: _Kind, code: str, feature: Feature, area: shapely.MultiPolygon, number: int) -> tuple[object, ...]:
    lon, lat, radius = middle_of(area)
    said = {"source": kind.source} | ({"fips": feature.id} if kind.country == "US" else {})
    wkb = shapely.to_wkb(area)
    return (kind.kind, code, feature.name, kind.country, lon, lat, radius, json.dumps(said), wkb, number)


def middle_of(area: shapely.MultiPolygon) -> tuple[float, float, float]:
    """Longitude and latitude of an area's middle, degrees, and the metres to its farthest corner.

    The parts are weighed by their size on the sphere, so that an area on both sides of the antimeridian
    has its middle between them.
    """
    parts = shapely.get_parts(area)
    middles = shapely.get_coordinates(shapely.centroid(parts))
    weights = shapely.area(parts) * np.cos(np.radians(middles[:, 1]))
    towards = (vectors(middles[:, 0], middles[:, 1]) * weights[:, None]).sum(axis=0)
    middle = towards / np.linalg.norm(towards)
    lon, lat = lon_lat(middle)
    corners = shapely.get_coordinates(area)
    radius = distance_m(vectors(corners[:, 0], corners[:, 1]), middle).max()
    return round(float(lon), 5), round(float(lat), 5), float(np.ceil(radius))


def _largest(topology: Topology, features: list[Feature]) -> dict[str, Feature]:
    """Of the features that share an id, the one with the largest area; `-99` stands for no id."""
    best: dict[str, tuple[float, Feature]] = {}
    for feature in features:
        if feature.id is None or feature.id == "-99":
            continue
        area = topology.area(feature)
        size = 0.0 if area is None else float(area.area)
        if feature.id not in best or size > best[feature.id][0]:
            best[feature.id] = (size, feature)
    return {code: feature for code, (_, feature) in best.items()}


def _code(kind: _Kind, feature: Feature) -> str:
    assert feature.id is not None
    if kind.kind == "state" and kind.country == "US":
        return f"US-{POSTAL.get(feature.id, feature.id)}"
    return feature.id


def _slug(name: str) -> str:
    return re.sub(r"[^A-Z0-9]+", "-", name.upper()).strip("-")


FORMAT = Format(
    name="boundaries",
    title="Countries, states and counties as areas (TopoJSON)",
    source=SourceInfo(
        code="boundaries",
        title="Boundaries of countries, states and counties",
        publisher="Natural Earth; US Census Bureau",
        licence="Public domain",
        reliability=Reliability.RELIABLE,
        validity=Validity.PROBABLE,
    ),
    is_public=True,
    read=read,
)
