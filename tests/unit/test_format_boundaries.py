"""Boundaries: TopoJSON decoded, cut at the antimeridian, closed at the pole, coded; what is hostile refused."""

import gzip
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import shapely

from watchfloor.data.ingest.boundaries import FORMAT, middle_of
from watchfloor.data.ingest.format import Options
from watchfloor.data.ingest.frames import Batch, conform
from watchfloor.data.ingest.opened import open_file
from watchfloor.geo.errors import BadFile

# two squares that share the side from (1, 0) to (1, 1); the second is stored as steps from it
SHARED = [[[1, 0], [0, 1]], [[1, 1], [-1, 0], [0, -1], [1, 0]], [[1, 0], [1, 0], [0, 1], [-1, 0]]]
WEST = {"type": "Polygon", "id": "001", "properties": {"name": "West"}, "arcs": [[0, 1]]}
EAST = {"type": "MultiPolygon", "id": "002", "properties": {"name": "East"}, "arcs": [[[2, -1]]]}


def topology(*geometries: Any, arcs: Any = SHARED, name: str = "countries", scale: float = 1) -> dict[str, Any]:
    return {
        "type": "Topology",
        "transform": {"scale": [scale, scale], "translate": [0, 0]},
        "arcs": arcs,
        "objects": {name: {"type": "GeometryCollection", "geometries": list(geometries)}},
    }


def ring(*points: tuple[float, float], **properties: Any) -> dict[str, Any]:
    """A topology of one area, its ring written out without steps."""
    one = {"type": "Polygon", "id": "001", "properties": {"name": "Area"}, "arcs": [[0]]} | properties
    return topology(one, arcs=[[*points, points[0]]]) | {"transform": None}


def read_text(folder: Path, text: str | bytes) -> list[Batch]:
    (folder / "areas.json").write_bytes(text if isinstance(text, bytes) else text.encode())
    return list(FORMAT.read(open_file(folder / "areas.json"), Options()))


def read(folder: Path, document: Any) -> list[Batch]:
    return read_text(folder, json.dumps(document))


def places(folder: Path, document: Any) -> pl.DataFrame:
    return pl.concat(
        [conform("places", batch.frames["places"]) for batch in read(folder, document) if "places" in batch.frames]
    )


def area(folder: Path, document: Any) -> Any:
    return shapely.from_wkb(places(folder, document)["geom_wkb"][0])


def test_a_common_border_is_stored_once_and_belongs_to_both(tmp_path) -> None:
    found = places(tmp_path, topology(WEST, EAST))
    west, east = shapely.from_wkb(found["geom_wkb"].to_list())
    assert west.equals(shapely.box(0, 0, 1, 1))
    assert east.equals(shapely.box(1, 0, 2, 1))
    assert found.select("kind", "code", "name").rows() == [("country", "001", "West"), ("country", "002", "East")]


def test_every_outline_is_a_multipolygon(tmp_path) -> None:
    assert area(tmp_path, topology(WEST)).geom_type == "MultiPolygon"


def test_an_area_over_the_antimeridian_is_cut_there(tmp_path) -> None:
    found = area(tmp_path, ring((179, -1), (-179, -1), (-179, 1), (179, 1)))
    assert found.bounds == (-180, -1, 180, 1)
    assert (len(found.geoms), found.area) == (2, 4)
    lon, lat, radius = middle_of(found)
    assert abs(lon) == 180
    assert lat == 0
    assert 157_000 < radius < 158_000


def test_a_hole_on_the_other_side_of_the_antimeridian_stays_a_hole(tmp_path) -> None:
    outline = [[178, -2], [-178, -2], [-178, 2], [178, 2], [178, -2]]
    hole = [[-179.5, -1], [-179.5, 1], [-178.5, 1], [-178.5, -1], [-179.5, -1]]
    lake = {"type": "Polygon", "id": "001", "properties": {"name": "Lake"}, "arcs": [[0], [1]]}
    found = area(tmp_path, topology(lake, arcs=[outline, hole]) | {"transform": None})
    assert found.area == 16 - 2
    assert not found.contains(shapely.Point(-179, 0))


def test_a_ring_around_a_pole_holds_the_pole(tmp_path) -> None:
    found = area(tmp_path, ring((-90, -70), (0, -70), (90, -70), (180, -70)))
    assert found.contains(shapely.Point(45, -89))
    assert not found.contains(shapely.Point(45, -60))


