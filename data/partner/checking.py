"""Whether an address answers as its kind should: asked once, nothing kept."""

from watchfloor.data.partner.addresses import PartnerAddress
from watchfloor.data.partner.fetching import PICTURE, Fetcher
from watchfloor.data.partner.items import fetched_items
from watchfloor.data.partner.services import asked_tile, layers_of, picture, read_matrices
from watchfloor.geo.errors import PartnerFault


def checked(address: PartnerAddress) -> str:
    """What came, as a sentence. Raises PartnerFault, which says what was wrong."""
    with Fetcher() as fetcher:
        if address.kind == "ogc-features":
            return f"answers with {len(fetched_items(address, fetcher)):,} bytes of features"
        if address.kind in ("wms", "wmts"):
            layers = layers_of(address, fetcher)
            if address.layer not in layers:
                shown = ", ".join(repr(layer[:40]) for layer in layers[:20]) or "none"
                raise PartnerFault(f"it has no layer {address.layer[:60]!r}; it has {shown}", is_cut=False)
        matrices = read_matrices(address, fetcher) if address.kind == "wmts" else None
        asked = asked_tile(address, (min(matrices.names, default=0) if matrices else 0, 0, 0), matrices)
        size = len(picture(fetcher.fetch(address, asked.url, PICTURE, params=asked.params)))
        return f"answers with a picture of the world, {size:,} bytes"
