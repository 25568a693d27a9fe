"""Partners' addresses as a page sees them: which there are for its reader, and how old what it shows is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from watchfloor.dashboards.mapview import MapView
from watchfloor.dashboards.partner_rows import address_row, colour_of, said_of
from watchfloor.data.partner.addresses import PartnerAddress
from watchfloor.data.partner.services import Place
from watchfloor.data.partner.shelf import PartnerStatus
from watchfloor.data.repository import Asker, Repository
from watchfloor.geo.scope import Label
from watchfloor.layers.palettes import Theme
from watchfloor.layers.tilegrid import Tile

MOST_PLACES = 64


@dataclass(frozen=True, slots=True)
class Listed:
    """An address that the reader may see, and how it is served."""

    address: PartnerAddress
    label: Label
    status: PartnerStatus

    def row(self, on: Mapping[str, int], theme: Theme) -> dict[str, Any]:
        """Its row of the board."""
        return address_row(self.address, self.label, self.status, on, theme)

    def titled(self, theme: Theme) -> tuple[str, str]:
        """Title and colour."""
        return self.address.title, colour_of(self.address.colour, theme)

    def told(self) -> dict[str, object]:
        """What the map says of it, beside its tiles."""
        parts = (self.address.title, said_of(self.status), self.address.attribution)
        said = " · ".join(part for part in parts if part)
        return {"v": self.status.version, "said": said, "is_stale": bool(self.status.why)}


type Addresses = dict[str, Listed]


def read_addresses(repository: Repository, asker: Asker, on: frozenset[str], places: tuple[Place, ...]) -> Addresses:
    """The addresses that the reader may see. One that is on and does not answer is asked again, without waiting."""
    shelf, found = repository.partners, {}
    if shelf is None:
        return {}
    for address, label in repository.partner_addresses(asker):
        is_on = address.code in on
        status = shelf.status(address.code, places if is_on else ())
        if is_on and status.why and address.kind == "ogc-features":
            shelf.items(address.code)
        elif is_on and status.why and places:
            shelf.tile(address.code, places[len(places) // 2])
        found[address.code] = Listed(address, label, status)
    return found


def places_in_view(map_view: MapView) -> tuple[Place, ...]:
    """The tiles that the map shows, as far as they are few."""
    zoom, box = max(0, min(16, round(map_view.zoom))), map_view.bbox
    first, last = Tile.at(zoom, box.west, box.north), Tile.at(zoom, box.east, box.south)
    n_columns = (last.x - first.x) % (1 << zoom) + 1
    columns = [(first.x + step) % (1 << zoom) for step in range(n_columns)]
    places = [(zoom, column, row) for row in range(first.y, last.y + 1) for column in columns]
    return tuple(places[:MOST_PLACES])