def test_a_bow_tie_is_mended(tmp_path) -> None:
    found = area(tmp_path, ring((0, 0), (2, 2), (2, 0), (0, 2)))
    assert found.is_valid
    assert found.area == 2


def test_the_middle_and_the_radius_cover_the_area(tmp_path) -> None:
    lon, lat, radius = middle_of(shapely.MultiPolygon([shapely.box(0, 0, 2, 2)]))
    assert (round(lon, 1), round(lat, 1)) == (1.0, 1.0)
    assert 157_000 < radius < 158_000


@pytest.mark.parametrize(
    ("name", "changed", "kind", "code", "country"),
    [
        ("states", {"id": "09"}, "state", "US-CT", "US"),
        ("counties", {"id": "09001"}, "county", "09001", "US"),
        ("mex", {"id": "MX.BN"}, "state", "MX.BN", "MX"),
        ("countries", {"id": None, "properties": {"name": "N. Cyprus"}}, "country", "NE-N-CYPRUS", None),
        ("countries", {"id": "-99"}, "country", "NE-WEST", None),
    ],
)
def test_each_kind_of_area_has_its_code(tmp_path, *, name, changed, kind, code, country) -> None:
    row = places(tmp_path, topology(WEST | changed, name=name)).row(0, named=True)
    assert (row["kind"], row["code"], row["country"]) == (kind, code, country)


def test_of_two_areas_with_one_id_the_larger_keeps_it(tmp_path) -> None:
    islet = {"type": "Polygon", "id": "001", "properties": {"name": "Islet"}, "arcs": [[3]]}
    arcs = [*SHARED, [[5, 5], [0, 0.1], [0.1, 0], [-0.1, -0.1]]]
    found = places(tmp_path, topology(islet, WEST, arcs=arcs))
    assert found.select("name", "code").rows() == [("Islet", "NE-ISLET"), ("West", "001")]


@pytest.mark.parametrize(
    ("changed", "column"),
    [({"properties": {}}, "name"), ({"properties": None}, "name"), ({"arcs": [[0]]}, "arcs"), ({"arcs": []}, "arcs")],
)
def test_an_area_without_name_or_size_is_kept_aside(tmp_path, changed: dict[str, Any], column: str) -> None:
    batch = read(tmp_path, topology(EAST, WEST | changed))[1]
    assert batch.rejects.select("line", "column").rows() == [(2, column)]
    assert batch.frames["places"].height == 1


def test_a_land_mask_is_no_place(tmp_path) -> None:
    batches = read(tmp_path, topology(WEST, name="land"))
    assert sum(batch.read for batch in batches) == 0
    assert batches[0].notes == {"land mask or nation, which is no place": 1}


def test_hostile_names_are_plain_text(tmp_path) -> None:
    name = "<b>'; DROP TABLE place;--\\ud800\\u0000"
    text = json.dumps(topology(WEST)).replace('"West"', f'"{name}"')
    (_, batch) = read_text(tmp_path, text)
    assert batch.frames["places"]["name"].to_list() == ["<b>'; DROP TABLE place;--"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no json",
        "[]",
        '{"type": "FeatureCollection", "features": []}',
        '{"type": "Topology"}',
        '{"type": "Topology", "arcs": [], "objects": {"rivers": {"type": "GeometryCollection", "geometries": []}}}',
        "[" * 100_000,
        '{"type": "Topology", "arcs": [[[0, 0], [1e999, 0]]], "objects": {}}',
        '{"type": "Topology", "arcs": [[[0, 0], [NaN, 0]]], "objects": {}}',
        '{"type": "Topology", "arcs": 5, "objects": {"countries": {}}}',
        json.dumps(topology(WEST | {"arcs": [[7]]})),
        json.dumps(topology(WEST | {"arcs": [["0"]]})),
        json.dumps(topology(WEST | {"arcs": 3})),
        json.dumps(topology(WEST, scale=1_000)),
        '{"type": "Topology", "arcs": [], "objects": ' + "9" * 10_000 + "}",
        b"\xff\xfe{}",
        gzip.compress(json.dumps(topology(WEST)).encode())[:60],
    ],
    ids=range(17),
)
def test_what_is_not_topojson_is_refused_with_one_sentence(tmp_path, text: str | bytes) -> None:
    with pytest.raises(BadFile, match=r"^areas\.json: "):
        read_text(tmp_path, text or b" ")
