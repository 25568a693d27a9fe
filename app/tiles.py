"""Tiles: dense layers composed on the server, drawn once for all who may see the same.

A tile is named by what its reader may see, the versions of the data that it touches, the question and
the place. The reader's scope is resolved with each request; the address carries the scope's epoch, so
that a picture drawn under withdrawn rights has an address that is refused.
"""

import importlib
import io
import os
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from uuid import UUID

import numpy as np
from fastapi import APIRouter, Request
from PIL import Image
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from watchfloor.app.identity import current_visit
from watchfloor.app.runtime import Runtime
from watchfloor.app.tile_bundles import MEDIA_TYPE, asked_tiles, frames
from watchfloor.data.cache import AnswerCache
from watchfloor.data.repository import Asker, Repository
from watchfloor.geo.answers import Fixes
from watchfloor.geo.bbox import BBox
from watchfloor.geo.cells import resolution_for_zoom
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.facts import FactKind
from watchfloor.geo.query import Layer, Measured, Query
from watchfloor.geo.scope import Scope
from watchfloor.layers.basemap import Basemap
from watchfloor.layers.compose import compose
from watchfloor.layers.hexagons import Hexagons, draw_hexagons, hexagons
from watchfloor.layers.palettes import Theme
from watchfloor.layers.tilegrid import Tile
from watchfloor.layers.tracks import Segments, draw_tracks, segments

TILE_CACHE_BYTES = 256 * 2**20
READY_CACHE_BYTES = 256 * 2**20
KEPT_S = 600
OLD_RIGHTS = "your rights changed since this page was opened: open it again\n"
MOST_LAYERS = 8
# up to here a question is answered for the whole world at once and shared by all its tiles
WORLD_UP_TO = 7
CHUNK_LEVELS = 3


@dataclass(frozen=True, slots=True)
class TileOrder:
    """What one tile shall show."""

    tile: Tile
    layers: tuple[tuple[str, int], ...]
    query: Query
    pinned: int | None
    theme: Theme

    @classmethod
    def of(cls, tile: Tile, given: Mapping[str, str]) -> "TileOrder":
        """The order that an address's parameters name. Raises BadQuestion."""
        theme: Theme = "light" if given.get("theme") == "light" else "dark"
        pinned = given.get("resolution", "")
        query = Query.from_parameters({**given, "layer": Layer.SEIZURES.value, "resolution": pinned or "3"})
        return cls(tile, _layers(given.get("layers", "ground,lines")), query, int(pinned) if pinned else None, theme)


def _layers(text: str) -> tuple[tuple[str, int], ...]:
    found = []
    for part in text.split(",")[:MOST_LAYERS]:
        name, _, percent = part.partition(":")
        if name not in PAINTERS or (percent and not (percent.isdecimal() and int(percent) <= 100)):
            raise BadQuestion(f"there is no layer {part[:40]!r} to draw; there are: {', '.join(PAINTERS)}")
        found.append((name, int(percent) if percent else 100))
    return tuple(found)


