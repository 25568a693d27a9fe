"""The painters of a tile, one for each layer: what it asks of the store, made ready once for all tiles of a zoom."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
from PIL import Image

from watchfloor.app.tile_order import TileOrder
from watchfloor.data.cache import AnswerCache
from watchfloor.data.repository import Asker, Repository
from watchfloor.data.tracks.reader import no_tracks
from watchfloor.data.tracks.view import TrackView
from watchfloor.geo.bbox import BBox
from watchfloor.geo.cells import resolution_for_zoom
from watchfloor.geo.errors import BadQuestion, TooManyRows
from watchfloor.geo.facts import FactKind
from watchfloor.geo.narrowing import NOTHING
from watchfloor.geo.query import Layer, Measured, Query
from watchfloor.geo.scope import Scope
from watchfloor.geo.track_counting import Place
from watchfloor.geo.track_levels import PASSAGES
from watchfloor.layers.basemap import Basemap
from watchfloor.layers.change import Changes, changes, draw_change
from watchfloor.layers.density import Density, density, draw_density
from watchfloor.layers.hexagons import Hexagons, draw_hexagons, hexagons
from watchfloor.layers.palettes import Scale, Theme
from watchfloor.layers.seizures import SeizureMarks, draw_seizures, seizure_marks
from watchfloor.layers.tilegrid import SIZE, Tile
from watchfloor.layers.tracks import draw_tracks, ring_at

READY_CACHE_BYTES = 256 * 2**20
# a view's ground and lines outlive the question that is asked over them: of some two hundred tiles
BASE_CACHE_BYTES = 112 * 2**20
# up to here a question is answered for the whole world at once and shared by all its tiles
WORLD_UP_TO = 7
CHUNK_LEVELS = 3


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks, what they may see, and which tracks were found for this look."""

    asker: Asker
    scope: Scope
    tracks: dict[Query, TrackView] = field(default_factory=dict)


class Pictures:
    """Answers of the store made ready to be drawn; kept by visible labels, version and question."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.basemap = Basemap.load()
        self._ready = AnswerCache(READY_CACHE_BYTES)
        self._base = AnswerCache(BASE_CACHE_BYTES)

    def base(self, name: str, order: TileOrder, draw: Callable[[Tile, Theme], Image.Image]) -> Image.Image:
        """Ground or lines of the tile, which every reader may see and no question changes."""
        tile, theme = order.tile, order.theme
        key = (name, tile, theme, order.swell)
        return Image.fromarray(self._base.get(None, key, lambda: np.asarray(draw(tile, theme))))

    def hexagons(self, viewer: Viewer, order: TileOrder) -> Hexagons:
        """Seizure cells for the tile, with the scale of the question at this zoom."""
        query = _cells_query(order)
        if query.resolution <= WORLD_UP_TO:
            return self._cells(viewer, query)
        chunk = replace(query, bbox=BBox(*order.tile.parent(CHUNK_LEVELS).bounds_lonlat))
        counts = self.repository.seizure_cells(viewer.asker, chunk)
        return hexagons(counts, query.measured, self.hexagon_scale(viewer, order))

    def hexagon_scale(self, viewer: Viewer, order: TileOrder) -> Scale:
        """The scale that all hexagons of the question have at this zoom."""
        query = _cells_query(order)
        return self._cells(viewer, replace(query, resolution=min(query.resolution, WORLD_UP_TO))).scale

    def _cells(self, viewer: Viewer, query: Query) -> Hexagons:
        ask = partial(self.repository.seizure_cells, viewer.asker, query)
        return self._kept(viewer, "hexagons", query, ask, lambda counts: hexagons(counts, query.measured))

    def overdoses(self, viewer: Viewer, order: TileOrder) -> Hexagons:
        """Overdose cells for the tile: suppressed, or single events counted under the health right."""
        query = replace(_cells_query(order), layer=Layer.OVERDOSES, fact=FactKind.EVENTS, only=NOTHING)
        ask = partial(self.repository.overdose_cells, viewer.asker, query)
        return self._kept(viewer, "overdoses", query, ask, lambda counts: hexagons(counts, Measured.COUNT))

    def changes(self, viewer: Viewer, order: TileOrder) -> Changes:
        """Cells of two periods compared; those of the whole world, for they are tested together."""
        assert order.against is not None, "an order of a map of change names the other period"
        query, against = change_query(order), order.against
        ask = partial(self.repository.change, viewer.asker, query, against)
        name = f"change {self.repository.version(viewer.asker, replace(query, period=against))} {against}"
        return self._kept(viewer, name, query, ask, lambda change: changes(change, query.measured))

    def tracks(self, viewer: Viewer, order: TileOrder) -> TrackView:
        """Tracks of the period, asked for once for all tiles of a view."""
        query = order.tracks
        if query not in viewer.tracks:
            viewer.tracks[query] = self._tracks(viewer.asker, query)
        return viewer.tracks[query]

    def _tracks(self, asker: Asker, query: Query) -> TrackView:
        try:
            return self.repository.tracks(asker, query)
        except (BadQuestion, TooManyRows):
            if query.known_at is None:
                raise
            # the legend says why there are none: the tile's other layers are drawn all the same
            return no_tracks(query.period)

    def seizures(self, viewer: Viewer, order: TileOrder) -> SeizureMarks:
        """Points and areas of the tile's zoom."""
        query, zoom = replace(order.query, resolution=0), order.tile.z
        ask = partial(self.repository.seizure_symbols, viewer.asker, query, zoom)
        return self._kept(viewer, f"seizures {zoom}", query, ask, lambda found: seizure_marks(found, query.measured))

    def density(self, viewer: Viewer, order: TileOrder) -> Density:
        """Places of the tile's zoom with what each adds to the picture."""
        query, zoom = replace(order.query, resolution=0), order.tile.z
        ask = partial(self.repository.seizure_places, viewer.asker, query)
        return self._kept(viewer, f"density {zoom}", query, ask, lambda found: density(found, zoom, query.measured))

    def _kept[Answer, Ready](
        self, viewer: Viewer, name: str, query: Query, ask: Callable[[], Answer], make: Callable[[Answer], Ready]
    ) -> Ready:
        """An answer made ready. The version is read first: what comes in meanwhile is asked for again, never missed."""
        version = self.repository.version(viewer.asker, query)
        answer = ask()
        return self._ready.get(viewer.scope.key, (name, version, query.digest()), lambda: make(answer))


