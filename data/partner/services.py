"""How each kind of service is asked for a tile, and what its answer must be before anybody sees it.

Capabilities are read by OWSLib from bytes that were fetched in bounds; it asks nothing itself, because it would follow
redirects and take answers of any size.
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from PIL import Image, UnidentifiedImageError

from watchfloor.data.partner.addresses import PartnerAddress
from watchfloor.data.partner.fetching import CAPABILITIES, Fetcher
from watchfloor.data.partner.kept_tiles import KeptAnswer, KeptTiles
from watchfloor.geo.crs import HALF_TURN_M
from watchfloor.geo.errors import PartnerFault

SIZE: Final = 256
_SIZES: Final = (SIZE, 2 * SIZE)
# of a pixel of 0.28 mm at zoom 0 of Web Mercator: OGC 17-083r2, annex D
_WHOLE_WORLD: Final = 559_082_264.0287178
_MERCATOR: Final = ("3857", "900913", "102100", "3785")

type Place = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Asked:
    """An address with its parameters."""

    url: str
    params: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Matrices:
    """What a WMTS says of a layer: style, form, set of matrices, the name of each by zoom; template: if it is REST."""

    style: str
    form: str
    matrix_set: str
    names: Mapping[int, str]
    template: str = ""


def asked_tile(address: PartnerAddress, place: Place, matrices: Matrices | None) -> Asked:
    """How a tile is asked for. Raises PartnerFault if the service has none at that zoom."""
    if address.kind == "wms":
        return _wms(address, place)
    if address.kind == "wmts":
        assert matrices is not None
        return _wmts(address, place, matrices)
    z, x, y = place
    base = urlsplit(address.url)
    path = f"{base.path.rstrip('/')}/collections/{address.layer}/map/tiles/WebMercatorQuad/{z}/{y}/{x}"
    return Asked(urlunsplit(base._replace(path=path, query="")), dict(parse_qsl(base.query)) | {"f": "png"})


def picture(body: bytes) -> bytes:
    """A tile's picture as a PNG of ours, written anew from its pixels. Raises PartnerFault for anything else."""
    try:
        with Image.open(io.BytesIO(body), formats=["PNG", "JPEG"]) as found:
            if found.size[0] != found.size[1] or found.size[0] not in _SIZES:
                raise PartnerFault(f"its picture is of {found.size[0]} by {found.size[1]} pixels", is_cut=False)
            drawn = found.convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise PartnerFault("its answer is no picture", is_cut=False) from error
    whole = drawn if drawn.size[0] == SIZE else drawn.resize((SIZE, SIZE), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    whole.save(out, "PNG", compress_level=1)
    return out.getvalue()


def coarser(kept: KeptTiles, name: str) -> KeptAnswer | None:
    """A tile's part of the nearest coarser picture that is kept, enlarged; None if there is none.

    name: zoom, column and row of the tile, as 3/1/2.
    """
    found = kept.nearest(name)
    whole = None if found is None else kept.get(found)
    if found is None or whole is None or found == name or found.count("/") != 2:
        return whole
    z, x, y = map(int, name.split("/"))
    up = z - int(found.split("/", maxsplit=1)[0])
    side = SIZE >> up
    left, top = (x % (1 << up)) * side, (y % (1 << up)) * side
    with Image.open(io.BytesIO(whole.content), formats=["PNG"]) as picture_of_all:
        part = picture_of_all.crop((left, top, left + side, top + side)).resize((SIZE, SIZE), Image.Resampling.BICUBIC)
    out = io.BytesIO()
    part.save(out, "PNG", compress_level=1)
    return KeptAnswer(out.getvalue(), whole.at)


def read_matrices(address: PartnerAddress, fetcher: Fetcher) -> Matrices:
    """What a WMTS says of the layer. Raises PartnerFault if it has no such layer in Web Mercator."""
    from owslib.wmts import WebMapTileService  # noqa: PLC0415 - most stores have no such address

    body = capabilities(address, fetcher, "WMTS", "1.0.0")
    try:
        service = WebMapTileService(address.url, xml=body)
        layer = service.contents[address.layer]
        for name in layer.tilematrixsetlinks:
            names = _names(service.tilematrixsets[name])
            if names:
                style = address.style or next(iter(layer.styles), "default")
                form = next((form for form in ("image/png", "image/jpeg") if form in layer.formats), "image/png")
                rest = [one["template"] for one in layer.resourceURLs if one.get("resourceType") == "tile"]
                return Matrices(style, form, name, names, rest[0] if rest and service.restonly else "")
    except Exception as error:
        # a library that reads what others wrote: whatever it stumbles over is a fault of the answer
        raise PartnerFault(
            f"its capabilities do not say where the layer {address.layer[:60]!r} is", is_cut=False
        ) from error
    raise PartnerFault("its layer is not served in Web Mercator", is_cut=False)


def capabilities(address: PartnerAddress, fetcher: Fetcher, service: str, version: str) -> bytes:
    """The document in which a service describes itself. Raises PartnerFault."""
    params = {"SERVICE": service, "REQUEST": "GetCapabilities", "VERSION": version}
    body = fetcher.fetch(address, address.url, CAPABILITIES, params=params)
    if b"<!DOCTYPE" in body[:100_000] or b"<!ENTITY" in body:
        raise PartnerFault("its capabilities declare entities, which are not read", is_cut=False)
    return body


def layers_of(address: PartnerAddress, fetcher: Fetcher) -> tuple[str, ...]:
    """Names of the layers that a WMS or WMTS says it has. Raises PartnerFault."""
    from owslib.wms import WebMapService  # noqa: PLC0415
    from owslib.wmts import WebMapTileService  # noqa: PLC0415

    is_wms = address.kind == "wms"
    body = capabilities(address, fetcher, "WMS" if is_wms else "WMTS", address.wms_version if is_wms else "1.0.0")
    try:
        if is_wms:
            return tuple(WebMapService(address.url, version=address.wms_version, xml=body).contents)
        return tuple(WebMapTileService(address.url, xml=body).contents)
    except Exception as error:
        raise PartnerFault("its capabilities cannot be understood", is_cut=False) from error


def _wms(address: PartnerAddress, place: Place) -> Asked:
    z, x, y = place
    span = 2 * HALF_TURN_M / (1 << z)
    west, north = x * span - HALF_TURN_M, HALF_TURN_M - y * span
    box = ",".join(repr(float(edge)) for edge in (west, north - span, west + span, north))
    system = "CRS" if address.wms_version == "1.3.0" else "SRS"
    params = {
        "SERVICE": "WMS", "VERSION": address.wms_version, "REQUEST": "GetMap", "LAYERS": address.layer,
        "STYLES": address.style, system: "EPSG:3857", "BBOX": box, "WIDTH": str(SIZE), "HEIGHT": str(SIZE),
        "FORMAT": "image/png", "TRANSPARENT": "TRUE",
    }  # fmt: skip
    return Asked(address.url, params)


def _wmts(address: PartnerAddress, place: Place, matrices: Matrices) -> Asked:
    z, x, y = place
    if z not in matrices.names:
        raise PartnerFault(f"it has no tiles at zoom {z}", is_cut=False)
    given = {
        "STYLE": matrices.style, "TILEMATRIXSET": matrices.matrix_set, "TILEMATRIX": matrices.names[z],
        "TILEROW": str(y), "TILECOL": str(x),
    }  # fmt: skip
    if matrices.template:
        url = matrices.template
        for name, value in (given | {"TILEROW": str(y), "TILECOL": str(x)}).items():
            url = _filled(url, name, value)
        return Asked(urljoin(address.url, url), {})
    head = {
        "SERVICE": "WMTS",
        "REQUEST": "GetTile",
        "VERSION": "1.0.0",
        "LAYER": address.layer,
        "FORMAT": matrices.form,
    }
    return Asked(address.url, head | given)


_TEMPLATE: Final = {
    "STYLE": "{Style}", "TILEMATRIXSET": "{TileMatrixSet}", "TILEMATRIX": "{TileMatrix}", "TILEROW": "{TileRow}",
    "TILECOL": "{TileCol}",
}  # fmt: skip


def _filled(url: str, name: str, value: str) -> str:
    return url.replace(_TEMPLATE[name], urlencode({"": value})[1:]).replace(_TEMPLATE[name].lower(), value)


def _names(matrix_set: Any) -> dict[int, str]:
    """Names of the matrices of a set that are tiles of Web Mercator as we cut them, by zoom."""
    if not str(matrix_set.crs).endswith(_MERCATOR):
        return {}
    found = {}
    for name, matrix in matrix_set.tilematrix.items():
        for zoom in range(17):
            is_scale = abs(matrix.scaledenominator * (1 << zoom) / _WHOLE_WORLD - 1) < 1e-3
            left, top = (float(value) for value in matrix.topleftcorner)
            is_corner = abs(left + HALF_TURN_M) < 1 and abs(top - HALF_TURN_M) < 1
            if is_scale and is_corner and (matrix.tilewidth, matrix.matrixwidth) == (SIZE, 1 << zoom):
                found[zoom] = str(name)
    return found
