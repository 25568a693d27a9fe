"""What a drawn line or a tapped mark stands for as a place that a selection can hold."""

from watchfloor.dashboards.choices import Mark
from watchfloor.dashboards.taps import SEIZURES
from watchfloor.geo.areas import LEAST_RADIUS_M, Area
from watchfloor.geo.disc import Disc
from watchfloor.geo.lasso import lasso
from watchfloor.geo.place_symbols import SymbolName
from watchfloor.geo.selection import Cells, Place
from watchfloor.geo.spot import SpotKind

LASSO = "lasso:"


def drawn_area(name: str) -> Area:
    """The area that was drawn, as the browser names it: hostile text. Raises BadQuestion."""
    return lasso(name.removeprefix(LASSO)) if name.startswith(LASSO) else Area.parse(name)


def place_of(mark: Mark) -> Place | None:
    """The place of a mark: a hexagon, a disc round a symbol with all that it counts, an area; None for others."""
    kind, name = mark.spot.kind, mark.spot.name
    if kind is SpotKind.CELL and int(name, 16):
        return Cells((int(name, 16),))
    if kind in {SpotKind.AREA, SpotKind.PIXEL}:
        return Area.parse(name)
    if mark.layer == SEIZURES and kind is SpotKind.PLACE:
        symbol = SymbolName.parse(name)
        return Area(Disc(symbol.lon, symbol.lat, max(LEAST_RADIUS_M, float(symbol.reach_m))))
    return None
