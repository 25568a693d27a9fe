"""Bad files of features: GeoJSON, GeoPackage, KML, shapefiles, and the TopoJSON of boundaries."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from .bad_archives import LAUGHS, OUTSIDE
from .bad_file import Bad, aside, refused
from .containers import geopackage, packed, plain_sqlite, shapefile, shapefile_parts
from .seeds import KML, PLACES_MAP, SQUARE, TOPOLOGY, collection, feature, seed

KMZ = seed("kml", "zones.kmz")
DOCTYPE = "zones.kml: declares a document type, in which entities could hide; nothing was loaded"
BOW_TIE = [[[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]]
UNCLOSED = [[[0, 0], [2, 0], [2, 2], [0, 2]]]
EVIL = (
    "DROP TABLE gpkg_ogr_contents",
    "CREATE VIEW evil AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) "
    "SELECT x AS fid, NULL AS geom, 'a' || x AS code, 'A' AS name FROM c",
    "UPDATE gpkg_contents SET table_name = 'evil', identifier = 'evil'",
    "UPDATE gpkg_geometry_columns SET table_name = 'evil'",
)


def topology(**changes: Any) -> str:
    """The two squares with other members."""
    return json.dumps(TOPOLOGY | changes)


def areas(*geometries: dict[str, Any]) -> str:
    """A topology of these areas over the arcs of the two squares."""
    return topology(objects={"countries": {"type": "GeometryCollection", "geometries": list(geometries)}})


def _kml_bomb(folder: Path) -> Path:
    (folder / "zones.kmz").write_bytes(packed({"doc.kml": KML.encode() + b" " * (150 << 20)}))
    return folder / "zones.kmz"


def _shape_bomb(folder: Path) -> Path:
    (folder / "zones.zip").write_bytes(shapefile({".dbf": bytes(150 << 20)}))
    return folder / "zones.zip"


GEOJSON: tuple[Bad, ...] = (
    refused(
        "a list instead of features",
        "geojson",
        "a JSON list",
        "[1, 2]",
        "zones.geojson: is not GeoJSON: it does not begin with {",
    ),
    refused(
        "GeoJSON cut off",
        "geojson",
        "the first 80 characters of a file",
        collection(feature("Polygon", SQUARE))[:80],
        "zones.geojson: cannot be read: ",
        "nothing was loaded",
    ),
    refused(
        "GeoJSON nested 100,000 deep",
        "geojson",
        '{"a": 100,000 times',
        '{"a":' * 100_000,
        "zones.geojson: cannot be read: ",
        "nothing was loaded",
    ),
    refused(
        "TopoJSON instead of GeoJSON",
        "geojson",
        "a topology under the name of a geojson",
        topology(),
        "zones.geojson: cannot be read: ",
        "nothing was loaded",
    ),
    refused(
        "features without the columns of the mapping",
        "geojson",
        "a property called id alone",
        json.dumps(
            {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"id": 1}, "geometry": None}]}
        ),
        "zones.geojson: has no column ",
        "'code' (named by named_place.code)",
        "it has ['id']",
    ),
    refused(
        "axes exchanged in features",
        "geojson",
        "four points with latitude first",
        collection(*(feature("Point", [25 + n, -120], code=str(n)) for n in range(4))),
        "zones.geojson: longitude and latitude look exchanged in 4 of 4 places: say place.swapped = true",
    ),
    aside(
        "shapes that are none",
        "geojson",
        "rings that cross, a latitude of 95, a corner at 500, a collection, two areas over each other",
        collection(
            feature("Polygon", SQUARE),
            feature("Polygon", BOW_TIE, code="b"),
            feature("Point", [1, 95], code="c"),
            feature("Polygon", [[[0, 0], [500, 0], [2, 2], [0, 0]]], code="d"),
            feature("Point", [1, 2], code="e")
            | {"geometry": {"type": "GeometryCollection", "geometries": [{"type": "Point", "coordinates": [1, 2]}]}},
            feature("MultiPolygon", [SQUARE, SQUARE], code="f"),
        ),
        (2, "geometry", "", "is no valid area: Self-intersection"),
        (3, "geometry lon", "", "is no place on the earth"),
        (4, "geometry", "", "has a corner that is no place on the earth in this system of coordinates"),
        (5, "geometry", "", "is a GeometryCollection"),
        (6, "geometry", "", "is no valid area: "),
    ),
    aside(
        "a ring that is not closed",
        "geojson",
        "a ring without its last corner, beside a feature without a code",
        collection(feature("Polygon", UNCLOSED, code="u"), feature("Polygon", SQUARE, code=None)),
        (1, "geometry", "", "cannot be read: a ring is not closed or too short, or it is of a kind that is not known"),
        (2, "code", "", "has no code: a column that it is made of is blank"),
    ),
    aside(
        "3,000 rings that are not closed",
        "geojson",
        "more warnings than a pipe holds",
        collection(*[feature("Polygon", UNCLOSED)] * 3_000),
        *((at, "geometry", "", "cannot be read: a ring is not closed") for at in range(1, 3_001)),
    ),
    aside(
        "a property whose name is a pattern",
        "geojson",
        "properties called * and ^code$, and a blank name",
        collection(feature("Point", [1, 2], **{"*": "x", "^code$": "y"}), feature("Point", [1, 2], code="b", name=" ")),
        (2, "name", "", "has no name"),
    ),
)
GEOPACKAGE: tuple[Bad, ...] = (
    refused(
        "text instead of a GeoPackage",
        "geopackage",
        "GeoJSON under the name of a gpkg",
        seed("geojson").content,
        "zones.gpkg: is not a GeoPackage: it does not begin as a SQLite database does",
    ),
    refused(
        "a database that is no GeoPackage", "geopackage", "a plain SQLite database", plain_sqlite(), "zones.gpkg: "
    ),
    refused(
        "a GeoPackage cut off",
        "geopackage",
        "the first 3,000 bytes",
        seed("geopackage").content[:3000],
        "zones.gpkg: cannot be read: ",
        "nothing was loaded",
    ),
    refused(
        "a view that never ends",
        replace(seed("geopackage"), mapping=f'{PLACES_MAP}[table]\nlayer = "evil"\n'),
        "the layer is a view that counts for ever",
        geopackage(*EVIL),
        "zones.gpkg: cannot be read: the layer 'evil' is a view: save it as a table; nothing was loaded",
    ),
    refused(
        "two layers",
        "geopackage",
        "a second layer, and a mapping that names none",
        geopackage(
            "CREATE TABLE more AS SELECT * FROM zones",
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) "
            "VALUES ('more', 'attributes', 'more', 4326)",
        ),
        "zones.gpkg: say by table.layer which layer is meant; it has ",
        "'zones'",
        "'more'",
    ),
    aside(
        "a geometry that is no geometry",
        "geopackage",
        "eight bytes of nonsense for the first geometry, and an order for when a row comes",
        geopackage(
            "CREATE TRIGGER evil AFTER INSERT ON zones BEGIN DELETE FROM zones; END",
            "UPDATE zones SET code = NULL WHERE code = 'b'",
        ),
        (2, "code", "", "has no code: a column that it is made of is blank"),
    ),
)
KMLS: tuple[Bad, ...] = (
    refused(
        "a page of the web instead of KML",
        "kml",
        "an HTML page",
        "<html/>",
        "zones.kml: is not KML: its outermost element is 'html'",
    ),
    refused(
        "KML cut off",
        "kml",
        "the first 200 characters",
        KML[:200],
        "zones.kml, line 2: is not well-formed XML: ",
        "nothing was loaded",
    ),
    refused("billion laughs in KML", "kml", "entities that name entities", LAUGHS + "<kml>&b;</kml>", DOCTYPE),
    refused("an entity that names a file in KML", "kml", "an external entity", OUTSIDE + "<kml>&a;</kml>", DOCTYPE),
    refused(
        "KML with 300 folders in each other",
        "kml",
        "300 folders within each other",
        KML.replace("<Document>", "<Document>" + "<Folder>" * 300),
        "zones.kml: elements stand inside each other more than 200 deep",
    ),
    refused(
        "KMZ without a document",
        KMZ,
        "an archive with a picture alone",
        packed({"a.png": b"x"}),
        "zones.kmz: is not a KMZ archive: it holds no .kml",
    ),
    refused(
        "a KMZ bomb",
        KMZ,
        "150 MB of blanks behind a document",
        _kml_bomb,
        "zones.kmz: the member 'doc.kml' grew past ",
        "decompression bomb",
    ),
    refused(
        "a KMZ that leads out",
        KMZ,
        "a document called ../doc.kml",
        packed({"../doc.kml": KML}),
        "zones.kmz: the member '../doc.kml' leads out of the archive; nothing was loaded",
    ),
    refused(
        "KML with too many names",
        "kml",
        "20,000 different names of elements",
        KML.replace("<Document>", "<Document>" + "".join(f"<n{n}/>" for n in range(20_000))),
        "zones.kml: has more than 10,000 different names of elements",
        "nothing was loaded",
    ),
    aside(
        "placemarks that are none",
        "kml",
        "a latitude of 95, and a placemark without a code",
        KML.replace("0,0 2,0 2,2 0,0", "0,0 2,0 2,95 0,0").replace(
            "</Document>",
            "<Placemark><name>C</name><Point><coordinates>1,2</coordinates></Point></Placemark></Document>",
        ),
        (2, "geometry", "", "has a corner that is no place on the earth"),
        (3, "code", "", "has no code"),
    ),
)
SHAPEFILES: tuple[Bad, ...] = (
    refused(
        "a shapefile without its table",
        "shapefile",
        "no .dbf in the archive",
        shapefile(without=".dbf"),
        "zones.zip: the layer lacks its .dbf; nothing was loaded",
    ),
    refused(
        "a shapefile without its index",
        "shapefile",
        "no .shx in the archive",
        shapefile(without=".shx"),
        "zones.zip: the layer lacks its .shx; nothing was loaded",
    ),
    refused(
        "a shapefile without coordinates",
        "shapefile",
        "no .prj in the archive",
        shapefile(without=".prj"),
        "zones.zip: does not say in which system of coordinates it is: give place.crs, such as EPSG:4326",
    ),
    refused(
        "a system of coordinates that nobody knows",
        "shapefile",
        "nonsense in the .prj",
        shapefile({".prj": b'GEOGCS["nonsense"]'}),
        "zones.zip: cannot be read: ",
        "nothing was loaded",
    ),
    refused(
        "a .shp alone",
        "shapefile",
        "a .shp that is not in an archive",
        shapefile_parts()[".shp"],
        "zones.zip: is not a zipped shapefile: it does not begin as a zip archive does",
    ),
    refused(
        "an archive without a layer",
        "shapefile",
        "a text in an archive",
        packed({"readme.txt": "x"}),
        "zones.zip: say by table.layer which layer is meant; it has none",
    ),
    refused(
        "two layers in an archive",
        "shapefile",
        "a.shp and b.shp",
        packed({"a.shp": b"", "b.shp": b""}),
        "zones.zip: say by table.layer which layer is meant; it has 'a', 'b'",
    ),
    refused(
        "a shapefile of nonsense",
        "shapefile",
        "200 letters for each part",
        packed({f"a{suffix}": b"x" * 200 for suffix in (".shp", ".shx", ".dbf")}),
        "zones.zip: cannot be read: ",
        "nothing was loaded",
    ),
    refused(
        "a shapefile bomb",
        "shapefile",
        "150 MB of zero bytes for the table",
        _shape_bomb,
        "zones.zip: the member 'zones.dbf' grew past ",
        "decompression bomb",
    ),
    aside(
        "a row of no code in a shapefile",
        "shapefile",
        "blanks for the second code",
        shapefile({".dbf": shapefile_parts()[".dbf"].replace(b"b   ", b"    ")}),
        (2, "code", "", "has no code"),
    ),
)
BOUNDARIES: tuple[Bad, ...] = (
    refused(
        "GeoJSON instead of TopoJSON",
        "boundaries",
        "GeoJSON under the name of a topology",
        seed("geojson").content,
        "areas.json: is not TopoJSON: it is no object of type Topology",
    ),
    refused(
        "TopoJSON cut off",
        "boundaries",
        "the first 100 characters",
        topology()[:100],
        "areas.json: is not TopoJSON, or damaged (JSONDecodeError); nothing was loaded",
    ),
    refused(
        "an outline of an arc that is not there",
        "boundaries",
        "an area of the arc 99",
        areas({"type": "Polygon", "id": "1", "properties": {"name": "A"}, "arcs": [[99]]}),
        "areas.json: is not TopoJSON, or damaged (IndexError); nothing was loaded",
    ),
    refused(
        "arcs off the earth",
        "boundaries",
        "steps of a thousand degrees",
        topology(transform={"scale": [1000, 1], "translate": [0, 0]}),
        "areas.json: is not TopoJSON, or damaged (ValueError); nothing was loaded",
    ),
    refused(
        "objects that are no boundaries",
        "boundaries",
        "an object called rivers",
        topology(objects={"rivers": {"type": "GeometryCollection", "geometries": []}}),
        "areas.json: has none of the objects ['counties', 'countries', 'mex', 'states']; it has ['rivers']",
    ),
    refused(
        "a topology nested 100,000 deep",
        "boundaries",
        "[ 100,000 times",
        '{"type": "Topology", "arcs": ' + "[" * 100_000,
        "areas.json: is not TopoJSON, or damaged (RecursionError); nothing was loaded",
    ),
    aside(
        "areas without name or extent",
        "boundaries",
        "an area without a name, and one of a line",
        areas(
            {"type": "Polygon", "id": "1", "properties": {"name": "West"}, "arcs": [[0, 1]]},
            {"type": "Polygon", "id": "2", "properties": {}, "arcs": [[2, -1]]},
            {"type": "Polygon", "id": "3", "properties": {"name": "Line"}, "arcs": [[0]]},
        ),
        (2, "name", "2", "is an area without a name"),
        (3, "arcs", "Line", "has no area"),
    ),
)
BAD = (*GEOJSON, *GEOPACKAGE, *KMLS, *SHAPEFILES, *BOUNDARIES)
