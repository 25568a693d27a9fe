"""Partners' files come in through the own page's form, their tiles go out to who may see them; a cut link is told."""

import json
import uuid
from collections.abc import Iterator
from pathlib import Path

import httpx
import psycopg
import pytest

from watchfloor.app.tile_bundles import _HEAD
from watchfloor.data.address import Role
from watchfloor.data.partner.addresses import PartnerAddress
from watchfloor.data.partner.shelf import PartnerShelf
from watchfloor.data.registry import Account, LabelSpec, ensure_agency, ensure_principal, intern_label
from watchfloor.geo.scope import PrincipalKind, Tlp

from .conftest import PASSWORD, Served
from .partner_server import partner_server, png

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
