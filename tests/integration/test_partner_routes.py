"""Partners' files come in through the own page's form, their tiles go out to who may see them; a cut link is told."""

import io
import json
import threading
import uuid
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import geopandas
import httpx
import psycopg
import pytest
import shapely
from PIL import Image

from watchfloor.app.tile_bundles import _HEAD
from watchfloor.data.address import Role
from watchfloor.data.partner.addresses import PartnerAddress
from watchfloor.data.partner.shelf import PartnerShelf
from watchfloor.data.registry import Account, LabelSpec, ensure_agency, ensure_principal, intern_label
from watchfloor.data.repository import Asker
from watchfloor.geo.scope import PrincipalKind, Tlp

from .conftest import PASSWORD, Served
from .partner_server import capabilities_of_paths, partner_server, png

POINT = {"type": "Feature", "properties": {"name": "x"}, "geometry": {"type": "Point", "coordinates": [10.0, 10.0]}}
FILE = json.dumps({"type": "FeatureCollection", "features": [POINT]}).encode()


@pytest.fixture(scope="module")
def own(server: Served) -> int:
    """A label of agency A alone; agencies A and B, each with one person: ana and bob."""
    with psycopg.connect(server.runtime.address.conninfo(Role.OWNER)) as owner:
        for code, name in (("A", "ana"), ("B", "bob")):
            ensure_agency(owner, code, f"Agency {code}")
            ensure_principal(owner, Account(name, PrincipalKind.PERSON, name, code, password=PASSWORD))
        return intern_label(owner, LabelSpec("A", Tlp.AMBER_STRICT))


@pytest.fixture
def ana(server: Served, own: int) -> Iterator[httpx.Client]:
    with server.client() as client:
        assert server.send_sign_in(client, "ana").status_code == 303
        yield client


@pytest.fixture
def bob(server: Served, own: int) -> Iterator[httpx.Client]:
    with server.client() as client:
        assert server.send_sign_in(client, "bob").status_code == 303
        yield client


def form_key(client: httpx.Client) -> str:
    return client.get("/whoami").text.split('name="form_key" value="')[1].split('"')[0]


def sent(client: httpx.Client, label: int, body: bytes = FILE, key: str | None = None, **more: str) -> httpx.Response:
    given = {"file": "zones.geojson", "name": "Zones", "label": str(label), "colour": "sky", **more}
    headers = {"x-form-key": form_key(client) if key is None else key, "accept": "application/json"}
    return client.post("/partner/layers", params=given, content=body, headers=headers)


def tiles(server: Served, client: httpx.Client, name: str, code: str, places: str = "0/0/0") -> httpx.Response:
    with server.runtime.signed_in_as(name) as token:
        epoch = server.runtime.door.peek(token).epoch
    given = {"code": code, "e": epoch, "view": str(uuid.uuid4()), "tiles": places}
    return client.get("/partner/tiles.bundle", params=given, timeout=60)


def pictures(answer: httpx.Response) -> list[bytes]:
    found, body = [], answer.content
    while body:
        *_, size = _HEAD.unpack(body[: _HEAD.size])
        found.append(body[_HEAD.size : _HEAD.size + size])
        body = body[_HEAD.size + size :]
    return found


def test_a_person_adds_one_file_at_a_time(server: Served, ana: httpx.Client, bob: httpx.Client, own: int) -> None:
    begun, may_end = threading.Event(), threading.Event()
    given = {"file": "zones.geojson", "name": "Slow", "label": str(own), "colour": "sky"}
    headers = {"x-form-key": form_key(ana), "accept": "application/json"}

    def slowly() -> Iterator[bytes]:
        yield FILE[:10]
        begun.set()
        may_end.wait(60)
        yield FILE[10:]

    def add() -> httpx.Response:
        return ana.post("/partner/layers", params=given, content=slowly(), headers=headers, timeout=120)

    with ThreadPoolExecutor(1) as hand:
        adding = hand.submit(add)
        try:
            assert begun.wait(60)
            with server.client() as other:
                other.cookies = ana.cookies
                again = sent(other, own)
                assert (again.status_code, again.headers["retry-after"]) == (503, "5")
                assert "a file of yours" in again.json()["error"]
            assert sent(bob, own).status_code != 503
        finally:
            may_end.set()
        assert adding.result(120).status_code == 200
    assert sent(ana, own).status_code == 200


def test_a_file_comes_in_and_its_tiles_go_to_who_may_see_them(
    server: Served, ana: httpx.Client, bob: httpx.Client, own: int
) -> None:
    added = sent(ana, own)
    assert (added.status_code, added.json()["n"]) == (200, 1)

    drawn = tiles(server, ana, "ana", added.json()["id"], "0/0/0,1/0/0")
    refused = tiles(server, bob, "bob", added.json()["id"])
    assert drawn.status_code == 200
    assert len(set(pictures(drawn))) == 2
    assert all(picture.startswith(b"\x89PNG") for picture in pictures(drawn))
    assert (refused.status_code, tiles(server, bob, "bob", str(uuid.uuid4())).text) == (400, refused.text)


