"""Features load once, whatever file they came in; the real limits of the United States at sea load as places."""

import json
from pathlib import Path

import psycopg
import pytest

from watchfloor.data.address import Role
from watchfloor.data.ingest.catalogue import configured_format
from watchfloor.data.ingest.pipeline import Order, RunReport, ingest
from watchfloor.data.registry import PUBLIC

SOURCE = '[source]\ncode = "zones"\ntitle = "Zones"\npublisher = "Office"\nlicence = "none"\n'
ZONES = f'target = "places"\n{SOURCE}[named_place]\nkind = "area"\ncode = "{{code}}"\nname = "{{name}}"\n'
INCIDENTS = (
    f'target = "events"\n{SOURCE}[record]\nkey = ["code"]\nkind = "incident"\ntitle = "{{name}}"\n'
    '[time]\ncolumns = ["day"]\nformat = "%d.%m.%Y"\nprecision = "day"\n[place]\nprecision = "street"\n'
)
LIMITS = (
    f'target = "places"\n{SOURCE}[named_place]\nkind = "maritime_limit"\ncode = "US-{{OBJECTID}}"\n'
    'name = "{REGION}: {FEAT_TYPE} {BOUND_ID}"\ncountry = "US"\n'
    '[record]\nkey = ["OBJECTID"]\nattributes = { authority = "LEGAL_AUTH", published = "PUB_DATE" }\n'
)
SQUARE = {"type": "Polygon", "coordinates": [[[179, 0], [-179, 0], [-179, 2], [179, 2], [179, 0]]]}
BOW_TIE = {"type": "Polygon", "coordinates": [[[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]]}


def load(store, folder: Path, name: str, path: Path, mapping: str) -> RunReport:
    (folder / "map.toml").write_text(mapping)
    form, options = configured_format(name, folder / "map.toml")
    return ingest(store, Order(form, PUBLIC, "tests", options), [path])


def rows(store, question: str) -> list[tuple]:
    with psycopg.connect(store.conninfo(Role.INTAKE)) as connection:
        return connection.execute(question).fetchall()


def write(folder: Path, *features: tuple[dict[str, str], dict]) -> Path:
    document = [{"type": "Feature", "properties": said, "geometry": shape} for said, shape in features]
    (folder / "zones.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": document}))
    return folder / "zones.geojson"


def test_areas_load_once_with_their_outline_and_the_bad_ones_are_kept_aside(store, tmp_path) -> None:
    path = write(tmp_path, ({"code": "a", "name": "A"}, SQUARE), ({"code": "b", "name": "B"}, BOW_TIE))
    first, second = (load(store, tmp_path, "geojson", path, ZONES) for _ in range(2))
    assert first.totals() == {"read": 2, "loaded": 1, "unchanged": 0, "superseded": 0, "quarantined": 1}
    assert second.totals() == {"read": 2, "loaded": 0, "unchanged": 1, "superseded": 0, "quarantined": 1}
    ((code, longitude, width),) = rows(
        store, "SELECT code, abs(lon), ST_XMax(geom) - ST_XMin(geom) FROM watchfloor.place WHERE kind = 'area'"
    )
    assert (code, longitude, width) == ("a", 180.0, 360.0)
    ((line, column, reason),) = rows(store, 'SELECT DISTINCT line, "column", reason FROM watchfloor.quarantine')
    assert (line, column, reason[:19]) == (2, "geometry", "is no valid area: S")


def test_points_load_once_as_events_of_their_kind(store, tmp_path) -> None:
    here = {"type": "Point", "coordinates": [-80.2, 25.8]}
    path = write(tmp_path, ({"code": "a", "name": "A", "day": "05.03.2024"}, here))
    first, second = (load(store, tmp_path, "geojson", path, INCIDENTS).totals() for _ in range(2))
    assert (first["loaded"], second["loaded"], second["unchanged"]) == (1, 0, 1)
    assert rows(store, "SELECT kind, title, lon, lat, uncertainty_m FROM watchfloor.event") == [
        ("incident", "A", -80.2, 25.8, 150.0)
    ]


@pytest.mark.real
def test_the_limits_of_the_united_states_at_sea_load_as_places(store, real_data, tmp_path) -> None:
    path = real_data / "boundaries/noaa_us_maritime_limits_and_boundaries.shp.zip"
    first, second = (load(store, tmp_path, "shapefile", path, LIMITS) for _ in range(2))
    assert first.totals() == {"read": 260, "loaded": 260, "unchanged": 0, "superseded": 0, "quarantined": 0}
    assert second.totals() == {"read": 260, "loaded": 0, "unchanged": 260, "superseded": 0, "quarantined": 0}
    notes = {note: n for note, n in first.files[0].notes.items() if n}
    assert notes == {"line or several points: kept as a middle and a radius": 260}
    ((there, widest),) = rows(
        store, "SELECT count(*), max(uncertainty_m) FROM watchfloor.place WHERE kind = 'maritime_limit'"
    )
    assert (there, widest < 4_000_000) == (260, True)
