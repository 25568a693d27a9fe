"""Partners' addresses: asked by the server alone and in bounds, kept, and shown with their age when the link is cut."""

import io
import json
import os
import time
from collections.abc import Iterator
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from watchfloor.data.partner import fetching
from watchfloor.data.partner import shelf as shelf_module
from watchfloor.data.partner.addresses import PartnerAddress, read_addresses
from watchfloor.data.partner.fetching import Bounds, Fetcher
from watchfloor.data.partner.services import asked_tile, layers_of
from watchfloor.data.partner.shelf import PartnerShelf
from watchfloor.geo.errors import BadInput, PartnerFault

from .partner_server import Partner, capabilities_of_paths, partner_server, png

PLACE = (2, 1, 1)


@pytest.fixture
def partner() -> Iterator[Partner]:
    with partner_server() as server:
        yield server


def address(partner: Partner, kind: str = "wms", **more: Any) -> PartnerAddress:
    paths = {"wms": "/wms?map=sea", "wmts": "/wmts", "ogc-tiles": "/api", "ogc-features": "/api"}
    layers = {"wms": "sea", "wmts": "chart", "ogc-tiles": "sea", "ogc-features": "buoys"}
    given = {"name": "sea", "title": "Sea", "kind": kind, "url": partner.url + paths[kind], "layer": layers[kind]}
    return PartnerAddress.model_validate({**given, "label": "public", **more})


def shelf_of(one: PartnerAddress, folder: Path, left_alone_s: float = 0.0) -> PartnerShelf:
    return PartnerShelf([one], folder, left_alone_s=left_alone_s)


def got[Answer](asked: Future[Answer]) -> Answer:
    return asked.result(timeout=30)


def outlived(folder: Path, minutes: int) -> None:
    """Let what is kept be older."""
    for path in folder.rglob("*"):
        if path.is_file():
            then = time.time() - 60 * minutes
            os.utime(path, (then, then))


@pytest.mark.parametrize("kind", ["wms", "wmts", "ogc-tiles"])
def test_a_tile_is_asked_for_once_and_written_anew_from_its_pixels(partner: Partner, kind: str, tmp_path: Path) -> None:
    shelf = shelf_of(address(partner, kind), tmp_path)
    first, again = got(shelf.tile("map-sea", PLACE)), got(shelf.tile("map-sea", PLACE))

    assert first is not None
    assert again is not None
    assert first.content == again.content != png()
    with Image.open(io.BytesIO(first.content)) as picture:
        assert (picture.format, picture.size, picture.getpixel((9, 9))) == ("PNG", (256, 256), (200, 30, 30, 255))
    pictures = [given for _, given in partner.asked if given.get("REQUEST") != "GetCapabilities"]
    assert len(pictures) == 1


def test_a_wms_is_asked_for_the_very_box_of_the_tile(partner: Partner, tmp_path: Path) -> None:
    got(shelf_of(address(partner, style="night"), tmp_path).tile("map-sea", (1, 1, 0)))

    ((path, given),) = partner.asked
    assert (path, given["map"], given["LAYERS"], given["STYLES"], given["CRS"]) == (
        "/wms", "sea", "sea", "night", "EPSG:3857",
    )  # fmt: skip
    west, south, east, north = map(float, given["BBOX"].split(","))
    assert (round(west), round(south), round(east), round(north)) == (0, 0, 20037508, 20037508)


def test_a_wmts_is_asked_by_the_names_of_its_own_matrices_and_at_the_listed_host_alone(
    partner: Partner, tmp_path: Path
) -> None:
    shelf = shelf_of(address(partner, "wmts"), tmp_path)
    got(shelf.tile("map-sea", PLACE))
    too_close = got(shelf.tile("map-sea", (9, 1, 1)))

    given = partner.asked[1][1]
    assert (given["TILEMATRIX"], given["TILEROW"], given["TILECOL"], given["STYLE"]) == ("level-2", "1", "1", "plain")
    assert too_close is None
    assert shelf.status("map-sea").why == "it has no tiles at zoom 9"
    assert layers_of(address(partner, "wmts"), Fetcher()) == ("chart",)


