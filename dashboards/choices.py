"""What can be chosen on a map page: the layers, and the bounds of each choice."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from watchfloor.geo.query import Layer
from watchfloor.geo.spot import Spot

THEMES: Final = ("dark", "light")
MIN_ZOOM: Final = 1.0
MAX_ZOOM: Final = 16.0
# where the square world of Web Mercator ends, a little inside
MOST_LATITUDE: Final = 85.05
FIRST_DAY: Final = date(1990, 1, 1)
LAST_DAY: Final = date(2100, 1, 1)
# degrees and levels as an address writes them: about a metre, and finer than a wheel step
PLACE_DECIMALS: Final = 5
ZOOM_DECIMALS: Final = 2
# up to here hexagons are asked for the whole world at once
MOST_LEGEND_RESOLUTION: Final = 7


class Drawn(StrEnum):
    """How a layer reaches the map: in the tiles, as marks above them, or as positions that the browser asks for."""

    TILES = "tiles"
    MARKS = "marks"
    LIVE = "live"


@dataclass(frozen=True, slots=True)
class MapLayer:
    """One switch of the map.

    code: its name in links, and among the tiles' layers. asks: the layer of the store that it shows.
    opacity: percent at which it is first switched on.
    """

    code: str
    title: str
    drawn: Drawn
    asks: Layer
    opacity: int
    is_on: bool = False


# from the lowest to the highest on the map
LAYERS: Final = (
    MapLayer("tracks", "Tracks of craft", Drawn.TILES, Layer.TRACKS, 80),
    MapLayer("overdoses", "Overdoses", Drawn.TILES, Layer.OVERDOSES, 60),
    MapLayer("density", "Seizure density", Drawn.TILES, Layer.SEIZURES, 75),
    MapLayer("hexagons", "Seizure hexagons", Drawn.TILES, Layer.SEIZURES, 55, is_on=True),
    MapLayer("change", "Change between periods", Drawn.TILES, Layer.SEIZURES, 85),
    MapLayer("seizures", "Seizures", Drawn.TILES, Layer.SEIZURES, 95),
    MapLayer("clusters", "Overdose clusters", Drawn.MARKS, Layer.OVERDOSES, 90),
    MapLayer("routes", "Routes", Drawn.MARKS, Layer.ROUTES, 85),
    MapLayer("ports", "Port activity", Drawn.MARKS, Layer.PORTS, 90),
    MapLayer("operations", "Deconfliction", Drawn.MARKS, Layer.OPERATIONS, 90),
    MapLayer("live", "Live positions", Drawn.LIVE, Layer.TRACKS, 95),
)
# of the layers in the tiles, those that lie above coasts, borders and names
ABOVE_LINES: Final = ("seizures",)
# codes of partners' layers: of a file its id, of an address one of these before its name
PARTNER_PICTURES: Final = "map-"
PARTNER_ITEMS: Final = "items-"
PARTNER_CODE: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|(map|items)-[a-z0-9][a-z0-9-]{0,39}")
PARTNER_OPACITY: Final = 80
BY_CODE: Final = {layer.code: layer for layer in LAYERS}


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark that was tapped: on which layer, and for a cell the resolution that the map showed.

    The resolution goes along because a coarse cell stands for other records than a hexagon of its size.
    """

    layer: str
    spot: Spot
    resolution: int | None = None
