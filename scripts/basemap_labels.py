"""Labels of the basemap: what is named, where its name stands, and from which zoom."""

import csv
import math
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import shapely
from topology import Feature, Topology

from watchfloor.geo.crs import HALF_TURN_M, to_mercator
from watchfloor.layers.atlas import LabelKind

GAZETTEER = Path(__file__).resolve().parents[1] / "data" / "artefacts" / "gazetteer.csv"
LAST = 16

# kind, text, x and y from 0 to 1 across the Mercator world, first and last zoom, rank
type Row = tuple[int, str, float, float, int, int, int]

NAMES = {
    "United States of America": "United States", "Dem. Rep. Congo": "DR Congo", "W. Sahara": "Western Sahara",
    "Central African Rep.": "Central African Republic", "Eq. Guinea": "Equatorial Guinea",
    "S. Sudan": "South Sudan", "Dominican Rep.": "Dominican Republic", "Bosnia and Herz.": "Bosnia and Herzegovina",
    "Solomon Is.": "Solomon Islands", "Antigua and Barb.": "Antigua and Barbuda", "Marshall Is.": "Marshall Islands",
    "St. Vin. and Gren.": "St. Vincent and the Grenadines", "Macedonia": "North Macedonia", "Turkey": "Türkiye",
    "eSwatini": "Eswatini", "Cayman Is.": "Cayman Islands", "Falkland Is.": "Falkland Islands",
    "Faeroe Is.": "Faroe Islands", "Turks and Caicos Is.": "Turks and Caicos", "U.S. Virgin Is.": "US Virgin Islands",
    "British Virgin Is.": "British Virgin Islands", "N. Mariana Is.": "Northern Marianas", "Cook Is.": "Cook Islands",
    "Fr. Polynesia": "French Polynesia", "São Tomé and Principe": "São Tomé and Príncipe",
    "Palestine": "Palestinian Territories",
}  # fmt: skip
NAMELESS = {
    "Antarctica", "Indian Ocean Ter.", "Br. Indian Ocean Ter.", "Ashmore and Cartier Is.", "Heard I. and McDonald Is.",
    "Fr. S. Antarctic Lands", "S. Geo. and the Is.", "N. Cyprus", "Somaliland", "Siachen Glacier", "Puerto Rico",
    "Vatican", "Wallis and Futuna Is.", "Pitcairn Is.", "Norfolk Island", "Åland", "St-Barthélemy", "Saint Helena",
}  # fmt: skip
STATE_NAMES = {"México": "Estado de México", "Distrito Federal": "Ciudad de México"}
# name, lon, lat, first and last zoom
SEAS = (
    ("North Pacific Ocean", -150.0, 32.0, 2, 4), ("South Pacific Ocean", -118.0, -28.0, 2, 4),
    ("North Atlantic Ocean", -43.0, 33.0, 2, 4), ("South Atlantic Ocean", -14.0, -28.0, 2, 4),
    ("Indian Ocean", 78.0, -22.0, 2, 4), ("North Pacific Ocean", 160.0, 30.0, 3, 4),
    ("Caribbean Sea", -75.2, 14.9, 4, 7), ("Mediterranean Sea", 18.3, 34.6, 4, 6), ("Black Sea", 34.5, 43.3, 4, 7),
    ("Baltic Sea", 18.9, 55.75, 5, 7), ("North Sea", 3.2, 56.4, 4, 7), ("Norwegian Sea", 3.0, 67.5, 3, 5),
    ("Bay of Biscay", -4.6, 45.6, 5, 7), ("Red Sea", 38.2, 19.8, 5, 7), ("Arabian Sea", 63.5, 15.0, 4, 6),
    ("Bay of Bengal", 88.5, 14.0, 4, 6), ("South China Sea", 114.2, 13.2, 4, 6), ("Philippine Sea", 134.0, 19.0, 4, 6),
    ("Sea of Okhotsk", 150.0, 54.5, 4, 6), ("Bering Sea", -178.0, 57.3, 4, 6), ("Gulf of Alaska", -146.0, 57.2, 4, 6),
    ("Hudson Bay", -85.3, 59.6, 4, 6), ("Labrador Sea", -53.0, 58.0, 4, 6), ("Gulf of Guinea", 2.2, 1.8, 4, 6),
    ("Coral Sea", 153.5, -17.5, 4, 6), ("Tasman Sea", 160.5, -38.0, 4, 6), ("Caspian Sea", 50.6, 41.8, 5, 7),
    ("Gulf of California", -111.2, 27.0, 6, 8), ("Lake Superior", -87.6, 47.7, 6, 9),
    ("Lake Michigan", -87.0, 43.6, 6, 9), ("Lake Huron", -82.4, 44.7, 6, 9), ("Lake Erie", -81.3, 42.2, 6, 9),
    ("Lake Ontario", -77.8, 43.62, 6, 9), ("Long Island Sound", -72.9, 41.1, 9, 12),
)  # fmt: skip
# first zoom by the radius of a place in metres
CITY_ZOOMS = ((25_000, 4), (16_000, 5), (11_000, 6), (8_000, 7), (0, 8))
PORT_ZOOMS = ((8_000, 7), (0, 8))
CROSSING_ZOOM = 8
# where the ranks of each kind begin; cities, ports and crossings stand between by their first zoom
BEFORE = {LabelKind.COUNTRY: 0, LabelKind.STATE: 150, LabelKind.COUNTY: 400}


