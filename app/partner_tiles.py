"""Tiles of partners' layers: apart from those of the facts, so that neither waits for the other.

A layer of a file never changes, so its tiles are kept by what their reader may see, the layer and the place.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from watchfloor.app.tile_bundles import frames
from watchfloor.data.cache import AnswerCache
from watchfloor.data.repository import Asker, Repository
from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.partner_layers import PartnerLayer
from watchfloor.geo.partner_shapes import PartnerShapes
from watchfloor.layers.palettes import Theme
from watchfloor.layers.partner import PartnerMarks, draw_partner, partner_marks, top_of
from watchfloor.layers.png import clear_png_of
from watchfloor.layers.tilegrid import Tile

TILE_BYTES: Final = 64 * 2**20
MARK_BYTES: Final = 192 * 2**20
HANDS: Final = 2


@dataclass(frozen=True, slots=True)
class PartnerOrder:
    """What a bundle of one layer shall show."""

    layer: UUID
    theme: Theme
    known_at: datetime | None = None


class PartnerPainter:
    """Draws layers of files for one server process; keeps what was drawn."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._tiles, self._marks = AnswerCache(TILE_BYTES), AnswerCache(MARK_BYTES)
        self._hands = ThreadPoolExecutor(HANDS, thread_name_prefix="partner-tiles")

    def bundle(self, asker: Asker, order: PartnerOrder, tiles: tuple[Tile, ...]) -> Iterator[bytes]:
        """Frames of tiles. Raises BadQuestion for a layer that the asker may not see, before the first."""
        layer, shapes = self._repository.partner_shapes(asker, order.layer, known_at=order.known_at)
        return frames(tiles, self.drawing(self._repository.scope(asker).key, layer, shapes, order.theme), self._hands)

    def drawing(
        self, scope: object, layer: PartnerLayer, shapes: PartnerShapes, theme: Theme
    ) -> Callable[[Tile], bytes]:
        """What draws a tile of a layer."""

        def draw(tile: Tile) -> bytes:
            def fresh() -> bytes:
                marks = self._ready(scope, layer.id, shapes, top_of(tile.z))
                return clear_png_of(draw_partner(tile, marks, layer.colour, theme))

            return self._tiles.get(str(scope), (layer.id, theme, tile), fresh)

        return draw

    def _ready(self, scope: object, layer: UUID, shapes: PartnerShapes, top: int) -> PartnerMarks:
        return self._marks.get(str(scope), (layer, top), lambda: partner_marks(shapes, top))


def layer_id(code: str) -> UUID:
    """The layer that an address names. Raises BadQuestion."""
    try:
        return UUID(code)
    except ValueError as error:
        raise BadQuestion("there is no such layer") from error