def test_a_template_that_leads_to_another_host_is_not_followed(partner: Partner, tmp_path: Path) -> None:
    partner.answer = lambda *_: (200, {"content-type": "text/xml"}, capabilities_of_paths("http://169.254.169.254"))
    shelf = shelf_of(address(partner, "wmts"), tmp_path)

    assert got(shelf.tile("map-sea", PLACE)) is None
    assert "another host" in shelf.status("map-sea").why
    assert len(partner.asked) == 1


def html(*_: object) -> Any:
    return 200, {"content-type": "text/html"}, b"<script>alert(1)</script>"


def redirect(*_: object) -> Any:
    return 302, {"location": "http://169.254.169.254/"}, b""


def disguised(*_: object) -> Any:
    return 200, {"content-type": "image/png"}, b"<svg onload=alert(1)>"


def gif(*_: object) -> Any:
    return 200, {"content-type": "image/png"}, png(form="GIF")


def huge(*_: object) -> Any:
    return 200, {"content-type": "image/png"}, b"\x89PNG" + bytes(5 * 2**20)


def wide(*_: object) -> Any:
    return 200, {"content-type": "image/png"}, png(size=4096)


def packed(*_: object) -> Any:
    return 200, {"content-type": "image/png", "content-encoding": "gzip"}, png()


def broken(*_: object) -> Any:
    return 200, {"content-type": "image/png"}, png()[:-30]


def failing(*_: object) -> Any:
    return 503, {"content-type": "image/png"}, png()


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (html, "it answers with 'text/html'"),
        (redirect, "it sends us elsewhere"),
        (disguised, "its answer is no picture"),
        (gif, "its answer is no picture"),
        (huge, "its answer is larger than 4 MB"),
        (wide, "its picture is of 4096 by 4096 pixels"),
        (packed, "it answers compressed"),
        (broken, "its answer is no picture"),
        (failing, "it answers with status 503"),
    ],
)
def test_a_hostile_answer_is_not_used_and_the_last_picture_stays(
    partner: Partner, answer: Any, why: str, tmp_path: Path
) -> None:
    shelf = shelf_of(address(partner, max_age_minutes=10), tmp_path)
    good = got(shelf.tile("map-sea", PLACE))
    outlived(tmp_path, 11)
    partner.answer = answer

    kept = got(shelf.tile("map-sea", PLACE))
    assert good is not None
    assert kept is not None
    assert kept.content == good.content
    assert shelf.status("map-sea", [PLACE]).why.startswith(why)


def test_a_link_that_is_cut_leaves_the_last_picture_with_its_age_and_comes_back(tmp_path: Path) -> None:
    with partner_server() as partner:
        one = address(partner, max_age_minutes=10)
        shelf = shelf_of(one, tmp_path)
        got(shelf.tile("map-sea", PLACE))
        version = shelf.status("map-sea").version
    outlived(tmp_path, 30)

    kept, never = got(shelf.tile("map-sea", PLACE)), got(shelf.tile("map-sea", (3, 1, 1)))
    status = shelf.status("map-sea", [PLACE, (3, 1, 1)])
    assert kept is not None
    assert never is None
    assert status.why == "it cannot be reached"
    assert status.cut_since is not None
    assert status.as_of is not None
    assert timedelta(minutes=29) < datetime.now(UTC) - status.as_of < timedelta(minutes=31)
    # closer in, the part of the last picture that lies there stands in
    part = got(shelf.tile("map-sea", (4, 5, 6)))
    assert part is not None
    with Image.open(io.BytesIO(part.content)) as enlarged:
        assert (enlarged.size, enlarged.getpixel((9, 9))) == ((256, 256), (200, 30, 30, 255))
    # a server that starts anew has the picture too
    restarted = shelf_of(one, tmp_path)
    assert got(restarted.tile("map-sea", PLACE)) is not None

    with partner_server(partner.port):
        fresh = got(shelf.tile("map-sea", PLACE))
    assert fresh is not None
    back = shelf.status("map-sea", [PLACE])
    assert (back.cut_since, back.why) == (None, "")
    assert back.version != version


