"""What one tile shall show, as its address says it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from watchfloor.geo.errors import BadQuestion
from watchfloor.geo.query import Layer, Query
from watchfloor.layers.palettes import Theme
from watchfloor.layers.tilegrid import Tile

MOST_LAYERS: Final = 8
NAMES: Final = ("ground", "tracks", "overdoses", "density", "hexagons", "lines", "seizures")


@dataclass(frozen=True, slots=True)
class TileOrder:
    """Place, layers with their opacities from the lowest to the highest, question and theme."""

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
        if name not in NAMES or (percent and not (percent.isdecimal() and int(percent) <= 100)):
            raise BadQuestion(f"there is no layer {part[:40]!r} to draw; there are: {', '.join(NAMES)}")
        found.append((name, int(percent) if percent else 100))
    return tuple(found)
