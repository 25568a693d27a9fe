"""What a tile's picture depends on, as a stamp: data of another place, layer or year do not make it void.

A layer whose tile shows only what lies there takes the versions of the regions that the tile touches, and the
scale of its colours, which belongs to the whole question. Tracks run through regions without a position in them, so
they take digests of what is drawn there. Other layers take the versions of everywhere: suppression and the grouping of
symbols look beyond a tile.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from watchfloor.app.tile_order import TileOrder
from watchfloor.app.tile_painters import Pictures, Viewer, change_query
from watchfloor.data.versions import Versions, layers_touched
from watchfloor.geo.bbox import BBox
from watchfloor.geo.facts import FactKind
from watchfloor.geo.regions import regions_of
from watchfloor.geo.track_counting import Place
from watchfloor.geo.track_levels import PASSAGES
from watchfloor.layers.palettes import Scale
from watchfloor.layers.tilegrid import SIZE, Tile

# pixels beyond a tile from which the blur of density still reaches into it
MARGIN_PX = 24.0
# coarser tiles touch too much of the world for regions to be worth it
REGIONS_FROM = 3

type Stamp = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """Versions as one reader saw them when they asked for a view, and the scales of its zooms once they are known."""

    versions: Versions
    scales: dict[tuple[str, int], Scale] = field(default_factory=dict)
    placed: Versions = field(init=False)

    def __post_init__(self) -> None:
        """What has no place is on no tile."""
        placed = {key: run for key, run in self.versions.latest.items() if key[0] == "seizures" and key[1] >= 0}
        object.__setattr__(self, "placed", Versions(placed))


def stamp(pictures: Pictures, viewer: Viewer, order: TileOrder, seen: Seen) -> Stamp:
    """What the tile's picture depends on, beside order and scope."""
    return tuple(_STAMPS[name](pictures, viewer, order, seen) for name, _ in order.layers if name in _STAMPS)


@lru_cache(maxsize=20_000)
def regions_under(tile: Tile) -> frozenset[int] | None:
    """Regions of all that a tile may show, a blur's margin included; None: everywhere."""
    if tile.z < REGIONS_FROM:
        return None
    edge = SIZE + MARGIN_PX
    lon, lat = tile.from_pixel([-MARGIN_PX, edge], [edge, -MARGIN_PX])
    # what lies beyond the end of the map is drawn at its edge
    south = -90.0 if tile.y == tile.count - 1 else float(lat[0])
    north = 90.0 if tile.y == 0 else float(lat[1])
    return regions_of(BBox(float(lon[0]), south, float(lon[1]), north))


def _placed(order: TileOrder, seen: Seen) -> int:
    """Version of seizures under the tile."""
    period = order.query.period
    # members of a case and ports may change and leave the seizures of a region as they were
    if order.query.fact is FactKind.REPORTED or order.query.only.case or order.query.only.near:
        return max(seen.versions.of(layer, period) for layer in layers_touched(order.query))
    regions = regions_under(order.tile)
    if regions is None:
        return seen.versions.of("seizures", period)
    return seen.placed.of("seizures", period, regions)


def _hexagons(pictures: Pictures, viewer: Viewer, order: TileOrder, seen: Seen) -> Stamp:
    scale = _scale("hexagons", order, seen, lambda: pictures.hexagon_scale(viewer, order))
    return (_placed(order, seen), scale)


def _density(pictures: Pictures, viewer: Viewer, order: TileOrder, seen: Seen) -> Stamp:
    scale = _scale("density", order, seen, lambda: pictures.density(viewer, order).scale)
    return (_placed(order, seen), scale)


def _scale(name: str, order: TileOrder, seen: Seen, ask: Callable[[], Scale]) -> Scale:
    key = (name, order.tile.z)
    if key not in seen.scales:
        seen.scales[key] = ask()
    return seen.scales[key]


def _change(_pictures: Pictures, _viewer: Viewer, order: TileOrder, seen: Seen) -> Stamp:
    # all hexagons are tested together: what changes anywhere may change any tile
    assert order.against is not None, "an order of a map of change names the other period"
    periods = (order.query.period, order.against)
    return tuple(seen.versions.of(layer, one) for layer in layers_touched(change_query(order)) for one in periods)


def _seizures(_pictures: Pictures, _viewer: Viewer, order: TileOrder, seen: Seen) -> Stamp:
    return tuple(seen.versions.of(layer, order.query.period) for layer in layers_touched(order.query))


def _tracks(pictures: Pictures, viewer: Viewer, order: TileOrder, _seen: Seen) -> Stamp:
    view, tile = pictures.tracks(viewer, order), order.tile
    return (view.lying_on(Place(tile.z, tile.x, tile.y)), view.busiest(tile.z, PASSAGES))


def _of(layer: str) -> Callable[[Pictures, Viewer, TileOrder, Seen], Stamp]:
    return lambda _pictures, _viewer, order, seen: (seen.versions.of(layer, order.query.period),)


_STAMPS: Mapping[str, Callable[[Pictures, Viewer, TileOrder, Seen], Stamp]] = {
    "tracks": _tracks,
    "overdoses": _of("overdoses"),
    "density": _density,
    "hexagons": _hexagons,
    "change": _change,
    "seizures": _seizures,
}
