"""Mutations of shapes: rings that break, numbers that are none, nests and counts past all measure, other systems of
coordinates, written as GeoJSON, as KML, as the binary of GeoPackages and as the parts of a shapefile.
"""

import json
import struct
from random import Random
from typing import Any

type Ring = list[list[float]]

NAN, INF = float("nan"), float("inf")
SQUARE: Ring = [[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]]
HOLE: Ring = [[0.5, 0.5], [0.5, 1], [1, 1], [1, 0.5], [0.5, 0.5]]
OUTSIDE: Ring = [[9, 9], [9, 10], [10, 10], [9, 9]]
# bounded, so that a case stays below what a run may take
MOST_CORNERS, MOST_PARTS, DEEPEST = 30_000, 3_000, 400
RINGS: tuple[Ring, ...] = (
    [],
    [[0, 0]],
    [[0, 0], [1, 1]],
    [[0, 0], [0, 0], [0, 0], [0, 0]],
    [[0, 0], [1, 0], [0, 0], [1, 0], [0, 0]],
    SQUARE[:-1],
    SQUARE[::-1],
    [[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]],
    [*SQUARE[:3], [NAN, NAN], *SQUARE[3:]],
    [*SQUARE[:3], [INF, -INF], *SQUARE[3:]],
    [*SQUARE[:3], [1e308, 1e308], *SQUARE[3:]],
    [*SQUARE[:3], [2], *SQUARE[3:]],
    [*SQUARE[:3], [2, 2, 3, 4, 5], *SQUARE[3:]],
    [[x, y, NAN] for x, y in SQUARE],
    [[-180, -90], [180, -90], [180, 90], [-180, 90], [-180, -90]],
    [[179, 1], [-179, 1], [-179, -1], [179, -1], [179, 1]],
    [[0, 89], [120, 89], [-120, 89], [0, 89]],
    [[x * 1e-13, y * 1e-13] for x, y in SQUARE],
    [[500_000 + x, 5_000_000 + y] for x, y in SQUARE],
)
SYSTEMS = (
    *(
        "urn:ogc:def:crs:OGC:1.3:CRS84",
        "EPSG:4326",
        "urn:ogc:def:crs:EPSG::4326",
        "EPSG:3857",
        "EPSG:32617",
        "EPSG:4269",
    ),
    *(
        "EPSG:99999",
        "EPSG:-1",
        "EPSG:",
        "urn:ogc:def:crs:EPSG::0",
        "+proj=longlat",
        "nonsense",
        "",
        "IAU:49900",
        "x" * 5_000,
    ),
)
PROJECTIONS = (
    'PROJCS["Web",GEOGCS["W",DATUM["D",SPHEROID["S",6378137,0]],PRIMEM["G",0],UNIT["Degree",0.0174532925199433]],'
    'PROJECTION["Mercator"],UNIT["Meter",1]]',
    'GEOGCS["GCS_North_American_1927",DATUM["D_North_American_1927",SPHEROID["Clarke_1866",6378206.4,294.9786982]],'
    'PRIMEM["Greenwich",0],UNIT["Degree",0.0174532925199433]]',
    'LOCAL_CS["a floor",UNIT["Meter",1]]',
    'VERT_CS["height"]',
    'GEOGCS["W",DATUM["D",SPHEROID["S",0,0]],PRIMEM["G",0],UNIT["Degree",0]]',
    "[" * 5_000,
    "EPSG:3857",
    "",
)


def ring(chance: Random) -> Ring:
    """A ring that is wrong in one way, or large, or right."""
    match chance.randrange(4):
        case 0:
            return SQUARE
        case 1 if chance.random() < 0.3:
            n = chance.choice((1_000, MOST_CORNERS))
            return [[n_ % 7 + n_ / n, n_ % 5] for n_ in range(n)] + [[0, 0]]
        case _:
            return chance.choice(RINGS)