def test_a_partner_that_drips_is_left_after_its_time_and_then_left_alone(
    partner: Partner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf_module, "PICTURE", Bounds(fetching.PICTURES, 4 * 2**20, seconds=0.3, silence_s=0.2))
    partner.drips = True
    shelf = shelf_of(address(partner), tmp_path, left_alone_s=600.0)

    assert got(shelf.tile("map-sea", PLACE)) is None
    assert shelf.status("map-sea").why == "its answer takes too long"
    n = len(partner.asked)
    assert got(shelf.tile("map-sea", (3, 1, 1))) is None
    assert len(partner.asked) == n


def test_features_come_page_after_page_and_survive_a_cut_link(tmp_path: Path) -> None:
    with partner_server() as partner:
        one = address(partner, "ogc-features", max_age_minutes=10)
        shelf = shelf_of(one, tmp_path)
        items = got(shelf.items("items-sea"))
    assert items is not None
    found = items.find(3.0, 10.0, 1000.0)
    assert found is not None
    assert (len(items.properties), found.title) == (6, "Buoy 3")

    outlived(tmp_path, 30)
    kept = got(shelf_of(one, tmp_path).items("items-sea"))
    assert kept is not None
    assert len(kept.properties) == 6


def test_a_next_page_at_another_host_is_not_asked(partner: Partner, tmp_path: Path) -> None:
    body = {"features": [], "links": [{"rel": "next", "href": "http://169.254.169.254/latest"}]}
    partner.answer = lambda *_: (200, {"content-type": "application/json"}, json.dumps(body).encode())
    shelf = shelf_of(address(partner, "ogc-features"), tmp_path)

    assert got(shelf.items("items-sea")) is None
    assert shelf.status("items-sea").why == "it leads to another host than the one on the list"


def test_capabilities_that_declare_entities_are_not_read(partner: Partner, tmp_path: Path) -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'
    partner.answer = lambda *_: (200, {"content-type": "text/xml"}, bomb)
    shelf = shelf_of(address(partner, "wmts"), tmp_path)

    assert got(shelf.tile("map-sea", PLACE)) is None
    assert "declare entities" in shelf.status("map-sea").why


def test_nothing_but_the_listed_host_is_ever_asked(partner: Partner) -> None:
    one = address(partner)
    for url in ("http://127.0.0.1:1/", "https" + one.url[4:], "http://127.0.0.1@evil.invalid/"):
        with pytest.raises(PartnerFault, match="another host"), Fetcher() as fetcher:
            fetcher.fetch(one, url, fetching.PICTURE)
    assert partner.asked == []
    assert asked_tile(one, PLACE, None).url == one.url


LISTED = """[[address]]
name = "sea"
title = "Sea"
kind = "wms"
url = "http://charts.example/wms"
layer = "sea"
label = "NTF/AMBER"
"""


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ('kind = "wms"', 'kind = "ftp"', "address 1, kind"),
        ("http://charts.example/wms", "file:///etc/passwd", "address 1, url: an address is http"),
        ("http://charts.example/wms", "http://me:" + "x@charts.example/", "address 1, url"),
        ("NTF/AMBER", "AMBER", "address 1.*no label"),
        ('name = "sea"', 'name = "../sea"', "address 1, name"),
        ('layer = "sea"', 'layers = "sea"', "address 1, layer"),
        ("[[address]]", "[[address", "cannot be read"),
    ],
)
def test_a_list_that_is_wrong_says_where(tmp_path: Path, before: str, after: str, says: str) -> None:
    path = tmp_path / "partners.toml"
    path.write_text(LISTED.replace(before, after))

    with pytest.raises(BadInput, match=says):
        read_addresses(path)


def test_a_name_stands_once_in_the_list(tmp_path: Path) -> None:
    path = tmp_path / "partners.toml"
    path.write_text(LISTED * 2)

    with pytest.raises(BadInput, match="'sea' stands twice"):
        read_addresses(path)
