"""Tiles: dense layers composed on the server, drawn once for all who may see the same.

A tile is named by what its reader may see, the versions of the data that it touches, the question and
the place. The reader's scope is resolved with each request; the address carries the scope's epoch, so
that a picture drawn under withdrawn rights has an address that is refused.
"""

import importlib
import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Self

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from watchfloor.app.identity import current_visit
from watchfloor.app.settings import Settings
from watchfloor.app.tile_bundles import MEDIA_TYPE, asked_tiles, frames
from watchfloor.app.tile_order import TileOrder
from watchfloor.app.tile_painters import PAINTERS, Pictures, Viewer
from watchfloor.app.tile_stamps import Seen, stamp
from watchfloor.app.tiles_ahead import LAYERS as LAYERS_AHEAD
from watchfloor.app.tiles_ahead import Ahead, tiles_ahead
from watchfloor.app.view_id import view_id
from watchfloor.data.cache import AnswerCache
from watchfloor.data.picture_store import PictureStore
from watchfloor.data.repository import Asker, Repository
from watchfloor.data.tracks.reader import warm_view
from watchfloor.geo.query import Measured
from watchfloor.geo.scope import Scope
from watchfloor.geo.seizure_places import one_place
from watchfloor.geo.track_counting import Place
from watchfloor.geo.track_levels import PASSAGES, TOP_ZOOM
from watchfloor.layers.compose import compose
from watchfloor.layers.density import density, draw_density
from watchfloor.layers.png import clear_png_of, png_of
from watchfloor.layers.tilegrid import Tile
from watchfloor.layers.tracks import draw_tracks, ring_at

TILE_CACHE_BYTES = 256 * 2**20
KEPT_S = 600
OLD_RIGHTS = "your rights changed since this page was opened: open it again\n"


@dataclass(frozen=True, slots=True)
class Sharing:
    """How the processes of one server share what they draw, and how much each keeps in its own memory beside that.

    is_apart: whether the pages are another process's, which may hear of changes sooner.
    """

    store: PictureStore
    is_apart: bool = True
    tile_bytes: int = 32 * 2**20

    @classmethod
    def of(cls, folder: Path | str, secret: str, settings: Settings, *, is_apart: bool = True) -> Self:
        """Under a folder and a secret (hexadecimal) of the server's run."""
        return cls(PictureStore(Path(folder), settings.picture_megabytes * 2**20, bytes.fromhex(secret)), is_apart)


class Painter:
    """Draws tiles for one server process; keeps what was drawn."""

    def __init__(self, repository: Repository, sharing: Sharing | None = None, *, hands: int = 0) -> None:
        """sharing: with other processes; None if this one is alone. hands: tiles drawn at once; 0: one a core."""
        hands = hands or os.cpu_count() or 2
        self.repository = repository
        self.pictures = Pictures(repository)
        self._shared = None if sharing is None else sharing.store
        self._is_apart = sharing is not None and sharing.is_apart
        self._tiles = AnswerCache(TILE_CACHE_BYTES if sharing is None else sharing.tile_bytes)
        self._hands = threading.BoundedSemaphore(hands)
        self._drawers = ThreadPoolExecutor(hands, thread_name_prefix="tiles")
        self._ahead = Ahead()

    def tile(self, asker: Asker, scope: Scope, order: TileOrder) -> bytes:
        """PNG of the tile, drawn now or before. Raises NotSignedIn, StoreUnavailable, BadQuestion."""
        return self._kept(Viewer(asker, scope), order, self._noted(asker, order))

    def bundle(self, asker: Asker, scope: Scope, order: TileOrder, tiles: tuple[Tile, ...]) -> Iterator[bytes]:
        """Frames of many tiles of one view; the order's own tile does not matter.

        Raises NotSignedIn, StoreUnavailable, BadQuestion before the first.
        """
        self._ahead.give_way()
        seen, viewer = self._noted(asker, order), Viewer(asker, scope)
        # what all tiles need is asked here, where to wait for the store keeps nobody who draws
        stamp(self.pictures, viewer, replace(order, tile=tiles[0]), seen)

        def draw(tile: Tile) -> bytes:
            return self._kept(viewer, replace(order, tile=tile), seen)

        def drawn() -> Iterator[bytes]:
            yield from frames(tiles, draw, self._drawers)
            if LAYERS_AHEAD.issuperset(name for name, _ in order.layers):
                self._ahead.soon(tiles_ahead(tiles), draw)

        return drawn()

    def hear_of(self, versions: str) -> None:
        """A page says which versions it has seen, as the address of its tiles names them."""
        if self._is_apart:
            self.repository.hear_of(versions)

    def _noted(self, asker: Asker, order: TileOrder) -> Seen:
        """Versions of what the view shows, once its audit row is written."""
        versions = self.repository.versions(asker)
        self.repository.note_view(asker, order.query, [name for name, _ in order.layers])
        return Seen(versions)

    def _kept(self, viewer: Viewer, order: TileOrder, seen: Seen) -> bytes:
        def draw() -> bytes:
            with self._hands:
                whole = compose((PAINTERS[name](self.pictures, viewer, order), part) for name, part in order.layers)
                # without the ground, partners' pictures show through from below
                return png_of(whole) if any(name == "ground" for name, _ in order.layers) else clear_png_of(whole)

        scope, named, shared = viewer.scope.key, (order, stamp(self.pictures, viewer, order, seen)), self._shared
        return self._tiles.get(scope, named, draw if shared is None else lambda: shared.drawn(scope, named, draw))


def painter_routes(painter: Painter) -> APIRouter:
    """The tile routes."""
    router = APIRouter()
    warmed()

    @router.get("/tiles/map.bundle")
    def bundle(request: Request) -> Response:
        given = dict(request.query_params)
        visit = current_visit(request)
        if given.get("e") != visit.scope.epoch:
            return PlainTextResponse(OLD_RIGHTS, 410)
        asker = Asker(visit.token, view_id(given.get("view", ""), "a tile"), visit.scope)
        painter.hear_of(given.get("v", ""))
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
        asker = Asker(visit.token, view_id(given.get("view", ""), "a tile"), visit.scope)
        order = TileOrder.of(Tile(z, x, y), given)
        return Response(
            painter.tile(asker, scope, order),
            media_type="image/png",
            headers={"Cache-Control": f"private, max-age={KEPT_S}", "Vary": "Cookie"},
        )

    return router


@cache
def warmed() -> threading.Thread:
    """The one thread of this process that warms up, however many servers it starts."""
    hand = threading.Thread(target=warm_up, name="warm-up", daemon=True)
    hand.start()
    return hand


def warm_up() -> None:
    """Load and compile what the first track, density and cluster would otherwise wait for."""
    for place in (Place(0, 0, 0), Place(TOP_ZOOM + 1, 0, 0)):
        draw_tracks(warm_view().tile(place, PASSAGES, ring=ring_at(place.z)), 1, "dark", place.z)
    draw_density(Tile(0, 0, 0), density(one_place(), 0, Measured.COUNT), "dark")
    importlib.import_module("sklearn.cluster")