def _cells_query(order: TileOrder) -> Query:
    pinned = order.pinned
    return replace(order.query, resolution=resolution_for_zoom(order.tile.z) if pinned is None else pinned)


def change_query(order: TileOrder) -> Query:
    """The question that a map of change puts to two periods."""
    query = _cells_query(order)
    query = replace(query, resolution=min(query.resolution, WORLD_UP_TO))
    return replace(query, layer=order.changed, measured=Measured.COUNT) if order.changed is Layer.OVERDOSES else query


def _ground(pictures: Pictures, _viewer: Viewer, order: TileOrder) -> Image.Image:
    return pictures.base("ground", order, pictures.basemap.draw_ground)


def _lines(pictures: Pictures, _viewer: Viewer, order: TileOrder) -> Image.Image:
    return pictures.base("lines", order, partial(pictures.basemap.draw_lines_and_labels, swell=order.swell))


def _hexagons(pictures: Pictures, viewer: Viewer, order: TileOrder) -> Image.Image:
    return draw_hexagons(order.tile, pictures.hexagons(viewer, order), order.theme)


def _change(pictures: Pictures, viewer: Viewer, order: TileOrder) -> Image.Image:
    if order.changed is Layer.OVERDOSES and order.query.fact is FactKind.REPORTED:
        # values of twelve months overlap: the legend says why there is no picture
        return Image.new("RGBA", (SIZE, SIZE))
    return draw_change(order.tile, pictures.changes(viewer, order), order.theme)


def _overdoses(pictures: Pictures, viewer: Viewer, order: TileOrder) -> Image.Image:
    if order.query.fact is FactKind.REPORTED:
        # reported values are marks on the page: single events are not drawn where they were not asked for
        return Image.new("RGBA", (SIZE, SIZE))
    return draw_hexagons(order.tile, pictures.overdoses(viewer, order), order.theme)


def _tracks(pictures: Pictures, viewer: Viewer, order: TileOrder) -> Image.Image:
    view, tile = pictures.tracks(viewer, order), order.tile
    counts = view.tile(Place(tile.z, tile.x, tile.y), PASSAGES, ring=ring_at(tile.z))
    return draw_tracks(counts, view.busiest(tile.z, PASSAGES), order.theme, tile.z)


def _seizures(pictures: Pictures, viewer: Viewer, order: TileOrder) -> Image.Image:
    return draw_seizures(order.tile, pictures.seizures(viewer, order), order.theme)


def _density(pictures: Pictures, viewer: Viewer, order: TileOrder) -> Image.Image:
    return draw_density(order.tile, pictures.density(viewer, order), order.theme)


PAINTERS: Mapping[str, Callable[[Pictures, Viewer, TileOrder], Image.Image]] = {
    "ground": _ground,
    "tracks": _tracks,
    "overdoses": _overdoses,
    "density": _density,
    "hexagons": _hexagons,
    "change": _change,
    "lines": _lines,
    "seizures": _seizures,
}
