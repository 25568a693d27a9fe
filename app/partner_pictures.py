"""Tiles of partners' addresses, sent as each comes: nobody's thread waits for a partner, and no other tile does."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from typing import Final

import structlog
from PIL import Image, ImageDraw

from watchfloor.app.tile_bundles import frame
from watchfloor.data.cache import AnswerCache
from watchfloor.data.partner.items import Items
from watchfloor.data.partner.kept_tiles import KeptAnswer
from watchfloor.data.partner.shelf import PartnerShelf
from watchfloor.layers.palettes import Theme
from watchfloor.layers.partner import PartnerMarks, draw_partner, partner_marks, top_of
from watchfloor.layers.png import clear_png_of
from watchfloor.layers.tilegrid import SIZE, Tile

log = structlog.get_logger(__name__)

MARK_BYTES: Final = 64 * 2**20
_HATCH_PX: Final = 16


class AddressTiles:
    """Draws what the addresses have, for one server process."""

    def __init__(self) -> None:
        self._hands = ThreadPoolExecutor(2, thread_name_prefix="partner-items")
        self._marks = AnswerCache(MARK_BYTES)

    async def bundle(
        self, scope: object, shelf: PartnerShelf, code: str, tiles: tuple[Tile, ...], theme: Theme
    ) -> AsyncIterator[bytes]:
        """Frames of tiles in the order in which they come; hatched where no picture ever came."""
        if not code.startswith("map-"):
            yield await self._items_drawn(scope, shelf, code, tiles, theme)
            return
        asked = [shelf.tile(code, (tile.z, tile.x, tile.y)) for tile in tiles]
        for done in asyncio.as_completed([_tile(one, tile, theme) for one, tile in zip(asked, tiles, strict=True)]):
            yield await done

    async def _items_drawn(
        self, scope: object, shelf: PartnerShelf, code: str, tiles: tuple[Tile, ...], theme: Theme
    ) -> bytes:
        items = await asyncio.wrap_future(shelf.items(code))
        if items is None:
            return b"".join(frame(tile, no_picture(theme)) for tile in tiles)
        loop = asyncio.get_running_loop()
        drawn = [loop.run_in_executor(self._hands, self._draw, scope, items, tile, theme) for tile in tiles]
        return b"".join([frame(tile, await picture) for tile, picture in zip(tiles, drawn, strict=True)])

    def _draw(self, scope: object, items: Items, tile: Tile, theme: Theme) -> bytes:
        def ready() -> PartnerMarks:
            return partner_marks(items.shapes, top_of(tile.z))

        key = (items.address.code, items.at, top_of(tile.z))
        return clear_png_of(draw_partner(tile, self._marks.get(str(scope), key, ready), items.address.colour, theme))


@cache
def no_picture(theme: Theme) -> bytes:
    """A tile that says by its hatching that nothing is known here, which is not: that nothing is here."""
    picture = Image.new("RGBA", (SIZE, SIZE))
    pen = ImageDraw.Draw(picture)
    colour = (148, 162, 181, 70) if theme == "dark" else (74, 90, 109, 80)
    for at in range(-SIZE, SIZE, _HATCH_PX):
        pen.line([(at, SIZE), (at + SIZE, 0)], fill=colour)
    return clear_png_of(picture)


async def _tile(asked: Future[KeptAnswer | None], tile: Tile, theme: Theme) -> bytes:
    try:
        # others may wait for the same answer: whoever leaves does not take it from them
        kept = await asyncio.shield(asyncio.wrap_future(asked))
    except Exception as fault:
        log.error("partner's tile not drawn", error=type(fault).__name__, exc_info=fault)
        return frame(tile, b"")
    return frame(tile, kept.content if kept is not None else no_picture(theme))