def make_labels(world: Topology, counties: Topology, mexico: Topology) -> list[Row]:
    """All labels of the map, the most important first."""
    rows = [
        *seas(),
        *areas(LabelKind.COUNTRY, world, "countries", limits=(2, 7), letter=9.0),
        *areas(LabelKind.STATE, counties, "states", limits=(5, 9), letter=8.0),
        *areas(LabelKind.STATE, mexico, "mex", limits=(5, 9), letter=8.0),
        *areas(LabelKind.COUNTY, counties, "counties", limits=(8, LAST), letter=7.0),
        *places(),
    ]
    return sorted(rows, key=lambda row: (row[6], row[0], row[1], row[2], row[3]))


def seas() -> Iterator[Row]:
    """Oceans, seas and the Great Lakes."""
    for name, lon, lat, first, last in SEAS:
        x, y = across(lon, lat)
        yield LabelKind.SEA, name, x, y, first, last, 150 + first


def areas(kind: LabelKind, topology: Topology, name: str, *, limits: tuple[int, int], letter: float) -> Iterator[Row]:
    """A label inside the largest part of each area, from the zoom at which it has room."""
    for feature in topology.objects[name]:
        text = feature["properties"]["name"]
        parts = on_square(topology, feature)
        if text in NAMELESS or not parts or not text:
            continue
        text = NAMES.get(text, STATE_NAMES.get(text, text)) if kind is not LabelKind.COUNTY else text
        largest, area = max(parts, key=lambda p: p.area), sum(p.area for p in parts)
        middle = shapely.maximum_inscribed_circle(largest, tolerance=math.sqrt(largest.area) / 60).coords[0]
        first = first_zoom(area, len(text) * letter, limits)
        # the larger, the sooner: one rank for each halving of the area
        rank = BEFORE[kind] + min(99, int(-2 * math.log2(area)))
        yield kind, text, round(middle[0] % 1, 6), round(middle[1], 6), first, limits[1], rank


def on_square(topology: Topology, feature: Feature) -> list[shapely.Geometry]:
    """The polygons of a feature on the Mercator square of side 1."""
    flat = [
        shapely.transform(p, lambda c: np.stack(across(c[:, 0], c[:, 1]), axis=1)) for p in topology.polygons(feature)
    ]
    return [shapely.make_valid(p) for p in flat if p.area > 0]


def first_zoom(area: float, width: float, limits: tuple[int, int]) -> int:
    """The first zoom at which an area of that share of the world has room for so many pixels of text."""
    side = math.sqrt(area) * 256
    needed = math.log2(max(0.6 * width / side, 1e-9))
    return min(max(math.ceil(needed), limits[0]), limits[1])


def places() -> Iterator[Row]:
    """Cities, ports and crossings of the gazetteer; a port in a city of its name keeps only the city's label."""
    with GAZETTEER.open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["lon"]]
    cities = {row["name"]: row for row in rows if row["kind"] == "city"}
    for row in rows:
        radius = float(row["uncertainty_m"])
        x, y = across(float(row["lon"]), float(row["lat"]))
        twin = cities.get(row["name"])
        if row["kind"] == "city":
            first = from_radius(radius, CITY_ZOOMS)
            yield LabelKind.CITY, row["name"], x, y, first, LAST, 40 + 20 * first - min(19, int(radius / 2_000))
        elif row["kind"] == "port" and not (twin and is_near(row, twin)):
            first = from_radius(radius, PORT_ZOOMS)
            yield LabelKind.PORT, row["name"], x, y, first, LAST, 60 + 20 * first
        elif row["kind"] == "crossing":
            yield LabelKind.CROSSING, row["name"], x, y, CROSSING_ZOOM, LAST, 320 - int(radius / 1_000)


def is_near(one: dict[str, str], other: dict[str, str]) -> bool:
    """True if two places lie within half a degree of each other."""
    return all(abs(float(one[c]) - float(other[c])) < 0.5 for c in ("lon", "lat"))


def from_radius(radius: float, zooms: Iterable[tuple[int, int]]) -> int:
    """The zoom of the first entry whose radius is reached."""
    return next(zoom for least, zoom in zooms if radius >= least)


def across(lon, lat):  # type: ignore[no-untyped-def]
    """Shares of the Mercator world from its north-west corner, rounded to about 40 m for single points."""
    x, y = to_mercator(lon, lat)
    x, y = (x + HALF_TURN_M) / (2 * HALF_TURN_M), (HALF_TURN_M - y) / (2 * HALF_TURN_M)
    return (x, y) if np.ndim(x) else (round(float(x), 6), round(float(y), 6))
