"""Features of GeoJSON, GeoPackage, KML and shapefiles: places are right, what is no use is said, nothing is fetched."""

import gzip
import http.server
import json
import os
import sqlite3
import struct
import threading
import zipfile
from pathlib import Path
from typing import Any

import geopandas
import polars as pl
import pytest
import shapely
from pyproj import CRS

from watchfloor.data.ingest.catalogue import configured_format
from watchfloor.data.ingest.feature_shapes import OUTLINE, shapes_of
from watchfloor.data.ingest.frames import Batch, conform
from watchfloor.data.ingest.opened import open_file
from watchfloor.geo.errors import BadFile

SOURCE = '[source]\ncode = "zones"\ntitle = "Zones"\npublisher = "Office"\nlicence = "none"\n'
PLACES = f'target = "places"\n{SOURCE}[named_place]\nkind = "area"\ncode = "{{code}}"\nname = "{{name}}"\n'
EVENTS = (
    f'target = "events"\n{SOURCE}[record]\nkey = ["code"]\nkind = "incident"\ntitle = "{{name}}"\n'
    'attributes = {{ n = "n" }}\n'.replace("{{", "{").replace("}}", "}")
    + '[time]\ncolumns = ["when"]\nformat = "%Y-%m-%dT%H:%M:%S%#z"\nprecision = "minute"\n'
    '[place]\nprecision = "street"\n'
)
SQUARE = [[[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]]]


def feature(kind: str, coordinates: Any, **properties: Any) -> dict[str, Any]:
    said = {"code": "a", "name": "A", "when": "2024-03-05T23:10:00Z", "n": 1.5} | properties
    shape = None if kind == "none" else {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "properties": said, "geometry": shape}


def collection(*features: dict[str, Any], **more: Any) -> str:
    return json.dumps({"type": "FeatureCollection", "features": list(features)} | more)


def read(path: Path, mapping: str | None = PLACES, form_name: str = "geojson") -> list[Batch]:
    map_path = None
    if mapping is not None:
        map_path = path.parent / "map.toml"
        map_path.write_text(mapping)
    form, options = configured_format(form_name, map_path)
    return list(form.read(open_file(path), options))


def geojson(folder: Path, *features: dict[str, Any], **more: Any) -> Path:
    (folder / "zones.geojson").write_text(collection(*features, **more))
    return folder / "zones.geojson"


def places(batches: list[Batch]) -> list[tuple[Any, ...]]:
    return [
        row
        for batch in batches
        for row in conform("places", batch.frames["places"]).select("kind", "code", "name", "line").rows()
    ]


def outline(batches: list[Batch]) -> Any:
    return shapely.from_wkb(batches[1].frames["places"]["geom_wkb"][0])


def rejected(batches: list[Batch]) -> list[tuple[int, str, str]]:
    return [row for batch in batches for row in batch.rejects.select("line", "column", "reason").rows()]


def noted(batches: list[Batch]) -> dict[str, int]:
    return {note: n for batch in batches for note, n in batch.notes.items() if n}


def test_a_polygon_is_an_area_with_its_outline_middle_and_radius(tmp_path) -> None:
    batches = read(geojson(tmp_path, feature("Polygon", SQUARE)), None)
    assert places(batches) == [("area", "a", "A", 1)]
    assert outline(batches).equals(shapely.box(0, 0, 2, 2))
    place = batches[1].frames["places"].row(0, named=True)
    assert (round(place["lon"], 1), round(place["lat"], 1)) == (1.0, 1.0)
    assert 157_000 < place["uncertainty_m"] < 158_000


def test_points_are_events_of_the_kind_that_the_mapping_says(tmp_path) -> None:
    path = geojson(tmp_path, feature("Point", [-80.2, 25.8]), feature("Polygon", SQUARE, code="b", name="B", n=2))
    events = [conform("events", batch.frames["events"]) for batch in read(path, EVENTS)]
    first, second = events[1].rows(named=True)
    assert (first["kind"], first["title"], first["lon"], first["lat"], first["uncertainty_m"]) == (
        *("incident", "A", -80.2, 25.8),
        150.0,
    )
    assert f"{first['starts']:%Y-%m-%d %H:%M}" == "2024-03-05 23:10"
    assert first["attributes"] == '{"n": "1.5"}'
    assert 157_000 < second["uncertainty_m"] < 158_000
    assert second["attributes"] == '{"n": "2"}'


