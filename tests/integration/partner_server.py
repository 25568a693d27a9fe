"""A partner's map server on loopback: answers as one does, or as a hostile one; stops as when a link is cut."""

import io
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from PIL import Image

CAPABILITIES = """<?xml version="1.0"?>
<Capabilities xmlns="http://www.opengis.net/wmts/1.0" xmlns:ows="http://www.opengis.net/ows/1.1"
 xmlns:xlink="http://www.w3.org/1999/xlink" version="1.0.0">
<ows:OperationsMetadata><ows:Operation name="GetTile"><ows:DCP><ows:HTTP><ows:Get xlink:href="http://elsewhere.invalid/">
<ows:Constraint name="GetEncoding"><ows:AllowedValues><ows:Value>KVP</ows:Value></ows:AllowedValues></ows:Constraint>
</ows:Get></ows:HTTP></ows:DCP></ows:Operation></ows:OperationsMetadata>
<Contents><Layer><ows:Title>Chart</ows:Title><ows:Identifier>chart</ows:Identifier>
<Style isDefault="true"><ows:Identifier>plain</ows:Identifier></Style><Format>image/png</Format>
<TileMatrixSetLink><TileMatrixSet>world</TileMatrixSet></TileMatrixSetLink></Layer>
<TileMatrixSet><ows:Identifier>world</ows:Identifier>
<ows:SupportedCRS>urn:ogc:def:crs:EPSG::3857</ows:SupportedCRS>MATRICES</TileMatrixSet></Contents></Capabilities>"""
MATRIX = """<TileMatrix><ows:Identifier>level-%d</ows:Identifier><ScaleDenominator>%r</ScaleDenominator>
<TopLeftCorner>-20037508.342789 20037508.342789</TopLeftCorner><TileWidth>256</TileWidth><TileHeight>256</TileHeight>
<MatrixWidth>%d</MatrixWidth><MatrixHeight>%d</MatrixHeight></TileMatrix>"""

type Answer = tuple[int, dict[str, str], bytes]


def png(colour: tuple[int, int, int] = (200, 30, 30), size: int = 256, form: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (size, size), colour).save(out, form)
    return out.getvalue()


def capabilities() -> bytes:
    matrices = "".join(MATRIX % (z, 559082264.0287178 / 2**z, 2**z, 2**z) for z in range(5))
    return CAPABILITIES.replace("MATRICES", matrices).encode()


def capabilities_of_paths(start: str) -> bytes:
    """Capabilities of a service that is asked by paths alone (RESTful), beginning as given."""
    tile = "{Style}/{TileMatrixSet}/{TileMatrix}/{TileRow}/{TileCol}.png"
    template = f'<ResourceURL format="image/png" resourceType="tile" template="{start}/{tile}"/></Layer>'
    return capabilities().replace(b">KVP<", b">RESTful<").replace(b"</Layer>", template.encode())


class Partner:
    """What the server answers (changed by tests as they go) and what it was asked."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.answer: Callable[[str, dict[str, str]], Answer] = self.honest
        self.drips = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def honest(self, path: str, given: dict[str, str]) -> Answer:
        kind = {"content-type": "image/png"}
        if given.get("REQUEST") == "GetCapabilities":
            return 200, {"content-type": "text/xml"}, capabilities()
        if path.endswith("/items"):
            return 200, {"content-type": "application/geo+json"}, self.items(int(given.get("offset", "0")))
        return 200, kind, png()

    def items(self, offset: int) -> bytes:
        shapes = [{"type": "Point", "coordinates": [offset + step, 10]} for step in range(2)]
        features = [
            {"type": "Feature", "properties": {"name": f"Buoy {offset + step}"}, "geometry": shape}
            for step, shape in enumerate(shapes)
        ]
        links = [{"rel": "next", "href": f"/api/collections/buoys/items?offset={offset + 2}"}] if offset < 4 else []
        return json.dumps({"type": "FeatureCollection", "features": features, "links": links}).encode()


@contextmanager
def partner_server(port: int = 0) -> Iterator[Partner]:
    """The server; gone when the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            given = {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
            partner.asked.append((parts.path, given))
            status, headers, body = partner.answer(parts.path, given)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            try:
                if partner.drips:
                    for at in range(200):
                        self.wfile.write(body[at : at + 1])
                        time.sleep(0.05)
                self.wfile.write(body)
            except OSError:
                # the asker has had enough
                return

        def log_message(self, *_: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", port), Handler) as server:
        server.daemon_threads = True
        partner = Partner(server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield partner
        finally:
            server.shutdown()
            thread.join()