def polygon(chance: Random) -> list[Ring]:
    """A ring, and what stands as holes in it: within, outside, the ring itself, or far too many."""
    shell = ring(chance)
    holes = chance.choice(
        ([], [], [HOLE], [HOLE, HOLE], [shell], [[[9, 9], [9, 10], [10, 10], [9, 9]]], [ring(chance)])
    )
    return [shell, *holes * chance.choice((1, 1, 1, MOST_PARTS // 10))]


def geometry(chance: Random) -> Any:
    """A geometry as GeoJSON writes it, wrong in one way or another."""
    match chance.randrange(9):
        case 0:
            nested: Any = {"type": "Point", "coordinates": [1, 2]}
            for _ in range(chance.choice((1, 5, 40, DEEPEST))):
                nested = {"type": "GeometryCollection", "geometries": [nested] * chance.choice((1, 1, 1, 2))}
                if len(json.dumps(nested)) > 200_000:
                    break
            return nested
        case 1:
            parts = chance.choice((0, 1, 2, MOST_PARTS))
            return {"type": "MultiPolygon", "coordinates": [[SQUARE]] * parts + [polygon(chance)]}
        case 2:
            return {
                "type": "Point",
                "coordinates": chance.choice((*RINGS, [NAN, 1], [1, INF], [], ["1", "2"], [None, 1])),
            }
        case 3:
            kind = chance.choice(("LineString", "MultiPoint", "MultiLineString", "Polygon", "Circle", "", "polygon"))
            return {"type": kind, "coordinates": chance.choice((SQUARE, [SQUARE], [[SQUARE]], [[]], [], None))}
        case 4:
            return chance.choice((None, {}, [], "POINT(1 2)", {"type": "Polygon"}, {"coordinates": [1, 2]}, 7))
        case 5:
            return {"type": "GeometryCollection", "geometries": chance.choice(([], [None], {}, [[]]))}
        case _:
            return {"type": "Polygon", "coordinates": polygon(chance)}


def of_geojson(text: str, chance: Random) -> str | None:
    """A collection of which some shapes are others, or that is said to be in another system of coordinates."""
    try:
        document = json.loads(text)
        features = document["features"]
        for _ in range(chance.choice((1, 1, 2))):
            chance.choice(features)["geometry"] = geometry(chance)
        if chance.random() < 0.3:
            document["crs"] = {"type": "name", "properties": {"name": chance.choice(SYSTEMS)}}
        if chance.random() < 0.1:
            features[0]["bbox"] = chance.choice(([NAN] * 4, [1], [170, 10, -170, 20], "x"))
        return json.dumps(document)
    except (ValueError, RecursionError, KeyError, TypeError, IndexError, AttributeError):
        return None


def of_kml(text: str, chance: Random) -> str | None:
    """A document of which one list of coordinates, or one shape, is another."""
    before, found, after = text.partition("<coordinates>")
    if chance.random() < 0.5 and "<coordinates>" in after:
        more, found, after = after.partition("<coordinates>")
        before = f"{before}<coordinates>{more}"
    _, end, after = after.partition("</coordinates>")
    if not found or not end:
        return None
    said = chance.choice((" ", "\n", ", ", ",", ";", " \t ")).join(
        ",".join(chance.choice(("{}", "{}", "{}", "{:.0f}", " {}")).format(value) for value in corner)
        for corner in ring(chance)
    )
    made = f"{before}<coordinates>{said}</coordinates>{after}"
    match chance.randrange(6):
        case 0:
            depth = chance.choice((1, 20, 190, DEEPEST))
            made = made.replace("<Point>", "<MultiGeometry>" * depth + "<Point>")
            made = made.replace("</Point>", "</Point>" + "</MultiGeometry>" * depth)
        case 1:
            hole = f"<innerBoundaryIs><LinearRing><coordinates>{said}</coordinates></LinearRing></innerBoundaryIs>"
            made = made.replace("</Polygon>", hole * chance.choice((1, 2, MOST_PARTS // 10)) + "</Polygon>")
        case 2:
            made = made.replace("Polygon>", chance.choice(("Track>", "Model>", "LineString>", "gx:Track>")))
        case _:
            pass
    return made


def wkb(shape: Any, chance: Random) -> bytes:
    """The binary of a polygon, of which a count, a kind or the order of bytes may lie."""
    rings = [[(*corner, 0.0, 0.0)[:2] for corner in one] for one in shape]
    held = b"".join(struct.pack("<I", len(one)) + b"".join(struct.pack("<2d", *c) for c in one) for one in rings)
    kind = chance.choice((3, 3, 3, 1, 2, 4, 6, 7, 10, 17, 1003, 3003, 2**31 + 3, 99))
    count = chance.choice((len(rings), len(rings), len(rings), 0, len(rings) + 1, 2**31 - 1, 2**32 - 1))
    plain = struct.pack("<BII", chance.choice((1, 1, 1, 1, 0, 7)), kind, count) + held
    for _ in range(chance.choice((0, 0, 0, 1, 60, DEEPEST))):
        plain = struct.pack("<BII", 1, 7, 1) + plain
    return plain


def of_geopackage(chance: Random) -> tuple[str, tuple[Any, ...]]:
    """A statement, and its parameters, that puts another shape into the layer `zones`."""
    flags = chance.choice((1, 1, 1, 0, 3, 0x0F, 0x11, 0x21, 0xFF))
    system = chance.choice((4326, 4326, 0, -1, 3857, 99_999, 2**31 - 1))
    written = b"GP\0" + struct.pack("<Bi", flags, system) + wkb(polygon(chance), chance)
    return "UPDATE zones SET geom = ? WHERE code = 'a' OR ?", (written, chance.random() < 0.3)


def of_shapefile(chance: Random) -> dict[str, bytes]:
    """Parts of a shapefile, by suffix: polygons whose counts and parts may lie, a table, a system of coordinates."""
    records = []
    for number in range(chance.choice((2, 2, 1, 3))):
        rings = [[(*corner, 0.0, 0.0)[:2] for corner in one] for one in polygon(chance)][:200]
        corners = [corner for one in rings for corner in one]
        starts = [sum(map(len, rings[:at])) for at in range(len(rings))]
        if starts and chance.random() < 0.3:
            starts[-1] = chance.choice((-1, len(corners), 2**31 - 1, starts[0]))
        n_parts = chance.choice((len(starts), len(starts), len(starts), 0, -1, 2**31 - 1))
        n_corners = chance.choice((len(corners), len(corners), len(corners), 0, -1, 2**31 - 1))
        box = chance.choice(((0.0, 0.0, 2.0, 2.0), (NAN,) * 4, (9.0, 9.0, -9.0, -9.0)))
        record = struct.pack("<i4d2i", chance.choice((5, 5, 5, 15, 25, 31, 0, 99)), *box, n_parts, n_corners)
        record += struct.pack(f"<{len(starts)}i", *starts) + b"".join(struct.pack("<2d", *c) for c in corners)
        words = chance.choice((len(record) // 2, len(record) // 2, len(record) // 2, 0, -1, 2**30))
        records.append(struct.pack(">2i", chance.choice((number + 1, number + 1, 0, -1)), words) + record)
    shp = b"".join(records)
    at = [50 + sum(map(len, records[:number])) // 2 for number in range(len(records))]
    shx = b"".join(struct.pack(">2i", start, len(one) // 2 - 4) for start, one in zip(at, records, strict=True))
    parts = {".shp": _head(100 + len(shp), chance) + shp, ".shx": _head(100 + len(shx), chance) + shx}
    if chance.random() < 0.4:
        parts[".prj"] = chance.choice(PROJECTIONS).encode()
    if chance.random() < 0.2:
        parts[".cpg"] = chance.choice((b"", b"UTF-16", b"nonsense", b"850", b"../x", b"\0" * 99))
    return parts


def _head(size: int, chance: Random) -> bytes:
    told = chance.choice((size // 2, size // 2, size // 2, 0, -1, 2**30))
    kind = chance.choice((5, 5, 5, 1, 15, 0, 99))
    return struct.pack(">7i", 9994, 0, 0, 0, 0, 0, told) + struct.pack("<2i8d", 1000, kind, 0, 0, 2, 2, 0, 0, 0, 0)