class Painter:
    """Draws tiles for one server process; keeps what was drawn."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.basemap = Basemap.load()
        self._tiles = AnswerCache(TILE_CACHE_BYTES)
        self._ready = AnswerCache(READY_CACHE_BYTES)
        self._hands = threading.BoundedSemaphore(os.cpu_count() or 2)
        self._drawers = ThreadPoolExecutor(os.cpu_count() or 2, thread_name_prefix="tiles")

    def tile(self, asker: Asker, scope: Scope, order: TileOrder) -> bytes:
        """PNG of the tile, drawn now or before. Raises NotSignedIn, StoreUnavailable, BadQuestion."""
        return self._kept(asker, scope, order, self._noted(asker, order))

    def bundle(self, asker: Asker, scope: Scope, order: TileOrder, tiles: tuple[Tile, ...]) -> Iterator[bytes]:
        """Frames of many tiles of one view; the order's own tile does not matter.

        Raises NotSignedIn, StoreUnavailable, BadQuestion before the first.
        """
        stamp = self._noted(asker, order)
        return frames(tiles, lambda tile: self._kept(asker, scope, replace(order, tile=tile), stamp), self._drawers)

    def _noted(self, asker: Asker, order: TileOrder) -> tuple[int, ...]:
        """Versions of what the view shows, once its audit row is written."""
        versions = self.repository.versions(asker)
        self.repository.note_view(asker, order.query, [name for name, _ in order.layers])
        return tuple(
            versions.of(layer, order.query.period) for layer in ("seizures", "reported", "tracks", "overdoses")
        )

    def _kept(self, asker: Asker, scope: Scope, order: TileOrder, stamp: tuple[int, ...]) -> bytes:
        def draw() -> bytes:
            with self._hands:
                return _png(compose((PAINTERS[name](self, asker, scope, order), part) for name, part in order.layers))

        return self._tiles.get(scope.key, (order, stamp), draw)

    def hexagons(self, asker: Asker, scope: Scope, order: TileOrder) -> Hexagons:
        """Seizure cells for the tile, with the scale of the question at this zoom."""
        resolution = order.pinned if order.pinned is not None else resolution_for_zoom(order.tile.z)
        query = replace(order.query, resolution=resolution)
        if resolution <= WORLD_UP_TO:
            return self._cells(asker, scope, query)
        scale = self._cells(asker, scope, replace(query, resolution=WORLD_UP_TO)).scale
        chunk = replace(query, bbox=BBox(*order.tile.parent(CHUNK_LEVELS).bounds_lonlat))
        counts = self.repository.seizure_cells(asker, chunk)
        return hexagons(counts, query.measured, scale)

    def _cells(self, asker: Asker, scope: Scope, query: Query) -> Hexagons:
        counts = self.repository.seizure_cells(asker, query)
        version = self.repository.version(asker, query)
        return self._ready.get(
            scope.key, ("hexagons", version, query.digest()), lambda: hexagons(counts, query.measured)
        )

    def overdoses(self, asker: Asker, order: TileOrder, scope: Scope) -> Hexagons:
        """Overdose cells for the tile: suppressed, or single events counted under the health right."""
        resolution = order.pinned if order.pinned is not None else resolution_for_zoom(order.tile.z)
        query = replace(order.query, layer=Layer.OVERDOSES, resolution=resolution, fact=FactKind.EVENTS)
        version = self.repository.version(asker, query)

        def ready() -> Hexagons:
            return hexagons(self.repository.overdose_cells(asker, query), Measured.COUNT)

        return self._ready.get(scope.key, ("overdoses", version, query.digest()), ready)

    def tracks(self, asker: Asker, order: TileOrder, scope: Scope) -> Segments:
        """Segments of all tracks of the period."""
        query = Query(Layer.TRACKS, order.query.period)
        version = self.repository.version(asker, query)
        return self._ready.get(
            scope.key,
            ("tracks", version, query.digest()),
            lambda: segments(self.repository.fixes(asker, query)),
        )


def _ground(painter: Painter, _asker: Asker, _scope: Scope, order: TileOrder) -> Image.Image:
    return painter.basemap.draw_ground(order.tile, order.theme)


def _lines(painter: Painter, _asker: Asker, _scope: Scope, order: TileOrder) -> Image.Image:
    return painter.basemap.draw_lines_and_labels(order.tile, order.theme)


def _hexagons(painter: Painter, asker: Asker, scope: Scope, order: TileOrder) -> Image.Image:
    return draw_hexagons(order.tile, painter.hexagons(asker, scope, order), order.theme)


def _overdoses(painter: Painter, asker: Asker, scope: Scope, order: TileOrder) -> Image.Image:
    return draw_hexagons(order.tile, painter.overdoses(asker, order, scope), order.theme)


def _tracks(painter: Painter, asker: Asker, scope: Scope, order: TileOrder) -> Image.Image:
    return draw_tracks(order.tile, painter.tracks(asker, order, scope), order.theme)


PAINTERS = {
    "ground": _ground,
    "tracks": _tracks,
    "overdoses": _overdoses,
    "hexagons": _hexagons,
    "lines": _lines,
}


def _png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.convert("RGB").save(out, "PNG", compress_level=1)
    return out.getvalue()


def tile_routes(runtime: Runtime) -> APIRouter:
    """The tile route."""
    router = APIRouter()
    painter = Painter(runtime.repository)
    threading.Thread(target=warm_up, name="warm-up", daemon=True).start()

    @router.get("/tiles/map.bundle")
    def bundle(request: Request) -> Response:
        given = dict(request.query_params)
        visit = current_visit(request)
        if given.get("e") != visit.scope.epoch:
            return PlainTextResponse(OLD_RIGHTS, 410)
        asker = Asker(visit.token, _view(given.get("view", "")))
        tiles = asked_tiles(given.get("tiles", ""))
        pictures = painter.bundle(asker, visit.scope, TileOrder.of(tiles[0], given), tiles)
        return StreamingResponse(pictures, media_type=MEDIA_TYPE)

    @router.get("/tiles/map/{z}/{x}/{y}.png")
    def tile(request: Request, z: int, x: int, y: int) -> Response:
        given = dict(request.query_params)
        visit = current_visit(request)
        scope = visit.scope
        if given.get("e") != scope.epoch:
            return PlainTextResponse(OLD_RIGHTS, 410)
        asker = Asker(visit.token, _view(given.get("view", "")))
        order = TileOrder.of(Tile(z, x, y), given)
        return Response(
            painter.tile(asker, scope, order),
            media_type="image/png",
            headers={"Cache-Control": f"private, max-age={KEPT_S}", "Vary": "Cookie"},
        )

    return router


def warm_up() -> None:
    """Load and compile what the first track and the first cluster would otherwise wait for."""
    track = Fixes(
        lon=np.array([0.0, 0.1], np.float32),
        lat=np.array([0.0, 0.1], np.float32),
        at_s=np.array([0, 3600]),
        craft=np.zeros(2, np.int64),
        category=np.zeros(2, np.int16),
        speed_kn=np.zeros(2, np.float32),
        total=2,
    )
    draw_tracks(Tile(0, 0, 0), segments(track), "dark")
    importlib.import_module("sklearn.cluster")


def _view(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise BadQuestion("a tile belongs to a view: its address lacks it") from error
