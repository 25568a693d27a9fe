"""Features of an OGC API, page after page, as one GeoJSON; read back by the readers of files, in their bounds."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from urllib.parse import urljoin, urlsplit, urlunsplit

import numpy as np
import shapely

from watchfloor.data.partner.addresses import PartnerAddress
from watchfloor.data.partner.fetching import ITEMS, Fetcher
from watchfloor.data.partner.kept_tiles import KeptAnswer
from watchfloor.data.partner.reading import read_partner_file
from watchfloor.geo.errors import BadFile, PartnerFault
from watchfloor.geo.partner_layers import PartnerFeature
from watchfloor.geo.partner_shapes import PartnerShapes, partner_shapes

MOST_ITEMS: Final = 50_000
MOST_PAGES: Final = 200
AT_ONCE: Final = 1_000


@dataclass(frozen=True, slots=True, eq=False)
class Items:
    """Features of an address: shapes, and the JSON text of what is said of each; at: when they came."""

    address: PartnerAddress
    shapes: PartnerShapes
    properties: tuple[str, ...]
    at: datetime

    def find(self, lon: float, lat: float, reach: float) -> PartnerFeature | None:
        """The feature under a point; reach in units of its shapes."""
        index = self.shapes.find(lon, lat, reach)
        if index is None:
            return None
        said = json.loads(self.properties[index])
        properties = tuple((str(name), str(value)) for name, value in said.items())
        return PartnerFeature(self.address.code, int(self.shapes.numbers[index]), properties)


def fetched_items(address: PartnerAddress, fetcher: Fetcher) -> bytes:
    """All items of a collection as one GeoJSON. Raises PartnerFault."""
    base = urlsplit(address.url)
    url = urlunsplit(base._replace(path=f"{base.path.rstrip('/')}/collections/{address.layer}/items"))
    params = {"f": "json", "limit": str(AT_ONCE)}
    features: list[Any] = []
    size = 0
    for _ in range(MOST_PAGES):
        body = fetcher.fetch(address, url, ITEMS, params=params)
        size += len(body)
        page = _page(body)
        features += page["features"]
        if len(features) > MOST_ITEMS or size > ITEMS.most_bytes:
            raise PartnerFault(f"it has more than {MOST_ITEMS:,} features, or too large ones", is_cut=False)
        following = _following(page)
        if following is None:
            return json.dumps({"type": "FeatureCollection", "features": features}).encode()
        url, params = urljoin(url, following), {}
    raise PartnerFault(f"it answers in more than {MOST_PAGES} pages", is_cut=False)


def read_items(address: PartnerAddress, kept: KeptAnswer) -> Items | None:
    """What was kept, read; None if nothing of it can be drawn."""
    with TemporaryDirectory(prefix="watchfloor-") as folder:
        path = Path(folder) / "items.geojson"
        path.write_bytes(kept.content)
        try:
            file = read_partner_file(path)
        except BadFile:
            return None
    geometries = np.empty(len(file.wkb), object)
    geometries[:] = shapely.from_wkb(file.wkb)
    shapes = partner_shapes(np.array(file.numbers, np.int32), geometries)
    return Items(address, shapes, tuple(file.properties), kept.at)


def _page(body: bytes) -> dict[str, Any]:
    try:
        page = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise PartnerFault("its answer is no JSON", is_cut=False) from error
    if not isinstance(page, dict) or not isinstance(page.get("features"), list):
        raise PartnerFault("its answer holds no features", is_cut=False)
    return page


def _following(page: dict[str, Any]) -> str | None:
    """The address of the next page, if there is one; whether it may be asked is looked at when it is."""
    links = page.get("links")
    for link in links if isinstance(links, list) else ():
        if isinstance(link, dict) and link.get("rel") == "next" and isinstance(link.get("href"), str):
            return str(link["href"])[:2_000]
    return None