def test_heights_are_dropped_and_said(tmp_path) -> None:
    batches = read(geojson(tmp_path, feature("Point", [1, 2, 300])))
    assert batches[1].frames["places"].select("lon", "lat").rows() == [(1.0, 2.0)]
    assert noted(batches) == {"height or measure that was dropped": 1}


@pytest.mark.parametrize(
    ("shape", "reason"),
    [
        (("Polygon", [[[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]]), "is no valid area: Self-intersection"),
        (("Polygon", [[[0, 0], [1, 1], [0, 0], [0, 0]]]), "is no valid area: "),
        (("Polygon", [[[0, 0], [500, 0], [2, 2], [0, 0]]]), "has a corner that is no place on the earth"),
        (("Point", [1, 95]), "is no place on the earth"),
        (("Point", [0, 0]), "is 0, 0"),
        (("MultiPolygon", [SQUARE, SQUARE]), "is no valid area: "),
    ],
    ids=range(6),
)
def test_geometry_of_no_use_is_kept_aside_with_its_reason(tmp_path, shape: tuple[str, Any], reason: str) -> None:
    batches = read(geojson(tmp_path, feature(*shape), feature("Point", [1, 2], code="b")), PLACES + "[place]\n")
    ((line, column, why),) = rejected(batches)
    assert (line, column.startswith("geometry")) == (1, True)
    assert why.startswith(reason)
    assert [row[1] for row in places(batches)] == ["b"]
    assert sum(batch.read for batch in batches) == 2


def test_a_collection_of_shapes_is_no_place(tmp_path) -> None:
    shape = {"type": "GeometryCollection", "geometries": [{"type": "Point", "coordinates": [1, 2]}]}
    batches = read(geojson(tmp_path, {**feature("none", None), "geometry": shape}))
    assert "is a GeometryCollection" in rejected(batches)[0][2]


def test_an_area_over_the_antimeridian_is_cut_there(tmp_path) -> None:
    over = [[[179, -1], [-179, -1], [-179, 1], [179, 1], [179, -1]]]
    beyond = [[[179, -1], [181, -1], [181, 1], [179, 1], [179, -1]]]
    for ring in (over, beyond):
        found = outline(read(geojson(tmp_path, feature("Polygon", ring))))
        assert (found.bounds, found.area) == ((-180, -1, 180, 1), 4)


def test_the_whole_world_stays_whole(tmp_path) -> None:
    ring = [[[-180, -90], [180, -90], [180, 90], [-180, 90], [-180, -90]]]
    assert outline(read(geojson(tmp_path, feature("Polygon", ring)))).area == 360 * 180


def test_a_line_is_its_middle_and_a_radius(tmp_path) -> None:
    batches = read(geojson(tmp_path, feature("LineString", [[179, 0], [-179, 0]])))
    place = batches[1].frames["places"].row(0, named=True)
    assert abs(place["lon"]) == 180
    assert 111_000 < place["uncertainty_m"] < 112_000
    assert place["geom_wkb"] is None
    assert noted(batches) == {"line or several points: kept as a middle and a radius": 1}


def test_exchanged_axes_are_found_and_can_be_said(tmp_path) -> None:
    points = [feature("Point", [25 + at, -120], code=str(at)) for at in range(4)]
    path = geojson(tmp_path, *points)
    with pytest.raises(BadFile, match=r"look exchanged in 4 of 4 places: say place\.swapped = true"):
        read(path, PLACES + "[place]\n")
    found = read(path, PLACES + "[place]\nswapped = true\n")
    assert found[1].frames["places"].select("lon", "lat").row(0) == (-120.0, 25.0)


def test_exchanged_axes_that_are_both_plausible_are_found_by_the_box(tmp_path) -> None:
    path = geojson(tmp_path, *(feature("Point", [25 + at, -80], code=str(at)) for at in range(4)))
    assert len(places(read(path, PLACES + "[place]\n"))) == 4
    with pytest.raises(BadFile, match="look exchanged"):
        read(path, PLACES + "[place]\nwithin = [-90, 20, -70, 40]\n")
    one = geojson(tmp_path, feature("Point", [-80, 25]), feature("Point", [10, 10], code="b"))
    assert rejected(read(one, PLACES + "[place]\nwithin = [-90, 20, -70, 40]\n"))[0][2].endswith("place.within")


def test_a_file_compressed_with_gzip_is_read(tmp_path) -> None:
    (tmp_path / "zones.geojson.gz").write_bytes(gzip.compress(collection(feature("Point", [1, 2])).encode()))
    assert places(read(tmp_path / "zones.geojson.gz")) == [("area", "a", "A", 1)]


def test_without_a_mapping_code_and_name_are_needed(tmp_path) -> None:
    path = geojson(tmp_path, {"type": "Feature", "properties": {"id": 1}, "geometry": None})
    with pytest.raises(BadFile, match=r"has no column .*'code' \(named by named_place.code\); it has \['id'\]"):
        read(path, None)


def test_a_mapping_of_features_leaves_the_place_to_the_geometry(tmp_path) -> None:
    path = geojson(tmp_path, feature("Point", [1, 2]))
    with pytest.raises(BadFile, match="the geometry says where"):
        read(path, PLACES + '[place]\nlon = "x"\nlat = "y"\n')


def test_a_property_with_the_name_of_our_own_column_is_passed_over(tmp_path) -> None:
    path = geojson(tmp_path, feature("Polygon", SQUARE, **{OUTLINE: "x", "geometry": "y", "line": "z"}))
    assert len(places(read(path, PLACES.replace("{name}", "{line of the file}")))) == 1


def frame(*, crs: str = "EPSG:32617", x: float = 580200, y: float = 2853900, name: str = "Ñ") -> Any:
    return geopandas.GeoDataFrame({"code": ["a"], "name": [name]}, geometry=[shapely.Point(x, y)], crs=crs)


def test_a_geopackage_is_read_in_its_own_system_of_coordinates(tmp_path) -> None:
    frame().to_file(tmp_path / "zones.gpkg", layer="zones")
    batches = read(tmp_path / "zones.gpkg", form_name="geopackage")
    assert places(batches) == [("area", "a", "Ñ", 1)]
    lon, lat = batches[1].frames["places"].select("lon", "lat").row(0)
    assert (round(lon, 2), round(lat, 2)) == (-80.2, 25.8)


def test_of_several_layers_one_is_named_or_they_are_listed(tmp_path) -> None:
    for layer in ("north", "south"):
        frame(name=layer).to_file(tmp_path / "zones.gpkg", layer=layer)
    with pytest.raises(BadFile, match=r"say by table\.layer which layer is meant; it has 'north', 'south'"):
        read(tmp_path / "zones.gpkg", form_name="geopackage")
    with pytest.raises(BadFile, match="has no layer 'west'"):
        read(tmp_path / "zones.gpkg", PLACES + '[table]\nlayer = "west"\n', "geopackage")
    found = read(tmp_path / "zones.gpkg", PLACES + '[table]\nlayer = "south"\n', "geopackage")
    assert places(found) == [("area", "a", "south", 1)]


def shapefile(folder: Path, *, without: str = "", **given: Any) -> Path:
    (folder / "parts").mkdir()
    frame(**given).to_file(folder / "parts" / "zones.shp", encoding="cp1252")
    with zipfile.ZipFile(folder / "zones.zip", "w") as archive:
        for part in sorted((folder / "parts").iterdir()):
            if part.suffix != without:
                archive.write(part, f"deep/folder/{part.name}")
    return folder / "zones.zip"


def test_a_zipped_shapefile_is_read_with_its_encoding_and_coordinates(tmp_path) -> None:
    batches = read(shapefile(tmp_path), form_name="shapefile")
    assert places(batches) == [("area", "a", "Ñ", 1)]
    assert round(batches[1].frames["places"]["lon"][0], 2) == -80.2


def test_a_shapefile_without_its_encoding_is_read_in_that_of_the_mapping(tmp_path) -> None:
    mapping = PLACES + '[table]\nencodings = ["cp1252"]\n'
    assert places(read(shapefile(tmp_path, without=".cpg"), mapping, "shapefile")) == [("area", "a", "Ñ", 1)]


def test_a_shapefile_without_coordinates_needs_them_from_the_mapping(tmp_path) -> None:
    path = shapefile(tmp_path, without=".prj")
    with pytest.raises(BadFile, match=r"does not say in which system of coordinates it is: give place\.crs"):
        read(path, form_name="shapefile")
    found = read(path, PLACES + '[place]\ncrs = "EPSG:32617"\n', "shapefile")
    assert round(found[1].frames["places"]["lon"][0], 2) == -80.2


def test_a_file_that_knows_its_coordinates_is_not_told_others(tmp_path) -> None:
    with pytest.raises(BadFile, match=r"leave place\.crs out"):
        read(shapefile(tmp_path), PLACES + '[place]\ncrs = "EPSG:32618"\n', "shapefile")


@pytest.mark.parametrize("part", [".shx", ".dbf"])
def test_a_shapefile_that_lacks_a_part_says_which(tmp_path, part: str) -> None:
    with pytest.raises(BadFile, match=f"lacks its {part}"):
        read(shapefile(tmp_path, without=part), form_name="shapefile")


KML = """<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>zones</name>
<Placemark><name>A</name><ExtendedData><Data name="code"><value>a</value></Data></ExtendedData>
<Point><coordinates>-80.2,25.8,7</coordinates></Point></Placemark>{more}</Document></kml>"""
KML_PLACES = PLACES.replace("{name}", "{Name}")


def test_placemarks_of_kml_and_kmz_are_read_with_their_data(tmp_path) -> None:
    (tmp_path / "zones.kml").write_text(KML.format(more=""))
    with zipfile.ZipFile(tmp_path / "zones.kmz", "w") as archive:
        archive.write(tmp_path / "zones.kml", "doc.kml")
    for name in ("zones.kml", "zones.kmz"):
        batches = read(tmp_path / name, KML_PLACES, "kml")
        assert places(batches) == [("area", "a", "A", 1)]
        assert batches[1].frames["places"].select("lon", "lat").rows() == [(-80.2, 25.8)]


@pytest.fixture
def listener() -> Any:
    """A server that notes who asks it for anything."""
    asked: list[str] = []

    class Noting(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        do_HEAD = do_GET  # noqa: N815

        def log_message(self, *_: Any) -> None:
            return

    server = http.server.HTTPServer(("127.0.0.1", 0), Noting)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    thread.join()
    server.server_close()


def test_links_of_a_kml_are_not_followed(tmp_path, listener) -> None:
    url, asked = listener
    style = (
        f"<Placemark><styleUrl>{url}/style.kml#s</styleUrl><Point><coordinates>1,2</coordinates></Point></Placemark>"
    )
    link = f"<NetworkLink><Link><href>{url}/more.kml</href></Link></NetworkLink>"
    (tmp_path / "zones.kml").write_text(KML.format(more=style + link))
    batches = read(tmp_path / "zones.kml", KML_PLACES, "kml")
    assert noted(batches)["network link that was not followed"] == 1
    assert asked == []


def test_a_file_that_names_others_is_not_opened_as_such(tmp_path, listener) -> None:
    url, asked = listener
    source = f"<SrcDataSource>/vsicurl/{url}/x.geojson</SrcDataSource>"
    vrt = f"<OGRVRTDataSource><OGRVRTLayer name='x'>{source}</OGRVRTLayer></OGRVRTDataSource>"
    for content in (vrt, '{"type": "Topology", "objects": {}, "arcs": []}', f'{{"x": "{url}", "esri": 1}}', "{}" + vrt):
        (tmp_path / "zones.geojson").write_text(content)
        with pytest.raises(BadFile):
            read(tmp_path / "zones.geojson")
    (tmp_path / "zones.kml").write_text(vrt)
    with pytest.raises(BadFile, match="is not KML"):
        read(tmp_path / "zones.kml", KML_PLACES, "kml")
    assert asked == []


def test_a_view_of_a_geopackage_reads_no_other_file(tmp_path) -> None:
    frame().to_file(tmp_path / "zones.gpkg", layer="zones")
    with sqlite3.connect(tmp_path / "zones.gpkg") as database:
        database.execute("DROP TABLE gpkg_ogr_contents")
        database.execute("CREATE VIEW evil AS SELECT fid, geom, code, load_extension('/tmp/x.so') AS name FROM zones")
        database.execute("UPDATE gpkg_contents SET table_name = 'evil', identifier = 'evil'")
        database.execute("UPDATE gpkg_geometry_columns SET table_name = 'evil'")
    database.close()
    with pytest.raises(BadFile, match=r"zones\.gpkg"):
        read(tmp_path / "zones.gpkg", PLACES + '[table]\nlayer = "evil"\n', "geopackage")


@pytest.mark.parametrize(
    ("form", "content", "said"),
    [
        ("geojson", b"no json", "does not begin with {"),
        ("geojson", b'{"type": "FeatureCollection", "features": [', "cannot be read"),
        ("geojson", b'{"a":' * 100_000, "cannot be read"),
        ("geopackage", b"SQLite format 2", "is not a GeoPackage"),
        ("geopackage", b"SQLite format 3\0" + bytes(5000), "cannot be read"),
        ("kml", b"<kml>", "not well-formed"),
        ("kml", b'<!DOCTYPE kml [<!ENTITY a SYSTEM "file:///etc/passwd">]><kml>&a;</kml>', "document type"),
        ("kml", b"<html/>", "is not KML"),
        ("shapefile", b"PK\x03\x04" + bytes(100), "not a zip file"),
        ("shapefile", b"no zip", "does not begin as a zip"),
    ],
    ids=range(10),
)
def test_a_broken_or_hostile_file_gets_one_sentence(tmp_path, form: str, content: bytes, said: str) -> None:
    path = tmp_path / "zones.file"
    path.write_bytes(content)
    with pytest.raises(BadFile, match=said) as refusal:
        read(path, form_name=form)
    assert str(refusal.value).startswith("zones.file")
    assert "/tmp/" not in str(refusal.value)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"../zones.shp": b""}, "leads out of the archive"),
        ({"readme.txt": b""}, "it has none"),
        ({"a.shp": b"", "b.shp": b""}, "which layer is meant; it has 'a', 'b'"),
        ({"a.shp": b"x" * 200, "a.shx": b"x" * 200, "a.dbf": b"x" * 200}, "cannot be read"),
        ({"a.shp": bytes(90 << 20), "a.shx": b"", "a.dbf": b""}, "decompression bomb"),
    ],
    ids=range(5),
)
def test_a_hostile_archive_gets_one_sentence(tmp_path, members: dict[str, bytes], said: str) -> None:
    with zipfile.ZipFile(tmp_path / "zones.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    with pytest.raises(BadFile, match=said):
        read(tmp_path / "zones.zip", form_name="shapefile")


def test_no_folder_of_a_reading_stays_behind(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    path = shapefile(tmp_path)
    before = sorted(os.listdir(tmp_path))
    read(path, form_name="shapefile")
    assert sorted(set(os.listdir(tmp_path)) - {"map.toml"}) == before


def test_a_corner_that_is_no_number_is_told_of_and_warns_nobody() -> None:
    corner, point = struct.pack("<BI2d", 1, 1, 1.0, float("nan")), struct.pack("<BI2d", 1, 1, 1.0, 2.0)
    found = shapes_of(pl.Series([corner, point]), pl.Series([1, 2]), CRS.from_user_input("EPSG:4326"), is_swapped=False)
    assert found.is_good.to_list() == [False, True]
    assert found.rejects["line"].to_list() == [1]