ZONE = geopandas.GeoDataFrame({"name": ["x"]}, geometry=[shapely.box(5, 5, 15, 15)], crs="EPSG:4326")
KML = (
    '<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark><name>x</name><Polygon><outerBoundaryIs>'
    "<LinearRing><coordinates>5,5 15,5 15,15 5,15 5,5</coordinates></LinearRing></outerBoundaryIs></Polygon>"
    "</Placemark></Document></kml>"
)


def zipped(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def geopackage(folder: Path) -> bytes:
    # another system of coordinates than ours, as partners send them
    ZONE.to_crs("EPSG:32632").to_file(folder / "zones.gpkg", layer="zones")
    return (folder / "zones.gpkg").read_bytes()


def shapefile(folder: Path) -> bytes:
    ZONE.to_file(folder / "zones.shp")
    return zipped({part.name: part.read_bytes() for part in folder.iterdir()})


FORMS = {
    "zones.gpkg": geopackage,
    "zones.zip": shapefile,
    "zones.kml": lambda _: KML.encode(),
    "zones.kmz": lambda _: zipped({"doc.kml": KML.encode()}),
}


@pytest.fixture(params=FORMS)
def form(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, bytes]:
    """Name and content of a file of each form but GeoJSON, with the same zone."""
    return request.param, FORMS[request.param](tmp_path)


def test_a_file_of_each_form_is_told_and_drawn_as_its_zone_and_hidden_from_others(
    server: Served, ana: httpx.Client, bob: httpx.Client, own: int, form: tuple[str, bytes]
) -> None:
    name, content = form
    added = sent(ana, own, content, file=name)
    assert (added.status_code, added.json().get("n")) == (200, 1), added.text
    layer = added.json()["id"]

    repository = server.runtime.repository
    with server.runtime.signed_in_as("ana") as token:
        asker = Asker(token, uuid.uuid4())
        found = repository.partner_feature_at(asker, uuid.UUID(layer), (10.0, 10.0), 0.0)
        beside = repository.partner_feature_at(asker, uuid.UUID(layer), (17.0, 10.0), 0.0)
    assert (found and found.title, beside) == ("x", None)
    (whole,) = pictures(tiles(server, ana, "ana", layer, "3/4/3"))
    with Image.open(io.BytesIO(whole)) as picture:
        # 10 degrees of 45 that a tile is wide, as drawn at 5 to 15 degrees east and north
        assert picture.convert("RGBA").getpixel((57, 198))[3] > 0
        assert picture.convert("RGBA").getpixel((200, 60))[3] == 0
    assert tiles(server, bob, "bob", layer).status_code == 400


def test_a_file_from_elsewhere_or_under_a_label_unseen_is_refused(
    ana: httpx.Client, bob: httpx.Client, own: int
) -> None:
    assert sent(ana, own, key="forged").status_code == 403
    assert sent(bob, own).status_code == 403
    assert sent(ana, own, colour="red;url(x)").status_code == 400
    assert "does not begin with {" in sent(ana, own, b"<html>").json()["error"]
    assert "by its name" in sent(ana, own, file="zones.exe").json()["error"]


def test_a_service_is_asked_by_the_server_for_who_sees_its_label_and_kept_when_its_link_is_cut(
    server: Served, ana: httpx.Client, bob: httpx.Client, tmp_path: Path
) -> None:
    with partner_server() as partner:
        listed = {"name": "sea", "title": "Sea", "kind": "wms", "url": partner.url + "/wms", "layer": "sea"}
        address = PartnerAddress.model_validate({**listed, "label": "A/AMBER+STRICT"})
        server.runtime.repository.partners = PartnerShelf([address], tmp_path)
        fresh = tiles(server, ana, "ana", "map-sea")
        refused = tiles(server, bob, "bob", "map-sea")
        n_asked = len(partner.asked)
    cut = tiles(server, ana, "ana", "map-sea", "0/0/0,1/1/1")
    server.runtime.repository.partners = None

    assert (fresh.status_code, refused.status_code, n_asked) == (200, 400, 1)
    assert pictures(fresh) != [png()]
    assert pictures(fresh)[0] in pictures(cut)
    assert len(pictures(cut)) == 2


def test_a_wmts_of_paths_alone_is_asked_by_its_own_template_for_who_sees_its_label(
    server: Served, ana: httpx.Client, bob: httpx.Client, tmp_path: Path
) -> None:
    with partner_server() as partner:
        honest = partner.answer
        told = (200, {"content-type": "text/xml"}, capabilities_of_paths("/rest"))
        partner.answer = lambda path, given: told if given else honest(path, given)
        listed = {"name": "paths", "title": "Paths", "kind": "wmts", "url": partner.url + "/wmts", "layer": "chart"}
        address = PartnerAddress.model_validate({**listed, "label": "A/AMBER+STRICT"})
        server.runtime.repository.partners = PartnerShelf([address], tmp_path)
        refused = tiles(server, bob, "bob", "map-paths", "2/1/3")
        before = len(partner.asked)
        drawn = tiles(server, ana, "ana", "map-paths", "2/1/3")
        server.runtime.repository.partners = None

    assert (refused.status_code, before) == (400, 0)
    (picture,) = pictures(drawn)
    with Image.open(io.BytesIO(picture)) as shown:
        assert shown.getpixel((9, 9)) == (200, 30, 30, 255)
    assert [path for path, given in partner.asked if not given] == ["/rest/plain/world/level-2/3/1.png"]
